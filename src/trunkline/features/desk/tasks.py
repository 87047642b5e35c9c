"""What the desk has done in the background."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from trunkline.core.facts import InteractionClosed
from trunkline.features import audit, interactions, tenancy, tickets
from trunkline.features.desk.guests import service as guests
from trunkline.features.desk.handling.wrap_up import call_of
from trunkline.features.desk.me import softphones

if TYPE_CHECKING:
    from collections.abc import Callable

    from trunkline.ports.database import Tx
    from trunkline.ports.jobs import Job, JobHandler, Jobs
    from trunkline.runtime.platform import Platform

TICKET_JOB: Final = "desk.ticket_of_call"


@dataclass(frozen=True, slots=True)
class TicketsOfCalls:
    """Where the tenant wants a ticket of every call, asks for one when nothing is open any more.

    A projection without tables: what was chosen at wrap-up has its ticket by then.
    """

    jobs: Jobs
    name: str = "tickets_of_calls"
    version: int = 1

    def project(self, tx: Tx, tenant_id: str, at_ms: int, fact: Any) -> None:
        """Take one fact."""
        if not isinstance(fact, InteractionClosed):
            return
        if tenancy.settings(tx, tenant_id).ticket_of_every_call:
            payload = {"interaction_id": str(fact.interaction)}
            key = f"{TICKET_JOB}:{fact.interaction}"
            self.jobs.enqueue(tx, tenant_id, TICKET_JOB, payload, dedupe_key=key)

    def reset(self, tx: Tx, tenant_id: str) -> None:
        """Tickets that were made stay; asking again finds them."""


def handlers(platform: Platform) -> dict[str, JobHandler]:
    """The desk's jobs by kind."""
    return {
        TICKET_JOB: _bound(platform, make_ticket),
        softphones.EXPIRE_JOB: _bound(platform, softphones.expire),
        guests.EXPIRE_JOB: _bound(platform, guests.expire),
    }


async def make_ticket(platform: Platform, job: Job) -> None:
    """The ticket of one call, unless it has one."""

    def work(tx: Tx) -> None:
        row = interactions.get(tx, job.tenant_id, str(job.payload["interaction_id"]))
        if row is not None:
            call = call_of(tx, row, row.agent_id or audit.SYSTEM)
            tickets.ensure_for_interaction(tx, platform, job.tenant_id, call)

    await platform.db.write(work)


def _bound(platform: Platform, work: Callable[[Platform, Job], Any]) -> JobHandler:
    async def handle(job: Job) -> None:
        await work(platform, job)

    return handle
