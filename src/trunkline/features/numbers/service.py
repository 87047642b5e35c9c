"""Numbers: made, changed, and published to the tenant's cell."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from trunkline.core.config import NumberEntry
from trunkline.core.flow.graph import CallbackNode, EnqueueNode, Flow, HangUpNode, SayNode
from trunkline.core.flow.speech import Prompt
from trunkline.core.words import AgentId, FlowId, QueueId, RecordingRule
from trunkline.features import agents, announcements, calendars
from trunkline.features.numbers import store
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trunkline.features.numbers.schemas import NumberNew
    from trunkline.features.tenancy import Writing
    from trunkline.ports.database import Tx

CLOSED: Final = FlowId("closed")
"""The flow of a number out of its hours that has none of its own."""
EMERGENCY: Final = FlowId("closed-emergency")
"""The flow of every number whose calendar was closed by hand."""

GREETING: Final = "number-greeting"
"""The node that greets, ahead of all others of the flow."""


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
        given = {"queue_id": None, "agent_id": None} | given
    elif given.get("queue_id"):
        given = {"flow_id": None} | given
    changed = replace(row, **given)
    if (changed.flow_id is None) == (changed.queue_id is None):
        raise TrunklineError("target_unknown", 422, "A number has either a flow or a queue.")
    if changed.agent_id and changed.queue_id is None:
        detail = "An agent's own number has a queue whose rules hold."
        raise TrunklineError("target_unknown", 422, detail)
    _put_number(on, changed)


def delete_number(on: Writing, number: str) -> None:
    """Take a number out of use; raises `number_unknown`."""
    find_number(on.tx, on.tenant_id, number)
    store.drop_number(on.tx, on.tenant_id, number)
    announcements.use(on, _user(number), ())


def find_number(tx: Tx, tenant_id: str, number: str) -> store.NumberRow:
    """One number; raises `number_unknown`."""
    for row in store.list_numbers(tx, tenant_id):
        if row.number == number:
            return row
    raise TrunklineError("number_unknown", 404, "There is no such number.")


def published(tx: Tx, tenant_id: str, *, now: int) -> tuple[NumberEntry, ...]:
    """The numbers as the core opens them, with their open stretches of the coming 30 days."""
    opened = calendars.opened(tx, tenant_id, now=now)
    return tuple(
        _entry(row, opened[row.calendar_id] if row.calendar_id else None)
        for row in store.list_numbers(tx, tenant_id)
    )


def flows(tx: Tx, tenant_id: str, published: Iterable[Flow] = ()) -> tuple[Flow, ...]:
    """The flows that numbers bring themselves: to a queue, to an agent, and "we are closed".

    One with a greeting has a flow of its own too: the greeting, and on into the `published` one.
    """
    rows = store.list_numbers(tx, tenant_id)
    known = {flow.id: flow for flow in published}
    straight = [_straight(row, QueueId(row.queue_id)) for row in rows if row.queue_id]
    led = [
        replace(known[FlowId(row.flow_id)], id=_flow_of(row))
        for row in rows
        if row.greeting and row.flow_id
    ]
    said = [(CLOSED, "closed"), (EMERGENCY, "closed-emergency")]
    said += [(_own_closed(row), row.closed_announcement) for row in rows if row.closed_announcement]
    closed = [Flow(id, 1, "closed", (HangUpNode("closed", (Prompt(it),)),)) for id, it in said]
    greetings = {_flow_of(row): row.greeting for row in rows}
    return (*closed, *(_greeted(flow, greetings[flow.id]) for flow in (*straight, *led)))


def _entry(row: store.NumberRow, opened: calendars.Opened | None) -> NumberEntry:
    return NumberEntry(
        number=row.number,
        flow=_flow_of(row),
        language=row.language,
        priority=row.priority,
        open_hours=opened.intervals if opened else None,
        closed_flow=_closed_flow(row, opened) if opened else None,
        recording=RecordingRule(row.recording) if row.recording else None,
    )


def _closed_flow(row: store.NumberRow, opened: calendars.Opened) -> FlowId:
    if opened.closed_by_hand:
        return EMERGENCY
    if row.closed_flow_id:
        return FlowId(row.closed_flow_id)
    return _own_closed(row) if row.closed_announcement else CLOSED


def _own_closed(row: store.NumberRow) -> FlowId:
    return FlowId(f"closed-{row.number}")


def _greeted(flow: Flow, greeting: str | None) -> Flow:
    if greeting is None:
        return flow
    first = SayNode(GREETING, (Prompt(greeting),), flow.start)
    return replace(flow, start=GREETING, nodes=(first, *flow.nodes))


def _straight(row: store.NumberRow, queue: QueueId) -> Flow:
    if row.agent_id:
        own = EnqueueNode("agent", queue, agent=AgentId(row.agent_id))
        return Flow(_flow_of(row), 1, "agent", (own,))
    wait = EnqueueNode("queue", queue, callback="callback")
    return Flow(_flow_of(row), 1, "queue", (wait, CallbackNode("callback", queue)))


def _flow_of(row: store.NumberRow) -> FlowId:
    return FlowId(f"number-{row.number}" if row.greeting or not row.flow_id else row.flow_id)


def _put_number(on: Writing, row: store.NumberRow) -> None:
    if row.agent_id and not agents.several(on.tx, on.tenant_id, [row.agent_id]):
        raise TrunklineError("target_unknown", 422, "There is no such agent.")
    announcements.use(on, _user(row.number), (row.greeting, row.closed_announcement))
    if not store.put_number(on.tx, row):
        detail = "There is no such flow, queue or calendar."
        raise TrunklineError("target_unknown", 422, detail)


def _user(number: str) -> str:
    return f"number:{number}"
