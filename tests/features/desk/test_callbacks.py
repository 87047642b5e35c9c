"""Callbacks through the routes, over real cells and a fake engine: asked for, dialled, given up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.features.desk.house import Desk, Json, until
from trunkline.core.call.commands import Collect, DialCustomer
from trunkline.core.words import Cause, LegId

EMMA = "+8613800000008"


async def customer_id(client: httpx.AsyncClient, phone: str = EMMA) -> str:
    found = (await client.get("/customers", params={"q": phone})).json()["items"]
    return str(found[0]["id"])


async def ask(client: httpx.AsyncClient, **body: Any) -> httpx.Response:
    return await client.post("/callbacks", json={"queue": "support", **body})


async def listed(client: httpx.AsyncClient, state: str) -> list[Json]:
    found: list[Json] = (await client.get("/callbacks", params={"state": state})).json()["items"]
    return found


def dialled(desk: Desk) -> list[DialCustomer]:
    return [command for command in desk.edge.done if isinstance(command, DialCustomer)]


async def rung(desk: Desk, times: int = 1) -> DialCustomer:
    await until(lambda: len(dialled(desk)) == times)
    return dialled(desk)[-1]


async def test_an_agent_looks_accepts_and_then_the_customer_is_dialled(desk: Desk) -> None:
    async with desk.as_("supervisor") as supervisor, desk.ready("agent1") as agent:
        made = await ask(supervisor, customer_id=await customer_id(supervisor))
        assert made.status_code == 201, made.text
        offer = await agent.offer()
        assert offer["pop"]["customer"]["name"] == "Emma Collins"
        assert not dialled(desk)
        await agent.client.post(f"/offers/{offer['offer_id']}/accept")
        dial = await rung(desk)
        assert (dial.party, dial.caller) == ("13800000008", "4000")
        assert (await listed(supervisor, "open"))[0]["state"] == "calling"
        desk.edge.take_up(dial.leg)
        await agent.stream.event("trunkline.interaction.reached.v1")
        page = (await supervisor.get(f"/interactions/{offer['interaction_id']}")).json()
        assert (page["state"], page["direction"]) == ("talking", "outbound")
        desk.edge.end(dial.leg)
        await agent.stream.event("trunkline.interaction.ended.v1")
        (done,) = await listed(supervisor, "done")
    assert (done["id"], done["outcome"], done["tries"]) == (made.json()["id"], "reached", 0)
    assert done["last_agent"]["name"] == "陈晨"
    assert len(dialled(desk)) == 1


async def test_a_number_has_one_open_callback_until_it_is_cancelled(desk: Desk) -> None:
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    async with desk.as_("supervisor") as supervisor:
        made = (await ask(supervisor, phone="138 0000 0008", due_at=later)).json()
        again = await ask(supervisor, phone=EMMA)
        assert (again.status_code, again.json()["code"]) == (409, "callback_open")
        put_off = await supervisor.post(
            f"/callbacks/{made['id']}/reschedule", json={"due_at": "2099-01-01T00:00:00Z"}
        )
        assert put_off.json()["due_at"].startswith("2099-01-01T00:00:00")
        gone = await supervisor.post(f"/callbacks/{made['id']}/cancel")
        assert (gone.json()["state"], gone.json()["outcome"]) == ("ended", "cancelled")
        assert (await ask(supervisor, phone=EMMA, due_at=later)).status_code == 201
    async with desk.as_("admin") as admin:
        written = (await admin.get("/audit", params={"subject": made["id"]})).json()["items"]
    acts = ["callbacks.cancelled", "callbacks.rescheduled", "callbacks.opened"]
    assert [one["action"] for one in written] == acts


async def test_foreign_premium_and_senseless_numbers_are_not_called(desk: Desk) -> None:
    async with desk.as_("supervisor") as supervisor:
        for phone in ("+442079460018", "1234", "anonymous"):
            refused = await ask(supervisor, phone=phone)
            assert (refused.status_code, refused.json()["code"]) == (422, "number_not_callable")


async def test_another_tenant_sees_and_changes_none_of_it(desk: Desk) -> None:
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    async with desk.as_("admin") as admin, desk.as_("admin", "two") as stranger:
        made = (await ask(admin, phone=EMMA, due_at=later)).json()
        assert await listed(stranger, "open") == []
        for verb in ("cancel", "reschedule"):
            body = {"due_at": later} if verb == "reschedule" else None
            reply = await stranger.post(f"/callbacks/{made['id']}/{verb}", json=body)
            assert reply.status_code == 404
        assert (await stranger.get(f"/callbacks/{made['id']}")).status_code == 404
        assert (await stranger.get("/abandoned")).json()["items"] == []


async def test_who_hung_up_waiting_is_listed_and_called_back_by_one_click(desk: Desk) -> None:
    async with desk.as_("supervisor") as supervisor, desk.stream("supervisor") as stream:
        leg = await desk.call("4001", EMMA)
        await stream.event("trunkline.interaction.queued.v1")
        await until(lambda: desk.edge.heard(leg) == {"music"})
        desk.edge.end(leg)
        await stream.event("trunkline.interaction.ended.v1")
        (lost,) = (await supervisor.get("/abandoned")).json()["items"]
        assert (lost["ended_by"], lost["callback"]) == ("abandoned", None)
        assert lost["phone_masked"] == "+86 138 **** 0008"
        made = await supervisor.post("/callbacks", json={"interaction_id": lost["interaction_id"]})
        assert made.status_code == 201, made.text
        (lost,) = (await supervisor.get("/abandoned")).json()["items"]
    assert lost["callback"]["id"] == made.json()["id"]
    assert made.json()["number"] == "4001"
    assert made.json()["customer"]["name"] == "Emma Collins"


async def test_whom_no_try_reaches_becomes_a_ticket(desk: Desk) -> None:
    async with (
        desk.as_("admin") as admin,
        desk.stream("admin") as stream,
        desk.ready("agent1") as agent,
    ):
        rules = {"callback": {"enabled": True, "tries": 1}}
        assert (await admin.patch("/queues/support", json=rules)).status_code == 200
        await ask(admin, phone=EMMA)
        offer = await agent.offer()
        await agent.client.post(f"/offers/{offer['offer_id']}/accept")
        desk.edge.end((await rung(desk)).leg, Cause.BUSY)
        ended = await stream.event("trunkline.callback.ended.v1")
        assert ended["outcome"] == "exhausted"
        assert (await agent.me())["state"] == "ready"
        (done,) = await listed(admin, "done")
        assert (done["last_outcome"], done["tries"]) == ("busy", 1)
        ticket = await stream.event("trunkline.ticket.created.v1")
        found = (await admin.get(f"/tickets/{ticket['ticket_id']}")).json()
    assert found["title"] == "回拨未接通，请跟进"
    assert found["interactions"] == [offer["interaction_id"]]


async def test_a_number_that_was_keyed_in_is_read_back_and_noted(desk: Desk) -> None:
    def asked() -> int:
        return sum(isinstance(command, Collect) for command in desk.edge.done)

    async def press(leg: LegId, keys: str, times: int) -> None:
        await until(lambda: asked() == times)
        desk.edge.press(leg, keys)

    async with desk.as_("supervisor") as supervisor, desk.stream("supervisor") as stream:
        leg = await desk.call("4004", EMMA)
        await press(leg, "2", 1)
        await press(leg, "13900000009#", 2)
        await press(leg, "1", 3)
        opened = await stream.event("trunkline.callback.opened.v1")
        ended = await stream.event("trunkline.interaction.ended.v1")
        (noted,) = await listed(supervisor, "open")
    assert ended["ended_by"] == "callback"
    assert (noted["id"], noted["phone_masked"]) == (opened["callback_id"], "+86 139 **** 0009")
    assert noted["customer"] is None
