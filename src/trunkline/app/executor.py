"""Carries out what a cell asks for: at the edge, or by a feature that answers as an input."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from trunkline.app.callers import Callers
from trunkline.app.outward import NotAllowed, Outward, located
from trunkline.app.secrets import Values, said_to
from trunkline.core.call.commands import DialAgent, DialCustomer, EdgeCommand, Play, SendDigits
from trunkline.core.call.events import CommandFailed, LegEnded
from trunkline.core.commands import CheckFactor, CheckNumber, Command, LookUp
from trunkline.core.flow.speech import Digits
from trunkline.core.inputs import FactorChecked, LookedUp, NumberChecked
from trunkline.core.words import Cause, LegId, Token
from trunkline.features import customers, outbound
from trunkline.kit.errors import TrunklineError
from trunkline.kit.logging import logger
from trunkline.ports.edge import EdgeError, LegGone

if TYPE_CHECKING:
    from trunkline.app.cells import LocalCells
    from trunkline.app.figures import Figures
    from trunkline.app.ways import Ways
    from trunkline.core.inputs import Input
    from trunkline.core.state import State
    from trunkline.kit.crypto import KeyRing
    from trunkline.ports.clock import Clock, Ids
    from trunkline.ports.database import Database, Tx
    from trunkline.ports.edge import EdgeLink

log = logger("executor")


class Executor:
    """Never raises: what cannot be done comes back to the cell as news, or is logged."""

    ways: Ways

    def __init__(
        self,
        db: Database,
        keys: KeyRing,
        clock: Clock,
        ids: Ids,
        edge: EdgeLink | None,
        figures: Figures,
    ) -> None:
        self.values = Values(db, keys)
        self.callers = Callers(keys, ids)
        self._outward = Outward(db, keys, clock, ids, figures)
        self.epoch = 0
        self.underway = 0
        self._db = db
        self._keys = keys
        self._clock = clock
        self._ids = ids
        self._edge = edge
        self.figures = figures
        self._cells: LocalCells | None = None

    def answer_to(self, cells: LocalCells, ways: Ways) -> None:
        """Answers go to these cells; outward calls go by these ways."""
        self._cells = cells
        self.ways = ways

    async def carry_out(self, tenant_id: str, number: str, command: Command) -> bool:
        """Do it; whether it was done."""
        self.underway += 1
        try:
            done = await self._try(tenant_id, number, command)
        finally:
            self.underway -= 1
        self.figures.command(type(command).__name__, done=done)
        return done

    async def _try(self, tenant_id: str, number: str, command: Command) -> bool:
        try:
            match command:
                case CheckFactor():
                    await self._check(tenant_id, command)
                case LookUp():
                    await self._look_up(tenant_id, command)
                case CheckNumber():
                    await self._check_number(tenant_id, command)
                case _:
                    await self._at_edge(tenant_id, command)
        except LegGone:  # no failure: the edge tells how the leg ended, and that counts
            log.info("leg_gone", tenant_id=tenant_id, number=number, kind=type(command).__name__)
            return False
        except (EdgeError, TrunklineError, customers.ValueGone) as failure:
            await self._failed(tenant_id, number, command, failure)
            return False
        except Exception:  # a bug in an adapter: this command is lost, its state has a timer
            log.exception("command_broke", tenant_id=tenant_id, kind=type(command).__name__)
            return False
        return True

    async def _at_edge(self, tenant_id: str, command: EdgeCommand) -> None:
        if self._edge is None:
            raise EdgeError("telephony is not installed")
        match command:
            case DialAgent(caller=token):
                caller = await self.values.caller(tenant_id, token)
                command = dataclasses.replace(command, caller=Token(caller))
            case DialCustomer():
                command = await self._may_go_out(tenant_id, command)
            case SendDigits(digits=token):
                digits = await self.values.read(tenant_id, token)
                command = dataclasses.replace(command, digits=Token(digits))
            case Play():
                command = await self.values.spoken(tenant_id, command)
            case _:
                pass
        await self._edge.send(command, self.epoch)

    async def _may_go_out(self, tenant_id: str, command: DialCustomer) -> DialCustomer:
        """The dial with its number and trunk, when the rules let it pass."""
        state = self._there().drivers[tenant_id].cell.state
        number = await self.values.read(tenant_id, command.party)
        home = await self._outward.home_of(tenant_id)
        command = await self._outward.ready(tenant_id, state, command, number)
        if outbound.is_emergency(number, home):
            return await self._for_help(tenant_id, state, command, home)
        trunks = await self.ways.outward(tenant_id, command.caller)
        if not trunks:
            raise EdgeError("no trunk leads out, or all are full")
        self.ways.began(command.leg, trunks[0])
        return dataclasses.replace(command, trunk=trunks[0], others=trunks[1:])

    async def _for_help(
        self, tenant_id: str, state: State, command: DialCustomer, home: str
    ) -> DialCustomer:
        """An emergency call takes the trunks meant for it, and says where the agent sits."""
        rows = await self.ways.for_emergency(tenant_id)
        if not rows:
            raise EdgeError("no trunk leads out")
        where = await self._outward.seat_of(tenant_id, state, command)
        first, *others = (row.id for row in rows)
        self.ways.began(command.leg, first)
        headers = tuple(
            (row.id, row.location_header, located(row.location_header, where, home))
            for row in rows
            if row.location_header and where
        )
        return dataclasses.replace(command, trunk=first, others=tuple(others), headers=headers)

    async def _check_number(self, tenant_id: str, command: CheckNumber) -> None:
        """Whether what was keyed in can be called; its reading back is sealed like itself."""
        digits = await self.values.read(tenant_id, command.digits)
        home = await self._outward.home_of(tenant_id)
        number, bar = customers.normalised(digits, home), customers.barred(digits, home)
        if number is None or bar is not None:
            none = NumberChecked(command.interaction, command.node, command.digits, None, None, bar)
            await self._tell(tenant_id, none)
            return
        say, now = Token(self._ids.new("say")), self._clock.now_ms()
        text = said_to((Digits(customers.dialled(number, home)),))

        def work(tx: Tx) -> Token:
            customers.put_value(tx, self._keys, tenant_id, say, None, text, now=now)
            return self.callers.known(tx, tenant_id, number)

        caller = await self._db.write(work)
        self.values.keep(say, text)
        checked = NumberChecked(command.interaction, command.node, command.digits, caller, say)
        await self._tell(tenant_id, checked)

    async def _check(self, tenant_id: str, command: CheckFactor) -> None:
        digits = await self.values.read(tenant_id, command.digits)
        now = self._clock.now_ms()

        def work(tx: Tx) -> str | None:
            return customers.check_factor(
                tx, self._keys, tenant_id, command.customer, digits,
                interaction_id=command.interaction, now=now,
            )  # fmt: skip

        by = await self._db.write(work)
        await self._tell(tenant_id, FactorChecked(command.interaction, command.node, by))

    async def _look_up(self, tenant_id: str, command: LookUp) -> None:
        token = Token(self._ids.new("say"))
        now = self._clock.now_ms()

        def work(tx: Tx) -> str | None:
            items = customers.order_status_say(tx, self._keys, tenant_id, command.customer)
            if not items:
                return None
            text = said_to(items)
            customers.put_value(tx, self._keys, tenant_id, token, command.customer, text, now=now)
            return text

        text = await self._db.write(work) if command.what == "order_status" else None
        if text is not None:
            self.values.keep(token, text)
        found = token if text is not None else None
        await self._tell(tenant_id, LookedUp(command.interaction, command.node, found))

    async def _failed(
        self, tenant_id: str, number: str, command: Command, failure: Exception
    ) -> None:
        kind = type(command).__name__
        reason = getattr(failure, "reason", type(failure).__name__)
        log.warning("command_failed", tenant_id=tenant_id, number=number, kind=kind, reason=reason)
        leg: LegId | None = getattr(command, "leg", None)
        if isinstance(command, DialAgent):
            await self._tell(tenant_id, LegEnded(command.leg, Cause.UNREACHABLE))
        elif isinstance(command, DialCustomer):
            self.ways.ended(command.leg)
            cause = Cause.NOT_ALLOWED if isinstance(failure, NotAllowed) else Cause.FAILED
            await self._tell(tenant_id, LegEnded(command.leg, cause))
        elif isinstance(command, CheckNumber):
            gone = NumberChecked(command.interaction, command.node, command.digits, None, None)
            await self._tell(tenant_id, gone)
        elif isinstance(command, LookUp):
            await self._tell(tenant_id, LookedUp(command.interaction, command.node, None))
        elif isinstance(command, CheckFactor):
            await self._tell(tenant_id, FactorChecked(command.interaction, command.node, None))
        elif leg is not None:
            await self._tell(tenant_id, CommandFailed(leg, kind, reason[:200]))

    async def _tell(self, tenant_id: str, given: Input) -> None:
        await self._there().tell(tenant_id, given)

    def _there(self) -> LocalCells:
        if self._cells is None:
            raise RuntimeError("the executor answers to nobody")
        return self._cells
