"""The wall: asked once, counted on in memory, told by the stream, for who may see it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.features.desk.house import Desk, Json
from tests.features.desk.test_callbacks import EMMA
from tests.features.interactions.test_stays import T0, Story, everything
from trunkline.core.metrics.service_level import Stays
from trunkline.features.desk.wall.day import Day, Limits
from trunkline.features.interactions import OpenStay, Outcome, Seeded, wait_key

LIMITS = Limits(20, 5)


class Told(Story):
    """The same stories, told to a day in memory."""

    def __init__(self, day: Day) -> None:
        self.day = day

    def tell(self, at_s: float, fact: Any) -> Told:
        self.day.fold(T0 + round(at_s * 1000), fact)
        return self


def test_a_day_in_memory_counts_as_the_table_does() -> None:
    day = Day(T0 - 1, T0 - 2)
    everything(Told(day))
    assert day.stays_of("q", LIMITS) == Stays(
        entered=12,
        answered=3,
        answered_in_time=2,
        abandoned=3,
        abandoned_in_time=2,
        short_abandons=1,
        withdrawn=1,
        overflowed_out=3,
        callbacks=1,
    )


def test_who_entered_yesterday_is_not_of_today() -> None:
    day = Day(T0, T0 - 1)
    Told(day).enters("old", -10).answered("old", 5, 6)
    assert day.stays_of("q", LIMITS) == Stays()


def test_a_day_goes_on_from_what_the_table_knows() -> None:
    counts = (("q", Outcome.ANSWERED, wait_key(20_000), 4),)
    seeded = Seeded(counts, (OpenStay("open", "q", T0),), T0 + 3_000)
    day = Day.begun(T0 - 1, seeded)
    story = Told(day)
    story.enters("open", 0).answered("open", 9, 10)
    story.enters("known", 2)  # in the table too, and over there
    story.enters("new", 4).answered("new", 24, 25)
    found = day.stays_of("q", LIMITS)
    assert (found.entered, found.answered, found.answered_in_time) == (6, 6, 5)
    assert day.stays == {}


@pytest.mark.parametrize(
    ("wait_ms", "within", "less"),
    [(4_999, True, True), (5_000, True, False), (5_001, False, False)],
)
def test_whole_seconds_are_exact(wait_ms: int, within: bool, less: bool) -> None:
    assert (wait_key(wait_ms) <= 10, wait_key(wait_ms) < 10) == (within, less)


def of_support(told: Json) -> Json:
    found: Json = next(one for one in told["queues"] if one["name"] == "support")
    return found


async def test_a_wall_is_asked_once_and_told_by_the_stream(desk: Desk) -> None:
    async with desk.as_("supervisor") as supervisor, desk.stream("supervisor") as stream:
        before = of_support((await supervisor.get("/wall")).json())
        async with desk.ready("agent1") as agent:
            await desk.call("4001", EMMA)
            await agent.take()
            while True:
                told = await stream.event("trunkline.queue.live_changed.v1")
                if told["queue_id"] == before["queue_id"] and told["today"]["answered"]:
                    break
        after = of_support((await supervisor.get("/wall")).json())
        live = (await supervisor.get("/queues/support/live")).json()["service_level"]
    assert before["today"]["offered"] == 0
    assert before["today"]["service_level"] is None
    assert told["today"] == after["today"]
    assert (after["today"]["offered"], after["today"]["answered"]) == (1, 1)
    assert after["today"]["service_level"] == live["value"]
    assert after["today"]["formula"] == live["formula"]


async def test_open_callbacks_and_missed_promises_stand_on_the_wall(desk: Desk) -> None:
    async with desk.as_("supervisor") as supervisor, desk.stream("supervisor") as stream:
        body = {"phone": EMMA, "queue": "support"}
        assert (await supervisor.post("/callbacks", json=body)).status_code == 201
        while True:
            told = await stream.event("trunkline.queue.live_changed.v1")
            if told["callbacks_open"]:
                break
        queue = of_support((await supervisor.get("/wall")).json())
    assert queue["callbacks_open"] == 1
    assert (queue["promises_due"], queue["promises_missed"]) == (0, 0)


async def test_another_tenant_has_a_wall_of_its_own(desk: Desk) -> None:
    async with desk.as_("supervisor") as supervisor, desk.as_("admin", "two") as stranger:
        ours = {one["queue_id"] for one in (await supervisor.get("/wall")).json()["queues"]}
        theirs = {one["queue_id"] for one in (await stranger.get("/wall")).json()["queues"]}
    assert ours
    assert not ours & theirs


async def test_the_wall_shows_the_queues_that_one_may_see_live(desk: Desk) -> None:
    async with desk.as_("admin") as admin, desk.as_("supervisor") as supervisor:
        team = (await admin.post("/teams", json={"name": "Elsewhere"})).json()["id"]
        body = {"name": "elsewhere", "team_id": team}
        assert (await admin.post("/queues", json=body)).status_code == 201
        every = {one["name"] for one in (await admin.get("/wall")).json()["queues"]}
        seen = {one["name"] for one in (await supervisor.get("/wall")).json()["queues"]}
    assert every - seen == {"elsewhere"}
