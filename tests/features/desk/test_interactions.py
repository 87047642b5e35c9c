"""Interactions: lists and pages within reach, names joined, numbers masked."""

from __future__ import annotations

import pytest

from tests.features.desk.house import Desk, Json, until

PAST = "2020-01-01T00:00:00Z"


async def test_lists_go_by_filter_and_page(desk: Desk) -> None:
    legs = [await desk.call("4001", f"+861380000000{n}") for n in (1, 2, 3)]
    async with desk.as_("admin") as client:
        await appeared(client, 3)
        first = (await client.get("/interactions", params={"limit": 2})).json()
        rest = (
            await client.get("/interactions", params={"limit": 2, "cursor": first["next"]})
        ).json()
        for leg in legs[:1]:
            desk.edge.end(leg)
        await ended(client, 1)
        waiting = await items(client, state="queued", queue="support")
        gone = await items(client, state="ended")
        none = await items(client, to=PAST)
        unknown = await client.get("/interactions", params={"queue": "nowhere"})
        wrong = await client.get("/interactions", params={"cursor": "nonsense"})
    assert [row["phone_masked"] for row in [*first["items"], *rest["items"]]] == [
        "+86 138 **** 0003",
        "+86 138 **** 0002",
        "+86 138 **** 0001",
    ]
    assert rest["next"] is None
    assert (len(waiting), len(none)) == (2, 0)
    assert (gone[0]["ended_by"], gone[0]["customer"]["name"]) == ("abandoned", "李小明")
    assert gone[0]["queue"]["name"] == "support"
    assert (unknown.status_code, wrong.json()["code"]) == (404, "cursor_invalid")


async def test_an_agent_sees_his_own_a_supervisor_his_teams_and_a_tenant_its_own(
    desk: Desk,
) -> None:
    async with desk.ready("agent1") as agent:
        await desk.call()
        interaction = await agent.take()
        await desk.call("4001", "+8613800000002")
        async with desk.as_("admin") as admin:
            await appeared(admin, 2)
            both = await items(admin)
        mine = await items(agent.client)
        own = (await agent.client.get("/me/interactions")).json()["items"]
        async with desk.as_("supervisor") as leader, desk.as_("admin", "two") as other:
            led = await items(leader)
            theirs = await items(other)
            hidden = await other.get(f"/interactions/{interaction}")
            pop = await other.get(f"/interactions/{interaction}/pop")
            live = await other.get("/queues/support/live")
    assert [row["id"] for row in mine] == [row["id"] for row in own] == [interaction]
    assert (len(both), len(led), theirs) == (2, 2, [])
    assert {hidden.status_code, pop.status_code, live.status_code} == {404}
    assert mine[0]["agent"]["name"] == "陈晨"


async def test_a_call_that_has_reached_no_queue_is_no_teams_so_every_supervisor_sees_it(
    desk: Desk,
) -> None:
    await desk.call("4000")
    async with desk.as_("supervisor") as leader, desk.as_("agent1") as agent:
        await appeared(leader, 1)
        (row,) = await items(leader)
        page = await leader.get(f"/interactions/{row['id']}")
        hidden = await agent.get(f"/interactions/{row['id']}")
        assert await items(agent) == []
    assert (row["state"], row["queue"]) == ("flow", None)
    assert (page.status_code, hidden.status_code) == (200, 404)


async def test_the_way_through_the_menu_is_told_in_words(desk: Desk) -> None:
    customer = await desk.call("4000")
    async with desk.as_("admin") as admin:
        await appeared(admin, 1)
        await until(lambda: any(type(c).__name__ == "Collect" for c in desk.edge.done))
        desk.edge.press(customer, "2")
        (row,) = await queued(admin)
        page = (await admin.get(f"/interactions/{row['id']}")).json()
    words = [step["words"]["en"] for step in page["path"]]
    assert "Pressed 2: billing" in words
    assert words[0] == "Greeting"
    assert page["queue"]["name"] == "billing"


async def test_live_figures_of_a_queue_name_their_formula(desk: Desk) -> None:
    await desk.call()
    async with desk.ready("agent1") as agent:
        await agent.take()
    async with desk.as_("supervisor") as client:
        live: Json = {}
        while live.get("agents", {}).get("handling") != 1:
            live = (await client.get("/queues/support/live")).json()
    assert (live["waiting"], live["longest_wait_ms"], live["calls"]) == (0, 0, [])
    assert live["service_level"]["value"] == 1.0
    assert live["service_level"]["formula"] == "answered_within_20s / offered"
    figures = live["service_level"]["figures"]
    assert (figures["offered"], figures["answered_in_time"]) == (1, 1)
    ways = [figures[way] for way in ("ignored", "negative", "positive")]
    assert [way["value"] for way in ways] == [1.0, 1.0, 1.0]
    assert len({way["formula"] for way in ways}) == 3


@pytest.mark.parametrize("length", ["15", "30", "60", "1440"])
async def test_the_service_level_can_be_asked_for_by_intervals_of_each_length(
    desk: Desk, length: str
) -> None:
    times = {"from": "2026-11-21T00:00:00Z", "to": "2026-11-22T00:00:00Z"}
    async with desk.as_("supervisor") as client:
        where = "/queues/support/service-level"
        told = await client.get(where, params={**times, "interval_min": length})
        wrong = [
            await client.get(where, params={**times, "interval_min": other}) for other in ("7", "x")
        ]
    assert (told.status_code, told.json()["items"]) == (200, [])
    assert [answer.json()["code"] for answer in wrong] == ["invalid_request"] * 2


async def test_the_service_level_is_of_the_day_where_the_tenant_is(desk: Desk) -> None:
    async with desk.as_("admin") as admin:
        chosen = (await admin.get("/settings")).json()
        del chosen["language"], chosen["version"]
        for timezone, midnight in (("Asia/Shanghai", "16:00"), ("Asia/Kolkata", "18:30")):
            told = await admin.put("/settings", json={**chosen, "timezone": timezone})
            assert told.status_code == 200
            since = (await admin.get("/queues/support/live")).json()["service_level"]["since"]
            assert since[11:16] == midnight


async def test_a_customers_interactions_are_listed_with_him(desk: Desk) -> None:
    await desk.call("4001", "+8613800000004")
    async with desk.as_("admin") as client:
        await appeared(client, 1)
        (found,) = (await client.get("/customers", params={"q": "+8613800000004"})).json()["items"]
        listed = (await client.get(f"/customers/{found['id']}/interactions")).json()["items"]
        async with desk.as_("admin", "two") as other:
            hidden = await other.get(f"/customers/{found['id']}/interactions")
    assert [row["customer"]["id"] for row in listed] == [found["id"]]
    assert hidden.json()["code"] == "customer_unknown"


async def test_what_is_still_owed_is_listed(desk: Desk) -> None:
    async with desk.as_("agent1") as client:
        assert (await client.get("/me/unfinished")).json() == {"items": []}


async def items(client: object, **query: str) -> list[Json]:
    """What the list holds."""
    reply = await client.get("/interactions", params=query)  # type: ignore[attr-defined]
    assert reply.status_code == 200, reply.text
    found: list[Json] = reply.json()["items"]
    return found


async def appeared(client: object, count: int) -> None:
    """Wait till so many interactions are there."""
    while len(await items(client)) < count:
        pass


async def ended(client: object, count: int) -> None:
    """Wait till so many have ended."""
    while len(await items(client, state="ended")) < count:
        pass


async def queued(client: object) -> list[Json]:
    """Those that wait, once one does."""
    while not (found := await items(client, state="queued")):
        pass
    return found
