"""Planted faults: each breaks one rule, and a few random days find it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.core.chaos import CALLING_BACK, USUAL, WRITING, Day
from trunkline.core import agent as agents
from trunkline.core import apply as folds
from trunkline.core import apply_talks, cell
from trunkline.core import callback_facts as cb
from trunkline.core import facts as f
from trunkline.core.acd import callback, offering, plans, policy, waits
from trunkline.core.acd import engine as acd
from trunkline.core.acd.groups import Entry, Line
from trunkline.core.acd.lines import Lines
from trunkline.core.acd.pools import Pools
from trunkline.core.acd.standing import Standing
from trunkline.core.call import endings, outbound, recording, room
from trunkline.core.call.commands import DialCustomer
from trunkline.core.inputs import Stamp
from trunkline.core.interaction import Interaction, Offer, Party, Talk, Waiting
from trunkline.core.state import State
from trunkline.core.turn import Turn
from trunkline.core.words import AgentId, LegId
from trunkline.core.written import works

DAYS = 250

Plant = Callable[[pytest.MonkeyPatch], None]


def fold(kind: type[Any], change: Callable[[Any], Any]) -> Plant:
    """`apply` sees a changed fact."""
    right = folds.FOLDS[kind]

    def wrong(state: State, at: int, fact: Any) -> None:
        right(state, at, change(fact))

    return lambda patch: patch.setitem(folds.FOLDS, kind, wrong)


def offers_are_not_withdrawn(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(offering, "withdraw", lambda turn, it: None)


def who_declined_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    right = folds.FOLDS[f.OfferEnded]

    def wrong(state: State, at: int, fact: f.OfferEnded) -> None:
        right(state, at, fact)
        waiting = state.interactions[fact.interaction].waiting
        if waiting:
            waiting.passed_by.clear()

    patch.setitem(folds.FOLDS, f.OfferEnded, wrong)


def wrap_up_is_never_counted_down(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(cell._DUE, "wrap_up", lambda turn, name: None)


def a_leg_is_not_cleared(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(apply_talks, "_forget_legs", lambda state, talk: None)


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

    patch.setattr(offering, "serve", wrong)


def the_losers_of_a_round_are_not_told(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(offering, "win", lambda turn, it, winner: [])


def a_requirement_never_relaxes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(waits, "stage_at", lambda plan, waited_ms: 0)


def a_wait_is_never_looked_at_again(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(cell._DUE, "wait", lambda turn, name: None)


def a_requirement_is_not_asked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Pools, "meeting", lambda self, wanted: (1 << len(self.every)) - 1)


def the_cap_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(plans, "starving_from", lambda policy, queue, channel: 1 << 60)


def the_last_caller_is_served_first(patch: pytest.MonkeyPatch) -> None:
    right = policy._heads

    def wrong(state: State, agent: AgentId, now: int) -> list[policy.First]:
        return right(state, agent, now)[::-1]

    patch.setattr(policy, "_heads", wrong)


def who_waits_for_one_agent_is_never_released(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(acd, "release", lambda turn: None)
    patch.setattr(waits, "on_duty", lambda state, agent: True)


def a_first_in_line_is_not_noted(patch: pytest.MonkeyPatch) -> None:
    right = Lines._leave_line

    def wrong(self: Lines, line: Line, entry: Entry) -> None:
        right(self, line, entry)
        line.group.firsts = [first for first in line.group.firsts if first[2] is not line]

    patch.setattr(Lines, "_leave_line", wrong)


def a_customer_is_dialled_twice(patch: pytest.MonkeyPatch) -> None:
    right = outbound.dial

    def wrong(turn: Turn, it: Interaction, offer: Offer, agent_leg: LegId) -> None:
        right(turn, it, offer, agent_leg)
        turn.do(DialCustomer(LegId(turn.new_id()), it.id, it.party, it.number, 30_000))

    patch.setattr(outbound, "dial", wrong)


def a_callback_forgets_that_it_stands_in_line(patch: pytest.MonkeyPatch) -> None:
    right = folds.FOLDS[cb.CallbackQueued]

    def wrong(state: State, at: int, fact: cb.CallbackQueued) -> None:
        right(state, at, fact)
        state.callbacks[fact.callback].interaction = None

    patch.setitem(folds.FOLDS, cb.CallbackQueued, wrong)


def who_is_being_called_is_not_left_alone(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(callback, "_is_busy", lambda state, one: False)


def a_suspended_callback_is_never_restored(patch: pytest.MonkeyPatch) -> None:
    right = callback._over

    def wrong(turn: Turn, ended: f.InteractionEnded) -> None:
        if ended.interaction not in turn.state.suspended:
            right(turn, ended)

    patch.setattr(callback, "_over", wrong)


def a_restored_callback_is_due_at_once(patch: pytest.MonkeyPatch) -> None:
    right = folds.FOLDS[cb.CallbackSuspended]

    def wrong(state: State, at: int, fact: cb.CallbackSuspended) -> None:
        right(state, at, fact)
        state.callbacks[fact.callback].was_due_at = at

    patch.setitem(folds.FOLDS, cb.CallbackSuspended, wrong)


def callbacks_take_every_agent(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(policy, "_within_share", lambda state, found: found)


def who_declined_is_recorded(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(recording, "REFUSED", frozenset())


def nobody_waits_for_an_answer(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(recording, "_barred_by_consent", lambda it, talk, asks: None)


def who_listens_hears_on_in_a_pause(patch: pytest.MonkeyPatch) -> None:
    right = room._of_attending

    def wrong(it: Interaction, talk: Talk, one: Party, leg: LegId) -> room.Spot:
        return right(replace(it, pause=None), talk, one, leg)

    patch.setattr(room, "_of_attending", wrong)


def agents_are_asked_beyond_their_capacity(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(agents, "slots_left", lambda capacity, opened, channel: 1)


def nothing_goes_back_when_its_agent_is_gone(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(works, "follow", lambda turn: None)


def written_wrap_ups_are_never_counted_down(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(cell._DUE, "work", lambda turn, name: None)


def a_slot_is_not_given_back(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(State, "end_work", lambda self, agent, interaction: None)


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
    "the losers of a round are not told": the_losers_of_a_round_are_not_told,
    "a requirement never relaxes": a_requirement_never_relaxes,
    "a wait is never looked at again": a_wait_is_never_looked_at_again,
    "a requirement is not asked": a_requirement_is_not_asked,
    "the cap against starving is forgotten": the_cap_is_forgotten,
    "the last caller is served first": the_last_caller_is_served_first,
    "who waits for one agent is never released": who_waits_for_one_agent_is_never_released,
    "who declined is recorded": who_declined_is_recorded,
    "nobody waits for an answer": nobody_waits_for_an_answer,
    "who listens hears on in a pause": who_listens_hears_on_in_a_pause,
    "a first in line is not noted": a_first_in_line_is_not_noted,
}
PLANTED_IN_CALLBACKS: dict[str, Plant] = {
    "a customer is dialled twice at once": a_customer_is_dialled_twice,
    "a callback forgets that it stands in line": a_callback_forgets_that_it_stands_in_line,
    "who is being called is not left alone": who_is_being_called_is_not_left_alone,
    "a callback loses its place": fold(
        cb.CallbackOpened, lambda fact: replace(fact, entered_at=fact.due_at)
    ),
    "a callback forgets how its customer stood": fold(
        cb.CallbackOpened, lambda fact: replace(fact, standing=Standing())
    ),
    "a suspended callback is never restored": a_suspended_callback_is_never_restored,
    "a restored callback is due at once": a_restored_callback_is_due_at_once,
    "callbacks take every agent": callbacks_take_every_agent,
    "a try is not counted": fold(cb.CallbackTried, lambda fact: replace(fact, tries=0)),
}


PLANTED_IN_WRITING: dict[str, Plant] = {
    "agents are asked beyond their capacity": agents_are_asked_beyond_their_capacity,
    "nothing goes back when its agent is gone": nothing_goes_back_when_its_agent_is_gone,
    "written wrap-ups are never counted down": written_wrap_ups_are_never_counted_down,
    "a slot is not given back": a_slot_is_not_given_back,
}


def days_until_found(weights: tuple[int, ...]) -> int | None:
    """How many days it takes until one breaks a rule; None when none does."""
    for seed in range(DAYS):
        try:
            Day(seed, weights=weights).run()
        except (AssertionError, LookupError, ValueError, RuntimeError):
            return seed + 1
    return None


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found_within_a_few_days(
    fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    PLANTED[fault](monkeypatch)
    assert days_until_found(USUAL), f"nobody noticed: {fault}"


@pytest.mark.parametrize("fault", PLANTED_IN_CALLBACKS)
def test_a_fault_planted_in_callbacks_is_found_within_a_few_days_of_them(
    fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    PLANTED_IN_CALLBACKS[fault](monkeypatch)
    assert days_until_found(CALLING_BACK), f"nobody noticed: {fault}"


@pytest.mark.parametrize("fault", PLANTED_IN_WRITING)
def test_a_fault_planted_in_what_is_written_is_found_within_a_few_days_of_it(
    fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    PLANTED_IN_WRITING[fault](monkeypatch)
    assert days_until_found(WRITING), f"nobody noticed: {fault}"
