"""Lists in a whole node: an agent first, then the call; what came of it; pause and restart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx

from tests.features.desk.house import Desk, Json
from tests.features.desk.test_callbacks import dialled, rung
from trunkline.core.words import Cause

FILE = "number,plan\n13911110021,gold\n13911110022,basic\n13911110023,basic\n"


@asynccontextmanager
async def listed(desk: Desk, text: str = FILE, **more: Any) -> AsyncIterator[tuple[Any, str]]:
    """A list of whom we call because they asked for it: that is allowed at any hour."""
    async with desk.as_("supervisor") as client, desk.as_("admin") as admin:
        tag = (await admin.get("/outbound/rules")).headers["ETag"]
        day_and_night = {"callbacks_at_any_hour": True}
        await admin.patch("/outbound/rules", json=day_and_night, headers={"If-Match": tag})
        body = {"name": "Renewals", "queue_id": "support", "number": "4001", **more}
        made = await client.post("/dialling-lists", json={"purpose": "callback", **body})
        assert made.status_code == 201, made.text
        path = f"/dialling-lists/{made.json()['id']}"
        assert (await client.post(f"{path}/entries", json={"text": text})).is_success
        yield client, path


async def entries(client: httpx.AsyncClient, path: str) -> list[Json]:
    return list((await client.get(f"{path}/entries")).json()["items"])


async def sees(client: httpx.AsyncClient, path: str, holds: Callable[[list[Json]], bool]) -> None:
    async with asyncio.timeout(8):
        while not holds(await entries(client, path)):
            await asyncio.sleep(0.02)


def stand(items: list[Json], *wanted: tuple[str, str | None]) -> bool:
    return {(one["state"], one["outcome"]) for one in items} == set(wanted)


async def test_progressive_dials_one_an_agent_and_tells_busy_from_answered(desk: Desk) -> None:
    async with listed(desk, mode="progressive", spacing_ms={}) as (client, path):
        await client.post(f"{path}/start")
        async with desk.ready("agent1") as agent:
            first = await rung(desk)
            assert first.caller == "4001"
            desk.edge.end(first.leg, Cause.BUSY)
            await agent.stream.event("trunkline.callback.tried.v1")
            second = await rung(desk, 2)
            desk.edge.take_up(second.leg)
            await agent.stream.event("trunkline.interaction.reached.v1")
            await asyncio.sleep(1.2)
            assert len(dialled(desk)) == 2, "nobody is dialled while no agent is free"
            found = {(one["state"], one["outcome"]) for one in await entries(client, path)}
            assert found == {("ended", "busy"), ("talking", "reached"), ("waiting", None)}
            desk.edge.end(second.leg)
            await sees(
                client, path, lambda items: not any(it["state"] == "talking" for it in items)
            )
            progress = (await client.get(path)).json()["progress"]
            assert progress["outcomes"] == {"busy": 1, "reached": 1}


async def test_an_agent_sees_the_card_skips_and_calls_the_next(desk: Desk) -> None:
    async with listed(desk, mode="preview", spacing_ms={}) as (client, path):
        await client.post(f"{path}/start")
        async with desk.ready("agent1") as agent:
            offer = await agent.offer()
            card = offer["pop"]["listed"]
            assert (card["list_name"], card["mode"]) == ("Renewals", "preview")
            assert card["fields"] == {"plan": "gold"}
            skip = f"/offers/{offer['offer_id']}/decline"
            assert (await agent.client.post(skip, json={"reason": "wrong_person"})).is_success
            following = await agent.offer()
            assert not dialled(desk)
            assert (await agent.me())["state"] == "offered"
            assert (await agent.client.post(f"/offers/{following['offer_id']}/accept")).is_success
            desk.edge.take_up((await rung(desk)).leg)
            await agent.stream.event("trunkline.interaction.reached.v1")
        by_outcome = {one["outcome"]: one for one in await entries(client, path)}
        assert by_outcome["skipped"]["detail"] == "wrong_person"
        assert by_outcome["reached"]["state"] == "talking"


async def test_a_paused_list_takes_back_what_nobody_took(desk: Desk) -> None:
    async with listed(desk, mode="preview") as (client, path):
        await client.post(f"{path}/start")
        async with desk.ready("agent1") as agent:
            await agent.offer()
            await client.post(f"{path}/pause")
            await sees(client, path, lambda items: stand(items, ("waiting", None)))
            assert (await agent.me())["state"] == "ready"


async def test_a_call_that_the_rule_refuses_at_the_dial_names_it(desk: Desk) -> None:
    text = "number\n13911110021\n"
    async with listed(desk, text, mode="preview") as (client, path), desk.as_("admin") as admin:
        await client.post(f"{path}/start")
        async with desk.ready("agent1") as agent:
            offer = await agent.offer()
            morning = {"weekdays": [0], "opens": 0, "closes": 1}
            await admin.patch(path, json={"windows": [morning]})
            await agent.client.post(f"/offers/{offer['offer_id']}/accept")
            await agent.stream.event("trunkline.callback.tried.v1")
        (entry,) = await entries(client, path)
        assert (entry["outcome"], entry["rule"], entry["tries"]) == ("refused", "window", 0)
    assert not dialled(desk)
