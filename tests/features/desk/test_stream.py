"""The stream: who hears what, how it resumes, and how it ends."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.features.desk.house import Desk, until
from tests.features.desk.sockets import opened
from trunkline.core.words import AgentId
from trunkline.features.desk.stream import desks, session
from trunkline.features.identity.sessions.store import sessions

STATE = "trunkline.agent.state_changed.v1"


async def test_an_event_is_a_cloud_event_with_the_state_as_me_tells_it(desk: Desk) -> None:
    async with desk.stream("agent1") as stream, desk.as_("agent1") as client:
        await client.put("/me/state", json={"state": "not_ready", "reason": "lunch"})
        message = await next_of(stream, STATE)
        me = (await client.get("/me")).json()
    assert (message["specversion"], message["source"]) == ("1.0", "/trunkline")
    assert message["id"].endswith(f"-{message['seq']}")
    told = message["data"]
    assert (told["agent_id"], told["state"], told["reason"]) == (
        me["user_id"],
        "not_ready",
        "lunch",
    )
    assert (told["since"], told["pending"], told["work"]) == (me["state_since"], None, None)


async def test_only_its_agent_is_told_who_calls(desk: Desk) -> None:
    async with (
        desk.stream("supervisor") as leader,
        desk.stream("agent2") as colleague,
        desk.ready("agent1") as agent,
    ):
        await desk.call()
        mine = await agent.offer()
        seen = await leader.event("trunkline.offer.made.v1")
        await agent.client.post(f"/offers/{mine['offer_id']}/accept")
        await leader.event("trunkline.interaction.answered.v1")
    assert mine["pop"]["customer"]["name"] == "李小明"
    assert (seen["offer_id"], "pop" in seen) == (mine["offer_id"], False)
    kinds = {message["type"] for message in colleague.heard}
    assert not any("offer" in kind or "interaction" in kind for kind in kinds)
    assert STATE in kinds


async def test_an_agent_hears_of_his_interaction_to_its_end(desk: Desk) -> None:
    async with desk.ready("agent1") as agent:
        customer = await desk.call()
        await agent.take()
        desk.edge.end(customer)
        ended = await agent.stream.event("trunkline.interaction.ended.v1")
    assert ended["ended_by"] == "customer"


async def test_nothing_of_another_tenant_is_told(desk: Desk) -> None:
    async with desk.stream("admin", "two") as other, desk.stream("admin") as ours:
        async with desk.as_("agent1") as client:
            await client.put("/me/state", json={"state": "ready"})
            await ours.event(STATE)
        async with desk.as_("agent1", "two") as theirs:
            await theirs.put("/me/state", json={"state": "not_ready"})
            told = await other.event(STATE)
    assert told["agent_id"] == await desk.user_id("agent1", "two")


async def test_a_stream_resumes_where_it_broke_off(desk: Desk) -> None:
    async with desk.as_("agent1") as client:
        async with desk.stream("agent1") as stream:
            await client.put("/me/state", json={"state": "not_ready", "reason": "lunch"})
            last = (await next_of(stream, STATE))["seq"]
        await client.put("/me/state", json={"state": "not_ready", "reason": "training"})
        async with desk.stream("agent1", after=last) as stream:
            message = await next_of(stream, STATE)
    assert message["seq"] > last


async def test_who_asks_for_what_is_no_longer_kept_is_told_to_read_anew(desk: Desk) -> None:
    async with desk.stream("agent1", after=2**40) as stream:
        assert await stream.message() == {"type": "resync"}
        async with desk.as_("agent1") as client:
            await client.put("/me/state", json={"state": "not_ready", "reason": "lunch"})
            await stream.event(STATE)


async def test_an_agents_desk_is_there_while_a_stream_is_open(desk: Desk) -> None:
    agent_id = AgentId(await desk.user_id("agent1"))
    tenant_id = next(iter(desk.node.cells.drivers))

    def connected() -> bool:
        return desk.node.platform.cells.picture(tenant_id).agents[agent_id].connected

    async with desk.stream("agent1"):
        await until(connected)
        async with desk.stream("agent1"):
            pass
        await asyncio.sleep(0.05)
        assert connected()
    await until(lambda: not connected())


async def test_a_session_that_ended_ends_its_own_stream_at_once(desk: Desk) -> None:
    async with desk.as_("agent2") as client, desk.stream("agent2") as stream:
        del desk.tokens["demo/agent2"]
        async with desk.stream("agent2") as again:
            assert (await client.delete("/sessions/current")).status_code == 204
            await until(lambda: stream.closed is not None)
            ended = await again.event("trunkline.session.ended.v1")
            assert again.closed is None
    assert stream.closed == 1008
    assert ended["user_id"] == await desk.user_id("agent2")


async def test_the_streams_of_who_is_deactivated_end_at_once(desk: Desk) -> None:
    async with desk.stream("agent2") as stream, desk.as_("admin") as admin:
        path = f"/users/{await desk.user_id('agent2')}"
        assert (await admin.patch(path, json={"active": False})).status_code == 200
        await until(lambda: stream.closed is not None)
    assert stream.closed == 1008


async def test_a_session_that_ran_out_ends_its_stream(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "WATCH_EVERY_S", 0.02)
    async with desk.stream("agent2") as stream:
        await asyncio.sleep(0.06)
        assert stream.closed is None
        await desk.node.platform.db.write(lambda tx: tx.execute(sessions.delete()))
        await until(lambda: stream.closed is not None)
    assert stream.closed == 1008


async def test_a_page_that_takes_nothing_is_let_go(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "TAKEN_WITHIN_S", 0.05)
    monkeypatch.setattr(session, "PING_EVERY_S", 0.02)
    monkeypatch.setattr(desks, "MOST_STREAMS", 1)
    async with desk.stream("agent1") as stuck:
        stuck.stuck = asyncio.Event()
        await asyncio.sleep(0.3)
        async with desk.stream("agent1") as again:
            assert (await again.message())["type"] == "ping"
        stuck.stuck.set()


async def test_streams_of_one_user_are_bounded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desks, "MOST_STREAMS", 1)
    async with desk.stream("agent1"), desk.stream("agent1") as second:
        assert second.status == 429


async def test_strangers_and_foreign_pages_hear_nothing(desk: Desk) -> None:
    cookie = f"__Host-trunkline={await desk.token('agent1')}"
    evil, own = "http://evil.example", "http://localhost"
    seen = []
    for headers in ({}, {"cookie": cookie, "origin": evil}, {"cookie": cookie, "origin": own}):
        async with opened(desk.app, "/api/v1/stream", "", None, **headers) as socket:
            seen.append(socket.status)
    assert seen == [401, 403, 101]


async def next_of(stream: Any, kind: str) -> Any:
    """The next whole message of a kind."""
    while True:
        message = await stream.message()
        if message.get("type") == kind:
            return message
