"""Voicemail, as the API has it: left, kept with a ticket and a notice, listed, heard, done."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.features.desk.house import Desk, Json, until
from tests.features.desk.test_others import Scene
from trunkline.adapters.messages import FakeMessenger
from trunkline.core.words import LegId

SAID_S = 2.3
"""A little longer than the shortest message."""
MAILBOX = "support@example.com"


@pytest.fixture
async def post(desk: Desk) -> FakeMessenger:
    """A mail server, and a queue that leads to its box where nobody serves."""
    messenger = FakeMessenger()
    desk.node.platform.messengers["email"] = messenger  # type: ignore[index]
    async with desk.as_("admin") as admin:
        rules: Json = {
            "overflow": [{"when": "no_agents", "to_voicemail": True}],
            "voicemail_mailbox": MAILBOX,
        }
        reply = await admin.patch("/queues/support", json=rules)
        assert reply.status_code == 200, reply.text
    return messenger


async def leave_message(desk: Desk, leg: LegId) -> None:
    """Hear the greeting out, speak, press the hash key."""
    await until(lambda: desk.edge._exchange.leg(leg).recording is not None)
    desk.edge.speak(leg)
    await asyncio.sleep(SAID_S)
    desk.edge.press(leg, "#")
    await until(lambda: leg in desk.edge.statuses())


async def listed(client: Any, **asked: str) -> list[Json]:
    reply = await client.get("/voicemails", params=asked)
    assert reply.status_code == 200, reply.text
    found: list[Json] = reply.json()["items"]
    return found


async def test_a_message_is_kept_with_a_ticket_and_a_notice_and_is_heard_and_done(
    desk: Desk, post: FakeMessenger
) -> None:
    leg = await desk.call()
    await leave_message(desk, leg)
    async with AsyncExitStack() as things:
        agent = await things.enter_async_context(desk.as_("agent2"))
        other = await things.enter_async_context(desk.as_("agent1", "two"))
        await until(lambda: bool(post.taken))
        (one,) = await listed(agent, state="new")
        count = (await agent.get("/voicemails/new")).json()["count"]
        assert await listed(other) == []
        of_others = await other.patch(f"/voicemails/{one['id']}", json={"state": "done"})
        heard = await agent.patch(f"/voicemails/{one['id']}", json={"state": "heard"})
        done = await agent.patch(f"/voicemails/{one['id']}", json={"state": "done"})
        assert await listed(agent, state="new") == []
        page = (await agent.get(f"/interactions/{one['interaction_id']}")).json()
        ticket = (await agent.get(f"/tickets/{one['ticket_id']}")).json()
        card = (await agent.get(f"/recordings/{one['id']}")).json()
    assert (one["queue"]["name"], one["agent"], count) == ("support", None, 1)
    assert 2_000 <= one["length_ms"] < 6_000
    assert one["phone_masked"]
    assert (heard.json()["state"], done.json()["state"]) == ("heard", "done")
    assert done.json()["changed_by"]["id"] == await desk.user_id("agent2")
    assert (ticket["class"], ticket["priority"], ticket["interactions"]) == (
        "voicemail", "P4", [one["interaction_id"]],
    )  # fmt: skip
    assert (card["id"], card["interaction_id"]) == (one["id"], one["interaction_id"])
    assert of_others.status_code == 404
    assert page["code"] == "interaction_unknown", "it is nobody's own"
    (letter,) = post.taken
    assert letter.to == MAILBOX
    assert "support" in letter.subject
    assert "13800000001" not in letter.text


async def test_a_message_for_a_colleague_is_theirs_alone(desk: Desk, post: FakeMessenger) -> None:
    async with AsyncExitStack() as things:
        scene = await Scene.open(desk, things)
        to = {"kind": "blind", "to": {"agent": "agent2"}, "voicemail": "at_once"}
        assert not await scene.does("transfer", to)
        await leave_message(desk, scene.customer)
        (one,) = await listed(scene.other.client)
        assert one["agent"]["id"] == await desk.user_id("agent2")
        assert await listed(scene.mine.client) == []
        ticket = (await scene.other.client.get(f"/tickets/{one['ticket_id']}")).json()
        page = await scene.page()
    assert ticket["assignee"]["id"] == one["agent"]["id"]
    kinds = [segment["kind"] for segment in page["segments"]]
    assert kinds.index("voicemail") > kinds.index("talk")
    assert len(page["recordings"]) == 2


async def test_while_the_mail_server_fails_it_is_tried_again(
    desk: Desk, post: FakeMessenger
) -> None:
    post.down = True
    await leave_message(desk, await desk.call())
    async with desk.as_("admin") as admin:
        async with asyncio.timeout(5):
            while (await listed(admin))[0]["notice"] != "failed":
                await asyncio.sleep(0.02)
        jobs = (await admin.get("/jobs")).json()
    assert any(job["kind"] == "voicemails.notice" for job in jobs["items"])


async def test_an_overflow_leads_to_one_place_only(desk: Desk) -> None:
    async with desk.as_("admin") as admin:
        both = {"when": "closed", "to_voicemail": True, "to_queue_id": "x"}
        reply = await admin.patch("/queues/support", json={"overflow": [both]})
        wrong = await admin.patch("/queues/support", json={"voicemail_mailbox": "nobody"})
    assert (reply.status_code, wrong.status_code) == (422, 422)


async def test_who_calls_an_agents_own_number_leaves_them_a_message_and_they_get_the_mail(
    desk: Desk, post: FakeMessenger
) -> None:
    name = await desk.user_id("agent2")
    async with desk.as_("admin") as admin:
        queue = (await admin.get("/queues/support")).json()["id"]
        own = {"number": "4777", "queue_id": queue, "agent_id": name}
        assert (await admin.post("/numbers", json=own)).status_code == 201
        reply = await admin.patch(f"/agents/{name}", json={"voicemail_mailbox": "a2@example.com"})
        assert reply.json()["voicemail_mailbox"] == "a2@example.com"
    await leave_message(desk, await desk.call("4777"))
    async with desk.as_("agent2") as agent, desk.as_("agent3") as other:
        await until(lambda: bool(post.taken))
        (one,) = await listed(agent, state="new")
        assert one["agent"]["id"] == name
        assert await listed(other, state="new") == []
    (letter,) = post.taken
    assert letter.to == "a2@example.com"
