"""The asyncio driver of one cell: inbox in, one step a batch, commands out after the commit.

There is no commit timer: when idle a single input is committed at once, and what arrives while a
commit runs is the next batch. The inbox is bounded; beyond `INBOX_API` callers are refused with
Retry-After, while news from the edge may fill the rest and then waits at the edge.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from trunkline.core.call.commands import DialAgent, HangUp, StopRecording, Unbridge
from trunkline.core.cell import next_deadline
from trunkline.core.inputs import Input, Tick
from trunkline.core.picture import AgentView, QueueView, queue_views
from trunkline.kit.errors import TrunklineError
from trunkline.ports.cells import Accepted
from trunkline.ports.database import STORE_FAILED, Database, Priority, Tx, after_commit
from trunkline.ports.journal import FenceLost
from trunkline.runtime.cell import Cell, Outcome, Step, Submission
from trunkline.runtime.lanes import Lanes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from trunkline.core.commands import Command
    from trunkline.core.words import AgentId, QueueId
    from trunkline.ports.clock import Clock

log = structlog.get_logger()

BATCH = 256
INBOX = 10_000
INBOX_API = 8_000
PICTURE_EVERY_S = 0.25
LATEST_TICK_S = 60.0
STORE_RETRIES_S = (0.05, 0.2, 1.0)
TIDY_AFTER_S = 0.01
"""How long what a call leaves behind waits when an agent is called in the same step: telephony
takes the call first, and does not pull down one while it sets up the other."""

_TIDYING = (HangUp, StopRecording, Unbridge)
TICK_REST_MS = 1_000
"""After a deadline whose rule raised: it stays due, and other inputs go on meanwhile."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A submission and who waits for its outcome."""

    submission: Submission
    outcome: asyncio.Future[Accepted]


@dataclass(frozen=True, slots=True)
class Picture:
    """What the cell shows of itself; queues are at most 250 ms old, agents are current."""

    agents: Mapping[AgentId, AgentView]
    queues: Mapping[QueueId, QueueView]


class CellDriver:
    """Owns the one writer of a cell while `run` runs."""

    def __init__(
        self,
        cell: Cell,
        db: Database,
        clock: Clock,
        carry_out: Callable[[str, str, Command], Awaitable[bool]],
        published: Callable[[], Awaitable[None]],
        on_queues: Callable[[str, dict[QueueId, QueueView]], Awaitable[None]],
    ) -> None:
        self.cell = cell
        self.picture = Picture({}, {})
        self._db = db
        self._clock = clock
        self._do = carry_out
        self._published = published
        self._on_queues = on_queues
        self._inbox: deque[Waiting] = deque()
        self._wake = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._idle = asyncio.Event()
        self._lanes = Lanes(self._carry_out)
        self._agents: dict[AgentId, AgentView] = {}
        self._stopped = False
        self._ticking = False
        self._no_tick_before = 0
        self._dirty_picture = True

    async def submit(self, submission: Submission) -> Accepted:
        """Decide for a caller who can be refused; durable when this returns."""
        if self._stopped or len(self._inbox) >= INBOX_API:
            raise TrunklineError("overloaded", 503, "Too much is waiting here.", retry_after_s=1)
        return await self._put(submission)

    async def tell(
        self, given: Input, also: Callable[[Tx], None] | None = None
    ) -> asyncio.Future[Accepted]:
        """Queue news that may not be lost; waits for room, and returns before it is durable."""
        while len(self._inbox) >= INBOX:
            self._room.clear()
            await self._room.wait()
        return self._put(Submission(given, also))

    async def start(self) -> None:
        """Take the cell over and read its state."""
        await self._db.write(self.cell.take_over, priority=Priority.CELL)
        self._agents = self.cell.views(self.cell.state.agents)
        self.picture = Picture(self._agents, queue_views(self.cell.state))

    def begin_ticks(self) -> None:
        """Let deadlines come up: the edge was heard, so no offer rings out that was answered."""
        self._ticking = True
        self._wake.set()

    async def run(self) -> None:
        """Work until cancelled or fenced off."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._paint())
                await self._work(tasks)
        finally:
            self._stopped = True
            self._refuse_all()

    async def stop(self) -> None:
        """Take nothing more in, finish what waits, and keep a snapshot."""
        self._stopped = True
        await self._idle.wait()
        await self._db.write(self.cell.save_snapshot, priority=Priority.CELL)

    def _put(self, submission: Submission) -> asyncio.Future[Accepted]:
        outcome: asyncio.Future[Accepted] = asyncio.get_running_loop().create_future()
        self._inbox.append(Waiting(submission, outcome))
        self._wake.set()
        return outcome

    async def _work(self, tasks: asyncio.TaskGroup) -> None:
        while True:
            batch = await self._next_batch()
            step = await self._decide(batch)
            if step is None:
                continue
            self._dirty_picture = True
            if step.decided:
                await self._published()
            self._dispatch(tasks, step)
            for waiting, outcome in zip(batch, step.outcomes, strict=True):
                _settle(waiting.outcome, outcome)

    async def _next_batch(self) -> list[Waiting]:
        while not self._inbox:
            self._wake.clear()
            self._idle.set()
            if self._tick_due():
                self._put(Submission(Tick()))
                break
            alarm = asyncio.get_running_loop().call_later(self._until_tick_s(), self._wake.set)
            try:
                await self._wake.wait()
            finally:
                alarm.cancel()
        self._idle.clear()
        batch = [self._inbox.popleft() for _ in range(min(BATCH, len(self._inbox)))]
        if self._tick_due() and not any(isinstance(w.submission.given, Tick) for w in batch):
            future: asyncio.Future[Accepted] = asyncio.get_running_loop().create_future()
            batch.append(Waiting(Submission(Tick()), future))
        self._room.set()
        return batch

    async def _decide(self, batch: list[Waiting]) -> Step | None:
        """One transaction for the batch; when a rule raised, one for each, burying the culprit.

        A store that failed is no input's fault: it is tried again, and if it stays away the error
        ends this program. Nothing of the batch is lost: callers are refused, the edge tells again.
        """
        for pause_s in STORE_RETRIES_S:
            try:
                return await self._step([waiting.submission for waiting in batch])
            except FenceLost:
                raise
            except STORE_FAILED:
                log.warning("store_failed", tenant_id=self.cell.tenant_id, pause_s=pause_s)
                await asyncio.sleep(pause_s)
                await self._recover()
            except Exception as error:  # a bug in a rule: nothing of the batch is kept
                await self._recover()
                await (self._one_by_one(batch) if len(batch) > 1 else self._bury(batch[0], error))
                return None
        return await self._step([waiting.submission for waiting in batch])

    async def _recover(self) -> None:
        await self._db.write(self.cell.recover, priority=Priority.CELL)

    async def _one_by_one(self, batch: list[Waiting]) -> None:
        self._inbox.extendleft(reversed(batch[1:]))
        first = batch[0]
        step = await self._decide([first])
        if step:
            await self._published()
            async with asyncio.TaskGroup() as tasks:
                self._dispatch(tasks, step)
            _settle(first.outcome, step.outcomes[0])

    async def _bury(self, waiting: Waiting, error: Exception) -> None:
        given = waiting.submission.given
        if isinstance(given, Tick):
            self._no_tick_before = self._clock.now_ms() + TICK_REST_MS
        log.error("input_buried", tenant_id=self.cell.tenant_id, kind=type(given).__name__,
                  exc_info=error)  # fmt: skip
        await self._db.write(lambda tx: self.cell.bury(tx, given, error), priority=Priority.CELL)
        problem = TrunklineError("internal", 500, "This could not be decided; it is kept.")
        _settle(waiting.outcome, problem)

    async def _step(self, batch: list[Submission]) -> Step:
        found: list[Step] = []

        def work(tx: Tx) -> Step:
            # Registered first, so that agents are current before their events are published.
            after_commit(tx, self._show, found)
            found.append(self.cell.step(tx, batch))
            return found[0]

        return await self._db.write(work, priority=Priority.CELL)

    def _show(self, committed: list[list[Step]]) -> None:
        """Where the store tells of its commits: the agents that a durable step changed."""
        for steps in committed:
            for step in steps:
                self._agents.update(self.cell.views(step.changed))

    def _dispatch(self, tasks: asyncio.TaskGroup, step: Step) -> None:
        """Calls to agents are put first: somebody waits for them, for tidying up nobody does."""
        dialling = False
        for seq, facts, commands in step.decided:
            self._lanes.learn(facts)
            for at, command in enumerate(commands):
                if isinstance(command, DialAgent):
                    dialling = True
                    self._lanes.put(tasks, f"{seq}.{at}", command)
        for seq, facts, commands in step.decided:
            for at, command in enumerate(commands):
                if not isinstance(command, DialAgent):
                    later = TIDY_AFTER_S if dialling and isinstance(command, _TIDYING) else 0.0
                    self._lanes.put(tasks, f"{seq}.{at}", command, later)
            self._lanes.forget(facts)

    async def _carry_out(self, number: str, command: Command) -> None:
        done = await self._do(self.cell.tenant_id, number, command)
        self.cell.settled.append(number if done else f"{number}!")

    async def _paint(self) -> None:
        """Publish the queues' picture, at most four times a second."""
        while True:
            await asyncio.sleep(PICTURE_EVERY_S)
            if self._dirty_picture:
                self._dirty_picture = False
                views = await self._db.write(self._views, priority=Priority.CELL)
                changed = {q: v for q, v in views.items() if self.picture.queues.get(q) != v}
                self.picture = Picture(self._agents, views)
                if changed:
                    await self._on_queues(self.cell.tenant_id, changed)

    def _views(self, _: Tx) -> dict[QueueId, QueueView]:
        """Where the state does not change meanwhile: on the writer's thread."""
        return queue_views(self.cell.state)

    def _tick_due(self) -> bool:
        at = self._next_tick()
        return at is not None and at <= self._clock.now_ms()

    def _next_tick(self) -> int | None:
        at = next_deadline(self.cell.state) if self._ticking else None
        return None if at is None else max(at, self._no_tick_before)

    def _until_tick_s(self) -> float:
        at = self._next_tick()
        if at is None:
            return LATEST_TICK_S
        return min(LATEST_TICK_S, max(0.0, (at - self._clock.now_ms()) / 1000))

    def _refuse_all(self) -> None:
        for waiting in self._inbox:
            _settle(waiting.outcome, TrunklineError("overloaded", 503, "The cell has stopped."))
        self._inbox.clear()


def _settle(future: asyncio.Future[Accepted], outcome: Outcome) -> None:
    if future.done():
        return
    if isinstance(outcome, Accepted):
        future.set_result(outcome)
    else:
        future.set_exception(outcome)
        future.exception()  # seen: news from the edge has nobody who waits for its refusal
