"""Background work as rows: leased, tried again, buried; added in the transaction of its cause."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from cronsim import CronSim
from sqlalchemy.dialects import postgresql

from trunkline.adapters.sql.journal import dead_letters
from trunkline.kit.prepared import Prepared, json_text, json_value
from trunkline.ports.database import Tx, after_commit, metadata
from trunkline.ports.jobs import BuriedInput, Job, JobRecord, JobState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from trunkline.ports.clock import Clock, Ids

INSTALLATION = "-"
"""The tenant of work that is nobody's: what the clock brings for the whole installation."""

FIRST_PAUSE_MS = 2_000
LONGEST_PAUSE_MS = 3_600_000

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("tenant_id", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("dedupe_key", sa.String(200)),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("max_attempts", sa.Integer, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("run_at", sa.BigInteger, nullable=False),
    sa.Column("ended_at", sa.BigInteger),
    sa.Column("owner", sa.String(64)),
    sa.Column("leased_until_at", sa.BigInteger),
    sa.Column("error", sa.Text),
    sa.Index("ix_jobs_tenant_id_id", "tenant_id", "id"),
)


_OPEN = "state = 'waiting' OR state = 'running'"


def _partial(name: str, columns: list[sa.Column[Any]], where: str, unique: bool = False) -> None:
    sa.Index(name, *columns, unique=unique, sqlite_where=sa.text(where),
             postgresql_where=sa.text(where))  # fmt: skip


_partial("ix_jobs_due", [jobs.c.run_at, jobs.c.id], "state = 'waiting'")
_partial("ix_jobs_leased", [jobs.c.leased_until_at], "state = 'running'")
_partial("ix_jobs_ended", [jobs.c.ended_at], "state = 'done'")
_partial(
    "uq_jobs_dedupe_key",
    [jobs.c.tenant_id, jobs.c.dedupe_key],
    _OPEN,
    unique=True,
)

cron = sa.Table(
    "cron_entries",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("kind", sa.String(64), primary_key=True),
    sa.Column("expression", sa.String(64), nullable=False),
    sa.Column("next_at", sa.BigInteger, nullable=False),
)


def _text(state: JobState) -> sa.TextClause:
    return sa.text(f"'{state.value}'")


# Written out, not bound: a partial index serves only a condition that names its words.
_is_waiting = sa.text("state = 'waiting'")
_is_running = sa.text("state = 'running'")
_is_open = sa.text(f"({_OPEN})")
_is_done = sa.text("state = 'done'")


_now = sa.bindparam("now", type_=sa.BigInteger)
_last = jobs.c.attempt >= jobs.c.max_attempts
_nobody = {"owner": sa.null(), "leased_until_at": sa.null()}
_given = (
    "id", "tenant_id", "kind", "payload", "state", "dedupe_key", "attempt", "max_attempts",
    "created_at", "run_at",
)  # fmt: skip
_add = Prepared(
    # Both databases know these words; SQLAlchemy has them by dialect only.
    postgresql.insert(jobs)
    .values({name: sa.bindparam(name) for name in _given})
    .on_conflict_do_nothing()
    .returning(jobs.c.id)
)
_abandoned = sa.and_(_is_running, jobs.c.leased_until_at < _now)
_due = (
    sa.select(jobs.c.id)
    .where(sa.or_(sa.and_(_is_waiting, jobs.c.run_at <= _now), _abandoned))
    .order_by(jobs.c.run_at, jobs.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
    .offset(sa.literal_column("0"))  # or one dialect writes a parameter of its own
    .with_for_update(skip_locked=True)
    .cte("due")
)
_take = Prepared(
    jobs.update()
    .where(jobs.c.id.in_(sa.select(_due.c.id)))
    .values(
        state=_text(JobState.RUNNING),
        owner=sa.bindparam("by"),
        attempt=jobs.c.attempt + sa.literal_column("1"),
    )
    .values(leased_until_at=sa.bindparam("until"))
    .returning(jobs.c.id, jobs.c.tenant_id, jobs.c.kind, jobs.c.payload, jobs.c.attempt)
)
_bury = Prepared(
    jobs.update()
    .where(_abandoned, _last)
    .values(state=_text(JobState.DEAD), ended_at=_now, error=sa.text("'the worker vanished'"))
)
_held = jobs.update().where(
    jobs.c.id == sa.bindparam("of_id"),
    jobs.c.owner == sa.bindparam("of_owner"),
    jobs.c.attempt == sa.bindparam("of_attempt"),
)
_done = Prepared(
    _held.values(state=_text(JobState.DONE), ended_at=_now, error=sa.null(), **_nobody)
)
_lost = Prepared(
    _held.values(
        state=sa.case((_last, _text(JobState.DEAD)), else_=_text(JobState.WAITING)),
        ended_at=sa.case((_last, _now), else_=sa.null()),
        run_at=sa.bindparam("later"),
        error=sa.bindparam("why"),
        **_nobody,
    ).returning(jobs.c.state)
)
_released = _held.values(state=JobState.WAITING.value, attempt=jobs.c.attempt - 1, **_nobody)


class SqlJobs:
    """The job table on either database."""

    def __init__(self, clock: Clock, ids: Ids) -> None:
        self._clock = clock
        self._ids = ids
        self._listeners: list[Callable[[], None]] = []

    def on_commit(self, call: Callable[[], None]) -> None:
        """Have `call` run when work was added."""
        self._listeners.append(call)

    def enqueue(
        self,
        tx: Tx,
        tenant_id: str,
        kind: str,
        payload: dict[str, Any],
        *,
        run_at: int | None = None,
        dedupe_key: str | None = None,
        max_attempts: int = 8,
    ) -> str:
        """Add work, unless its key is waiting or running already."""
        now = self._clock.now_ms()
        row = {
            "id": self._ids.new("job"),
            "tenant_id": tenant_id,
            "kind": kind,
            "payload": json_text(payload),
            "state": JobState.WAITING.value,
            "dedupe_key": dedupe_key,
            "attempt": 0,
            "max_attempts": max_attempts,
            "created_at": now,
            "run_at": now if run_at is None else run_at,
        }
        added = _add.first(tx, row)
        if added is None and dedupe_key is not None:
            return _first(tx, tenant_id, dedupe_key) or str(row["id"])
        after_commit(tx, self._tell, None)
        return str(row["id"])

    def lease(self, tx: Tx, owner: str, until: int, limit: int) -> list[Job]:
        """Take due jobs. One statement serves both databases: SQLite has but one writer."""
        now = self._clock.now_ms()
        _bury_those_that_kill(tx, now)
        wanted = {"now": now, "most": limit, "by": owner, "until": until}
        rows = _take.all(tx, wanted)
        taken = (Job(row[0], row[1], row[2], json_value(row[3]), row[4]) for row in rows)
        return sorted(taken, key=lambda job: job.id)

    def renew(self, tx: Tx, owner: str, job_ids: Sequence[str], until: int) -> None:
        """Hold leases longer."""
        held = jobs.update().where(jobs.c.id.in_(job_ids), jobs.c.owner == owner)
        tx.execute(held.values(leased_until_at=until))

    def complete(self, tx: Tx, owner: str, job: Job) -> None:
        """The work is done."""
        _done.run(tx, _of(owner, job) | {"now": self._clock.now_ms()})

    def fail(self, tx: Tx, owner: str, job: Job, error: str) -> bool:
        """The attempt failed: later again, or dead when it was the last one."""
        now = self._clock.now_ms()
        lost = {"now": now, "later": now + _pause_ms(job.attempt), "why": error}
        row = _lost.first(tx, _of(owner, job) | lost)
        return row is not None and row[0] == JobState.DEAD

    def postpone(self, tx: Tx, owner: str, job: Job) -> None:
        """It was too early: the same as a failure that nobody need look at."""
        self.fail(tx, owner, job, "too early")

    def release(self, tx: Tx, owner: str, job: Job) -> None:
        """Let the job wait again as if it had not been taken."""
        tx.execute(_released, _of(owner, job))

    def enqueue_due(self, tx: Tx, kind: str, expression: str) -> None:
        """Add a cron job when it is due; a changed expression counts from now."""
        now = self._clock.now_ms()
        is_it = sa.and_(cron.c.tenant_id == INSTALLATION, cron.c.kind == kind)
        kept = tx.execute(sa.select(cron).where(is_it).with_for_update()).one_or_none()
        if kept and kept.expression == expression and now < kept.next_at:
            return
        marks = {"expression": expression, "next_at": _next_at(expression, now)}
        if kept is None:
            tx.execute(cron.insert().values(tenant_id=INSTALLATION, kind=kind, **marks))
            return
        tx.execute(cron.update().where(is_it).values(marks))
        if kept.expression == expression:
            self.enqueue(tx, INSTALLATION, kind, {}, dedupe_key=f"cron:{kind}")

    def trim(self, tx: Tx, before_ms: int, limit: int) -> int:
        """Forget done jobs that ended before a time."""
        old = sa.select(jobs.c.id).where(_is_done, jobs.c.ended_at < before_ms)
        return tx.execute(jobs.delete().where(jobs.c.id.in_(old.limit(limit)))).rowcount

    def find(
        self, tx: Tx, tenant_id: str, state: JobState | None, before: str | None, limit: int
    ) -> list[JobRecord]:
        """Jobs of a tenant, newest first."""
        wanted = sa.select(*_record).where(jobs.c.tenant_id == tenant_id)
        if state is not None:
            wanted = wanted.where(jobs.c.state == state)
        if before is not None:
            wanted = wanted.where(jobs.c.id < before)
        rows = tx.execute(wanted.order_by(jobs.c.id.desc()).limit(limit))
        return [_as_record(row) for row in rows]

    def retry(self, tx: Tx, tenant_id: str, job_id: str) -> JobRecord | None:
        """Let a dead job wait again with all its attempts."""
        anew = (
            jobs.update()
            .where(jobs.c.tenant_id == tenant_id, jobs.c.id == job_id)
            .where(jobs.c.state == JobState.DEAD)
            .values(state=JobState.WAITING, attempt=0, run_at=self._clock.now_ms(), ended_at=None)
            # Its key may be taken by a younger job by now; a person wants this one as well.
            .values(dedupe_key=None)
        )
        row = tx.execute(anew.returning(*_record)).one_or_none()
        if row is None:
            return None
        after_commit(tx, self._tell, None)
        return _as_record(row)

    def buried(self, tx: Tx, tenant_id: str, before: int | None, limit: int) -> list[BuriedInput]:
        """Inputs of the tenant's cells that raised, newest first."""
        kept = dead_letters.c
        wanted = sa.select(kept.id, kept.cell, kept.at, kept.input, kept.error)
        wanted = wanted.where(kept.tenant_id == tenant_id)
        if before is not None:
            wanted = wanted.where(kept.id < before)
        return [
            BuriedInput(*row) for row in tx.execute(wanted.order_by(kept.id.desc()).limit(limit))
        ]

    def _tell(self, _: list[None]) -> None:
        for call in self._listeners:
            call()


_record = [
    jobs.c[name] for name in ("id", "kind", "state", "payload", "attempt", "max_attempts")
] + [jobs.c.created_at, jobs.c.run_at, jobs.c.ended_at, jobs.c.error]


def _as_record(row: sa.Row[Any]) -> JobRecord:
    return JobRecord(**(row._asdict() | {"state": JobState(row.state)}))


def _first(tx: Tx, tenant_id: str, dedupe_key: str) -> str | None:
    same = sa.and_(jobs.c.tenant_id == tenant_id, jobs.c.dedupe_key == dedupe_key)
    found = tx.execute(sa.select(jobs.c.id).where(same, _is_open))
    return found.scalar_one_or_none()


def _bury_those_that_kill(tx: Tx, now: int) -> None:
    """A job whose last attempt took its worker with it is not tried once more."""
    _bury.run(tx, {"now": now})


def _of(owner: str, job: Job) -> dict[str, Any]:
    return {"of_id": job.id, "of_owner": owner, "of_attempt": job.attempt}


def _pause_ms(attempt: int) -> int:
    return min(FIRST_PAUSE_MS << (attempt - 1), LONGEST_PAUSE_MS)


def _next_at(expression: str, after_ms: int) -> int:
    after = datetime.fromtimestamp(after_ms / 1000, UTC)
    following: datetime = next(CronSim(expression, after))
    return round(following.timestamp() * 1000)
