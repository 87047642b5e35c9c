"""Stays in queues: the ingredients of every service level, one row a stay."""

from trunkline.features.interactions.stays.projection import QueueStays
from trunkline.features.interactions.stays.store import (
    Counting,
    OpenStay,
    Outcome,
    Seeded,
    WaitKey,
    counted,
    seeded,
    wait_key,
)

__all__ = [
    "Counting",
    "OpenStay",
    "Outcome",
    "QueueStays",
    "Seeded",
    "WaitKey",
    "counted",
    "seeded",
    "wait_key",
]
