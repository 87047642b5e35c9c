"""`/sip`: who may speak there, and that it ends with the session."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from tests.features.desk.house import PASSWORD, Desk, until
from tests.features.desk.sockets import opened

OWN = {"host": "localhost", "origin": "http://localhost"}


@pytest.fixture
async def engine(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    """A desk with something behind `/sip` that listens and says nothing."""

    async def listen(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=("sip",))
        await socket.prepare(request)
        async for _ in socket:
            pass
        return socket

    app = web.Application()
    app.router.add_get("/ws", listen)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    monkeypatch.setattr(desk.node.telephony, "edge", desk.edge)
    monkeypatch.setattr(desk.node.telephony, "http_port", runner.addresses[0][1])
    yield desk
    monkeypatch.undo()
    await runner.cleanup()


async def test_a_session_that_ended_is_cut_off_and_its_account_is_dropped(engine: Desk) -> None:
    async with engine.as_("agent1") as client, engine.as_("agent1", "two") as namesake:
        for page in (client, namesake):
            assert (await page.get("/me/softphone")).status_code == 200
        mine, theirs = [await engine.token("agent1", tenant) for tenant in ("demo", "two")]
        async with (
            opened(engine.app, "/sip", "", f"Bearer {mine}", **OWN) as line,
            opened(engine.app, "/sip", "", f"Bearer {theirs}", **OWN) as other,
        ):
            assert (line.status, other.status) == (101, 101)
            assert (await client.delete("/sessions/current")).status_code == 204
            await until(lambda: line.closed is not None)
            await until(lambda: "agent1-web" not in engine.edge.accounts)
            assert (line.closed, other.closed) == (1008, None)
    assert "agent1-two-web" in engine.edge.accounts


async def test_an_account_that_another_page_uses_stays(engine: Desk) -> None:
    async with engine.as_("agent1") as client:
        await client.get("/me/softphone")
        body = {"username": "agent1", "password": PASSWORD, "tenant": "demo", "kind": "token"}
        second = (await client.post("/sessions", json=body)).json()["token"]
        first = await engine.token("agent1")
        async with (
            opened(engine.app, "/sip", "", f"Bearer {first}", **OWN) as line,
            opened(engine.app, "/sip", "", f"Bearer {second}", **OWN) as other,
        ):
            await client.delete("/sessions/current")
            await until(lambda: line.closed is not None)
            assert other.closed is None
    assert "agent1-web" in engine.edge.accounts


async def test_strangers_and_foreign_pages_do_not_get_through(engine: Desk) -> None:
    token, seen = f"Bearer {await engine.token('agent1')}", []
    foreign = {**OWN, "origin": "http://evil.example"}
    for who, headers in ((None, OWN), (token, foreign)):
        async with opened(engine.app, "/sip", "", who, **headers) as socket:
            seen.append(socket.status)
    assert 101 not in seen
