"""Working a list: as many of its entries stand in line as agents are free, and none more.

Whether one may be called now is asked of the rule before anybody is troubled, and again when it is
dialled. Whom it forbids for the hour waits, with all others of the list who are where they are.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from trunkline.core.call.dialling import Dialling, DialMode
from trunkline.core.inputs import CancelCallback, OpenCallback
from trunkline.core.words import CallbackId, CallbackOrigin, Level, QueueId, Token
from trunkline.features import audit, customers, interactions, outbound
from trunkline.features.dialling import course, entries, store
from trunkline.features.dialling.store import EntryRow, EntryState, ListRow, ListState, Outcome
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.features.tenancy import Writing
    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform

AT_ONCE: Final = 20
"""So many entries are looked at a beat; as many may stand in line anew."""

QUARTER: Final = timedelta(minutes=15)
FAR_MS: Final = 3 * 24 * 3_600_000
BUSY_MS: Final = 10 * 60_000
"""Somebody who is being called for another matter is tried again after so long."""

_HOURLY: Final = frozenset({outbound.Rule.HOURS, outbound.Rule.HOLIDAY, outbound.Rule.WINDOW})


async def line_up(platform: Platform, row: ListRow, wanted: int) -> int:
    """Let so many entries stand in line, as far as the rules let them; returns how many do."""
    chosen = await platform.db.write(lambda tx: _choose(platform, tx, row, wanted))
    opened = [await _open(platform, row, entry) for entry in chosen]
    return sum(opened)


async def take_back(platform: Platform, tenant_id: str, list_id: str) -> None:
    """Nobody else is to be asked for entries of a list; whoever is being called is called."""
    while rows := await platform.db.read(lambda tx: _in_line(tx, tenant_id, list_id)):
        taken = [await _cancel(platform, tenant_id, row) for row in rows]
        if not any(taken):
            return
        await asyncio.sleep(0)


async def settle(platform: Platform, row: ListRow) -> None:
    """Note the dispositions of who was reached; some want to be called once more."""
    now = platform.clock.now_ms()
    rows = await platform.db.read(lambda tx: _finished(tx, row))
    if rows:
        await platform.db.write(lambda tx: _settle(tx, row, rows, now))


def asked(tx: Tx, tenant_id: str, interaction_id: str, entry_id: str) -> outbound.Asked | None:
    """What the rule is told of an entry, beside what the cell knows; None when it is gone."""
    entry = store.get_entry(tx, tenant_id, entry_id)
    row = store.get_list(tx, tenant_id, entry.list_id) if entry else None
    if entry is None or row is None:
        return None
    return _asked(row, entry, "", interaction_id)


def _asked(row: ListRow, entry: EntryRow, number: str, interaction_id: str) -> outbound.Asked:
    zones = tuple(zone for zone in entry.zones.split(",") if zone)
    return outbound.Asked(
        interaction_id=interaction_id,
        number=number,
        purpose=outbound.Purpose(row.purpose),
        shown=row.number,
        customer_id=entry.customer_id,
        address_zones=zones,
        window=course.window_of(row.rules, zones),
    )


# -- whom to call -------------------------------------------------------------------------------


def _choose(platform: Platform, tx: Tx, row: ListRow, wanted: int) -> list[EntryRow]:
    """Who may be called now, of those whose time has come; the others are told why not."""
    on = audit.writing(platform, tx, row.tenant_id)
    chosen: list[EntryRow] = []
    put_off: set[tuple[str, str]] = set()
    for entry in store.due(tx, row.tenant_id, row.id, on.now, AT_ONCE):
        if len(chosen) == wanted:
            break
        if (entry.country, entry.zones) not in put_off and _may(on, row, entry, put_off):
            chosen.append(entry)
    return chosen


def _may(on: Writing, row: ListRow, entry: EntryRow, put_off: set[tuple[str, str]]) -> bool:
    person = entries.opened(on.tx, on.keys, entry)
    if person is None:
        store.drop_entry(on.tx, on.tenant_id, entry.id)
        return False
    told = _asked(row, entry, person.number, "")
    refusal = outbound.foresee(on, told)
    if refusal is None:
        return True
    if refusal.rule in _HOURLY:
        put_off.add((entry.country, entry.zones))
        store.put_off(on.tx, entry, _opens(on, told), refusal.rule, refusal.detail[:120])
    else:
        _refuse(on, entry, refusal)
    return False


def _refuse(on: Writing, entry: EntryRow, refusal: outbound.Refusal) -> None:
    due = course.after_refusal(refusal.rule, on.now)
    told: dict[str, Any] = {"rule": refusal.rule, "detail": refusal.detail[:120]}
    told |= {"outcome": Outcome.REFUSED, "changed_at": on.now} if due is None else {}
    store.change_entry(on.tx, on.tenant_id, entry.id, **told, **course.standing(due))


def _opens(on: Writing, told: outbound.Asked) -> int:
    """The next quarter of an hour at which the hour forbids it no more; in three days the latest.

    Offsets of time zones are whole quarters of an hour, and so are the hours of rules and windows
    as a rule; one that begins between two quarters is met up to 15 minutes late.
    """
    begun = datetime.fromtimestamp(on.now / 1000, UTC)
    at = begun.replace(minute=begun.minute // 15 * 15, second=0, microsecond=0)
    end = on.now + FAR_MS
    while (moment := round((at := at + QUARTER).timestamp() * 1000)) < end:
        then = outbound.foresee(replace(on, now=moment), told)
        if then is None or then.rule not in _HOURLY:
            return moment
    return end


# -- into the line and out of it ----------------------------------------------------------------


async def _open(platform: Platform, row: ListRow, entry: EntryRow) -> bool:
    """Have an entry stand in line; False when it cannot now."""
    given = await platform.db.write(lambda tx: _opening(platform, tx, row, entry))
    if given is None:
        return False
    try:
        await platform.cells.submit(row.tenant_id, given)
    except TrunklineError as refusal:
        await _not_now(platform, row, entry, refusal.code)
        return False
    return True


def _opening(platform: Platform, tx: Tx, row: ListRow, entry: EntryRow) -> OpenCallback | None:
    on = audit.writing(platform, tx, row.tenant_id)
    person = entries.opened(tx, on.keys, entry)
    if person is None:
        return None
    tenant, customer = on.tenant_id, entry.customer_id
    known = customers.get(tx, on.keys, tenant, customer) if customer else None
    party = Token(on.ids.new("pty"))
    customers.put_value(tx, on.keys, tenant, party, customer, person.number, now=on.now)
    return OpenCallback(
        callback=CallbackId(on.ids.new("cbk")),
        origin=CallbackOrigin.LISTED,
        queue=QueueId(row.queue_id),
        number=row.number,
        party=party,
        caller=Token(customers.keep_caller(tx, on.keys, tenant, person.number, on.ids.new("cal"))),
        due_at=on.now,
        customer=customer,
        level=known.level if known else Level.REGULAR,
        language=known.language if known else "zh",
        dialling=Dialling(
            row.id,
            entry.id,
            DialMode(row.mode),
            outbound.Purpose(row.purpose),
            row.rules.look_ms,
            row.rules.ring_ms,
            outbound.recording_consent(person.number, outbound.consent_chosen(tx, tenant)),
            row.rules.tell_machine,
        ),
    )


async def _not_now(platform: Platform, row: ListRow, entry: EntryRow, code: str) -> None:
    """Their number is being called already; or the queue is gone, and the list waits for people."""
    now = platform.clock.now_ms()

    def work(tx: Tx) -> None:
        if code == "queue_unknown":
            paused = {"state": ListState.PAUSED, "why": code}
            store.change_list(tx, row.tenant_id, row.id, **paused)
        else:
            store.change_entry(tx, row.tenant_id, entry.id, due_at=now + BUSY_MS)

    await platform.db.write(work)


def _in_line(tx: Tx, tenant_id: str, list_id: str) -> list[EntryRow]:
    rows = store.open_ones(tx, tenant_id, list_id, 1_000)
    return [row for row in rows if row.state == EntryState.LINED and row.callback_id]


async def _cancel(platform: Platform, tenant_id: str, row: EntryRow) -> bool:
    try:
        given = CancelCallback(CallbackId(row.callback_id or ""))
        await platform.cells.submit(tenant_id, given)
    except TrunklineError:
        return False  # an agent is at it, or it is over
    return True


# -- what came of it ----------------------------------------------------------------------------


def _finished(tx: Tx, row: ListRow) -> list[tuple[EntryRow, str | None]]:
    """Who was reached and whose work is done, with its disposition."""
    rows = store.unsettled(tx, row.tenant_id, row.id, AT_ONCE)
    names = [one.interaction_id for one in rows if one.interaction_id]
    found = interactions.several(tx, row.tenant_id, names)
    calls = {one.id: one for one in found}
    return [
        (one, call.disposition)
        for one in rows
        if (call := calls.get(one.interaction_id or "")) and call.closed_at is not None
    ]


def _settle(tx: Tx, row: ListRow, rows: list[tuple[EntryRow, str | None]], now: int) -> None:
    for entry, disposition in rows:
        due = course.after_talk(row.rules, disposition, entry.tries, now)
        told = {"disposition": disposition, "settled": due is None, **course.standing(due)}
        store.change_entry(tx, row.tenant_id, entry.id, **told)
