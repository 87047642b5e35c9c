"""Many who make tickets at once, on both databases: no gap, no double, one a call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.features.both import BOTH, AnyDatabase, opened
from tests.tools.rig import Rig
from trunkline.features import tickets
from trunkline.features.tenancy import Principal
from trunkline.features.tickets import Call, Choice, Draft, Writing, service, store
from trunkline.ports.database import Priority, Tx

MAKERS = 24
TENANTS = ("one", "two")


class ChangedMind(Exception):
    """The transaction is rolled back after the number was drawn."""


@pytest.fixture(params=BOTH)
async def db(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AnyDatabase]:
    async with opened(request.param, tmp_path, request) as database:
        yield database


@pytest.fixture
def rig(db: AnyDatabase) -> Rig:
    return Rig(tickets.router, db=db)


async def make(rig: Rig, tenant: str, turn: int) -> None:
    def work(tx: Tx) -> None:
        service.create(Writing(tx, rig.platform, Principal(tenant, "ann")), Draft(f"No. {turn}"))
        if turn % 4 == 0:
            raise ChangedMind

    with suppress(ChangedMind):
        await rig.platform.db.write(work)


async def test_numbers_drawn_at_once_have_no_gap_and_no_double(rig: Rig) -> None:
    turns = [(tenant, turn) for turn in range(MAKERS) for tenant in TENANTS]
    await asyncio.gather(*(make(rig, tenant, turn) for tenant, turn in turns))
    kept = MAKERS - MAKERS // 4
    for tenant in TENANTS:
        rows = await rig.platform.db.read(
            lambda tx, t=tenant: store.page(tx, t, store.Wanted(), MAKERS)
        )
        assert [row.number for row in reversed(rows)] == list(range(1001, 1001 + kept))


async def test_a_call_gets_one_ticket_however_many_ask_at_once(rig: Rig) -> None:
    call = Call("call-1", None, "system")

    async def ask(turn: int) -> str | None:
        def work(tx: Tx) -> str | None:
            if turn % 2:
                return tickets.ensure_for_interaction(tx, rig.platform, "one", call)
            chosen = Choice("new", title="Refund")
            return tickets.from_wrap_up(tx, rig.platform, "one", call, chosen)

        # A wrap-up stands in its cell's transaction, other requests do not.
        priority = Priority.NORMAL if turn % 2 else Priority.CELL
        return await rig.platform.db.write(work, priority=priority)

    made = await asyncio.gather(*(ask(turn) for turn in range(8)))
    assert len(set(made)) == 1
    rows = await rig.platform.db.read(lambda tx: store.page(tx, "one", store.Wanted(), 9))
    assert [row.id for row in rows] == [made[0]]
    assert await rig.platform.db.read(lambda tx: store.page(tx, "two", store.Wanted(), 9)) == []


async def test_of_two_who_change_the_same_version_one_is_told_so(rig: Rig) -> None:
    await make(rig, "one", 1)
    [row] = await rig.platform.db.read(lambda tx: store.page(tx, "one", store.Wanted(), 1))
    async with rig.as_("one") as client:
        replies = await asyncio.gather(
            *(
                client.patch(
                    f"/tickets/{row.id}", json={"impact": impact}, headers={"If-Match": '"1"'}
                )
                for impact in (1, 2)
            )
        )
    assert sorted(reply.status_code for reply in replies) == [200, 412]


async def test_lists_scopes_and_notes_read_alike_on_both(rig: Rig) -> None:
    await make(rig, "one", 1)
    await make(rig, "two", 2)
    async with rig.as_("one") as client:
        [item] = (await client.get("/tickets", params={"status": "open", "q": "T-1001"})).json()[
            "items"
        ]
        for text in ("一", "two"):
            noted = await client.post(f"/tickets/{item['id']}/notes", json={"text": text})
    assert [note["text"] for note in noted.json()["notes"]] == ["一", "two"]
