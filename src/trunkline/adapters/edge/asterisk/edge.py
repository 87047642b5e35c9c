"""The edge over Asterisk: the port's methods, the fence, and what happens at each reconnect.

Theory of operation. Requests go over ARI's REST; what happens comes over one WebSocket, one event
at a time, and is told on with numbers. Calls live in Asterisk, not here: when the WebSocket comes
back, or a new process opens the edge, the lists of channels and bridges are the truth. What we
knew and is gone has ended; what waits is told as arrived; what we did not know is taken in. The
epoch stands in Asterisk too, so that an older process is refused by name: whoever opens with a
newer one takes the WebSocket over, and the loser falls silent for ever.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from typing import TYPE_CHECKING, Any, Final

from trunkline.adapters.edge.asterisk.accounts import Accounts
from trunkline.adapters.edge.asterisk.ami import AmiError
from trunkline.adapters.edge.asterisk.announcements import Announcements
from trunkline.adapters.edge.asterisk.ari import Ari, AriError, AriEvents, segment
from trunkline.adapters.edge.asterisk.config import HELD_OFF, SHED_PCT
from trunkline.adapters.edge.asterisk.devices import Devices
from trunkline.adapters.edge.asterisk.gate import REVIEW_EVERY_S, Gate
from trunkline.adapters.edge.asterisk.hearing import Hearing
from trunkline.adapters.edge.asterisk.legs import Leg, found
from trunkline.adapters.edge.asterisk.offenders import Offenders
from trunkline.adapters.edge.asterisk.orders import Orders
from trunkline.adapters.edge.asterisk.probe import probe
from trunkline.adapters.edge.asterisk.recordings import Recordings
from trunkline.adapters.edge.asterisk.rest_socket import Json, speaks
from trunkline.adapters.edge.asterisk.root import REMEDY
from trunkline.adapters.edge.asterisk.sampling import Sampler
from trunkline.adapters.edge.asterisk.settings import APP
from trunkline.adapters.edge.background import Background
from trunkline.adapters.edge.board import Board
from trunkline.adapters.edge.told import Told
from trunkline.core.call.events import LegAnswered, RecordingEnded
from trunkline.core.words import BridgeId, Cause, LegId, RecordingId
from trunkline.kit.clock import WallClock, monotonic_s
from trunkline.kit.logging import logger
from trunkline.ports.edge import (
    Account,
    EdgeError,
    EngineKind,
    EpochOver,
    Health,
    Inventory,
    Numbered,
    Offender,
    Signalling,
    Sound,
    TrunkLink,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from trunkline.adapters.edge.asterisk.settings import AsteriskSettings
    from trunkline.core.call.commands import EdgeCommand
    from trunkline.ports.edge import LegReading

KIND: Final = EngineKind("asterisk", Signalling.SIP, "/sip")
OPEN_WITHIN_S: Final = 15.0
_EPOCH: Final = "TRUNKLINE_EPOCH"
_log = logger("telephony")


class AsteriskEdge:
    """`EdgeLink` over one Asterisk."""

    kind = KIND

    def __init__(self, settings: AsteriskSettings) -> None:
        self._settings = settings
        self._clock = WallClock()
        self._epoch = 0
        self._fenced = False
        self._connected = asyncio.Event()
        self._started_at = ""
        self._version = ""
        self._background = Background()
        self._takes_requests = speaks(settings.installation.version)
        self._ari = Ari(settings.http_port, settings.secrets().ari_headers())
        self._told = Told()
        self._recordings = Recordings(settings, self._background, self._recording_ended)
        self._board = Board[Leg](
            self._told, self._recordings.watch_closing, self._room_empty, self._room_orphaned
        )
        self._gate = Gate(settings.limits, monotonic_s())
        self._hearing = Hearing(self._board, self._ari, self._gate, self._background)
        self._accounts = Accounts(self._ari, settings)
        self._orders = Orders(
            settings,
            self._board,
            self._ari,
            self._hearing,
            self._recordings,
            self._background,
            self._accounts.dial_string,
            self._attended,
        )
        self._announcements = Announcements(settings, self._ari)
        self._devices = Devices(settings, self._told)
        self._offenders = Offenders(settings, self._accounts)
        self._watching: asyncio.Task[None] | None = None
        self._sampler = Sampler(self._board, self._ari)
        self._probing = asyncio.Lock()
        self._listening: asyncio.Task[None] | None = None

    async def open(self, epoch: int) -> Inventory:
        """Take control with this epoch and say what is there; older epochs are refused from now."""
        try:
            async with asyncio.timeout(OPEN_WITHIN_S):
                lived_on = await self._raise_fence(epoch)
                self._told.reopen()
                self._listen()
                await self._connected.wait()
        except (AriError, TimeoutError) as failure:
            raise EdgeError(f"telephony cannot be opened: {failure!r}") from failure
        recordings = self._recordings
        return self._board.inventory(recordings.running, recordings.closed(), lived_on=lived_on)

    async def send(self, command: EdgeCommand, epoch: int) -> None:
        """Carry out one command; raises `EdgeError` when it was refused or timed out."""
        if self._fenced or epoch < self._epoch:
            raise EpochOver(epoch)
        await self._orders.carry_out(command)

    def events(self) -> AsyncIterator[Numbered]:
        """Events from the oldest not acknowledged on, for ever; ends when the edge closes."""
        return self._told.events()

    async def acknowledge(self, seq: int) -> None:
        """Everything up to and including `seq` is durable on our side."""
        self._told.acknowledge(seq)

    async def hold_off(self, for_s: int) -> None:
        """Refuse arrivals for so long, in the dialplan; 0: take them again."""
        until = math.ceil(self._clock.now_ms() / 1000) + for_s if for_s else 0
        await self._as_edge(
            self._ari.post("asterisk/variable", variable=HELD_OFF, value=str(until))
        )

    async def health(self) -> Health:
        """Whether calls can be taken now."""
        if self._fenced:
            return Health(ready=False, reason="a newer control program took over")
        if not self._connected.is_set():
            reason = "telephony is not running or does not answer"
            return Health(ready=False, reason=reason, remedy=f"trunkline doctor, then {REMEDY}")
        legs, bridges = len(self._board.legs), len(self._board.rooms)
        details: dict[str, str | int | float] = {"version": self._version, "legs": legs}
        return Health(
            ready=True, details=details | {"bridges": bridges, "shed": self._hearing.shed}
        )

    async def put_account(self, account: Account) -> None:
        """Make or replace an account."""
        await self._as_edge(self._accounts.put(account))
        self._devices.watch(account.name, fixed=account.contact is not None)

    async def drop_account(self, name: str) -> None:
        """Forget an account; its registration ends."""
        self._devices.forget(name)
        await self._as_edge(self._accounts.drop(name))

    async def put_trunk(self, trunk: TrunkLink) -> None:
        """Make or replace a trunk."""
        await self._as_edge(self._accounts.put_trunk(trunk))
        self._offenders.review()

    async def admit(self) -> None:
        """Have the proxy before us, if there is one, send calls from now: all was told."""
        await self._as_edge(self._accounts.admit())

    async def sounds(self) -> dict[str, str]:
        """The announcements that are held here, each with its mark."""
        return await self._announcements.held()

    async def put_sound(self, sound: Sound) -> None:
        """Make or replace an announcement."""
        await self._as_edge(self._announcements.put(sound))

    async def drop_sound(self, name: str) -> None:
        """Forget an announcement."""
        await self._as_edge(self._announcements.drop(name))

    async def reachable(self, account: str) -> bool:
        """Whether a device is registered for this account now."""
        try:
            told = await self._ari.get(f"endpoints/PJSIP/{segment(account)}")
        except AriError:
            return False
        return bool(told["state"] == "online") and not self._devices.has_lapsed(account)

    async def probe(self, trunk: str) -> float | None:
        """Ask the trunk's host for a sign of life; milliseconds until it came, None for silence."""
        async with self._probing:
            try:
                return await probe(self._settings, await self._accounts.put_probe(trunk))
            except (AriError, AmiError) as failure:
                raise EdgeError(str(failure)) from failure
            finally:
                await self._as_edge(self._accounts.drop_probe(trunk))

    async def offenders(self) -> tuple[Offender, ...]:
        """Who is refused now, the last one first."""
        return self._offenders.told()

    async def pardon(self, offender: str) -> bool:
        """Take an offender's messages again."""
        return self._offenders.pardon(offender)

    def on_readings(self, hear: Callable[[Sequence[LegReading]], None]) -> None:
        """Tell of the quality of the legs that talk, each every `SAMPLED_EVERY_S`."""
        self._sampler.tell(hear)
        self._background.start(self._sampler.run())

    def engine_ended(self) -> None:
        """The engine's process is gone and every leg with it: told now, whenever it is back."""
        self._end_lost_legs(set(), is_new=True)

    async def close(self) -> None:
        """Let go of the engine; calls go on."""
        self._told.close()
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
            self._listening = None
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
            self._watching = None
        await self._devices.close()
        await self._offenders.close()
        for leg in self._board.legs.values():
            leg.forget_timers()
        await self._background.close()
        await self._recordings.close()
        await self._ari.close()

    async def _raise_fence(self, epoch: int) -> bool:
        """Whether Asterisk had one of an earlier program: one that is new has forgotten it."""
        there = await self._epoch_there()
        if epoch < max(self._epoch, there):
            raise EpochOver(epoch)
        await self._ari.post("asterisk/variable", variable=_EPOCH, value=str(epoch))
        self._epoch = epoch
        return there > 0

    async def _epoch_there(self) -> int:
        try:
            told = await self._ari.get("asterisk/variable", variable=_EPOCH)
        except AriError as refusal:
            if refusal.status == 404:
                return 0
            raise
        value = told.get("value") or ""
        return int(value) if value.isdigit() else 0

    def _listen(self) -> None:
        if self._listening is None or self._listening.done():
            events = AriEvents(
                self._ari,
                takes_requests=self._takes_requests,
                may_connect=self._may_connect,
                on_connected=self._on_connected,
                on_event=self._hearing.on_event,
                on_lost=self._connected.clear,
            )
            loop = asyncio.get_running_loop()
            self._listening = loop.create_task(self._hear(events))
            if self._watching is None:
                self._watching = loop.create_task(self._watch())

    async def _watch(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._devices.run(), name="devices")
            tasks.create_task(self._offenders.run(), name="offenders")
            tasks.create_task(self._keep_gate(), name="gate")

    def _attended(self, leg: Leg) -> None:
        self._gate.attended(self._clock.now_ms() / 1000 - leg.came_s)

    async def _keep_gate(self) -> None:
        """Have the dialplan refuse as many as the gate says; none at first, whatever was before."""
        told = -1
        while True:
            if self._gate.shed_pct != told:
                with contextlib.suppress(AriError):
                    value = str(self._gate.shed_pct)
                    await self._ari.post("asterisk/variable", variable=SHED_PCT, value=value)
                    told = int(value)
            await asyncio.sleep(REVIEW_EVERY_S)
            self._gate.review(monotonic_s())

    async def _hear(self, events: AriEvents) -> None:
        await events.run()
        # It returns only when a newer program has taken our place.
        self._fenced = True
        self._told.close()
        _log.warning("edge_fenced", epoch=self._epoch)

    async def _may_connect(self) -> bool:
        there = await self._epoch_there()
        if there < self._epoch:  # Asterisk was started anew and has forgotten it
            await self._ari.post("asterisk/variable", variable=_EPOCH, value=str(self._epoch))
        return there <= self._epoch

    async def _on_connected(self) -> None:
        # Of every channel, for a leg that rings or echoes is in no application of ours.
        await self._ari.post(f"applications/{APP}/subscription", eventSource="channel:")
        about: Json = await self._ari.get("asterisk/info", only="status,system")
        # The list of bridges is taken first: a leg in it is surely among the channels after.
        bridges = await self._ari.get("bridges")
        channels = await self._ari.get("channels")
        started_at = about["status"]["startup_time"]
        self._version = about["system"]["version"]
        is_new = started_at != self._started_at
        self._end_lost_legs({channel["id"] for channel in channels}, is_new=is_new)
        self._adopt_legs(channels)
        self._adopt_rooms(bridges)
        if is_new:
            self._recordings.adopt(may_begin=bool(channels))
            await self._accounts.push_all()
            self._offenders.push()
        self._started_at = started_at
        self._connected.set()

    def _end_lost_legs(self, there: set[str], *, is_new: bool) -> None:
        lost = [leg for leg in self._board.legs.values() if leg.id not in there]
        for leg in sorted(lost, key=lambda leg: leg.to_agent):  # who called us first
            self._board.end(leg.id, Cause.FAILED if is_new else leg.ending or Cause.NORMAL)

    def _adopt_legs(self, channels: list[Json]) -> None:
        for channel in channels:
            leg = found(channel)
            if leg is None or self._board.has_ended(leg.id):
                continue
            known = self._board.legs.get(leg.id)
            if known is None:
                self._board.add(leg)
                if leg.arrived and not leg.answered:
                    self._told.tell(leg.arrived)
            elif leg.answered and not known.answered:
                known.answered = True
                known.forget_timers()
                if not known.inbound:
                    self._told.tell(LegAnswered(leg.id))

    def _adopt_rooms(self, bridges: list[Json]) -> None:
        for bridge in bridges:
            name = BridgeId(bridge["id"])
            for leg in map(self._board.legs.get, map(LegId, bridge["channels"])):
                if leg is not None:
                    self._board.enter(name, leg)
            if not bridge["channels"] and name not in self._board.rooms:
                self._room_empty(name)

    def _room_empty(self, bridge: BridgeId) -> None:
        self._background.start(self._ari.delete(f"bridges/{segment(bridge)}"))

    def _room_orphaned(self, bridge: BridgeId) -> None:
        room = self._board.rooms[bridge]
        _log.warning("room_orphaned", bridge=bridge)
        for leg in room.members | room.held:
            self._background.start(self._ari.delete(f"channels/{segment(leg)}"))

    def _recording_ended(self, recording: RecordingId) -> None:
        self._told.tell(RecordingEnded(recording))

    async def _as_edge(self, work: Any) -> None:
        try:
            await work
        except (AriError, OSError) as refusal:
            raise EdgeError(str(refusal)) from refusal
