"""Bodies of the jobs API."""

from __future__ import annotations

from typing import Any, Self

from trunkline.features.tenancy import ApiModel, Instant, Word, instant, instant_or_none
from trunkline.ports.jobs import BuriedInput, JobRecord, JobState


class JobOut(ApiModel):
    """One piece of background work."""

    id: str
    kind: str
    state: Word[JobState]
    payload: dict[str, Any]
    attempt: int
    max_attempts: int
    created_at: Instant
    run_at: Instant
    ended_at: Instant | None
    error: str | None

    @classmethod
    def of(cls, job: JobRecord) -> Self:
        """The body of a job."""
        return cls(
            id=job.id,
            kind=job.kind,
            state=job.state,
            payload=job.payload,
            attempt=job.attempt,
            max_attempts=job.max_attempts,
            created_at=instant(job.created_at),
            run_at=instant(job.run_at),
            ended_at=instant_or_none(job.ended_at),
            error=job.error,
        )


class DeadLetterOut(ApiModel):
    """An input that the cell could not decide: a bug to report, kept with where it was raised."""

    id: str
    cell: str
    at: Instant
    input: dict[str, Any]
    error: str

    @classmethod
    def of(cls, letter: BuriedInput) -> Self:
        """The body of a dead letter."""
        return cls(
            id=str(letter.id),
            cell=letter.cell,
            at=instant(letter.at),
            input=letter.input,
            error=letter.error,
        )
