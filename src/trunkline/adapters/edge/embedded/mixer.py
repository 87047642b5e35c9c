"""Twenty milliseconds at a time: who says what, and what each leg hears.

Every leg hears exactly one thing of these, the first that applies: what is played to it, itself
(an echo), whom it listens to, its bridge without itself, music, nothing; and besides who whispers
to it and the keys that are sent to it. All legs share one beat and one pass of the encoder.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from trunkline.adapters.edge.embedded.sounds import SILENCE
from trunkline.adapters.edge.embedded.ulaw import Encoder
from trunkline.core.call.events import SilenceFell
from trunkline.kit.clock import monotonic_s

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from trunkline.adapters.edge.board import Board
    from trunkline.adapters.edge.embedded.legs import Leg
    from trunkline.adapters.edge.embedded.recorder import Recorder
    from trunkline.adapters.edge.prompts import Pcm
    from trunkline.core.words import BridgeId, LegId

Sum = npt.NDArray[np.int32]

BEAT_S: Final = 0.02
LATE_S: Final = 0.02
"""A beat that is later than this is heard: the far end's buffer holds little more."""

GIVEN_UP_S: Final = 0.5
"""Beats that are missed by more than this are left out: nobody waits for old sound."""

_NOTHING: Final[Sum] = np.zeros(len(SILENCE), np.int32)


class Mixer:
    """The beat; it rests while no leg is up."""

    def __init__(
        self, board: Board[Leg], recorder: Recorder, play_ended: Callable[[Leg, str], None]
    ) -> None:
        self.beats = 0
        self.late = 0
        self.latest_s = 0.0
        self._board = board
        self._recorder = recorder
        self._play_ended = play_ended
        self._encoder = Encoder()
        self._wanted = asyncio.Event()

    def wake(self) -> None:
        """A leg is up."""
        self._wanted.set()

    async def run(self) -> None:
        """Beat until cancelled."""
        due_s = monotonic_s()
        while True:
            up = [leg for leg in self._board.legs.values() if leg.answered]
            if not up:
                self._wanted.clear()
                await self._wanted.wait()
                due_s = monotonic_s()
                continue
            self._count(monotonic_s() - due_s)
            self.beat(up)
            due_s = max(due_s + BEAT_S, monotonic_s() - GIVEN_UP_S)
            await asyncio.sleep(max(0.0, due_s - monotonic_s()))

    def beat(self, up: Collection[Leg]) -> None:
        """Twenty milliseconds of every leg that is up."""
        said = {leg.id: _said(leg) for leg in up}
        for leg in up:
            if leg.quiet is not None and leg.quiet.hear(said[leg.id]):
                self._board.told.tell(SilenceFell(leg.id, leg.quiet.asked.wait))
                leg.quiet = None
        played = {leg.id: sound for leg in up if (sound := self._played(leg)) is not None}
        sums = heard(up, said, played)
        frames = {leg.id: _clipped(sums[leg.id], leg) for leg in up}
        for leg, payload in zip(up, self._encoder.encode(list(frames.values())), strict=True):
            if leg.peer is not None and leg.peer.is_connected:
                leg.peer.say(payload)
            if leg.recording is not None:
                self._recorder.add(leg.recording, said[leg.id], frames[leg.id])

    def _played(self, leg: Leg) -> Pcm | None:
        """What is played to this leg alone; nothing is played before it can be heard."""
        if leg.peer is None or not leg.peer.is_connected:
            return None
        if leg.plays:
            play, tape = next(iter(leg.plays.items()))
            sound = tape.next()
            if tape.is_over:
                self._play_ended(leg, play)
            return sound
        return leg.tune.next_round() if leg.tune is not None and leg.bridge is None else None

    def _count(self, late_s: float) -> None:
        self.beats += 1
        self.latest_s = max(self.latest_s, late_s)
        if late_s > LATE_S:
            self.late += 1


def heard(
    legs: Collection[Leg], said: Mapping[LegId, Pcm], played: Mapping[LegId, Pcm]
) -> dict[LegId, Sum]:
    """What each leg hears, before it is made fit for 16 bits."""
    voices = {leg.id: _voice(leg, said) for leg in legs}
    rooms: defaultdict[BridgeId, Sum] = defaultdict(lambda: _NOTHING)
    for leg in legs:
        if leg.bridge is not None:
            rooms[leg.bridge] = rooms[leg.bridge] + voices[leg.id]
    sums = {leg.id: _alone(leg, voices, rooms, said, played) for leg in legs}
    whispered = dict(sums)
    for leg in legs:
        listens = leg.listens
        if listens is None or listens.to not in sums or leg.id in played:
            continue
        whispered[leg.id] = sums[listens.to] + voices[listens.to]
        if listens.whisper and listens.to not in played:
            whispered[listens.to] = whispered[listens.to] + voices[leg.id]
    return whispered


def _alone(
    leg: Leg,
    voices: Mapping[LegId, Sum],
    rooms: Mapping[BridgeId, Sum],
    said: Mapping[LegId, Pcm],
    played: Mapping[LegId, Pcm],
) -> Sum:
    """What a leg hears when nobody listens or whispers."""
    if leg.id in played:
        return played[leg.id].astype(np.int32)
    if leg.echo:
        return said[leg.id].astype(np.int32)
    if leg.bridge is not None:
        return rooms[leg.bridge] - voices[leg.id]
    return _NOTHING


def _voice(leg: Leg, said: Mapping[LegId, Pcm]) -> Sum:
    return _NOTHING if leg.muted else said[leg.id].astype(np.int32)


def _said(leg: Leg) -> Pcm:
    return leg.peer.inbox.take() if leg.peer is not None else SILENCE


def _clipped(total: Sum, leg: Leg) -> Pcm:
    if leg.tones is not None:
        total = total + leg.tones.next()
        if leg.tones.is_over:
            leg.tones = None
    return np.clip(total, -32768, 32767).astype(np.int16)
