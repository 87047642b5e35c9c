"""The port `Journal`, over SQLite and PostgreSQL."""

import pytest

from trunkline.adapters.sql import SqlStore
from trunkline.ports.database import Priority, Tx
from trunkline.ports.journal import DeadLetter, Entry, FenceLost, Snapshot


def entry(seq: int) -> Entry:
    return Entry(
        seq=seq,
        at=1_000 + seq,
        seed=2**63 - seq,
        core_version=1,
        input={"kind": "tick"},
        facts=({"fact": "队列"}, {"fact": "b"}),
        commands=({"command": "play"},),
        settled=("1.0", "2.0!"),
    )


async def take_over(store: SqlStore, tenant_id: str) -> int:
    return await store.db.write(lambda tx: store.journal.take_over(tx, tenant_id, "c"))


async def append(store: SqlStore, tenant_id: str, epoch: int, *seqs: int) -> None:
    def work(tx: Tx) -> None:
        store.journal.append(tx, tenant_id, "c", epoch, [entry(seq) for seq in seqs])

    await store.db.write(work, priority=Priority.CELL)


async def read(store: SqlStore, tenant_id: str, after: int = 0) -> list[Entry]:
    return await store.db.read(lambda tx: list(store.journal.read(tx, tenant_id, "c", after)))


async def test_entries_are_read_as_they_were_written_each_tenants_its_own(store) -> None:
    for tenant_id in ("one", "two"):
        await take_over(store, tenant_id)
    await append(store, "one", 1, 1, 2)
    await append(store, "one", 1, 3)
    await append(store, "two", 1, 1)

    assert await read(store, "one", after=1) == [entry(2), entry(3)]
    assert await read(store, "two") == [entry(1)]


async def test_a_long_journal_is_read_in_order(store) -> None:
    await take_over(store, "one")
    await append(store, "one", 1, *range(1, 2_501))

    assert [each.seq for each in await read(store, "one")] == list(range(1, 2_501))


async def test_an_old_epoch_writes_nothing(store) -> None:
    old = await take_over(store, "one")
    new = await take_over(store, "one")

    with pytest.raises(FenceLost):
        await append(store, "one", old, 1)
    await append(store, "one", new, 1)
    assert (old, new) == (1, 2)
    assert len(await read(store, "one")) == 1


async def test_a_cell_that_nobody_took_over_cannot_be_written(store) -> None:
    await take_over(store, "one")
    with pytest.raises(FenceLost):
        await append(store, "two", 1, 1)


async def test_the_newest_two_snapshots_are_kept(store) -> None:
    def snapshot(seq: int) -> Snapshot:
        return Snapshot(seq, 5, 1, {"agents": {"a": seq}})

    for tenant_id, seqs in {"one": (10, 20, 30, 30), "two": (5,)}.items():
        for seq in seqs:
            await store.db.write(
                lambda tx, t=tenant_id, s=seq: store.journal.save_snapshot(tx, t, "c", snapshot(s))
            )

    latest = [
        await store.db.read(lambda tx, t=tenant_id: store.journal.latest_snapshot(tx, t, "c"))
        for tenant_id in ("one", "two", "three")
    ]
    assert latest == [snapshot(30), snapshot(5), None]


async def test_buried_inputs_are_listed_newest_first_for_their_tenant_only(store) -> None:
    for tenant_id, error in (("one", "KeyError a"), ("two", "KeyError b"), ("one", "KeyError c")):
        letter = DeadLetter(7, {"kind": "tick"}, error)
        await store.db.write(
            lambda tx, t=tenant_id, kept=letter: store.journal.bury(tx, t, "c", kept)
        )

    found = await store.db.read(lambda tx: store.jobs.buried(tx, "one", None, 10))
    assert [letter.error for letter in found] == ["KeyError c", "KeyError a"]
    older = await store.db.read(lambda tx: store.jobs.buried(tx, "one", found[0].id, 10))
    assert [letter.error for letter in older] == ["KeyError a"]
