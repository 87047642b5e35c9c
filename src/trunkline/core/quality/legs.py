"""A leg's quality out of what RTCP counted: every few seconds, and for the whole call.

RTCP (RFC 3550 §6.4) counts from the beginning; what lies between two readings is what a sample
tells. Both directions are rated: what we received, and what the far end says it received of us.
A leg is as good as the worse of the two.
"""

from __future__ import annotations

from collections.abc import Sequence

from trunkline.core.quality.codecs import Codec
from trunkline.core.quality.emodel import Rating, rated
from trunkline.core.records import record

BUFFERED_JITTERS = 2.0
"""A receiver's buffer holds about twice the jitter."""


@record(frozen=True, slots=True)
class Counters:
    """What was counted of a leg so far. `lost` of `received + lost` never came to us.

    `far_lost` of `sent` never reached the far end, as it says itself; None while it has said
    nothing. Jitter is the estimate of RFC 3550 §6.4.1, in ms, at this moment.
    """

    received: int = 0
    lost: int = 0
    sent: int = 0
    far_lost: int | None = None
    jitter_ms: float = 0.0
    far_jitter_ms: float = 0.0
    round_trip_ms: float | None = None


@record(frozen=True, slots=True)
class Direction:
    """One direction of a leg over a while."""

    packets: int
    """Those that were expected."""

    lost: int
    jitter_ms: float

    @property
    def loss_pct(self) -> float:
        """Loss in percent; 0 where nothing was expected."""
        return 100 * self.lost / self.packets if self.packets else 0.0


@record(frozen=True, slots=True)
class Sample:
    """A leg over a while: `inward` is what we received, `outward` what the far end did."""

    inward: Direction
    outward: Direction | None
    round_trip_ms: float | None


def between(before: Counters, now: Counters) -> Sample:
    """What happened between two readings. Counters that ran backwards began anew."""
    if now.received < before.received or now.sent < before.sent:
        before = Counters()
    came = now.received - before.received
    lost = max(0, now.lost - before.lost)  # a late packet is taken off again
    inward = Direction(came + lost, lost, now.jitter_ms)
    return Sample(inward, _outward(before, now), now.round_trip_ms)


def rating(codec: Codec, sample: Sample) -> Rating:
    """The worse of both directions."""
    ways = [way for way in (sample.inward, sample.outward) if way is not None and way.packets]
    if not ways:
        return rated(codec, 0.0, codec.delay_ms)
    return min((_rated(codec, way, sample.round_trip_ms) for way in ways), key=lambda it: it.r)


def whole(samples: Sequence[Sample]) -> Sample:
    """All samples of a leg as one: losses are summed, jitter and round trip averaged."""
    trips = [it.round_trip_ms for it in samples if it.round_trip_ms is not None]
    outward = [it.outward for it in samples if it.outward is not None]
    return Sample(
        inward=_joined([it.inward for it in samples]),
        outward=_joined(outward) if outward else None,
        round_trip_ms=sum(trips) / len(trips) if trips else None,
    )


def _outward(before: Counters, now: Counters) -> Direction | None:
    if now.far_lost is None:
        return None
    lost = max(0, now.far_lost - (before.far_lost or 0))
    sent = now.sent - before.sent
    # The far end reports of what left us seconds ago: never more lost than was sent.
    return Direction(sent, min(lost, sent), now.far_jitter_ms)


def _rated(codec: Codec, way: Direction, round_trip_ms: float | None) -> Rating:
    delay_ms = codec.delay_ms + (round_trip_ms or 0.0) / 2 + BUFFERED_JITTERS * way.jitter_ms
    return rated(codec, way.loss_pct, delay_ms)


def _joined(ways: Sequence[Direction]) -> Direction:
    packets = sum(way.packets for way in ways)
    jitters = sum(way.jitter_ms * way.packets for way in ways)
    lost = sum(way.lost for way in ways)
    return Direction(packets, lost, jitters / packets if packets else 0.0)
