"""Calendars: made, changed, closed by hand and opened again, and reckoned for routing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from trunkline.features.calendars import store
from trunkline.features.calendars.hours import (
    FOREVER_MS,
    Hours,
    Interval,
    is_open,
    open_intervals,
)
from trunkline.features.calendars.schemas import CalendarNew, CalendarOut, Plan, closure_of
from trunkline.features.tenancy import instant_or_none
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trunkline.features.calendars.store import CalendarRow
    from trunkline.features.tenancy import Writing
    from trunkline.ports.database import Tx
    from trunkline.ports.jobs import Jobs

REOPEN: Final = "calendars.reopen"
EXPAND: Final = "calendars.expand"
DAILY: Final = "17 3 * * *"
"""Routing sees 30 days of open hours, so each day adds one."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A calendar as routing reads it: the open stretches ahead, and whether a hand closed it."""

    intervals: tuple[Interval, ...]
    closed_by_hand: bool


def create(on: Writing, new: CalendarNew) -> str:
    """Make a calendar; raises `calendar_name_taken`. Returns its id."""
    row = store.CalendarRow(on.tenant_id, on.ids.new("cal"), new.name, _plan(new))
    if not store.add(on.tx, row):
        raise _taken()
    return row.id


def change(on: Writing, row: CalendarRow, given: dict[str, Any]) -> None:
    """Change what is given; raises `calendar_name_taken`."""
    fields = {name: given[name] for name in given if name in Plan.model_fields}
    plan = _plan(Plan.model_validate(row.plan | fields))
    name = given.get("name", row.name)
    if not store.replace(on.tx, replace(row, name=name, plan=plan, version=row.version + 1)):
        raise _taken()


def delete(on: Writing, row: CalendarRow) -> None:
    """Remove a calendar; raises `calendar_in_use` while a number or a queue keeps it."""
    if not store.drop(on.tx, on.tenant_id, row.id):
        raise TrunklineError("calendar_in_use", 409, "A number or a queue keeps this calendar.")


def close(on: Writing, jobs: Jobs, row: CalendarRow, closure: tuple[str, str, int | None]) -> None:
    """Close from now on by hand: who, what is said, until when (ms; None: until it is undone).

    Raises `closure_over` when that has passed.
    """
    by, message, until = closure
    if until is not None and until <= on.now:
        raise TrunklineError("closure_over", 422, "The closure would be over already.")
    closed = replace(
        row,
        closed_since=on.now,
        closed_until=until,
        closed_by=by,
        closed_message=message,
        version=row.version + 1,
    )
    store.replace(on.tx, closed)
    if until is not None:
        payload = {"calendar_id": row.id}
        key = f"{REOPEN}:{row.id}:{until}"
        jobs.enqueue(on.tx, on.tenant_id, REOPEN, payload, run_at=until, dedupe_key=key)


def reopen(on: Writing, row: CalendarRow) -> None:
    """Undo a closure by hand; the plan holds again."""
    store.replace(on.tx, _opened(row))


def reopen_if_over(on: Writing, calendar_id: str) -> bool:
    """Undo a closure whose end has come; False where there is none, or a later one holds."""
    row = store.find(on.tx, on.tenant_id, calendar_id)
    if row is None or row.closed_until is None or row.closed_until > on.now:
        return False
    store.replace(on.tx, _opened(row))
    return True


def find(tx: Tx, tenant_id: str, id_or_name: str) -> CalendarRow:
    """One calendar by its id or name; raises `calendar_unknown`."""
    row = store.find(tx, tenant_id, id_or_name)
    if row is None:
        raise TrunklineError("calendar_unknown", 404, "There is no such calendar.")
    return row


def told(rows: Iterable[CalendarRow], now: int) -> list[CalendarOut]:
    """Calendars as the API tells them."""
    return [_told(row, now) for row in rows]


def opened(tx: Tx, tenant_id: str, *, now: int) -> dict[str, Opened]:
    """Every calendar as routing reads it, by id, with its open stretches of the coming 30 days."""
    return {
        row.id: Opened(open_intervals(_hours(row), now), _closed_by_hand(row, now))
        for row in store.every(tx, tenant_id)
    }


def _told(row: CalendarRow, now: int) -> CalendarOut:
    intervals = open_intervals(_hours(row), now)
    edges = (edge for stretch in intervals for edge in stretch if now < edge < FOREVER_MS)
    return CalendarOut(
        id=row.id,
        name=row.name,
        version=row.version,
        closure=closure_of(row),
        open=is_open(intervals, now),
        changes_at=instant_or_none(min(edges, default=None)),
        **dict(Plan.model_validate(row.plan)),
    )


def _hours(row: CalendarRow) -> Hours:
    hours = Plan.model_validate(row.plan).hours()
    if row.closed_since is None:
        return hours
    until = FOREVER_MS if row.closed_until is None else row.closed_until
    return replace(hours, closed=(row.closed_since, until))


def _closed_by_hand(row: CalendarRow, now: int) -> bool:
    return row.closed_since is not None and (row.closed_until is None or row.closed_until > now)


def _opened(row: CalendarRow) -> CalendarRow:
    return replace(
        row,
        closed_since=None,
        closed_until=None,
        closed_by=None,
        closed_message="",
        version=row.version + 1,
    )


def _plan(given: Plan) -> dict[str, Any]:
    return given.model_dump(mode="json", include=set(Plan.model_fields))


def _taken() -> TrunklineError:
    return TrunklineError("calendar_name_taken", 409, "Another calendar has this name.")
