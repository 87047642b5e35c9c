"""Every route names who may, and the door holds it for every role."""

from collections.abc import Iterator

import pytest

from tests.app.http.house import House
from trunkline.app.factory import routers
from trunkline.app.http.routes import Endpoint, endpoints
from trunkline.features import desk
from trunkline.features.tenancy import PERMISSIONS, PUBLIC, ROLES

NOBODY_NEEDS_A_NAME_FOR = {
    "/healthz",
    "/readyz",
    "/metrics",
    "/api/v1/system",
    "/api/v1/sessions",
    "/api/v1/setup/claim",
    "/api/v1/guest/numbers",
    "/api/v1/guest/calls",
    "/api/v1/guest/showing",
    "/api/v1/guest/files",
    "/api/v1/guest/files/{file_id}",
}


@pytest.fixture(scope="module")
def full() -> Iterator[House]:
    """The house with every feature's routes."""
    house = House(*routers())
    house.app.state.walls = desk.Walls(house.clock)
    yield house
    house.close()


def test_every_route_names_exactly_one_permission_that_exists(full: House) -> None:
    wrong = {
        f"{endpoint.methods or 'WS'} {endpoint.path}": endpoint.permissions
        for endpoint in endpoints(full.app)
        if len(endpoint.permissions) != 1 or endpoint.permissions[0] not in {*PERMISSIONS, PUBLIC}
    }
    assert wrong == {}


def test_what_anybody_may_is_a_short_list(full: House) -> None:
    open_to_all = {e.path for e in endpoints(full.app) if e.permissions == (PUBLIC,)}
    assert open_to_all <= NOBODY_NEEDS_A_NAME_FOR


def test_every_permission_is_asked_for_somewhere_or_in_reach(full: House) -> None:
    """A permission that no route asks for is asked for within a reply, and is listed here."""
    asked = {name for endpoint in endpoints(full.app) for name in endpoint.permissions}
    within = {"customers.read_pii"}
    later = {"flows.write", "calls.guest"}
    assert PERMISSIONS.keys() - asked <= within | later


@pytest.mark.parametrize("role", [*ROLES, None])
async def test_a_route_lets_in_who_may_and_nobody_else(full: House, role: str | None) -> None:
    """Lacking the permission is said before anything about the request itself."""
    held = set(ROLES[role].permissions) if role else set()
    client = await full.signed_in(role) if role else full.client()
    async with client:
        wrong = [
            f"{method} {endpoint.path}: {reply.status_code}"
            for endpoint, method in _asked(full)
            if endpoint.permissions[0] not in held
            for reply in [await client.request(method, _somewhere(endpoint.path))]
            if (reply.status_code, reply.json()["code"])
            != ((403, "forbidden") if role else (401, "not_signed_in"))
        ]
    assert wrong == []


def _asked(house: House) -> Iterator[tuple[Endpoint, str]]:
    for endpoint in endpoints(house.app):
        if endpoint.permissions != (PUBLIC,):
            yield from ((endpoint, method) for method in endpoint.methods)


def _somewhere(path: str) -> str:
    return "/".join("gone" if part.startswith("{") else part for part in path.split("/"))
