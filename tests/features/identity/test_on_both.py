"""What only a real database shows: order and search of names, and many who write at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.app.http.house import House
from tests.features.both import BOTH, AnyDatabase, opened
from tests.tools.rig import MemoryDatabase
from trunkline.features import audit
from trunkline.features.tenancy import Principal
from trunkline.ports.database import Tx


@pytest.fixture(params=BOTH)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AnyDatabase]:
    async with opened(request.param, tmp_path, request) as found:
        yield found


async def test_users_sign_in_are_listed_and_found(database: AnyDatabase) -> None:
    house = House(db=MemoryDatabase(database.engine))
    new = {"username": "Li.Na", "display_name": "李娜_1", "roles": [{"role": "agent"}]}
    made = await house.ask("administrator", "POST", "/users", json=new)
    assert made.status_code == 201
    async with await house.signed_in("administrator") as client:
        first = (await client.get("/api/v1/users?limit=4")).json()
        rest = (await client.get(f"/api/v1/users?cursor={first['next']}")).json()
        assert len({user["id"] for user in first["items"] + rest["items"]}) == 7
        for q in ("li.n", "李娜_"):
            [found] = (await client.get("/api/v1/users", params={"q": q})).json()["items"]
            assert found["username"] == "Li.Na"
        gone = await client.delete(f"/api/v1/users/{made.json()['id']}")
        assert gone.status_code == 204
        assert (await client.get("/api/v1/audit/verification")).json()["valid"] is True
    house.close()


async def test_a_chain_stays_whole_when_many_write_at_once(database: AnyDatabase) -> None:
    tenants = ("one", "two")

    def begin(tx: Tx) -> None:
        for tenant in tenants:
            audit.record(tx, Principal(tenant, audit.SYSTEM), "tenants.created", tenant, at=0)

    def act(tx: Tx, tenant: str, number: int) -> None:
        audit.record(tx, Principal(tenant, f"usr_{number}"), "things.done", "x", at=number)

    await database.write(begin)
    async with asyncio.TaskGroup() as group:
        for number in range(40):
            tenant = tenants[number % 2]
            work = database.write(lambda tx, t=tenant, n=number: act(tx, t, n))
            group.create_task(work)
    for tenant in tenants:
        verdict = await database.read(lambda tx, t=tenant: audit.verify(tx, t))
        assert (verdict.entries, verdict.broken_at) == (21, None)
