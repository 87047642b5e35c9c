"""The quality of talks in a whole node: measured, kept, told, and trunks that are left."""

from __future__ import annotations

import dataclasses
from typing import Any

from tests.features.desk.house import Desk, until
from trunkline.app import quality as app_quality
from trunkline.core.quality.legs import Counters
from trunkline.core.words import LegId

TRUNK = "loopback"


def listening(desk: Desk) -> app_quality.Quality:
    return desk.node._bound.quality


async def talking(desk: Desk, agent: Any) -> tuple[LegId, str]:
    """A customer who talks with the agent: their leg and the interaction."""
    leg = await desk.call()
    offer = await agent.offer()
    await agent.client.post(f"/offers/{offer['offer_id']}/accept")
    await agent.stream.event("trunkline.interaction.joined.v1")
    await until(lambda: desk.edge._hear is not None)
    return leg, str(offer["interaction_id"])


def measure(desk: Desk, leg: LegId, times: int, lost: int = 0) -> None:
    for turn in range(1, times + 1):
        gone = lost * turn
        counters = Counters(
            250 * turn - gone, gone, 250 * turn, far_lost=0, jitter_ms=2, round_trip_ms=40
        )
        desk.edge.measure(leg, counters)


async def test_a_talk_is_told_with_its_quality(desk: Desk) -> None:
    async with desk.ready("agent1") as agent, desk.as_("supervisor") as supervisor:
        leg, interaction_id = await talking(desk, agent)
        measure(desk, leg, times=4, lost=10)
        await listening(desk).round()
        told = (await supervisor.get(f"/interactions/{interaction_id}/quality")).json()["items"]
        page = (await supervisor.get(f"/interactions/{interaction_id}")).json()
    (course,) = told
    assert (course["role"], course["packets"], course["loss_pct"]) == ("customer", 1000, 4.0)
    assert len(course["points"]) == 4
    assert 3.8 < course["mos"] < 4.2
    (figures,) = page["quality"]
    assert figures == {key: value for key, value in course.items() if key != "points"}


async def test_what_is_nobodys_is_not_kept(desk: Desk) -> None:
    async with desk.ready("agent1") as agent:
        await talking(desk, agent)
        desk.edge.measure(LegId("stranger"), Counters(250))
        assert not listening(desk)._legs


async def test_new_calls_leave_a_lossy_trunk_and_the_node_tells_it(desk: Desk) -> None:
    async with desk.ready("agent1") as agent, desk.as_("admin") as admin:
        leg, _ = await talking(desk, agent)
        measure(desk, leg, times=6, lost=25)
        tenant = next(iter(desk.node.cells.drivers))
        assert not listening(desk).is_lossy(tenant, TRUNK)
        await listening(desk).round()
        assert listening(desk).is_lossy(tenant, TRUNK)
        ways = (await admin.get("/quality/ways")).json()["items"]
        assert [(way["kind"], way["id"], way["loss_pct"]) for way in ways] == [
            ("node", "node", 10.0), ("trunk", TRUNK, 10.0),
        ]  # fmt: skip
        await listening(desk).round()
        told = (await admin.get("/alerts", params={"state": "open"})).json()["items"]
        figures = (await admin.get("http://localhost/metrics")).text
    lossy = {one["subject"]: (one["kind"], one["count"], one["queue_id"]) for one in told}
    assert lossy == {"node": ("way_lossy", 10, None), TRUNK: ("way_lossy", 10, None)}
    assert len(told) == len(lossy), "once a leaving"
    assert 'trunkline_way_left{kind="trunk",way="loopback"} 1.0' in figures


async def test_a_leg_that_is_over_is_written_once_more_and_forgotten(desk: Desk) -> None:
    async with desk.ready("agent1") as agent, desk.as_("supervisor") as supervisor:
        leg, interaction_id = await talking(desk, agent)
        measure(desk, leg, times=1)
        await listening(desk).round()
        measure(desk, leg, times=3)
        kept = listening(desk)._legs[leg]
        kept.heard_at -= 2 * app_quality.OVER_AFTER_MS
        await listening(desk).round()
        assert leg not in listening(desk)._legs
        (course,) = (await supervisor.get(f"/interactions/{interaction_id}/quality")).json()[
            "items"
        ]
    assert course["packets"] >= 500
    assert dataclasses.is_dataclass(kept)
