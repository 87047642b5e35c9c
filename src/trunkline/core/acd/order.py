"""Who first: every rule of order is a straight line in the wait, so that only heads are compared.

    score = base + growth × wait      the highest is served first; ties by time of entry, then id

`priority` has no growth, `score` the same for all, `index` and `gc_mu` grow with the weight of the
interaction and the speed of its queue (1 ÷ mean handling time). Before all scores stands `Head`:
who was given back, who starves, who waits for this agent alone, who was boosted.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from trunkline.core.acd.rules import CallOrder, Ordering
from trunkline.core.inputs import Presumption
from trunkline.core.words import LEVEL_PRIORITY, Level

if TYPE_CHECKING:
    from trunkline.core.state import Interaction, Waiting

KNOWN = (Presumption.PRESUMED, Presumption.VERIFIED)
SECOND_MS = 1_000

Merit = tuple[float, float]
"""Base, and growth a millisecond."""


class Head(IntEnum):
    """What goes before all scores: a lower one is served first."""

    RETURNED = 0
    STARVING = 1
    PERSONAL = 2
    BOOSTED = 3
    PLAIN = 4
    RINGING = 5


def merit(rules: CallOrder, priority: int, weight: float, speed: float, *, primary: bool) -> Merit:
    """The line that a rule of order draws for such an interaction and such an agent."""
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
    known = it.presumption in KNOWN
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


def is_vip(rules: CallOrder, it: Interaction) -> bool:
    """Whether the customer's level is one of the highest."""
    return it.presumption in KNOWN and _reaches(it.level, rules.vip_from)


def head(rules: CallOrder, it: Interaction, waiting: Waiting) -> Head:
    """What goes before the score, as far as it does not change by mere waiting."""
    if waiting.offers:
        return Head.RINGING
    if waiting.returned:
        return Head.RETURNED
    jumps = rules.jump_from is not None and it.presumption in KNOWN
    if waiting.boosted or (jumps and rules.jump_from and _reaches(it.level, rules.jump_from)):
        return Head.BOOSTED
    return Head.PLAIN


def starves(rules: CallOrder, waited_ms: int) -> bool:
    """Whether nobody newer may be served before who waited so long."""
    return 0 < rules.starving_ms <= waited_ms


def _level_weight(rules: CallOrder, level: Level) -> float:
    for one, factor in rules.level_weights:
        if one is level:
            return factor
    return 1.0


def _reaches(level: Level, lowest: Level) -> bool:
    return LEVEL_PRIORITY[level] >= LEVEL_PRIORITY[lowest]
