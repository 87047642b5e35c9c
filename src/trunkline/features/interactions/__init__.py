"""Interactions: what happened to each, folded from the core's facts, and told to the outside."""

from trunkline.features.interactions.announce import InteractionEvents
from trunkline.features.interactions.history import looked_after, remembered
from trunkline.features.interactions.projection import InteractionRows
from trunkline.features.interactions.stays import (
    Counting,
    OpenStay,
    Outcome,
    QueueStays,
    Seeded,
    WaitKey,
    counted,
    seeded,
    wait_key,
)
from trunkline.features.interactions.store import (
    InteractionRow,
    Reach,
    Wanted,
    answered_counts,
    get,
    handled_by,
    of_party,
    offer,
    offers_of,
    page,
    path_of,
    segments_of,
    several,
    standing,
)

__all__ = [
    "Counting",
    "InteractionEvents",
    "InteractionRow",
    "InteractionRows",
    "OpenStay",
    "Outcome",
    "QueueStays",
    "Reach",
    "Seeded",
    "WaitKey",
    "Wanted",
    "answered_counts",
    "counted",
    "get",
    "handled_by",
    "looked_after",
    "of_party",
    "offer",
    "offers_of",
    "page",
    "path_of",
    "remembered",
    "seeded",
    "segments_of",
    "several",
    "standing",
    "wait_key",
]
