"""The door: what the edge tells becomes inputs of the right cell, and a caller is identified.

Events are taken in their order. An arrival is looked up before the next event is taken, so that
no news of a leg overtakes its arrival. Personal values go through here in the clear once: they
are sealed under a token in the same transaction as the input that names it. An event is
acknowledged when its input is durable; what a crash leaves unacknowledged is told again, and
doubled news is ignored by the core.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections import deque
from typing import TYPE_CHECKING, Any

from trunkline.app.desk_calls import DeskCalls
from trunkline.app.doorstep import Doorstep
from trunkline.app.owners import Owners
from trunkline.core.acd.rules import Affinity
from trunkline.core.call.commands import HangUp, RejectLeg
from trunkline.core.call.events import DigitsCollected, EdgeEvent, LegEnded, RecordingEnded
from trunkline.core.inputs import ArriveInteraction, DeviceSeen, LegFound, Presumption, Reconcile
from trunkline.core.words import (
    AgentId,
    Cause,
    ConsentPolicy,
    LegId,
    Level,
    RecordingRule,
    Token,
)
from trunkline.features import customers, desk, interactions, outbound
from trunkline.kit.logging import logger
from trunkline.ports.edge import (
    AccountSeen,
    CallArrived,
    EdgeError,
    Inventory,
    LegThere,
    Source,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from trunkline.app.blocked import Blocked
    from trunkline.app.cells import LocalCells
    from trunkline.app.executor import Executor
    from trunkline.core.config import Policy
    from trunkline.ports.cells import Accepted
    from trunkline.ports.database import Tx
    from trunkline.ports.edge import EdgeLink
    from trunkline.runtime.platform import Platform

log = logger("door")
UNACKNOWLEDGED = 5_000
HOLD_OFF_S = 2
"""How long the edge refuses arrivals by itself, unless the doorstep is clear before."""

ARRIVING = 4
"""Arrivals that may be on their way to the disk before the next ones wait at the doorstep."""

UNDERWAY = 40
"""Orders that telephony may be carrying out before arrivals wait."""


class Door:
    """Between one edge and the cells of this node; `connected` tells a tenant's desks here."""

    def __init__(
        self,
        platform: Platform,
        edge: EdgeLink,
        cells: LocalCells,
        executor: Executor,
        blocked: Blocked,
        connected: Callable[[str], tuple[AgentId, ...]],
    ) -> None:
        self._platform = platform
        self._edge = edge
        self._cells = cells
        self._executor = executor
        self._blocked = blocked
        self._connected = connected
        self._callers = executor.callers
        self._devices = Owners()
        self._desk_calls = DeskCalls(platform, cells, self._devices)
        self._tenant_of: dict[LegId, str] = {}
        self._unsettled: deque[tuple[int, asyncio.Future[Any] | None]] = deque()
        self._doorstep = Doorstep(
            self._arrive_safely, self._behind, self._somebody_waits, self._clear
        )
        self._arriving = 0
        self._held_off = False

    async def open(self, epoch: int) -> None:
        """Take the edge over and let every cell adopt or close what is there."""
        inventory = await self._edge.open(epoch)
        self._executor.epoch = epoch
        await self.reconcile(inventory)

    async def reconcile(self, inventory: Inventory) -> None:
        """Tell each cell what of its own the edge holds; hang up what nobody owns."""
        left = {there.leg: there for there in inventory.legs}
        for tenant_id, driver in self._cells.drivers.items():
            mine = [leg for leg in left if _owns(driver.cell.name, driver.cell.state.legs, leg)]
            found = tuple(_found(left.pop(leg)) for leg in mine)
            for leg in mine:
                self._tenant_of[leg] = tenant_id
            recordings = driver.cell.state.recordings
            closed = tuple(name for name in inventory.closed if name in recordings)
            desks = self._connected(tenant_id)
            believed = Reconcile(found, desks, inventory.lived_on, closed)
            await (await self._cells.tell(tenant_id, believed))
        for there in left.values():
            if there.arrived is None or there.answered:
                await self._hang_up(there)

    async def run(self) -> None:
        """Take events until the edge closes."""
        letting_in = asyncio.create_task(self._doorstep.run(), name="doorstep")
        try:
            async for numbered in self._edge.events():
                outcome = await self._take_safely(numbered.event)
                self._unsettled.append((numbered.seq, outcome))
                await self._acknowledge()
        finally:
            letting_in.cancel()

    async def _take_safely(
        self, event: EdgeEvent | CallArrived | AccountSeen
    ) -> asyncio.Future[Any] | None:
        """One event that cannot be taken costs that event, or that call, and nothing else."""
        if isinstance(event, CallArrived):
            return await self._at_the_door(event)
        if len(self._doorstep) and (leg := getattr(event, "leg", None)):
            await self._doorstep.let_in(leg)
        try:
            return await self._take(event)
        except Exception:  # a store that failed, or a bug: the rest goes on
            log.exception("event_not_taken", kind=type(event).__name__)
            return None

    async def _at_the_door(self, call: CallArrived) -> asyncio.Future[Any] | None:
        """In at once where nobody is held up by it; else to the doorstep, while it has room."""
        if call.source is Source.DEVICE and outbound.may_be_emergency(call.number):
            return await self._arrive_safely(call)
        if not (len(self._doorstep) or self._somebody_waits(call) or self._behind()):
            return await self._arrive_safely(call)
        if self._doorstep.has_room(call):
            return self._doorstep.put(call)
        await self._refuse(call, Cause.OVERLOAD)
        if not self._held_off:
            self._held_off = True
            await self._hold_off(HOLD_OFF_S)
        return None

    async def _hold_off(self, for_s: int) -> None:
        """Have the edge refuse by itself what would only cost us a refusal each."""
        try:
            await self._edge.hold_off(for_s)
        except EdgeError as failure:
            log.info("hold_off_failed", reason=failure.reason)

    async def _clear(self) -> None:
        """The doorstep has room again."""
        if self._held_off:
            self._held_off = False
            await self._hold_off(0)

    def _behind(self) -> bool:
        """Whether more is begun than is done in time: arrivals, or orders to telephony."""
        return self._arriving >= ARRIVING or self._executor.underway >= UNDERWAY

    async def _arrive_safely(self, call: CallArrived) -> asyncio.Future[Accepted] | None:
        """Who cannot be taken in gets 503."""
        try:
            outcome = await self._arrive(call)
        except Exception:
            log.exception("event_not_taken", kind=type(call).__name__)
            await self._refuse(call, Cause.OVERLOAD)
            return None
        if outcome is not None:
            self._arriving += 1
            outcome.add_done_callback(self._arrived)
        return outcome

    def _arrived(self, _: asyncio.Future[Accepted]) -> None:
        self._arriving -= 1

    def _somebody_waits(self, call: CallArrived) -> bool:
        """Whether the caller would stand behind somebody who waits already."""
        tenant_id = self._tenant_for(call)
        if tenant_id is None:
            return False
        return self._cells.drivers[tenant_id].cell.state.board.standing() > 0

    async def _take(self, event: EdgeEvent | AccountSeen) -> asyncio.Future[Accepted] | None:
        if isinstance(event, AccountSeen):
            return await self._seen(event)
        if isinstance(event, LegEnded):
            self._executor.ways.ended(event.leg)
        tenant_id = self._owner(event)
        if tenant_id is None or isinstance(event, RecordingEnded):
            return None  # no rule waits for closed files: the job that stores them looks itself
        if isinstance(event, DigitsCollected) and event.personal and event.digits:
            return await self._digits(tenant_id, event)
        return await self._cells.tell(tenant_id, event)

    async def _seen(self, event: AccountSeen) -> asyncio.Future[Accepted] | None:
        """An account is an agent's phone or page; guests and strangers are nobody's."""
        found = self._devices.owner(self._cells.drivers, event.account)
        if found is None:
            return None
        tenant_id, agent, device = found
        return await self._cells.tell(tenant_id, DeviceSeen(agent, device, event.reachable))

    async def _arrive(self, call: CallArrived) -> asyncio.Future[Accepted] | None:
        tenant_id = self._tenant_for(call)
        if tenant_id is None and call.source is Source.DEVICE:
            await self._from_a_desk(call)
            return None
        if tenant_id is None:
            await self._refuse(call, Cause.UNKNOWN_NUMBER)
            return None
        if self._blocked.has(tenant_id, call.caller):
            self._executor.figures.blocked()
            await self._refuse(call, Cause.DECLINED)
            return None
        if call.source is Source.TRUNK and self._executor.ways.full(tenant_id, call.trunk):
            await self._refuse(call, Cause.OVERLOAD)
            return None
        given = await self._identified(tenant_id, call)
        self._tenant_of[call.leg] = tenant_id
        if call.source is Source.TRUNK:
            self._executor.ways.began(call.leg, call.trunk)
        self._executor.values.keep(given.party, call.caller or "anonymous")
        return await self._cells.tell(tenant_id, given, self._sealing(tenant_id, given, call))

    async def _from_a_desk(self, call: CallArrived) -> None:
        """An agent's phone dials a number that is none of ours."""

        def owned(tenant_id: str) -> None:
            self._tenant_of[call.leg] = tenant_id

        cause = await self._desk_calls.put(call, owned)
        if cause is not None:
            await self._refuse(call, cause)

    async def _identified(self, tenant_id: str, call: CallArrived) -> ArriveInteraction:
        found, home = await self._platform.db.read(
            lambda tx: (self._looked_up(tx, tenant_id, call), outbound.home_of(tx, tenant_id)),
            short=True,
        )
        matches = found.matches
        only = matches[0] if len(matches) == 1 else None
        return ArriveInteraction(
            leg=call.leg,
            number=call.number,
            party=Token(self._platform.ids.new("pty")),
            presumption=_presumption(call.caller, len(matches)),
            customer=only.id if only else None,
            level=only.level if only else Level.REGULAR,
            language=only.language if only else None,
            survey_quiet=only is not None and self._is_quiet(tenant_id, only.surveyed_at),
            survey_opted_out=only.opted_out if only else False,
            caller=self._callers.token(tenant_id, call.caller),
            bar=customers.barred(call.caller, home),
            consent=self._consent(tenant_id, call),
            affinity=await self._affinity(tenant_id, only, call.number) if only else Affinity(),
        )

    async def _affinity(
        self, tenant_id: str, customer: customers.CustomerBrief, number: str
    ) -> Affinity:
        """Who looks after the customer, and what of their history the rules ask for."""
        known = interactions.looked_after(customer.manager, customer.contract)
        if not _asks_for_history(self._cells.drivers[tenant_id].cell.state.policy):
            return known
        now = self._platform.clock.now_ms()
        return await self._platform.db.read(
            lambda tx: interactions.remembered(
                tx, tenant_id, customer.id, known, now, lambda row: row.number == number
            ),
            short=True,
        )

    def _consent(self, tenant_id: str, call: CallArrived) -> ConsentPolicy | None:
        """What the caller's country asks for before a recording, where anybody is asked."""
        policy = self._cells.drivers[tenant_id].cell.state.policy
        if not _asks_for_consent(policy):
            return None
        return outbound.recording_consent(call.caller, dict(policy.consent_chosen))

    def _looked_up(self, tx: Tx, tenant_id: str, call: CallArrived) -> customers.Identified:
        self._callers.look_up(tx, tenant_id, call.caller)
        return customers.identify(tx, self._platform.keys, tenant_id, call.caller)

    def _is_quiet(self, tenant_id: str, surveyed_at: int | None) -> bool:
        """Whether the customer was asked for a mark so lately that they are left in peace."""
        quiet_ms = self._cells.drivers[tenant_id].cell.state.policy.survey.quiet_ms
        return surveyed_at is not None and self._platform.clock.now_ms() - surveyed_at < quiet_ms

    def _sealing(
        self, tenant_id: str, given: ArriveInteraction, call: CallArrived
    ) -> Callable[[Tx], None] | None:
        caller, is_page = call.caller, call.source is Source.BROWSER
        if caller is None and not is_page:
            return None
        keys, now = self._platform.keys, self._platform.clock.now_ms()

        def also(tx: Tx) -> None:
            if is_page:
                desk.guest_arrived(tx, tenant_id, call.trunk, given.party, now)
            if caller is None:
                return
            customers.put_value(tx, keys, tenant_id, given.party, given.customer, caller, now=now)
            self._callers.keep(tx, tenant_id, caller)

        return also

    async def _digits(self, tenant_id: str, event: DigitsCollected) -> asyncio.Future[Accepted]:
        token, digits = self._platform.ids.new("dig"), event.digits
        keys, now = self._platform.keys, self._platform.clock.now_ms()

        def also(tx: Tx) -> None:
            customers.put_value(tx, keys, tenant_id, token, None, digits, now=now)

        self._executor.values.keep(token, digits)
        return await self._cells.tell(tenant_id, dataclasses.replace(event, digits=token), also)

    def _owner(self, event: EdgeEvent) -> str | None:
        leg = getattr(event, "leg", None)
        if leg is not None and leg in self._tenant_of:
            ended = isinstance(event, LegEnded)
            return self._tenant_of.pop(leg) if ended else self._tenant_of[leg]
        name = str(leg or getattr(event, "bridge", None) or getattr(event, "recording", ""))
        drivers = self._cells.drivers.items()
        return next((t for t, driver in drivers if _made_by(driver.cell.name, name)), None)

    def _tenant_for(self, call: CallArrived) -> str | None:
        """The tenant who owns the number; a number stands in one tenant only."""
        for tenant_id, driver in self._cells.drivers.items():
            if call.number in driver.cell.state.numbers:
                return tenant_id
        return None

    async def _acknowledge(self) -> None:
        """Acknowledge the longest run of events whose inputs are durable."""
        durable: int | None = None
        while self._unsettled:
            seq, outcome = self._unsettled[0]
            if outcome is not None and not outcome.done():
                if len(self._unsettled) < UNACKNOWLEDGED:
                    break
                await asyncio.wait([outcome])
            self._unsettled.popleft()
            durable = seq
        if durable is not None:
            await self._edge.acknowledge(durable)

    async def _refuse(self, call: CallArrived, cause: Cause) -> None:
        try:
            await self._edge.send(RejectLeg(call.leg, cause), self._executor.epoch)
        except EdgeError as failure:
            log.info("refusal_failed", reason=failure.reason)

    async def _hang_up(self, there: LegThere) -> None:
        try:
            await self._edge.send(HangUp(there.leg), self._executor.epoch)
        except EdgeError as failure:
            log.info("orphan_not_cleared", reason=failure.reason)


def _asks_for_history(policy: Policy) -> bool:
    """Whether a rule looks at earlier interactions: else they need not be read."""
    if policy.order.repeat_weight != 1:
        return True
    return any(queue.patience.last_agent_ms or queue.by_history for queue in policy.queues)


def _asks_for_consent(policy: Policy) -> bool:
    """Whether anybody is asked before a recording: else their country need not be known."""
    asks = RecordingRule.CONSENT
    return any(queue.recording is asks for queue in policy.queues) or any(
        number.recording is asks for number in policy.numbers
    )


def _owns(cell: str, known: dict[LegId, tuple[str, str]], leg: LegId) -> bool:
    return leg in known or _made_by(cell, leg)


def _made_by(cell: str, name: str) -> bool:
    """Whether a cell gave this name: `<cell>-<seq>-<n>`."""
    return name.rsplit("-", 2)[0] == cell


def _found(there: LegThere) -> LegFound:
    return LegFound(there.leg, there.answered, there.bridge)


def _presumption(caller: str | None, matches: int) -> Presumption:
    if caller is None:
        return Presumption.WITHHELD
    if matches == 0:
        return Presumption.NONE
    return Presumption.PRESUMED if matches == 1 else Presumption.SEVERAL
