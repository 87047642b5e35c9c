"""How long a leg has said nothing: pure, fed with its sound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from trunkline.adapters.edge.prompts import Pcm
    from trunkline.core.call.commands import AwaitSilence

SPOKEN_LEVEL: Final = 256
"""The mean of the samples' size from which on something is said: about -42 dBFS."""


@dataclass(slots=True)
class Quiet:
    """What was heard so far for one `AwaitSilence`, at `rate` samples a second."""

    asked: AwaitSilence
    rate: int
    silent: int = 0
    """Samples since something was said last."""

    def hear(self, sound: Pcm) -> bool:
        """Take some sound; True when it has been silent for as long as was asked."""
        spoken = float(np.abs(sound.astype(np.int32)).mean()) >= SPOKEN_LEVEL
        self.silent = 0 if spoken else self.silent + len(sound)
        return self.silent * 1000 >= self.asked.silence_ms * self.rate
