"""The number is not the person: presumed, picked, saved, verified."""

from __future__ import annotations

from tests.features.desk.house import Desk


async def test_a_customer_who_is_picked_is_presumed_and_can_be_verified(desk: Desk) -> None:
    async with desk.ready("agent1") as agent:
        await desk.call("4001", "+8613911112222")
        offer = await agent.offer()
        assert (offer["pop"]["presumption"], offer["pop"]["customer"]) == ("none", None)
        await agent.client.post(f"/offers/{offer['offer_id']}/accept")
        await agent.stream.event("trunkline.interaction.answered.v1")
        call = f"/interactions/{offer['interaction_id']}"
        early = await agent.client.post(f"{call}/verify", json={"how": "birthday", "ok": True})
        (li,) = (await agent.client.get("/customers", params={"q": "李小明"})).json()["items"]
        picked = {"customer_id": li["id"], "save_number": True}
        assert (await agent.client.put(f"{call}/customer", json=picked)).status_code == 200
        pop = (await agent.client.get(f"{call}/pop")).json()
        assert (pop["presumption"], pop["customer"]["name"]) == ("presumed", "李小明")
        sure = await agent.client.post(f"{call}/verify", json={"how": "birthday", "ok": True})
        assert sure.status_code == 200
        verified = (await agent.client.get(f"{call}/pop")).json()
        saved = (await agent.client.get(f"/customers/{li['id']}")).json()["identities"]
    assert early.json()["code"] == "customer_unknown"
    assert verified["presumption"] == "verified"
    assert (verified["verified"]["by"], verified["verified"]["by_user"]) == ("agent", "陈晨")
    assert verified["verified"]["how"] == "birthday"
    assert "+86 139 **** 2222" in [identity["masked"] for identity in saved]
    assert all(identity["value"] is None for identity in saved)


async def test_a_number_of_several_gives_a_list_to_pick_from(desk: Desk) -> None:
    async with desk.as_("admin") as admin:
        body = {"name": "李小红", "level": "gold", "phones": ["+8613800000001"]}
        await admin.post("/customers", json=body)
    async with desk.ready("agent1") as agent:
        await desk.call("4001", "+8613800000001")
        pop = (await agent.offer())["pop"]
    assert (pop["presumption"], pop["customer"]) == ("several", None)
    assert {match["name"] for match in pop["matches"]} == {"李小明", "李小红"}
    assert (pop["recent"], pop["open_orders"], pop["open_tickets"]) == ([], [], [])


async def test_a_withheld_number_is_unknown(desk: Desk) -> None:
    async with desk.ready("agent1") as agent:
        await desk.call("4001", None)
        pop = (await agent.offer())["pop"]
    assert (pop["presumption"], pop["phone_masked"], pop["matches"]) == ("withheld", None, [])


async def test_the_whole_number_is_for_those_who_may_see_it(desk: Desk) -> None:
    async with desk.ready("agent1") as agent:
        await desk.call("4001", "+8613800000002")
        interaction = (await agent.offer())["interaction_id"]
        async with desk.as_("supervisor") as leader:
            seen = (await leader.get(f"/interactions/{interaction}/pop")).json()
        masked = (await agent.client.get(f"/interactions/{interaction}/pop")).json()
    assert (seen["phone"], masked["phone"]) == ("+8613800000002", None)


async def test_a_customer_of_another_tenant_cannot_be_linked(desk: Desk) -> None:
    async with desk.as_("admin", "two") as other:
        made = await other.post("/customers", json={"name": "Elsewhere"})
    async with desk.ready("agent1") as agent:
        await desk.call()
        interaction = await agent.take()
        linked = await agent.client.put(
            f"/interactions/{interaction}/customer", json={"customer_id": made.json()["id"]}
        )
    assert linked.json()["code"] == "customer_unknown"


async def test_earlier_interactions_and_open_matters_are_on_the_pop(desk: Desk) -> None:
    async with desk.ready("agent1") as agent:
        customer = await desk.call("4001", "+8613800000001")
        first = await agent.take()
        desk.edge.end(customer)
        await agent.stream.event("trunkline.wrap_up.started.v1")
        done = {"disposition": "other", "ticket": {"action": "new", "title": "路由器"}}
        assert (await agent.do(first, "wrap-up", done)).status_code == 202
        await desk.call("4001", "+8613800000001")
        pop = (await agent.offer())["pop"]
    assert [one["id"] for one in pop["recent"]] == [first]
    assert (pop["recent"][0]["queue_name"], pop["recent"][0]["disposition"]) == ("support", "other")
    assert [ticket["title"] for ticket in pop["open_tickets"]] == ["路由器"]
    assert pop["open_orders"]
