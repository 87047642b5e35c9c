"""Plays and keys of a leg: a key stops the play and counts, silence after it counts as nothing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from trunkline.adapters.edge.keys import Keys
from trunkline.core.call.events import DigitsCollected, PlayEnded

if TYPE_CHECKING:
    from trunkline.adapters.edge.embedded.legs import Leg, Tape
    from trunkline.adapters.edge.told import Told
    from trunkline.core.call.commands import Collect


class Keypad:
    """The rules between what is said to a leg and what is pressed there."""

    def __init__(self, told: Told) -> None:
        self._told = told

    def play(self, leg: Leg, play: str, tape: Tape) -> None:
        """Say it after what is being said; saying it twice is saying it once."""
        if play in leg.plays:
            return
        leg.plays[play] = tape
        self._stop_timer(leg)
        if tape.is_over:
            self.play_ended(leg, play, completed=True)

    def stop_plays(self, leg: Leg) -> None:
        """Silence everything that is being said."""
        for play in tuple(leg.plays):
            self.play_ended(leg, play, completed=False)

    def play_ended(self, leg: Leg, play: str, *, completed: bool) -> None:
        """One is over; one that is not said is done."""
        if leg.plays.pop(play, None) is None:
            return
        self._told.tell(PlayEnded(leg.id, play, completed))
        if not leg.plays and leg.key_timer is None:
            self._start_timer(leg)

    def collect(self, leg: Leg, command: Collect) -> None:
        """Take keys from now."""
        if leg.keys is not None and leg.keys.asked == command:
            return
        leg.keys = Keys(command)
        if not leg.plays:
            self._start_timer(leg)

    def stop_collect(self, leg: Leg, collect: str) -> None:
        """Take no more keys for this collection; nothing is told."""
        if leg.keys is not None and leg.keys.asked.collect == collect:
            leg.keys = None
            self._stop_timer(leg)

    def press(self, leg: Leg, key: str) -> None:
        """A key of the far end; one that nobody asked for is lost."""
        if leg.keys is None:
            return
        self.stop_plays(leg)
        if leg.keys.press(key):
            self._collected(leg)
        else:
            self._start_timer(leg)

    def _collected(self, leg: Leg) -> None:
        keys, leg.keys = leg.keys, None
        self._stop_timer(leg)
        if keys is not None:
            asked = keys.asked
            self._told.tell(DigitsCollected(leg.id, asked.collect, keys.digits, asked.personal))

    def _start_timer(self, leg: Leg) -> None:
        self._stop_timer(leg)
        if leg.keys is not None:
            wait_s = leg.keys.wait_ms / 1000
            leg.key_timer = asyncio.get_running_loop().call_later(wait_s, self._collected, leg)

    def _stop_timer(self, leg: Leg) -> None:
        if leg.key_timer is not None:
            leg.key_timer.cancel()
            leg.key_timer = None
