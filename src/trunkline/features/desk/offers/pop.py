"""The screen pop: who calls, what is open, and how he came, read in few queries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from trunkline.core.inputs import Presumption
from trunkline.core.words import Channel
from trunkline.features import customers, dialling, interactions, tickets
from trunkline.features.desk import callers, joined, texts
from trunkline.features.desk.joined import Names
from trunkline.features.desk.offers.schemas import CustomerCard, OrderCard, PopOut, RecentOut
from trunkline.features.interactions import InteractionRow, Reach, Wanted
from trunkline.features.tenancy import instant

if TYPE_CHECKING:
    from trunkline.features.customers import Customer
    from trunkline.features.tenancy import Principal
    from trunkline.features.tickets import TicketCard
    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform

MOST_RECENT: Final = 5


def pop_of(tx: Tx, platform: Platform, principal: Principal, row: InteractionRow) -> PopOut:
    """The pop of an interaction that the principal may see."""
    keys, now = platform.keys, platform.clock.now_ms()
    number = callers.caller(tx, keys, row)
    matches = _matches(tx, platform, row, number)
    people = [row.verified_agent]
    names = Names.of(tx, keys, principal, users=people, known=[row.customer_id, *matches])
    known = names.customers.get(row.customer_id or "")
    return PopOut(
        interaction_id=row.id,
        channel=Channel(row.channel),
        number_dialled=row.number,
        presumption=Presumption(row.presumption),
        customer=_card(known) if known else None,
        matches=[_card(names.customers[one]) for one in matches if one in names.customers],
        verified=joined.verified(row, names),
        phone_masked=callers.shown(number),
        phone=callers.in_full(principal, number),
        recent=_recent(tx, row, names) if known else [],
        open_orders=_orders(tx, platform, row) if known else [],
        open_tickets=_tickets(tx, platform, principal, row) if known else [],
        path=joined.path(interactions.path_of(tx, row.tenant_id, row.id)),
        queued_ms=_queued_ms(tx, row, now),
        callback=row.callback_id is not None,
        written=texts.written(tx, keys, row),
        listed=dialling.card_of(tx, keys, row.tenant_id, row.id) if row.callback_id else None,
    )


def _matches(tx: Tx, platform: Platform, row: InteractionRow, number: str | None) -> list[str]:
    """Who else has this number, while it is not settled who is there."""
    if row.presumption != Presumption.SEVERAL:
        return []
    found = customers.identify(tx, platform.keys, row.tenant_id, number)
    return [match.id for match in found.matches]


def _card(customer: Customer) -> CustomerCard:
    first = customer.phones[0].masked if customer.phones else None
    return CustomerCard(
        id=customer.id,
        name=customer.name,
        level=customer.level,
        phone_masked=first,
        organisation=customer.organisation,
    )


def _recent(tx: Tx, row: InteractionRow, names: Names) -> list[RecentOut]:
    """The customer's interactions before this one: whoever handled them, they are his story."""
    wanted = Wanted(customer_id=row.customer_id)
    found = interactions.page(tx, row.tenant_id, Reach(), wanted, MOST_RECENT + 1)
    earlier = [one for one in found if one.id != row.id][:MOST_RECENT]
    return [
        RecentOut(
            id=one.id,
            started_at=instant(one.started_at),
            queue_name=names.queue_name(one.queue_id),
            disposition=one.disposition,
            ended_by=one.ended_by,
        )
        for one in earlier
    ]


def _orders(tx: Tx, platform: Platform, row: InteractionRow) -> list[OrderCard]:
    found = customers.open_orders(tx, platform.keys, row.tenant_id, row.customer_id or "")
    return [
        OrderCard(
            id=order.id,
            number_masked=order.number_masked,
            placed_on=order.placed_on,
            status=order.state,
            amount_minor=order.amount_minor,
            currency=order.currency,
        )
        for order in found
    ]


def _tickets(
    tx: Tx, platform: Platform, principal: Principal, row: InteractionRow
) -> list[TicketCard]:
    if not principal.may("tickets.read"):
        return []
    return tickets.propose(tx, platform, row.tenant_id, row.customer_id)


def _queued_ms(tx: Tx, row: InteractionRow, now: int) -> int | None:
    """How long the customer waited in queues, the present one included."""
    if row.wait_ms is not None:
        return row.wait_ms
    waits = [
        (segment["ended_at"] or now) - segment["started_at"]
        for segment in interactions.segments_of(tx, row.tenant_id, row.id)
        if segment["kind"] == "queue"
    ]
    return sum(waits) if waits else None
