"""Who first: every rule of order is a straight line in the wait, so that only heads are compared.

    score = base + growth × wait      the highest is served first; ties by time of entry, then id

`priority` has no growth, `score` the same for all, `index` and `gc_mu` grow with the weight of the
interaction and the speed of its queue (1 ÷ mean handling time). By `index` the line has a step
where a call cannot be answered in time any more, so two heads are compared there: who entered
first of all, and of those who can. Before all scores stands `Head`:
who was given back, who starves, who waits for this agent alone, who was boosted; among those who
entered first is first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trunkline.core.acd.rules import CallOrder, Ordering
from trunkline.core.inputs import Presumption
from trunkline.core.words import LEVEL_PRIORITY, Level

if TYPE_CHECKING:
    from trunkline.core.interaction import Interaction, Waiting

KNOWN = (Presumption.PRESUMED, Presumption.VERIFIED)
SECOND_MS = 1_000
STARVING_FROM_PCT = 70
NEVER_MS = 1 << 60


Head = int
"""What goes before all scores: a lower one is served first."""
RETURNED = 0
STARVING = 1
PERSONAL = 2
BOOSTED = 3
PLAIN = 4
RINGING = 5
LATE = 6
HEADS = ("returned", "starving", "personal", "boosted", "plain", "ringing", "late")
"""`late` is a plain one that cannot be answered in time any more: only told, never stood by."""

BEFORE_ALL = 1e15
"""More than any score: what stands between one head and the next."""
KEYS = tuple((head - PLAIN) * BEFORE_ALL for head in range(len(HEADS)))
"""The key of each head; a plain one's is its score, negative, so that the least is first."""
PASSED_BY = 10 * BEFORE_ALL
"""Added to the key of an interaction that the agent declined or gave away."""


def score(
    rules: CallOrder, priority: int, weight: float, speed: float, *, primary: bool
) -> tuple[float, float]:
    """Base and growth by a rule of order, for such an interaction and such an agent."""
    match rules.kind:
        case Ordering.PRIORITY:
            return float(priority), 0.0
        case Ordering.FIFO:
            return 0.0, 0.0
        case Ordering.SCORE:
            return float(priority * SECOND_MS), 1.0
        case Ordering.INDEX:
            worth = weight * speed * (1.0 if primary else rules.off_primary)
            return worth, worth / rules.age_ms
        case Ordering.GC_MU:
            return 0.0, weight * speed


def weight(rules: CallOrder, it: Interaction, priority: int) -> float:
    """How much a minute of this interaction's waiting counts; 1 for a plain one."""
    known = counts_level(it)
    points = priority - (LEVEL_PRIORITY[it.level] if known else 0)
    found = max(0.0, 1.0 + points / rules.priority_unit)
    if known:
        found *= _level_weight(rules, it.level)
    if it.affinity.contract:
        found *= rules.contract_weight
    if it.affinity.repeats:
        found *= rules.repeat_weight
    for tag in rules.tag_weights:
        if it.tags.get(tag.name) == tag.value:
            found *= tag.weight
    return found


def counts_level(it: Interaction) -> bool:
    """Whether the customer's level counts: it is known who they are, or was when they waited."""
    return it.presumption in KNOWN or it.level_counts


def is_vip(rules: CallOrder, it: Interaction) -> bool:
    """Whether the customer's level is one of the highest."""
    return counts_level(it) and _reaches(it.level, rules.vip_from)


def head(rules: CallOrder, it: Interaction, waiting: Waiting) -> Head:
    """What goes before the score, as far as it does not change by mere waiting."""
    if waiting.offers:
        return RINGING
    if waiting.returned:
        return RETURNED
    jumps = rules.jump_from is not None and counts_level(it)
    if waiting.boosted or (jumps and rules.jump_from and _reaches(it.level, rules.jump_from)):
        return BOOSTED
    return PLAIN


def starving_from(rules: CallOrder) -> int:
    """The wait (ms) from which on nobody newer is served first.

    It begins before the cap: until as many agents are free as starve, time is still to pass.
    """
    return rules.starving_ms * STARVING_FROM_PCT // 100 if rules.starving_ms else NEVER_MS


def starves(rules: CallOrder, waited_ms: int) -> bool:
    """Whether nobody newer may be served before who waited so long."""
    return waited_ms >= starving_from(rules)


def late_from(rules: CallOrder, service_level_ms: int) -> int:
    """The wait (ms) from which on a call cannot be answered in time, where that counts."""
    if rules.kind is not Ordering.INDEX or rules.late_weight == 1:
        return NEVER_MS
    return max(0, service_level_ms - rules.ring_ms)


def _level_weight(rules: CallOrder, level: Level) -> float:
    for one, factor in rules.level_weights:
        if one is level:
            return factor
    return 1.0


def _reaches(level: Level, lowest: Level) -> bool:
    return LEVEL_PRIORITY[level] >= LEVEL_PRIORITY[lowest]
