"""The one-time link of a first start."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.app.http.house import House
from trunkline.features import identity, queues, setup
from trunkline.features.tenancy import tenants

CLAIM = {"organisation": "Blue River 公司", "username": "founder", "password": "first-of-them-all"}


@pytest.fixture
def house() -> Iterator[House]:
    opened = House(identity.router, setup.router, queues.router)
    yield opened
    opened.close()


@pytest.fixture
def empty(house: House) -> House:
    house.rig.db.do(lambda tx: tx.execute(tenants.delete()))
    return house


def link(house: House) -> str | None:
    now = house.clock.now_ms()
    return house.rig.db.do(lambda tx: identity.open_setup(tx, now))


async def claim(house: House, token: Any, **changes: str) -> tuple[int, dict[str, Any]]:
    async with house.client() as client:
        body = {**CLAIM, "token": token, **changes}
        reply = await client.post("/api/v1/setup/claim", json=body)
    return reply.status_code, reply.json()


async def test_the_link_makes_the_tenant_and_its_administrator(empty: House) -> None:
    status, told = await claim(empty, link(empty))
    assert (status, told["tenant"], told["username"]) == (201, "blue-river", "founder")
    async with empty.client() as client:
        login = {"username": "founder", "password": CLAIM["password"], "kind": "token"}
        token = (await client.post("/api/v1/sessions", json=login)).json()["token"]
        me = {"Authorization": f"Bearer {token}"}
        [user] = (await client.get("/api/v1/users", headers=me)).json()["items"]
    assert user["roles"][0]["role"] == "administrator"


async def test_a_new_tenant_can_wrap_up_its_first_call(empty: House) -> None:
    await claim(empty, link(empty))
    async with empty.client() as client:
        login = {"username": "founder", "password": CLAIM["password"], "kind": "token"}
        token = (await client.post("/api/v1/sessions", json=login)).json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        made = (await client.post("/api/v1/queues", json={"name": "support"})).json()
        choice = (await client.get(f"/api/v1/queues/{made['id']}/dispositions")).json()
        reasons = (await client.get("/api/v1/reasons")).json()["items"]
    assert made["disposition_required"]
    assert len(choice["top"]) == 5
    assert {"break", "lunch"} <= {reason["code"] for reason in reasons}


async def test_a_link_works_once(empty: House) -> None:
    token = link(empty)
    await claim(empty, token)
    status, told = await claim(empty, token)
    assert (status, told["code"]) == (403, "setup_link_invalid")
    assert link(empty) is None


async def test_only_the_newest_link_works_and_only_for_a_day(empty: House) -> None:
    old, new = link(empty), link(empty)
    assert (await claim(empty, old))[0] == 403
    empty.clock.advance(24 * 3_600_000)
    assert (await claim(empty, new))[0] == 403


async def test_there_is_no_link_where_there_is_a_tenant(house: House) -> None:
    assert link(house) is None
    assert (await claim(house, "guess"))[0] == 403


@pytest.mark.parametrize(
    ("name", "slug"), [("Blue River Ltd.", "blue-river-ltd"), ("蓝河公司", "main"), ("--", "main")]
)
def test_an_organisations_word_is_made_of_its_name(name: str, slug: str) -> None:
    assert identity.slug_of(name) == slug
