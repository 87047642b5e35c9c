"""Callbacks: who is to be called, when, and what became of it."""

from trunkline.features.callbacks.projection import CallbackRows
from trunkline.features.callbacks.store import (
    LIVE,
    CallbackRow,
    Reach,
    Wanted,
    from_interactions,
    get,
    page,
)

__all__ = [
    "LIVE",
    "CallbackRow",
    "CallbackRows",
    "Reach",
    "Wanted",
    "from_interactions",
    "get",
    "page",
]
