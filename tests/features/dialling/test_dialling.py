"""Dialling lists over HTTP: made, filled, turned, seen by their tenant alone."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.tools.rig import NOON, Rig
from trunkline.core.inputs import CancelCallback, OpenCallback
from trunkline.features import customers, dialling, numbers, outbound, queues
from trunkline.features.dialling import course, store, working
from trunkline.features.dialling.store import EntryState, Outcome, Rules, Window
from trunkline.features.outbound import Rule

HOUR_MS = 3_600_000
FILE = "number,zone,plan\n13800138000,,basic\n139 0013 9000,Asia/Tokyo,gold\n"


@pytest.fixture
async def rig() -> Rig:
    rig = Rig(dialling.router, *outbound.routers, *numbers.routers, queues.router, customers.router)
    for tenant, number in (("one", "4001"), ("two", "4002")):
        async with rig.as_(tenant) as client:
            queue = (await client.post("/queues", json={"name": "support"})).json()["id"]
            await client.post("/numbers", json={"number": number, "queue_id": queue})
    return rig


async def made(client: httpx.AsyncClient, **more: Any) -> Any:
    body = {"name": "Renewals", "queue_id": "support", "number": "4001", **more}
    reply = await client.post("/dialling-lists", json=body)
    assert reply.status_code == 201, reply.text
    return reply.json()


async def filled(client: httpx.AsyncClient, list_id: str, text: str = FILE, **query: Any) -> Any:
    path = f"/dialling-lists/{list_id}/entries"
    return await client.post(path, json={"text": text}, params=query)


async def entries(client: httpx.AsyncClient, list_id: str, **query: Any) -> list[Any]:
    found = await client.get(f"/dialling-lists/{list_id}/entries", params=query)
    return list(found.json()["items"])


def row_of(rig: Rig, list_id: str) -> store.ListRow:
    row = rig.db.do(lambda tx: store.get_list(tx, "one", list_id))
    assert row is not None
    return row


async def test_the_numbers_of_a_file_are_read_as_they_are_dialled_from_home(rig: Rig) -> None:
    rig.db.do(lambda tx: outbound.choose(rig.writing(tx, "one"), {"home": "US"}))
    async with rig.as_("one") as client:
        list_id = (await made(client))["id"]
        file = "number\n2125550123\n13800138000\n"
        told = (await filled(client, list_id, file, dry_run=True)).json()
        assert (told["added"], [one["line"] for one in told["refusals"]]) == (1, [3])


async def test_a_dry_run_tells_what_a_file_brings_and_writes_nothing(rig: Rig) -> None:
    async with rig.as_("one") as client:
        list_id = (await made(client))["id"]
        told = (await filled(client, list_id, FILE + "12,,\n13800138000,,x\n", dry_run=True)).json()
        assert (told["lines"], told["added"], told["refused"]) == (4, 2, 2)
        assert [one["code"] for one in told["refusals"]] == ["number_invalid", "number_listed"]
        assert await entries(client, list_id) == []


async def test_a_list_is_filled_once_with_each_number(rig: Rig) -> None:
    async with rig.as_("one") as client:
        list_id = (await made(client))["id"]
        assert (await filled(client, list_id)).json()["added"] == 2
        assert (await filled(client, list_id)).json()["added"] == 0
        progress = (await client.get(f"/dialling-lists/{list_id}")).json()["progress"]
        assert (progress["total"], progress["states"]) == (2, {"waiting": 2})
        people = {one["number"]: one for one in await entries(client, list_id)}
        assert people["+8613900139000"]["zones"] == ["Asia/Tokyo"]
        assert people["+8613800138000"]["fields"] == {"plan": "basic"}


async def test_who_may_not_see_numbers_sees_neither_them_nor_the_fields(rig: Rig) -> None:
    async with rig.as_("one") as client, rig.as_("one", "auditor") as auditor:
        list_id = (await made(client))["id"]
        await filled(client, list_id)
        shown = await entries(auditor, list_id)
        assert all("****" in one["number"] and one["fields"] == {} for one in shown)
        assert (await auditor.post(f"/dialling-lists/{list_id}/start")).status_code == 403


async def test_a_list_is_its_tenants_own(rig: Rig) -> None:
    async with rig.as_("one") as client, rig.as_("two") as stranger:
        list_id = (await made(client))["id"]
        assert (await stranger.get("/dialling-lists")).json()["items"] == []
        for path in ("", "/entries"):
            assert (await stranger.get(f"/dialling-lists/{list_id}{path}")).status_code == 404
        assert (await filled(stranger, list_id)).json()["code"] == "list_unknown"
        assert (await stranger.delete(f"/dialling-lists/{list_id}")).status_code == 404
        foreign = {"name": "x", "queue_id": "support", "number": "4001"}
        refused = await stranger.post("/dialling-lists", json=foreign)
        assert refused.json()["code"] == "number_unknown"


async def test_a_list_goes_its_way_and_no_other(rig: Rig) -> None:
    async with rig.as_("one") as client:
        list_id = (await made(client))["id"]
        verbs = ("pause", "start", "start", "pause", "start", "stop", "start")
        told = [(await client.post(f"/dialling-lists/{list_id}/{verb}")).json() for verb in verbs]
        assert [one.get("state", one.get("code")) for one in told] == [
            "list_state", "running", "list_state", "paused", "running", "stopped", "list_state",
        ]  # fmt: skip
        assert (await filled(client, list_id)).json()["code"] == "list_stopped"
        assert (await client.delete(f"/dialling-lists/{list_id}")).status_code == 204


async def test_a_name_is_taken_once_and_rules_are_changed_one_by_one(rig: Rig) -> None:
    async with rig.as_("one") as client:
        first, other = await made(client), await made(client, name="Other")
        path = f"/dialling-lists/{other['id']}"
        assert (await client.patch(path, json={"name": "Renewals"})).json()["code"] == "name_taken"
        window = {"weekdays": [0, 1], "opens": 540, "closes": 720, "zones": ["Asia/Tokyo"]}
        changed = (await client.patch(path, json={"most_tries": 5, "windows": [window]})).json()
        assert (changed["most_tries"], changed["windows"]) == (5, [window])
        assert changed["spacing_ms"] == first["spacing_ms"]


async def test_an_entry_stands_in_line_as_one_who_is_listed(rig: Rig) -> None:
    async with rig.as_("one") as client:
        list_id = (await made(client, mode="progressive"))["id"]
        await filled(client, list_id)
        assert await working.line_up(rig.platform, row_of(rig, list_id), 1) == 1
    (_, given) = rig.cells.given[-1]
    assert isinstance(given, OpenCallback)
    assert given.dialling is not None
    assert (given.dialling.list, given.dialling.mode) == (list_id, "progressive")


async def test_a_closed_window_puts_off_everybody_who_is_there_until_it_opens(rig: Rig) -> None:
    morning = {"weekdays": [0, 1, 2, 3, 4, 5, 6], "opens": 540, "closes": 720}
    async with rig.as_("one") as client:
        list_id = (await made(client, windows=[morning]))["id"]
        await filled(client, list_id, "number\n13800138000\n13900139000\n")
        assert await working.line_up(rig.platform, row_of(rig, list_id), 2) == 0
        found = await entries(client, list_id)
    assert [one["rule"] for one in found] == ["window", "window"]
    assert {one["due_at"] for one in found} == {"2026-11-22T01:00:00.000Z"}, "nine in Shanghai"
    assert rig.cells.given == []


async def test_who_said_no_is_refused_for_good_by_name_of_the_rule(rig: Rig) -> None:
    async with rig.as_("one") as client:
        list_id = (await made(client))["id"]
        await filled(client, list_id)
        body = {"number": "13800138000", "reason": "asked us not to"}
        await client.post("/outbound/do-not-call", json=body)
        assert await working.line_up(rig.platform, row_of(rig, list_id), 5) == 1
        (refused,) = await entries(client, list_id, outcome="refused")
        assert (refused["rule"], refused["state"]) == ("own_list", "ended")


async def test_entries_in_line_are_taken_back_and_may_not_be_erased_meanwhile(rig: Rig) -> None:
    async with rig.as_("one") as client:
        list_id = (await made(client))["id"]
        await filled(client, list_id)
        (entry, other) = await entries(client, list_id)
        lined = {"state": EntryState.LINED, "callback_id": "cbk-1"}
        rig.db.do(lambda tx: store.change_entry(tx, "one", entry["id"], **lined))
        path = f"/dialling-lists/{list_id}/entries"
        busy = await client.delete(f"{path}/{entry['id']}")
        assert busy.json()["code"] == "entry_busy"
        assert (await client.delete(f"{path}/{other['id']}")).status_code == 204
        rows = rig.db.do(lambda tx: working._in_line(tx, "one", list_id))
        assert await working._cancel(rig.platform, "one", rows[0])
    assert isinstance(rig.cells.given[-1][1], CancelCallback)


async def test_a_customer_who_is_erased_stands_on_no_list(rig: Rig) -> None:
    async with rig.as_("one") as client:
        new = {"name": "Emma", "phones": ["13800138000"]}
        customer = (await client.post("/customers", json=new)).json()
        list_id = (await made(client))["id"]
        await filled(client, list_id)
        owned = [one for one in await entries(client, list_id) if one["customer_id"]]
        assert [one["customer_id"] for one in owned] == [customer["id"]]
        rig.db.do(lambda tx: dialling.drop_of_customer(tx, "one", customer["id"]))
        assert len(await entries(client, list_id)) == 1


def test_tries_are_spaced_by_outcome_and_counted() -> None:
    rules = Rules(most_tries=2, spacing_ms={Outcome.BUSY: 60_000})
    assert course.after_try(rules, Outcome.BUSY, 1, NOON) == NOON + 60_000
    assert course.after_try(rules, Outcome.BUSY, 2, NOON) is None
    assert course.after_try(rules, Outcome.MACHINE, 1, NOON) is None
    again = Rules(again_on={"wants_offer": HOUR_MS})
    assert course.after_talk(again, "wants_offer", 1, NOON) == NOON + HOUR_MS
    assert course.after_talk(again, "solved", 1, NOON) is None


def test_time_lifts_some_rules_and_others_stay() -> None:
    assert course.after_refusal(Rule.ATTEMPTS_PER_DAY, NOON) == NOON + course.COUNTED_OUT_MS
    assert course.after_refusal(Rule.OWN_LIST, NOON) is None


def test_a_window_that_names_a_zone_is_for_it_alone() -> None:
    tokyo, others = Window((0,), 0, 60, ("Asia/Tokyo",)), Window((1,), 60, 120)
    rules = Rules(windows=(tokyo, others))
    (there,) = course.window_of(rules, ("Asia/Tokyo",)) or ()
    (here,) = course.window_of(rules, ("Asia/Shanghai",)) or ()
    assert (there.opens, here.opens) == (0, 60)
    assert course.window_of(Rules(), ("Asia/Tokyo",)) is None
