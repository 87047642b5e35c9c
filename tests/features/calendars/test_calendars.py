"""Calendars through the API: kept, looked at ahead, closed by hand; and their store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.features.both import BOTH, opened
from tests.tools.rig import NOON, MemoryDatabase, Rig
from trunkline.features import calendars, numbers, queues

WEEK = [
    {"day": day, "opens": opens, "closes": closes}
    for day in range(5)
    for opens, closes in (("09:00", "12:00"), ("13:30", "18:00"))
]
OFFICE = {"name": "office", "weekly": WEEK}
HOUR = 3_600_000


@pytest.fixture
def rig() -> Rig:
    return Rig(calendars.router, *numbers.routers, queues.router)


async def make(rig: Rig, body: dict[str, Any] = OFFICE, tenant: str = "one") -> dict[str, Any]:
    async with rig.as_(tenant) as client:
        reply = await client.post("/calendars", json=body)
    assert reply.status_code == 201, reply.text
    made: dict[str, Any] = reply.json()
    return made


async def test_a_calendar_says_whether_it_is_open_and_when_that_changes(rig: Rig) -> None:
    made = await make(rig)  # a Saturday, 20:00 in Shanghai
    assert (made["open"], made["changes_at"]) == (False, "2026-11-23T01:00:00.000Z")
    rig.clock.advance(2 * 24 * HOUR - 10 * HOUR)
    async with rig.as_("one", "supervisor") as client:
        now = (await client.get("/calendars/office")).json()
    assert (now["open"], now["changes_at"]) == (True, "2026-11-23T04:00:00.000Z")


async def test_a_change_needs_the_version_that_was_seen(rig: Rig) -> None:
    await make(rig)
    async with rig.as_("one") as client:
        tag = (await client.get("/calendars/office")).headers["ETag"]
        seen = {"If-Match": tag}
        first = await client.patch("/calendars/office", json={"timezone": "UTC"}, headers=seen)
        late = await client.patch("/calendars/office", json={"weekly": []}, headers=seen)
    assert first.json()["timezone"] == "UTC"
    assert first.json()["weekly"] == WEEK
    assert (late.status_code, late.json()["code"]) == (412, "version_changed")


async def test_a_calendar_stays_while_a_number_keeps_it(rig: Rig) -> None:
    made = await make(rig)
    async with rig.as_("one") as client:
        queue = (await client.post("/queues", json={"name": "support"})).json()["id"]
        number = {"number": "4001", "queue_id": queue, "calendar_id": made["id"]}
        await client.post("/numbers", json=number)
        refused = await client.delete("/calendars/office")
        await client.patch("/numbers/4001", json={"calendar_id": None})
        gone = await client.delete("/calendars/office")
    assert (refused.status_code, refused.json()["code"]) == (409, "calendar_in_use")
    assert gone.status_code == 204


async def test_the_coming_days_of_a_plan_are_shown_before_it_is_stored(rig: Rig) -> None:
    christmas = {"on": "2026-11-30", "until": "2026-12-01", "name": "Move"}
    plan = {"weekly": WEEK, "timezone": "Europe/Berlin", "exceptions": [christmas]}
    async with rig.as_("one") as client:
        days = (await client.post("/calendars/preview", json=plan)).json()["days"]
        stored = (await client.get("/calendars")).json()
    assert [day["on"] for day in days[:2]] == ["2026-11-21", "2026-11-22"]
    assert len(days) == 14
    assert (days[2]["why"], len(days[2]["intervals"])) == ("weekly", 2)
    assert days[2]["stretches"][0] == {
        "start": "2026-11-23T08:00:00.000Z",
        "end": "2026-11-23T11:00:00.000Z",
    }
    assert [(day["why"], day["name"]) for day in days[9:11]] == [("exception", "Move")] * 2
    assert stored == {"items": []}


async def test_holidays_are_told_by_country_and_year_in_the_readers_language(rig: Rig) -> None:
    asked = {"country": "CN", "year": 2026, "language": "zh-CN"}
    async with rig.as_("one") as client:
        found = (await client.get("/calendars/holidays", params=asked)).json()["items"]
        nowhere = await client.get("/calendars/holidays", params=asked | {"country": "XX"})
        known = (await client.get("/calendars/countries")).json()["items"]
    assert {"on": "2026-10-01", "name": "国庆节"} in found
    assert nowhere.json()["code"] == "country_unknown"
    assert next(one for one in known if one["code"] == "DE")["parts"].count("BY") == 1


async def test_who_closes_at_once_can_undo_it_and_both_are_written_down(rig: Rig) -> None:
    await make(rig)
    rig.clock.advance(2 * 24 * HOUR - 10 * HOUR)  # Monday, 10:00
    async with rig.as_("one", "supervisor") as client:
        said = {"message": "Fire drill"}
        closed = (await client.put("/calendars/office/closure", json=said)).json()
        opened_again = (await client.delete("/calendars/office/closure")).json()
    assert (closed["open"], closed["changes_at"]) == (False, None)
    assert closed["closure"] == {
        "message": "Fire drill",
        "since": "2026-11-23T02:00:00.000Z",
        "until": None,
        "by": "supervisor-one",
    }
    assert (opened_again["open"], opened_again["closure"]) == (True, None)
    assert rig.policies.published == ["one"] * 3
    assert rig.outbox.kinds()[1:] == [
        "trunkline.calendar.closed.v1",
        "trunkline.calendar.reopened.v1",
    ]


async def test_a_closure_with_an_end_is_undone_by_a_job_and_a_later_one_is_not(rig: Rig) -> None:
    made = await make(rig)
    async with rig.as_("one") as client:
        for hours in (1, 3):
            until = {"until": f"2026-11-21T{12 + hours}:00:00Z"}
            await client.put("/calendars/office/closure", json=until)
        past = {"until": "2026-11-21T11:00:00Z"}
        over = await client.put("/calendars/office/closure", json=past)

    def job_of(hours: int) -> bool:
        rig.clock.at_ms = NOON + hours * HOUR
        return rig.db.do(lambda tx: calendars.reopen_if_over(rig.writing(tx, "one"), made["id"]))

    assert over.json()["code"] == "closure_over"
    assert [queued[1] for queued in rig.jobs.queued] == [calendars.REOPEN] * 2
    assert (job_of(1), job_of(3), job_of(4)) == (False, True, False)


async def test_agents_may_not_close_and_supervisors_may_not_change(rig: Rig) -> None:
    await make(rig)
    async with rig.as_("one", "agent") as agent, rig.as_("one", "supervisor") as supervisor:
        replies = [
            await agent.put("/calendars/office/closure", json={}),
            await supervisor.patch("/calendars/office", json={"weekly": []}),
        ]
    assert {reply.status_code for reply in replies} == {403}


@pytest.mark.parametrize(
    "wrong",
    [
        {"timezone": "Mars/Olympus"},
        {"weekly": [{"day": 7, "opens": "09:00", "closes": "18:00"}]},
        {"weekly": [{"day": 0, "opens": "9", "closes": "18:00"}]},
        {"exceptions": [{"on": "2026-02-30"}]},
        {"exceptions": [{"on": "2026-03-02", "until": "2026-03-01"}]},
        {"exceptions": [{"on": "2026-03-02", "as_usual": True, "intervals": WEEK[:1]}]},
        {"holidays": {"country": "XX"}},
        {"holidays": {"country": "DE", "part": "ZZ"}},
    ],
)
async def test_what_no_calendar_knows_is_refused(rig: Rig, wrong: dict[str, Any]) -> None:
    async with rig.as_("one") as client:
        assert (await client.post("/calendars", json=OFFICE | wrong)).status_code == 422


@pytest.mark.parametrize("kind", BOTH)
async def test_tenants_keep_calendars_apart_on_both_databases(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    async with opened(kind, tmp_path, request) as db:
        rig = Rig(calendars.router, db=MemoryDatabase(db.engine))
        made = await make(rig)
        await make(rig, tenant="two")
        async with rig.as_("one") as client:
            again = await client.post("/calendars", json=OFFICE)
        async with rig.as_("two") as other:
            path = f"/calendars/{made['id']}"
            replies = [
                await other.get(path),
                await other.patch(path, json={"weekly": []}),
                await other.delete(path),
                await other.put(f"{path}/closure", json={}),
                await other.delete(f"{path}/closure"),
            ]
            own = (await other.get("/calendars")).json()["items"]
        opened_of = {
            tenant: rig.db.do(lambda tx, tenant=tenant: calendars.opened(tx, tenant, now=NOON))
            for tenant in ("one", "two")
        }
    assert (again.status_code, again.json()["code"]) == (409, "calendar_name_taken")
    assert {reply.status_code for reply in replies} == {404}
    assert [one["id"] for one in own] == list(opened_of["two"])
    assert list(opened_of["one"]) == [made["id"]]
