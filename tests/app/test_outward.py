"""Outward calls pass the rule, and blocked callers are not taken, in a whole node."""

from __future__ import annotations

from typing import Any

import httpx

from tests.features.desk.house import Desk, until
from tests.features.desk.test_callbacks import EMMA, ask, dialled, rung
from trunkline.core.inputs import OpenCallback
from trunkline.core.words import Bar, CallbackId, CallbackOrigin, Cause, QueueId, Token
from trunkline.features import customers, queues
from trunkline.ports.database import Tx

TROUBLE = "+8613900139000"


async def rules(client: httpx.AsyncClient, **given: Any) -> None:
    tag = (await client.get("/outbound/rules")).headers["ETag"]
    reply = await client.patch("/outbound/rules", json=given, headers={"If-Match": tag})
    assert reply.status_code == 200, reply.text


async def accepted(client: httpx.AsyncClient, agent: Any) -> str:
    offer = await agent.offer()
    await agent.client.post(f"/offers/{offer['offer_id']}/accept")
    return str(offer["interaction_id"])


async def outward(client: httpx.AsyncClient, interaction_id: str) -> list[Any]:
    found = await client.get("/outbound/calls", params={"interaction": interaction_id})
    return list(found.json()["items"])


async def test_who_asked_is_called_though_they_stand_on_the_list(desk: Desk) -> None:
    async with desk.as_("admin") as admin, desk.ready("agent1") as agent:
        await admin.post("/outbound/do-not-call", json={"number": EMMA, "reason": "no sales"})
        await ask(admin, phone=EMMA)
        interaction_id = await accepted(admin, agent)
        await rung(desk)
        (call,) = await outward(admin, interaction_id)
        assert (call["purpose"], call["rule"]) == ("callback", None)


async def test_an_agents_own_call_heeds_the_list_and_is_told_the_rule(desk: Desk) -> None:
    async with desk.as_("admin") as admin:
        await admin.post("/outbound/do-not-call", json={"number": EMMA, "reason": "no sales"})
        refused = await ask(admin, phone=EMMA, requested=False)
        assert (refused.status_code, refused.json()["code"]) == (422, "rule_own_list")
        assert (await admin.get("/callbacks", params={"state": "open"})).json()["items"] == []


async def test_an_agents_own_call_is_judged_again_when_it_is_dialled(desk: Desk) -> None:
    async with desk.as_("admin") as admin, desk.ready("agent1") as agent:
        await admin.post("/outbound/do-not-call", json={"number": EMMA, "reason": "no sales"})
        await opened_by_hand(desk, EMMA)
        interaction_id = await accepted(admin, agent)
        await agent.stream.event("trunkline.callback.tried.v1")
        (call,) = await outward(admin, interaction_id)
        assert (call["purpose"], call["rule"]) == ("service", "own_list")
    assert not dialled(desk)


async def test_a_refused_call_is_not_dialled_and_names_its_rule(desk: Desk) -> None:
    async with desk.as_("admin") as admin, desk.ready("agent1") as agent:
        await rules(admin, cost_cap_cents=10, home_cents_a_minute=10)
        await ask(admin, phone=EMMA)
        interaction_id = await accepted(admin, agent)
        await agent.stream.event("trunkline.callback.tried.v1")
        (call,) = await outward(admin, interaction_id)
        assert call["rule"] == "cost_cap"
        page = (await admin.get(f"/interactions/{interaction_id}")).json()
        details = [segment["detail"] for segment in page["segments"]]
    assert "not_allowed" in details
    assert not dialled(desk)


async def test_a_blocked_caller_is_refused_until_they_are_let_in_again(desk: Desk) -> None:
    async with desk.as_("admin") as admin:
        body = {"number": TROUBLE, "reason": "called forty times a day"}
        made = (await admin.post("/outbound/blocked-callers", json=body)).json()
        await until(lambda: desk.node._blocked.has(desk_tenant(desk), TROUBLE))
        leg = await desk.call(caller="13900139000")
        await until(lambda: leg in desk.edge.statuses())
        assert desk.edge.statuses()[leg] is Cause.DECLINED
        other = await desk.call(caller=EMMA)
        await until(lambda: bool(desk.edge.heard(other)))
        await admin.delete(f"/outbound/blocked-callers/{made['id']}")
        await until(lambda: not desk.node._blocked.has(desk_tenant(desk), TROUBLE))
        again = await desk.call(caller="13900139000")
        await until(lambda: bool(desk.edge.heard(again)))
        assert again not in desk.edge.statuses()


async def test_who_calls_from_our_country_may_be_called_back_wherever_that_is(desk: Desk) -> None:
    async with desk.as_("admin") as admin:
        await rules(admin, home="US")
        assert await bar_of(desk, "+12125550123") is None
        assert await bar_of(desk, TROUBLE) is Bar.FOREIGN


async def bar_of(desk: Desk, caller: str) -> Bar | None:
    """Why somebody who calls now is not called back."""
    leg = await desk.call(caller=caller)
    cell = desk.node.cells.drivers[desk_tenant(desk)].cell
    await until(lambda: any(it.leg == leg for it in cell.state.interactions.values()))
    return next(it.bar for it in cell.state.interactions.values() if it.leg == leg)


async def opened_by_hand(desk: Desk, number: str) -> None:
    """As the desk opens it, without asking the rules first: at night they would say no already."""
    tenant, platform = desk_tenant(desk), desk.node.platform

    def work(tx: Tx) -> QueueId:
        customers.put_value(tx, platform.keys, tenant, "pty-own", None, number, now=0)
        return QueueId(queues.find(tx, tenant, "support").id)

    queue = await platform.db.write(work)
    own = OpenCallback(
        CallbackId("cb-own"), CallbackOrigin.MANUAL, queue, "4000", Token("pty-own"),
        Token("caller-own"), due_at=0,
    )  # fmt: skip
    await platform.cells.submit(tenant, own)


def desk_tenant(desk: Desk) -> str:
    return next(iter(desk.node.cells.drivers))
