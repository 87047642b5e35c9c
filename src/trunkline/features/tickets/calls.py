"""Tickets from calls: proposed at wrap-up, made or appended to, and at most one an interaction.

The record of a call is the interaction; a ticket is the matter. So an interaction points to one
ticket, a ticket to many interactions, and saying the same again (a replay, a second submission)
finds what is there instead of making another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from trunkline.core.sla.status import UNSOLVED, TicketStatus
from trunkline.features import customers, tenancy
from trunkline.features.tickets import reading, service, store
from trunkline.features.tickets.service import Draft, Writing
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.features.tickets.schemas import TicketCard
    from trunkline.features.tickets.store import TicketRow
    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform

MOST_PROPOSED = 5
_CALL = {"zh": "来电", "en": "Call"}
_MESSAGE = {"zh": "语音留言", "en": "Voicemail"}
_NOT_REACHED = {"zh": "回拨未接通，请跟进", "en": "Callback: customer not reached"}


@dataclass(frozen=True, slots=True)
class Call:
    """The interaction that a ticket comes from. `user_id` is who handled it, or "system"."""

    interaction_id: str
    customer_id: str | None
    user_id: str
    team_id: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen at wrap-up; None leaves a field as it is, or at its default."""

    action: Literal["append", "new", "none"]
    ticket_id: str | None = None
    title: str | None = None
    kind: str | None = None
    impact: int | None = None
    urgency: int | None = None
    solved: bool = False

    def given(self) -> dict[str, Any]:
        """The fields that were given, by the names of the service."""
        fields = {name: getattr(self, name) for name in ("title", "kind", "impact", "urgency")}
        return {name: value for name, value in fields.items() if value is not None}


def propose(
    tx: Tx, platform: Platform, tenant_id: str, customer_id: str | None
) -> list[TicketCard]:
    """A customer's unsolved tickets, likeliest first: open before pending, last touched first."""
    if customer_id is None:
        return []
    found: list[TicketRow] = []
    for status in (TicketStatus.OPEN, TicketStatus.PENDING):
        room = MOST_PROPOSED - len(found)
        found += store.of_customer(tx, tenant_id, customer_id, [status], room)
    return reading.cards(tx, platform.keys, tenant_id, found)


def from_wrap_up(
    tx: Tx, platform: Platform, tenant_id: str, call: Call, choice: Choice
) -> str | None:
    """Do what was chosen at wrap-up, in its transaction; returns the ticket's id.

    "Solved in the call" closes the ticket in the same step. Raises 404 `ticket_unknown`, 409
    `ticket_closed` or `ticket_of_another_customer`, 422 `ticket_required`.
    """
    if choice.action == "none":
        return None
    on = _writing(tx, platform, tenant_id, call)
    store.lock(tx, tenant_id)
    linked = _linked(tx, tenant_id, call)
    if choice.action == "append":
        return _append(on, call, choice, linked)
    if linked is not None:
        return _change(on, linked, choice)
    return service.add(on, _draft(on, call, choice)).id


def ensure_for_interaction(
    tx: Tx, platform: Platform, tenant_id: str, call: Call, title: str | None = None
) -> str:
    """The ticket of an interaction, made when it has none: exactly one, however often asked."""
    store.lock(tx, tenant_id)
    linked = _linked(tx, tenant_id, call)
    if linked is not None:
        return linked.id
    on = _writing(tx, platform, tenant_id, call)
    return service.add(on, _draft(on, call, Choice("new", title=title))).id


def of_message(
    tx: Tx, platform: Platform, tenant_id: str, call: Call, assignee_id: str | None
) -> str:
    """The ticket of a call in which a message was left; for an agent's it is given to them."""
    store.lock(tx, tenant_id)
    linked = _linked(tx, tenant_id, call)
    if linked is not None:
        return linked.id
    on = _writing(tx, platform, tenant_id, call)
    title = _MESSAGE[_language(tx, tenant_id)]
    row = service.add(on, _draft(on, call, Choice("new", title=title, kind="voicemail")))
    if assignee_id is not None:
        service.change(on, row, {"assignee_id": assignee_id})
    return row.id


def of_interactions(tx: Tx, tenant_id: str, interaction_ids: list[str]) -> dict[str, str]:
    """The ticket's id of each of these interactions that has one."""
    return store.of_interactions(tx, tenant_id, interaction_ids)


def _writing(tx: Tx, platform: Platform, tenant_id: str, call: Call) -> Writing:
    return Writing(tx, platform, tenancy.Principal(tenant_id, call.user_id))


def _linked(tx: Tx, tenant_id: str, call: Call) -> TicketRow | None:
    ticket_id = store.of_interaction(tx, tenant_id, call.interaction_id)
    return store.held(tx, tenant_id, ticket_id) if ticket_id else None


def _append(on: Writing, call: Call, choice: Choice, linked: TicketRow | None) -> str:
    if choice.ticket_id is None:
        raise TrunklineError("ticket_required", 422, "Say to which ticket.")
    ticket = store.held(on.tx, on.tenant_id, choice.ticket_id)
    if ticket is None:
        raise service.unknown()
    if linked is None or linked.id != ticket.id:
        _check_fits(ticket, call)
        store.link(on.tx, on.tenant_id, call.interaction_id, ticket.id, on.now)
        store.change(on.tx, on.tenant_id, ticket.id, updated_at=on.now)
    return _change(on, ticket, choice)


def _check_fits(ticket: TicketRow, call: Call) -> None:
    if ticket.status not in UNSOLVED and ticket.status != TicketStatus.SOLVED:
        raise TrunklineError("ticket_closed", 409, "The ticket is closed: make a new one.")
    if None not in (ticket.customer_id, call.customer_id) and (
        ticket.customer_id != call.customer_id
    ):
        raise TrunklineError("ticket_of_another_customer", 409, "The ticket is another customer's.")


def _change(on: Writing, ticket: TicketRow, choice: Choice) -> str:
    changes = choice.given()
    if choice.solved:
        changes |= {"status": TicketStatus.CLOSED.value, "solved_in_call": True}
    return service.change(on, ticket, changes).id


def _draft(on: Writing, call: Call, choice: Choice) -> Draft:
    given = {"title": _call_title(on), **choice.given()}
    return Draft(
        **given,
        customer_id=_still_there(on, call.customer_id),
        interaction_id=call.interaction_id,
        team_id=call.team_id,
        solved=choice.solved,
    )


def _still_there(on: Writing, customer_id: str | None) -> str | None:
    """A customer may be erased between his call and its ticket: then it is nobody's."""
    if customer_id is None:
        return None
    known = customers.sealing_keys(on.tx, on.platform.keys, on.tenant_id, [customer_id])
    return customer_id if customer_id in known else None


def not_reached_title(tx: Tx, tenant_id: str) -> str:
    """What the ticket of a customer is called whom no callback reached."""
    return _NOT_REACHED[_language(tx, tenant_id)]


def _call_title(on: Writing) -> str:
    """What a ticket is called that nobody named, in the tenant's language."""
    return _CALL[_language(on.tx, on.tenant_id)]


def _language(tx: Tx, tenant_id: str) -> str:
    tenant = tenancy.get(tx, tenant_id)
    return "zh" if tenant is not None and tenant.language.startswith("zh") else "en"
