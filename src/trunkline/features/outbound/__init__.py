"""Outward calls: who may be called when and by what rule, and whose calls are not taken."""

from trunkline.core.outbound_rules.words import Purpose, Refusal
from trunkline.features.outbound.api import router as _outbound
from trunkline.features.outbound.judging import Asked, judge
from trunkline.features.outbound.lists import MOST_BLOCKED, blocked, choose
from trunkline.features.outbound.lists_api import BLOCKED_CHANGED, BLOCKED_THING
from trunkline.features.outbound.lists_api import router as _lists
from trunkline.features.outbound.tidying import KEPT_MS, forget

routers = (_outbound, _lists)

__all__ = [
    "BLOCKED_CHANGED",
    "BLOCKED_THING",
    "KEPT_MS",
    "MOST_BLOCKED",
    "Asked",
    "Purpose",
    "Refusal",
    "blocked",
    "choose",
    "forget",
    "judge",
    "routers",
]
