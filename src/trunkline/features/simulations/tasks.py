"""The job that plays a day; what it came to is kept in the simulation's row."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from trunkline.features.simulations import store
from trunkline.features.simulations.draft import drafted
from trunkline.kit.errors import TrunklineError
from trunkline.ports.simulator import Question, SimulationFailed

if TYPE_CHECKING:
    from trunkline.core.config import Policy
    from trunkline.ports.database import Tx
    from trunkline.ports.jobs import Job, JobHandler
    from trunkline.ports.simulator import Simulator
    from trunkline.runtime.platform import Platform

JOB: Final = "policies.simulate"
ATTEMPTS: Final = 2

Published = Callable[["Tx", str, int], "Policy"]
"""Composes the published policy of a tenant at a time (ms)."""


def handlers(
    platform: Platform, simulator: Simulator, published: Published
) -> dict[str, JobHandler]:
    """What the job does."""

    async def play(job: Job) -> None:
        tenant_id, name = job.tenant_id, job.payload["simulation_id"]

        def begin(tx: Tx) -> Question | None:
            row = store.find(tx, tenant_id, name)
            if row is None or row.state not in ("waiting", "running"):
                return None
            store.change(tx, tenant_id, name, state="running", progress_pct=0)
            # As of that day: open hours are only reckoned ahead.
            now = published(tx, tenant_id, row.begin_at)
            then = _draft(tx, row, now)
            return Question(tenant_id, row.begin_at, row.end_at, now, then)

        def _draft(tx: Tx, row: store.SimulationRow, now: Policy) -> Policy:
            if row.draft_id is None:
                return drafted(now, row.changes)
            return platform.policies.drafted(tx, tenant_id, row.draft_id, row.begin_at)

        async def progress(share: float) -> None:
            await keep(progress_pct=min(99, int(100 * share)))

        async def keep(**fields: Any) -> None:
            await platform.db.write(lambda tx: store.change(tx, tenant_id, name, **fields))

        async def end(**fields: Any) -> None:
            await keep(ended_at=platform.clock.now_ms(), **fields)

        try:
            question = await platform.db.write(begin)
            if question:
                found = await simulator.compare(question, progress)
                await end(state="done", progress_pct=100, result=found)
        except SimulationFailed as failure:
            await end(state="failed", error=str(failure)[:200])
        except TrunklineError as refusal:  # the queues changed since it was asked
            await end(state="failed", error=refusal.detail[:200])

    return {JOB: play}
