"""Service level: answered within T of those offered, in the three ways that abandons are counted.

The clock of a stay runs from entering the queue, after menu and announcements, until both sides
hear each other; an offer that comes to nothing does not set it back. Offered are those who entered
less short abandons and less those whom the flow took out again. Who left for another queue and who
chose to be called back stand in columns of their own, and in none of these. A customer whom we
lost waited in vain like one who hung up, and is counted so.
"""

from __future__ import annotations

from trunkline.core.records import record

FORMULAS = {
    "ignored": "answered_within_{t}s / (offered - abandoned_within_{t}s)",
    "negative": "answered_within_{t}s / offered",
    "positive": "(answered_within_{t}s + abandoned_within_{t}s) / offered",
}
"""By how abandons within T count: as if they had not called, against us, or for us."""
OFFERED = "offered = entered - short_abandons - withdrawn - overflowed_out - callbacks"


@record(frozen=True, slots=True)
class Stays:
    """Stays in a queue that are over, counted by how they ended; `abandoned` has no short ones."""

    entered: int = 0
    answered: int = 0
    answered_in_time: int = 0
    abandoned: int = 0
    abandoned_in_time: int = 0
    short_abandons: int = 0
    withdrawn: int = 0
    overflowed_out: int = 0
    callbacks: int = 0
    waited_ms: int = 0
    """The waits of those who were answered, summed up."""

    @property
    def offered(self) -> int:
        """How many a service level is of."""
        gone = self.short_abandons + self.withdrawn + self.overflowed_out + self.callbacks
        return self.entered - gone

    @property
    def mean_wait_ms(self) -> int | None:
        """Average speed of answer (ASA); None when nobody was answered."""
        return self.waited_ms // self.answered if self.answered else None


def ignored(stays: Stays) -> float | None:
    """Abandons within T did not call."""
    return _ratio(stays.answered_in_time, stays.offered - stays.abandoned_in_time)


def negative(stays: Stays) -> float | None:
    """Abandons within T count against us."""
    return _ratio(stays.answered_in_time, stays.offered)


def positive(stays: Stays) -> float | None:
    """Abandons within T count for us."""
    return _ratio(stays.answered_in_time + stays.abandoned_in_time, stays.offered)


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole > 0 else None
