"""One thread that does the waiting work in order of priority, and within one in order of arrival.

SQLite has one writer at a time whatever we do; a second one would only poll for its lock. So all
writing units of work wait here, the cell's before all others, and each is at most a few
milliseconds long (`runtime.bulk` cuts long work up).
"""

from __future__ import annotations

import asyncio
import queue
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from trunkline.kit.errors import TrunklineError
from trunkline.ports.database import Priority

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
MOST_WAITING = 20_000


@dataclass(order=True, frozen=True, slots=True)
class _Waiting:
    priority: int
    arrival: int
    work: Callable[[], Any] | None = field(compare=False)
    outcome: Future[Any] = field(compare=False)


class WriterThread:
    """Runs one piece of work at a time."""

    def __init__(self) -> None:
        self._waiting: queue.PriorityQueue[_Waiting] = queue.PriorityQueue(MOST_WAITING)
        self._arrivals = count()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="sqlite-writer", daemon=True)
        self._thread.start()

    async def do(self, work: Callable[[], T], priority: Priority) -> T:
        """Do the work in its turn; raises `overloaded` (503) when too much waits already."""
        return await asyncio.wrap_future(self._put(work, priority))

    def post(self, work: Callable[[], None], priority: Priority) -> None:
        """Have the work done in its turn, for nobody who waits."""
        self._put(work, priority)

    def close(self) -> None:
        """Finish what waits, then end; blocks."""
        if not self._closed:
            self._put(None, max(Priority) + 1)
            self._closed = True
            self._thread.join()

    def _put(self, work: Callable[[], T] | None, priority: int) -> Future[T]:
        if self._closed:
            raise TrunklineError("stopping", 503, "The store is closed.")
        outcome: Future[T] = Future()
        try:
            self._waiting.put_nowait(_Waiting(priority, next(self._arrivals), work, outcome))
        except queue.Full:
            detail = "The store has too much to write."
            raise TrunklineError("overloaded", 503, detail, retry_after_s=1) from None
        return outcome

    def _run(self) -> None:
        while (waiting := self._waiting.get()).work is not None:
            if waiting.outcome.set_running_or_notify_cancel():
                _settle(waiting.outcome, waiting.work)


def _settle(outcome: Future[Any], work: Callable[[], Any]) -> None:
    try:
        outcome.set_result(work())
    except BaseException as error:  # whoever waits gets it, whatever it is
        outcome.set_exception(error)
