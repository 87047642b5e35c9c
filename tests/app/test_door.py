"""What the door tells the cells when the engine is opened."""

from __future__ import annotations

from tests.features.desk.house import Desk
from trunkline.app.door import Door
from trunkline.core.words import AgentId
from trunkline.runtime.cell import Cell


async def cell_of(desk: Desk) -> tuple[Cell, AgentId]:
    """The first agent's, and who that is."""
    agent = AgentId(await desk.user_id("agent1"))
    cells = (driver.cell for driver in desk.node.cells.drivers.values())
    return next(cell for cell in cells if agent in cell.state.agents), agent


async def opened_anew(desk: Desk) -> None:
    """The engine is opened, and the cells are told what it holds."""
    node = desk.node
    executor = node._bound.executor
    door = Door(node.platform, desk.edge, node.cells, executor, node._blocked, node.desks.connected)
    await door.reconcile(await desk.edge.open(executor.epoch))


async def test_a_page_that_came_before_the_engine_stays_connected(desk: Desk) -> None:
    async with desk.ready("agent1"):
        cell, agent = await cell_of(desk)
        await opened_anew(desk)
        assert cell.state.agents[agent].connected
        assert cell.state.agents[agent].grace_until is None


async def test_a_recording_that_the_engine_closed_is_over_and_one_that_runs_is_not(
    desk: Desk,
) -> None:
    async with desk.ready("agent1") as agent:
        await desk.call()
        await agent.take()
        cell, _ = await cell_of(desk)
        (first,) = cell.state.recordings
        await opened_anew(desk)
        assert list(cell.state.recordings) == [first]
        desk.edge.finish_recording(first)
        await opened_anew(desk)
        (second,) = cell.state.recordings
        assert second != first
