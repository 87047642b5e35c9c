"""Groups: lines that differ in needs alone, of which an agent gets the first that they can serve.

See `acd/lines.py`, which keeps them.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from trunkline.core.acd import order
from trunkline.core.acd.order import Head
from trunkline.core.acd.plans import Plan
from trunkline.core.acd.pools import Pool, Pools
from trunkline.core.words import Channel, InteractionId, QueueId

Entry = tuple[int, InteractionId]
"""Time of entry (ms), and who."""


LOOKED_AT = 64
"""So many who can be answered in time are looked at for one whom the agent may serve."""


@dataclass(slots=True, eq=False)
class Fit:
    """The `count` pools that meet a need, and the skills that it asks for.

    `marks` has a bit for each pool, set where it meets the need: to ask for one pool in many lines
    then reads little memory, and reading it is what a choice takes its time for. The pools
    themselves are listed when they are first asked for.
    """

    bench: Pools
    count: int
    marks: bytes
    skills: frozenset[str]
    listed: tuple[Pool, ...] | None = None

    def has(self, pool: Pool) -> bool:
        """Whether the agents of a pool meet the need."""
        return bool(self.marks[pool.number >> 3] >> (pool.number & 7) & 1)

    def pools(self) -> tuple[Pool, ...]:
        """Those who meet the need, in order of number."""
        if self.listed is None:
            self.listed = self.bench.those(self.marks)
        return self.listed


class Claim(NamedTuple):
    """What interactions of one group have in common: all that a score depends on but the wait."""

    queue: QueueId
    head: Head
    priority: int
    weight: float
    vip: bool
    callback: bool
    channel: Channel | None
    """Of what is written; a call has none, which is hashed the quickest."""


class Likeness(NamedTuple):
    """What interactions of one line have in common."""

    claim: Claim
    stage: int
    needs: tuple[str | None, ...]


Key = tuple[
    tuple[QueueId, Head, int, float, bool, bool, Channel | None], int, tuple[str | None, ...]
]
"""A likeness without the names of its parts: equal to it, and quicker made, to find a line by."""


@dataclass(slots=True, eq=False)
class Line:
    """Interactions that are alike, and the pools that may serve them."""

    like: Likeness
    plan: Plan
    group: Group
    fit: Fit
    bench: Pools
    entries: list[Entry] = field(default_factory=list)


First = tuple[int, InteractionId, Line]
"""The first entry of a line, and the line."""


Place = tuple[float, float, int]
"""Base and growth of the scores for agents of one penalty, and the wait (ms) from which on they
may surely be asked."""


@dataclass(slots=True, eq=False)
class Group:
    """Lines of one queue and channel that differ in needs alone; from `starving` ms on they starve.

    Of those that an agent can serve, the one whose first entered first comes first, whatever the
    rule of order; but where some come too `late` to be answered in time, the first of the others
    stands beside. `marks` are those of the lines in `firsts`, at the same places; `places` stand by
    penalty; `everyone` is kept only where being late counts. What is asked of the claim for every
    choice stands beside it.
    """

    claim: Claim
    queue: QueueId
    head: Head
    vip: bool
    starving: int
    late: int = order.NEVER_MS
    late_weight: float = 1.0
    everyone: list[First] = field(default_factory=list)
    firsts: list[First] = field(default_factory=list)
    marks: list[bytes] = field(default_factory=list)
    places: dict[int, Place] = field(default_factory=dict)

    def put_first(self, line: Line) -> None:
        """The line has a first entry now."""
        entered, name = line.entries[0]
        first = (entered, name, line)
        at = bisect_left(self.firsts, first)
        self.firsts.insert(at, first)
        self.marks.insert(at, line.fit.marks)

    def in_time(self, now: int, byte: int, mark: int) -> First | None:
        """The first who can be answered in time by agents of a pool, among the next who can."""
        everyone, since = self.everyone, now - self.late
        if not everyone or everyone[-1][0] <= since:
            return None
        earliest: Any = (since + 1,)
        at = bisect_left(everyone, earliest)
        for place in range(at, min(at + LOOKED_AT, len(everyone))):
            one = everyone[place]
            if one[2].fit.marks[byte] & mark:
                return one
        return None

    def drop_first(self, line: Line, entry: Entry) -> None:
        """This is the first entry of the line no longer."""
        entered, name = entry
        at = bisect_left(self.firsts, (entered, name, line))
        del self.firsts[at], self.marks[at]


Groups = dict[QueueId, dict[Claim, Group]]


def put_in(row: list[Any], one: Any) -> None:
    """Put in order; who comes mostly comes after all others."""
    if row and one < row[-1]:
        insort(row, one)
    else:
        row.append(one)


def place_in(row: list[Any], one: Any) -> int:
    """Where it stands in an ordered row, or would; who is looked for mostly stands at an end."""
    if not row or one <= row[0]:
        return 0
    return len(row) - 1 if row[-1] == one else bisect_left(row, one)
