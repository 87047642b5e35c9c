"""Whose turn it is to write: one unit of work at a time, by priority, then by arrival.

SQLite has one writer at a time whatever we do; a second one would only poll for its lock. So all
writing units of work wait here, the cell's before all others, and each is at most a few
milliseconds long (`runtime.bulk` cuts long work up).

A unit runs on the event loop. Python's threads do not compute side by side: a unit on a thread of
its own gives the interpreter away at each statement and gets it back up to half a millisecond
later while the loop is busy, which made statements ten times as dear as they are. A slow disk is
another matter: there commits wait on a thread and the loop goes on meanwhile. A quick one is
awaited on the loop, for going to a thread and back takes longer than it does.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeVar

from trunkline.kit.clock import monotonic_s
from trunkline.kit.errors import TrunklineError
from trunkline.ports.database import Priority

T = TypeVar("T")
Work = Callable[[], tuple[T, Callable[[], None] | None]]
"""Gives its result, and how to commit on the thread; None when nothing is left to wait for."""

MOST_WAITING = 20_000
QUICK_S = 0.002
"""A disk whose commits take less on average is awaited on the loop."""

NEWEST_COUNTS = 0.1
"""The share of the last commit in that average."""


@dataclass(order=True, frozen=True, slots=True)
class Turn:
    """A unit of work that waits: `work` runs on the loop, then what it leaves on the thread."""

    priority: int
    arrival: int
    work: Work[Any] = field(compare=False)
    kept: Callable[[], None] = field(compare=False)
    outcome: asyncio.Future[Any] = field(compare=False)


class Turns:
    """Gives each unit its turn, on the loop of whoever asks; one loop at a time."""

    def __init__(self, now_s: Callable[[], float] = monotonic_s) -> None:
        self._now_s = now_s
        self._waiting: list[Turn] = []
        self._arrivals = count()
        self._busy = False
        self._closed = False
        self._thread = CommitThread()
        self._takes_s = 0.0

    def do(
        self,
        work: Work[T],
        kept: Callable[[], None],
        priority: Priority,
    ) -> asyncio.Future[T]:
        """Do `work`, its commit on the thread, then `kept`; what any of them raises is raised here.

        Raises `overloaded` (503) when too much waits already. Who is cancelled meanwhile gets no
        answer; work that has begun is finished all the same.
        """
        if self._closed:
            raise TrunklineError("stopping", 503, "The store is closed.")
        if len(self._waiting) >= MOST_WAITING:
            detail = "The store has too much to write."
            raise TrunklineError("overloaded", 503, detail, retry_after_s=1)
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[T] = loop.create_future()
        turn = Turn(priority, next(self._arrivals), work, kept, outcome)
        heapq.heappush(self._waiting, turn)
        if priority is Priority.CELL:
            self._next()
        else:  # the cell may ask in the same moment, and who writes much lets others on
            loop.call_soon(self._next)
        return outcome

    async def close(self) -> None:
        """Finish what waits, then end; nothing more is taken."""
        if not self._closed:
            last = self.do(lambda: (None, None), _nothing, Priority.BULK)
            self._closed = True
            await last
            self._thread.close()

    def _next(self) -> None:
        while self._waiting and not self._busy:
            turn = heapq.heappop(self._waiting)
            if not turn.outcome.done():  # or nobody wants it any more
                self._begin(turn)
                return

    def _begin(self, turn: Turn) -> None:
        loop = asyncio.get_running_loop()
        try:
            result, commit = turn.work()
        except BaseException as error:  # whoever waits gets it, whatever it is
            self._answer(loop, turn, None, error)
            return
        if commit is None:
            self._end(loop, turn, result, None)
        elif self._takes_s < QUICK_S:
            self._end(loop, turn, result, self._commit(commit))
        else:
            self._busy = True
            self._thread.do(lambda: self._commit_beside(loop, turn, result, commit))

    def _commit_beside(
        self, loop: asyncio.AbstractEventLoop, turn: Turn, result: Any, commit: Callable[[], None]
    ) -> None:
        error = self._commit(commit)
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits
            loop.call_soon_threadsafe(self._end, loop, turn, result, error)

    def _commit(self, commit: Callable[[], None]) -> BaseException | None:
        """What it raised; how long it took counts for where the next ones are awaited."""
        began_s = self._now_s()
        try:
            commit()
        except BaseException as error:
            return error
        finally:
            self._takes_s += (self._now_s() - began_s - self._takes_s) * NEWEST_COUNTS
        return None

    def _end(
        self, loop: asyncio.AbstractEventLoop, turn: Turn, result: Any, error: BaseException | None
    ) -> None:
        try:
            if error is None:
                turn.kept()
        except BaseException as failure:  # as above
            error = failure
        self._busy = False
        self._answer(loop, turn, result, error)

    def _answer(
        self, loop: asyncio.AbstractEventLoop, turn: Turn, result: Any, error: BaseException | None
    ) -> None:
        if not turn.outcome.done():
            if error is None:
                turn.outcome.set_result(result)
            else:
                turn.outcome.set_exception(error)
        if self._waiting:  # after whoever waited: what they put next may go before all that waits
            loop.call_soon(self._next)


class CommitThread:
    """Runs one thing at a time."""

    def __init__(self) -> None:
        self._given: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="sqlite-commit", daemon=True)
        self._thread.start()

    def do(self, work: Callable[[], None]) -> None:
        """Run `work`, which raises nothing, on the thread."""
        self._given.put(work)

    def close(self) -> None:
        """End; blocks until it has."""
        self._given.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (work := self._given.get()) is not None:
            work()


def _nothing() -> None:
    """There is nothing to do."""
