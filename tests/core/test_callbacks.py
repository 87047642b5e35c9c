"""Callbacks: the place is kept, the agent is there first, the customer is dialled once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.core.callbacks import ON, calling_back
from tests.core.world import ANNA, BOB, CHEN, DIRECT, NOON, SALES, SERVICE, World
from trunkline.core import callback_facts as cb
from trunkline.core import inputs as i
from trunkline.core.acd.rules import Affinity, Patience
from trunkline.core.call import commands as c
from trunkline.core.call import events as e
from trunkline.core.commands import CheckNumber
from trunkline.core.config import CallbackRules
from trunkline.core.facts import (
    InteractionAnswered,
    InteractionEnded,
    InteractionQueued,
    OfferEnded,
    OfferMade,
)
from trunkline.core.interaction import Callback
from trunkline.core.turn import Refused
from trunkline.core.words import (
    AgentId,
    AgentState,
    Bar,
    CallbackId,
    CallbackOrigin,
    CallbackOutcome,
    Cause,
    DeviceKind,
    EndedBy,
    LegId,
    OfferFault,
    Place,
    Token,
    TryOutcome,
    Wish,
)

MINUTE, HOUR = 60_000, 3_600_000


class Desk(World):
    """A world in which customers are called back."""

    def calls(self, who: str = "one", number: str = "5000", **more: Any) -> LegId:
        return self.arrive(number, caller=Token(who), **more)

    def leaves_callback(self, who: str = "one", number: str = "5004") -> Callback:
        leg = self.calls(who, number)
        self.presses(leg, "1").hears_out(leg)
        return self.open_of(who)

    def open_of(self, who: str = "one") -> Callback:
        return self.state.callbacks[self.state.callers[Token(who)]]

    def rings(self) -> LegId:
        """The customer's phone that rings now."""
        return self.last(c.DialCustomer).leg

    def customer_answers(self) -> LegId:
        leg = self.rings()
        self.edge.answer(leg)
        self._listen()
        return leg

    def customer_does_not(self, cause: Cause) -> None:
        self.leaves(self.rings(), cause)


@pytest.fixture
def desk() -> Desk:
    return Desk(calling_back())


def waits_long(desk: Desk) -> LegId:
    """Someone waits where nobody is on duty, so that the wait is expected to be long."""
    leg = desk.calls()
    desk.tick(2)
    return leg


def test_who_waits_long_keeps_the_place_and_is_dialled_with_the_number_they_had_called(
    desk: Desk,
) -> None:
    leg = waits_long(desk)
    desk.presses(leg, "1").hears_out(leg)
    assert desk.last(InteractionEnded).ended_by is EndedBy.CALLBACK
    later = desk.calls("two")
    desk.tick(30).ready(ANNA)
    assert desk.state.interactions[desk.last(OfferMade).interaction].callback
    desk.takes(ANNA)
    dial = desk.last(c.DialCustomer)
    assert (dial.party, dial.caller) == (Token("party"), "5000")
    assert desk.of(dial.leg).place is Place.CALLING
    assert desk.shown(ANNA) is AgentState.HANDLING
    desk.customer_answers()
    assert desk.of(dial.leg).place is Place.TALKING
    assert desk.last(cb.CustomerReached).wait_ms == desk.now - NOON
    assert desk.of(later).waiting


def test_a_reached_customer_ends_the_callback_when_the_call_is_over(desk: Desk) -> None:
    desk.leaves_callback()
    desk.tick(11).ready(ANNA).takes(ANNA)
    leg = desk.customer_answers()
    desk.tick(60).leaves(leg)
    assert desk.last(cb.CallbackEnded).outcome is CallbackOutcome.REACHED
    assert desk.shown(ANNA) is AgentState.WRAP_UP
    assert not desk.state.callbacks


def test_the_agent_looks_for_at_most_20_seconds(desk: Desk) -> None:
    desk.leaves_callback()
    desk.tick(11).ready(ANNA)
    offered = desk.last(OfferMade)
    assert offered.expires_at - desk.state.offers[offered.offer].made_at == 20_000
    desk.tick(21)
    assert desk.last(OfferEnded).fault is OfferFault.NO_ANSWER
    assert not desk.all(c.DialCustomer)
    assert desk.open_of().tries == 0


def test_who_leaves_a_callback_hears_the_last_words_before_being_called(desk: Desk) -> None:
    desk.ready(ANNA)
    desk.leaves_callback()
    assert not desk.all(OfferMade)
    desk.tick(11)
    assert len(desk.all(OfferMade)) == 1


@pytest.mark.parametrize(
    ("cause", "outcome"),
    [
        (Cause.BUSY, TryOutcome.BUSY),
        (Cause.DECLINED, TryOutcome.BUSY),
        (Cause.NO_ANSWER, TryOutcome.NO_ANSWER),
        (Cause.UNREACHABLE, TryOutcome.FAILED),
    ],
)
def test_three_tries_fifteen_minutes_apart_then_nobody_calls(
    desk: Desk, cause: Cause, outcome: TryOutcome
) -> None:
    desk.leaves_callback()
    desk.tick(11).ready(ANNA)
    for number in (1, 2, 3):
        desk.takes(ANNA).customer_does_not(cause)
        tried = desk.last(cb.CallbackTried)
        assert (tried.outcome, tried.tries) == (outcome, number)
        assert desk.shown(ANNA) is AgentState.READY
        if number < 3:
            assert tried.due_at == desk.now + 15 * MINUTE
            desk.tick(15 * 60 - 1)
            assert len(desk.all(OfferMade)) == number
            desk.tick(1)
    assert desk.last(cb.CallbackEnded).outcome is CallbackOutcome.EXHAUSTED
    assert desk.last(cb.CallbackTried).due_at is None
    assert not desk.state.callbacks


def test_a_machine_counts_as_a_try_and_no_survey_follows(desk: Desk) -> None:
    desk.leaves_callback()
    desk.tick(11).ready(ANNA).takes(ANNA)
    leg = desk.customer_answers()
    desk.does(i.NotReached(ANNA, desk.of(leg).id))
    assert desk.last(cb.CallbackTried).outcome is TryOutcome.MACHINE
    assert desk.last(InteractionEnded).ended_by is EndedBy.NOT_REACHED
    assert leg not in desk.edge.legs
    assert desk.open_of().due_at == desk.now + 15 * MINUTE


def test_an_agents_page_that_fails_while_it_rings_costs_no_try(desk: Desk) -> None:
    desk.leaves_callback()
    desk.tick(11).ready(ANNA).takes(ANNA)
    ringing = desk.rings()
    desk.leaves(desk.agent_leg(ANNA), Cause.NETWORK_LOST)
    assert ringing not in desk.edge.legs
    assert desk.open_of().tries == 0
    assert desk.shown(ANNA) is AgentState.NOT_READY
    desk.ready(BOB).takes(BOB)
    assert desk.rings() != ringing


def test_a_desk_phone_that_hangs_up_while_it_rings_gives_up(desk: Desk) -> None:
    desk.leaves_callback()
    desk.tick(11).ready(ANNA, device=DeviceKind.SIP).phone_answers(ANNA)
    desk.leaves(desk.agent_leg(ANNA))
    assert desk.last(cb.CallbackTried).outcome is TryOutcome.GIVEN_UP


def test_an_agent_may_give_up_ringing_but_not_hold_who_is_not_there(desk: Desk) -> None:
    desk.leaves_callback()
    desk.tick(11).ready(ANNA).takes(ANNA)
    call = desk.of(desk.rings()).id
    with pytest.raises(Refused, match="still_ringing"):
        desk.put(i.HoldCall(ANNA, call))
    desk.does(i.HangUpCall(ANNA, call))
    assert desk.last(cb.CallbackTried).outcome is TryOutcome.GIVEN_UP
    assert not desk.edge.legs


def test_ringing_ends_by_itself_when_the_edge_falls_silent(desk: Desk) -> None:
    desk.leaves_callback()
    desk.tick(11).ready(ANNA).takes(ANNA)
    desk.tick(36)
    assert desk.last(cb.CallbackTried).outcome is TryOutcome.NO_ANSWER
    assert desk.shown(ANNA) is AgentState.READY


def test_two_agents_at_once_are_offered_it_once(desk: Desk) -> None:
    desk.ready(ANNA, BOB, CHEN)
    desk.leaves_callback()
    desk.tick(11)
    assert len(desk.state.offers) == 1


def test_a_new_call_suspends_the_callback_and_ends_it_when_it_is_answered(desk: Desk) -> None:
    desk.leaves_callback()
    desk.tick(11)
    leg = desk.calls()
    assert not [it for it in desk.state.interactions.values() if it.callback]
    desk.ready(ANNA).takes(ANNA)
    assert desk.of(leg).place is Place.TALKING
    assert desk.last(cb.CallbackEnded).outcome is CallbackOutcome.CALLED_AGAIN


def test_a_new_call_that_is_abandoned_restores_the_callback_with_its_old_time(desk: Desk) -> None:
    place = desk.leaves_callback().entered_at
    desk.tick(60)
    leg = desk.calls()
    desk.tick(30).leaves(leg)
    assert desk.last(InteractionEnded).ended_by is EndedBy.ABANDONED
    desk.calls("two")
    desk.tick(11).ready(ANNA)
    assert desk.last(InteractionQueued).entered_at == place
    assert desk.state.interactions[desk.last(OfferMade).interaction].callback


def test_a_call_of_the_same_customer_leaves_a_dial_alone(desk: Desk) -> None:
    desk.leaves_callback()
    desk.tick(11).ready(ANNA).takes(ANNA)
    desk.calls()
    assert not desk.all(cb.CallbackSuspended)
    desk.customer_answers()
    assert desk.shown(ANNA) is AgentState.HANDLING


def test_who_was_reached_and_waits_for_another_queue_is_left_alone_by_a_call_from_the_same_number(
    desk: Desk,
) -> None:
    desk.leaves_callback()
    desk.tick(11).ready(ANNA).takes(ANNA)
    called = desk.customer_answers()
    it = desk.of(called)
    desk.does(i.TransferToQueue(ANNA, it.id, SALES, False))
    assert it.place is Place.QUEUED
    desk.calls()
    assert it.place is Place.QUEUED
    assert not desk.all(cb.CallbackSuspended)
    with pytest.raises(Refused, match="callback_busy"):
        desk.put(i.CancelCallback(desk.open_of().id))


def test_a_number_has_one_open_callback(desk: Desk) -> None:
    first = desk.leaves_callback().id
    desk.leaves_callback()
    assert list(desk.state.callbacks) == [first]
    assert len(desk.all(cb.CallbackOpened)) == 1
    with pytest.raises(Refused, match="callback_open"):
        desk.put(asked_for(desk, "one"))


def asked_for(desk: Desk, who: str, after_ms: int = 0, **more: Any) -> i.OpenCallback:
    return i.OpenCallback(
        CallbackId(f"cb-{who}"), CallbackOrigin.ASKED_FOR, SERVICE, "5000", Token("party"),
        Token(who), desk.now + after_ms, **more,
    )  # fmt: skip


def test_a_scheduled_callback_waits_for_its_time(desk: Desk) -> None:
    desk.ready(ANNA).does(asked_for(desk, "one", after_ms=HOUR))
    desk.tick(3_599)
    assert not desk.all(OfferMade)
    desk.tick(1)
    assert desk.last(InteractionQueued).entered_at == desk.now
    assert desk.all(OfferMade)


def test_it_can_be_put_off_and_cancelled_until_an_agent_is_at_it(desk: Desk) -> None:
    desk.ready(ANNA).does(asked_for(desk, "one"))
    name = desk.open_of().id
    desk.does(i.RescheduleCallback(name, desk.now + HOUR))
    assert not desk.state.offers
    assert desk.shown(ANNA) is AgentState.READY
    desk.tick(3_600).takes(ANNA)
    with pytest.raises(Refused, match="callback_busy"):
        desk.put(i.CancelCallback(name))
    desk.customer_does_not(Cause.BUSY)
    desk.does(i.CancelCallback(name))
    assert desk.last(cb.CallbackEnded).outcome is CallbackOutcome.CANCELLED


@pytest.mark.parametrize("bar", list(Bar))
def test_it_is_not_offered_to_numbers_that_are_not_called_back(desk: Desk, bar: Bar) -> None:
    desk.calls(bar=bar)
    desk.tick(10)
    assert not desk.all(c.Collect)


def test_it_is_not_offered_where_the_wait_is_short(desk: Desk) -> None:
    desk.talks(ANNA)
    desk.ready(BOB, CHEN)
    for name in (BOB, CHEN):
        desk.arrive()
        desk.takes(name)
    desk.calls()
    desk.tick(10)
    assert not desk.all(c.Collect)


def test_it_is_not_offered_where_it_is_switched_off() -> None:
    desk = Desk(calling_back(CallbackRules()))
    desk.calls()
    desk.tick(10)
    assert not desk.all(c.Collect)


def test_who_stays_waits_on_with_the_same_place_and_is_not_asked_again(desk: Desk) -> None:
    leg = waits_long(desk)
    desk.presses(leg, "")
    assert desk.of(leg).place is Place.QUEUED
    assert desk.of(leg).step is None
    desk.tick(200)
    assert len(desk.all(c.Collect)) == 1
    desk.ready(ANNA).takes(ANNA)
    assert desk.of(leg).place is Place.TALKING


def test_an_agent_who_is_free_cuts_the_dialogue_short(desk: Desk) -> None:
    leg = waits_long(desk)
    desk.ready(ANNA).takes(ANNA)
    assert desk.of(leg).place is Place.TALKING
    desk.presses(leg, "1")
    assert not desk.state.callbacks


def test_another_number_is_read_back_before_it_is_noted(desk: Desk) -> None:
    leg = waits_long(desk)
    desk.presses(leg, "2").presses(leg, "digits")
    asked = desk.last(CheckNumber)
    assert asked.digits == Token("digits")
    party, who = Token("other"), Token("two")
    desk.does(i.NumberChecked(asked.interaction, asked.node, party, who, Token("said")))
    desk.presses(leg, "1").hears_out(leg)
    assert desk.open_of("two").party == party
    assert Token("one") not in desk.state.callers


def test_a_number_that_is_barred_is_asked_for_again_three_times(desk: Desk) -> None:
    leg = waits_long(desk)
    desk.presses(leg, "2")
    for _ in range(3):
        desk.presses(leg, "digits")
        asked = desk.last(CheckNumber)
        news = i.NumberChecked(asked.interaction, asked.node, Token("x"), None, None, Bar.FOREIGN)
        desk.does(news)
    desk.presses(leg, "")
    assert desk.of(leg).place is Place.QUEUED
    assert not desk.state.callbacks


def test_past_closing_it_is_the_first_of_the_next_day() -> None:
    hours = ((NOON, NOON + HOUR), (NOON + 24 * HOUR, NOON + 26 * HOUR))
    desk = Desk(calling_back(hours=hours))
    place = desk.leaves_callback("early").entered_at
    desk.tick(3_600)
    assert not [it for it in desk.state.interactions.values() if it.callback]
    desk.leaves_callback("late")
    assert desk.open_of("late").due_at == NOON + 24 * HOUR
    desk.tick(23 * 3_600).ready(ANNA)
    first = desk.state.interactions[desk.last(OfferMade).interaction]
    assert first.callback == desk.open_of("early").id
    assert first.waiting
    assert first.waiting.entered_at == place


def test_while_others_wait_on_the_line_callbacks_have_their_share_only() -> None:
    desk = Desk(calling_back())
    for who in ("a", "b", "c"):
        desk.leaves_callback(who)
    desk.tick(11)
    for who in ("d", "e"):
        desk.calls(who)
    desk.ready(ANNA, BOB, CHEN)
    offered = [desk.state.interactions[offer.interaction] for offer in desk.all(OfferMade)]
    assert [bool(it.callback) for it in offered] == [True, False, False]


def test_who_waited_for_an_agent_that_fails_goes_before_a_callback_beyond_the_share() -> None:
    desk = Desk(calling_back(patience=Patience(manager_ms=60_000)))
    for who in ("a", "b"):
        desk.leaves_callback(who)
    desk.tick(11).ready(ANNA, CHEN).takes(ANNA).takes(CHEN)
    on_the_line = desk.calls("c", "4001", affinity=Affinity(manager=CHEN))
    desk.ready(BOB).leaves(desk.agent_leg(CHEN), Cause.NETWORK_LOST)
    offered = desk.last(OfferMade)
    assert (offered.agent, offered.interaction) == (BOB, desk.of(on_the_line).id)


def test_with_nobody_on_the_line_every_agent_calls_back(desk: Desk) -> None:
    for who in ("a", "b", "c"):
        desk.leaves_callback(who)
    desk.tick(11).ready(ANNA, BOB, CHEN)
    assert len(desk.state.offers) == 3


def test_who_was_lost_by_us_while_waiting_keeps_the_place_and_the_loss_stays_counted(
    desk: Desk,
) -> None:
    leg = desk.calls()
    desk.tick(30).leaves(leg, Cause.NETWORK_LOST)
    assert desk.last(InteractionEnded).ended_by is EndedBy.FAILURE
    kept = desk.open_of()
    assert (kept.origin, kept.entered_at) == (CallbackOrigin.AFTER_LOSS, NOON)


@pytest.mark.parametrize("agent_first", [False, True])
def test_who_was_lost_by_us_in_a_talk_is_called_back(desk: Desk, *, agent_first: bool) -> None:
    desk.ready(ANNA, device=DeviceKind.SIP)
    leg = desk.calls()
    desk.phone_answers(ANNA).tick(60)
    legs = [leg, desk.agent_leg(ANNA)]
    for lost in reversed(legs) if agent_first else legs:
        desk.leaves(lost, Cause.FAILED)
    assert desk.last(InteractionEnded).ended_by is EndedBy.FAILURE
    assert desk.open_of().origin is CallbackOrigin.AFTER_LOSS


@pytest.mark.parametrize("where", ["menu", "line", "talk"])
def test_who_was_lost_by_us_is_called_back_though_the_queue_offers_no_callbacks(where: str) -> None:
    desk = Desk(calling_back(CallbackRules()))
    leg = desk.calls(number="4000" if where == "menu" else "5000")
    if where == "talk":
        desk.ready(ANNA).takes(ANNA)
    desk.tick(30).leaves(leg, Cause.NETWORK_LOST)
    assert desk.open_of().origin is CallbackOrigin.AFTER_LOSS
    desk.ready(BOB).tick(60)
    assert desk.last(OfferMade).interaction == desk.open_of().interaction


@pytest.mark.parametrize("more", [{"caller": None}, {"bar": Bar.FOREIGN}])
def test_of_who_was_lost_and_cannot_be_called_supervisors_are_told(
    desk: Desk, more: dict[str, Any]
) -> None:
    leg = desk.arrive("5000", **{"caller": Token("one")} | more)
    it = desk.of(leg).id
    desk.tick(30).leaves(leg, Cause.NETWORK_LOST)
    assert not desk.state.callbacks
    assert desk.all(cb.CallerLost) == [cb.CallerLost(it, SERVICE)]
    desk.leaves(desk.arrive("5000", caller=None))
    assert len(desk.all(cb.CallerLost)) == 1, "who hangs up was not lost by us"


def test_a_queue_may_say_that_nobody_is_called_back_after_a_loss() -> None:
    desk = Desk(calling_back(replace(ON, after_loss=False)))
    desk.leaves(desk.calls(), Cause.NETWORK_LOST)
    desk.leaves(desk.arrive("5000", caller=None), Cause.NETWORK_LOST)
    assert not desk.state.callbacks
    assert not desk.all(cb.CallerLost)


def test_who_was_called_back_and_lost_by_us_in_the_talk_is_called_again(desk: Desk) -> None:
    first = desk.leaves_callback()
    desk.tick(11).ready(ANNA).takes(ANNA)
    leg = desk.customer_answers()
    desk.tick(30).leaves(leg, Cause.NETWORK_LOST)
    again = desk.open_of()
    assert (again.id != first.id, again.origin) == (True, CallbackOrigin.AFTER_LOSS)
    assert (again.party, again.customer, again.queue) == (first.party, first.customer, first.queue)
    assert desk.last(cb.CallbackEnded).outcome is CallbackOutcome.REACHED


@pytest.mark.parametrize("keys", ["", "1"])
def test_who_was_lost_by_us_in_a_menu_is_called_back_where_it_leads(desk: Desk, keys: str) -> None:
    leg = desk.calls(number="4000")
    if keys:
        desk.presses(leg, keys)
    assert desk.of(leg).place is Place.FLOW
    desk.leaves(leg, Cause.NETWORK_LOST)
    kept = desk.open_of()
    assert (kept.origin, kept.queue) == (CallbackOrigin.AFTER_LOSS, SERVICE)
    assert desk.last(InteractionEnded).ended_by is EndedBy.FAILURE


@pytest.mark.parametrize(("number", "cause"), [("4003", Cause.FAILED), ("4000", Cause.NORMAL)])
def test_who_hears_an_echo_or_hangs_up_in_a_menu_is_not_called_back(
    desk: Desk, number: str, cause: Cause
) -> None:
    desk.leaves(desk.calls(number=number), cause)
    assert not desk.state.callbacks


def test_who_was_lost_after_the_last_words_is_not_called_back(desk: Desk) -> None:
    desk.leaves(desk.calls(number="4004"), Cause.FAILED)
    assert not desk.state.callbacks


def test_who_hangs_up_waiting_is_called_back_only_where_that_is_switched_on(desk: Desk) -> None:
    desk.leaves(desk.calls())
    assert not desk.state.callbacks
    keeping = Desk(calling_back(replace(ON, after_abandon=True)))
    keeping.leaves(keeping.calls())
    assert keeping.last(InteractionEnded).ended_by is EndedBy.ABANDONED
    assert keeping.open_of().origin is CallbackOrigin.AFTER_ABANDON


def test_a_queue_that_goes_away_takes_its_callbacks_along(desk: Desk) -> None:
    desk.leaves_callback()
    desk.tick(11)
    rest = tuple(queue for queue in desk.policy.queues if queue.id != SERVICE)
    desk.does(i.PublishPolicy(replace(desk.policy, version=2, queues=rest)))
    assert desk.last(cb.CallbackEnded).outcome is CallbackOutcome.EXHAUSTED
    assert not desk.state.interactions


def test_after_a_restart_a_dial_goes_on_and_an_answer_meanwhile_is_adopted(desk: Desk) -> None:
    desk.leaves_callback()
    desk.tick(11).ready(ANNA).takes(ANNA)
    leg = desk.rings()
    desk.does(desk.inventory(desks=(ANNA,)))
    assert desk.of(leg).place is Place.CALLING
    desk.edge.legs[leg].answered = True
    desk.does(desk.inventory(desks=(ANNA,)))
    assert desk.of(leg).place is Place.TALKING
    assert len(desk.all(c.DialCustomer)) == 1


def test_a_dial_that_was_lost_with_the_engine_costs_no_try(desk: Desk) -> None:
    desk.leaves_callback()
    desk.tick(11).ready(ANNA).takes(ANNA)
    del desk.edge.legs[desk.rings()]
    desk.does(desk.inventory(desks=(ANNA,)))
    assert desk.open_of().tries == 0
    assert desk.agent(ANNA).offer


def test_a_dial_that_cannot_be_made_is_a_try_that_failed(desk: Desk) -> None:
    desk.leaves_callback()
    desk.tick(11).ready(ANNA).takes(ANNA)
    desk.does(e.CommandFailed(desk.rings(), "DialCustomer", "no trunk"))
    assert desk.last(cb.CallbackTried).outcome is TryOutcome.FAILED


def test_the_place_of_a_plain_flow_offers_nothing(desk: Desk) -> None:
    leg = desk.arrive("4001", caller=Token("one"))
    assert desk.of(leg).flow == DIRECT.id
    desk.tick(60)
    assert not desk.all(c.Collect)


def test_who_is_answered_waits_for_nothing_more(desk: Desk) -> None:
    leg = waits_long(desk)
    desk.ready(AgentId("anna")).takes(ANNA)
    assert desk.all(InteractionAnswered)
    assert desk.of(leg).step is None
    assert desk.agent(ANNA).wish is Wish.READY


def test_an_owner_is_asked_before_others_from_two_minutes_before_it_is_due(desk: Desk) -> None:
    desk.ready(ANNA, BOB).does(asked_for(desk, "one", after_ms=HOUR, owner=BOB))
    desk.tick(3_479)
    assert not desk.all(OfferMade)
    desk.tick(1)
    assert desk.offered_to() == [BOB]


def test_an_owner_who_is_in_a_talk_is_waited_for_until_it_is_due(desk: Desk) -> None:
    desk.talks(BOB)
    desk.ready(ANNA).does(asked_for(desk, "one", after_ms=HOUR, owner=BOB))
    desk.tick(3_599)
    assert desk.offered_to() == [BOB]
    desk.tick(1)
    assert desk.offered_to() == [BOB, ANNA]


def test_where_the_owner_is_not_there_the_team_takes_it_when_it_is_due(desk: Desk) -> None:
    desk.ready(ANNA).does(asked_for(desk, "one", after_ms=HOUR, owner=BOB))
    desk.tick(3_599)
    assert not desk.all(OfferMade)
    desk.tick(1)
    assert desk.offered_to() == [ANNA]
