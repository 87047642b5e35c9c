"""The whole engine as a state machine: Hypothesis looks for the shortest way to break a rule.

The steps are those of the random days; here the sequence itself is searched and shrunk. After each
input the invariants and laws hold; in the end all ends by itself and the journal tells the same.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.core.chaos import ACTIONS, Day

SOAK = os.environ.get("TRUNKLINE_SOAK") == "1"
STEPS_A_RUN = 60
SHORT, FULL = 10_000, 100_000
"""Steps that are taken at least; the random days take as many again."""


class Engine(RuleBasedStateMachine):
    """One day whose sequence of happenings Hypothesis chooses."""

    taken = 0

    def __init__(self) -> None:
        super().__init__()
        self.day: Day | None = None

    @initialize(seed=st.integers(0, 1_000_000))
    def begins(self, seed: int) -> None:
        self.day = Day(seed)
        self.day.begin()

    @rule(action=st.sampled_from(ACTIONS))
    def happens(self, action: object) -> None:
        day, self.day = self.day, None  # what is broken is not run down
        assert callable(action)
        assert day is not None
        Engine.taken += 1
        action(day)
        self.day = day

    def teardown(self) -> None:
        if self.day is not None:
            self.day.end()


def search(examples: int) -> int:
    """How many steps were taken; raises what breaks a rule, shrunk."""
    Engine.taken = 0
    rounds = settings(
        max_examples=examples,
        stateful_step_count=STEPS_A_RUN,
        deadline=None,
        database=None,
        derandomize=not SOAK,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Engine, settings=rounds)
    return Engine.taken


KEPT = (
    1144,
    "callbacks_fall_due_at_once tell others_are_brought_in customer_does agent_works arrive "
    "time_is_kept works_go_on something_is_written supervisors_attend time_is_kept device_does "
    "callbacks_fall_due_at_once time_passes customer_does time_is_kept edge_fails agents_answer "
    "edge_fails policy_changes agents_answer calls_are_parked callbacks_fall_due_at_once restart "
    "callbacks_fall_due_at_once callbacks_fall_due_at_once arrive time_passes callbacks_change "
    "restart policy_changes time_is_kept",
)
"""A day in which the moment of a callback is remembered twice after a restart, and once before."""


def test_a_moment_that_is_remembered_twice_comes_once() -> None:
    seed, happenings = KEPT
    named = {action.__name__: action for action in ACTIONS}
    day = Day(seed)
    day.begin()
    for name in happenings.split(" "):
        named[name](day)
    day.end()


def test_no_sequence_of_happenings_breaks_a_rule() -> None:
    assert search(SHORT * 11 // 10 // STEPS_A_RUN) >= SHORT


@pytest.mark.soak
@pytest.mark.skipif(not SOAK, reason="runs in `make soak`")
def test_no_long_search_breaks_a_rule() -> None:
    assert search(FULL // STEPS_A_RUN * 2) >= FULL
