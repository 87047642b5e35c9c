"""The engine: what the port promises, inside its own process, with legs that are pages.

Theory of operation. One loop: commands of the driver, messages of pages and the beat of the mixer
take turns, and none of them waits for another. Nothing is read from disk but sounds; legs live as
long as this process, whoever drives it. The epoch stands here, so an older driver is refused by
name.
"""

from __future__ import annotations

import asyncio
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from trunkline.adapters.edge.background import Background
from trunkline.adapters.edge.board import Board
from trunkline.adapters.edge.embedded.calls import Calls
from trunkline.adapters.edge.embedded.keypad import Keypad
from trunkline.adapters.edge.embedded.legs import Leg
from trunkline.adapters.edge.embedded.mixer import Mixer
from trunkline.adapters.edge.embedded.orders import Orders
from trunkline.adapters.edge.embedded.pages import Pages
from trunkline.adapters.edge.embedded.recorder import Recorder
from trunkline.adapters.edge.embedded.sounds import Sounds
from trunkline.adapters.edge.told import Told
from trunkline.core.call.events import RecordingEnded
from trunkline.core.words import BridgeId, Cause, RecordingId
from trunkline.kit.clock import monotonic_s
from trunkline.kit.ids import secret_text
from trunkline.kit.logging import logger
from trunkline.ports.edge import (
    SAMPLED_EVERY_S,
    Account,
    EdgeError,
    EdgeFull,
    Health,
    Inventory,
    LegReading,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from trunkline.adapters.edge.embedded.settings import EmbeddedSettings
    from trunkline.core.call.commands import EdgeCommand

CODEC: Final = "g711"
FINISHED_WITHIN_S: Final = 2.0
_log = logger("telephony")


class Engine:
    """Legs, pages, and who drives them."""

    def __init__(self, settings: EmbeddedSettings) -> None:
        self.name = secret_text(9)
        """Drawn at each start: who knows another one knows that every leg of it is lost."""

        self.told = Told()
        self.pages = Pages(self.told)
        self._epoch = 0
        self._background = Background()
        self._recorder = Recorder(settings.spool, self._recording_ended)
        self._board = Board[Leg](
            self.told, self._recorder.stop, lambda _: None, self._room_orphaned
        )
        keypad = Keypad(self.told)
        self._mixer = Mixer(
            self._board,
            self._recorder,
            lambda leg, play: keypad.play_ended(leg, play, completed=True),
        )
        self.calls = Calls(settings, self._board, self.pages, keypad, self._mixer, self._background)
        sounds = Sounds(settings.sounds)
        self._orders = Orders(
            self._board, self.calls, self.pages, keypad, self._recorder, sounds, self._background
        )
        self._hear: Callable[[Sequence[LegReading]], None] | None = None

    @property
    def is_idle(self) -> bool:
        """Whether no leg is there and nothing is written."""
        return not self._board.legs and not self._recorder.running

    async def run(self) -> None:
        """Beat, watch and sample until cancelled."""
        self._recorder.adopt()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._mixer.run(), name="mixer")
            tasks.create_task(self.calls.watch(), name="watch")
            tasks.create_task(self._sample(), name="sample")

    async def close(self) -> None:
        """End every leg and close every file."""
        for name in tuple(self._board.legs):
            self.calls.end(name, Cause.FAILED)
        await self._background.finish(FINISHED_WITHIN_S)
        await self._recorder.close()
        self.told.close()

    def open(self, epoch: int) -> Inventory:
        """Take control with this epoch and say what is there; older epochs are refused."""
        self._check(epoch)
        lived_on, self._epoch = self._epoch > 0, epoch
        self.told.reopen()
        running = self._recorder.running
        begun = {leg.recording for leg in self._board.legs.values() if leg.recording}
        closed = tuple(sorted(begun.difference(running)))
        return self._board.inventory(running, closed, lived_on=lived_on)

    async def send(self, command: EdgeCommand, epoch: int) -> None:
        """Carry out one command; raises EdgeError, LegGone."""
        self._check(epoch)
        await self._orders.carry_out(command)

    def hold_off(self, for_s: int) -> None:
        """Refuse arrivals for so long; 0: take them again."""
        self.calls.held_off_until_s = monotonic_s() + for_s

    def health(self) -> Health:
        """How many legs there are, and how well the beat is kept."""
        details: dict[str, str | int | float] = {
            "version": version("aiortc"),
            "legs": len(self._board.legs),
            "bridges": len(self._board.rooms),
            "shed": self.calls.shed,
            "beats": self._mixer.beats,
            "late": self._mixer.late,
            "latest_ms": round(1000 * self._mixer.latest_s, 1),
        }
        return Health(ready=True, details=details)

    def put_account(self, account: Account) -> None:
        """Make or replace an account; raises EdgeFull for a guest whose call has no room."""
        if account.number and self.calls.are_full:
            self.calls.shed += 1
            raise EdgeFull("no further call is taken")
        self.pages.put(account)

    def reachable(self, account: str) -> bool:
        """Whether a page of this account can be rung now."""
        return self.pages.of(account) is not None

    def on_readings(self, hear: Callable[[Sequence[LegReading]], None]) -> None:
        """Tell of the quality of the legs that talk."""
        self._hear = hear

    def _check(self, epoch: int) -> None:
        if epoch < self._epoch:
            raise EdgeError(f"epoch {epoch} is over")

    async def _sample(self) -> None:
        while True:
            await asyncio.sleep(SAMPLED_EVERY_S)
            talking = [leg for leg in self._board.legs.values() if leg.answered and leg.peer]
            readings = [
                LegReading(leg.id, CODEC, await leg.peer.counters()) for leg in talking if leg.peer
            ]
            if readings and self._hear is not None:
                self._hear(readings)

    def _recording_ended(self, recording: RecordingId) -> None:
        self.told.tell(RecordingEnded(recording))

    def _room_orphaned(self, bridge: BridgeId) -> None:
        room = self._board.rooms[bridge]
        _log.warning("room_orphaned", bridge=bridge)
        for leg in room.members | room.held:
            self.calls.end(leg, Cause.NORMAL)
