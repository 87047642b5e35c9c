"""Reminders of appointments: the expert is told at the desk, the customer by mail.

A reminder that is due is noted and told as `trunkline.appointment.reminder_due.v1`, which the
expert's desk shows. Then a job of its own writes to the customer's mailbox, and tries again while
the mail server fails; what became of it is noted with the promise. Other channels would be other
messengers (ports/messages.py): there is none for SMS.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from trunkline.features import audit, customers, promises, tenancy
from trunkline.features.desk.promises import letters
from trunkline.features.desk.promises.telling import still, tell
from trunkline.features.promises import Mailing, PromiseRow
from trunkline.ports.messages import Delivery, Message

if TYPE_CHECKING:
    from trunkline.features.tenancy import Writing
    from trunkline.ports.database import Tx
    from trunkline.ports.jobs import Job
    from trunkline.ports.messages import Messenger
    from trunkline.runtime.platform import Platform

REMIND_JOB: Final = "promises.remind"
MAIL_JOB: Final = "promises.mail"
BEFORE_MS: Final = {"day": 24 * 3_600_000, "hour": 3_600_000}
EMAIL: Final = "email"
TRIES: Final = 12
"""With growing pauses, over hours; what comes after the appointment is not sent."""


class NotSent(Exception):
    """The mail server failed; the job comes again."""


@dataclass(frozen=True, slots=True)
class _Letter:
    message: Message
    messenger: Messenger


async def remind(platform: Platform, job: Job) -> None:
    """A reminder is due: it is noted and told, and the customer is written to."""

    def work(tx: Tx) -> None:
        on = audit.writing(platform, tx, job.tenant_id)
        row, which = still(tx, job), str(job.payload["which"])
        if row is not None and not _too_late(row, which, on.now):
            promises.change(tx, row.tenant_id, row.id, **{f"reminded_{which}_at": on.now})
            tell(platform, on, row, "appointment.reminder_due", before=which)
            platform.jobs.enqueue(tx, on.tenant_id, MAIL_JOB, job.payload, max_attempts=TRIES)

    await platform.db.write(work)


async def mail(platform: Platform, job: Job) -> None:
    """Write to the customer of an appointment. Raises `NotSent`."""
    found = await platform.db.write(lambda tx: _letter(platform, tx, job))
    if found is None:
        return
    delivery = await found.messenger.send(found.message)

    def note(tx: Tx) -> None:
        _noted(audit.writing(platform, tx, job.tenant_id), job, Mailing(delivery.value))

    await platform.db.write(note)
    if delivery is Delivery.FAILED:
        raise NotSent(job.id)


def _too_late(row: PromiseRow, which: str, now: int) -> bool:
    """The day's reminder is nothing any more in the last hour, nor is any after the time."""
    last = row.due_at - BEFORE_MS["hour"] if which == "day" else row.due_at
    return now > last


def _letter(platform: Platform, tx: Tx, job: Job) -> _Letter | None:
    """What is to be sent by what; where there is nothing, that is noted."""
    on = audit.writing(platform, tx, job.tenant_id)
    row, messenger = still(tx, job), platform.messengers.get(EMAIL)
    if row is None or on.now > row.due_at:
        return None
    known = _customer(on, row)
    if messenger is None or known is None or not known.mailboxes:
        _noted(on, job, Mailing.NO_MAILBOX if messenger else Mailing.NO_SERVER)
        return None
    subject, text = letters.written(_reminder(on, row), known.language)
    name = f"{row.id}.{row.due_at}.{job.payload['which']}"
    return _Letter(Message(name, known.mailboxes[0].address, subject, text), messenger)


def _noted(on: Writing, job: Job, mailing: Mailing) -> None:
    row = still(on.tx, job)
    if row is not None:
        promises.change(on.tx, row.tenant_id, row.id, mailing=mailing.value, mailed_at=on.now)


def _customer(on: Writing, row: PromiseRow) -> customers.Customer | None:
    if row.customer_id is None:
        return None
    return customers.several(on.tx, on.keys, on.tenant_id, [row.customer_id]).get(row.customer_id)


def _reminder(on: Writing, row: PromiseRow) -> letters.Reminder:
    tenant = tenancy.get(on.tx, on.tenant_id)
    zone = tenancy.settings(on.tx, on.tenant_id).timezone
    return letters.Reminder(tenant.name if tenant else "", row.due_at, zone, _number(on, row))


def _number(on: Writing, row: PromiseRow) -> str:
    try:
        return customers.masked(customers.value(on.tx, on.keys, on.tenant_id, row.party or ""))
    except customers.ValueGone:
        return ""
