"""Emergency calls: from any state of the agent, theirs alone, and told of at once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.world import ANNA, BOB, SERVICE, World, house
from trunkline.core.call import commands as c
from trunkline.core.call.facts import EmergencyCalled
from trunkline.core.call.wishes import CallEmergency, InviteParty
from trunkline.core.facts import InteractionEnded, OfferMade, SurveyAsked, WrapUpStarted
from trunkline.core.turn import Refused
from trunkline.core.words import (
    AgentId,
    AgentState,
    Cause,
    DeviceKind,
    EndedBy,
    LegId,
    PartyRole,
    Token,
)


class Seat(World):
    """A world in which agents call for help."""

    def help_for(self, name: AgentId = ANNA, leg: LegId | None = None) -> Seat:
        self.does(CallEmergency(name, "4001", Token("help"), leg))
        return self

    def dialled(self) -> list[c.DialCustomer]:
        return self.all(c.DialCustomer)


@pytest.fixture
def seat() -> Seat:
    return Seat(house())


def test_a_page_is_put_through_by_itself_and_the_number_dialled(seat: Seat) -> None:
    seat.ready(ANNA)
    seat.help_for().phone_answers(ANNA)
    assert [dial.party for dial in seat.dialled()] == [Token("help")]
    seat.edge.answer(seat.dialled()[0].leg)
    seat._listen()
    assert seat.shown(ANNA) is AgentState.HANDLING
    assert [fact.agent for fact in seat.all(EmergencyCalled)] == [ANNA]


@pytest.mark.parametrize("at_work", [False, True])
def test_it_goes_out_though_the_agent_is_not_ready_or_offline(seat: Seat, at_work: bool) -> None:
    if at_work:
        seat.ready(ANNA).tick(1)
    seat.help_for().phone_answers(ANNA)
    assert len(seat.dialled()) == 1


def test_whoever_was_offered_waits_for_another(seat: Seat) -> None:
    seat.ready(ANNA)
    waiting = seat.of(seat.arrive())
    seat.help_for().phone_answers(ANNA)
    assert len(seat.dialled()) == 1
    assert waiting.waiting is not None
    assert waiting.waiting.returned
    seat.ready(BOB)
    assert seat.last(OfferMade).agent == BOB


def test_work_after_a_talk_is_cut_short(seat: Seat) -> None:
    seat.wraps_up(ANNA)
    seat.help_for().phone_answers(ANNA)
    assert len(seat.dialled()) == 1
    assert len(seat.agent(ANNA).unfinished) == 1


def test_who_is_in_a_talk_brings_the_number_into_it(seat: Seat) -> None:
    it = seat.of(seat.talks(ANNA)).id
    with pytest.raises(Refused, match="agent_in_call"):
        seat.help_for()
    given: dict[str, Any] = {"number": Token("help"), "emergency": True}
    seat.does(InviteParty(ANNA, it, PartyRole.CONFERENCE, **given))
    assert [fact.interaction for fact in seat.all(EmergencyCalled)] == [it]
    assert len(seat.dialled()) == 1


def test_a_desk_phone_that_dialled_is_answered_and_connected(seat: Seat) -> None:
    seat.ready(ANNA, device=DeviceKind.SIP)
    leg = LegId("desk-leg")
    seat.edge.rings_in(leg)
    seat.help_for(leg=leg)
    assert c.AnswerLeg(leg) in seat.commands
    assert [dial.party for dial in seat.dialled()] == [Token("help")]


def test_a_page_that_does_not_come_back_ends_it_instead_of_queueing_who_helps(
    seat: Seat,
) -> None:
    seat.ready(ANNA)
    seat.help_for().phone_answers(ANNA)
    seat.edge.answer(seat.dialled()[0].leg)
    seat._listen()
    seat.leaves(seat.agent_leg(ANNA), Cause.NETWORK_LOST)
    assert seat.state.interactions
    seat.tick(60)
    assert seat.last(InteractionEnded).ended_by is EndedBy.AGENT
    assert not any(it.waiting for it in seat.state.interactions.values())


def test_a_desk_phone_that_hangs_up_ends_it_whatever_device_was_chosen(seat: Seat) -> None:
    seat.ready(ANNA)
    leg = LegId("desk-leg")
    seat.edge.rings_in(leg)
    seat.help_for(leg=leg)
    seat.edge.answer(seat.dialled()[0].leg)
    seat._listen()
    seat.leaves(leg)
    assert seat.last(InteractionEnded).ended_by is EndedBy.AGENT


def test_a_device_that_does_not_come_ends_it_and_nobody_else_is_offered_it(seat: Seat) -> None:
    seat.ready(ANNA, BOB)
    seat.help_for()
    seat.leaves(seat.ringing_leg(ANNA), Cause.UNREACHABLE)
    assert seat.offered_to() == [ANNA]
    assert seat.last(InteractionEnded).ended_by is EndedBy.NOT_REACHED
    assert not seat.state.interactions


def test_nobody_asks_for_a_mark_after_it(seat: Seat) -> None:
    seat = Seat(house(survey_rate_pct=100))
    seat.ready(ANNA)
    seat.help_for().phone_answers(ANNA)
    seat.edge.answer(seat.dialled()[0].leg)
    seat._listen().tick(60)
    seat.leaves(seat.dialled()[0].leg)
    assert not seat.all(SurveyAsked)
    assert seat.last(WrapUpStarted).queue == SERVICE


def test_a_ring_all_queue_offers_it_to_nobody_else() -> None:
    seat = Seat(house(strategy="ring_all", ring_at_once=3))
    seat.ready(ANNA, BOB)
    seat.help_for()
    seat.tick(1)
    assert seat.offered_to() == [ANNA]
