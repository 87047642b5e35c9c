"""How a recording's row comes from the core's facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from trunkline.core.call.facts import ConsentAnswered
from trunkline.core.facts import RecordingStarted, RecordingStopped
from trunkline.core.words import ConsentAnswer
from trunkline.features.recordings import store
from trunkline.features.recordings.store import RecordingRow, RecordingState

if TYPE_CHECKING:
    from trunkline.ports.database import Tx
    from trunkline.ports.jobs import Jobs

STORE_JOB = "recordings.store"
REMOVE_JOB = "recordings.remove"
WITHDRAWN_JOB = "recordings.withdrawn"
CLOSING_MS = 1_500
"""The engine closes its files a moment after the leg is gone."""
PATIENCE = 12
"""Tries before storing is given up; with back-off that is hours. The tracks stay in the spool."""


@dataclass(frozen=True, slots=True)
class RecordingRows:
    """The projection: rows from facts, and the jobs that store what is closed.

    Who withdraws their consent has what was recorded deleted, by a job in the same transaction.
    """

    jobs: Jobs
    name: str = "recordings"
    version: int = 1
    takes: ClassVar = frozenset({RecordingStarted, RecordingStopped, ConsentAnswered})

    def project(self, tx: Tx, tenant_id: str, at_ms: int, fact: Any) -> None:
        """Take one fact; a fact that was taken before changes nothing."""
        if isinstance(fact, RecordingStarted):
            store.add(tx, _row(tenant_id, at_ms, fact))
        elif isinstance(fact, RecordingStopped):
            self._stop(tx, tenant_id, at_ms, fact.recording)
        elif isinstance(fact, ConsentAnswered) and fact.answer is ConsentAnswer.WITHDRAWN:
            payload = {"interaction_id": fact.interaction}
            key = f"{WITHDRAWN_JOB}:{fact.interaction}"
            self.jobs.enqueue(
                tx, tenant_id, WITHDRAWN_JOB, payload, dedupe_key=key, max_attempts=PATIENCE
            )

    def reset(self, tx: Tx, tenant_id: str) -> None:
        """Keep the rows: they hold the keys, which no fact could bring back."""

    def _stop(self, tx: Tx, tenant_id: str, at_ms: int, recording_id: str) -> None:
        if store.end(tx, tenant_id, recording_id, at_ms):
            enqueue_store(tx, self.jobs, tenant_id, recording_id, run_at=at_ms + CLOSING_MS)


def enqueue_store(
    tx: Tx, jobs: Jobs, tenant_id: str, recording_id: str, *, run_at: int | None = None
) -> None:
    """Ask for a recording to be stored; asking twice is asking once."""
    jobs.enqueue(
        tx,
        tenant_id,
        STORE_JOB,
        {"recording_id": recording_id},
        run_at=run_at,
        dedupe_key=f"{STORE_JOB}:{recording_id}",
        max_attempts=PATIENCE,
    )


def _row(tenant_id: str, at_ms: int, fact: RecordingStarted) -> RecordingRow:
    return RecordingRow(
        tenant_id=tenant_id,
        id=fact.recording,
        interaction_id=fact.interaction,
        agent_id=fact.agent,
        queue_id=fact.queue,
        state=RecordingState.RECORDING,
        started_at=at_ms,
    )
