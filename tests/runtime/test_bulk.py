"""A lot of rows in small portions, behind everybody else."""

from collections.abc import Sequence

from trunkline.adapters.sql import SqlStore
from trunkline.ports.database import Tx
from trunkline.ports.events import Audience, DomainEvent
from trunkline.runtime.bulk import MOST_ROWS, bulk


async def test_rows_are_written_in_portions_of_at_most_a_hundred(store: SqlStore) -> None:
    portions: list[int] = []

    def work(tx: Tx, rows: Sequence[int]) -> None:
        portions.append(len(rows))
        for row in rows:
            store.events.emit(tx, DomainEvent("one", "t", str(row), 0, {}, Audience()))

    assert await bulk(store.db, range(1_001), work) == 1_001
    assert portions[0] == 1, "how long a row takes is not known yet"
    assert max(portions) <= MOST_ROWS
    assert sum(portions) == 1_001


async def test_nothing_to_write_is_nothing_done(store: SqlStore) -> None:
    assert await bulk(store.db, [], lambda tx, rows: None) == 0
