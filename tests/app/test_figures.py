"""What `/metrics` tells of calls, offers, queues, commands and commits; nothing of people."""

from __future__ import annotations

import httpx

from tests.features.desk.house import Desk, until


async def figures(desk: Desk) -> dict[str, float]:
    """Each sample of `/metrics` by its name and labels."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=desk.app), base_url="http://localhost"
    ) as client:
        lines = (await client.get("/metrics")).text.splitlines()
    samples = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in samples}


async def test_a_call_is_counted_from_its_arrival_to_its_end(desk: Desk) -> None:
    async with desk.ready("agent1") as agent:
        customer = await desk.call("4001", "+8613800000001")
        await agent.take()
        during = await figures(desk)
        desk.edge.end(customer)
        await agent.stream.event("trunkline.interaction.ended.v1")
        after = await figures(desk)
    assert during["trunkline_interactions_started_total"] == 1
    assert during["trunkline_interactions_open"] == 1
    assert during['trunkline_agents{state="handling"}'] == 1
    assert during['trunkline_offers_ended_total{outcome="accepted"}'] == 1
    assert during["trunkline_wait_seconds_count"] == 1
    assert during['trunkline_commands_total{kind="DialAgent",outcome="done"}'] == 1
    assert during['trunkline_commit_seconds_count{priority="cell"}'] > 0
    assert after['trunkline_interactions_ended_total{by="customer"}'] == 1


async def test_who_waits_and_what_fails_is_seen(desk: Desk) -> None:
    await desk.call("4001", "+8613800000002")
    support = f'{{queue="{await queue_id(desk, "support")}"}}'
    (driver, *_) = desk.node.cells.drivers.values()
    await until(lambda: any(view.waiting for view in driver.picture.queues.values()))
    desk.edge.register("agent1")  # who has no phone is offered nothing
    desk.edge.why_not = "gone"
    async with desk.ready("agent1", device="sip"):
        await until(lambda: bool(desk.edge.refused))
    told = await figures(desk)
    assert told[f"trunkline_queue_waiting{support}"] == 1
    assert told[f"trunkline_queue_longest_wait_seconds{support}"] >= 0
    assert told['trunkline_commands_total{kind="DialAgent",outcome="failed"}'] >= 1


async def test_an_estimated_wait_is_compared_with_what_came(desk: Desk) -> None:
    customer = await desk.call("4001", "+8613800000002")
    (driver, *_) = desk.node.cells.drivers.values()
    await until(lambda: any(view.waiting for view in driver.picture.queues.values()))
    async with desk.ready("agent1") as agent:
        await agent.take()
        told = await figures(desk)
        desk.edge.end(customer)
    assert told["trunkline_wait_foretold_total"] == 1
    assert told["trunkline_wait_foretold_seconds_total"] > 0
    came = told["trunkline_wait_foretold_came_seconds_total"]
    difference = told["trunkline_wait_foretold_seconds_total"] - came
    assert abs(told["trunkline_wait_foretold_error_seconds_total"] - abs(difference)) < 1e-6


async def queue_id(desk: Desk, name: str) -> str:
    async with desk.as_("admin") as admin:
        return str((await admin.get(f"/queues/{name}")).json()["id"])
