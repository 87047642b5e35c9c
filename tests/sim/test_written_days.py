"""Simulated days with written work beside the calls."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.sim.days import one_queue
from trunkline.core.codec import encode
from trunkline.core.words import Channel
from trunkline.sim.day import Day
from trunkline.sim.memory import MemoryJournal
from trunkline.sim.plan import drawn
from trunkline.sim.recorded import read_day
from trunkline.sim.results import measure
from trunkline.sim.scenario import Crew, Scenario, Slots, Writing
from trunkline.sim.tally import Case, Tally
from trunkline.sim.whatif import compare

QUIET = {"hours": 1, "agents": 4, "calls": 0, "aht_s": 180}
MAIL = Writing(channel=Channel.EMAIL, queue="q", pieces=(30, 30), aht_s=300)
CHAT = Writing(channel=Channel.CHAT, queue="q", pieces=(60, 60), aht_s=240, spread=0)


def writing(*work: Writing, slots: Slots | None = None, **given: Any) -> Scenario:
    crew = Crew(name="a", count=given.get("agents", 4), queues=("q",), slots=slots or Slots())
    return one_queue(**QUIET | given).model_copy(update={"writings": work, "agents": (crew,)})


def played(scenario: Scenario, seed: int = 1) -> tuple[Tally, Day]:
    plan = drawn(scenario, seed)
    tally = Tally(plan.end)
    day = Day(plan, seed, (tally,)).run()
    return tally.close(), day


def of(tally: Tally, channel: Channel) -> list[Case]:
    return [case for case in tally.cases if case.channel is channel]


def test_all_that_is_written_comes_is_taken_up_and_ends() -> None:
    scenario = writing(MAIL, CHAT)
    tally, day = played(scenario)
    assert len(tally.cases) == len(day.plan.pieces) > 100
    assert all(case.agent for case in tally.cases)
    assert not day.cell.state.interactions


def test_the_calls_of_a_day_are_the_same_with_written_work_beside_them() -> None:
    calls = {"calls": 20.0}
    plain = drawn(one_queue(**QUIET | calls), 3).callers
    assert drawn(writing(MAIL, **calls), 3).callers == plain


def test_several_chats_are_handled_at_once_as_the_slots_say() -> None:
    one, three = (played(writing(CHAT, slots=Slots(chat=chats)))[0] for chats in (1, 3))
    waited = [sum(case.wait_ms for case in of(tally, Channel.CHAT)) for tally in (one, three)]
    assert waited[0] > 10 * waited[1]


def test_each_chat_beside_makes_the_next_one_longer() -> None:
    slow = CHAT.model_copy(update={"slower_pct": 100})
    plain, slower = (played(writing(work, agents=2))[0] for work in (CHAT, slow))
    waits = [sum(case.wait_ms for case in tally.cases) for tally in (plain, slower)]
    assert waits[1] > 1.5 * waits[0] > 0


def test_a_call_interrupts_a_mail_which_then_takes_longer() -> None:
    """One agent is in calls half the time: mails that cannot stand still would be done sooner."""
    long = MAIL.model_copy(update={"pieces": (3, 3), "aht_s": 1_200, "spread": 0})
    busy = writing(long, agents=1, calls=5.0)
    plan = drawn(busy, 5)
    moving = replace(
        plan, pieces=tuple(replace(piece, waits_for_calls=False) for piece in plan.pieces)
    )
    still, tally = Tally(plan.end), Tally(plan.end)
    Day(plan, 5, (still,)).run()
    Day(moving, 5, (tally,)).run()
    assert len(of(still, Channel.EMAIL)) == len(of(tally, Channel.EMAIL)) > 2
    waits = [sum(c.wait_ms for c in of(one, Channel.EMAIL)) for one in (still, tally)]
    assert waits[0] > waits[1]


def test_a_chat_customer_leaves_when_nobody_comes() -> None:
    short = CHAT.model_copy(update={"patience_s": 30})
    tally, _ = played(writing(short, agents=1, slots=Slots(chat=1)))
    assert sum(case.abandoned for case in tally.cases) > 20


def test_what_nobody_may_take_up_is_left_over_and_told() -> None:
    tally, day = played(writing(MAIL, slots=Slots(email=0)))
    result = measure(tally, {}, {}, day.plan.begin, 1_800_000)
    assert result.channels["email"]["open"] == result.channels["email"]["offered"] > 0


def test_the_figures_of_calls_are_of_calls_alone_and_each_channel_has_its_own() -> None:
    tally, day = played(writing(MAIL, CHAT, calls=20.0))
    targets = {queue.id: queue.service_level_ms for queue in day.plan.policy.queues}
    result = measure(tally, {}, targets, day.plan.begin, 1_800_000)
    assert result.overall["offered"] == len(of(tally, Channel.VOICE))
    assert {name: part["offered"] for name, part in result.channels.items()} == {
        "email": len(of(tally, Channel.EMAIL)),
        "chat": len(of(tally, Channel.CHAT)),
    }
    assert result.channels["email"]["sl"] == 100, "a mail has four hours"


def test_the_same_seed_is_the_same_day() -> None:
    first, again = (played(writing(MAIL, CHAT, calls=20.0), 9)[0].cases for _ in range(2))
    assert first == again


def test_what_is_written_to_no_queue_is_told() -> None:
    with pytest.raises(ValueError, match="there is no queue sales"):
        Scenario.model_validate(
            writing(MAIL).model_dump() | {"writings": [MAIL.model_dump() | {"queue": "sales"}]}
        )


def test_a_day_with_written_work_is_read_back_and_played_again_under_other_rules() -> None:
    plan = drawn(writing(MAIL, CHAT.model_copy(update={"patience_s": 60}), calls=20.0), 4)
    journal, tally = MemoryJournal(keep=True), Tally(plan.end)
    Day(plan, 4, (tally,), journal=journal, write=encode).run()
    day = read_day(journal.entries, plan.begin, plan.end)
    written = [case for case in tally.close().cases if case.channel is not Channel.VOICE]
    read = [(one.at, one.wait_ms, one.abandoned, one.agent) for one in day.pieces]
    assert read == [(c.entered_at, c.wait_ms, c.abandoned, c.agent) for c in written]
    found = compare(day, plan.policy, plan.policy, lambda _: None, seeds=(1,))
    assert found.channels["email"]["offered"].was == len(of(tally, Channel.EMAIL))
    chats = found.channels["chat"]
    assert chats["offered"].published.mean == len(of(tally, Channel.CHAT))
    assert abs(chats["sl"].published.mean - chats["sl"].was) < 15
    assert chats["sl"].difference.mean == 0
