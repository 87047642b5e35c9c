"""Simulated days: the same seed is the same day, people do what the scenario says."""

from __future__ import annotations

import dataclasses

from tests.sim.days import cases_of, one_queue
from trunkline.core.codec import encode
from trunkline.core.words import Level
from trunkline.sim.day import Day
from trunkline.sim.memory import MemoryJournal
from trunkline.sim.plan import drawn
from trunkline.sim.replay import decided_anew
from trunkline.sim.results import measure
from trunkline.sim.scenario import Break, Clientele, Crew, Line, Phone
from trunkline.sim.tally import Tally

BUSY = {"hours": 1, "agents": 8, "calls": 80, "aht_s": 180, "patience_s": 120}


def test_the_same_seed_is_the_same_day_and_another_is_not() -> None:
    days = [cases_of(one_queue(**BUSY), seed)[0].cases for seed in (1, 1, 2)]
    assert days[0] == days[1] != days[2]


def test_everyone_who_came_was_answered_or_left_and_nothing_stays_open() -> None:
    plan = drawn(one_queue(**BUSY), 3)
    tally = Tally(plan.end)
    day = Day(plan, 3, (tally,)).run()
    assert len(tally.cases) == len(plan.callers)
    assert all((case.agent is None) == case.abandoned for case in tally.cases)
    assert not day.cell.state.interactions
    assert not day.cell.state.offers


def test_patience_is_kept_to_the_millisecond() -> None:
    plan = drawn(one_queue(**BUSY | {"agents": 1}), 3)
    tally = Tally(plan.end)
    Day(plan, 3, (tally,)).run()
    gone = [(case, caller) for case, caller in zip(tally.cases, plan.callers, strict=True)
            if case.abandoned]  # fmt: skip
    assert len(gone) > 50
    assert all(case.wait_ms == caller.patience_ms for case, caller in gone)


def test_deciding_anew_from_the_journal_gives_the_same_bytes() -> None:
    plan = drawn(one_queue(**BUSY), 4)
    journal = MemoryJournal(keep=True)
    Day(plan, 4, (), journal=journal, write=encode).run()
    assert len(journal.entries) > 500
    assert list(decided_anew("sim", journal.entries)) == journal.entries


def test_a_journal_with_another_decision_in_it_is_told_apart() -> None:
    plan = drawn(one_queue(**BUSY), 4)
    journal = MemoryJournal(keep=True)
    Day(plan, 4, (), journal=journal, write=encode).run()
    written = journal.entries[40]
    journal.entries[40] = dataclasses.replace(written, seed=written.seed + 1, facts=())
    assert list(decided_anew("sim", journal.entries)) != journal.entries


def test_who_takes_a_break_is_asked_nothing_in_it() -> None:
    crew = Crew(name="a", count=3, queues=("q",), breaks=(Break(at_min=20, length_min=15),))
    plan = drawn(one_queue(**BUSY).model_copy(update={"agents": (crew,)}), 5)
    tally = Tally(plan.end)
    Day(plan, 5, (tally,)).run()
    began, ended = plan.begin + 20 * 60_000, plan.begin + 35 * 60_000
    answered_at = [case.entered_at + case.wait_ms for case in tally.cases if case.agent]
    assert not [at for at in answered_at if began + 1_000 < at < ended]
    assert [at for at in answered_at if at >= ended]


def test_a_phone_that_rings_out_takes_its_agent_out_for_a_while() -> None:
    scenario = one_queue(**BUSY, phone=Phone(answer_s=1, no_answer_pct=20, back_after_s=30))
    tally, _ = cases_of(scenario, 6)
    assert tally.offers["timed_out"] > 10
    assert sum(case.agent is not None for case in tally.cases) > 80


def test_talks_and_wrap_up_last_as_long_as_the_scenario_says() -> None:
    line = Line(name="q", calls=(60,) * 8, aht_s=200, wrap_up_s=30, spread=0.5)
    crew = Crew(name="a", count=40, queues=("q",))
    scenario = one_queue(**BUSY).model_copy(update={"queues": (line,), "agents": (crew,)})
    tally, _ = cases_of(scenario, 7)
    assert abs(sum(tally.busy_ms.values()) / len(tally.cases) / 200_000 - 1) < 0.05


def test_the_load_asked_for_is_the_load_that_comes() -> None:
    scenario = one_queue(hours=6, agents=40, calls=1, aht_s=200).model_copy(update={"load": 0.7})
    tally, _ = cases_of(scenario, 8)
    assert abs(sum(tally.occupancy().values()) / 40 - 0.7) < 0.03


def test_figures_by_queue_and_level_add_up_to_the_whole() -> None:
    customers = (
        Clientele(level=Level.REGULAR, share_pct=80, patience_s=90),
        Clientele(level=Level.DIAMOND, share_pct=20, patience_s=60),
    )
    scenario = one_queue(**BUSY).model_copy(update={"customers": customers})
    plan = drawn(scenario, 9)
    tally, _ = cases_of(scenario, 9)
    targets = {queue.id: queue.service_level_ms for queue in plan.policy.queues}
    result = measure(tally, {}, targets, plan.begin, 1_800_000)
    for slices in (result.queues, result.levels, result.intervals):
        assert sum(part["offered"] for part in slices.values()) == len(tally.cases)
    assert result.levels["diamond"]["sl"] > result.levels["regular"]["sl"]
    assert result.overall["sl"] <= result.overall["sl_positive"] <= 100
    assert result.overall["sl"] <= result.overall["sl_ignored"] <= 100
    assert abs(sum(result.shape.values()) - 100) < 1e-9
