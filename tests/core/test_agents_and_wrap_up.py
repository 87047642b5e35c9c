"""Stories of agents: their states, their desks, and the work after the talk."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.world import ANNA, BOB, CHEN, SERVICE, World, house
from trunkline.core import facts as f
from trunkline.core import inputs as i
from trunkline.core.turn import Refused
from trunkline.core.words import (
    AgentId,
    AgentState,
    DeviceKind,
    InteractionId,
    OfferOutcome,
    Place,
    Wish,
    WrapUpMode,
)

OPEN_ENDED = {"wrap_up": WrapUpMode.UNTIL_DONE}
LUNCH = i.SetState(ANNA, Wish.NOT_READY, "lunch")
SIGN_OUT = i.SetState(ANNA, Wish.OFFLINE)


def overrun() -> tuple[World, InteractionId]:
    """Anna let the time after the talk run out without naming an outcome."""
    world = World()
    call = world.wraps_up()
    return world.tick(30), call


# -- states ---------------------------------------------------------------------------------


def test_an_agent_without_work_changes_state_at_once() -> None:
    world = World().ready(ANNA).does(LUNCH)
    assert world.shown(ANNA) is AgentState.NOT_READY
    assert world.last(f.AgentShown).reason == "lunch"


def test_a_state_chosen_in_a_call_is_pending_until_the_work_ends() -> None:
    world = World()
    leg = world.talks()
    call = world.of(leg).id
    world.does(LUNCH)
    assert world.shown(ANNA) is AgentState.HANDLING
    assert world.last(f.AgentShown).pending is Wish.NOT_READY
    world.leaves(leg)
    assert world.shown(ANNA) is AgentState.WRAP_UP
    world.does(i.CompleteWrapUp(ANNA, call, "solved"))
    assert (world.shown(ANNA), world.agent(ANNA).reason) == (AgentState.NOT_READY, "lunch")


@pytest.mark.parametrize("undo", [i.CancelPendingState(ANNA), i.SetState(ANNA, Wish.READY)])
def test_a_pending_state_can_be_taken_back(undo: object) -> None:
    world = World()
    call = world.wraps_up()
    world.does(LUNCH).does(undo)
    assert world.agent(ANNA).pending is None
    world.does(i.CompleteWrapUp(ANNA, call, "solved"))
    assert world.shown(ANNA) is AgentState.READY


def test_signing_out_in_a_call_waits() -> None:
    world = World()
    world.does(i.SetState(BOB, Wish.OFFLINE))
    call = world.wraps_up()
    world.does(SIGN_OUT)
    assert world.shown(ANNA) is AgentState.WRAP_UP
    world.does(i.CompleteWrapUp(ANNA, call, "solved"))
    assert world.shown(ANNA) is AgentState.OFFLINE


def test_an_open_offer_is_answered_before_the_state_changes() -> None:
    world = World().ready(ANNA)
    world.arrive()
    with pytest.raises(Refused, match="offer_open"):
        world.put(LUNCH)


def test_an_unknown_agent_wishes_nothing() -> None:
    with pytest.raises(Refused, match="agent_unknown"):
        World().put(i.SetState(AgentId("nobody"), Wish.READY))


def test_the_device_changes_only_while_nothing_rings_or_talks() -> None:
    world = World().ready(ANNA)
    world.arrive()
    with pytest.raises(Refused, match="device_busy"):
        world.put(i.SetDevice(ANNA, DeviceKind.SIP))


# -- desks ----------------------------------------------------------------------------------


def test_a_desk_that_comes_back_in_time_changes_nothing() -> None:
    world = World().ready(ANNA).does(i.DeskLost(ANNA)).tick(14)
    world.does(i.DeskConnected(ANNA)).tick(60)
    assert world.shown(ANNA) is AgentState.READY


def test_nobody_is_offered_a_call_while_their_desk_is_away() -> None:
    world = World().ready(ANNA).does(i.DeskLost(ANNA))
    world.arrive()
    assert world.offered_to() == []
    world.does(i.DeskConnected(ANNA))
    assert world.offered_to() == [ANNA]


def test_a_desk_phone_is_reached_without_its_desk_for_a_while() -> None:
    world = World().ready(ANNA, device=DeviceKind.SIP).does(i.DeskLost(ANNA))
    world.arrive()
    assert world.offered_to() == [ANNA]


def test_who_is_ready_at_a_desk_phone_without_the_desk_they_left_is_waited_for_no_more() -> None:
    world = World().ready(ANNA, device=DeviceKind.SIP).does(i.DeskLost(ANNA)).tick(5)
    world.does(i.SetState(ANNA, Wish.READY)).tick(60)
    assert world.shown(ANNA) is AgentState.READY


def test_a_desk_that_stays_away_takes_its_agent_offline() -> None:
    world = World().ready(ANNA).does(i.DeskLost(ANNA)).tick(15)
    assert (world.shown(ANNA), world.agent(ANNA).reason) == (AgentState.OFFLINE, "desk_lost")


def test_an_offer_does_not_wait_for_a_desk_that_is_gone() -> None:
    world = World(house(offer_timeout_ms=60_000)).ready(ANNA)
    world.arrive()
    world.does(i.DeskLost(ANNA)).tick(15)
    assert world.last(f.OfferEnded).outcome is OfferOutcome.FAILED
    assert world.shown(ANNA) is AgentState.OFFLINE


def test_an_agent_whose_desk_is_lost_in_a_call_goes_offline_after_the_work() -> None:
    world = World()
    leg = world.talks()
    world.does(i.DeskLost(ANNA)).tick(15)
    assert world.shown(ANNA) is AgentState.HANDLING
    world.leaves(leg).tick(45)
    assert world.shown(ANNA) is AgentState.OFFLINE


def test_a_desk_that_is_back_before_the_work_ends_keeps_its_agent_ready() -> None:
    world = World()
    leg = world.talks()
    call = world.of(leg).id
    world.does(i.DeskLost(ANNA)).tick(15).does(i.DeskConnected(ANNA)).leaves(leg)
    world.does(i.CompleteWrapUp(ANNA, call, "solved"))
    assert world.shown(ANNA) is AgentState.READY


def test_an_open_ended_wrap_up_is_unfinished_when_the_desk_stays_away() -> None:
    world = World(house(**OPEN_ENDED))
    call = world.wraps_up()
    world.does(i.DeskLost(ANNA)).tick(15)
    assert world.last(f.WrapUpCompleted).unfinished
    assert world.shown(ANNA) is AgentState.OFFLINE
    assert call not in world.state.interactions


def test_a_wrap_up_that_nobody_is_there_to_end_runs_out() -> None:
    world = World(house(**OPEN_ENDED))
    leg = world.talks()
    world.does(i.DeskLost(ANNA)).tick(15).leaves(leg).tick(45)
    assert world.shown(ANNA) is AgentState.OFFLINE
    assert not world.state.interactions


# -- wrap-up --------------------------------------------------------------------------------


def test_without_wrap_up_the_agent_is_ready_at_once() -> None:
    world = World(house(wrap_up=WrapUpMode.NONE))
    world.wraps_up()
    assert world.shown(ANNA) is AgentState.READY
    assert not world.state.interactions


def test_until_done_has_no_end_but_the_agents_word() -> None:
    world = World(house(**OPEN_ENDED))
    call = world.wraps_up()
    world.tick(3_600)
    assert world.shown(ANNA) is AgentState.WRAP_UP
    with pytest.raises(Refused, match="wrap_up_open_ended"):
        world.put(i.ExtendWrapUp(ANNA, call))
    world.does(i.CompleteWrapUp(ANNA, call, "solved"))
    assert world.shown(ANNA) is AgentState.READY


def test_the_disposition_can_be_set_during_the_call() -> None:
    world = World()
    leg = world.talks()
    world.does(i.SetDisposition(ANNA, world.of(leg).id, "solved")).leaves(leg).tick(30)
    done = world.last(f.WrapUpCompleted)
    assert (done.disposition, done.unfinished) == ("solved", False)
    assert world.shown(ANNA) is AgentState.READY


def test_a_disposition_of_one_call_is_not_that_of_the_next() -> None:
    world = World(house(wrap_up=WrapUpMode.NONE))
    leg = world.talks()
    world.does(i.SetDisposition(ANNA, world.of(leg).id, "solved")).leaves(leg)
    world.arrive()
    world.takes(ANNA)
    assert world.agent(ANNA).disposition is None


def test_a_required_disposition_is_required_and_known() -> None:
    world = World()
    call = world.wraps_up()
    with pytest.raises(Refused, match="disposition_required"):
        world.put(i.CompleteWrapUp(ANNA, call))
    with pytest.raises(Refused, match="disposition_unknown"):
        world.put(i.CompleteWrapUp(ANNA, call, "wrong"))
    with pytest.raises(Refused, match="disposition_unknown"):
        world.put(i.SetDisposition(ANNA, call, "wrong"))


def test_where_no_disposition_is_required_the_time_ends_it() -> None:
    world = World(house(disposition_required=False))
    world.wraps_up()
    world.tick(30)
    assert not world.last(f.WrapUpCompleted).unfinished
    assert world.shown(ANNA) is AgentState.READY


def test_thirty_seconds_more_are_counted() -> None:
    world = World()
    call = world.wraps_up()
    end = world.last(f.WrapUpStarted).ends_at
    assert end is not None
    world.does(i.ExtendWrapUp(ANNA, call)).does(i.ExtendWrapUp(ANNA, call))
    more = world.last(f.WrapUpExtended)
    assert (more.ends_at, more.extended) == (end + 60_000, 2)


def test_at_zero_without_an_outcome_there_are_fifteen_seconds_more() -> None:
    world, _ = overrun()
    more = world.last(f.WrapUpExtended)
    assert (more.overrun, more.ends_at - world.now) == (True, 15_000)
    world.tick(14.9)
    assert world.shown(ANNA) is AgentState.WRAP_UP


def test_an_overrun_leaves_it_unfinished_and_the_agent_not_ready() -> None:
    world, call = overrun()
    world.tick(15)
    assert list(world.agent(ANNA).unfinished) == [call]
    assert world.shown(ANNA) is AgentState.NOT_READY
    assert world.agent(ANNA).reason == "wrap_up_overrun"
    assert not world.state.interactions


def test_an_outcome_named_in_the_overrun_ends_it_well() -> None:
    world, call = overrun()
    world.does(i.SetDisposition(ANNA, call, "other")).tick(15)
    assert world.last(f.WrapUpCompleted).disposition == "other"
    assert world.shown(ANNA) is AgentState.READY


def test_time_asked_for_in_the_overrun_ends_the_overrun() -> None:
    world, call = overrun()
    world.does(i.ExtendWrapUp(ANNA, call))
    assert world.last(f.WrapUpExtended).ends_at - world.now == 45_000
    assert not world.last(f.WrapUpExtended).overrun


def test_who_signed_out_is_offline_after_an_overrun() -> None:
    world, _ = overrun()
    world.does(SIGN_OUT).tick(15)
    assert world.shown(ANNA) is AgentState.OFFLINE


def test_an_unfinished_is_finished_later_with_a_known_outcome() -> None:
    world, call = overrun()
    world.tick(15)
    with pytest.raises(Refused, match="disposition_required"):
        world.put(i.CompleteWrapUp(ANNA, call))
    with pytest.raises(Refused, match="disposition_unknown"):
        world.put(i.CompleteWrapUp(ANNA, call, "wrong"))
    world.does(i.CompleteWrapUp(ANNA, call, "solved"))
    assert world.last(f.UnfinishedDone).disposition == "solved"
    assert not world.agent(ANNA).unfinished


def test_the_wrap_up_at_hand_comes_before_an_unfinished_one_of_the_same_call() -> None:
    world = World()
    leg = world.talks()
    call = world.of(leg).id
    world.does(i.TransferToQueue(ANNA, call, SERVICE)).tick(45).ready(ANNA).takes(ANNA).leaves(leg)
    world.does(i.CompleteWrapUp(ANNA, call, "solved"))
    assert world.last(f.WrapUpCompleted).disposition == "solved"
    assert not world.agent(ANNA).unfinished


@pytest.mark.parametrize("late", [i.SetDisposition, i.CompleteWrapUp])
def test_what_comes_after_the_wrap_up_is_refused(late: type) -> None:
    world = World()
    call = world.wraps_up()
    world.does(i.CompleteWrapUp(ANNA, call, "solved"))
    with pytest.raises(Refused):
        world.put(late(ANNA, call, "other"))


def test_the_next_in_line_is_offered_when_the_work_ends() -> None:
    world = World()
    call = world.wraps_up()
    world.arrive()
    world.does(i.CompleteWrapUp(ANNA, call, "solved"))
    assert world.shown(ANNA) is AgentState.OFFERED


# -- policies that change under people ------------------------------------------------------


def test_an_agent_removed_in_a_call_ends_it_and_is_offline() -> None:
    world = World()
    leg = world.talks()
    call = world.of(leg).id
    world.does(i.PublishPolicy(house(agents=(BOB, CHEN)))).tick(30)
    world.does(i.HangUpCall(ANNA, call))
    assert world.of(leg).place is Place.SURVEY
    assert world.shown(ANNA) is AgentState.OFFLINE


def test_an_agent_removed_in_wrap_up_leaves_it_unfinished() -> None:
    world = World(house(**OPEN_ENDED))
    world.wraps_up()
    world.does(i.PublishPolicy(house(agents=(BOB, CHEN))))
    assert world.last(f.WrapUpCompleted).unfinished
    assert not world.state.interactions
    assert world.shown(ANNA) is AgentState.OFFLINE


def test_the_customer_of_an_agent_who_leaves_for_good_goes_to_another() -> None:
    world = World()
    leg = world.talks(BOB)
    world.ready(ANNA)
    began = world.of(leg).talk
    assert began
    world.does(i.DismissAgent(BOB))
    assert world.shown(BOB) is AgentState.OFFLINE
    assert world.last(f.TalkEnded).by == "agent_left"
    assert world.last(f.InteractionQueued).entered_at == began.began_at
    world.takes(ANNA)
    talk = world.of(leg).talk
    assert talk
    assert talk.agent == ANNA


def test_an_agent_who_leaves_for_good_leaves_an_offer_and_a_wrap_up_too() -> None:
    world = World().ready(ANNA)
    world.arrive()
    world.does(i.DismissAgent(ANNA))
    assert world.shown(ANNA) is AgentState.OFFLINE
    world = World(house(**OPEN_ENDED))
    world.wraps_up()
    world.does(i.DismissAgent(ANNA)).does(i.DismissAgent(AgentId("nobody")))
    assert world.shown(ANNA) is AgentState.OFFLINE
    assert not world.state.interactions


def test_a_removed_agent_whose_page_reloads_is_not_rung() -> None:
    world = World()
    leg = world.talks()
    world.does(i.PublishPolicy(house(agents=(BOB, CHEN)))).leaves(world.agent_leg(ANNA))
    world.does(i.Reattach(ANNA)).tick(15)
    assert world.of(leg).place is Place.QUEUED


def test_the_queue_of_a_call_may_be_removed_while_it_talks() -> None:
    world = World()
    leg = world.talks()
    world.does(i.PublishPolicy(replace(world.policy, queues=world.policy.queues[1:])))
    world.tick(30).leaves(leg)
    assert world.shown(ANNA) is AgentState.READY
    assert not world.state.interactions
