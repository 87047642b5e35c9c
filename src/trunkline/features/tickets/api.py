"""Tickets over HTTP: listed, found by number, made, changed by those who saw them, noted."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Response

from trunkline.core.sla.priority import TicketPriority
from trunkline.core.sla.status import TicketStatus
from trunkline.features import identity
from trunkline.features.tenancy import (
    IfMatch,
    Principal,
    entity_tag,
    permit,
    problem,
    require_match,
)
from trunkline.features.tickets import reading, service, store
from trunkline.features.tickets.schemas import (
    NoteNew,
    TicketChange,
    TicketItem,
    TicketNew,
    TicketOut,
)
from trunkline.features.tickets.service import READ, WRITE, Writing
from trunkline.features.tickets.store import TicketRow
from trunkline.kit.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, cut, decode_cursor
from trunkline.ports.database import Tx
from trunkline.runtime.platform import PlatformDep

router = APIRouter(prefix="/tickets", tags=["tickets"], responses=problem(401, 403, 422))


@router.get("", responses=problem(400))
async def list_tickets(
    platform: PlatformDep,
    status: TicketStatus | None = None,
    priority: TicketPriority | None = None,
    customer: Annotated[str | None, Query(max_length=80)] = None,
    q: Annotated[str, Query(max_length=40, description="A number, such as T-1042 or 1042.")] = "",
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
    principal: Principal = permit(READ),
) -> Page[TicketItem]:
    """Tickets, newest first. Texts are sealed: they are found by number, not by words."""
    number = reading.read_number(q) if q.strip() else None
    if q.strip() and number is None:
        return Page(items=[])
    before = int(decode_cursor(cursor, int)[0]) if cursor else None
    wanted = service.wanted_by(
        principal,
        status=status,
        priority=priority,
        customer_id=customer,
        number=number,
        before=before,
    )

    def work(tx: Tx) -> Page[TicketItem]:
        rows = store.page(tx, principal.tenant_id, wanted, limit + 1)
        found, following = cut(rows, limit, lambda row: (row.number,))
        items = reading.items(tx, platform.keys, principal, found)
        return Page(items=items, next=following)

    return await platform.db.read(work)


@router.post("", status_code=201, responses=problem(409))
async def create_ticket(
    platform: PlatformDep,
    body: TicketNew,
    response: Response,
    principal: Principal = permit(WRITE),
) -> TicketOut:
    """Make a ticket; impact and urgency give its priority."""

    def work(tx: Tx) -> TicketOut:
        on = Writing(tx, platform, principal)
        service.check_customer(tx, on, body.customer_id)
        maker = identity.user(tx, principal.tenant_id, principal.user_id)
        draft = replace(body.draft(), team_id=maker.team_id if maker else None)
        return reading.whole(tx, platform.keys, principal, service.create(on, draft))

    return _tagged(response, await platform.db.write(work))


@router.get("/{ticket_id}", responses=problem(404))
async def get_ticket(
    platform: PlatformDep,
    ticket_id: str,
    response: Response,
    principal: Principal = permit(READ),
) -> TicketOut:
    """One ticket, with its notes."""

    def work(tx: Tx) -> TicketOut:
        row = service.visible(tx, principal, READ, ticket_id)
        return reading.whole(tx, platform.keys, principal, row)

    return _tagged(response, await platform.db.read(work))


@router.patch("/{ticket_id}", responses=problem(404, 409, 412, 428))
async def change_ticket(
    platform: PlatformDep,
    ticket_id: str,
    body: TicketChange,
    response: Response,
    if_match: IfMatch = None,
    principal: Principal = permit(WRITE),
) -> TicketOut:
    """Change a ticket that was seen as it is now (If-Match)."""

    def work(tx: Tx) -> TicketOut:
        row = service.visible(tx, principal, WRITE, ticket_id, to_change=True)
        require_match(if_match, row.version)
        changed = service.change(Writing(tx, platform, principal), row, body.changes())
        return reading.whole(tx, platform.keys, principal, changed)

    return _tagged(response, await platform.db.write(work))


@router.post("/{ticket_id}/notes", status_code=201, responses=problem(404, 409))
async def add_note(
    platform: PlatformDep,
    ticket_id: str,
    body: NoteNew,
    response: Response,
    principal: Principal = permit(WRITE),
) -> TicketOut:
    """Write a note; returns the ticket with all of them."""

    def work(tx: Tx) -> TicketOut:
        row = service.visible(tx, principal, WRITE, ticket_id, to_change=True)
        on = Writing(tx, platform, principal)
        service.add_note(on, row, body.text)
        touched: TicketRow = replace(row, updated_at=on.now)
        return reading.whole(tx, platform.keys, principal, touched)

    return _tagged(response, await platform.db.write(work))


def _tagged(response: Response, ticket: TicketOut) -> TicketOut:
    response.headers["ETag"] = entity_tag(ticket.version)
    return ticket
