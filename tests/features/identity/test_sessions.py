"""Signing in and out, by cookie and by token; what ends a session."""

import pytest

from tests.app.http.house import PASSWORD, House
from trunkline.features import identity
from trunkline.features.identity.door import IDLE_MS, LIFE_MS

HOUR = 3_600_000


async def test_a_token_signs_in_and_is_listed_as_the_current_session(house: House) -> None:
    reply = await house.ask("agent", "GET", "/sessions")
    [session] = reply.json()["items"]
    assert (session["kind"], session["current"]) == ("token", True)


async def test_a_cookie_is_bound_to_this_host_and_unreadable_to_scripts(house: House) -> None:
    async with house.client() as client:
        reply = await house.sign_in(client, "agent")
    cookie = reply.headers["set-cookie"]
    assert cookie.startswith("__Host-trunkline=")
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=lax", "Path=/"))
    assert "Domain" not in cookie
    assert set(reply.json()) == {"session_id", "expires_at", "csrf"}


@pytest.mark.parametrize(
    "claim",
    [
        {"username": "agent", "password": "wrong-wrong"},
        {"username": "nobody", "password": PASSWORD},
        {"username": "agent", "password": PASSWORD},  # in both tenants: which is meant?
        {"username": "agent", "password": PASSWORD, "tenant": "three"},
    ],
)
async def test_a_wrong_claim_is_refused_with_one_and_the_same_answer(
    house: House, claim: dict[str, str]
) -> None:
    async with house.client() as client:
        reply = await client.post("/api/v1/sessions", json=claim)
    assert (reply.status_code, reply.json()["code"]) == (401, "wrong_credentials")
    assert reply.headers["www-authenticate"] == "Bearer"


async def test_a_name_that_one_tenant_has_needs_no_organisation(house: House) -> None:
    new = {"username": "li.na", "display_name": "李娜", "password": PASSWORD}
    await house.ask("administrator", "POST", "/users", json=new)
    async with house.client() as client:
        reply = await client.post(
            "/api/v1/sessions", json={"username": "LI.NA", "password": PASSWORD, "kind": "token"}
        )
    assert reply.status_code == 201


async def test_signing_out_ends_the_session_at_once(house: House) -> None:
    async with await house.signed_in("agent") as client:
        assert (await client.delete("/api/v1/sessions/current")).status_code == 204
        assert (await client.get("/api/v1/sessions")).status_code == 401


async def test_another_session_of_ones_own_can_be_ended_but_not_anybody_elses(house: House) -> None:
    async with await house.signed_in("agent") as lost, await house.signed_in("agent") as client:
        [mine, other] = (await client.get("/api/v1/sessions")).json()["items"]
        assert (await client.delete(f"/api/v1/sessions/{other['id']}")).status_code == 204
        assert (await lost.get("/api/v1/sessions")).status_code == 401
    theirs = await house.ask("quality", "DELETE", f"/sessions/{mine['id']}")
    assert (theirs.status_code, theirs.json()["code"]) == (404, "session_unknown")


async def test_a_session_ends_when_it_is_idle(house: House) -> None:
    async with await house.signed_in("agent") as client:
        house.clock.advance(IDLE_MS)
        assert (await client.get("/api/v1/sessions")).status_code == 401


async def test_a_session_in_use_lives_on_until_its_last_hour(house: House) -> None:
    async with await house.signed_in("agent") as client:
        for _ in range(LIFE_MS // HOUR - 1):
            house.clock.advance(HOUR)
            assert (await client.get("/api/v1/sessions")).status_code == 200
        house.clock.advance(HOUR)
        assert (await client.get("/api/v1/sessions")).status_code == 401


async def test_the_oldest_session_ends_when_there_are_too_many(house: House) -> None:
    async with await house.signed_in("agent") as oldest:
        for _ in range(50):
            house.clock.advance(1)
            await (await house.signed_in("agent")).aclose()
        assert (await oldest.get("/api/v1/sessions")).status_code == 401


async def test_a_new_password_ends_the_other_sessions_only(house: House) -> None:
    new = "another-good-one"
    async with await house.signed_in("agent") as other, await house.signed_in("agent") as client:
        change = {"current": PASSWORD, "new": new}
        assert (await client.post("/api/v1/me/password", json=change)).status_code == 204
        assert (await client.get("/api/v1/sessions")).status_code == 200
        assert (await other.get("/api/v1/sessions")).status_code == 401
        old = await house.sign_in(client, "agent")
        assert old.status_code == 401
        assert (await house.sign_in(client, "agent", password=new)).status_code == 201


async def test_every_end_of_a_session_is_told(house: House) -> None:
    async with await house.signed_in("agent") as other, await house.signed_in("agent") as client:
        [current, ended] = (await client.get("/api/v1/sessions")).json()["items"]
        change = {"current": PASSWORD, "new": "another-good-one"}
        await client.post("/api/v1/me/password", json=change)
        assert (await other.get("/api/v1/sessions")).status_code == 401
        assert told(house) == [ended["id"]]
        path = f"/users/{house.user_id('agent')}"
        await house.ask("administrator", "PATCH", path, json={"active": False})
    assert told(house) == [ended["id"], current["id"]]


def told(house: House) -> list[str]:
    """The sessions whose end was told."""
    return [one.subject for one in house.rig.outbox.told if one.type == identity.SESSION_ENDED]


async def test_a_password_is_changed_only_by_who_knows_it(house: House) -> None:
    change = {"current": "a-guess", "new": "another-good-one"}
    async with await house.signed_in("agent") as client:
        replies = [await client.post("/api/v1/me/password", json=change) for _ in range(7)]
    assert [reply.status_code for reply in replies] == [403] * 6 + [429]


async def test_guessing_makes_wait_longer_and_longer(house: House) -> None:
    async with house.client() as client:
        for _ in range(6):
            assert (await house.sign_in(client, "agent", password="wrong-wrong")).status_code == 401
        blocked = await house.sign_in(client, "agent")
        assert (blocked.status_code, blocked.json()["code"]) == (429, "too_many_attempts")
        assert blocked.headers["retry-after"] == "2"
        house.clock.advance(2000)
        assert (await house.sign_in(client, "agent")).status_code == 201


async def test_sign_ins_and_refusals_are_written_down(house: House) -> None:
    async with house.client() as client:
        await house.sign_in(client, "agent", password="wrong-wrong")
        await house.sign_in(client, "agent")
    assert house.acts()[-2:] == ["sessions.refused", "sessions.opened"]


async def test_a_role_ends_when_it_expires(house: House) -> None:
    until = "2026-11-21T13:00:00Z"
    new = {
        "username": "ernst",
        "display_name": "Ernst & Old",
        "password": PASSWORD,
        "roles": [{"role": "auditor", "expires_at": until}],
    }
    await house.ask("administrator", "POST", "/users", json=new)
    async with await house.signed_in("ernst") as client:
        assert (await client.get("/api/v1/audit")).status_code == 200
        house.clock.advance(HOUR)
        assert (await client.get("/api/v1/audit")).status_code == 403
