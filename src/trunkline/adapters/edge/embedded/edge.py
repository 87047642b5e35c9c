"""The edge over the embedded engine: the port's methods, over a socket to the engine's process.

Theory of operation. The engine keeps legs, the epoch and what was not acknowledged; this side asks
and passes on. When the connection is lost it is made again, and what the engine tells a second
time is left out. An engine with another name was started anew: the legs that we knew have failed,
and it is given our accounts. Whoever opens with a newer epoch takes the events over, and the loser
falls silent for ever.
"""

from __future__ import annotations

import asyncio
from collections import deque
from itertools import count
from typing import TYPE_CHECKING, Any, Final, TypeVar

from trunkline.adapters.edge.embedded.sounds import FORMS
from trunkline.adapters.edge.embedded.wire import Json, Line, connect
from trunkline.adapters.edge.own_sounds import OwnSounds
from trunkline.adapters.edge.told import Told
from trunkline.core import codec
from trunkline.core.call.commands import DialAgent, DialCustomer
from trunkline.core.call.events import EdgeEvent, LegEnded
from trunkline.core.words import Cause, LegId
from trunkline.kit.logging import logger
from trunkline.ports.edge import (
    Account,
    AccountSeen,
    CallArrived,
    EdgeError,
    EdgeFull,
    EngineKind,
    Health,
    Inventory,
    LegGone,
    LegReading,
    Numbered,
    Offender,
    Signalling,
    Sound,
    TrunkLink,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from trunkline.adapters.edge.embedded.settings import EmbeddedSettings
    from trunkline.core.call.commands import EdgeCommand

KIND: Final = EngineKind("embedded", Signalling.DIRECT, "/softphone", browsers_only=True)
OPEN_WITHIN_S: Final = 15.0
ANSWERED_WITHIN_S: Final = 5.0
TRY_EVERY_S: Final = 0.2
MOST_ASKED: Final = 5_000

_NO_TRUNKS: Final = "the embedded engine has no trunks: telephones need Asterisk"
_AWAY: Final = "telephony is not running or does not answer"
_REFUSALS: Final = {kind.__name__: kind for kind in (EdgeError, LegGone, EdgeFull)}
_EVENT: Final = EdgeEvent | CallArrived | AccountSeen
T = TypeVar("T")
_log = logger("telephony")


class EmbeddedEdge:
    """`EdgeLink` over the engine's process."""

    kind = KIND

    def __init__(self, settings: EmbeddedSettings) -> None:
        self._settings = settings
        self._sounds = OwnSounds(settings.sounds, FORMS)
        self._epoch = 0
        self._fenced = False
        self._engine = ""
        self._is_new = False
        """Whether the engine does not know our accounts yet."""

        self._line: Line | None = None
        self._linked = asyncio.Event()
        self._linking: asyncio.Task[None] | None = None
        self._asked: dict[int, asyncio.Future[Any]] = {}
        self._numbers = count(1)
        self._told = Told()
        self._heard = 0
        """The engine's number of what was told last."""

        self._numbered: deque[tuple[int, int]] = deque()
        """Our numbers of what is not acknowledged, and the engine's."""

        self._legs: set[LegId] = set()
        self._accounts: dict[str, Account] = {}
        self._hear: Callable[[Sequence[LegReading]], None] | None = None

    async def open(self, epoch: int) -> Inventory:
        """Take control with this epoch and say what is there; older epochs are refused from now."""
        if epoch < self._epoch or (self._fenced and epoch == self._epoch):
            raise EdgeError(f"epoch {epoch} is over")
        self._epoch, self._fenced = epoch, False
        self._told.reopen()
        loop = asyncio.get_running_loop()
        if self._linking is None or self._linking.done():
            self._linking = loop.create_task(self._keep_linked())
        linked = loop.create_task(self._linked.wait())
        first = asyncio.FIRST_COMPLETED
        await asyncio.wait((linked, self._linking), timeout=OPEN_WITHIN_S, return_when=first)
        linked.cancel()
        if self._fenced:
            raise EdgeError(f"epoch {epoch} is over")
        return await self._take_over()

    async def send(self, command: EdgeCommand, epoch: int) -> None:
        """Carry out one command; raises `EdgeError` when it was refused or timed out."""
        if self._fenced or epoch < self._epoch:
            raise EdgeError(f"epoch {epoch} is over")
        if isinstance(command, DialAgent | DialCustomer):
            self._legs.add(command.leg)
        await self._ask("send", command=codec.encode(command), epoch=epoch)

    def events(self) -> AsyncIterator[Numbered]:
        """Events from the oldest not acknowledged on, for ever; ends when the edge closes."""
        return self._told.events()

    async def acknowledge(self, seq: int) -> None:
        """Everything up to and including `seq` is durable on our side."""
        self._told.acknowledge(seq)
        theirs = 0
        while self._numbered and self._numbered[0][0] <= seq:
            theirs = self._numbered.popleft()[1]
        if theirs and self._line is not None:
            self._line.write({"ack": theirs})

    async def hold_off(self, for_s: int) -> None:
        """Refuse arrivals for so long; 0: take them again."""
        await self._ask("hold_off", for_s=for_s)

    async def health(self) -> Health:
        """Whether calls can be taken now."""
        if self._fenced:
            return Health(ready=False, reason="a newer control program took over")
        try:
            told: Health = codec.decode(Health, await self._ask("health"))
        except EdgeError as failure:
            return Health(ready=False, reason=failure.reason, remedy="trunkline doctor")
        return told

    async def put_account(self, account: Account) -> None:
        """Make or replace an account; pushed again to an engine that was started anew."""
        await self._ask("put_account", account=codec.encode(account))
        self._accounts[account.name] = account

    async def drop_account(self, name: str) -> None:
        """Forget an account; its page is rung no more."""
        self._accounts.pop(name, None)
        await self._ask("drop_account", name=name)

    async def put_trunk(self, trunk: TrunkLink) -> None:
        """There are none: taking one away is done, any other is refused."""
        if trunk.sources or trunk.host:
            raise EdgeError(_NO_TRUNKS)

    async def sounds(self) -> dict[str, str]:
        """The announcements that are held here, each with its mark."""
        return await asyncio.to_thread(self._sounds.held)

    async def put_sound(self, sound: Sound) -> None:
        """Make or replace an announcement: the engine reads it where we write it."""
        await _on_disk(self._sounds.put, sound)

    async def drop_sound(self, name: str) -> None:
        """Forget an announcement."""
        await _on_disk(self._sounds.drop, name)

    async def reachable(self, account: str) -> bool:
        """Whether a page of this account can be rung now."""
        try:
            return bool(await self._ask("reachable", account=account))
        except EdgeError:
            return False

    async def probe(self, trunk: str) -> float | None:
        """There is nothing to ask."""
        raise EdgeError(_NO_TRUNKS)

    async def offenders(self) -> tuple[Offender, ...]:
        """There is nobody: pages come by our own door."""
        return ()

    async def pardon(self, offender: str) -> bool:
        """There is nobody."""
        return False

    def on_readings(self, hear: Callable[[Sequence[LegReading]], None]) -> None:
        """Tell of the quality of the legs that talk, each every `SAMPLED_EVERY_S`."""
        self._hear = hear

    def engine_ended(self) -> None:
        """The engine's process is gone and every leg with it: told now, whenever it is back."""
        self._lose(self._legs)

    async def close(self) -> None:
        """Let go of the engine; calls go on."""
        self._told.close()
        if self._linking is not None:
            self._linking.cancel()
            await asyncio.gather(self._linking, return_exceptions=True)
            self._linking = None

    async def _keep_linked(self) -> None:
        """Be connected, again and again, until fenced or cancelled."""
        while not self._fenced:
            try:
                line = await connect(self._settings.socket)
            except OSError:
                await asyncio.sleep(TRY_EVERY_S)
                continue
            try:
                await self._use(line)
            finally:
                self._unlinked()
                await line.close()
        self._told.close()
        _log.warning("edge_fenced", epoch=self._epoch)

    async def _use(self, line: Line) -> None:
        self._line = line
        line.write({"role": "driver"})
        opening = asyncio.get_running_loop().create_task(self._opened())
        try:
            while (message := await line.read()) is not None:
                self._take(message)
        finally:
            opening.cancel()
            await asyncio.gather(opening, return_exceptions=True)

    async def _opened(self) -> None:
        """Each new connection begins so; who is refused is fenced."""
        try:
            await self._take_over()
        except EdgeError as refusal:
            self._fenced = " is over" in refusal.reason
            if self._line is not None:
                await self._line.close()
        else:
            self._linked.set()

    async def _take_over(self) -> Inventory:
        told = await self._ask("open", epoch=self._epoch)
        for account in tuple(self._accounts.values()) if self._is_new else ():
            await self._ask("put_account", account=codec.encode(account))
        self._is_new = False
        inventory: Inventory = codec.decode(Inventory, told["inventory"])
        return inventory

    def _take(self, message: Json) -> None:
        match message:
            case {"seq": int(seq), "event": event}:
                self._tell(seq, codec.decode(_EVENT, event))
            case {"readings": list(readings)}:
                if self._hear is not None:
                    self._hear([codec.decode(LegReading, reading) for reading in readings])
            case {"id": int(number)} if number in self._asked:
                # Before anything that follows: events of a new engine are numbered anew.
                if isinstance(opened := message.get("ok"), dict) and "inventory" in opened:
                    self._meet(opened["engine"], codec.decode(Inventory, opened["inventory"]))
                _settle(self._asked.pop(number), message)

    def _meet(self, engine: str, inventory: Inventory) -> None:
        """An engine opened; of one that we did not know, what is not there has failed."""
        there = {leg.leg for leg in inventory.legs}
        if engine != self._engine:
            self._is_new = self._engine != ""
            self._engine, self._heard = engine, 0
            self._numbered.clear()
            self._lose(self._legs - there)
        self._legs |= there

    def _lose(self, legs: set[LegId]) -> None:
        self._legs = self._legs - legs
        for leg in sorted(legs):
            self._told.tell(LegEnded(leg, Cause.FAILED))

    def _tell(self, seq: int, event: EdgeEvent | CallArrived | AccountSeen) -> None:
        if seq <= self._heard:
            return
        self._heard = seq
        if isinstance(event, CallArrived):
            self._legs.add(event.leg)
        elif isinstance(event, LegEnded):
            self._legs.discard(event.leg)
        self._numbered.append((self._told.tell(event), seq))

    def _unlinked(self) -> None:
        self._line = None
        self._linked.clear()
        asked, self._asked = self._asked, {}
        for future in asked.values():
            if not future.done():
                future.set_exception(EdgeError(_AWAY))

    async def _ask(self, what: str, **more: Any) -> Any:
        """One request; raises EdgeError when it is refused, or not answered in time."""
        if self._line is None or len(self._asked) >= MOST_ASKED:
            raise EdgeError(_AWAY)
        number = next(self._numbers)
        reply = self._asked[number] = asyncio.get_running_loop().create_future()
        self._line.write({"id": number, "do": what, **more})
        try:
            async with asyncio.timeout(ANSWERED_WITHIN_S):
                return await reply
        except TimeoutError as late:
            raise EdgeError(_AWAY) from late
        finally:
            self._asked.pop(number, None)


async def _on_disk(work: Callable[[T], None], what: T) -> None:
    try:
        await asyncio.to_thread(work, what)
    except OSError as failure:
        raise EdgeError(str(failure)) from failure


def _settle(reply: asyncio.Future[Any], message: Json) -> None:
    if reply.done():
        return
    if "error" in message:
        refusal = _REFUSALS.get(message.get("kind", ""), EdgeError)
        reply.set_exception(refusal(str(message["error"])))
    else:
        reply.set_result(message.get("ok"))
