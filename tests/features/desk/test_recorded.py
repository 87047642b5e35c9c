"""What is stored of a call, as the API has it: consent by country, withdrawal, payment steps."""

from __future__ import annotations

from contextlib import AsyncExitStack

import httpx

from tests.features.desk.house import Desk, Json, Ready, until
from trunkline.core.words import LegId

CHINA, GERMANY, AMERICA = "+8613800000001", "+4930901820", "+12125550123"


async def ask_first(desk: Desk, rule: str = "consent") -> None:
    """The queue asks before it records."""
    async with desk.as_("admin") as admin:
        queue = (await admin.get("/queues/support")).json()
        seen = {"If-Match": f'"{queue["version"]}"'}
        path = f"/queues/{queue['id']}"
        reply = await admin.patch(path, json={"recording": rule}, headers=seen)
        assert reply.is_success, reply.text


async def answered(desk: Desk, caller: str | None, key: str) -> LegId:
    """Somebody calls, is asked, and presses a key."""
    leg = await desk.call(caller=caller)
    await until(lambda: desk.edge.collects(leg))
    desk.edge.press(leg, key)
    return leg


async def page(agent: Ready, call: str) -> Json:
    found: Json = (await agent.client.get(f"/interactions/{call}")).json()
    return found


async def recording(agent: Ready) -> Json:
    found: Json = (await agent.me())["work"]["recording"]
    return found


async def told(agent: Ready, call: str, answer: str, **more: str) -> httpx.Response:
    path = f"/interactions/{call}/recording-consent"
    return await agent.client.put(path, json={"answer": answer, **more})


async def test_a_no_goes_on_unrecorded_and_stands_on_the_interaction(desk: Desk) -> None:
    await ask_first(desk)
    async with desk.ready("agent1") as agent:
        await answered(desk, GERMANY, "2")
        call = await agent.take()
        seen, shown = await recording(agent), await page(agent, call)
        refused = await agent.do(call, "resume-recording")
    assert seen["standing"] == "declined"
    assert seen["consent"] == {"policy": "opt_in", "answer": "declined"}
    assert (shown["recordings"], shown["recording_consent"]) == ([], "declined")
    assert refused.json()["code"] == "consent_declined"


async def test_a_yes_is_recorded_and_its_withdrawal_stops_that(desk: Desk) -> None:
    await ask_first(desk)
    async with desk.ready("agent1") as agent:
        await answered(desk, GERMANY, "1")
        call = await agent.take()
        before = await recording(agent)
        assert (await told(agent, call, "withdrawn")).status_code == 202
        event = await agent.stream.event("trunkline.interaction.recording_consent.v1")
        after, shown = await recording(agent), await page(agent, call)
        again = await told(agent, call, "agreed")
    assert before["standing"] == "recorded"
    assert (event["answer"], event["by_user_id"]) == ("withdrawn", await desk.user_id("agent1"))
    assert after["standing"] == "withdrawn"
    assert shown["recording_consent"] == "withdrawn"
    assert again.json()["code"] == "consent_withdrawn"


async def test_each_country_is_asked_in_its_own_way(desk: Desk) -> None:
    await ask_first(desk)
    async with desk.ready("agent1") as agent:
        for caller, policy in ((CHINA, "announce"), (AMERICA, "opt_out")):
            leg = await desk.call(caller=caller)
            call = await agent.take()
            seen = await recording(agent)
            assert (seen["standing"], seen["consent"]["answer"]) == ("recorded", "told")
            assert seen["consent"]["policy"] == policy
            desk.edge.end(leg)
            await agent.stream.event("trunkline.wrap_up.started.v1")
            await agent.do(call, "wrap-up", {"disposition": "other", "ticket": {"action": "none"}})


async def test_a_number_may_have_a_rule_of_its_own(desk: Desk) -> None:
    async with desk.as_("admin") as admin:
        reply = await admin.patch("/numbers/4001", json={"recording": "off"})
        assert reply.json()["recording"] == "off"
    async with desk.ready("agent1") as agent:
        await desk.call()
        await agent.take()
        seen = await recording(agent)
    assert seen["standing"] == "off"


async def test_a_payment_page_pauses_and_resumes_by_a_key_of_its_own(desk: Desk) -> None:
    async with AsyncExitStack() as things:
        agent = await things.enter_async_context(desk.ready("agent1"))
        await desk.call()
        call = await agent.take()
        admin = await things.enter_async_context(desk.as_("admin"))
        new = {"name": "payments", "permissions": ["interactions.control"]}
        key = (await admin.post("/api-keys", json=new)).json()["key"]
        path = f"/interactions/{call}/payment-step"
        headers = {"Authorization": f"Bearer {key}"}
        began = await admin.put(path, headers=headers)
        assert began.status_code == 202, began.text
        paused = await recording(agent)
        assert (await agent.do(call, "pause-recording")).status_code == 202
        assert (await admin.delete(path, headers=headers)).status_code == 202
        resumed = await recording(agent)
        other = await things.enter_async_context(desk.as_("agent2"))
        stranger = await other.put(path)
        elsewhere = await things.enter_async_context(desk.as_("admin", "two"))
        foreign = await elsewhere.put(path)
    assert (paused["standing"], paused["pause"]) == ("paused", "payment")
    assert paused["paused_since"]
    assert resumed["standing"] == "recorded"
    assert stranger.json()["code"] == "not_your_call"
    assert foreign.status_code in (404, 409)
