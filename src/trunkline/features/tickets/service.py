"""Tickets: made, changed, noted; every change is written to the audit log and told as an event."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from trunkline.core.sla.priority import priority
from trunkline.core.sla.status import TicketStatus, may_become
from trunkline.features import audit, customers, identity
from trunkline.features.tickets import store
from trunkline.features.tickets.store import NoteRow, TicketRow
from trunkline.features.tickets.texts import Texts, description_of, note_of, title_of
from trunkline.kit.errors import TrunklineError
from trunkline.ports.events import Audience, DomainEvent

if TYPE_CHECKING:
    from trunkline.features.tenancy import Principal
    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform

READ = "tickets.read"
WRITE = "tickets.write"
MOST_NOTES = 1000


@dataclass(frozen=True, slots=True)
class Writing:
    """Where and by whom something is written. `principal` is checked by the caller."""

    tx: Tx
    platform: Platform
    principal: Principal

    @property
    def tenant_id(self) -> str:
        """Whose tickets these are."""
        return self.principal.tenant_id

    @property
    def now(self) -> int:
        """The clock's now, ms UTC."""
        return self.platform.clock.now_ms()


@dataclass(frozen=True, slots=True)
class Draft:
    """What a new ticket is made of; `solved` means: in the call, it is closed at once."""

    title: str
    kind: str = "technical"
    impact: int = 3
    urgency: int = 3
    customer_id: str | None = None
    interaction_id: str | None = None
    description: str | None = None
    team_id: str | None = None
    solved: bool = False


def create(on: Writing, draft: Draft) -> TicketRow:
    """Make a ticket with the next number.

    Raises 409 `interaction_has_ticket`, 422 `customer_unknown`.
    """
    store.lock(on.tx, on.tenant_id)
    _check_free(on, draft.interaction_id)
    return add(on, draft)


def add(on: Writing, draft: Draft) -> TicketRow:
    """Make a ticket under `store.lock`, for an interaction that is known to have none."""
    row = _row(on, draft, store.take_number(on.tx, on.tenant_id))
    store.add(on.tx, row)
    if draft.interaction_id:
        store.link(on.tx, on.tenant_id, draft.interaction_id, row.id, on.now)
    _tell(on, row, "created", {"priority": row.priority, "status": row.status})
    if row.closed_at is not None:
        _tell(on, row, "closed", {"solved_in_call": row.solved_in_call})
    return row


def change(on: Writing, row: TicketRow, changes: dict[str, Any]) -> TicketRow:
    """Change `title`, `kind`, `impact`, `urgency`, `status`, `assignee_id`, `solved_in_call`.

    Nothing new writes nothing. Raises 409 `status_not_reachable`, 422 `assignee_unknown`.
    """
    columns = _changed_columns(on, row, changes)
    if not columns:
        return row
    columns |= {"version": row.version + 1, "updated_at": on.now}
    store.change(on.tx, on.tenant_id, row.id, **columns)
    changed = replace(row, **columns)
    closed = row.closed_at is None and changed.closed_at is not None
    fields = sorted(changes.keys() | {"priority"} & columns.keys())
    _tell(on, changed, "closed" if closed else "updated", {"fields": fields})
    return changed


def hand_over(on: Writing, assignee_id: str, heir: str | None) -> int:
    """Give somebody's open tickets to another, or to nobody; how many they are.

    Raises 422 `assignee_unknown`.
    """
    _check_assignee(on, heir)
    rows = store.open_of(on.tx, on.tenant_id, assignee_id)
    for row in rows:
        change(on, row, {"assignee_id": heir})
    return len(rows)


def add_note(on: Writing, row: TicketRow, text: str) -> NoteRow:
    """Write a note; the ticket counts as touched, its version stays."""
    if len(store.notes_of(on.tx, on.tenant_id, row.id)) >= MOST_NOTES:
        raise TrunklineError("too_many_notes", 409, "This ticket has too many notes.")
    note_id = on.platform.ids.new("not")
    sealed = _texts(on, row.customer_id).seal(row.customer_id, note_of(note_id), text)
    note = NoteRow(on.tenant_id, note_id, row.id, sealed, on.principal.user_id, on.now)
    store.add_note(on.tx, note)
    store.change(on.tx, on.tenant_id, row.id, updated_at=on.now)
    _tell(on, row, "updated", {"fields": ["notes"], "note_id": note_id})
    return note


def visible(
    tx: Tx, principal: Principal, permission: str, ticket_id: str, *, to_change: bool = False
) -> TicketRow:
    """A ticket that the permission reaches: what one may not see is not there (404)."""
    find = store.held if to_change else store.get
    row = find(tx, principal.tenant_id, ticket_id)
    if row is None or not _reaches(principal, permission, row):
        raise unknown()
    return row


def wanted_by(principal: Principal, **filters: Any) -> store.Wanted:
    """What a list holds for this principal."""
    teams = principal.visible_teams(READ)
    shared = principal.scope(READ).width > 0
    return store.Wanted(teams=teams, shared=shared, mine=principal.user_id, **filters)


def check_customer(tx: Tx, on: Writing, customer_id: str | None) -> None:
    """Raise 422 `customer_unknown` for a customer whom the principal may not know."""
    if customer_id is None:
        return
    found = customers.several(tx, on.platform.keys, on.tenant_id, [customer_id])
    customer = found.get(customer_id)
    if customer is None or not on.principal.reaches("customers.read", customer.team_id):
        raise TrunklineError("customer_unknown", 422, "There is no such customer.")


def unknown() -> TrunklineError:
    """No such ticket, or none for this principal."""
    return TrunklineError("ticket_unknown", 404, "There is no such ticket.")


def _reaches(principal: Principal, permission: str, row: TicketRow) -> bool:
    owners = (row.assignee_id, row.created_by)
    return any(principal.reaches(permission, row.team_id, owner) for owner in owners)


def _row(on: Writing, draft: Draft, number: int) -> TicketRow:
    texts = _texts(on, draft.customer_id)
    ticket_id = on.platform.ids.new("tck")
    seal, status = texts.seal, TicketStatus.CLOSED if draft.solved else TicketStatus.OPEN
    description = draft.description
    return TicketRow(
        tenant_id=on.tenant_id,
        id=ticket_id,
        number=number,
        sealed_title=seal(draft.customer_id, title_of(ticket_id), draft.title),
        sealed_description=seal(draft.customer_id, description_of(ticket_id), description)
        if description is not None
        else None,
        kind=draft.kind,
        impact=draft.impact,
        urgency=draft.urgency,
        priority=priority(draft.impact, draft.urgency),
        status=status,
        customer_id=draft.customer_id,
        assignee_id=None,
        team_id=draft.team_id,
        created_by=on.principal.user_id,
        created_at=on.now,
        updated_at=on.now,
        closed_at=on.now if draft.solved else None,
        solved_in_call=draft.solved,
    )


def _changed_columns(on: Writing, row: TicketRow, changes: dict[str, Any]) -> dict[str, Any]:
    columns = {
        name: value
        for name, value in changes.items()
        if name != "title" and getattr(row, name) != value
    }
    texts = _texts(on, row.customer_id)
    place = title_of(row.id)
    if "title" in changes:
        before = texts.unseal(row.customer_id, place, row.sealed_title)
        if before != changes["title"]:
            columns["sealed_title"] = texts.seal(row.customer_id, place, changes["title"])
    if "status" in columns:
        columns |= _moved(on, row, TicketStatus(columns["status"]))
    if {"impact", "urgency"} & columns.keys():
        grades = {"impact": row.impact, "urgency": row.urgency, **columns}
        columns["priority"] = priority(grades["impact"], grades["urgency"])
    _check_assignee(on, columns.get("assignee_id"))
    return columns


def _moved(on: Writing, row: TicketRow, then: TicketStatus) -> dict[str, Any]:
    if not may_become(TicketStatus(row.status), then):
        raise TrunklineError(
            "status_not_reachable", 409, f"A ticket that is {row.status} cannot become {then}."
        )
    return {"status": then.value, **({"closed_at": on.now} if then is TicketStatus.CLOSED else {})}


def _check_assignee(on: Writing, user_id: str | None) -> None:
    if user_id is None:
        return
    user = identity.user(on.tx, on.tenant_id, user_id)
    if user is None or not user.active:
        raise TrunklineError("assignee_unknown", 422, "There is no such user.")


def _check_free(on: Writing, interaction_id: str | None) -> None:
    if interaction_id and store.of_interactions(on.tx, on.tenant_id, [interaction_id]):
        raise TrunklineError("interaction_has_ticket", 409, "The interaction has a ticket already.")


def _texts(on: Writing, customer_id: str | None) -> Texts:
    return Texts.of(on.tx, on.platform.keys, on.tenant_id, [customer_id])


def _tell(on: Writing, row: TicketRow, verb: str, detail: dict[str, Any]) -> None:
    audit.record(on.tx, on.principal, f"tickets.{verb}", row.id, detail, at=on.now)
    kind, payload = f"trunkline.ticket.{verb}.v1", {"ticket_id": row.id}
    event = DomainEvent(on.tenant_id, kind, row.id, on.now, payload, Audience(READ))
    on.platform.outbox.emit(on.tx, event)
