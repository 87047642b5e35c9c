"""Lists, calls and quality on SQLite and PostgreSQL: what is written over, refused, and paged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.features.both import BOTH, opened
from tests.features.quality.test_track import leg
from trunkline.features import quality
from trunkline.features.outbound import store
from trunkline.features.quality import WayRow
from trunkline.ports.database import Tx

ROW = store.ListedRow("one", "lst_1", "do_not_call", "mark", b"x", "asked", "", None, 1, "u")
CALL = store.CallRow("one", "out_1", "i-1", "mark", "c-1", "a-1", "service", 10, None, "", 7)


@pytest.mark.parametrize("kind", BOTH)
async def test_both_databases_keep_the_same(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    def work(tx: Tx) -> None:
        assert store.put_listed(tx, ROW)
        assert not store.put_listed(tx, replace(ROW, id="lst_2"))
        assert store.put_listed(tx, replace(ROW, id="lst_2", mark="other", expires_at=5))
        assert [row.id for row in store.page_listed(tx, "one", "do_not_call", None, None, 9)] == [
            "lst_2", "lst_1",
        ]  # fmt: skip
        assert [
            row.id for row in store.page_listed(tx, "one", "do_not_call", None, (1, "lst_2"), 9)
        ] == ["lst_1"]
        assert store.drop_expired(tx, 5) == 1
        store.add_call(tx, CALL)
        store.add_call(tx, replace(CALL, id="out_2", mark="other", at=20))
        store.add_call(tx, replace(CALL, id="out_3", at=30, rule="hours", cost_cents=0))
        assert store.dialled_since(tx, "one", "mark", "c-1", 0, 9) == [20, 10]
        assert store.cost_since(tx, "one", "a-1", 5) == 14
        assert store.chosen(tx, "one") == (0, store.Chosen())
        store.choose(tx, "one", store.Chosen(countries=("JP",), cost_cap_cents=5))
        store.choose(tx, "one", store.Chosen(countries=("JP", "US")))
        assert store.chosen(tx, "one") == (2, store.Chosen(countries=("JP", "US")))
        for ended_at in (1, 2):
            quality.put_legs(tx, [leg(ended_at=ended_at), leg("two")])
            quality.put_ways(tx, [WayRow("one", "trunk", "trk", ended_at, 7.5, ended_at)])
        assert len(quality.of_interaction(tx, "one", "i-1")) == 1

    async with opened(kind, tmp_path, request) as db:
        await db.write(work)
