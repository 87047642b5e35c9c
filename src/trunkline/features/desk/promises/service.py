"""Making, changing and ending promises; the clock's part is in `tasks`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from trunkline.core.inputs import CancelCallback
from trunkline.core.words import CallbackId
from trunkline.features import (
    agents,
    audit,
    calendars,
    callbacks,
    customers,
    promises,
    queues,
    tenancy,
)
from trunkline.features.desk.callbacks import service as calling
from trunkline.features.desk.promises import reading, tasks
from trunkline.features.promises import PromiseKind, PromiseRow, PromiseState
from trunkline.features.tenancy import day_begins, epoch_ms
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from datetime import date

    from trunkline.features.desk.promises.schemas import AppointmentNew, PromiseNew
    from trunkline.features.tenancy import Principal, Writing
    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform

VOICE: Final = "voice"
FURTHEST_MS: Final = 366 * 24 * 3_600_000
DAY_MS: Final = 24 * 3_600_000
READ: Final = "interactions.read"


async def make(platform: Platform, principal: Principal, new: PromiseNew) -> str:
    """Promise a follow-up; returns its id.

    Raises 404 for what is unknown, 422 `due_invalid`, `number_not_callable` or `queue_required`.
    """

    def work(on: Writing) -> str:
        due_at = _checked_due(epoch_ms(new.due_at), on.now)
        _check_agent(on, new.owner_id)
        row = _drafted(on, principal, new, new.channel, due_at)
        row = replace(row, owner_id=new.owner_id)
        return _add(platform, on, row, new.note)

    return await audit.perform(platform, principal, audit.Deed("promise", "created", READ), work)


async def book(platform: Platform, principal: Principal, new: AppointmentNew) -> str:
    """Book an expert; returns the id of the promise.

    Raises 404 for what is unknown, 409 `slot_taken`, 422 `too_soon` or `slot_unknown`.
    """

    def work(on: Writing) -> str:
        at = epoch_ms(new.at)
        if at < on.now + promises.EARLIEST_MS:
            detail = "Appointments are made 48 hours ahead at least."
            raise TrunklineError("too_soon", 422, detail)
        _check_agent(on, new.expert_id)
        row = _drafted(on, principal, new, VOICE, at)
        _check_slot(on, row.queue_id, new.expert_id, at)
        kind, slot = PromiseKind.APPOINTMENT.value, f"{new.expert_id}@{at}"
        row = replace(row, kind=kind, owner_id=new.expert_id, slot=slot)
        return _add(platform, on, row, new.note)

    return await audit.perform(platform, principal, audit.Deed("promise", "booked", READ), work)


def free_slots(
    tx: Tx, tenant_id: str, queue_id: str, expert_id: str, span: tuple[int, int], now: int
) -> tuple[int, list[int]]:
    """How long an appointment lasts (min), and when one may begin within the span of a day."""
    begin, end = span
    minutes = tenancy.settings(tx, tenant_id).appointment_min
    length = minutes * 60_000
    taken = promises.booked(tx, tenant_id, expert_id, begin - length, end + length)
    hours = promises.within(_hours(tx, tenant_id, queue_id, begin, now), begin, end)
    earliest = max(begin, now + promises.EARLIEST_MS)
    return minutes, [at for at in promises.free_times(hours, taken, length, earliest) if at < end]


async def change(
    platform: Platform, principal: Principal, promise_id: str, given: dict[str, Any]
) -> None:
    """Change time, owner or note of what is not begun.

    Raises 404 `agent_unknown`, 409 `promise_over`, `promise_due` or `appointment_fixed`.
    """

    def work(on: Writing) -> str:
        row = _open(on.tx, principal, promise_id)
        moved: dict[str, Any] = {
            name: given[name] for name in ("due_at", "owner_id") if name in given
        }
        if moved and row.kind == PromiseKind.APPOINTMENT:
            detail = "An appointment keeps its expert and time: cancel it and book another."
            raise TrunklineError("appointment_fixed", 409, detail)
        if moved and row.callback_id is not None:
            raise TrunklineError("promise_due", 409, "It is due: it stands in line already.")
        if "due_at" in moved:
            moved["due_at"] = _checked_due(epoch_ms(moved["due_at"]), on.now)
            moved["missed_at"] = None
        _check_agent(on, moved.get("owner_id"))
        promises.change(on.tx, on.tenant_id, row.id, **moved)
        if "due_at" in moved:
            tasks.plan(platform, on, promises.get(on.tx, on.tenant_id, row.id) or row)
        _keep_note(on, row, given.get("note"))
        return row.id

    await audit.perform(platform, principal, audit.Deed("promise", "changed", READ), work)


async def begin(platform: Platform, principal: Principal, promise_id: str) -> None:
    """Somebody sets about it; a call begins when the customer is rung.

    Raises 409 `promise_over` or `promise_called`.
    """

    def work(on: Writing) -> str:
        row = _open(on.tx, principal, promise_id)
        if row.channel == VOICE:
            detail = "A call that was promised begins when the customer is rung."
            raise TrunklineError("promise_called", 409, detail)
        begun = {"state": PromiseState.BEGUN.value, "begun_at": on.now}
        owner = {} if row.owner_id else {"owner_id": principal.user_id}
        promises.change(on.tx, on.tenant_id, row.id, **begun, **owner)
        return row.id

    await audit.perform(platform, principal, audit.Deed("promise", "begun", READ), work)


async def end(
    platform: Platform, principal: Principal, promise_id: str, state: PromiseState
) -> None:
    """It is kept (`done`), or nobody is to keep it any more (`cancelled`).

    A callback that keeps it ends too. Raises 409 `promise_over`, and `callback_busy` while an agent
    is at it.
    """
    tenant_id = principal.tenant_id

    def look(tx: Tx) -> str | None:
        row = _live(tx, principal, promise_id)
        found = callbacks.get(tx, tenant_id, row.callback_id) if row.callback_id else None
        return found.id if found and found.state in callbacks.LIVE else None

    open_call = await platform.db.read(look)
    if open_call is not None:
        await platform.cells.submit(tenant_id, CancelCallback(CallbackId(open_call)))

    def work(on: Writing) -> str:
        row = reading.visible(on.tx, principal, promise_id)
        over = {"state": state.value, "closed_at": on.now, "slot": None, "outcome": None}
        promises.change(on.tx, on.tenant_id, row.id, **over)
        return row.id

    await audit.perform(platform, principal, audit.Deed("promise", state.value, READ), work)


def day_span(tx: Tx, tenant_id: str, day: date) -> tuple[int, int]:
    """A day of the tenant, ms UTC: its midnight, and 24 hours later."""
    zone = ZoneInfo(tenancy.settings(tx, tenant_id).timezone)
    begin = epoch_ms(datetime.combine(day, time(), zone))
    return begin, begin + DAY_MS


def _drafted(
    on: Writing, principal: Principal, new: PromiseNew | AppointmentNew, channel: str, due_at: int
) -> PromiseRow:
    """A follow-up of nobody; where a call is promised the number must be one that is called."""
    found = calling.whom(on, principal, new)
    row = PromiseRow(
        on.tenant_id,
        on.ids.new("prm"),
        PromiseKind.FOLLOW_UP.value,
        PromiseState.OPEN.value,
        channel,
        calling.queue_of(on, new.queue, found),
        due_at,
        principal.user_id,
        on.now,
        customer_id=found.customer.id if found.customer else None,
        interaction_id=found.interaction.id if found.interaction else None,
    )
    if channel != VOICE:
        return replace(row, party=_sealed(on, found.phone, row.customer_id))
    party = _sealed(on, calling.callable_number(on, found), row.customer_id)
    return replace(row, party=party, number=calling.shown(on, new.number, found))


def _sealed(on: Writing, phone: str | None, customer_id: str | None) -> str | None:
    """The token under which the number is kept."""
    if phone is None:
        return None
    party = on.ids.new("pty")
    customers.put_value(on.tx, on.keys, on.tenant_id, party, customer_id, phone, now=on.now)
    return party


def _add(platform: Platform, on: Writing, row: PromiseRow, note: str | None) -> str:
    promises.add(on.tx, row)
    tasks.plan(platform, on, row)
    _keep_note(on, row, note)
    return row.id


def _keep_note(on: Writing, row: PromiseRow, note: str | None) -> None:
    if note is not None:
        token = reading.note_token(row.id)
        customers.put_value(on.tx, on.keys, on.tenant_id, token, row.customer_id, note, now=on.now)


def _checked_due(due_at: int, now: int) -> int:
    """Now at the earliest; raises 422 `due_invalid` beyond a year."""
    if due_at > now + FURTHEST_MS:
        raise TrunklineError("due_invalid", 422, "Promise for the next year at most.")
    return max(due_at, now)


def _check_agent(on: Writing, agent_id: str | None) -> None:
    if agent_id is not None and not agents.several(on.tx, on.tenant_id, [agent_id]):
        raise TrunklineError("agent_unknown", 404, "There is no such agent.")


def _check_slot(on: Writing, queue_id: str, expert_id: str, at: int) -> None:
    minutes = tenancy.settings(on.tx, on.tenant_id).appointment_min
    length = minutes * 60_000
    taken = promises.booked(on.tx, on.tenant_id, expert_id, at - length + 1, at + length)
    if taken:
        raise TrunklineError("slot_taken", 409, "The expert is booked at that time.")
    begin = day_begins(at, tenancy.settings(on.tx, on.tenant_id).timezone)
    hours = promises.within(_hours(on.tx, on.tenant_id, queue_id, begin, on.now), at, at + 1)
    if at not in promises.free_times(hours, (), length, at)[:1]:
        raise TrunklineError("slot_unknown", 422, "No appointment begins at that time.")


def _hours(
    tx: Tx, tenant_id: str, queue_id: str, begin: int, now: int
) -> tuple[calendars.Interval, ...]:
    """The open stretches of the queue; without a calendar the whole day that begins then."""
    row = queues.find(tx, tenant_id, queue_id)
    if row.calendar_id is None:
        return ((begin, begin + DAY_MS),)
    found = calendars.opened(tx, tenant_id, now=now).get(row.calendar_id)
    return found.intervals if found else ()


def _live(tx: Tx, principal: Principal, promise_id: str) -> PromiseRow:
    row = reading.visible(tx, principal, promise_id)
    if row.state not in (PromiseState.OPEN, PromiseState.BEGUN):
        raise TrunklineError("promise_over", 409, "This promise is over.")
    return row


def _open(tx: Tx, principal: Principal, promise_id: str) -> PromiseRow:
    row = _live(tx, principal, promise_id)
    if row.state != PromiseState.OPEN:
        raise TrunklineError("promise_over", 409, "Somebody has begun to keep it.")
    return row
