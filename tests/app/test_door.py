"""What the door tells the cells when the engine is opened."""

from __future__ import annotations

from tests.features.desk.house import Desk
from trunkline.app.door import Door


async def test_a_page_that_came_before_the_engine_stays_connected(desk: Desk) -> None:
    node, agent = desk.node, await desk.user_id("agent1")
    door = Door(
        node.platform,
        desk.edge,
        node.cells,
        node._bound.executor,
        node._blocked,
        node.desks.connected,
    )
    async with desk.ready("agent1"):
        (cell,) = (
            driver.cell
            for driver in node.cells.drivers.values()
            if agent in driver.cell.state.agents
        )
        await door.reconcile(await desk.edge.open(node._bound.executor.epoch))
        assert cell.state.agents[agent].connected
        assert cell.state.agents[agent].grace_until is None
