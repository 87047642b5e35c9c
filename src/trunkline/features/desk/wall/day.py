"""A queue's day of calls in memory: stays that are over by their wait, for any threshold.

A stay counts where it was entered, from the tenant's midnight on; it is the same count as that of
the table of stays (features/interactions/stays), which it begins from.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from trunkline.core import facts as f
from trunkline.core.metrics.service_level import Stays
from trunkline.core.words import Channel, EndedBy
from trunkline.features.interactions import Outcome, Seeded, WaitKey, wait_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_ENDED: Final = {
    EndedBy.ABANDONED: Outcome.ABANDONED,
    EndedBy.FAILURE: Outcome.LOST,
    EndedBy.CALLBACK: Outcome.CALLBACK,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What counts as in time, and as a short abandon, in seconds."""

    within_s: int
    short_s: int

    @classmethod
    def of(cls, rules: Mapping[str, Any]) -> Limits:
        """From a queue's rules."""
        return cls(int(rules["service_level_s"]), int(rules.get("short_abandon_s", 5)))


@dataclass(slots=True)
class _Stay:
    queue: str
    entered_at: int
    answered: WaitKey | None = None
    """How long it had waited when an agent took it: both hear each other a moment later."""


@dataclass(slots=True)
class Day:
    """The stays of a tenant's day since its midnight `since` (ms UTC)."""

    since: int
    known_to: int = 0
    """Entries up to then are in what it began from."""
    counts: dict[str, Counter[tuple[Outcome, WaitKey]]] = field(default_factory=dict)
    stays: dict[str, _Stay] = field(default_factory=dict)
    """Those that are not over, by interaction; all of them are live, so they are few."""

    @classmethod
    def begun(cls, since: int, seeded: Seeded) -> Day:
        """From what the table knows."""
        day = cls(since, seeded.latest)
        for queue, outcome, key, count in seeded.counts:
            day.counts.setdefault(queue, Counter())[outcome, key] = count
        day.stays = {one.interaction: _Stay(one.queue, one.entered_at) for one in seeded.waiting}
        return day

    def fold(self, at: int, fact: Any) -> None:
        """Follow one fact."""
        fold = _FOLDS.get(type(fact))
        if fold:
            fold(self, at, fact)

    def stays_of(self, queue: str, limits: Limits) -> Stays:
        """The ingredients of the queue's service level so far, without the sum of the waits."""
        found: Counter[str] = Counter()
        for (outcome, key), count in self.counts.get(queue, Counter()).items():
            for name in _columns(outcome, key, limits):
                found[name] += count
        return Stays(**found)

    def enter(self, at: int, fact: f.InteractionQueued) -> None:
        """A stay begins; what was open before was given to this queue."""
        stay = self.stays.get(fact.interaction)
        known = stay is not None and (stay.queue, stay.entered_at) == (fact.queue, fact.entered_at)
        if fact.again or known or at <= self.known_to or fact.channel is not Channel.VOICE:
            return
        self.end(at, fact.interaction, Outcome.WITHDRAWN)
        entered = at if fact.returned else fact.entered_at
        if not fact.callback and entered >= self.since:
            self.stays[fact.interaction] = _Stay(str(fact.queue), entered)

    def end(self, at: int, interaction: str, outcome: Outcome) -> None:
        """A stay is over; one that an agent took already stays answered."""
        stay = self.stays.pop(interaction, None)
        if stay is not None and stay.answered is None:
            self._count(stay.queue, outcome, wait_key(at - stay.entered_at))

    def answer(self, at: int, interaction: str) -> None:
        """An agent took it."""
        stay = self.stays.get(interaction)
        if stay is not None and stay.answered is None:
            stay.answered = wait_key(at - stay.entered_at)
            self._count(stay.queue, Outcome.ANSWERED, stay.answered)

    def hear(self, at: int, interaction: str) -> None:
        """Both sides hear each other: only now the wait is over."""
        stay = self.stays.get(interaction)
        if stay is not None and stay.answered is not None:
            del self.stays[interaction]
            self._count(stay.queue, Outcome.ANSWERED, stay.answered, -1)
            self._count(stay.queue, Outcome.ANSWERED, wait_key(at - stay.entered_at))

    def leave(self, at: int, interaction: str, queue: str) -> None:
        """It left for elsewhere, perhaps before it stood in the queue at all."""
        if interaction in self.stays:
            self.end(at, interaction, Outcome.OVERFLOWED)
        elif at > self.known_to:
            self._count(queue, Outcome.OVERFLOWED, 0)

    def move(self, at: int, fact: f.InteractionMoved | f.InteractionOverflowed) -> None:
        """A call was led elsewhere; what is written is no part of this day."""
        if fact.channel is Channel.VOICE:
            self.leave(at, fact.interaction, fact.queue)

    def _count(self, queue: str, outcome: Outcome, key: WaitKey, by: int = 1) -> None:
        counts = self.counts.setdefault(queue, Counter())
        counts[outcome, key] += by
        if not counts[outcome, key]:
            del counts[outcome, key]


def _columns(outcome: Outcome, key: WaitKey, limits: Limits) -> list[str]:
    """The columns of `Stays` that such a stay counts in."""
    soon = key <= 2 * limits.within_s
    match outcome:
        case Outcome.ANSWERED:
            return ["entered", "answered", *(["answered_in_time"] if soon else [])]
        case Outcome.ABANDONED if key < 2 * limits.short_s:
            return ["entered", "short_abandons"]
        case Outcome.ABANDONED | Outcome.LOST:
            return ["entered", "abandoned", *(["abandoned_in_time"] if soon else [])]
        case Outcome.WITHDRAWN:
            return ["entered", "withdrawn"]
        case Outcome.OVERFLOWED:
            return ["entered", "overflowed_out"]
        case Outcome.CALLBACK:
            return ["entered", "callbacks"]


_FOLDS: Final[dict[type[Any], Callable[[Day, int, Any], None]]] = {
    f.InteractionQueued: Day.enter,
    f.InteractionOverflowed: lambda day, at, fact: day.move(at, fact),
    f.InteractionMoved: lambda day, at, fact: day.move(at, fact),
    f.FlowChanged: lambda day, at, fact: day.end(at, fact.interaction, Outcome.WITHDRAWN),
    f.InteractionAnswered: lambda day, at, fact: day.answer(at, fact.interaction),
    f.PartiesJoined: lambda day, at, fact: day.hear(at, fact.interaction),
    f.InteractionEnded: lambda day, at, fact: day.end(
        at, fact.interaction, _ENDED.get(fact.ended_by, Outcome.WITHDRAWN)
    ),
}
TAKES: Final = frozenset(_FOLDS)
