"""Stories of the line: who is next, who is asked, and what becomes of an offer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.world import ANNA, BOB, CHEN, NOON, SALES, SERVICE, World, house, silence, words
from trunkline.core import facts as f
from trunkline.core import inputs as i
from trunkline.core.acd.rules import CallOrder
from trunkline.core.call import commands as c
from trunkline.core.call.events import DigitsCollected, LegAnswered
from trunkline.core.config import AcceptMode
from trunkline.core.flow.speech import Duration, Position
from trunkline.core.turn import Refused
from trunkline.core.words import (
    AgentId,
    AgentState,
    Cause,
    DeviceKind,
    EndedBy,
    LegId,
    Level,
    OfferFault,
    OfferId,
    OfferOutcome,
    Place,
)

DECLINABLE = {"decline_allowed": True}
AUTOMATIC = {"accept": AcceptMode.AUTOMATIC}


def offered(*agents: AgentId, device: DeviceKind = DeviceKind.BROWSER, **rules: object) -> World:
    """One call is offered to the first of the agents."""
    world = World(house(**rules)).ready(*agents, device=device)
    world.arrive()
    return world


def waiting(world: World, *levels: Level) -> list[LegId]:
    """Calls of these levels come in, one a second."""
    legs = []
    for level in levels:
        legs.append(world.arrive(level=level))
        world.tick(1)
    return legs


def served_in_order(world: World, count: int) -> list[LegId]:
    """The customers whom Anna gets, one after the other."""
    legs = []
    for _ in range(count):
        leg = world.state.interactions[world.last(f.OfferMade).interaction].leg
        world.takes(ANNA).leaves(leg)
        legs.append(leg)
        work = world.agent(ANNA).wrap_up
        assert work is not None
        world.does(i.CompleteWrapUp(ANNA, work.interaction, "solved"))
    return legs


def test_who_waits_hears_music_and_later_the_place_in_line() -> None:
    world = World()
    waiting(world, Level.REGULAR, Level.REGULAR)
    assert world.last(c.StartMusic)
    world.tick(1)
    wait_ms = world.last(f.PositionAnnounced).wait_ms
    assert wait_ms
    told = (*words("estimated-wait"), Duration(wait_ms), *words("hold-on"))
    assert world.last(c.Play).items == (Position(2), *told)


def test_the_place_in_line_is_told_again_and_again() -> None:
    world = World(house(announce_every_ms=45_000))
    world.arrive()
    world.tick(95)
    assert len(world.all(f.PositionAnnounced)) == 3


def test_a_queue_may_keep_the_place_in_line_to_itself() -> None:
    world = World(house(announce_every_ms=45_000))
    world.arrive()
    world.does(i.PublishPolicy(house(announce_every_ms=0))).tick(200)
    assert len(world.all(f.PositionAnnounced)) == 1


@pytest.mark.parametrize(
    ("told", "heard"),
    [({"tell_wait": False}, ("position",)), ({"tell_place": False}, ("estimated-wait",)),
     ({"tell_place": False, "tell_wait": False}, ())],
)  # fmt: skip
def test_a_queue_says_as_much_of_the_wait_as_it_is_to(
    told: dict[str, bool], heard: tuple[str, ...]
) -> None:
    world = World(house(announce_every_ms=45_000, **told))
    world.arrive()
    world.tick(60)
    wait_ms = world.last(f.PositionAnnounced).wait_ms
    parts = {
        "position": (Position(1),),
        "estimated-wait": (*words("estimated-wait"), Duration(wait_ms or 0)),
    }
    told_parts = tuple(part for name in heard for part in parts[name])
    assert world.last(c.Play).items == (*told_parts, *words("hold-on"))


def test_who_waits_is_told_last_what_the_queue_wants_to_be_said() -> None:
    world = World(house(announce_every_ms=45_000, comfort="ann_1"))
    world.arrive()
    world.tick(45)
    assert world.last(c.Play).items[-1:] == words("ann_1")


def test_the_higher_level_is_served_first_and_then_who_came_first() -> None:
    world = World()
    late, early, gold = waiting(world, Level.REGULAR, Level.REGULAR, Level.GOLD)
    world.ready(ANNA)
    assert served_in_order(world, 3) == [gold, late, early]


def test_the_agent_who_is_idle_longest_is_asked_first() -> None:
    world = World().ready(CHEN, ANNA, BOB)
    waiting(world, *[Level.REGULAR] * 3)
    assert world.offered_to() == [CHEN, ANNA, BOB]


def test_choosing_ready_again_does_not_cost_the_place_among_the_idle() -> None:
    world = World().ready(CHEN, ANNA)
    world.does(i.SetState(CHEN, world.agent(CHEN).wish))
    world.arrive()
    assert world.offered_to() == [CHEN]


def test_an_offer_taken_back_does_not_cost_the_place_among_the_idle() -> None:
    world = World().ready(CHEN, ANNA)
    world.leaves(world.arrive())
    world.arrive()
    assert world.offered_to() == [CHEN, CHEN]


def test_only_agents_with_the_skill_are_asked() -> None:
    policy = house()
    everyone = replace(policy.queues[1], agents=(ANNA, BOB, CHEN))
    world = World(replace(policy, queues=(policy.queues[0], everyone))).ready(ANNA, CHEN)
    leg = world.arrive("4000")
    world.hears_out(leg).presses(leg, "2")
    assert world.offered_to() == []
    world.ready(BOB)
    assert world.offered_to() == [BOB]
    assert world.last(f.OfferMade).queue == SALES


def test_an_offer_says_why() -> None:
    why = offered(CHEN, ANNA).last(f.OfferMade).explanation
    assert (why.rule, why.policy_version, why.eligible, why.position) == ("longest_idle", 1, 2, 1)
    assert [(one.agent, one.chosen) for one in why.candidates] == [(CHEN, True), (ANNA, False)]


def test_an_offer_that_rings_out_returns_to_the_head_of_the_queue_with_its_old_clock() -> None:
    world = offered(ANNA)
    waiting(world, Level.DIAMOND)
    world.tick(15)
    assert world.last(f.OfferEnded).outcome is OfferOutcome.TIMED_OUT
    assert world.agent(ANNA).reason == "no_answer"
    world.ready(BOB)
    assert world.last(f.OfferMade).interaction == world.all(f.OfferMade)[0].interaction
    assert world.of(world.last(f.InteractionStarted).leg).place is Place.QUEUED
    assert world.all(f.InteractionQueued)[0].entered_at == NOON + 1_000


def test_who_comes_back_after_an_offer_rang_out_gets_the_head_of_the_line() -> None:
    world = offered(ANNA)
    first = world.last(f.OfferMade).interaction
    world.tick(15)
    waiting(world, Level.REGULAR)
    world.ready(ANNA)
    assert world.last(f.OfferMade).interaction == first


def test_declining_is_off_unless_the_queue_allows_it() -> None:
    world = offered(ANNA)
    with pytest.raises(Refused, match="decline_not_allowed"):
        world.declines(ANNA)


def test_a_declined_offer_keeps_its_reason_and_goes_to_the_next_agent() -> None:
    world = offered(ANNA, BOB, **DECLINABLE).declines(ANNA, "no_english")
    assert world.last(f.OfferEnded).reason == "no_english"
    assert world.shown(ANNA) is AgentState.READY
    assert world.offered_to() == [ANNA, BOB]


def test_who_declined_gets_another_first_and_the_same_when_nobody_else_waits() -> None:
    world = offered(ANNA, **DECLINABLE)
    waiting(world, Level.REGULAR)
    first, second = (one.interaction for one in world.all(f.InteractionStarted))
    world.declines(ANNA)
    assert world.last(f.OfferMade).interaction == second
    world.tick(4).declines(ANNA)
    world.tick(6)
    assert world.last(f.OfferMade).interaction == first


def test_the_only_agent_is_let_alone_for_a_while_with_what_they_declined() -> None:
    world = offered(ANNA, **DECLINABLE).declines(ANNA)
    assert world.tick(9).offered_to() == [ANNA]
    assert world.shown(ANNA) is AgentState.READY
    assert world.tick(1).offered_to() == [ANNA, ANNA]


def test_meanwhile_whoever_comes_is_asked_at_once() -> None:
    world = offered(ANNA, **DECLINABLE).declines(ANNA)
    world.tick(3).ready(BOB)
    assert world.offered_to() == [ANNA, BOB]
    assert world.tick(7).offered_to() == [ANNA, BOB]


def test_without_a_rest_the_only_agent_is_asked_again_at_once() -> None:
    world = offered(ANNA, decline_rest_ms=0, **DECLINABLE).declines(ANNA)
    assert world.offered_to() == [ANNA, ANNA]


def test_nobody_is_let_alone_with_a_caller_who_starves() -> None:
    world = World(replace(house(**DECLINABLE), order=CallOrder(starving_ms=25_000))).ready(ANNA)
    world.arrive()
    world.tick(14).declines(ANNA)
    assert world.tick(3).offered_to() == [ANNA]
    assert world.tick(1).offered_to() == [ANNA, ANNA]
    assert world.declines(ANNA).offered_to() == [ANNA, ANNA, ANNA]


def test_several_declines_in_a_row_make_the_agent_not_ready() -> None:
    world = offered(ANNA, declines_before_not_ready=3, **DECLINABLE)
    world.declines(ANNA).tick(10).declines(ANNA).tick(10).declines(ANNA)
    assert world.shown(ANNA) is AgentState.NOT_READY
    assert world.agent(ANNA).reason == "declines"


def test_a_call_taken_between_ends_the_row_of_declines() -> None:
    world = offered(ANNA, declines_before_not_ready=2, **DECLINABLE)
    world.declines(ANNA).tick(10).takes(ANNA)
    assert world.agent(ANNA).declines == 0


def test_the_offer_is_withdrawn_when_the_customer_leaves() -> None:
    world = offered(ANNA)
    world.leaves(world.last(f.InteractionStarted).leg)
    assert world.last(f.OfferEnded).outcome is OfferOutcome.WITHDRAWN
    assert world.shown(ANNA) is AgentState.READY
    assert world.last(f.InteractionEnded).ended_by is EndedBy.ABANDONED


def test_an_agent_whose_offer_was_withdrawn_gets_the_next_in_line() -> None:
    world = offered(ANNA)
    waiting(world, Level.REGULAR)
    first, second = (one.interaction for one in world.all(f.InteractionStarted))
    world.leaves(world.all(f.InteractionStarted)[0].leg)
    assert world.state.offers[world.offer_of(ANNA)].interaction == second != first


def test_a_phone_that_rings_is_hung_up_when_the_customer_leaves() -> None:
    world = offered(ANNA, device=DeviceKind.SIP)
    world.leaves(world.last(f.InteractionStarted).leg)
    assert not world.edge.legs


def test_the_customer_leaves_while_the_accepted_leg_is_being_made() -> None:
    world = offered(ANNA).accepts(ANNA)
    world.leaves(world.last(f.InteractionStarted).leg)
    assert not world.edge.legs
    assert world.shown(ANNA) is AgentState.READY


def test_a_browser_is_dialled_when_the_agent_accepts_and_joined_when_it_is_up() -> None:
    world = offered(ANNA)
    assert not world.all(c.DialAgent)
    world.accepts(ANNA)
    assert world.last(c.DialAgent).account == "anna-acc-web"
    world.phone_answers(ANNA)
    assert world.last(f.PartiesJoined)
    assert world.shown(ANNA) is AgentState.HANDLING


def test_customer_and_agent_stand_in_one_bridge_and_are_recorded() -> None:
    world = offered(ANNA).takes(ANNA)
    bridges = {leg.bridge for leg in world.edge.legs.values()}
    assert bridges == {world.last(c.Bridge).bridge}
    assert list(world.edge.recordings.values()) == [world.last(f.InteractionStarted).leg]


def test_a_second_click_on_accept_dials_once() -> None:
    world = offered(ANNA).accepts(ANNA).accepts(ANNA)
    assert len(world.all(c.DialAgent)) == 1


def test_an_offer_that_is_over_cannot_be_accepted() -> None:
    world = offered(ANNA)
    offer = world.offer_of(ANNA)
    world.tick(15)
    with pytest.raises(Refused, match="offer_gone"):
        world.put(i.AcceptOffer(ANNA, offer))


def test_nobody_accepts_the_offer_of_another() -> None:
    world = offered(ANNA)
    with pytest.raises(Refused, match="offer_gone"):
        world.put(i.AcceptOffer(BOB, world.offer_of(ANNA)))
    with pytest.raises(Refused, match="offer_gone"):
        world.put(i.AcceptOffer(BOB, OfferId("none")))


def test_a_desk_phone_is_dialled_with_the_offer_and_accepts_by_answering() -> None:
    world = offered(ANNA, device=DeviceKind.SIP)
    assert world.last(c.DialAgent).account == "anna-acc"
    world.phone_answers(ANNA)
    assert world.shown(ANNA) is AgentState.HANDLING


def test_a_desk_phone_that_declines_once_makes_its_agent_not_ready() -> None:
    world = offered(ANNA, device=DeviceKind.SIP)
    world.leaves(world.ringing_leg(ANNA), Cause.DECLINED)
    assert world.last(f.OfferEnded).outcome is OfferOutcome.DECLINED
    assert world.shown(ANNA) is AgentState.NOT_READY


def test_an_accepted_leg_that_never_comes_up_returns_the_customer_to_the_head() -> None:
    world = offered(ANNA).accepts(ANNA).tick(8)
    assert world.last(f.OfferEnded).fault is OfferFault.DEVICE_UNREACHABLE
    assert world.last(f.AgentShown).reason == "device_unreachable"
    assert world.last(f.InteractionQueued).returned
    assert len(world.edge.legs) == 1


def test_a_dial_that_fails_is_not_waited_for() -> None:
    world = offered(ANNA).accepts(ANNA)
    world.does(silence(world.ringing_leg(ANNA), "DialAgent"))
    assert world.last(f.OfferEnded).outcome is OfferOutcome.FAILED
    assert not world.agent(ANNA).offer


def test_a_leg_answered_twice_joins_once() -> None:
    world = offered(ANNA).takes(ANNA)
    world.does(LegAnswered(world.agent_leg(ANNA)))
    assert len(world.all(c.Bridge)) == 1


@pytest.mark.parametrize("after_ms", [0, 1_000, 3_000])
def test_a_queue_may_accept_by_itself_after_a_moment(after_ms: int) -> None:
    world = offered(ANNA, accept_after_ms=after_ms, **AUTOMATIC)
    world.tick(after_ms / 1000 - 0.001)
    assert not world.all(c.DialAgent)
    world.tick(0.001)
    assert world.last(c.DialAgent).account == "anna-acc-web"


def test_a_desk_phone_is_never_accepted_for_its_owner() -> None:
    world = offered(ANNA, device=DeviceKind.SIP, **AUTOMATIC).tick(5)
    assert world.shown(ANNA) is AgentState.OFFERED


def test_beyond_its_depth_a_queue_takes_nobody() -> None:
    world = World(house(max_waiting=1))
    world.arrive()
    refused = world.arrive()
    assert world.last(c.Play).items == words("all-agents-busy", "goodbye")
    world.hears_out(refused)
    assert world.last(f.InteractionEnded).ended_by is EndedBy.FLOW


def test_a_goodbye_that_cannot_be_said_still_ends() -> None:
    world = World(house(max_waiting=0))
    world.arrive()
    world.tick(121)
    assert not world.edge.legs


def test_keys_during_the_goodbye_change_nothing() -> None:
    world = World(house(max_waiting=0))
    leg = world.arrive()
    world.does(DigitsCollected(leg, world.last(c.Play).play, "1"))
    assert world.of(leg).farewell is EndedBy.FLOW


def test_a_policy_that_gives_agents_to_a_queue_serves_who_waits() -> None:
    policy = house()
    alone = replace(policy, queues=(replace(policy.queues[0], agents=()), policy.queues[1]))
    world = World(alone).ready(ANNA)
    world.arrive()
    world.does(i.PublishPolicy(policy))
    assert world.offered_to() == [ANNA]


def test_who_waits_in_a_queue_that_is_removed_is_told_goodbye() -> None:
    world = offered(ANNA, device=DeviceKind.SIP)
    world.does(i.PublishPolicy(replace(world.policy, queues=world.policy.queues[1:])))
    assert world.shown(ANNA) is AgentState.READY
    assert world.last(c.Play).items == words("all-agents-busy", "goodbye")
    world.hears_out(world.last(f.InteractionStarted).leg)
    assert not world.state.interactions
    assert not world.edge.legs


def test_an_agent_who_is_removed_is_offered_nothing_more() -> None:
    world = offered(ANNA, BOB)
    world.does(i.PublishPolicy(house(agents=(BOB, CHEN))))
    assert world.shown(ANNA) is AgentState.OFFLINE
    assert world.offered_to() == [ANNA, BOB]


def test_two_agents_in_a_row_who_do_not_answer_raise_one_alert() -> None:
    world = World().ready(ANNA, BOB, CHEN)
    world.arrive()
    world.tick(16)
    assert not world.all(f.InteractionUnanswered)
    world.tick(30)
    (alert,) = world.all(f.InteractionUnanswered)
    assert (alert.queue, alert.unanswered) == (SERVICE, 2)


def test_a_device_that_fails_is_no_offer_that_nobody_answered() -> None:
    world = World().ready(ANNA, BOB, device=DeviceKind.SIP)
    world.arrive()
    for name in (ANNA, BOB):
        world.leaves(world.ringing_leg(name), Cause.UNREACHABLE)
    assert not world.all(f.InteractionUnanswered)
