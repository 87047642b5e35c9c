"""Interactions: what happened to each, folded from the core's facts, and told to the outside."""

from trunkline.features.interactions.announce import InteractionEvents
from trunkline.features.interactions.projection import InteractionRows
from trunkline.features.interactions.store import (
    InteractionRow,
    Reach,
    Wanted,
    answered_counts,
    get,
    handled_by,
    offer,
    offers_of,
    page,
    path_of,
    segments_of,
    several,
)

__all__ = [
    "InteractionEvents",
    "InteractionRow",
    "InteractionRows",
    "Reach",
    "Wanted",
    "answered_counts",
    "get",
    "handled_by",
    "offer",
    "offers_of",
    "page",
    "path_of",
    "segments_of",
    "several",
]
