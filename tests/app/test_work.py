"""Work in the background: the ticket of every call."""

from __future__ import annotations

from tests.features.desk.house import Desk


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
