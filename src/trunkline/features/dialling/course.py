"""What becomes of an entry: pure rules about when it is tried next, if at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from trunkline.core.outbound_rules.words import TEMPORARY, Hours, Rule
from trunkline.features.dialling.store import EntryState, Outcome

if TYPE_CHECKING:
    from trunkline.features.dialling.store import Rules

HOUR_MS: Final = 3_600_000
LOOK_AGAIN_MS: Final = 15 * 60_000
"""Who may not be called for the hour is looked at again after so long."""

COUNTED_OUT_MS: Final = 6 * HOUR_MS
"""Who was called too often by now."""


def window_of(rules: Rules, zones: tuple[str, ...]) -> tuple[Hours, ...] | None:
    """When people in these zones are called; None: the list has no hours of its own."""
    if not rules.windows:
        return None
    named = [one for one in rules.windows if set(one.zones) & set(zones)]
    meant = named or [one for one in rules.windows if not one.zones]
    return tuple(Hours(frozenset(one.weekdays), one.opens, one.closes) for one in meant)


def after_try(rules: Rules, outcome: Outcome, tries: int, now: int) -> int | None:
    """When somebody who was not reached is tried again; None: not any more."""
    spacing = rules.spacing_ms.get(outcome)
    if spacing is None or tries >= rules.most_tries:
        return None
    return now + spacing


def after_talk(rules: Rules, disposition: str | None, tries: int, now: int) -> int | None:
    """When somebody who was reached is called once more; None: that was all."""
    later = rules.again_on.get(disposition or "")
    if later is None or tries >= rules.most_tries:
        return None
    return now + later


def after_refusal(rule: Rule, now: int) -> int | None:
    """When a refused entry is looked at again; None: that rule stays."""
    if rule not in TEMPORARY:
        return None
    counted = rule in (Rule.ATTEMPTS_PER_DAY, Rule.ATTEMPTS_PER_WEEK)
    return now + (COUNTED_OUT_MS if counted else LOOK_AGAIN_MS)


def standing(due_at: int | None) -> dict[str, object]:
    """The columns of an entry that is tried again then, or never."""
    if due_at is None:
        return {"state": EntryState.ENDED}
    return {"state": EntryState.WAITING, "due_at": due_at}
