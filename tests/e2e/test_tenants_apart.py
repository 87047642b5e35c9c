"""Nothing of one tenant, or of another team, is shown: every route that reads is asked across."""

from __future__ import annotations

import re
import time
from collections.abc import Container, Iterator
from typing import Any

import httpx
import pytest

from tests.e2e.at_work import days_ahead
from tests.e2e.served import Served, served
from trunkline.app.http.routes import endpoints
from trunkline.features import alerts, audit, identity
from trunkline.features.desk.voicemails import store as voicemails
from trunkline.features.identity import NewUser, Passwords, RoleHeld
from trunkline.features.simulations import store as simulations
from trunkline.features.tenancy import PUBLIC, ROLES, Principal, Scope
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


@pytest.fixture(scope="module")
def north(node: Served, ours: httpx.Client) -> dict[str, set[str]]:
    """Ids of all that is of the team `north`, by the path of its kind; `south` leads another."""
    teams = {name: _made(ours, "teams", {"name": name}) for name in ("north", "south")}
    leader = {"username": "south", "display_name": "South", "password": PASSWORD}
    leads = {"team_id": teams["south"], "roles": [{"role": "supervisor"}]}
    found = {kind: set(_ids(ours, kind)) for kind in ("queues", "customers", "agents")}
    found["users"] = set(found["agents"])
    _made(ours, "users", leader | leads)
    for kind in ("queues", "customers", "users"):
        for one in found[kind]:
            reply = ours.patch(f"{API}/{kind}/{one}", json={"team_id": teams["north"]})
            assert reply.status_code == 200, reply.text
    found |= _talked(node, ours) | _left(node, ours, queue=min(found["queues"]))
    called = ours.get(f"{API}/interactions", params={"limit": 100}).json()["items"]
    found["interactions"] = {one["id"] for one in called if one["queue"]}
    return found


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


def test_what_reaches_ones_team_shows_nothing_of_another(
    node: Served, ours: httpx.Client, north: dict[str, set[str]]
) -> None:
    """A supervisor of another team asks all that supervisors are permitted for their teams."""
    reach = ROLES["supervisor"].permissions
    led = {name for name, scope in reach.items() if scope is Scope.TEAM}
    theirs = set().union(*north.values())
    asked, refused = 0, 0
    with signed_in(node, "south") as south:
        for path in lists(node, led):
            reply = south.get(path, params=DAY if "summary" in path else {})
            shown = theirs & set(ID.findall(reply.text))
            assert not shown, (path, shown)
            asked += reply.status_code == 200
        for path in things(node, led):
            prefix, _, rest = path.partition("{")
            for known in sorted(north[prefix.removeprefix(f"{API}/").rstrip("/")])[:2]:
                concrete = f"{prefix}{known}{rest.partition('}')[2]}"
                reply = south.get(concrete, params=DAY)
                assert reply.status_code == 404, (concrete, reply.status_code, reply.text[:200])
                refused += ours.get(concrete, params=DAY).status_code == 200
    assert asked > 8
    assert refused > 20


def lists(node: Served, permitted: Container[str] | None = None) -> list[str]:
    """Reading routes without an id."""
    found = _readable(node, permitted)
    return [path for path in found if "{" not in path and path not in SAID_ONCE]


def things(node: Served, permitted: Container[str] | None = None) -> list[str]:
    """Reading routes with one id."""
    return [path for path in _readable(node, permitted) if path.count("{") == 1]


def ids_of(node: Served, client: httpx.Client) -> set[str]:
    """Every id that this tenant is shown."""
    return {found for path in lists(node) for found in ID.findall(client.get(path).text)}


def signed_in(node: Served, username: str) -> httpx.Client:
    login = {"username": username, "password": PASSWORD, "kind": "token"}
    token = httpx.post(f"{node.url}{API}/sessions", json=login).json()["token"]
    return httpx.Client(base_url=node.url, headers={"Authorization": f"Bearer {token}"})


def _readable(node: Served, permitted: Container[str] | None = None) -> list[str]:
    """Reading routes; with `permitted` those that ask for one of these permissions."""
    return [
        endpoint.path
        for endpoint in endpoints(node.app)
        if "GET" in endpoint.methods
        and endpoint.permissions != (PUBLIC,)
        and (permitted is None or endpoint.permissions[0] in permitted)
    ]


def _known(client: httpx.Client, path: str, parameter: str) -> list[str]:
    """Ids of what a list holds, or what numbers it; names are free in each tenant."""
    reply: Any = client.get(path)
    items = reply.json().get("items", []) if reply.status_code == 200 else []
    return [str(item["id"] if "id" in item else item[parameter]) for item in items[:3]]


def _made(client: httpx.Client, kind: str, body: dict[str, Any]) -> str:
    reply = client.post(f"{API}/{kind}", json=body)
    assert reply.status_code == 201, reply.text
    return str(reply.json()["id"])


def _ids(client: httpx.Client, kind: str) -> list[str]:
    items = client.get(f"{API}/{kind}", params={"limit": 100}).json()["items"]
    return [one["id"] for one in items]


def _talked(node: Served, ours: httpx.Client) -> dict[str, set[str]]:
    """An agent is offered a call, talks, and is recorded."""
    node.edge.register("agent1")
    with signed_in(node, "agent1") as agent:
        agent.put(f"{API}/me/device", json={"kind": "sip"})
        agent.put(f"{API}/me/state", json={"state": "ready"})
        _until(lambda: (agent.get(f"{API}/me").json()["work"] or {}).get("kind") == "segment")
        call = agent.get(f"{API}/me").json()["work"]["interaction_id"]
        page = f"{API}/interactions/{call}"
        _until(lambda: ours.get(page).json()["recordings"])
    kept = ours.get(page).json()
    return {kind: {one["id"] for one in kept[kind]} for kind in ("offers", "recordings")}


def _left(node: Served, ours: httpx.Client, queue: str) -> dict[str, set[str]]:
    """A message, an alert, a callback and a promise of its queue, and a day that was simulated."""
    platform, tenant_id = node.node.platform, ours.get(f"{API}/me").json()["tenant"]["id"]
    now = platform.clock.now_ms()
    alert, message, played = (f"{kind}_{'0' * 26}" for kind in ("alt", "rec", "sim"))
    call = _ids(ours, "interactions")[0]

    def work(tx: Tx) -> None:
        row = alerts.AlertRow(tenant_id, alert, alerts.Kind.UNANSWERED.value, "x", queue, 3, now)
        alerts.raise_alert(tx, platform.outbox, row)
        kept = voicemails.VoicemailRow(tenant_id, message, call, queue, None, 4_000, now)
        voicemails.add(tx, kept)
        asked = simulations.SimulationRow(tenant_id, played, "done", 0, 1, {}, now, "usr_1")
        simulations.add(tx, asked)

    node.write(work)
    whom = {"phone": "+8613900012345", "queue": queue}
    promise = whom | {"channel": "email", "due_at": days_ahead(3)}
    return {
        "alerts": {alert},
        "voicemails": {message},
        "policies/simulations": {played},
        "callbacks": {_made(ours, "callbacks", whom)},
        "promises": {_made(ours, "promises", promise)},
    }


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
