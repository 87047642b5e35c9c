"""The course of one leg's quality: a bounded number of points, coarser as the talk grows long."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from trunkline.core.quality.codecs import codec
from trunkline.core.quality.legs import Counters, Sample, between, rating, whole

MOST_POINTS: Final = 360
"""Half an hour of samples; then two become one, and so on."""

_FIRST_PACKETS: Final = 500
"""A first reading of more than this is of a leg that talked before we looked: it only begins."""


@dataclass(frozen=True, slots=True)
class Point:
    """A leg over a while that ended at `at_ms`; `mos` is of its worse direction."""

    at_ms: int
    sample: Sample
    mos: float


@dataclass(slots=True)
class Track:
    """One leg, from its first reading on."""

    codec: str
    began_at: int
    points: list[Point] = field(default_factory=list)
    before: Counters | None = None
    every: int = 1
    """So many readings make one point."""

    waiting: list[Sample] = field(default_factory=list)

    def hear(self, at_ms: int, codec_name: str, counters: Counters) -> Sample | None:
        """Take a reading; what happened since the last one, None when that is not known."""
        before, self.before = self.before, counters
        self.codec = codec_name
        if before is None:
            if counters.received > _FIRST_PACKETS:
                return None
            before = Counters()
        sample = between(before, counters)
        self.waiting.append(sample)
        if len(self.waiting) >= self.every:
            self._add(at_ms)
        return sample

    def whole(self) -> Point:
        """The whole leg as one point; it has at least one reading."""
        samples = [point.sample for point in self.points] + self.waiting
        return self._point(self.points[-1].at_ms if self.points else self.began_at, samples)

    def lowest(self) -> float | None:
        """The lowest MOS of any point."""
        return min((point.mos for point in self.points), default=None)

    def _add(self, at_ms: int) -> None:
        self.points.append(self._point(at_ms, self.waiting))
        self.waiting = []
        if len(self.points) >= MOST_POINTS:
            pairs = zip(self.points[::2], self.points[1::2], strict=False)
            self.points = [self._point(b.at_ms, [a.sample, b.sample]) for a, b in pairs]
            self.every *= 2

    def _point(self, at_ms: int, samples: list[Sample]) -> Point:
        sample = whole(samples)
        return Point(at_ms, sample, rating(codec(self.codec), sample).mos)
