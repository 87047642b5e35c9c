"""Promises: somebody is to be called or written to at a time, by one agent or by a team."""

from trunkline.features.promises.projection import PromisesFollow
from trunkline.features.promises.slots import EARLIEST_MS, within
from trunkline.features.promises.slots import free as free_times
from trunkline.features.promises.store import (
    Mailing,
    PromiseKind,
    PromiseRow,
    PromiseState,
    Reach,
    Wanted,
    add,
    booked,
    change,
    counts,
    counts_by_queue,
    get,
    of_customer,
    page,
)

__all__ = [
    "EARLIEST_MS",
    "Mailing",
    "PromiseKind",
    "PromiseRow",
    "PromiseState",
    "PromisesFollow",
    "Reach",
    "Wanted",
    "add",
    "booked",
    "change",
    "counts",
    "counts_by_queue",
    "free_times",
    "get",
    "of_customer",
    "page",
    "within",
]
