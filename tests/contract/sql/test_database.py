"""The port `Database`, over SQLite and PostgreSQL."""

import asyncio
from contextlib import suppress

import pytest
import sqlalchemy as sa

from trunkline.adapters.sql import DatabaseInUse, SqlStore, open_store
from trunkline.adapters.sql.sqlite import SqliteDatabase
from trunkline.kit.ids import TimeIds
from trunkline.ports.database import Priority, Tx, after_commit, before_commit, part

COUNTS = sa.table("counts", sa.column("tenant_id"), sa.column("value"))


@pytest.fixture
async def counts(store: SqlStore) -> SqlStore:
    def make(tx: Tx) -> None:
        tx.execute(sa.text("CREATE TABLE counts (tenant_id varchar(9) PRIMARY KEY, value bigint)"))
        tx.execute(COUNTS.insert(), [{"tenant_id": t, "value": 0} for t in ("one", "two")])

    await store.db.write(make)
    return store


def value(tx: Tx, tenant_id: str = "one") -> int:
    return tx.execute(sa.select(COUNTS.c.value).where(COUNTS.c.tenant_id == tenant_id)).scalar_one()


def put(tx: Tx, number: int, tenant_id: str = "one") -> None:
    tx.execute(COUNTS.update().where(COUNTS.c.tenant_id == tenant_id).values(value=number))


async def test_four_hundred_concurrent_read_modify_writes_count_to_four_hundred(
    counts: SqlStore,
) -> None:
    def add_one(tx: Tx) -> None:
        put(tx, value(tx) + 1)

    await asyncio.gather(*(counts.db.write(add_one) for _ in range(400)))

    assert await counts.db.read(value) == 400
    assert await counts.db.read(lambda tx: value(tx, "two")) == 0


async def test_a_unit_of_work_that_raises_leaves_nothing_behind(counts: SqlStore) -> None:
    told: list[str] = []

    def fail(tx: Tx) -> None:
        put(tx, 7)
        after_commit(tx, told.extend, "never")
        raise KeyError("no")

    for priority in Priority:
        with pytest.raises(KeyError):
            await counts.db.write(fail, priority=priority)
    await counts.db.write(lambda tx: put(tx, 1, "two"))

    assert await counts.db.read(value) == 0
    assert told == []


async def test_what_waits_for_a_commit_is_told_once_with_all_its_items(counts: SqlStore) -> None:
    told: list[list[int]] = []

    def work(tx: Tx) -> list[bool]:
        return [after_commit(tx, told.append, number) for number in (1, 2, 3)]

    assert await counts.db.write(work) == [True, False, False]
    assert told == [[1, 2, 3]]


async def test_a_read_cannot_write(counts: SqlStore) -> None:
    if isinstance(counts.db, SqliteDatabase):
        with pytest.raises(sa.exc.OperationalError, match="readonly"):
            await counts.db.read(lambda tx: put(tx, 1))
    else:
        with pytest.raises(sa.exc.DBAPIError, match="read-only"):
            await counts.db.read(lambda tx: put(tx, 1))


async def test_a_cell_write_goes_before_all_that_waits(counts: SqlStore) -> None:
    if not isinstance(counts.db, SqliteDatabase):
        pytest.skip("PostgreSQL gives the cell a connection of its own")
    order: list[str] = []

    def note(name: str, priority: Priority) -> asyncio.Task[None]:
        return asyncio.create_task(counts.db.write(lambda _: order.append(name), priority=priority))

    first = asyncio.create_task(counts.db.write(lambda tx: put(tx, 1)))  # its commit is waited for
    rest = [note("bulk 1", Priority.BULK), note("bulk 2", Priority.BULK)]
    rest += [note("normal", Priority.NORMAL), note("cell", Priority.CELL)]
    await asyncio.gather(first, *rest)

    assert order == ["cell", "normal", "bulk 1", "bulk 2"]


async def test_work_whose_waiter_is_gone_is_not_begun(counts: SqlStore) -> None:
    if not isinstance(counts.db, SqliteDatabase):
        pytest.skip("the order is only certain with one writer")
    first = asyncio.create_task(counts.db.write(lambda tx: put(tx, 1)))
    second = asyncio.create_task(counts.db.write(lambda tx: put(tx, 9)))
    await asyncio.sleep(0)
    second.cancel()
    await first

    assert await counts.db.read(value) == 1


async def test_a_second_opener_of_an_sqlite_file_is_refused(store: SqlStore, clock, tmp_path):
    if not isinstance(store.db, SqliteDatabase):
        pytest.skip("PostgreSQL serves several")
    with pytest.raises(DatabaseInUse):
        await open_store(f"sqlite:///{tmp_path / 'trunkline.db'}", clock, TimeIds(clock))


async def test_a_commit_survives_closing_and_opening(database_url, clock) -> None:
    first = await open_store(database_url, clock, TimeIds(clock))
    epochs = [await first.db.write(lambda tx: first.journal.take_over(tx, "one", "c"))]
    await first.db.close()
    again = await open_store(database_url, clock, TimeIds(clock))
    epochs.append(await again.db.write(lambda tx: again.journal.take_over(tx, "one", "c")))
    await again.db.close()

    assert epochs == [1, 2]


async def test_what_is_written_before_the_commit_is_one_call_and_part_of_it(counts) -> None:
    calls: list[list[int]] = []

    def write(tx: Tx, numbers: list[int]) -> None:
        calls.append(list(numbers))
        put(tx, sum(numbers))

    def work(tx: Tx) -> None:
        for number in (1, 2, 3):
            before_commit(tx, write, number)

    await counts.db.write(work)
    assert calls == [[1, 2, 3]]
    assert await counts.db.read(value) == 6


async def test_a_part_that_raises_takes_back_what_it_would_write_and_tell(counts) -> None:
    told: list[list[str]] = []

    def write(tx: Tx, numbers: list[int]) -> None:
        put(tx, sum(numbers))

    def work(tx: Tx) -> None:
        before_commit(tx, write, 1)
        after_commit(tx, told.append, "kept")
        with suppress(LookupError), part(tx):
            put(tx, 50)
            before_commit(tx, write, 7)
            after_commit(tx, told.append, "undone")
            raise LookupError

    await counts.db.write(work)
    assert await counts.db.read(value) == 1
    assert told == [["kept"]]


async def test_a_short_read_sees_what_was_committed(counts) -> None:
    await counts.db.write(lambda tx: put(tx, 4))
    assert await counts.db.read(value, short=True) == 4
