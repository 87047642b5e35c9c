"""The inbox of a cell is bounded: wishes are refused beyond a bound, news waits for room."""

import asyncio
from typing import Any

import pytest

from tests.tools.clock import FakeClock, FakeIds
from trunkline.adapters.sql.store import SqlStore
from trunkline.core.inputs import DeskLost
from trunkline.core.words import AgentId
from trunkline.kit.errors import TrunklineError
from trunkline.runtime import driver as under_test
from trunkline.runtime.cell import Cell, Submission
from trunkline.runtime.driver import CellDriver

NEWS = DeskLost(AgentId("nobody"))


async def nothing(*_: Any) -> Any:
    return True


@pytest.fixture
async def small(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> CellDriver:
    """A cell that takes two wishes and three pieces of news, and does not run yet."""
    monkeypatch.setattr(under_test, "INBOX_API", 2)
    monkeypatch.setattr(under_test, "INBOX", 3)
    cell = Cell("one", "one", store.journal, [], FakeClock(), FakeIds())
    made = CellDriver(cell, store.db, FakeClock(), nothing, nothing, nothing)
    await made.start()
    return made


async def test_beyond_the_bound_a_wish_is_refused_and_told_when_to_come_again(
    small: CellDriver,
) -> None:
    for _ in range(2):
        await small.tell(NEWS)
    with pytest.raises(TrunklineError) as refused:
        await small.submit(Submission(NEWS))
    error = refused.value
    assert (error.status, error.code) == (503, "overloaded")
    assert error.extra == {"retry_after_s": 1}


async def test_news_of_the_edge_waits_for_room_and_is_never_lost(small: CellDriver) -> None:
    queued = [await small.tell(NEWS) for _ in range(3)]
    late = asyncio.create_task(small.tell(NEWS))
    await asyncio.sleep(0)
    assert not late.done()
    running = asyncio.create_task(small.run())
    try:
        outcomes = await asyncio.gather(*queued, await late)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert len(outcomes) == 4
