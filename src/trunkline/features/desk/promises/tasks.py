"""What the clock does with promises: they fall due, are reminded of, and are missed.

A call that is due becomes a callback a little before its time: its owner is asked first, and from
the time on anybody of the queue (core/acd/callback.py). While its number is being called back for
another reason it waits. Anything else is told, and stands in the list of its owner or team.

A reminder of an appointment is told as `trunkline.appointment.reminder_due.v1` and noted with it;
nothing is sent to the customer. Whoever sends messages hears that event.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

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
from trunkline.features.promises import PromiseKind, PromiseRow, PromiseState
from trunkline.kit.errors import TrunklineError
from trunkline.ports.events import Audience, DomainEvent

if TYPE_CHECKING:
    from trunkline.features.tenancy import Writing
    from trunkline.ports.database import Tx
    from trunkline.ports.jobs import Job
    from trunkline.runtime.platform import Platform

VOICE: Final = "voice"
DUE_JOB: Final = "promises.due"
MISSED_JOB: Final = "promises.missed"
REMIND_JOB: Final = "promises.remind"
LEAD_MS: Final = 120_000
"""So long before its time a call is made a callback: its owner is kept for it from then on."""
REMINDERS: Final = {"day": 24 * 3_600_000, "hour": 3_600_000}
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
            Planned(REMIND_JOB, row.due_at - before, which) for which, before in REMINDERS.items()
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
        row = _still(tx, job)
        if row is None:
            return None
        if row.callback_id is None:
            _tell(platform, on, row, "promise.due")
        return _call(on, row) if row.channel == VOICE else None

    given = await platform.db.write(work)
    if given is not None:
        await _open(platform, job.tenant_id, given)


async def be_missed(platform: Platform, job: Job) -> None:
    """Nobody has begun to keep it, a while after its time."""

    def work(tx: Tx) -> None:
        on = audit.writing(platform, tx, job.tenant_id)
        row = _still(tx, job)
        if row is None or row.missed_at is not None:
            return
        promises.change(tx, row.tenant_id, row.id, missed_at=on.now)
        _tell(platform, on, row, "promise.missed")
        kind = alerts.Kind.PROMISE_MISSED.value
        name = on.ids.new("alt")
        alert = alerts.AlertRow(row.tenant_id, name, kind, row.id, row.queue_id, 1, on.now)
        alerts.raise_alert(tx, platform.outbox, alert)

    await platform.db.write(work)


async def remind(platform: Platform, job: Job) -> None:
    """A reminder of an appointment is due: it is noted and told."""

    def work(tx: Tx) -> None:
        on = audit.writing(platform, tx, job.tenant_id)
        row, which = _still(tx, job), str(job.payload["which"])
        if row is not None:
            promises.change(tx, row.tenant_id, row.id, **{f"reminded_{which}_at": on.now})
            _tell(platform, on, row, "appointment.reminder_due", before=which)

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


def _still(tx: Tx, job: Job) -> PromiseRow | None:
    """The promise, if it is open and its time is still the one the job was planned for."""
    row = promises.get(tx, job.tenant_id, str(job.payload["promise_id"]))
    waits = row is not None and row.state == PromiseState.OPEN
    return row if row and waits and row.due_at == job.payload["due_at"] else None


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


def _tell(platform: Platform, on: Writing, row: PromiseRow, what: str, **more: Any) -> None:
    payload = {
        "promise_id": row.id,
        "kind": row.kind,
        "channel": row.channel,
        "queue_id": row.queue_id,
        "owner_id": row.owner_id,
        "customer_id": row.customer_id,
        "due_at": row.due_at,
        **more,
    }
    audience = Audience("interactions.read", user_id=row.owner_id, queue_id=row.queue_id)
    kind = f"trunkline.{what}.v1"
    platform.outbox.emit(on.tx, DomainEvent(on.tenant_id, kind, row.id, on.now, payload, audience))
