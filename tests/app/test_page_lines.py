"""The pages' lines: who may speak there, and that they end with the session."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from aiohttp import web

from tests.features.desk.house import PASSWORD, Desk, until
from tests.features.desk.sockets import opened
from trunkline.adapters.edge.asterisk.sip_proxy import proxy_sip
from trunkline.adapters.edge.embedded.edge import KIND
from trunkline.adapters.edge.embedded.page_proxy import proxy_page
from trunkline.adapters.edge.embedded.process import EngineProcess
from trunkline.adapters.edge.embedded.settings import EmbeddedSettings
from trunkline.app.engine import alone
from trunkline.ports.edge import Account, EdgeFull

OWN = {"host": "localhost", "origin": "http://localhost"}


@pytest.fixture
async def engine(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[Desk]:
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
    carry = partial(proxy_sip, http_port=runner.addresses[0][1])
    there = alone("x", desk.edge, EngineProcess(EmbeddedSettings(tmp_path)), tmp_path, carry)
    monkeypatch.setattr(desk.node.telephony, "engine", there)
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


async def test_a_page_speaks_with_the_embedded_engine_by_its_own_line(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said.append(await reader.readline())
        writer.write(b'{"type": "welcome"}\n')
        said.append(await reader.readline())
        writer.close()

    server = await asyncio.start_unix_server(serve, tmp_path / "s")
    carry = partial(proxy_page, socket=tmp_path / "s")
    process = EngineProcess(EmbeddedSettings(tmp_path))
    monkeypatch.setattr(desk.edge, "kind", KIND, raising=False)
    there = alone("x", desk.edge, process, tmp_path, carry)
    monkeypatch.setattr(desk.node.telephony, "engine", there)
    token = f"Bearer {await desk.token('agent1')}"
    async with desk.as_("agent1") as client:
        given = (await client.get("/me/softphone")).json()
        assert (given["signalling"], given["ws_path"]) == ("direct", "/softphone")
        assert (await client.get("/system")).json()["telephony"]["browsers_only"]
    async with opened(desk.app, "/sip", "", token, **OWN) as wrong:
        assert wrong.status != 101
    async with opened(desk.app, "/softphone", "", token, **OWN) as line:
        assert await line.message() == {"type": "welcome"}
        line.say('{"type": "hello"}')
        await until(lambda: line.closed is not None)
    monkeypatch.undo()
    server.close()
    assert [json.loads(line) for line in said] == [
        {"role": "page", "account": "agent1-web"},
        {"type": "hello"},
    ]


async def test_all_lines_busy_is_said_before_the_page_calls(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(account: Account) -> None:
        raise EdgeFull("no further call is taken")

    monkeypatch.setattr(desk.edge, "put_account", full)
    async with desk.stranger() as stranger:
        refused = await stranger.post("/guest/calls", json={"number": "4001"})
    assert (refused.status_code, refused.json()["code"]) == (503, "lines_busy")
    assert int(refused.headers["retry-after"]) > 0


async def test_strangers_and_foreign_pages_do_not_get_through(engine: Desk) -> None:
    token, seen = f"Bearer {await engine.token('agent1')}", []
    foreign = {**OWN, "origin": "http://evil.example"}
    for who, headers in ((None, OWN), (token, foreign)):
        async with opened(engine.app, "/sip", "", who, **headers) as socket:
            seen.append(socket.status)
    assert 101 not in seen
