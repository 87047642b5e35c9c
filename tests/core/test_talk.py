"""Stories of the talk: what either side may do to it, and how it ends."""

from __future__ import annotations

import pytest

from tests.core.world import ANNA, BOB, NOON, SALES, SERVICE, World, house, words
from trunkline.core import facts as f
from trunkline.core import inputs as i
from trunkline.core.call import commands as c
from trunkline.core.call.events import BridgeJoined, LegAnswered, LegEnded
from trunkline.core.turn import Refused
from trunkline.core.words import (
    AgentState,
    BridgeId,
    Cause,
    DeviceKind,
    EndedBy,
    LegId,
    Level,
    Place,
    QueueId,
    Token,
    WrapUpMode,
)

NO_WRAP_UP = {"wrap_up": WrapUpMode.NONE}


def talking(world: World | None = None, **more: object) -> tuple[World, LegId, str]:
    """Anna talks with a customer."""
    world = world or World()
    leg = world.talks(ANNA, **more)
    return world, leg, world.of(leg).id


def surveyed(world: World | None = None) -> tuple[World, LegId]:
    """Anna hung up after a minute and the customer hears the question."""
    world, leg, call = talking(world)
    world.tick(60).does(i.HangUpCall(ANNA, call))
    return world, leg


def reloading() -> tuple[World, LegId, str]:
    """Anna's page went away in the talk."""
    world, leg, call = talking()
    return world.tick(30).leaves(world.agent_leg(ANNA)), leg, call


# -- verbs ----------------------------------------------------------------------------------


def test_hold_and_resume_twice_are_done_once() -> None:
    world, leg, call = talking()
    world.does(i.HoldCall(ANNA, call)).does(i.HoldCall(ANNA, call))
    assert world.edge.legs[leg].music
    world.does(i.ResumeCall(ANNA, call)).does(i.ResumeCall(ANNA, call))
    assert world.edge.legs[leg].bridge == world.edge.legs[world.agent_leg(ANNA)].bridge
    assert (len(world.all(c.Hold)), len(world.all(c.Resume))) == (1, 1)


def test_mute_and_unmute_twice_are_done_once() -> None:
    world, _, call = talking()
    world.does(i.MuteCall(ANNA, call)).does(i.MuteCall(ANNA, call))
    world.does(i.UnmuteCall(ANNA, call)).does(i.UnmuteCall(ANNA, call))
    assert [one.muted for one in world.all(f.AgentMuted)] == [True, False]


def test_the_keypad_of_the_agent_reaches_the_customer() -> None:
    world, leg, call = talking()
    world.does(i.SendKeys(ANNA, call, Token("tok")))
    assert world.last(c.SendDigits) == c.SendDigits(leg, Token("tok"))


@pytest.mark.parametrize("verb", [i.HoldCall, i.ResumeCall, i.MuteCall, i.HangUpCall])
def test_nobody_touches_the_call_of_another(verb: type) -> None:
    world, _, call = talking()
    with pytest.raises(Refused, match="not_your_call"):
        world.put(verb(BOB, call))


def test_news_of_another_bridge_joins_nobody() -> None:
    world, leg, _ = talking()
    world.does(BridgeJoined(BridgeId("old"), (leg,)))
    assert len(world.all(f.PartiesJoined)) == 1


def test_an_agent_says_who_it_is_and_that_they_are_sure() -> None:
    world, leg, call = talking()
    world.does(i.LinkCustomer(ANNA, call, "cust-9", Level.GOLD))
    assert world.of(leg).presumption is i.Presumption.PRESUMED
    world.does(i.MarkVerified(ANNA, call, "birthday"))
    verified = world.last(f.CustomerVerified)
    assert (verified.by, verified.how, verified.agent) == ("agent", "birthday", ANNA)


def test_verification_needs_a_customer_and_belongs_to_that_customer() -> None:
    world, leg, call = talking()
    with pytest.raises(Refused, match="customer_unknown"):
        world.put(i.MarkVerified(ANNA, call, "birthday"))
    world.does(i.LinkCustomer(ANNA, call, "a")).does(i.MarkVerified(ANNA, call, "birthday"))
    world.does(i.LinkCustomer(ANNA, call, "a"))
    assert world.of(leg).verified_by == "agent"
    world.does(i.LinkCustomer(ANNA, call, "b"))
    assert world.of(leg).verified_by is None


def test_verification_travels_with_a_transfer() -> None:
    world, leg, call = talking(level=Level.GOLD)
    world.does(i.MarkVerified(ANNA, call, "birthday"))
    world.does(i.TransferToQueue(ANNA, call, SALES))
    assert world.of(leg).presumption is i.Presumption.VERIFIED


# -- the end --------------------------------------------------------------------------------


def test_the_customer_hangs_up_and_the_agent_wraps_up() -> None:
    world, leg, _ = talking()
    world.tick(60).leaves(leg)
    assert world.last(f.InteractionEnded).ended_by is EndedBy.CUSTOMER
    assert world.last(f.TalkEnded).talk_ms == 60_000
    assert world.shown(ANNA) is AgentState.WRAP_UP
    assert not world.edge.legs
    assert not world.edge.recordings


def test_a_customer_lost_by_the_network_is_closed_as_lost() -> None:
    world, leg, _ = talking()
    world.leaves(leg, Cause.NETWORK_LOST)
    assert world.last(f.InteractionEnded).ended_by is EndedBy.FAILURE


def test_the_agent_hangs_up_and_the_customer_is_asked_for_a_mark() -> None:
    world, leg = surveyed()
    assert world.last(c.Play).items == words("survey-question")
    assert world.of(leg).place is Place.SURVEY
    assert world.shown(ANNA) is AgentState.WRAP_UP


def test_a_desk_phone_that_hangs_up_ends_the_talk() -> None:
    world = World().ready(ANNA, device=DeviceKind.SIP)
    leg = world.arrive()
    world.phone_answers(ANNA).tick(60).leaves(world.agent_leg(ANNA))
    assert world.of(leg).place is Place.SURVEY


@pytest.mark.parametrize("cause", [Cause.NETWORK_LOST, Cause.FAILED])
def test_who_talked_with_a_desk_phone_that_is_lost_goes_to_the_head_of_the_queue(
    cause: Cause,
) -> None:
    world = World().ready(ANNA, device=DeviceKind.SIP)
    leg = world.arrive()
    world.phone_answers(ANNA).tick(60)
    other = world.arrive()
    world.leaves(world.agent_leg(ANNA), cause)
    assert [world.state.position(world.of(one)) for one in (leg, other)] == [1, 2]
    assert world.last(f.TalkEnded).by == "device_lost"
    assert world.shown(ANNA) is AgentState.WRAP_UP
    silent = cause is Cause.NETWORK_LOST
    assert (world.agent(ANNA).trouble is not None) is silent, "it is let alone for a while"


def test_who_is_lost_with_the_engine_is_lost_whichever_leg_is_told_first() -> None:
    world = World().ready(ANNA, device=DeviceKind.SIP)
    leg = world.arrive()
    world.phone_answers(ANNA).tick(60)
    world.ready(BOB)
    world.leaves(world.agent_leg(ANNA), Cause.FAILED).leaves(leg, Cause.FAILED)
    assert world.last(f.InteractionEnded).ended_by is EndedBy.FAILURE
    assert world.shown(BOB) is AgentState.READY


def test_a_customer_on_hold_hears_the_question_without_music() -> None:
    world, leg, call = talking()
    world.tick(60).does(i.HoldCall(ANNA, call)).does(i.HangUpCall(ANNA, call))
    assert world.of(leg).place is Place.SURVEY
    assert not world.edge.legs[leg].music


def test_a_mark_belongs_to_the_last_agent_and_is_thanked_for() -> None:
    world, leg = surveyed()
    world.presses(leg, "4")
    mark = world.last(f.SurveyAnswered)
    assert (mark.rating, mark.agent, mark.queue, mark.transferred_queues) == (4, ANNA, SERVICE, ())
    assert world.last(c.Play).items == words("survey-thanks")
    world.hears_out(leg)
    assert world.last(f.InteractionEnded).ended_by is EndedBy.AGENT


def test_the_queues_passed_are_named_with_the_mark() -> None:
    world, leg, call = talking()
    world.does(i.TransferToQueue(ANNA, call, SALES)).ready(BOB).takes(BOB).tick(30)
    world.does(i.HangUpCall(BOB, call)).presses(leg, "5")
    mark = world.last(f.SurveyAnswered)
    assert (mark.agent, mark.queue, mark.transferred_queues) == (BOB, SALES, (SERVICE,))


@pytest.mark.parametrize("key", ["9", "0", "*", ""])
def test_what_is_no_mark_is_asked_again_once(key: str) -> None:
    world, leg = surveyed()
    world.presses(leg, key)
    assert world.last(c.Play).items == words("survey-invalid")
    world.presses(leg, key)
    assert world.last(c.Play).items == words("goodbye")
    assert not world.all(f.SurveyAnswered)


def test_a_customer_who_leaves_the_survey_leaves_nothing_behind() -> None:
    world, leg = surveyed()
    world.leaves(leg).does(i.CompleteWrapUp(ANNA, world.last(f.SurveyAsked).interaction, "solved"))
    assert not world.state.interactions
    assert not world.state.legs


def test_a_survey_whose_keys_cannot_be_collected_ends() -> None:
    world, leg = surveyed()
    world.tick(121)
    assert leg not in world.edge.legs


def test_the_survey_is_drawn_by_the_seed_of_the_arrival() -> None:
    world, _ = surveyed(World(house(survey_rate_pct=50), seed=49))
    assert world.last(f.SurveyDrawn).drawn
    world, _ = surveyed(World(house(survey_rate_pct=50), seed=50))
    assert world.last(f.SurveyDrawn).reason == "not_drawn"
    assert not world.edge.legs


def test_a_short_talk_is_not_surveyed() -> None:
    world, _, call = talking()
    world.tick(19).does(i.HangUpCall(ANNA, call))
    assert world.last(f.SurveyDrawn).reason == "short_talk"


@pytest.mark.parametrize(
    ("told", "reason"),
    [("survey_opted_out", "opted_out"), ("survey_quiet", "surveyed_recently")],
)
def test_who_should_not_be_asked_is_not_asked(told: str, reason: str) -> None:
    world, _, call = talking(**{told: True})
    world.tick(60).does(i.HangUpCall(ANNA, call))
    assert world.last(f.SurveyDrawn).reason == reason


# -- transfer -------------------------------------------------------------------------------


def test_a_transfer_ends_one_segment_and_queues_for_the_next() -> None:
    world, leg, call = talking()
    world.tick(30).does(i.TransferToQueue(ANNA, call, SALES))
    assert world.last(f.TalkEnded).to_queue == SALES
    assert world.last(f.InteractionQueued).entered_at == world.now
    assert world.edge.legs[leg].music
    assert world.shown(ANNA) is AgentState.WRAP_UP


def test_a_call_given_back_stands_at_the_head_with_its_old_clock() -> None:
    world, leg, call = talking()
    began = world.now
    world.tick(30)
    other = world.arrive(level=Level.DIAMOND)
    world.does(i.TransferToQueue(ANNA, call, None, back=True))
    assert world.last(f.InteractionQueued).entered_at == began > NOON
    assert world.state.position(world.of(leg)) == 1
    assert world.state.position(world.of(other)) == 2


def test_who_gave_a_call_away_does_not_get_it_when_another_is_free() -> None:
    world, _, call = talking(World(house(**NO_WRAP_UP)))
    world.ready(BOB).does(i.TransferToQueue(ANNA, call, None, back=True))
    assert world.offered_to() == [ANNA, BOB]


def test_a_transfer_to_a_queue_that_is_not_there_or_full_changes_nothing() -> None:
    world, leg, call = talking(World(house(max_waiting=1)))
    with pytest.raises(Refused, match="queue_unknown"):
        world.put(i.TransferToQueue(ANNA, call, QueueId("none")))
    world.arrive()
    with pytest.raises(Refused, match="queue_full"):
        world.put(i.TransferToQueue(ANNA, call, SERVICE))
    assert world.of(leg).talk


def test_a_call_may_be_given_back_to_a_full_queue() -> None:
    world, leg, call = talking(World(house(max_waiting=1)))
    world.arrive()
    world.does(i.TransferToQueue(ANNA, call, None, back=True))
    assert world.of(leg).place is Place.QUEUED


def test_two_agents_wrap_up_one_interaction_and_the_last_closes_it() -> None:
    world, leg, call = talking()
    world.does(i.TransferToQueue(ANNA, call, SALES)).ready(BOB).takes(BOB).leaves(leg)
    world.does(i.CompleteWrapUp(BOB, call, "sold"))
    assert world.state.interactions[call].place is Place.ENDED
    world.does(i.CompleteWrapUp(ANNA, call, "solved"))
    assert not world.state.interactions


# -- a page that is loaded anew -------------------------------------------------------------


def test_a_page_that_goes_away_leaves_the_customer_with_music() -> None:
    world, leg, _ = reloading()
    assert world.edge.legs[leg].music
    assert world.shown(ANNA) is AgentState.HANDLING


def test_a_page_that_comes_back_is_rung_into_the_same_talk() -> None:
    world, leg, _ = reloading()
    world.does(i.Reattach(ANNA)).phone_answers(ANNA)
    bridges = {one.bridge for one in world.edge.legs.values()}
    assert bridges == {world.of(leg).talk.bridge}  # type: ignore[union-attr]
    assert len(world.all(f.InteractionAnswered)) == 1


def test_a_page_may_come_back_before_its_old_leg_is_known_to_be_gone() -> None:
    world, leg, _ = talking()
    old = world.agent_leg(ANNA)
    world.does(i.Reattach(ANNA)).does(i.Reattach(ANNA)).does(LegEnded(old, Cause.NORMAL))
    world.phone_answers(ANNA)
    assert world.agent_leg(ANNA) != old
    assert len(world.edge.legs) == 2
    assert world.edge.legs[leg].bridge


def test_a_page_that_is_loaded_twice_is_rung_where_it_is_now() -> None:
    world, leg, _ = reloading()
    world.does(i.Reattach(ANNA))
    first = world.ringing_leg(ANNA)
    world.tick(5).does(i.Reattach(ANNA))
    assert first not in world.edge.legs
    world.tick(5).phone_answers(ANNA)
    assert world.edge.legs[leg].bridge == world.edge.legs[world.agent_leg(ANNA)].bridge


def test_a_customer_on_hold_stays_on_hold_over_a_reload() -> None:
    world, leg, call = talking()
    world.does(i.HoldCall(ANNA, call)).does(i.Reattach(ANNA)).phone_answers(ANNA)
    assert world.edge.legs[leg].bridge is None
    world.does(i.ResumeCall(ANNA, call))
    assert world.edge.legs[leg].bridge


def test_a_page_that_does_not_come_back_returns_the_customer_to_the_head() -> None:
    world, leg, _ = reloading()
    world.tick(15)
    assert world.last(f.TalkEnded).by == "device_lost"
    assert world.last(f.InteractionQueued).returned
    assert world.last(f.InteractionQueued).priority == 100
    assert world.of(leg).place is Place.QUEUED


def test_an_agent_whose_device_was_lost_is_not_ready_after_the_work() -> None:
    world, _, _ = reloading()
    world.tick(15 + 45)
    assert world.shown(ANNA) is AgentState.NOT_READY


def test_a_page_that_does_not_answer_after_its_reload_has_the_grace_time_no_longer() -> None:
    world, leg, _ = reloading()
    world.does(i.Reattach(ANNA)).tick(8)
    assert world.of(leg).place is Place.QUEUED
    assert len(world.edge.legs) == 1


def test_the_customer_may_leave_while_the_page_is_loading() -> None:
    world, leg, _ = reloading()
    world.does(i.Reattach(ANNA)).leaves(leg)
    assert not world.edge.legs
    assert world.shown(ANNA) is AgentState.WRAP_UP


def test_the_answer_of_a_leg_that_was_given_up_changes_nothing() -> None:
    world, _, _ = reloading()
    world.does(i.Reattach(ANNA))
    late = world.ringing_leg(ANNA)
    world.tick(8)
    before = len(world.facts)
    world.does(LegAnswered(late)).does(LegEnded(late, Cause.NORMAL))
    assert len(world.facts) == before
