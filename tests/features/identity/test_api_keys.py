"""API keys: no more than their maker, no longer than they say, gone when revoked."""

from typing import Any

import httpx

from tests.app.http.house import House


async def key(house: House, *permissions: str, **more: Any) -> dict[str, Any]:
    body = {"name": "report", "permissions": list(permissions), **more}
    reply = await house.ask("administrator", "POST", "/api-keys", json=body)
    assert reply.status_code == 201, reply.text
    return dict(reply.json())


def holder(house: House, made: dict[str, Any]) -> httpx.AsyncClient:
    return house.client(Authorization=f"Bearer {made['key']}")


async def test_a_key_may_what_it_names_and_nothing_else(house: House) -> None:
    async with holder(house, await key(house, "users.read")) as client:
        assert (await client.get("/api/v1/users")).status_code == 200
        assert (await client.get("/api/v1/audit")).status_code == 403
        assert (await client.get("/api/v1/sessions")).status_code == 403


async def test_a_secret_is_shown_once_and_its_beginning_always(house: House) -> None:
    made = await key(house, "users.read")
    [shown] = (await house.ask("administrator", "GET", "/api-keys")).json()["items"]
    assert made["key"].startswith(shown["shown"])
    assert "key" not in shown
    assert shown["used_at"] is None


async def test_a_key_may_no_more_than_its_maker(house: House) -> None:
    body = {"name": "greedy", "permissions": ["coffee.brew"]}
    reply = await house.ask("administrator", "POST", "/api-keys", json=body)
    assert (reply.status_code, reply.json()["code"]) == (403, "beyond_own_permissions")


async def test_a_key_ends_when_it_expires_or_is_revoked(house: House) -> None:
    short = await key(house, "users.read", expires_at="2026-11-21T12:30:00Z")
    long = await key(house, "users.read")
    async with holder(house, short) as expiring, holder(house, long) as revoked:
        assert (await expiring.get("/api/v1/users")).status_code == 200
        house.clock.advance(1_800_000)
        assert (await expiring.get("/api/v1/users")).status_code == 401
        assert (await revoked.get("/api/v1/users")).status_code == 200
        await house.ask("administrator", "DELETE", f"/api-keys/{long['id']}")
        assert (await revoked.get("/api/v1/users")).status_code == 401


async def test_a_key_that_would_have_expired_is_not_made(house: House) -> None:
    body = {"name": "old", "permissions": ["users.read"], "expires_at": "2020-01-01T00:00:00Z"}
    reply = await house.ask("administrator", "POST", "/api-keys", json=body)
    assert (reply.status_code, reply.json()["code"]) == (422, "expiry_in_the_past")


async def test_a_key_ends_with_its_maker(house: House) -> None:
    boss = {"username": "boss", "display_name": "Boss", "roles": [{"role": "administrator"}]}
    made = await key(house, "users.read")
    await house.ask("administrator", "POST", "/users", json={**boss, "password": "boss-password"})
    async with holder(house, made) as client, house.client() as other:
        login = {"username": "boss", "password": "boss-password", "kind": "token"}
        token = (await other.post("/api/v1/sessions", json=login)).json()["token"]
        await other.delete(
            f"/api/v1/users/{house.user_id('administrator')}",
            headers={"Authorization": f"Bearer {token}"},
        )
        assert (await client.get("/api/v1/users")).status_code == 401


async def test_another_tenants_keys_are_neither_seen_nor_revoked(house: House) -> None:
    made = await key(house, "users.read")
    theirs = await house.ask("administrator", "DELETE", f"/api-keys/{made['id']}", "two")
    assert (theirs.status_code, theirs.json()["code"]) == (404, "api_key_unknown")
    seen = await house.ask("administrator", "GET", "/api-keys", "two")
    assert seen.json()["items"] == []
