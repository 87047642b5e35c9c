"""Outward calls: who may be called when and by what rule, and whose calls are not taken."""

from trunkline.core.outbound_rules.words import Hours, Purpose, Refusal, Rule
from trunkline.features.outbound.api import router as _outbound
from trunkline.features.outbound.judging import (
    Asked,
    emergency_numbers,
    foresee,
    is_emergency,
    judge,
    may_be_emergency,
)
from trunkline.features.outbound.lists import MOST_BLOCKED, blocked, choose
from trunkline.features.outbound.lists_api import BLOCKED_CHANGED, BLOCKED_THING
from trunkline.features.outbound.lists_api import router as _lists
from trunkline.features.outbound.packs import consent_of, recording_consent, rules_of
from trunkline.features.outbound.store import consent_chosen, home_of, last_rule
from trunkline.features.outbound.tidying import KEPT_MS, forget

routers = (_outbound, _lists)

__all__ = [
    "BLOCKED_CHANGED",
    "BLOCKED_THING",
    "KEPT_MS",
    "MOST_BLOCKED",
    "Asked",
    "Hours",
    "Purpose",
    "Refusal",
    "Rule",
    "blocked",
    "choose",
    "consent_chosen",
    "consent_of",
    "emergency_numbers",
    "foresee",
    "forget",
    "home_of",
    "is_emergency",
    "judge",
    "last_rule",
    "may_be_emergency",
    "recording_consent",
    "routers",
    "rules_of",
]
