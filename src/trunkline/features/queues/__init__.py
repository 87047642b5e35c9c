"""Queues: where interactions wait, who serves them, and the outcomes that are chosen after."""

from trunkline.features.queues.api import router
from trunkline.features.queues.facts import DispositionUses
from trunkline.features.queues.outcomes import choice, create_reason
from trunkline.features.queues.outcomes import create as create_disposition
from trunkline.features.queues.schemas import (
    Accept,
    DispositionNew,
    Label,
    QueueNew,
    ReasonNew,
    WrapUp,
)
from trunkline.features.queues.service import change, create, find, published, queues_of, serve
from trunkline.features.queues.store import QueueRow, list_dispositions, list_queues, list_reasons

__all__ = [
    "Accept",
    "DispositionNew",
    "DispositionUses",
    "Label",
    "QueueNew",
    "QueueRow",
    "ReasonNew",
    "WrapUp",
    "change",
    "choice",
    "create",
    "create_disposition",
    "create_reason",
    "find",
    "list_dispositions",
    "list_queues",
    "list_reasons",
    "published",
    "queues_of",
    "router",
    "serve",
]
