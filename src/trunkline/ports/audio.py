"""The port to sound: two raw tracks of a recording become one compact file and its waveform."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

PEAKS_PER_S = 10
"""Peaks of the waveform in each second of a track."""


@dataclass(frozen=True, slots=True)
class Waveform:
    """The loudest sample of each tenth of a second, 0 (silence) to 255 (full scale), a track."""

    customer: bytes
    agent: bytes


@dataclass(frozen=True, slots=True)
class Encoded:
    """What was made of two tracks. `flaws` names tracks that had to be filled with silence."""

    duration_ms: int
    waveform: Waveform
    flaws: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Levelled:
    """An announcement as engines play it: 16 bit samples, little-endian, one channel, 16 kHz.

    `loudness_lufs` is how loud it was before (ITU-T BS.1770-4, integrated and gated).
    """

    samples: bytes
    duration_ms: int
    loudness_lufs: float


class AudioUnusable(Exception):
    """There is no usable sound; trying again changes nothing. `reason` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class AudioFailed(Exception):
    """The encoder itself failed (killed, disk full); the tracks may be fine: try again."""


class AudioEncoder(Protocol):
    """Turns the spool's tracks into what is kept."""

    async def encode(self, customer: Path, agent: Path, target: Path) -> Encoded:
        """Write Ogg Opus stereo to `target` (left customer, right agent), replacing it.

        The tracks begin together; the shorter one is filled with silence at its end, and so is
        one that is missing or broken. Raises `AudioUnusable` or `AudioFailed`.
        """

    async def close(self) -> None:
        """End what the encoder keeps running."""


class Leveller(Protocol):
    """Turns a file of any common format into an announcement, as loud as all others."""

    async def level(self, content: bytes) -> Levelled:
        """Decode, mix to one channel and level; raises `AudioFailed`, or `AudioUnusable`.

        Reasons: `unreadable` (no format that is known), `too_short`, `too_long` (beyond
        `LONGEST_S`), `silent`, `not_installed` (what decodes is missing here).
        """


LONGEST_S = 600
"""An announcement, or music, is this long at most."""
