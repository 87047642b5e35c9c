"""Work in the background: the ticket of every call."""

from __future__ import annotations

from tests.features.desk.house import Desk
from trunkline.app.bound import projections
from trunkline.app.work import handlers
from trunkline.core.words import AgentId
from trunkline.features import agents
from trunkline.features.agents.sets import service as sets
from trunkline.features.agents.sets import store
from trunkline.features.tenancy import Writing
from trunkline.ports.database import Tx
from trunkline.ports.jobs import Job


async def test_the_ticket_of_a_call_is_of_the_team_whose_queue_it_came_through(
    desk: Desk,
) -> None:
    async with desk.ready("agent1") as agent, desk.as_("admin") as admin:
        customer = await desk.call("4001", "+8613800000001")
        interaction = await agent.take()
        desk.edge.end(customer)
        await agent.stream.event("trunkline.wrap_up.started.v1")
        await agent.do(interaction, "wrap-up", {})
        created = await agent.stream.event("trunkline.ticket.created.v1")
        ticket = (await admin.get(f"/tickets/{created['ticket_id']}")).json()
        queue = (await admin.get("/queues/support")).json()
    assert ticket["interactions"] == [interaction]
    assert ticket["team_id"] == queue["team_id"] is not None


async def test_a_skill_set_whose_date_has_come_is_gone_from_routing_and_from_the_store(
    desk: Desk,
) -> None:
    platform = desk.node.platform
    agent, now = await desk.user_id("agent1"), platform.clock.now_ms()
    async with desk.as_("admin") as admin:
        made = (await admin.post("/skill-sets", json={"name": "w", "skills": {"w": 4}})).json()
        given = {"until": "2100-01-01T00:00:00Z"}
        await admin.put(f"/skill-sets/{made['id']}/holders/{agent}", json=given)
        tenant_id, driver = next(
            (name, one)
            for name, one in desk.node.cells.drivers.items()
            if AgentId(agent) in one.cell.state.profiles
        )
        assert ("w", 4) in driver.cell.state.profiles[AgentId(agent)].skills

        def over(tx: Tx) -> None:
            on = Writing(tx, platform.keys, platform.ids, tenant_id, now)
            store.give(tx, sets.find(tx, on.tenant_id, "w"), agent, now - 1)

        await platform.db.write(over)
        await handlers(platform, None)[agents.END_SKILL_SETS](Job("j", "-", "-", {}, 1))
        assert ("w", 4) not in driver.cell.state.profiles[AgentId(agent)].skills
        last = (await admin.get("/configuration/versions")).json()["items"][0]
        assert (last["action"], last["by"]) == ("skill_sets.ended", "system")
        assert (await admin.get("/skill-sets")).json()["items"][0]["holders"] == []


async def test_whatever_follows_the_facts_says_which_so_that_no_other_is_put_to_it(
    desk: Desk,
) -> None:
    following = projections(desk.node.platform)
    assert [one.name for one in following if not getattr(one, "takes", None)] == []
