"""Parked calls, as the API has them: left in a slot, listed with who and how long, fetched."""

from __future__ import annotations

from contextlib import AsyncExitStack

from tests.features.desk.house import Desk, Json, Ready, until
from tests.features.desk.test_others import Scene


async def parked(client: Ready) -> list[Json]:
    found: list[Json] = (await client.client.get("/parked")).json()["items"]
    return found


async def test_a_parked_customer_is_listed_and_fetched_by_a_colleague(desk: Desk) -> None:
    async with AsyncExitStack() as things:
        scene = await Scene.open(desk, things)
        assert not await scene.does("park")
        told = await scene.other.stream.event("trunkline.interaction.parked.v1")
        await until(lambda: scene.hears(scene.customer) == {"music"})
        (one,) = await parked(scene.other)
        assert (await scene.mine.me())["work"]["kind"] == "wrap_up"
        reply = await scene.other.do(scene.call, "retrieve")
        assert reply.status_code == 202, reply.text
        await scene.other.stream.event("trunkline.interaction.retrieved.v1")
        work = (await scene.other.me())["work"]
        assert (work["kind"], work["retrieving"], work["interaction_id"]) == (
            "segment", False, scene.call,
        )  # fmt: skip
        await until(lambda: scene.hears(scene.customer) != {"music"})
        assert await parked(scene.other) == []
        page = (await scene.other.client.get(f"/interactions/{scene.call}")).json()
    assert (told["slot"], told["interaction_id"]) == (701, scene.call)
    assert (one["slot"], one["by"]["name"]) == (701, "陈晨")
    assert one["queue"]["name"] == "support"
    assert one["phone_masked"]
    kinds = [(one["kind"], one["detail"]) for one in page["segments"]]
    assert [kind for kind, _ in kinds if kind in ("talk", "parked")] == ["talk", "parked", "talk"]
    assert ("parked", "701") in kinds
    stretch = {one["kind"]: one for one in page["segments"]}
    assert stretch["parked"]["ended_at"] == stretch["talk"]["started_at"], (
        "exact to the millisecond"
    )


async def test_a_slot_is_asked_for_by_number_and_refused_when_it_is_none(desk: Desk) -> None:
    async with AsyncExitStack() as things:
        scene = await Scene.open(desk, things)
        assert await scene.does("park", {"slot": 5}) == "parking_slot_unknown"
        assert not await scene.does("park", {"slot": 712})
        assert [one["slot"] for one in await parked(scene.mine)] == [712]


async def test_what_is_parked_is_of_its_tenant(desk: Desk) -> None:
    async with AsyncExitStack() as things:
        scene = await Scene.open(desk, things)
        assert not await scene.does("park")
        other = await things.enter_async_context(desk.as_("agent1", "two"))
        assert (await other.get("/parked")).json()["items"] == []
        assert (await other.post(f"/interactions/{scene.call}/retrieve")).status_code == 404


async def test_what_is_not_parked_is_not_fetched(desk: Desk) -> None:
    async with AsyncExitStack() as things:
        scene = await Scene.open(desk, things)
        reply = await scene.other.do(scene.call, "retrieve")
    assert (reply.status_code, reply.json()["code"]) == (409, "not_parked")


async def test_a_customer_who_hangs_up_leaves_the_slot(desk: Desk) -> None:
    async with AsyncExitStack() as things:
        scene = await Scene.open(desk, things)
        assert not await scene.does("park")
        desk.edge.end(scene.customer)
        await scene.mine.stream.event("trunkline.interaction.ended.v1")
        assert await parked(scene.mine) == []
        page = await scene.page()
    assert [one["kind"] for one in page["segments"] if one["ended_at"] is None] == ["wrap_up"]


async def test_the_organisation_chooses_its_slots(desk: Desk) -> None:
    async with desk.as_("admin") as admin:
        before = (await admin.get("/settings")).json()
        wanted = {"first_slot": 11, "last_slot": 12, "timeout_s": 30}
        assert before["parking"] == {"first_slot": 701, "last_slot": 720, "timeout_s": 120}
        body = {
            "name": before["name"], "surveys": before["surveys"],
            "ticket_of_every_call": before["ticket_of_every_call"], "parking": wanted,
        }  # fmt: skip
        match = {"If-Match": f'"{before["version"]}"'}
        assert (await admin.put("/settings", json=body, headers=match)).status_code == 200
        wrong = body | {"parking": {"first_slot": 1, "last_slot": 900}}
        assert (await admin.put("/settings", json=wrong)).status_code == 422
        assert (await admin.get("/settings")).json()["parking"] == wanted
    async with AsyncExitStack() as things:
        scene = await Scene.open(desk, things)
        assert not await scene.does("park")
        assert [one["slot"] for one in await parked(scene.mine)] == [11]
