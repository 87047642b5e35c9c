"""Nothing of one tenant is ever shown to another: every route that reads is asked across them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.e2e.served import Served, served
from trunkline.app.http.routes import endpoints
from trunkline.features import audit, identity
from trunkline.features.identity import NewUser, Passwords, RoleHeld
from trunkline.features.tenancy import PUBLIC, Principal
from trunkline.ports.database import Tx

PASSWORD = "trunkline-demo"
API = "/api/v1"
ID = re.compile(r"[a-z]{2,4}_[0-9A-HJKMNP-TV-Z]{26}(?:-[0-9]+)*")
WITHIN_S = 10.0
DAY = {"from": "2026-01-01T00:00:00Z", "to": "2026-01-02T00:00:00Z"}
"""What some routes must be asked for; others pass over it."""
SAID_ONCE = {f"{API}/me/softphone"}
"""Answers only who has a device of his own: nothing to compare."""


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("apart")) as running:
        hashed = Passwords().hash_now(PASSWORD)
        running.write(lambda tx: _second_tenant(tx, running, hashed))
        yield running


@pytest.fixture(scope="module")
def ours(node: Served) -> Iterator[httpx.Client]:
    """The administrator of the demo, in whose tenant calls are under way."""
    with signed_in(node, "admin") as client:
        _until(lambda: client.get(f"{API}/interactions").json()["items"])
        ticket = {"title": "The line is dead", "class": "technical", "impact": 2, "urgency": 2}
        assert client.post(f"{API}/tickets", json=ticket).status_code == 201
        key = {"name": "report", "permissions": ["me.use"]}
        assert client.post(f"{API}/api-keys", json=key).status_code == 201
        yield client


@pytest.fixture(scope="module")
def theirs(node: Served) -> Iterator[httpx.Client]:
    """The administrator of the other tenant."""
    with signed_in(node, "stranger") as client:
        _until(lambda: client.get(f"{API}/interactions").status_code == 200)
        yield client


def test_no_list_shows_anything_of_another_tenant(
    node: Served, ours: httpx.Client, theirs: httpx.Client
) -> None:
    known, asked = ids_of(node, ours), 0
    for path in lists(node):
        reply = theirs.get(path)
        assert reply.status_code < 500, (path, reply.text)
        shown = known & set(ID.findall(reply.text))
        assert not shown, (path, shown)
        asked += reply.status_code == 200
    assert len(known) > 50
    assert asked > 20


def test_a_thing_of_another_tenant_does_not_exist(
    node: Served, ours: httpx.Client, theirs: httpx.Client
) -> None:
    """Every reading route with one id is asked with every id of that kind that there is."""
    found = 0
    for path in things(node):
        prefix, _, rest = path.partition("{")
        for known in _known(ours, prefix.rstrip("/"), rest.partition("}")[0]):
            concrete = f"{prefix}{known}{rest.partition('}')[2]}"
            found += ours.get(concrete, params=DAY).status_code == 200
            reply = theirs.get(concrete, params=DAY)
            assert reply.status_code in (403, 404), (concrete, reply.status_code, reply.text[:200])
    assert found > 30


def lists(node: Served) -> list[str]:
    """Reading routes without an id."""
    return [path for path in _readable(node) if "{" not in path and path not in SAID_ONCE]


def things(node: Served) -> list[str]:
    """Reading routes with one id."""
    return [path for path in _readable(node) if path.count("{") == 1]


def ids_of(node: Served, client: httpx.Client) -> set[str]:
    """Every id that this tenant is shown."""
    return {found for path in lists(node) for found in ID.findall(client.get(path).text)}


def signed_in(node: Served, username: str) -> httpx.Client:
    login = {"username": username, "password": PASSWORD, "kind": "token"}
    token = httpx.post(f"{node.url}{API}/sessions", json=login).json()["token"]
    return httpx.Client(base_url=node.url, headers={"Authorization": f"Bearer {token}"})


def _readable(node: Served) -> list[str]:
    return [
        endpoint.path
        for endpoint in endpoints(node.app)
        if "GET" in endpoint.methods and endpoint.permissions != (PUBLIC,)
    ]


def _known(client: httpx.Client, path: str, parameter: str) -> list[str]:
    """Ids of what a list holds, or what numbers it; names are free in each tenant."""
    reply: Any = client.get(path)
    items = reply.json().get("items", []) if reply.status_code == 200 else []
    return [str(item["id"] if "id" in item else item[parameter]) for item in items[:3]]


def _second_tenant(tx: Tx, node: Served, hashed: str) -> None:
    tenant = identity.add_tenant(tx, node.node.platform, "Strangers", "strangers", "en")
    system = Principal(tenant.tenant_id, audit.SYSTEM)
    new = NewUser("stranger", "A stranger", hashed, (RoleHeld("administrator"),))
    identity.add_user(tx, node.node.platform, system, new)


def _until(condition: Any) -> None:
    end = time.monotonic() + WITHIN_S
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)
