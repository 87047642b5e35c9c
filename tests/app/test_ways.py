"""By which trunks calls go out, in a whole node: order, numbers, bounds, silence, loss."""

from __future__ import annotations

from typing import Any

import httpx

from tests.features.desk.house import Desk, until
from tests.features.desk.test_callbacks import EMMA, ask, rung
from trunkline.app.ways import Ways
from trunkline.core.words import Cause, LegId

NUMBER = "4000"
OLD, NEW = "198.51.100.1", "198.51.100.2"


def ways(desk: Desk) -> Ways:
    return desk.node._bound.ways


def tenant(desk: Desk) -> str:
    return next(iter(desk.node.cells.drivers))


async def order(desk: Desk, number: str = NUMBER) -> list[str]:
    """The hosts of the trunks, in the order in which they are tried."""
    hosts = {row.id: row.host or "" for row in ways(desk)._trunks[tenant(desk)].rows}
    found = await ways(desk).outward(tenant(desk), number)
    hosts = {row.id: row.host or "" for row in ways(desk)._trunks[tenant(desk)].rows}
    return [hosts[trunk] for trunk in found]


async def first_trunk(client: httpx.AsyncClient, **changes: Any) -> str:
    trunk = (await client.get("/trunks")).json()["items"][0]
    reply = await client.patch(f"/trunks/{trunk['id']}", json={"host": OLD, **changes})
    assert reply.status_code == 200, reply.text
    return str(trunk["id"])


async def another(client: httpx.AsyncClient, **fields: Any) -> str:
    body = {"name": "second", "host": NEW, **fields}
    reply = await client.post("/trunks", json=body)
    assert reply.status_code == 201, reply.text
    return str(reply.json()["id"])


async def test_trunks_are_tried_in_their_order_and_a_number_may_have_its_own(desk: Desk) -> None:
    async with desk.as_("admin") as admin:
        first = await first_trunk(admin, place=5)
        await another(admin, place=1)
        assert await order(desk) == [NEW, OLD]
        own = {"items": [{"trunk_id": first}]}
        told = await admin.put(f"/numbers/{NUMBER}/trunks", json=own)
        assert told.json() == {"items": [{"trunk_id": first, "place": 0, "weight": 1}]}
        assert await order(desk) == [OLD]
        assert await order(desk, "4001") == [NEW, OLD]
        unknown = {"items": [{"trunk_id": "trk_none"}]}
        gone = await admin.put(f"/numbers/{NUMBER}/trunks", json=unknown)
        assert (gone.status_code, gone.json()["code"]) == (404, "trunk_unknown")
        assert (await admin.delete(f"/trunks/{first}")).status_code == 204
        assert await order(desk) == [NEW]


async def test_a_dial_names_its_trunk_and_those_after_it(desk: Desk) -> None:
    async with desk.as_("admin") as admin, desk.ready("agent1") as agent:
        first = await first_trunk(admin)
        second = await another(admin, place=1)
        await ask(admin, phone=EMMA)
        offer = await agent.offer()
        await agent.client.post(f"/offers/{offer['offer_id']}/accept")
        dial = await rung(desk)
    assert (dial.trunk, dial.others) == (first, (second,))


async def test_a_full_trunk_takes_no_call_more_in_either_direction(desk: Desk) -> None:
    async with desk.as_("admin") as admin:
        first = await first_trunk(admin, most_calls=1)
        assert await order(desk) == [OLD]
        leg = desk.edge.arrive("4001", trunk=first)
        await until(lambda: bool(desk.edge.heard(leg)))
        assert await order(desk) == []
        refused = desk.edge.arrive("4001", EMMA, trunk=first)
        await until(lambda: refused in desk.edge.statuses())
        assert desk.edge.statuses()[refused] is Cause.OVERLOAD
        desk.edge.end(leg)
        await until(lambda: not ways(desk).full(tenant(desk), first))
        assert await order(desk) == [OLD]


async def test_calls_a_second_are_bounded(desk: Desk) -> None:
    async with desk.as_("admin") as admin:
        first = await first_trunk(admin, most_calls_a_second=2)
        await order(desk)
        for leg in ("one", "two"):
            ways(desk).began(LegId(leg), first)
            ways(desk).ended(LegId(leg))
        assert ways(desk).full(tenant(desk), first)


async def test_a_silent_trunk_comes_last_until_it_answers(desk: Desk) -> None:
    async with desk.as_("admin") as admin:
        await first_trunk(admin)
        await another(admin, place=1)
        await order(desk)
        desk.edge.answering = {NEW}
        await ways(desk).probe()
        assert await order(desk) == [NEW, OLD]
        desk.edge.answering = {NEW, OLD}
        await ways(desk).probe()
        assert await order(desk) == [OLD, NEW]
