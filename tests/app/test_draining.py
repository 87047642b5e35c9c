"""What an operator may do with media nodes, and what is said when not; the program is played."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from trunkline.adapters.edge.fake import FakeEdge
from trunkline.adapters.edge.fleet.edge import Fleet
from trunkline.app import draining, fleet
from trunkline.app.draining import CannotDrain, DrainFiles
from trunkline.app.fleet import Drains
from trunkline.kit.clock import WallClock
from trunkline.ports.edge import EdgeError, Offender, TrunkLink


class Door:
    """An access that is told, and is away at times."""

    def __init__(self) -> None:
        self.spared: frozenset[str] = frozenset()
        self.away = False

    async def trust(self, trunks: tuple[TrunkLink, ...]) -> None: ...

    async def welcome(self, engine: str) -> None: ...

    async def steer_around(self, engines: frozenset[str]) -> None:
        if self.away:
            raise EdgeError("it is away")
        self.spared = engines

    async def offenders(self) -> tuple[Offender, ...]:
        return ()

    async def pardon(self, offender: str) -> bool:
        return False


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleet, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(draining, "DONE_WITHIN_S", 0.5)


@asynccontextmanager
async def program(data: Path, door: Door) -> AsyncIterator[dict[str, FakeEdge]]:
    """A program with two nodes that does what is wanted."""
    (data / "kamailio").mkdir(exist_ok=True)
    (data / "kamailio" / "nodes.json").unlink(missing_ok=True)
    edges = {name: FakeEdge(WallClock(), name=f"n{name}") for name in ("1", "2")}
    both = Fleet(edges, door)
    await both.open(1)
    running = asyncio.create_task(Drains(both, data).run())
    while not DrainFiles(data).told():
        await asyncio.sleep(0.01)
    try:
        yield edges
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await both.close()


async def test_a_node_is_drained_until_it_is_undrained_over_starts_of_the_program(
    tmp_path: Path,
) -> None:
    door = Door()
    async with program(tmp_path, door):
        assert await draining.drain(tmp_path, "1", 0.1) == 0
        assert door.spared == {"1"}
    door.spared = frozenset()
    async with program(tmp_path, door):
        assert door.spared == {"1"}
        await draining.undrain(tmp_path, "1")
        assert door.spared == frozenset()


async def test_how_many_calls_are_left_is_told(tmp_path: Path) -> None:
    async with program(tmp_path, Door()) as edges:
        edges["2"].arrive("4001")
        assert await draining.drain(tmp_path, "2", 0.1) == 1
        with pytest.raises(CannotDrain, match="drain it first"):
            await draining.restart(tmp_path, "2")


async def test_the_last_node_that_takes_calls_stays(tmp_path: Path) -> None:
    async with program(tmp_path, Door()):
        await draining.drain(tmp_path, "1", 0)
        with pytest.raises(CannotDrain, match="No other node"):
            await draining.drain(tmp_path, "2", 0)


async def test_what_the_program_could_not_do_it_does_later_and_that_is_said(
    tmp_path: Path,
) -> None:
    door = Door()
    async with program(tmp_path, door):
        door.away = True
        with pytest.raises(CannotDrain, match="does not do it"):
            await draining.drain(tmp_path, "1", 0)
        door.away = False
        await draining.drain(tmp_path, "1", 0)
        assert door.spared == {"1"}


async def test_a_node_that_is_none_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(CannotDrain, match="started with several"):
        await draining.undrain(tmp_path, "1")
    async with program(tmp_path, Door()):
        with pytest.raises(CannotDrain, match="There is no node 7; there are 1, 2"):
            await draining.drain(tmp_path, "7", 0)
