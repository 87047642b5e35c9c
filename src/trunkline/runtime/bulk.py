"""Writing a lot without standing in anybody's way."""

from __future__ import annotations

import asyncio
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from trunkline.kit.clock import monotonic_s
from trunkline.ports.database import Database, Priority, Tx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

R = TypeVar("R")
MOST_ROWS = 100
LONGEST_S = 0.002


async def bulk(db: Database, rows: Iterable[R], work: Callable[[Tx, Sequence[R]], None]) -> int:
    """Run `work` over portions of rows, each a short transaction behind all others' writes.

    The first portion is one row. The next is twice as large, up to 100 rows, or half when that took
    more than 2 ms; after each it rests as long as it worked. Returns the number of rows. When it
    raises, the portions before are kept.
    """
    source, size, written = iter(rows), 1, 0
    while portion := list(islice(source, size)):
        took_s = await db.write(_timed(work, portion), priority=Priority.BULK)
        written += len(portion)
        await asyncio.sleep(took_s)  # the writer and the interpreter are others' now
        size = max(1, size // 2) if took_s > LONGEST_S else min(MOST_ROWS, size * 2)
    return written


def _timed(work: Callable[[Tx, Sequence[R]], None], portion: Sequence[R]) -> Callable[[Tx], float]:
    def run(tx: Tx) -> float:
        began = monotonic_s()
        work(tx, portion)
        return monotonic_s() - began

    return run
