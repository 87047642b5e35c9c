"""Stays in queues: the ingredients of every service level, one row a stay."""

from trunkline.features.interactions.stays.projection import QueueStays
from trunkline.features.interactions.stays.store import Counting, counted

__all__ = ["Counting", "QueueStays", "counted"]
