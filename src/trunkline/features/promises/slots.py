"""The free times of an expert: what is open, in steps, without what is booked. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from trunkline.features.calendars import Interval

EARLIEST_MS: Final = 48 * 3_600_000
"""An appointment is made so long ahead at least."""
MOST_SLOTS: Final = 150


def free(
    hours: Collection[Interval], taken: Collection[int], length_ms: int, earliest: int
) -> list[int]:
    """When an appointment may begin, ms UTC, from `earliest` on; `taken` are begins of others.

    Steps begin with each open stretch, and the whole of an appointment is within one.
    """
    found = (
        at
        for begin, end in hours
        for at in _steps(begin, end, length_ms)
        if at >= earliest and not _overlaps(at, taken, length_ms)
    )
    return [at for at, _ in zip(found, range(MOST_SLOTS), strict=False)]


def within(hours: Collection[Interval], begin: int, end: int) -> list[Interval]:
    """The open stretches that begin within a time; none of them is cut, so that steps stay."""
    return [(first, last) for first, last in hours if first < end and last > begin]


def _steps(begin: int, end: int, length_ms: int) -> Iterator[int]:
    at = begin
    while at + length_ms <= end:
        yield at
        at += length_ms


def _overlaps(at: int, taken: Collection[int], length_ms: int) -> bool:
    return any(abs(at - other) < length_ms for other in taken)
