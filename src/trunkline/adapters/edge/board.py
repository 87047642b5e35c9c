"""The picture of an engine: legs, rooms, and what was told about them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

from trunkline.core.call.events import LegEnded, PlayEnded
from trunkline.ports.edge import ORPHAN_AFTER_S, Inventory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from trunkline.adapters.edge.told import Told
    from trunkline.core.words import BridgeId, Cause, LegId, RecordingId
    from trunkline.ports.edge import LegThere

MOST_REMEMBERED_ENDS: Final = 5_000


class StandingLeg(Protocol):
    """What the board needs of an engine's leg."""

    bridge: BridgeId | None
    held_from: BridgeId | None
    music: str | None

    @property
    def id(self) -> LegId:
        """Its name."""

    @property
    def plays(self) -> Iterable[str]:
        """What is being said to it."""

    @property
    def recording(self) -> RecordingId | None:
        """The recording that runs on it."""

    def there(self) -> LegThere:
        """This leg for the inventory."""

    def forget_timers(self) -> None:
        """Cancel whatever waits on it."""


L = TypeVar("L", bound=StandingLeg)


@dataclass(slots=True)
class Room:
    """One bridge: who stands in it, and who was taken out on hold."""

    members: set[LegId] = field(default_factory=set)
    held: set[LegId] = field(default_factory=set)


class Board(Generic[L]):
    """Legs and rooms by id. Every end of a leg passes through `end`, exactly once."""

    def __init__(
        self,
        told: Told,
        leg_recorded: Callable[[RecordingId], None],
        room_empty: Callable[[BridgeId], None],
        room_orphaned: Callable[[BridgeId], None],
    ) -> None:
        self.legs: dict[LegId, L] = {}
        self.rooms: dict[BridgeId, Room] = {}
        self.told = told
        self._ended: dict[LegId, None] = {}
        self._leg_recorded = leg_recorded
        self._room_empty = room_empty
        self._room_orphaned = room_orphaned

    def add(self, leg: L) -> L:
        """Remember a leg."""
        self.legs[leg.id] = leg
        return leg

    def has_ended(self, leg: LegId) -> bool:
        """Whether this leg was there and is gone."""
        return leg in self._ended

    def enter(self, bridge: BridgeId, leg: L) -> None:
        """The leg stands in the bridge now."""
        room = self.rooms.setdefault(bridge, Room())
        room.held.discard(leg.id)
        room.members.add(leg.id)
        leg.bridge, leg.held_from, leg.music = bridge, None, None

    def hold(self, bridge: BridgeId, leg: L, music: str) -> None:
        """The leg was taken out of the bridge, to come back."""
        room = self.rooms.setdefault(bridge, Room())
        room.members.discard(leg.id)
        room.held.add(leg.id)
        leg.bridge, leg.held_from, leg.music = None, bridge, music

    def step_out(self, leg: L) -> None:
        """The leg stands in no bridge any more, and will not come back to the one it left."""
        for bridge in (leg.bridge, leg.held_from):
            if bridge in self.rooms:
                room = self.rooms[bridge]
                room.members.discard(leg.id)
                room.held.discard(leg.id)
        leg.bridge = leg.held_from = None

    def dissolve(self, bridge: BridgeId) -> None:
        """The bridge is gone; its legs stay."""
        room = self.rooms.pop(bridge, Room())
        for name in room.members | room.held:
            if leg := self.legs.get(name):
                leg.bridge = leg.held_from = None

    def end(self, name: LegId, cause: Cause) -> None:
        """The leg is gone: its plays end, its recording closes, its room is left."""
        leg = self.legs.pop(name, None)
        if leg is None:
            return
        self._remember_end(name)
        leg.forget_timers()
        for play in sorted(leg.plays):
            self.told.tell(PlayEnded(name, play, completed=False))
        number = self.told.tell(LegEnded(name, cause))
        if leg.recording:
            self._leg_recorded(leg.recording)
        if bridge := leg.bridge or leg.held_from:
            self._leave(bridge, name, number)

    def inventory(
        self,
        recordings: tuple[RecordingId, ...],
        closed: tuple[RecordingId, ...],
        *,
        lived_on: bool,
    ) -> Inventory:
        """What is there now, for the first program of this engine or for a later one."""
        there = tuple(leg.there() for leg in self.legs.values())
        return Inventory(there, recordings, lived_on, closed)

    def _leave(self, bridge: BridgeId, name: LegId, number: int) -> None:
        room = self.rooms.get(bridge)
        if room is None:
            return
        room.members.discard(name)
        room.held.discard(name)
        if not room.members and not room.held:
            del self.rooms[bridge]
            self._room_empty(bridge)
            return
        loop = asyncio.get_running_loop()
        loop.call_later(ORPHAN_AFTER_S, self._look_for_driver, bridge, number)

    def _look_for_driver(self, bridge: BridgeId, number: int) -> None:
        # Nobody took note of the end for so long: the rest would hear silence for ever.
        if self.told.acknowledged < number and bridge in self.rooms:
            self._room_orphaned(bridge)

    def _remember_end(self, name: LegId) -> None:
        self._ended[name] = None
        if len(self._ended) > MOST_REMEMBERED_ENDS:
            del self._ended[next(iter(self._ended))]
