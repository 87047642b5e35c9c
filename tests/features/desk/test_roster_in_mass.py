"""Agents moved between queues, copied, and seen off in one step."""

from __future__ import annotations

from typing import Any

from tests.features.desk.house import Desk


async def queues_of(client: Any, agent_id: str) -> set[str]:
    names = {one["id"]: one["name"] for one in (await client.get("/queues")).json()["items"]}
    listed = (await client.get("/agents")).json()["items"]
    return {names[one] for agent in listed if agent["id"] == agent_id for one in agent["queues"]}


async def test_agents_move_between_queues_and_the_cell_follows_at_once(desk: Desk) -> None:
    moved = [await desk.user_id("agent1"), await desk.user_id("agent2")]
    async with desk.as_("supervisor") as leader:
        body = {"agents": moved, "from_queue": "support"}
        gone = await leader.post("/agents/moves", json=body)
        after = await queues_of(leader, moved[0])
        back = {"agents": moved, "from_queue": "billing", "to_queue": "support"}
        await leader.post("/agents/moves", json=back)
        again = await queues_of(leader, moved[1])
        support = (await leader.get("/queues/support")).json()["id"]
    policies = [one.cell.state.policy for one in desk.node.cells.drivers.values()]
    serving = {queue.id: queue.agents for policy in policies for queue in policy.queues}[support]
    assert gone.status_code == 204
    assert "support" not in after
    assert "support" in again
    assert "billing" not in again
    assert set(moved) <= set(serving)


async def test_one_who_is_not_there_moves_nobody(desk: Desk) -> None:
    agent_id = await desk.user_id("agent1")
    async with desk.as_("admin") as admin:
        before = await queues_of(admin, agent_id)
        body = {"agents": [agent_id, "usr_nobody"], "from_queue": "support"}
        refused = await admin.post("/agents/moves", json=body)
        nowhere = await admin.post("/agents/moves", json={"agents": [agent_id]})
        assert await queues_of(admin, agent_id) == before
    assert refused.json()["code"] == "user_unknown"
    assert nowhere.status_code == 422


async def test_somebody_new_is_made_like_an_agent(desk: Desk) -> None:
    agent_id = await desk.user_id("agent1")
    new = {"username": "agent99", "display_name": "Twin"}
    async with desk.as_("admin") as admin:
        made = (await admin.post(f"/agents/{agent_id}/copy", json=new)).json()
        listed = {one["id"]: one for one in (await admin.get("/agents")).json()["items"]}
        taken = await admin.post(f"/agents/{agent_id}/copy", json=new)
    first, twin = listed[agent_id], listed[made["id"]]
    assert len(made["initial_password"]) >= 12
    assert (twin["skills"], twin["queues"]) == (first["skills"], first["queues"])
    assert taken.json()["code"] == "username_taken"


async def test_one_who_leaves_hands_open_tickets_over_and_cannot_come_back_in(desk: Desk) -> None:
    leaver, heir = await desk.user_id("agent1"), await desk.user_id("agent2")
    async with desk.as_("agent1") as himself, desk.as_("admin") as admin:
        ticket = {"title": "Line", "class": "technical", "impact": 2, "urgency": 2}
        made = (await admin.post("/tickets", json=ticket)).json()
        tag = {"If-Match": f'"{made["version"]}"'}
        path = f"/tickets/{made['id']}"
        await admin.patch(path, json={"assignee_id": leaver}, headers=tag)
        left = await admin.post(f"/agents/{leaver}/leave", json={"hand_over_to": heir})
        after = (await admin.get(path)).json()
        served = await queues_of(admin, leaver)
        shut_out = await himself.get("/me")
    assert left.json() == {"tickets_moved": 1}
    assert after["assignee"]["id"] == heir
    assert served == set()
    assert shut_out.status_code == 401


async def test_a_leaver_of_another_tenant_is_not_there(desk: Desk) -> None:
    agent_id = await desk.user_id("agent1")
    async with desk.as_("admin", "two") as other:
        left = await other.post(f"/agents/{agent_id}/leave", json={})
        copied = await other.post(
            f"/agents/{agent_id}/copy", json={"username": "x", "display_name": "X"}
        )
    assert {left.status_code, copied.status_code} == {404}
