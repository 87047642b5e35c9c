"""Tickets from calls: proposed, appended, made at wrap-up, and one for every call if so set."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tools.rig import Rig
from trunkline.features import customers, tenancy, tickets
from trunkline.features.tenancy import Principal
from trunkline.features.tickets import Call, Choice, Draft, Writing, service, store
from trunkline.features.tickets.store import TicketRow
from trunkline.kit.errors import TrunklineError

TENANTS = ("one", "two")


@pytest.fixture
def rig() -> Rig:
    rig = Rig(tickets.router)
    for tenant_id, language in zip(TENANTS, ("zh-CN", "en"), strict=True):
        tenant = tenancy.Tenant(tenant_id, tenant_id, tenant_id, language, 0)
        rig.db.do(lambda tx, tenant=tenant: tenancy.add(tx, tenant))
    return rig


def a_customer(rig: Rig, tenant: str = "one") -> str:
    def work(tx: Any) -> str:
        on = tenancy.Writing(tx, rig.keys, rig.platform.ids, tenant, rig.clock.now_ms())
        return customers.create(on, customers.Draft("Li"))

    return rig.db.do(work)


def a_ticket(rig: Rig, customer_id: str | None, status: str = "open", title: str = "Old") -> str:
    def work(tx: Any) -> str:
        on = Writing(tx, rig.platform, Principal("one", "ann"))
        row = service.create(on, Draft(title, customer_id=customer_id))
        return service.change(on, row, {"status": status}).id

    rig.clock.advance(1000)
    return rig.db.do(work)


def wrap_up(rig: Rig, choice: Choice, call: Call, tenant: str = "one") -> str | None:
    return rig.db.do(lambda tx: tickets.from_wrap_up(tx, rig.platform, tenant, call, choice))


def ensure(rig: Rig, call: Call, tenant: str = "one", title: str | None = None) -> str:
    return rig.db.do(
        lambda tx: tickets.ensure_for_interaction(tx, rig.platform, tenant, call, title)
    )


def row(rig: Rig, ticket_id: str | None, tenant: str = "one") -> TicketRow:
    found = rig.db.do(lambda tx: store.get(tx, tenant, ticket_id or ""))
    assert found is not None
    return found


def linked(rig: Rig, ticket_id: str | None, tenant: str = "one") -> list[str]:
    found = rig.db.do(lambda tx: store.interactions_of(tx, tenant, [ticket_id or ""]))
    return found[ticket_id or ""]


def test_a_customers_unsolved_tickets_are_proposed_likeliest_first(rig: Rig) -> None:
    li, other = a_customer(rig), a_customer(rig)
    pending = a_ticket(rig, li, "pending")
    older = a_ticket(rig, li)
    newer = a_ticket(rig, li)
    for status in ("solved", "closed"):
        a_ticket(rig, li, status)
    a_ticket(rig, other)
    a_ticket(rig, None)
    proposed = rig.db.do(lambda tx: tickets.propose(tx, rig.platform, "one", li))
    assert [card.id for card in proposed] == [newer, older, pending]
    assert proposed[0].title == "Old"
    assert rig.db.do(lambda tx: tickets.propose(tx, rig.platform, "two", li)) == []
    assert rig.db.do(lambda tx: tickets.propose(tx, rig.platform, "one", None)) == []


def test_not_more_are_proposed_than_can_be_read_at_a_glance(rig: Rig) -> None:
    li = a_customer(rig)
    for status in ("open", "pending") * 4:
        a_ticket(rig, li, status)
    proposed = rig.db.do(lambda tx: tickets.propose(tx, rig.platform, "one", li))
    assert [card.status for card in proposed] == ["open"] * 4 + ["pending"]


def test_a_new_ticket_at_wrap_up_belongs_to_call_customer_and_team(rig: Rig) -> None:
    li = a_customer(rig)
    choice = Choice("new", title="Refund", kind="billing", impact=2, urgency=1)
    ticket = wrap_up(rig, choice, Call("call-1", li, "ann", "team-a"))
    made = row(rig, ticket)
    assert (made.kind, made.priority, made.status) == ("billing", "P2", "open")
    assert (made.customer_id, made.team_id, made.created_by) == (li, "team-a", "ann")
    assert linked(rig, ticket) == ["call-1"]


def test_solved_in_the_call_closes_in_the_same_step(rig: Rig) -> None:
    ticket = wrap_up(rig, Choice("new", title="Quick", solved=True), Call("call-1", None, "ann"))
    made = row(rig, ticket)
    assert (made.status, made.solved_in_call, made.closed_at) == ("closed", True, made.created_at)
    assert rig.outbox.kinds() == ["trunkline.ticket.created.v1", "trunkline.ticket.closed.v1"]


def test_a_wrap_up_that_is_sent_again_changes_the_ticket_it_made(rig: Rig) -> None:
    call = Call("call-1", None, "ann")
    first = wrap_up(rig, Choice("new", title="Refund"), call)
    again = wrap_up(rig, Choice("new", title="Refund", impact=1, urgency=1, solved=True), call)
    assert again == first
    assert (row(rig, first).priority, row(rig, first).status) == ("P1", "closed")
    assert wrap_up(rig, Choice("new", title="Refund", solved=True), call) == first


def test_a_call_is_appended_to_an_open_ticket_and_may_solve_it(rig: Rig) -> None:
    li = a_customer(rig)
    ticket = a_ticket(rig, li, "pending")
    call = Call("call-2", li, "ann")
    assert wrap_up(rig, Choice("append", ticket_id=ticket), call) == ticket
    assert (linked(rig, ticket), row(rig, ticket).status) == (["call-2"], "pending")
    solved = Choice("append", ticket_id=ticket, solved=True)
    assert wrap_up(rig, solved, Call("call-3", li, "ann")) == ticket
    assert wrap_up(rig, solved, Call("call-3", li, "ann")) == ticket
    assert (row(rig, ticket).status, row(rig, ticket).solved_in_call) == ("closed", True)
    assert linked(rig, ticket) == ["call-2", "call-3"]


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("closed", "ticket_closed"),
        ("other", "ticket_of_another_customer"),
        ("ghost", "ticket_unknown"),
        ("none", "ticket_required"),
    ],
)
def test_a_call_is_appended_only_where_it_fits(rig: Rig, case: str, code: str) -> None:
    li = a_customer(rig)
    named = {
        "closed": a_ticket(rig, li, "closed"),
        "other": a_ticket(rig, a_customer(rig)),
        "ghost": "tck_ghost",
        "none": None,
    }
    with pytest.raises(TrunklineError) as refused:
        wrap_up(rig, Choice("append", ticket_id=named[case]), Call("call-1", li, "ann"))
    assert refused.value.code == code
    assert rig.db.do(lambda tx: tickets.of_interactions(tx, "one", ["call-1"])) == {}


def test_a_ticket_of_another_tenant_cannot_be_appended_to(rig: Rig) -> None:
    ticket = a_ticket(rig, None)
    with pytest.raises(TrunklineError, match="ticket_unknown"):
        wrap_up(rig, Choice("append", ticket_id=ticket), Call("c", None, "ann"), "two")


def test_none_makes_none(rig: Rig) -> None:
    assert wrap_up(rig, Choice("none"), Call("call-1", None, "ann")) is None
    assert rig.db.do(lambda tx: store.page(tx, "one", store.Wanted(), 5)) == []


def test_every_call_gets_exactly_one_ticket_however_often_it_is_asked_for(rig: Rig) -> None:
    call = Call("call-1", None, "system")
    made = [ensure(rig, call) for _ in range(3)]
    assert len(set(made)) == 1
    wrapped = wrap_up(rig, Choice("new", title="Named later"), Call("call-1", None, "ann"))
    assert wrapped == made[0]
    assert ensure(rig, call) == made[0]
    assert ensure(rig, call, "two") != made[0]
    assert len(rig.db.do(lambda tx: store.page(tx, "one", store.Wanted(), 5))) == 1


def test_a_call_that_nobody_named_is_called_so_in_the_tenants_language(rig: Rig) -> None:
    call = Call("call-1", None, "system")
    titles = []
    for tenant_id in TENANTS:
        ticket = row(rig, ensure(rig, call, tenant_id), tenant_id)
        titles += [
            card.title
            for card in rig.db.do(
                lambda tx, t=tenant_id, r=ticket: tickets.reading.cards(tx, rig.keys, t, [r])
            )
        ]
    assert titles == ["来电", "Call"]


def test_a_call_of_a_customer_who_was_erased_meanwhile_gets_a_ticket_of_nobody(rig: Rig) -> None:
    li = a_customer(rig)
    rig.db.do(lambda tx: customers.erase(tx, "one", li, rig.clock.now_ms()))
    ticket = ensure(rig, Call("call-1", li, "system"))
    assert row(rig, ticket).customer_id is None
