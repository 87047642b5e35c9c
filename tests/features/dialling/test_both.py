"""Lists and entries on SQLite and PostgreSQL, for two tenants."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.features.both import BOTH, opened
from trunkline.features.dialling import store
from trunkline.features.dialling.store import EntryState, Outcome, Rules, Window
from trunkline.ports.database import Tx

RULES = Rules(spacing_ms={"busy": 60_000}, windows=(Window((0, 1), 540, 720, ("Asia/Tokyo",)),))
LIST = store.ListRow(
    "one", "dll_1", "Renewals", "q", "4001", "service", "preview", "draft", None, RULES, 1, 5, "u"
)
ENTRY = store.EntryRow(
    "one", "ent_1", "dll_1", "mark", b"x", "c-1", "CN", "Asia/Shanghai", EntryState.WAITING, 10, 0,
    None, None, "", None, False, "cbk", "i-1", None, 10,
)  # fmt: skip


@pytest.mark.parametrize("kind", BOTH)
async def test_both_databases_keep_the_same(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    def work(tx: Tx) -> None:
        assert store.put_list(tx, LIST)
        assert not store.put_list(tx, replace(LIST, id="dll_2"))
        assert store.put_list(tx, replace(LIST, tenant_id="two"))
        assert store.change_list(tx, "one", "dll_1", state="running", rules=RULES)
        (row,) = store.running(tx, "one")
        assert (row.version, row.rules) == (2, RULES)
        assert store.running(tx, "two") == []
        other = replace(ENTRY, id="ent_2", mark="other", due_at=20, customer_id=None)
        ended = replace(other, id="ent_3", mark="third", state=EntryState.ENDED)
        store.add_entries(tx, [ENTRY, other, replace(ended, outcome=Outcome.REACHED)])
        store.add_entries(tx, [replace(ENTRY, tenant_id="two")])
        assert [one.id for one in store.due(tx, "one", "dll_1", 20, 9)] == ["ent_1", "ent_2"]
        assert sorted(store.count(tx, "one", ["dll_1"])) == [
            ("dll_1", "ended", "reached", 1), ("dll_1", "waiting", "", 2),
        ]  # fmt: skip
        assert store.marks_of(tx, "one", "dll_1", ["mark", "none"]) == {"mark"}
        assert [one.id for one in store.unsettled(tx, "one", "dll_1", 9)] == ["ent_3"]
        assert store.put_off(tx, ENTRY, 99, "hours", "it is night") == 2
        assert store.due(tx, "one", "dll_1", 98, 9) == []
        assert store.due(tx, "two", "dll_1", 98, 9) != []
        asked = {"state": None, "outcome": None, "limit": 9}
        below = store.page_entries(tx, "one", "dll_1", **asked, before=(10, "ent_2"))
        assert [one.id for one in below] == ["ent_1"]
        assert store.drop_of_customer(tx, "one", "c-1") == 1
        store.drop_list(tx, "one", "dll_1")
        assert store.get_entry(tx, "one", "ent_2") is None
        assert store.get_entry(tx, "two", "ent_1") is not None

    async with opened(kind, tmp_path, request) as db:
        await db.write(work)
