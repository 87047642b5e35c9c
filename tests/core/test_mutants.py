"""Planted faults: each breaks one rule, and a few random days find it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.core.chaos import Day
from trunkline.core import apply as folds
from trunkline.core import cell
from trunkline.core import facts as f
from trunkline.core.acd import engine as acd
from trunkline.core.acd import policy
from trunkline.core.call import endings
from trunkline.core.inputs import Stamp
from trunkline.core.state import Interaction, State, Waiting
from trunkline.core.turn import Turn
from trunkline.core.words import AgentId

DAYS = 250

Plant = Callable[[pytest.MonkeyPatch], None]


def fold(kind: type[Any], change: Callable[[Any], Any]) -> Plant:
    """`apply` sees a changed fact."""
    right = folds._FOLDS[kind]

    def wrong(state: State, at: int, fact: Any) -> None:
        right(state, at, change(fact))

    return lambda patch: patch.setitem(folds._FOLDS, kind, wrong)


def offers_are_not_withdrawn(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(acd, "withdraw", lambda turn, it: None)


def who_declined_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    right = folds._FOLDS[f.OfferEnded]

    def wrong(state: State, at: int, fact: f.OfferEnded) -> None:
        right(state, at, fact)
        waiting = state.interactions[fact.interaction].waiting
        if waiting:
            waiting.passed_by.clear()

    patch.setitem(folds._FOLDS, f.OfferEnded, wrong)


def wrap_up_is_never_counted_down(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(cell._DUE, "wrap_up", lambda turn, name: None)


def a_leg_is_not_cleared(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(folds, "_forget_legs", lambda state, talk: None)


def the_shortest_idle_is_chosen(patch: pytest.MonkeyPatch) -> None:
    right = policy.for_interaction

    def wrong(state: State, it: Interaction, waiting: Waiting, stamp: Stamp) -> policy.Match:
        match = right(state, it, waiting, stamp)
        match.seen.reverse()
        return match

    patch.setattr(policy, "for_interaction", wrong)


def an_interaction_is_not_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(endings, "close_if_done", lambda turn, it: None)


def a_freed_agent_is_not_served(patch: pytest.MonkeyPatch) -> None:
    def wrong(turn: Turn, agent: AgentId) -> None:
        return None

    patch.setattr(acd, "serve", wrong)


PLANTED: dict[str, Plant] = {
    "an offer is not withdrawn when the customer leaves": offers_are_not_withdrawn,
    "who declined is forgotten": who_declined_is_forgotten,
    "wrap-up is never counted down": wrap_up_is_never_counted_down,
    "a leg is not cleared": a_leg_is_not_cleared,
    "the shortest idle is chosen": the_shortest_idle_is_chosen,
    "who returns does not stand at the head": fold(
        f.InteractionQueued, lambda fact: replace(fact, returned=False)
    ),
    "an interaction is not forgotten": an_interaction_is_not_forgotten,
    "a freed agent is not served": a_freed_agent_is_not_served,
}


def days_until_found() -> int | None:
    """How many days it takes until one breaks a rule; None when none does."""
    for seed in range(DAYS):
        try:
            Day(seed).run()
        except (AssertionError, LookupError, ValueError, RecursionError):
            return seed + 1
    return None


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found_within_a_few_days(
    fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    PLANTED[fault](monkeypatch)
    assert days_until_found(), f"nobody noticed: {fault}"
