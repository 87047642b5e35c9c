"""Who asks, proven: cookies with a CSRF token, WebSockets with our Origin, hosts of our own."""

from typing import Any

import httpx
import pytest
from fastapi import APIRouter, WebSocket

from tests.app.http.house import House
from trunkline.features import audit, identity
from trunkline.features.identity import COOKIE
from trunkline.features.tenancy import Principal, permit

router = APIRouter()


@router.websocket("/echo")
async def echo(socket: WebSocket, principal: Principal = permit("me.use")) -> None:
    await socket.accept()
    await socket.send_text(principal.user_id)
    await socket.close()


async def with_cookie(house: House, client: httpx.AsyncClient) -> tuple[dict[str, str], str]:
    """The headers of a browser that is signed in, and its CSRF token."""
    reply = await house.sign_in(client, "administrator")
    secret = reply.cookies[COOKIE]
    return {"Cookie": f"{COOKIE}={secret}"}, reply.json()["csrf"]


async def test_a_cookie_reads_by_itself_and_writes_with_the_csrf_token(house: House) -> None:
    async with house.client() as client:
        cookie, csrf = await with_cookie(house, client)
        assert (await client.get("/api/v1/users", headers=cookie)).status_code == 200
        bare = await client.post("/api/v1/teams", json={"name": "A"}, headers=cookie)
        assert (bare.status_code, bare.json()["code"]) == (403, "csrf_token_wrong")
        proof = {**cookie, "X-CSRF-Token": csrf}
        assert (
            await client.post("/api/v1/teams", json={"name": "A"}, headers=proof)
        ).status_code == 201
        wrong = {**cookie, "X-CSRF-Token": "0" * 64}
        assert (
            await client.post("/api/v1/teams", json={"name": "B"}, headers=wrong)
        ).status_code == 403


async def test_another_sites_page_can_write_nothing_nor_sign_anybody_in(house: House) -> None:
    async with house.client(Origin="https://evil.example") as client:
        reply = await house.sign_in(client, "agent")
    assert (reply.status_code, reply.json()["code"]) == (403, "origin_foreign")


async def test_our_own_page_signs_in(house: House) -> None:
    async with house.client(Origin="http://localhost") as client:
        assert (await house.sign_in(client, "agent")).status_code == 201


async def test_a_program_with_a_token_needs_no_origin(house: House) -> None:
    async with await house.signed_in("administrator") as client:
        made = await client.post(
            "/api/v1/teams", json={"name": "A"}, headers={"Origin": "https://intranet.example"}
        )
    assert made.status_code == 201


async def test_an_installation_on_loopback_answers_to_its_own_names_only(house: House) -> None:
    async with house.client(Host="evil.example") as client:
        reply = await client.get("/api/v1/users")
        assert (reply.status_code, reply.json()["code"]) == (421, "host_unknown")
    for host in ("localhost:8080", "127.0.0.1", "[::1]:8080"):
        async with house.client(Host=host) as client:
            assert (await client.get("/healthz")).status_code == 200


@pytest.mark.parametrize(
    "authorization", ["Bearer nonsense", "Bearer tlk_nonsense", "Basic YTpi", "Bearer "]
)
async def test_a_credential_that_is_none_signs_nobody_in(house: House, authorization: str) -> None:
    async with house.client(Authorization=authorization) as client:
        assert (await client.get("/api/v1/users")).status_code == 401


async def socket(house: House, headers: dict[str, str]) -> list[dict[str, Any]]:
    """What a WebSocket to `/echo` is sent."""
    sent: list[dict[str, Any]] = []
    coming = [{"type": "websocket.connect"}]
    scope = {
        "type": "websocket",
        "path": "/api/v1/echo",
        "raw_path": b"/api/v1/echo",
        "query_string": b"",
        "root_path": "",
        "scheme": "ws",
        "subprotocols": [],
        "extensions": {"websocket.http.response": {}},
        "headers": [
            (k.lower().encode(), v.encode()) for k, v in {"Host": "localhost", **headers}.items()
        ],
    }

    async def receive() -> dict[str, Any]:
        return coming.pop(0) if coming else {"type": "websocket.disconnect", "code": 1000}

    async def send(message: Any) -> None:
        sent.append(message)

    await house.app(scope, receive, send)
    return sent


@pytest.fixture
def talking() -> House:
    return House(router, identity.router, audit.router)


async def test_a_websocket_with_a_cookie_comes_from_our_own_page(talking: House) -> None:
    async with talking.client() as client:
        cookie, _ = await with_cookie(talking, client)
    own = await socket(talking, {**cookie, "Origin": "http://localhost"})
    assert own[0]["type"] == "websocket.accept"
    assert own[1]["text"] == talking.user_id("administrator")
    for origin in ({"Origin": "http://evil.example"}, {}):
        foreign = await socket(talking, {**cookie, **origin})
        assert (foreign[0]["type"], foreign[0]["status"]) == ("websocket.http.response.start", 403)


async def test_a_websocket_of_nobody_is_denied_with_a_problem(talking: House) -> None:
    sent = await socket(talking, {"Origin": "http://localhost"})
    assert sent[0]["status"] == 401
    assert b"not_signed_in" in sent[1]["body"]
    talking.close()


async def test_a_websocket_where_nothing_is_is_closed(house: House) -> None:
    sent = await socket(house, {})
    assert sent[0]["type"] == "websocket.close"
