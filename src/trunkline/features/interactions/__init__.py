"""Interactions: what happened to each, folded from the core's facts, and told to the outside."""

from trunkline.features.interactions.announce import InteractionEvents
from trunkline.features.interactions.projection import InteractionRows
from trunkline.features.interactions.stays import Counting, QueueStays, counted
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
    "Counting",
    "InteractionEvents",
    "InteractionRow",
    "InteractionRows",
    "QueueStays",
    "Reach",
    "Wanted",
    "answered_counts",
    "counted",
    "get",
    "handled_by",
    "offer",
    "offers_of",
    "page",
    "path_of",
    "segments_of",
    "several",
]
