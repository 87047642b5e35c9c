"""Queues: where interactions wait, who serves them, and the outcomes that are chosen after."""

from trunkline.features.queues.api import router
from trunkline.features.queues.facts import DispositionUses
from trunkline.features.queues.outcomes import change as change_disposition
from trunkline.features.queues.outcomes import change_reason, choice, create_reason
from trunkline.features.queues.outcomes import create as create_disposition
from trunkline.features.queues.outcomes import delete as delete_disposition
from trunkline.features.queues.schemas import (
    Accept,
    Callbacks,
    DispositionNew,
    Label,
    QueueNew,
    QueueOut,
    ReasonNew,
    WrapUp,
)
from trunkline.features.queues.service import (
    change,
    create,
    delete,
    find,
    listed,
    published,
    queues_of,
    serve,
)
from trunkline.features.queues.store import (
    QueueRow,
    list_dispositions,
    list_queues,
    list_reasons,
    team_of,
)

__all__ = [
    "Accept",
    "Callbacks",
    "DispositionNew",
    "DispositionUses",
    "Label",
    "QueueNew",
    "QueueOut",
    "QueueRow",
    "ReasonNew",
    "WrapUp",
    "change",
    "change_disposition",
    "change_reason",
    "choice",
    "create",
    "create_disposition",
    "create_reason",
    "delete",
    "delete_disposition",
    "find",
    "list_dispositions",
    "list_queues",
    "list_reasons",
    "listed",
    "published",
    "queues_of",
    "router",
    "serve",
    "team_of",
]
