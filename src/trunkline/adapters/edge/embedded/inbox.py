"""What a far end said, on its way from packets to the even beat of the mixer."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

import numpy as np

from trunkline.adapters.edge.embedded.sounds import FRAME, SILENCE

if TYPE_CHECKING:
    from trunkline.adapters.edge.prompts import Pcm

FILL: Final = 2
"""Frames that are there before the first one is taken, and again after a gap."""

MOST: Final = 6
"""A sender whose clock is faster than ours fills the box: the oldest goes, back to `FILL`."""


class Inbox:
    """Takes sound as it comes and gives it in frames of 20 ms; silence when there is none."""

    def __init__(self) -> None:
        self._frames: deque[Pcm] = deque()
        self._rest: Pcm = SILENCE[:0]
        self._filling = True

    def put(self, samples: Pcm) -> None:
        """Sound of any length."""
        if len(samples) == FRAME and not len(self._rest):
            self._frames.append(samples)
        else:
            joined = np.concatenate([self._rest, samples])
            whole = len(joined) // FRAME * FRAME
            self._frames.extend(joined[:whole].reshape(-1, FRAME))
            self._rest = joined[whole:]
        if len(self._frames) > MOST:
            while len(self._frames) > FILL:
                self._frames.popleft()

    def take(self) -> Pcm:
        """The next 20 ms."""
        if self._filling and len(self._frames) < FILL:
            return SILENCE
        self._filling = not self._frames
        return self._frames.popleft() if self._frames else SILENCE
