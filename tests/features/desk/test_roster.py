"""The roster: agents with queues, skills and what they are at."""

from __future__ import annotations

from tests.features.desk.house import Desk


async def test_agents_are_listed_with_what_they_are_at(desk: Desk) -> None:
    async with desk.ready("agent1"), desk.as_("supervisor") as leader:
        listed = (await leader.get("/agents")).json()["items"]
    first = next(agent for agent in listed if agent["username"] == "agent1")
    assert (first["name"], first["state"], first["device"]["kind"]) == ("陈晨", "ready", "browser")
    assert first["device"]["account"] == "agent1"
    assert {agent["username"] for agent in listed} >= {f"agent{n}" for n in range(1, 9)}


async def test_changed_skills_and_queues_count_at_once(desk: Desk) -> None:
    agent_id = await desk.user_id("agent1")
    async with desk.as_("admin") as admin:
        given = {"skills": {"router": 4}, "queues": ["billing"], "extension": "101"}
        changed = (await admin.patch(f"/agents/{agent_id}", json=given)).json()
        billing = (await admin.get("/queues/billing")).json()
        support = (await admin.get("/queues/support")).json()
        wrong = await admin.patch(f"/agents/{agent_id}", json={"queues": ["nowhere"]})
        kept = (await admin.get("/agents")).json()["items"]
    assert (changed["skills"], changed["queues"]) == ({"router": 4}, [billing["id"]])
    assert agent_id not in support["agents"]
    assert wrong.json()["code"] == "queue_unknown"
    assert next(one for one in kept if one["id"] == agent_id)["queues"] == [billing["id"]]


async def test_a_user_becomes_an_agent_by_being_given_queues(desk: Desk) -> None:
    user_id = await desk.user_id("quality")
    async with desk.as_("admin") as admin:
        changed = (await admin.patch(f"/agents/{user_id}", json={"queues": ["support"]})).json()
    assert changed["device"]["account"] == "quality"


async def test_nothing_of_another_tenants_agents_is_seen_or_changed(desk: Desk) -> None:
    agent_id = await desk.user_id("agent2")
    async with desk.as_("admin", "two") as other:
        listed = (await other.get("/agents")).json()["items"]
        changed = await other.patch(f"/agents/{agent_id}", json={"extension": "102"})
    assert {agent["username"] for agent in listed} == {"agent1"}
    assert changed.json()["code"] == "user_unknown"


async def test_an_agent_changes_no_agents(desk: Desk) -> None:
    agent_id = await desk.user_id("agent1")
    async with desk.as_("agent1") as client:
        assert (await client.patch(f"/agents/{agent_id}", json={})).status_code == 403
