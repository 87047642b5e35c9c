"""What the clock does with promises: they fall due, are reminded of, and are missed.

A call that is due becomes a callback a little before its time: its owner is asked first, and from
the time on anybody of the queue (core/acd/callback.py). While its number is being called back for
another reason it waits. Anything else is told, and stands in the list of its owner or team.

What is sent before an appointment is in `reminders`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from trunkline.core.inputs import OpenCallback
from trunkline.core.words import (
    AgentId,
    CallbackId,
    CallbackOrigin,
    InteractionId,
    Level,
    QueueId,
    Token,
)
from trunkline.features import alerts, audit, callbacks, customers, promises, tenancy
from trunkline.features.desk.promises.reminders import BEFORE_MS, REMIND_JOB
from trunkline.features.desk.promises.telling import still, tell
from trunkline.features.promises import PromiseKind, PromiseRow, PromiseState
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.features.tenancy import Writing
    from trunkline.ports.database import Tx
    from trunkline.ports.jobs import Job
    from trunkline.runtime.platform import Platform

VOICE: Final = "voice"
DUE_JOB: Final = "promises.due"
MISSED_JOB: Final = "promises.missed"
LEAD_MS: Final = 120_000
"""So long before its time a call is made a callback: its owner is kept for it from then on."""
TRIES: Final = 30


class NotYet(Exception):
    """The number is being called back for another reason; the job comes again."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One job of a promise."""

    kind: str
    at: int
    which: str = ""


def plan(platform: Platform, on: Writing, row: PromiseRow) -> None:
    """Have it fall due, be reminded of and be missed; a change of its time outdates older plans."""
    grace_ms = tenancy.settings(on.tx, on.tenant_id).promise_grace_min * 60_000
    lead_ms = LEAD_MS if row.channel == VOICE else 0
    planned = [Planned(DUE_JOB, row.due_at - lead_ms), Planned(MISSED_JOB, row.due_at + grace_ms)]
    if row.kind == PromiseKind.APPOINTMENT:
        planned += [
            Planned(REMIND_JOB, row.due_at - before, which) for which, before in BEFORE_MS.items()
        ]
    for one in planned:
        payload = {"promise_id": row.id, "due_at": row.due_at, "which": one.which}
        platform.jobs.enqueue(
            on.tx, on.tenant_id, one.kind, payload, run_at=one.at, max_attempts=TRIES
        )


async def fall_due(platform: Platform, job: Job) -> None:
    """Its time has come: call, or tell who keeps it. Raises `NotYet`."""

    def work(tx: Tx) -> OpenCallback | None:
        on = audit.writing(platform, tx, job.tenant_id)
        row = still(tx, job)
        if row is None:
            return None
        if row.callback_id is None:
            tell(platform, on, row, "promise.due")
        return _call(on, row) if row.channel == VOICE else None

    given = await platform.db.write(work)
    if given is not None:
        await _open(platform, job.tenant_id, given)


async def be_missed(platform: Platform, job: Job) -> None:
    """Nobody has begun to keep it, a while after its time."""

    def work(tx: Tx) -> None:
        on = audit.writing(platform, tx, job.tenant_id)
        row = still(tx, job)
        if row is None or row.missed_at is not None:
            return
        promises.change(tx, row.tenant_id, row.id, missed_at=on.now)
        tell(platform, on, row, "promise.missed")
        kind = alerts.Kind.PROMISE_MISSED.value
        name = on.ids.new("alt")
        alert = alerts.AlertRow(row.tenant_id, name, kind, row.id, row.queue_id, 1, on.now)
        alerts.raise_alert(tx, platform.outbox, alert)

    await platform.db.write(work)


async def cancel_all(platform: Platform, job: Job) -> int:
    """Nothing is promised to an erased customer any more; returns how many were."""

    def work(tx: Tx) -> int:
        now = platform.clock.now_ms()
        rows = promises.of_customer(tx, job.tenant_id, str(job.payload["customer_id"]), 200)
        for row in rows:
            over = {"state": PromiseState.CANCELLED.value, "closed_at": now, "slot": None}
            promises.change(tx, job.tenant_id, row.id, **over)
        return len(rows)

    return await platform.db.write(work)


def _call(on: Writing, row: PromiseRow) -> OpenCallback | None:
    """The callback that keeps it; None when the customer was erased, and with them the number."""
    try:
        number = customers.value(on.tx, on.keys, on.tenant_id, row.party or "")
    except customers.ValueGone:
        gone = {"state": PromiseState.CANCELLED.value, "closed_at": on.now, "slot": None}
        promises.change(on.tx, on.tenant_id, row.id, **gone)
        return None
    name = row.callback_id or on.ids.new("cbk")
    if row.callback_id is None:
        promises.change(on.tx, on.tenant_id, row.id, callback_id=name)
    booked = row.kind == PromiseKind.APPOINTMENT
    caller = customers.keep_caller(on.tx, on.keys, on.tenant_id, number, on.ids.new("cal"))
    known = (
        customers.get(on.tx, on.keys, on.tenant_id, row.customer_id) if row.customer_id else None
    )
    return OpenCallback(
        callback=CallbackId(name),
        origin=CallbackOrigin.APPOINTMENT if booked else CallbackOrigin.PROMISE,
        queue=QueueId(row.queue_id),
        number=row.number or "",
        party=Token(row.party or ""),
        caller=Token(caller),
        due_at=row.due_at,
        customer=row.customer_id,
        level=known.level if known else Level.REGULAR,
        language=known.language if known else "zh",
        owner=AgentId(row.owner_id) if row.owner_id else None,
        interaction=InteractionId(row.interaction_id) if row.interaction_id else None,
    )


async def _open(platform: Platform, tenant_id: str, given: OpenCallback) -> None:
    try:
        await platform.cells.submit(tenant_id, given)
    except TrunklineError as refusal:
        if refusal.code == "agent_unknown":  # the owner left: the team keeps it
            await _open(platform, tenant_id, replace(given, owner=None))
        elif refusal.code != "callback_open":
            raise
        elif (
            await platform.db.read(lambda tx: callbacks.get(tx, tenant_id, given.callback)) is None
        ):
            raise NotYet(given.callback) from refusal
