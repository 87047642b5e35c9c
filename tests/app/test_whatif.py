"""The node's simulator: a child process reads a day from the store and plays it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sim.test_whatif import fifo, lived
from trunkline.adapters.sql.journal import SqlJournal
from trunkline.adapters.sql.reading import entries_of
from trunkline.adapters.sql.sqlite import SqliteDatabase
from trunkline.app.whatif import ChildSimulator
from trunkline.ports.database import Tx, metadata
from trunkline.ports.simulator import Question, SimulationFailed


async def test_a_day_of_the_store_is_played_by_a_child_that_tells_how_far_it_is(
    tmp_path: Path,
) -> None:
    plan, memory, _ = lived()
    journal, file = SqlJournal(), tmp_path / "trunkline.db"
    database = SqliteDatabase(file)
    metadata.create_all(database.engine)

    def write(tx: Tx) -> None:
        epoch = journal.take_over(tx, "one", "one")
        journal.append(tx, "one", "one", epoch, memory.entries)

    await database.write(write)
    told: list[float] = []

    async def progress(share: float) -> None:
        told.append(share)

    question = Question("one", plan.begin, plan.end, plan.policy, fifo(plan.policy))
    try:
        found = await ChildSimulator(f"sqlite:///{file}").compare(question, progress)
    finally:
        await database.close()
    assert found["stays"] == len(plan.callers)
    assert found["levels"]["diamond"]["sl"]["difference"]["mean"] < 0
    assert told[-1] == 1


async def test_a_journal_is_read_from_a_time_on_and_not_from_its_beginning(
    tmp_path: Path,
) -> None:
    plan, memory, _ = lived()
    journal, file = SqlJournal(), tmp_path / "trunkline.db"
    database = SqliteDatabase(file)
    metadata.create_all(database.engine)
    kept = memory.entries[40:]  # what came before was put away

    def write(tx: Tx) -> None:
        journal.append(tx, "one", "one", journal.take_over(tx, "one", "one"), kept)

    await database.write(write)
    await database.close()
    for at in (0, kept[0].at, plan.begin + 1_800_000, kept[-1].at, kept[-1].at + 1):
        with entries_of(f"sqlite:///{file}", "one", "one", at) as entries:
            read = [entry.seq for entry in entries]
        assert read == [entry.seq for entry in kept if entry.at >= at]


async def test_a_store_that_cannot_be_read_ends_without_a_result(tmp_path: Path) -> None:
    plan, _, _ = lived()
    question = Question("one", plan.begin, plan.end, plan.policy, plan.policy)

    async def progress(share: float) -> None: ...

    with pytest.raises(SimulationFailed, match="without a result"):
        await ChildSimulator(f"sqlite:///{tmp_path}/none/x.db").compare(question, progress)
