"""What is written, through the desk's routes, over real cells: in line with the calls."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from tests.features.desk.house import PATIENCE_S, Desk, Furnished, Json

NEW: Json = {
    "channel": "email",
    "queue": "support",
    "subject": "路由器没有信号",
    "text": "从昨天开始没有信号。",
}


async def opened(client: httpx.AsyncClient, **more: object) -> str:
    """Something is written; its id."""
    reply = await client.post("/interactions", json=NEW | more)
    assert reply.status_code == 201, reply.text
    return str(reply.json()["id"])


async def page(client: httpx.AsyncClient, name: str) -> Json:
    told: Json = (await client.get(f"/interactions/{name}")).json()
    return told


async def test_a_mail_goes_from_the_queue_to_its_ticket(desk: Desk) -> None:
    async with desk.ready("agent1") as agent, desk.as_("supervisor") as supervisor:
        mail = await opened(supervisor)
        offer = await agent.offer()
        assert offer["pop"]["written"] == {"subject": NEW["subject"], "text": NEW["text"]}
        assert offer["pop"]["channel"] == "email"
        listed = (await agent.client.get("/me/offers")).json()["items"]
        assert [one["interaction_id"] for one in listed] == [mail]
        await agent.client.post(f"/offers/{offer['offer_id']}/accept")
        await agent.stream.event("trunkline.interaction.answered.v1")
        me = await agent.me()
        assert (me["state"], me["work"]) == ("handling", None)
        assert [(one["kind"], one["channel"]) for one in me["works"]] == [("handled", "email")]
        draft = {"note": "已回复"}
        assert (
            await agent.client.put(f"/interactions/{mail}/draft", json=draft)
        ).status_code == 200
        assert (await agent.do(mail, "finish", {})).status_code == 202
        assert (await agent.me())["works"][0]["wrap_up"]["mode"] == "fixed"
        ticket = {"action": "new", "title": "没有信号", "class": "technical", "impact": 2}
        done = {"disposition": "fault.line", "note": "已回复", "ticket": ticket}
        assert (await agent.do(mail, "wrap-up", done)).status_code == 202
        assert (await agent.me())["state"] == "ready"
        told = await page(supervisor, mail)
    assert (told["state"], told["ended_by"], told["channel"]) == ("ended", "agent", "email")
    assert (told["disposition"], told["note"]) == ("fault.line", "已回复")
    assert told["ticket_id"]
    assert told["written"]["subject"] == NEW["subject"]
    assert [one["kind"] for one in told["segments"]] == ["queue", "ring", "handled", "wrap_up"]
    assert desk.edge.done == [], "nothing is asked of the engine"


async def test_a_call_comes_beside_a_mail_and_stands_in_front(desk: Desk) -> None:
    async with desk.ready("agent1") as agent, desk.as_("admin") as admin:
        await opened(admin)
        await agent.take()
        await desk.call()
        call = await agent.take()
        me = await agent.me()
    assert (me["work"]["interaction_id"], me["work"]["kind"]) == (call, "segment")
    assert [one["kind"] for one in me["works"]] == ["handled"]


async def settled(client: httpx.AsyncClient) -> Json:
    """The queue live, once the figures tell of what waits: they are shown four times a second."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            live: Json = (await client.get("/queues/support/live")).json()
            if live["written"]:
                return live
            await asyncio.sleep(0.02)


async def test_what_waits_is_seen_live_beside_the_calls(desk: Desk) -> None:
    async with desk.as_("supervisor") as supervisor:
        chat = await opened(supervisor, channel="chat", priority=5)
        live = await settled(supervisor)
        listed = (await supervisor.get("/interactions", params={"channel": "chat"})).json()
    assert (live["waiting"], live["calls"]) == (0, [])
    assert [(one["channel"], one["waiting"]) for one in live["written"]] == [("chat", 1)]
    assert [(one["interaction_id"], one["priority"]) for one in live["papers"]] == [(chat, 5)]
    assert [(one["id"], one["state"]) for one in listed["items"]] == [(chat, "queued")]


async def test_each_channel_has_a_service_level_of_its_own(desk: Desk) -> None:
    async with desk.ready("agent1") as agent, desk.as_("supervisor") as supervisor:
        await opened(supervisor, channel="chat")
        await agent.take()
        await agent.me()
        found = {
            channel: await level(supervisor, channel) for channel in ("chat", "email", "voice")
        }
        live = (await supervisor.get("/queues/support/live")).json()
    assert found == {"chat": (60, [1]), "email": (14_400, []), "voice": (20, [])}
    assert live["service_level"]["figures"]["entered"] == 0, "a call's is of calls alone"


async def level(client: httpx.AsyncClient, channel: str) -> tuple[int, list[int]]:
    """How soon one should be answered, and how many were in time since this morning."""
    live = (await client.get("/queues/support/live")).json()
    begins = datetime.fromisoformat(live["service_level"]["since"])
    window = {"from": begins.isoformat(), "to": (begins + timedelta(days=1)).isoformat()}
    asked = {**window, "channel": channel}
    told = (await client.get("/queues/support/service-level", params=asked)).json()
    return told["within_s"], [one["figures"]["answered_in_time"] for one in told["items"]]


async def test_it_is_withdrawn_and_taken_back_from_who_was_asked(desk: Desk) -> None:
    async with desk.ready("agent1") as agent, desk.as_("supervisor") as supervisor:
        task = await opened(supervisor, channel="task")
        await agent.offer()
        assert (await supervisor.post(f"/interactions/{task}/withdraw")).status_code == 202
        assert (await supervisor.post(f"/interactions/{task}/withdraw")).status_code in (404, 409)
        assert (await agent.me())["works"] == []
        told = await page(supervisor, task)
    assert (told["state"], told["ended_by"]) == ("ended", "withdrawn")


async def test_it_goes_back_to_its_queue(desk: Desk) -> None:
    async with desk.ready("agent1") as agent, desk.as_("supervisor") as supervisor:
        mail = await opened(supervisor)
        await agent.take()
        assert (await agent.do(mail, "return-to-queue")).status_code == 202
        again = await agent.offer()
    assert again["interaction_id"] == mail


async def test_who_may_not_opens_none_and_nobody_beyond_bounds(desk: Desk) -> None:
    async with desk.as_("agent1") as agent, desk.as_("supervisor") as supervisor:
        barred = await agent.post("/interactions", json=NEW)
        wrong = [
            (await supervisor.post("/interactions", json=NEW | more)).status_code
            for more in (
                {"channel": "voice"},
                {"subject": ""},
                {"text": "x" * 20_001},
                {"priority": 101},
                {"queue": "nowhere"},
                {"customer_id": "nobody"},
            )
        ]
    assert barred.status_code == 403
    assert barred.headers["content-type"] == "application/problem+json"
    assert wrong == [422, 422, 422, 422, 404, 404]


async def test_who_looks_after_the_customer_is_offered_their_mail_first(desk: Desk) -> None:
    async with desk.as_("admin") as admin, desk.ready("agent1") as idle_longest:
        manager = await desk.user_id("agent2")
        customer = {"name": "李伟", "phones": ["+8613955550001"], "manager_id": manager}
        known = (await admin.post("/customers", json=customer)).json()["id"]
        wanted = {"patience": {"manager_s": 600}}
        assert (await admin.patch("/queues/support", json=wanted)).status_code == 200
        async with desk.ready("agent2") as agent:
            theirs = await opened(admin, customer_id=known)
            assert (await agent.offer())["interaction_id"] == theirs
            anybodys = await opened(admin)
            assert (await idle_longest.offer())["interaction_id"] == anybodys


async def test_who_had_the_customers_last_mail_is_offered_the_next(desk: Desk) -> None:
    async with desk.as_("admin") as admin:
        customer = {"name": "李伟", "phones": ["+8613955550001"]}
        known = (await admin.post("/customers", json=customer)).json()["id"]
        wanted = {"patience": {"last_agent_s": 600}}
        assert (await admin.patch("/queues/support", json=wanted)).status_code == 200
        async with desk.ready("agent2") as agent:
            await opened(admin, customer_id=known)
            await agent.take()
            async with desk.ready("agent1"):
                again = await opened(admin, customer_id=known)
                assert (await agent.offer())["interaction_id"] == again


async def test_slots_are_the_tenants_and_an_agents_own(desk: Desk) -> None:
    async with desk.as_("admin") as admin:
        me = await desk.user_id("agent1")
        rules = (await admin.get("/routing-rules")).json()
        rules["capacity"]["own"] = [{"agent": me, "voice": 1, "chat": 0, "email": 0, "task": 0}]
        version = rules.pop("version")
        reply = await admin.put("/routing-rules", json=rules, headers={"If-Match": f'"{version}"'})
        assert reply.status_code == 200, reply.text
        async with desk.ready("agent1") as agent:
            await opened(admin)
            assert (await agent.me())["works"] == []


async def test_after_a_restart_works_stand_where_they_stood(
    furnished: Furnished, tmp_path: Path
) -> None:
    async with (
        Desk.open(furnished, tmp_path) as desk,
        desk.ready("agent1") as agent,
        desk.as_("supervisor") as supervisor,
    ):
        mail = await opened(supervisor)
        await agent.take()
    async with Desk._running(tmp_path, edge=True) as again:
        again.tokens.update(furnished.tokens)
        async with again.as_("agent1") as client:
            me = (await client.get("/me")).json()
    assert [(one["kind"], one["interaction_id"]) for one in me["works"]] == [("handled", mail)]
