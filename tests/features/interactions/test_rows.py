"""Rows follow the facts: who is verified stays so, and what was extended stays told."""

from __future__ import annotations

from tests.features.desk.house import Desk


async def test_the_same_customer_linked_again_stays_verified_another_one_is_not(
    desk: Desk,
) -> None:
    async with desk.ready("agent1") as agent:
        await desk.call("4001", "+8613800000001")
        interaction = await agent.take()
        call = f"/interactions/{interaction}"
        await agent.client.post(f"{call}/verify", json={"how": "birthday", "ok": True})
        found = (await agent.client.get("/customers", params={"q": "张丽华"})).json()["items"]
        known = (await agent.client.get(f"{call}/pop")).json()["customer"]["id"]
        told = []
        for customer_id in (known, found[0]["id"]):
            await agent.client.put(f"{call}/customer", json={"customer_id": customer_id})
            pop = (await agent.client.get(f"{call}/pop")).json()
            told.append((pop["presumption"], pop["verified"]["by"]))
    assert told == [("verified", "agent"), ("presumed", None)]


async def test_more_time_for_the_wrap_up_is_counted(desk: Desk) -> None:
    async with desk.ready("agent1") as agent:
        customer = await desk.call("4001", "+8613800000001")
        interaction = await agent.take()
        desk.edge.end(customer)
        await agent.stream.event("trunkline.wrap_up.started.v1")
        for _ in range(2):
            assert (await agent.do(interaction, "extend-wrap-up")).status_code == 202
        assert (await agent.do(interaction, "wrap-up", {})).status_code == 202
        page = (await agent.client.get(f"/interactions/{interaction}")).json()
    (work,) = [segment for segment in page["segments"] if segment["kind"] == "wrap_up"]
    assert work["detail"] == "extended 2"
