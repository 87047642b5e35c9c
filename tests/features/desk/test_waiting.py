"""What a supervisor does about those who wait: let one go first, or lead it elsewhere."""

from __future__ import annotations

from typing import Any

import httpx

from tests.features.desk.house import Desk


async def waiting(client: httpx.AsyncClient, queue: str, count: int) -> list[dict[str, Any]]:
    """Who stands in line, once so many do."""
    calls: list[dict[str, Any]] = [{}] * (count + 1)
    while len(calls) != count:
        calls = (await client.get(f"/queues/{queue}/live")).json()["calls"]
    return calls


async def test_who_is_boosted_stands_first_and_is_offered_first(desk: Desk) -> None:
    async with desk.as_("supervisor") as leader, desk.as_("admin") as admin:
        await desk.call("4001", "+8613800000009")
        (first,) = await waiting(leader, "support", 1)
        await desk.call("4001", "+8613800000001")
        late = (await waiting(leader, "support", 2))[1]["interaction_id"]
        for _ in range(2):
            reply = await leader.post(f"/interactions/{late}/boost")
            assert reply.status_code == 202, reply.text
        line = []
        while not line or line[0]["interaction_id"] != late:
            line = await waiting(leader, "support", 2)
        log = (await admin.get("/audit", params={"action": "interactions.boosted"})).json()["items"]
        async with desk.ready("agent1") as agent:
            offer = await agent.offer()
    assert (line[0]["boosted"], line[1]["boosted"]) == (True, False)
    assert line[1]["interaction_id"] == first["interaction_id"]
    assert offer["interaction_id"] == late
    assert {entry["subject"] for entry in log} == {late}


async def test_who_is_moved_waits_in_the_other_queue(desk: Desk) -> None:
    async with desk.as_("supervisor") as leader, desk.as_("admin") as admin:
        await desk.call("4001")
        (call,) = await waiting(leader, "support", 1)
        name = call["interaction_id"]
        reply = await leader.post(f"/interactions/{name}/move", json={"to_queue": "billing"})
        assert reply.status_code == 202, reply.text
        (moved,) = await waiting(leader, "billing", 1)
        await waiting(leader, "support", 0)
        nowhere = await leader.post(f"/interactions/{name}/move", json={"to_queue": "none"})
        figures = {"overflowed_out": 0}
        while figures["overflowed_out"] == 0:  # they are looked at anew each second
            figures = (await leader.get("/queues/support/live")).json()["service_level"]["figures"]
        log = (await admin.get("/audit", params={"action": "interactions.moved"})).json()["items"]
        billing = (await admin.get("/queues/billing")).json()["id"]
    assert (moved["interaction_id"], moved["ringing"]) == (name, False)
    assert nowhere.json()["code"] == "queue_unknown"
    assert figures["overflowed_out"] == 1
    assert [entry["detail"] for entry in log] == [{"to_queue_id": billing}]


async def test_only_who_leads_the_queues_team_may(desk: Desk) -> None:
    async with desk.as_("supervisor") as leader, desk.as_("agent1") as agent:
        await desk.call("4001")
        (call,) = await waiting(leader, "support", 1)
        path = f"/interactions/{call['interaction_id']}"
        assert (await agent.post(f"{path}/boost")).status_code == 403
        async with desk.as_("admin", "two") as other:
            assert (await other.post(f"{path}/boost")).json()["code"] == "interaction_unknown"
        async with desk.ready("agent1") as ready:
            await ready.offer()
        unknown = await leader.post("/interactions/none/boost")
    assert unknown.json()["code"] == "interaction_unknown"


async def test_what_does_not_wait_is_neither_boosted_nor_moved_nor_logged(desk: Desk) -> None:
    async with desk.as_("supervisor") as leader, desk.as_("admin") as admin:
        await desk.call("4003")
        rows: list[dict[str, Any]] = []
        while not rows:
            rows = (await leader.get("/interactions")).json()["items"]
        path = f"/interactions/{rows[0]['id']}"
        boosted = await leader.post(f"{path}/boost")
        moved = await leader.post(f"{path}/move", json={"to_queue": "billing"})
        log = (await admin.get("/audit", params={"action": "interactions.boosted"})).json()["items"]
    assert (boosted.status_code, boosted.json()["code"]) == (409, "not_waiting")
    assert (moved.status_code, moved.json()["code"]) == (409, "not_waiting")
    assert log == []
