"""The driver of a cell: what is the input's fault, and what is the store's."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from tests.tools.clock import FakeClock, FakeIds
from trunkline.adapters.sql.store import SqlStore
from trunkline.core.config import AgentProfile, Policy
from trunkline.core.inputs import PublishPolicy, SetState
from trunkline.core.words import AgentId, AgentState, Wish
from trunkline.kit.errors import TrunklineError
from trunkline.runtime.cell import Cell, Submission
from trunkline.runtime.driver import CellDriver

ANNA = AgentId("anna")
READY = Submission(SetState(ANNA, Wish.READY))


class Following:
    """A projection that raises what it is told to, once each."""

    name, version = "following", 1

    def __init__(self, *raised: Exception) -> None:
        self.raised = list(raised)

    def project(self, tx: Any, tenant_id: str, at_ms: int, fact: Any) -> None:
        if self.raised:
            raise self.raised.pop(0)

    def reset(self, tx: Any, tenant_id: str) -> None:
        """Nothing is kept."""


async def nothing(*_: Any) -> Any:
    return True


def driver(store: SqlStore, follows: Following) -> CellDriver:
    cell = Cell("one", "one", store.journal, [follows], FakeClock(), FakeIds())
    return CellDriver(cell, store.db, FakeClock(), nothing, nothing, nothing)


async def running(made: CellDriver, story: Callable[[], Any]) -> None:
    await made.start()
    task = asyncio.create_task(made.run())
    try:
        policy = Policy(1, agents=(AgentProfile(ANNA, "anna"),))
        await made.submit(Submission(PublishPolicy(policy)))
        await story()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_store_that_failed_once_costs_nobody_his_input(store: SqlStore) -> None:
    follows = Following()
    made = driver(store, follows)

    async def story() -> None:
        follows.raised = [sa.exc.OperationalError("commit", None, Exception("database is locked"))]
        await made.submit(READY)
        assert made.picture.agents[ANNA].state is AgentState.READY
        buried = await store.db.read(lambda tx: store.jobs.buried(tx, "one", None, 10))
        assert buried == []

    await running(made, story)


async def test_an_input_whose_rule_raises_is_buried_and_the_next_one_is_taken(
    store: SqlStore,
) -> None:
    follows = Following()
    made = driver(store, follows)

    async def story() -> None:
        follows.raised = [ValueError("a bug")]
        with pytest.raises(TrunklineError, match="internal"):
            await made.submit(READY)
        await made.submit(READY)
        buried = await store.db.read(lambda tx: store.jobs.buried(tx, "one", None, 10))
        assert [letter.error.split()[0] for letter in buried] == ["ValueError"]

    await running(made, story)
