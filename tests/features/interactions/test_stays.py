"""Stays in queues, folded from facts on both databases: each is counted once, where it belongs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.features.both import BOTH, opened
from trunkline.core import facts as f
from trunkline.core.acd.rules import OverflowWhen
from trunkline.core.metrics.service_level import Stays
from trunkline.core.words import BridgeId, Cause, Channel, EndedBy
from trunkline.features.interactions import (
    Counting,
    OpenStay,
    Outcome,
    QueueStays,
    Seeded,
    counted,
    seeded,
)

MINUTE = 60_000
T0 = 1_800_000_000_000
DAY = Counting(T0, T0 + 60 * MINUTE, within_ms=20_000, short_ms=5_000)


class Story:
    """Tells facts of one tenant at a time."""

    def __init__(self, tx: Any, tenant: str = "one") -> None:
        self._tx = tx
        self._tenant = tenant

    def tell(self, at_s: float, fact: Any) -> Story:
        QueueStays().project(self._tx, self._tenant, T0 + round(at_s * 1000), fact)
        return self

    def enters(self, it: str, at_s: float, queue: str = "q", **more: Any) -> Story:
        entered = T0 + round(at_s * 1000)
        fields = {"priority": 0, "entered_at": entered, "returned": False, "announce_at": None}
        return self.tell(at_s, f.InteractionQueued(it, queue, **{**fields, **more}))  # type: ignore[arg-type]

    def answered(self, it: str, at_s: float, heard_s: float) -> Story:
        fact = f.InteractionAnswered(it, "o", "a", "q", "l", BridgeId("b"), 0)  # type: ignore[arg-type]
        return self.tell(at_s, fact).tell(heard_s, f.PartiesJoined(it))  # type: ignore[arg-type]

    def ends(self, it: str, at_s: float, by: EndedBy) -> Story:
        return self.tell(at_s, f.InteractionEnded(it, by, Cause.NORMAL, None))  # type: ignore[arg-type]


def everything(story: Story) -> None:
    """One stay of each kind."""
    story.enters("in-time", 0).answered("in-time", 18, 19).tell(60, f.PartiesJoined("in-time"))  # type: ignore[arg-type]
    story.enters("late", 0).answered("late", 19, 21)
    story.enters("again", 0).enters("again", 10, again=True).answered("again", 12, 12)
    story.enters("short", 1).ends("short", 5.5, EndedBy.ABANDONED)
    story.enters("soon", 1).ends("soon", 9, EndedBy.ABANDONED)
    story.enters("gone", 1).ends("gone", 60, EndedBy.ABANDONED)
    story.enters("lost", 1).ends("lost", 3, EndedBy.FAILURE)
    story.enters("back", 1).ends("back", 30, EndedBy.CALLBACK)
    story.enters("flow", 1).ends("flow", 8, EndedBy.FLOW)
    over = f.InteractionOverflowed("over", "q", OverflowWhen.WAIT, 9_000, "other")  # type: ignore[arg-type]
    story.enters("over", 1).tell(10, over).enters("over", 10, "other", entered_at=T0 + 1_000)
    full = f.InteractionOverflowed("full", "q", OverflowWhen.DEPTH, 0, "other")  # type: ignore[arg-type]
    story.tell(2, full).enters("full", 2, "other")
    moved = f.InteractionMoved("moved", "q", "other", 3_000, "sue")  # type: ignore[arg-type]
    story.enters("moved", 1).tell(4, moved).enters("moved", 4, "other", entered_at=T0 + 1_000)
    story.enters("call", 1, callback=True).answered("call", 90, 91)
    story.enters("open", 1)


@pytest.mark.parametrize("kind", BOTH)
async def test_every_stay_is_counted_once_where_it_belongs(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    async with opened(kind, tmp_path, request) as db:
        await db.write(lambda tx: everything(Story(tx)))
        found = await db.read(lambda tx: counted(tx, "one", ["q"], DAY))
        other = await db.read(lambda tx: counted(tx, "two", ["q"], DAY))
    assert other == {}
    assert found == {
        T0: Stays(
            entered=12,
            answered=3,
            answered_in_time=2,
            abandoned=3,
            abandoned_in_time=2,
            short_abandons=1,
            withdrawn=1,
            overflowed_out=3,
            callbacks=1,
            waited_ms=19_000 + 21_000 + 12_000,
        )
    }


@pytest.mark.parametrize("kind", BOTH)
async def test_a_stay_counts_in_the_interval_of_its_arrival(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    def work(tx: Any) -> dict[int, Stays]:
        story = Story(tx)
        story.enters("a", 14 * 60 + 59).answered("a", 16 * 60, 16 * 60)
        story.enters("b", 15 * 60).answered("b", 15 * 60 + 5, 15 * 60 + 5)
        wanted = Counting(T0, T0 + 60 * MINUTE, 20_000, 5_000, interval_ms=15 * MINUTE)
        return counted(tx, "one", ["q"], wanted)

    async with opened(kind, tmp_path, request) as db:
        found = await db.write(work)
    assert {(at - T0) // MINUTE: one.answered_in_time for at, one in found.items()} == {0: 0, 15: 1}


@pytest.mark.parametrize("kind", BOTH)
async def test_a_day_is_told_by_queue_outcome_and_wait(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    async with opened(kind, tmp_path, request) as db:
        await db.write(lambda tx: everything(Story(tx)))
        found = await db.read(lambda tx: seeded(tx, "one", T0))
        other = await db.read(lambda tx: seeded(tx, "two", T0))
    assert other == Seeded()
    assert OpenStay("open", "q", T0 + 1_000) in found.waiting
    assert found.latest == T0 + 60_000
    mine = sorted(one for one in found.counts if one[:2] == ("q", Outcome.ANSWERED))
    assert [(key, count) for _, _, key, count in mine] == [(24, 1), (38, 1), (42, 1)]


@pytest.mark.parametrize("kind", BOTH)
async def test_what_is_written_is_counted_by_its_channel_and_in_no_day_of_calls(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    def work(tx: Any) -> dict[Channel, list[tuple[int, int]]]:
        story, chat = Story(tx), Channel.CHAT
        story.enters("chat", 0, channel=chat).answered("chat", 50, 50)
        moved = f.InteractionMoved("led", "q", "other", 3_000, "sue", chat)  # type: ignore[arg-type]
        story.enters("led", 1, channel=chat).tell(4, moved)
        story.enters("mail", 0, channel=Channel.EMAIL).answered("mail", 3_000, 3_000)
        story.enters("call", 0).answered("call", 10, 11)
        assert [one[:2] for one in seeded(tx, "one", T0).counts] == [("q", Outcome.ANSWERED)]
        wanted = {channel: replace(DAY, within_ms=60_000, channel=channel) for channel in Channel}
        found = {one: counted(tx, "one", ["q"], counting) for one, counting in wanted.items()}
        return {
            channel: [(stays.answered_in_time, stays.overflowed_out) for stays in days.values()]
            for channel, days in found.items()
        }

    async with opened(kind, tmp_path, request) as db:
        found = await db.write(work)
    assert found == {
        Channel.VOICE: [(1, 0)],
        Channel.CHAT: [(1, 1)],
        Channel.EMAIL: [(0, 0)],
        Channel.TASK: [],
    }
