"""Numbers and opening hours: made, changed, and published to the tenant's cell."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from trunkline.core.config import NumberEntry
from trunkline.core.flow.graph import EnqueueNode, Flow, HangUpNode
from trunkline.core.flow.speech import Prompt
from trunkline.core.words import FlowId, QueueId
from trunkline.features.numbers import store
from trunkline.features.numbers.hours import open_intervals
from trunkline.features.numbers.schemas import HoursNew, NumberNew, Plan
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.features.tenancy import Writing
    from trunkline.ports.database import Tx

CLOSED: Final = FlowId("closed")
"""The flow of every number out of its hours."""


def create_number(on: Writing, new: NumberNew) -> str:
    """Take a number into use; raises `number_taken` or `target_unknown`."""
    if store.number_taken(on.tx, new.number):
        raise TrunklineError("number_taken", 409, "This number is in use already.")
    _put_number(on, store.NumberRow(on.tenant_id, **new.model_dump()))
    return new.number


def change_number(on: Writing, number: str, given: dict[str, Any]) -> None:
    """Change what is given; raises `number_unknown` or `target_unknown`."""
    row = find_number(on.tx, on.tenant_id, number)
    if given.get("flow_id"):
        given = {"queue_id": None} | given
    elif given.get("queue_id"):
        given = {"flow_id": None} | given
    changed = replace(row, **given)
    if (changed.flow_id is None) == (changed.queue_id is None):
        raise TrunklineError("target_unknown", 422, "A number has either a flow or a queue.")
    _put_number(on, changed)


def delete_number(on: Writing, number: str) -> None:
    """Take a number out of use; raises `number_unknown`."""
    find_number(on.tx, on.tenant_id, number)
    store.drop_number(on.tx, on.tenant_id, number)


def find_number(tx: Tx, tenant_id: str, number: str) -> store.NumberRow:
    """One number; raises `number_unknown`."""
    for row in store.list_numbers(tx, tenant_id):
        if row.number == number:
            return row
    raise TrunklineError("number_unknown", 404, "There is no such number.")


def create_hours(on: Writing, new: HoursNew) -> str:
    """Make opening hours; returns their id."""
    hours_id = on.ids.new("hrs")
    store.put_hours(on.tx, store.HoursRow(on.tenant_id, hours_id, new.name, _plan(new)))
    return hours_id


def change_hours(on: Writing, hours_id: str, given: dict[str, Any]) -> None:
    """Change what is given; raises `hours_unknown`."""
    row = find_hours(on.tx, on.tenant_id, hours_id)
    fields = {name: given[name] for name in given if name in Plan.model_fields}
    plan = _plan(Plan.model_validate(row.plan | fields))
    store.put_hours(on.tx, replace(row, name=given.get("name", row.name), plan=plan))


def delete_hours(on: Writing, hours_id: str) -> None:
    """Remove opening hours; raises `hours_unknown`, or `hours_in_use` while a number keeps them."""
    find_hours(on.tx, on.tenant_id, hours_id)
    if not store.drop_hours(on.tx, on.tenant_id, hours_id):
        raise TrunklineError("hours_in_use", 409, "A number keeps these hours.")


def find_hours(tx: Tx, tenant_id: str, hours_id: str) -> store.HoursRow:
    """Opening hours; raises `hours_unknown`."""
    for row in store.list_hours(tx, tenant_id):
        if row.id == hours_id:
            return row
    raise TrunklineError("hours_unknown", 404, "There are no such hours.")


def published(tx: Tx, tenant_id: str, *, now: int) -> tuple[NumberEntry, ...]:
    """The numbers as the core opens them, with their open stretches of the coming 30 days."""
    plans = {row.id: Plan.model_validate(row.plan) for row in store.list_hours(tx, tenant_id)}
    return tuple(
        NumberEntry(
            number=row.number,
            flow=_flow_of(row),
            language=row.language,
            priority=row.priority,
            open_hours=open_intervals(plans[row.hours_id].hours(), now) if row.hours_id else None,
            closed_flow=CLOSED if row.hours_id else None,
        )
        for row in store.list_numbers(tx, tenant_id)
    )


def flows(tx: Tx, tenant_id: str) -> tuple[Flow, ...]:
    """The flows that numbers bring themselves: straight into a queue, and "we are closed"."""
    rows = store.list_numbers(tx, tenant_id)
    straight = [_straight(row, QueueId(row.queue_id)) for row in rows if row.queue_id]
    closed = Flow(CLOSED, 1, "closed", (HangUpNode("closed", (Prompt("closed"),)),))
    return (closed, *straight)


def _straight(row: store.NumberRow, queue: QueueId) -> Flow:
    return Flow(_flow_of(row), 1, "queue", (EnqueueNode("queue", queue),))


def _flow_of(row: store.NumberRow) -> FlowId:
    return FlowId(row.flow_id or f"number-{row.number}")


def _put_number(on: Writing, row: store.NumberRow) -> None:
    if not store.put_number(on.tx, row):
        detail = "There is no such flow, queue or opening hours."
        raise TrunklineError("target_unknown", 422, detail)


def _plan(given: Plan) -> dict[str, Any]:
    return given.model_dump(mode="json", include=set(Plan.model_fields))
