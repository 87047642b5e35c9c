"""By which trunks a call may go out, in their order.

As with SRV records (RFC 2782): a lower order is tried first; among equals chance decides by
weight, and who was not drawn comes after. A trunk that loses too much, is silent or full is left
gives no sign of life, is better than none and comes last.
"""

from __future__ import annotations

from collections.abc import Sequence

from trunkline.core.records import record


@record(frozen=True, slots=True)
class Way:
    """A trunk that leads out, and how it stands."""

    trunk: str
    order: int = 0
    weight: int = 1
    running: int = 0
    """Calls that run on it now."""

    begun: int = 0
    """Calls begun on it within the last second."""

    most_running: int | None = None
    most_a_second: int | None = None
    silent: bool = False
    lossy: bool = False

    @property
    def full(self) -> bool:
        """Whether one more call would be more than it takes."""
        return _reached(self.running, self.most_running) or _reached(self.begun, self.most_a_second)


def ranked(ways: Sequence[Way], draw: int) -> tuple[str, ...]:
    """The trunks to try, best first; `draw` is any number of 0 or more, random for each call."""
    open_ways = sorted(
        (way for way in ways if not way.full),
        key=lambda way: (way.silent, way.lossy, way.order, way.trunk),
    )
    found: list[str] = []
    while open_ways:
        first = open_ways[0]
        equals = [way for way in open_ways if _place(way) == _place(first)]
        chosen, draw = _drawn(equals, draw)
        open_ways.remove(chosen)
        found.append(chosen.trunk)
    return tuple(found)


def _place(way: Way) -> tuple[bool, bool, int]:
    return way.silent, way.lossy, way.order


def _drawn(equals: list[Way], draw: int) -> tuple[Way, int]:
    """One of them by weight, and what is left of the draw for the next."""
    total = sum(max(0, way.weight) for way in equals)
    if total == 0:
        return equals[0], draw
    draw, point = divmod(draw, total)
    for way in equals:
        point -= max(0, way.weight)
        if point < 0:
            return way, draw
    return equals[-1], draw


def _reached(count: int, most: int | None) -> bool:
    return most is not None and count >= most
