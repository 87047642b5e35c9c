"""Background work: which job does what, and what runs by the calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trunkline.app.erasure import cancel_callbacks, erase_recordings
from trunkline.app.policy import compose
from trunkline.app.whatif import ChildSimulator
from trunkline.core.callback_facts import CallbackEnded
from trunkline.core.facts import InteractionClosed
from trunkline.core.words import CallbackOutcome
from trunkline.features import (
    agents,
    announcements,
    audit,
    calendars,
    customers,
    desk,
    dialling,
    interactions,
    outbound,
    quality,
    queues,
    recordings,
    simulations,
    tenancy,
    tickets,
)
from trunkline.kit.logging import logger
from trunkline.ports.database import STORE_FAILED, part

if TYPE_CHECKING:
    from trunkline.features.recordings import Archive
    from trunkline.ports.database import Tx
    from trunkline.ports.jobs import Job, JobHandler, Jobs
    from trunkline.runtime.platform import Platform

log = logger("work")
ENSURE_TICKET = "tickets.ensure"
RECONCILE = "recordings.reconcile"
NOT_REACHED = "callbacks.not_reached"
FORGET_VALUES = "customers.forget_values"
FORGET_OUTWARD = "outbound.forget"
FORGET_QUALITY = "quality.forget"
QUALITY_KEPT_MS = 90 * 24 * 3600 * 1000

CRON = {
    RECONCILE: "17 * * * *",
    FORGET_VALUES: "23 3 * * *",
    FORGET_OUTWARD: "29 3 * * *",
    FORGET_QUALITY: "31 3 * * *",
    calendars.EXPAND: calendars.DAILY,
    agents.END_SKILL_SETS: agents.SKILL_SETS_END,
}
"""By kind: when it runs (UTC)."""


class TicketOfEveryCall:
    """Where a tenant wants it, a call without a ticket gets one when all work on it has ended.

    It is written with what closes the call: a job for each would cost a commit more. Should that
    fail, the call is closed all the same and a job tries again. That of a callback is left to a
    job: whoever was not reached at all gets a ticket that says so.
    """

    name = "ticket_of_every_call"
    version = 1
    takes = frozenset({InteractionClosed})

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def project(self, tx: Tx, tenant_id: str, at_ms: int, fact: Any) -> None:
        """Write the ticket in the transaction that closes the interaction."""
        if not isinstance(fact, InteractionClosed) or not _wanted(tx, tenant_id):
            return
        row = interactions.get(tx, tenant_id, fact.interaction)
        if row is None or row.callback_id is not None or not self._written(tx, row):
            payload = {"interaction_id": fact.interaction}
            key = f"{ENSURE_TICKET}:{fact.interaction}"
            self._platform.jobs.enqueue(tx, tenant_id, ENSURE_TICKET, payload, dedupe_key=key)

    def _written(self, tx: Tx, row: interactions.InteractionRow) -> bool:
        try:
            with part(tx):
                tickets.ensure_for_interaction(tx, self._platform, row.tenant_id, _call(tx, row))
        except STORE_FAILED:
            raise
        except Exception as error:  # the call is closed all the same
            log.exception("ticket_put_off", tenant_id=row.tenant_id, error=type(error).__name__)
            return False
        return True

    def reset(self, tx: Tx, tenant_id: str) -> None:
        """Tickets are no read model; they stay."""


class TicketOfWhoIsNotReached:
    """A customer whom no try reached is handed to people: a ticket, in the queue's team."""

    name = "ticket_of_who_is_not_reached"
    version = 1
    takes = frozenset({CallbackEnded})

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs

    def project(self, tx: Tx, tenant_id: str, at_ms: int, fact: Any) -> None:
        """Ask for the ticket in the transaction that gives the callback up."""
        if not isinstance(fact, CallbackEnded) or fact.outcome is not CallbackOutcome.EXHAUSTED:
            return
        if fact.interaction is not None:
            payload = {"interaction_id": fact.interaction}
            key = f"{NOT_REACHED}:{fact.callback}"
            self._jobs.enqueue(tx, tenant_id, NOT_REACHED, payload, dedupe_key=key)

    def reset(self, tx: Tx, tenant_id: str) -> None:
        """Tickets are no read model; they stay."""


def handlers(platform: Platform, archive: Archive | None) -> dict[str, JobHandler]:
    """What each kind of job does."""

    async def ensure_ticket(job: Job) -> None:
        def work(tx: Tx) -> None:
            row = interactions.get(tx, job.tenant_id, job.payload["interaction_id"])
            if row is not None:
                tickets.ensure_for_interaction(tx, platform, job.tenant_id, _call(tx, row))

        await platform.db.write(work)

    async def ticket_of_not_reached(job: Job) -> None:
        def work(tx: Tx) -> None:
            row = interactions.get(tx, job.tenant_id, job.payload["interaction_id"])
            if row is not None:
                title = tickets.not_reached_title(tx, job.tenant_id)
                call = _call(tx, row)
                tickets.ensure_for_interaction(tx, platform, job.tenant_id, call, title)

        await platform.db.write(work)

    async def forget_values(_: Job) -> None:
        now = platform.clock.now_ms()

        def work(tx: Tx) -> None:
            for tenant in tenancy.every(tx):
                customers.forget_values(tx, tenant.tenant_id, now)

        await platform.db.write(work)

    async def forget_outward(_: Job) -> None:
        now = platform.clock.now_ms()
        await platform.db.write(lambda tx: outbound.forget(tx, now))

    async def forget_quality(_: Job) -> None:
        before = platform.clock.now_ms() - QUALITY_KEPT_MS
        await platform.db.write(lambda tx: quality.forget(tx, before))

    async def expand_calendars(_: Job) -> None:
        for tenant in await platform.db.read(tenancy.every):
            await platform.policies.publish(tenant.tenant_id)

    async def reopen_calendar(job: Job) -> None:
        def work(tx: Tx) -> bool:
            on = audit.writing(platform, tx, job.tenant_id)
            over = calendars.reopen_if_over(on, job.payload["calendar_id"])
            if over:
                tenancy.policy_changed(tx, job.tenant_id)
            return over

        if await platform.db.write(work):
            await platform.policies.publish(job.tenant_id)

    async def end_skill_sets(_: Job) -> None:
        now = platform.clock.now_ms()

        def work(tx: Tx) -> list[str]:
            tenants = agents.tenants_with_sets_over(tx, now)
            for tenant_id in tenants:
                agents.end_skill_sets_over(tx, tenant_id, now)
                tenancy.policy_changed(tx, tenant_id)
                ended = (audit.SYSTEM, "skill_sets.ended", "time")
                platform.policies.keep(tx, tenant_id, *ended, now)
            return tenants

        if await platform.db.read(lambda tx: agents.tenants_with_sets_over(tx, now)):
            for tenant_id in await platform.db.write(work):
                await platform.policies.publish(tenant_id)

    async def reconcile(_: Job) -> None:
        if archive is not None:
            await recordings.reconcile(archive)

    async def erased(job: Job) -> None:
        await desk.cancel_promises(platform, job)
        await cancel_callbacks(platform, job)
        await erase_recordings(platform, job)
        customer = str(job.payload["customer_id"])
        forget = dialling.drop_of_customer
        await platform.db.write(lambda tx: forget(tx, job.tenant_id, customer))

    async def remove(job: Job) -> None:
        await recordings.remove(platform, job)

    async def remove_sound(job: Job) -> None:
        await platform.blobs.delete(str(job.payload["object"]))

    async def speak(job: Job) -> None:
        await announcements.speak(platform, job)

    async def withdrawn(job: Job) -> None:
        await recordings.delete_withdrawn(platform, job)

    found: dict[str, JobHandler] = {
        recordings.REMOVE_JOB: remove,
        recordings.WITHDRAWN_JOB: withdrawn,
        announcements.REMOVE_JOB: remove_sound,
        announcements.SPEAK_JOB: speak,
        customers.ERASED_JOB: erased,
        ENSURE_TICKET: ensure_ticket,
        NOT_REACHED: ticket_of_not_reached,
        FORGET_VALUES: forget_values,
        FORGET_OUTWARD: forget_outward,
        FORGET_QUALITY: forget_quality,
        calendars.EXPAND: expand_calendars,
        calendars.REOPEN: reopen_calendar,
        agents.END_SKILL_SETS: end_skill_sets,
        RECONCILE: reconcile,
        **desk.handlers(platform),
        **simulations.handlers(platform, ChildSimulator(platform.settings.database_url), compose),
    }
    if archive is not None:
        found[recordings.STORE_JOB] = archive.store
    return found


def _call(tx: Tx, row: interactions.InteractionRow) -> tickets.Call:
    """The ticket is the team's whose queue it came through, as one that was made by hand."""
    team_id = queues.team_of(tx, row.tenant_id, row.queue_id) if row.queue_id else None
    return tickets.Call(row.id, row.customer_id, row.agent_id or audit.SYSTEM, team_id)


def _wanted(tx: Tx, tenant_id: str) -> bool:
    return tenancy.settings(tx, tenant_id).ticket_of_every_call
