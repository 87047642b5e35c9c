"""The port for background work: a lease table in the same transaction as its cause."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from trunkline.ports.database import Tx


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work as its handler sees it; `attempt` counts from 1."""

    id: str
    tenant_id: str
    kind: str
    payload: dict[str, Any]
    attempt: int


class JobState(StrEnum):
    """Where a job stands; `dead` ones wait for a person."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A job as an administrator sees it; its payload holds ids and codes only."""

    id: str
    kind: str
    state: JobState
    payload: dict[str, Any]
    attempt: int
    max_attempts: int
    created_at: int
    run_at: int
    ended_at: int | None
    error: str | None


@dataclass(frozen=True, slots=True)
class BuriedInput:
    """An input that raised in the cell, as an administrator sees it."""

    id: int
    cell: str
    at: int
    input: dict[str, Any]
    error: str


JobHandler = Callable[[Job], Awaitable[None]]
"""Does the work; raising means: try again later (or dead letter after `max_attempts`)."""


class TooEarly(Exception):
    """A handler's word that the work cannot be done yet: it comes again soon, and is no failure.

    It counts as an attempt all the same, so that nothing comes again for ever.
    """


class Jobs(Protocol):
    """Enqueues; the workers are the runtime's."""

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
        """Add work; a `dedupe_key` already waiting or running keeps its first job (its id)."""

    def find(
        self, tx: Tx, tenant_id: str, state: JobState | None, before: str | None, limit: int
    ) -> list[JobRecord]:
        """Jobs of a tenant, newest first, with ids below `before`."""

    def retry(self, tx: Tx, tenant_id: str, job_id: str) -> JobRecord | None:
        """Let a dead job wait again with all its attempts; None when the tenant has no such one."""

    def buried(self, tx: Tx, tenant_id: str, before: int | None, limit: int) -> list[BuriedInput]:
        """Inputs of the tenant's cells that raised, newest first, with ids below `before`."""


class JobTable(Jobs, Protocol):
    """The jobs as the workers see them. A lease is a job's `owner`; who lost it settles nothing."""

    def on_commit(self, call: Callable[[], None]) -> None:
        """Have `call` run, on the store's thread, when work was added."""

    def lease(self, tx: Tx, owner: str, until: int, limit: int) -> list[Job]:
        """Take at most `limit` due jobs; those whose lease ran out are due again, or dead."""

    def renew(self, tx: Tx, owner: str, job_ids: Sequence[str], until: int) -> None:
        """Hold leases longer."""

    def complete(self, tx: Tx, owner: str, job: Job) -> None:
        """The work is done."""

    def fail(self, tx: Tx, owner: str, job: Job, error: str) -> bool:
        """The attempt failed: try later, with growing pauses; True when the job is now dead."""

    def postpone(self, tx: Tx, owner: str, job: Job) -> None:
        """It was too early: it waits again, as after a failure; dead after its last attempt."""

    def release(self, tx: Tx, owner: str, job: Job) -> None:
        """The attempt was not finished, by no fault of its own; it is due at once."""

    def enqueue_due(self, tx: Tx, kind: str, expression: str) -> None:
        """Add the job of a cron expression (UTC) when its time has come, and note the next.

        Runs that were missed are made up for by one.
        """

    def trim(self, tx: Tx, before_ms: int, limit: int) -> int:
        """Forget at most `limit` done jobs that ended before a time."""
