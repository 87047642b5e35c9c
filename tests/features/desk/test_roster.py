"""The roster: agents with queues, skills and what they are at."""

from __future__ import annotations

from typing import Any

import pytest

from tests.features.desk.house import Desk
from trunkline.core.words import AgentId


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


async def test_what_requirements_ask_for_is_set_and_reaches_the_cell(desk: Desk) -> None:
    agent_id = await desk.user_id("agent1")
    given = {
        "languages": ["en", "zh-Hant"],
        "certifications": ["gas fitter"],
        "tags": {"product": "router"},
        "tier": 2,
        "region": "north",
    }
    async with desk.as_("admin") as admin:
        changed = (await admin.patch(f"/agents/{agent_id}", json=given)).json()
        text = 'lang=en and cert="gas fitter" and product=router and tier>=2 and region=north'
        asked = {"requirement": f"{text} and team=Service", "queue": "support"}
        found = (await admin.post("/queues/requirement-check", json=asked)).json()
        english = {"requirement": "lang=en", "queue": "support"}
        before = (await admin.post("/queues/requirement-check", json=english)).json()
        await admin.patch(f"/agents/{agent_id}", json={"languages": []})
        after = (await admin.post("/queues/requirement-check", json=english)).json()
    assert changed == changed | given
    assert changed["team"] == "Service"
    assert [one["agent_id"] for one in found["steps"][0]["agents"]] == [agent_id]
    ids = [{one["agent_id"] for one in check["steps"][0]["agents"]} for check in (before, after)]
    assert ids[0] - ids[1] == {agent_id}
    profile = next(
        driver.cell.state.profiles[AgentId(agent_id)]
        for driver in desk.node.cells.drivers.values()
        if agent_id in driver.cell.state.profiles
    )
    assert (profile.languages, profile.tags) == ((), (("product", "router"),))
    assert (profile.tier, profile.region, profile.team) == (2, "north", "Service")


@pytest.mark.parametrize(
    "wrong",
    [
        {"languages": ["English"]},
        {"languages": ["en", "en"]},
        {"tags": {"lang": "en"}},
        {"tags": {"two words": "x"}},
        {"tags": {"product": 'a "quoted" one'}},
        {"tier": 6},
        {"region": " north"},
    ],
)
async def test_what_no_requirement_could_ask_for_is_refused(desk: Desk, wrong: Any) -> None:
    agent_id = await desk.user_id("agent1")
    async with desk.as_("admin") as admin:
        assert (await admin.patch(f"/agents/{agent_id}", json=wrong)).status_code == 422


async def test_a_renamed_team_is_asked_for_by_its_new_name(desk: Desk) -> None:
    asked = {"requirement": "team=Care", "queue": "support"}
    async with desk.as_("admin") as admin:
        teams = (await admin.get("/teams")).json()["items"]
        service = next(team["id"] for team in teams if team["name"] == "Service")
        await admin.patch(f"/teams/{service}", json={"name": "Care"})
        found = (await admin.post("/queues/requirement-check", json=asked)).json()
    assert len(found["steps"][0]["agents"]) == 8
    profiles = [d.cell.state.profiles.values() for d in desk.node.cells.drivers.values()]
    assert {one.team for many in profiles for one in many} >= {"Care"}


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
