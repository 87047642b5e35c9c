"""Callbacks in simulated days: taken, dialled, tried again, and counted apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.sim.days import one_queue
from trunkline.core.callback_facts import CallbackTried, CustomerDialled
from trunkline.core.words import TryOutcome
from trunkline.sim import report, scenario
from trunkline.sim.day import Day
from trunkline.sim.plan import drawn
from trunkline.sim.results import measure
from trunkline.sim.run import simulate
from trunkline.sim.scenario import CallingBack, Scenario
from trunkline.sim.tally import Case, Tally

EXAMPLE = Path(__file__).parents[2] / "examples/scenarios/callbacks.toml"
TARGETS = {"q": 20_000}


class Dials:
    """A read model that keeps every dial and every try with its time."""

    name = "dials"
    version = 1

    def __init__(self) -> None:
        self.made: list[tuple[int, str]] = []
        self.tried: list[tuple[int, CallbackTried]] = []

    def project(self, tx: Any, tenant_id: str, at: int, fact: Any) -> None:
        if isinstance(fact, CustomerDialled):
            self.made.append((at, fact.interaction))
        if isinstance(fact, CallbackTried):
            self.tried.append((at, fact))

    def reset(self, tx: Any, tenant_id: str) -> None:
        self.__init__()  # type: ignore[misc]


def rush(**callbacks: Any) -> Scenario:
    """Two hours in which a third more calls come than eight agents can take."""
    given = {"offered_from_s": 60, "answer_s": 4} | callbacks
    return one_queue(
        hours=2,
        agents=8,
        calls=110,
        aht_s=180,
        patience_s=200,
        callbacks=CallingBack(**given),
    )


def played(wanted: Scenario, seed: int = 1) -> tuple[list[Case], Dials, Tally]:
    plan, dials = drawn(wanted, seed), Dials()
    tally = Tally(plan.end)
    Day(plan, seed, (tally, dials)).run()
    return [case for case in tally.close().cases if case.called_back], dials, tally


def test_who_takes_a_callback_is_reached_later_and_not_among_the_offered() -> None:
    called, _, tally = played(rush(answers_pct=100, busy_pct=0))
    assert len(called) > 20
    assert all(case.reached_ms and not case.tries for case in called)
    assert not any(case.abandoned or case.agent for case in called)
    figures = measure(tally, {}, TARGETS, 0, 1_800_000).overall
    assert figures["callbacks"] == len(called)
    assert figures["offered"] == len(tally.cases) - len(called)
    assert figures["reached"] == 100


def test_nobody_takes_one_who_would_not_and_none_is_offered_below_the_limit() -> None:
    assert not played(rush(takes_pct=0))[0]
    assert not played(rush(takes_pct=100, offered_from_s=7_200))[0]
    assert not played(one_queue(hours=1, agents=4, calls=80, aht_s=180, patience_s=90))[0]


def test_who_never_answers_is_tried_as_often_as_the_scenario_says_and_so_long_apart() -> None:
    wanted = rush(answers_pct=0, busy_pct=40, tries=2, retry_after_s=300, takes_pct=20)
    called, dials, _ = played(wanted)
    assert called
    assert all(case.tries == 2 and case.reached_ms is None for case in called)
    outcomes = {fact.outcome for _, fact in dials.tried}
    assert outcomes == {TryOutcome.BUSY, TryOutcome.NO_ANSWER}
    first: dict[str, int] = {}
    for at, fact in dials.tried:
        if fact.tries == 1:
            first[fact.callback] = at
        else:
            assert at - first[fact.callback] >= 300_000


def test_the_shares_asked_for_are_the_shares_that_come_about() -> None:
    tried = [fact for seed in range(4) for _, fact in played(rush(answers_pct=60), seed)[1].tried]
    made = [dial for seed in range(4) for dial in played(rush(answers_pct=60), seed)[1].made]
    assert len(made) > 100
    assert abs(1 - len(tried) / len(made) - 0.6) < 0.12


def test_callbacks_keep_to_their_share_while_others_wait_on_the_line() -> None:
    quick, slow = (played(rush(most_share_pct=share, takes_pct=80))[0] for share in (100, 0))
    mean = [sum(case.reached_ms or 0 for case in cases) / len(cases) for cases in (quick, slow)]
    assert mean[0] < mean[1]


def test_fewer_abandon_when_many_take_a_callback_and_the_line_goes_first() -> None:
    gone = []
    for taken in (0, 90):
        cases = played(rush(takes_pct=taken, most_share_pct=0))[2].cases
        gone.append(sum(case.abandoned for case in cases))
    assert gone[1] < gone[0] * 0.7


def test_a_day_with_callbacks_is_the_same_for_the_same_seed() -> None:
    assert played(rush(), 5)[0] == played(rush(), 5)[0] != played(rush(), 6)[0]


def test_the_report_shows_callbacks_only_where_there_are_any() -> None:
    page = report.page(simulate(scenario.load(EXAMPLE), (1,)))
    assert "callbacks taken" in page
    assert "callbacks taken" not in report.page(simulate(one_queue(
        hours=1, agents=4, calls=30, aht_s=180), (1,)))  # fmt: skip


def test_shares_that_are_more_than_all_are_refused(tmp_path: Path) -> None:
    text = EXAMPLE.read_text().replace("answers_pct = 75", "answers_pct = 95")
    (tmp_path / "bad.toml").write_text(text)
    with pytest.raises(scenario.BadScenario, match="more than 100 together"):
        scenario.load(tmp_path / "bad.toml")
