"""Dialling lists: whom we call of our own accord, when, and what became of each."""

from trunkline.features.dialling.api import router
from trunkline.features.dialling.card import card_of
from trunkline.features.dialling.projection import EntriesFollow
from trunkline.features.dialling.schemas import ListedCard
from trunkline.features.dialling.store import ListRow, drop_of_customer, running
from trunkline.features.dialling.working import asked, line_up, settle, take_back

CHANGED = "trunkline.dialling_list."
"""How the types of events begin after which the running lists are read again."""

__all__ = [
    "CHANGED",
    "EntriesFollow",
    "ListRow",
    "ListedCard",
    "asked",
    "card_of",
    "drop_of_customer",
    "line_up",
    "router",
    "running",
    "settle",
    "take_back",
]
