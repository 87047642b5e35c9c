"""A cell at work: one synchronous step decides a batch and makes it durable in one transaction.

The same `step` is called by the asyncio driver and by the simulator. It stamps each input, runs
the core, folds the facts into the read models and appends the journal; only when the caller's
transaction is committed may the commands that it returns be carried out. An input that raises
spoils the state: the caller recovers the cell from its journal and buries that input alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from trunkline.core.apply import apply
from trunkline.core.cell import CORE_VERSION, decide
from trunkline.core.codec import decode, encode
from trunkline.core.facts import Fact
from trunkline.core.inputs import Input, Stamp
from trunkline.core.picture import AgentView, agent_view
from trunkline.core.snapshot import dump, load
from trunkline.core.state import State
from trunkline.core.turn import Refused
from trunkline.kit.errors import TrunklineError
from trunkline.ports.cells import Accepted
from trunkline.ports.database import part
from trunkline.ports.journal import DeadLetter, Entry, Journal, Snapshot
from trunkline.runtime.projection import taking

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trunkline.core.commands import Command
    from trunkline.core.words import AgentId
    from trunkline.ports.clock import Clock, Ids
    from trunkline.ports.database import Tx
    from trunkline.runtime.projection import Project, Projection

SNAPSHOT_EVERY = 2_000
"""Entries between two snapshots: bounds how much a restart has to fold (about 50 ms)."""

Write = Callable[[Any], Any]
"""How core values stand in a journal's entries: encoded, or as they are where nothing is kept."""


@dataclass(frozen=True, slots=True)
class Submission:
    """An input on its way in, and what else to write in its transaction."""

    given: Input
    also: Callable[[Tx], None] | None = None


Outcome = Accepted | TrunklineError


@dataclass(slots=True)
class Step:
    """What a batch came to: one outcome an input, the commands in order, the agents it changed."""

    outcomes: list[Outcome] = field(default_factory=list)
    decided: list[tuple[int, tuple[Fact, ...], tuple[Command, ...]]] = field(default_factory=list)
    changed: set[AgentId] = field(default_factory=set)


class Cell:
    """One tenant's state, its place in the journal, and the read models that follow it.

    `write` says how values stand in an entry, `snapshot_every` after how many entries a snapshot
    is kept (None: never); a simulated day keeps neither.
    """

    def __init__(
        self,
        tenant_id: str,
        name: str,
        journal: Journal,
        projections: Sequence[Projection],
        clock: Clock,
        ids: Ids,
        *,
        write: Write = encode,
        snapshot_every: int | None = SNAPSHOT_EVERY,
    ) -> None:
        self.tenant_id = tenant_id
        self.name = name
        self.epoch = 0
        self.state = State(cell=name)
        self.seq = 0
        self.settled: list[str] = []
        self._journal = journal
        self._projections = tuple(projections)
        self._followers: dict[type[Fact], tuple[Project, ...]] = {}
        self._clock = clock
        self._ids = ids
        self._write = write
        self._snapshot_every = snapshot_every
        self._last_at = 0
        self._snapshot_seq = 0

    def take_over(self, tx: Tx) -> None:
        """Fence older writers off and read the state; the caller commits."""
        self.epoch = self._journal.take_over(tx, self.tenant_id, self.name)
        self.recover(tx)

    def recover(self, tx: Tx) -> None:
        """The state anew: the latest snapshot, then every fact after it; nothing is decided."""
        kept = self._journal.latest_snapshot(tx, self.tenant_id, self.name)
        self.state = load(kept.state) if kept else State(cell=self.name)
        self.seq = self._snapshot_seq = kept.seq if kept else 0
        self._last_at = kept.at if kept else 0
        for entry in self._journal.read(tx, self.tenant_id, self.name, self.seq):
            for fact in entry.facts:
                apply(self.state, entry.at, decode(Fact, fact))
            self.seq, self._last_at = entry.seq, entry.at
        self.state.index()

    def step(self, tx: Tx, batch: Sequence[Submission]) -> Step:
        """Decide a batch in order. Raises what a rule raised; then `recover` before going on."""
        step, entries = Step(), []
        for submission in batch:
            entry = self._decide(tx, submission, step)
            if entry:
                entries.append(entry)
        if entries:
            self._journal.append(tx, self.tenant_id, self.name, self.epoch, entries)
            self.settled = []
            self._keep_snapshot(tx)
        return step

    def views(self, agents: Iterable[AgentId]) -> dict[AgentId, AgentView]:
        """Agents as they are now; call it where the state does not change meanwhile."""
        found = (agent_view(self.state, agent) for agent in agents)
        return {view.id: view for view in found if view}

    def bury(self, tx: Tx, given: Input, error: BaseException) -> None:
        """Keep an input that raised; its text is the kind of the error and where it was raised."""
        letter = DeadLetter(self._now(), encode(given), _where(error))
        self._journal.bury(tx, self.tenant_id, self.name, letter)

    def save_snapshot(self, tx: Tx) -> None:
        """Keep the present state, so that the next start folds nothing."""
        snapshot = Snapshot(self.seq, self._last_at, CORE_VERSION, dump(self.state))
        self._journal.save_snapshot(tx, self.tenant_id, self.name, snapshot)
        self._snapshot_seq = self.seq

    def _decide(self, tx: Tx, submission: Submission, step: Step) -> Entry | None:
        """Decide one input; what goes with it is undone when it is refused."""
        try:
            if submission.also is None:
                return self._decide_in(tx, submission.given, step)
            with part(tx):
                submission.also(tx)
                return self._decide_in(tx, submission.given, step)
        except Refused as refusal:
            step.outcomes.append(_problem(refusal))
        except TrunklineError as refusal:
            step.outcomes.append(refusal)
        return None

    def _decide_in(self, tx: Tx, given: Input, step: Step) -> Entry | None:
        stamp = Stamp(self.seq + 1, self._now(), self._ids.seed())
        facts, commands = decide(self.state, stamp, given)
        step.outcomes.append(Accepted(stamp.seq, facts))
        if not facts and not commands:
            return None
        self.seq, self._last_at = stamp.seq, stamp.now
        self._follow(tx, stamp.now, facts, step)
        step.decided.append((stamp.seq, facts, commands))
        return self._entry(stamp, given, facts, commands)

    def _follow(self, tx: Tx, at: int, facts: tuple[Fact, ...], step: Step) -> None:
        for fact in facts:
            followers = self._followers.get(type(fact))
            if followers is None:
                followers = self._followers[type(fact)] = taking(self._projections, type(fact))
            for project in followers:
                project(tx, self.tenant_id, at, fact)
            agent = getattr(fact, "agent", None)
            if agent:
                step.changed.add(agent)

    def _entry(
        self, stamp: Stamp, given: Input, facts: tuple[Fact, ...], commands: tuple[Command, ...]
    ) -> Entry:
        write = self._write
        return Entry(
            seq=stamp.seq,
            at=stamp.now,
            seed=stamp.seed,
            core_version=CORE_VERSION,
            input=write(given),
            facts=tuple(map(write, facts)),
            commands=tuple(map(write, commands)),
            settled=tuple(self.settled),
        )

    def _keep_snapshot(self, tx: Tx) -> None:
        every = self._snapshot_every
        if every is not None and self.seq - self._snapshot_seq >= every:
            self.save_snapshot(tx)

    def _now(self) -> int:
        """Wall time that never steps back within the cell, whatever the clock does."""
        return max(self._clock.now_ms(), self._last_at)


def _problem(refusal: Refused) -> TrunklineError:
    status = 404 if refusal.code.endswith("_unknown") else 409
    return TrunklineError(refusal.code, status, refusal.detail)


def _where(error: BaseException) -> str:
    """Kind and place of an error; never its message, which may hold personal values."""
    trace: Any = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} in {place}"
