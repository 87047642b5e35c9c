"""Showings: consent first, only between the two who talk, bounded, written down, tenants apart."""

from __future__ import annotations

import base64
import hmac
import json
from contextlib import AsyncExitStack

import pytest

from tests.features.desk.house import Desk, until
from tests.features.desk.sockets import opened
from tests.features.desk.talks import (
    call_by_page,
    deed,
    hello,
    kind_of,
    line_of,
    page_of,
    signal,
    talk,
)
from trunkline.features.desk.showing import rooms
from trunkline.features.desk.showing.ice import HOLDS_S


async def test_what_is_asked_for_is_shown_after_a_yes_and_written_down(desk: Desk) -> None:
    async with talk(desk) as it:
        possible = (await it.agent.client.get(f"/interactions/{it.call}/showing")).json()
        await it.shown()
        deed(it.page, "withdraw")
        await it.state(it.seat, screen="none")
        shown, written = await it.whole(), await it.audit()
        agent = await desk.user_id("agent1")
    assert possible == {"possible": True}
    told = [(one["what"], one["by"], one["agent"]["id"]) for one in shown["events"]]
    whats = ["asked", "agreed", "began", "withdrawn", "ended"]
    assert [one[0] for one in told] == whats
    assert {one[2] for one in told} == {agent}
    assert written == [
        (agent if what == "asked" else "customer", f"showings.{what}") for what in whats
    ]


async def test_a_no_lets_nothing_pass(desk: Desk) -> None:
    async with talk(desk) as it:
        deed(it.seat, "ask", "video")
        asked = await it.state(it.page, video="asked")
        signal(it.page, asked["round"], description={"type": "offer", "sdp": "v=0"})
        deed(it.page, "refuse", "video")
        await it.state(it.seat, video="asked")
        await it.state(it.seat, video="none")
        signal(it.page, asked["round"], description={"type": "offer", "sdp": "v=0"})
        deed(it.page, "begin", "video")
        assert (await kind_of(it.page, "refused"))["code"] == "not_now"
        whats = [one["what"] for one in (await it.whole())["events"]]
    assert whats == ["asked", "refused"]
    assert [one for one in it.seat.heard if one["type"] == "signal"] == []


async def test_pages_signal_to_each_other_only_and_only_as_they_should(desk: Desk) -> None:
    async with talk(desk) as it:
        await it.shown()
        now = await it.round()
        offer = {"type": "offer", "sdp": "v=0 secret 203.0.113.7"}
        signal(it.page, now - 1, description=offer)
        signal(it.page, now, description={"type": "answer", "sdp": "wrong way round"})
        signal(it.page, now, description=offer)
        assert (await kind_of(it.seat, "signal"))["description"] == offer
        candidate = {"candidate": "candidate:1 1 udp 1 203.0.113.7 9 typ host", "sdp_mid": "0"}
        signal(it.seat, now, candidate=candidate)
        assert (await kind_of(it.page, "signal"))["candidate"] == candidate
        dump = "\n".join(desk.node.store.db.engine.raw_connection().iterdump())  # type: ignore[attr-defined]
    assert len([one for one in it.seat.heard if one["type"] == "signal"]) == 1
    assert "203.0.113.7" not in dump


async def test_the_customer_offers_by_himself_and_what_fails_needs_a_new_yes(desk: Desk) -> None:
    async with talk(desk) as it:
        deed(it.page, "agree", "video")
        deed(it.page, "fail", "video", cause="denied")
        await it.state(it.seat, video="agreed")
        await it.state(it.seat, video="none")
        shown = await it.whole()
    assert [(one["what"], one["cause"]) for one in shown["events"]] == [
        ("offered", None),
        ("failed", "denied"),
    ]


async def test_the_end_of_the_talk_ends_it_and_closes_the_agents_line(desk: Desk) -> None:
    async with talk(desk) as it:
        await it.shown()
        assert (await it.agent.do(it.call, "hangup")).status_code == 202
        await it.state(it.page, screen="none")
        await until(lambda: it.seat.closed is not None)
        shown, last = await it.whole(), (await it.audit())[-1]
        deed(it.page, "agree")
        assert (await kind_of(it.page, "refused"))["code"] == "no_agent"
    assert it.seat.closed == rooms.OVER
    assert shown["events"][-1]["cause"] == "talk_over"
    assert last == ("system", "showings.ended")


async def test_who_has_the_call_next_asks_anew(desk: Desk) -> None:
    async with AsyncExitStack() as things:
        it = await things.enter_async_context(talk(desk))
        other = await things.enter_async_context(desk.ready("agent2"))
        await it.shown()
        second = await desk.user_id("agent2")
        to = {"agent": second}
        reply = await it.agent.do(it.call, "transfer", {"kind": "blind", "to": to})
        assert reply.status_code == 202, reply.text
        await other.stream.event("trunkline.interaction.party_invited.v1")
        assert (await other.do(it.call, "join")).status_code == 202
        tenant_id = next(iter(desk.node.cells.drivers))
        await until(lambda: rooms.talks(desk.node.platform, tenant_id, second, it.call))
        gone = await it.state(it.page, screen="none")
        seat = await things.enter_async_context(line_of(desk, "agent2", it.call))
        fresh = await it.state(seat, screen="none")
        again = await things.enter_async_context(line_of(desk, "agent1", it.call))
        ended = (await it.whole())["events"][-1]
    assert gone["peer"] is False
    assert fresh["peer"] is True
    assert ended["cause"] == "other_agent"
    assert again.status == 409


async def test_a_page_that_is_loaded_anew_goes_on_and_one_that_stays_away_does_not(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with talk(desk) as it:
        await it.shown()
        before = await it.round()
        it.seat.leave()
        assert (await it.state(it.page, screen="shown"))["peer"] is False
        async with line_of(desk, "agent1", it.call) as seat:
            back = await it.state(seat, screen="shown")
            assert back["round"] > before
        monkeypatch.setattr(rooms, "GRACE_MS", 0)
        await it.state(it.page, screen="none")
        assert (await it.whole())["events"][-1]["cause"] == "page_gone"


async def test_what_a_killed_process_left_open_is_told_as_over(desk: Desk) -> None:
    async with talk(desk) as it:
        await it.shown()
        desk.app.state.rooms._rooms.clear()  # as if the process were another one
        async with page_of(desk, it.guest) as page:
            await it.state(page, screen="none")
            shown, written = await it.whole(), await it.audit()
    assert (shown["events"][-1]["what"], shown["events"][-1]["cause"]) == ("ended", "page_gone")
    assert written[-1] == ("system", "showings.ended")


async def test_a_room_stays_while_somebody_is_on_the_way_into_it(desk: Desk) -> None:
    known, platform = rooms.Rooms(), desk.node.platform
    room = known.enter(platform, "tenant", "call")
    room.lines += 1
    known.tidy(room)
    assert known.enter(platform, "tenant", "call") is room
    room.lines -= 1
    known.tidy(room)
    assert known.find("tenant", "call") is None


async def test_nobody_else_comes_in(desk: Desk) -> None:
    async with talk(desk) as it:
        async with line_of(desk, "agent2", it.call) as other:
            assert other.status == 409
        async with line_of(desk, "agent1", it.call, "two") as foreign:
            assert foreign.status == 409
        async with line_of(desk, "quality", it.call) as looker:
            assert looker.status == 403
        for wrong in (
            hello(it.guest, token="guessed"),
            hello(it.guest, account="guest-none"),
            '{"type": "hello"}',
            "x" * 1000,
        ):
            async with opened(desk.app, "/api/v1/guest/showing", "", None) as socket:
                socket.say(wrong)
                await until(lambda s=socket: s.closed is not None)  # type: ignore[misc]
                assert (socket.closed, socket.heard) == (rooms.OVER, [])


async def test_a_call_by_telephone_has_nothing_to_show(desk: Desk) -> None:
    async with desk.ready("agent1") as agent:
        await desk.call()
        call = await agent.take()
        found = (await agent.client.get(f"/interactions/{call}/showing")).json()
    assert found == {"possible": False}


async def test_what_is_no_message_of_ours_ends_the_line_and_so_does_too_much(desk: Desk) -> None:
    long = {"type": "offer", "sdp": "x" * 25_000}
    async with talk(desk) as it:
        for said in (
            ["no json"],
            ['{"type": "deed", "deed": "end", "part": "everything"}'],
            ['{"type": "signal", "round": 1}'],
            [json.dumps({"type": "signal", "round": 1, "description": long})],
            [json.dumps({"type": "camera", "on": True, "pad": "x" * 40_000})],
            [json.dumps({"type": "deed", "deed": "begin", "part": "video"})] * 400,
        ):
            async with page_of(desk, it.guest) as page:
                for text in said:
                    page.say(text)
                await until(lambda p=page: p.closed is not None)  # type: ignore[misc]
            assert page.closed == rooms.OVER, said[0][:80]


async def test_servers_are_told_with_credentials_that_end(desk: Desk) -> None:
    chosen = {
        "enabled": True,
        "stun": ["stun:stun.example.org:3478"],
        "turn": ["turn:turn.example.org:3478?transport=udp", "turns:turn.example.org"],
        "turn_secret": "a-shared-secret",
    }
    async with desk.as_("admin") as admin, desk.as_("agent1") as agent:
        put = await admin.put("/settings/showing", json=chosen)
        kept = await admin.put("/settings/showing", json=chosen | {"turn_secret": None})
        refused = await admin.put("/settings/showing", json=chosen | {"stun": ["http://x"]})
        forbidden = await agent.put("/settings/showing", json=chosen)
    async with desk.as_("admin", "two") as other:
        untouched = (await other.get("/settings/showing")).json()
    async with talk(desk) as it:
        welcome = it.page.heard[0]
    stun, turn = welcome["ice"]
    ends, _, name = turn["username"].partition(":")
    signed = hmac.digest(b"a-shared-secret", turn["username"].encode(), "sha1")
    assert put.json() == kept.json()
    assert put.json()["has_turn_secret"] is True
    assert "secret" not in json.dumps(welcome)
    assert (refused.status_code, forbidden.status_code) == (422, 403)
    assert untouched == {"enabled": True, "stun": [], "turn": [], "has_turn_secret": False}
    assert stun["urls"] == chosen["stun"]
    assert turn["credential"] == base64.b64encode(signed).decode()
    now_s = desk.node.platform.clock.now_ms() // 1000
    assert 0 < int(ends) - now_s <= HOLDS_S
    assert name == it.call


async def test_a_tenant_may_want_none_of_it(desk: Desk) -> None:
    async with desk.as_("admin") as admin:
        off = {"enabled": False, "stun": [], "turn": []}
        assert (await admin.put("/settings/showing", json=off)).is_success
    async with AsyncExitStack() as things:
        agent = await things.enter_async_context(desk.ready("agent1"))
        guest, _ = await call_by_page(desk)
        call = await agent.take()
        found = (await agent.client.get(f"/interactions/{call}/showing")).json()
        seat = await things.enter_async_context(line_of(desk, "agent1", call))
        page = await things.enter_async_context(page_of(desk, guest))
        await until(lambda: page.closed is not None)
    assert found == {"possible": False}
    assert (seat.status, page.closed) == (403, rooms.OVER)
