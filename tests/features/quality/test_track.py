"""The course of a leg's quality: bounded, and true to the whole."""

from __future__ import annotations

import pytest

from tests.tools.rig import NOON, Rig
from trunkline.core.quality.legs import Counters
from trunkline.features import quality
from trunkline.features.quality import MOST_POINTS, LegRow, Track, WayRow

EVERY_MS = 5_000


def followed(readings: int, lost_each: int = 0) -> Track:
    track = Track("g711", 0)
    for turn in range(1, readings + 1):
        lost = lost_each * turn
        counters = Counters(received=250 * turn - lost, lost=lost, sent=250 * turn, far_lost=0)
        track.hear(turn * EVERY_MS, "g711", counters)
    return track


def test_every_reading_is_a_point() -> None:
    track = followed(3)
    assert [point.at_ms for point in track.points] == [5_000, 10_000, 15_000]
    assert track.whole().sample.inward.packets == 750


def test_a_long_talk_grows_coarser_and_loses_no_packet() -> None:
    track = followed(3 * MOST_POINTS + 1, lost_each=25)
    assert len(track.points) < MOST_POINTS
    whole = track.whole().sample.inward
    assert (whole.packets, whole.lost) == (250 * 1081, 25 * 1081)


def test_a_leg_that_talked_before_we_looked_is_not_counted_from_its_beginning() -> None:
    track = Track("g711", 0)
    assert track.hear(0, "g711", Counters(received=9_000, lost=900)) is None
    sample = track.hear(EVERY_MS, "g711", Counters(received=9_250, lost=900))
    assert sample is not None
    assert (sample.inward.packets, sample.inward.lost) == (250, 0)


def test_the_worst_while_is_remembered() -> None:
    track = followed(10)
    assert track.lowest() == pytest.approx(track.whole().mos)
    track.hear(60_000, "g711", Counters(received=2_650, lost=100, sent=2_750, far_lost=0))
    assert (track.lowest() or 5) < 2 < track.whole().mos


def leg(tenant: str = "one", **changes: object) -> LegRow:
    figures = {
        "mos": 4.2, "r": 86.0, "lowest_mos": 3.1, "packets": 250, "loss_pct": 2.0,
        "far_loss_pct": None, "jitter_ms": 3.0, "round_trip_ms": None,
    }  # fmt: skip
    fields = {
        "tenant_id": tenant, "interaction_id": "i-1", "leg_id": "leg-1", "began_at": NOON,
        "role": "customer", "trunk_id": "trk-1", "codec": "g711", "ended_at": NOON + 5_000,
        "figures": figures, "points": [[5_000, 4.2, 2.0, None, 3.0, None]],
    }  # fmt: skip
    return LegRow(**{**fields, **changes})  # type: ignore[arg-type]


def test_a_leg_is_written_over_by_its_later_self_and_seen_by_its_tenant_only() -> None:
    rig = Rig()
    for ended_at in (NOON + 5_000, NOON + 10_000):
        rig.db.do(lambda tx, at=ended_at: quality.put_legs(tx, [leg(ended_at=at)]))
    (found,) = rig.db.do(lambda tx: quality.of_interaction(tx, "one", "i-1"))
    assert found.model_dump(mode="json")["ended_at"] == "2026-11-21T12:00:10.000Z"
    assert [point.mos for point in found.points] == [4.2]
    assert rig.db.do(lambda tx: quality.of_interaction(tx, "two", "i-1")) == []
    assert rig.db.do(lambda tx: quality.forget(tx, NOON + 10_000)) == 0
    assert rig.db.do(lambda tx: quality.forget(tx, NOON + 10_001)) == 1


async def test_ways_that_were_left_are_told_to_who_may_see_trunks() -> None:
    rig = Rig(quality.router)
    way = WayRow("one", "trunk", "trk-1", NOON, 7.5, NOON)
    rig.db.do(lambda tx: quality.put_ways(tx, [way]))
    async with rig.as_("one") as client:
        (found,) = (await client.get("/quality/ways")).json()["items"]
    assert (found["id"], found["loss_pct"], found["left_at"]) == (
        "trk-1", 7.5, "2026-11-21T12:00:00.000Z",
    )  # fmt: skip
    async with rig.as_("one", "agent") as client:
        assert (await client.get("/quality/ways")).status_code == 403
