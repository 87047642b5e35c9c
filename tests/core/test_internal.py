"""Calls among agents: both hear each other, no queue knows of it, who is not there has a box."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.invariants import check
from tests.core.world import ANNA, BOB, SERVICE, World, house
from trunkline.core import queue_facts as qf
from trunkline.core.call import commands as c
from trunkline.core.call.facts import PartyInvited, PartyJoined
from trunkline.core.call.voicemail_facts import VoicemailLeft
from trunkline.core.call.wishes import (
    AttendCall,
    CallColleague,
    InviteParty,
    JoinCall,
    LeaveCall,
    RemoveParty,
)
from trunkline.core.facts import (
    InteractionAnswered,
    InteractionEnded,
    RecordingStarted,
    TalkEnded,
    WrapUpStarted,
)
from trunkline.core.inputs import DismissAgent, HangUpCall, HoldCall, MuteCall, Reattach
from trunkline.core.snapshot import canonical, dump, load
from trunkline.core.turn import Refused
from trunkline.core.words import (
    AgentId,
    AgentState,
    Cause,
    DeviceKind,
    EndedBy,
    InteractionId,
    LegId,
    PartyRole,
    Token,
)

DESK = LegId("desk-leg")


class Floor(World):
    """A world in which agents call each other."""

    def calls(self, name: AgentId = ANNA, whom: AgentId = BOB, leg: LegId | None = None) -> Floor:
        if leg:
            self.edge.rings_in(leg)
        self.does(CallColleague(name, whom, "8002", Token("own"), leg))
        check(self.state)
        return self

    def both_talk(self) -> Floor:
        """Two pages in an internal call."""
        self.ready(ANNA, BOB)
        self.calls().phone_answers(ANNA)
        self.does(JoinCall(BOB, self.call))
        self.edge.answer(self.rung())
        self._listen()
        check(self.state)
        return self

    def rung(self) -> LegId:
        """The last leg that was dialled."""
        return self.last(c.DialAgent).leg

    @property
    def call(self) -> InteractionId:
        return self.last(PartyInvited).interaction

    def together(self) -> set[LegId]:
        return {leg for leg, there in self.edge.legs.items() if there.bridge and not there.music}


@pytest.fixture
def floor() -> Floor:
    return Floor(house())


@pytest.fixture
def boxed() -> Floor:
    policy = house()
    agents = tuple(replace(one, box=one.id == BOB) for one in policy.agents)
    return Floor(replace(policy, agents=agents))


def test_two_pages_hear_each_other_and_both_are_at_work(floor: Floor) -> None:
    floor.both_talk()
    assert len(floor.together()) == 2
    assert (floor.shown(ANNA), floor.shown(BOB)) == (AgentState.HANDLING, AgentState.HANDLING)
    floor.arrive()
    assert not floor.offered_to(), "nobody is offered anything meanwhile"


def test_no_queue_counts_it_and_nothing_is_recorded(floor: Floor) -> None:
    floor.both_talk().tick(60)
    floor.does(HangUpCall(ANNA, floor.call))
    counted = (qf.InteractionQueued, qf.OfferMade, InteractionAnswered, TalkEnded, WrapUpStarted)
    assert not [fact for kind in counted for fact in floor.all(kind)]
    assert not floor.all(RecordingStarted)
    assert floor.last(InteractionEnded).queue is None
    assert floor.state.interactions == {}
    assert (floor.shown(ANNA), floor.shown(BOB)) == (AgentState.READY, AgentState.READY)


def test_the_caller_hears_it_ring_until_the_colleague_is_there(floor: Floor) -> None:
    floor.ready(ANNA, BOB)
    floor.calls().phone_answers(ANNA)
    assert c.StartMusic(floor.agent_leg(ANNA), c.RINGBACK) in floor.commands
    assert floor.shown(BOB) is AgentState.OFFERED


@pytest.mark.parametrize("who", [ANNA, BOB])
def test_either_ends_it_for_both_and_who_waits_is_served_then(floor: Floor, who: AgentId) -> None:
    floor.both_talk()
    waiting = floor.arrive()
    floor.does(HangUpCall(ANNA, floor.call) if who is ANNA else LeaveCall(BOB, floor.call))
    check(floor.state)
    assert floor.last(InteractionEnded).ended_by is EndedBy.AGENT
    assert list(floor.edge.legs) == [waiting]
    assert floor.offered_to() == [ANNA if who is ANNA else BOB] or len(floor.offered_to()) == 1


def test_a_desk_phone_that_dials_rings_the_colleagues_phone(floor: Floor) -> None:
    floor.ready(ANNA, BOB, device=DeviceKind.SIP)
    floor.calls(leg=DESK)
    assert c.AnswerLeg(DESK) in floor.commands
    floor.edge.answer(floor.rung())
    floor._listen()
    assert floor.together() == {DESK, floor.rung()}
    floor.leaves(DESK)
    assert floor.edge.legs == {}
    check(floor.state)


def test_a_desk_phone_may_call_though_its_agent_is_offline(floor: Floor) -> None:
    floor.ready(BOB)
    floor.calls(leg=DESK)
    assert floor.last(PartyInvited).colleague == BOB


@pytest.mark.parametrize("leg", [None, DESK])
def test_who_is_not_there_or_at_work_refuses_it_with_the_reason(
    floor: Floor, leg: LegId | None
) -> None:
    floor.ready(ANNA)
    with pytest.raises(Refused, match="colleague_offline"):
        floor.calls(leg=leg)
    floor.ready(BOB)
    floor.arrive("4002")
    with pytest.raises(Refused, match="colleague_busy"):
        floor.calls(leg=leg)
    with pytest.raises(Refused, match="colleague_unknown"):
        floor.calls(whom=ANNA, leg=leg)
    with pytest.raises(Refused, match="colleague_unknown"):
        floor.calls(whom=AgentId("nobody"), leg=leg)


def test_who_is_in_a_call_consults_instead(floor: Floor) -> None:
    floor.talks(ANNA)
    floor.ready(BOB)
    with pytest.raises(Refused, match="work_open"):
        floor.calls()


@pytest.mark.parametrize("how", ["declines", "time", "page gone"])
def test_who_does_not_come_ends_it_where_there_is_no_box(floor: Floor, how: str) -> None:
    floor.ready(ANNA, BOB)
    floor.calls().phone_answers(ANNA)
    if how == "declines":
        floor.does(LeaveCall(BOB, floor.call))
    elif how == "time":
        floor.tick(21)
    else:
        floor.does(DismissAgent(BOB))
    assert floor.last(InteractionEnded).ended_by is EndedBy.NOT_REACHED
    assert floor.edge.legs == {}
    assert floor.shown(ANNA) is AgentState.READY
    check(floor.state)


def test_a_device_that_does_not_come_ends_it_before_anybody_is_rung(floor: Floor) -> None:
    floor.ready(ANNA, BOB)
    floor.calls().leaves(floor.rung(), Cause.UNREACHABLE)
    assert not floor.all(PartyInvited)
    assert floor.shown(ANNA) is AgentState.READY
    floor.calls().tick(20)
    assert floor.last(InteractionEnded).ended_by is EndedBy.NOT_REACHED


def test_the_caller_gives_up_while_it_rings(floor: Floor) -> None:
    floor.ready(ANNA, BOB)
    floor.calls().phone_answers(ANNA)
    floor.does(RemoveParty(ANNA, floor.call, floor.last(PartyInvited).party))
    assert floor.edge.legs == {}
    assert floor.shown(BOB) is AgentState.READY


def test_a_page_loaded_anew_comes_back_into_it(floor: Floor) -> None:
    floor.both_talk().leaves(floor.agent_leg(ANNA), Cause.NETWORK_LOST)
    floor.does(Reattach(ANNA)).phone_answers(ANNA)
    assert len(floor.together()) == 2
    floor.leaves(floor.agent_leg(ANNA), Cause.NETWORK_LOST).tick(16)
    assert floor.edge.legs == {}
    check(floor.state)


def test_what_only_a_customer_knows_is_refused_and_mute_is_not(floor: Floor) -> None:
    floor.both_talk().ready(AgentId("chen"))
    floor.does(MuteCall(ANNA, floor.call))
    for wish in (
        HoldCall(ANNA, floor.call),
        InviteParty(ANNA, floor.call, PartyRole.CONSULT, AgentId("chen")),
        AttendCall(AgentId("chen"), floor.call, PartyRole.LISTEN),
    ):
        with pytest.raises(Refused, match="internal_call"):
            floor.does(wish)
    assert len(floor.together()) == 2


@pytest.mark.parametrize("how", ["offline", "declines", "desk"])
def test_who_has_a_box_is_left_a_message(boxed: Floor, how: str) -> None:
    boxed.ready(ANNA)
    if how == "desk":
        boxed.calls(leg=DESK)
    elif how == "offline":
        boxed.calls().phone_answers(ANNA)
    else:
        boxed.ready(BOB)
        boxed.calls().phone_answers(ANNA)
        boxed.does(LeaveCall(BOB, boxed.call))
    (leg,) = boxed.edge.legs
    check(boxed.state)
    boxed.hears_out(leg).tick(5)
    assert boxed.shown(ANNA) is AgentState.HANDLING, "at work until it is said"
    boxed.presses(leg, "#").hears_out(leg)
    left = boxed.last(VoicemailLeft)
    assert (left.agent, left.queue) == (BOB, "")
    assert boxed.shown(ANNA) is AgentState.READY
    assert boxed.state.interactions == {}


def test_a_caller_who_hangs_up_at_the_box_left_what_was_said(boxed: Floor) -> None:
    boxed.ready(ANNA)
    boxed.calls().phone_answers(ANNA)
    (leg,) = boxed.edge.legs
    it = boxed.of(leg).id
    boxed.hears_out(leg).tick(5)
    boxed.does(HangUpCall(ANNA, it))
    assert boxed.last(VoicemailLeft).agent == BOB
    assert boxed.edge.legs == {}
    waiting = boxed.arrive()
    assert boxed.offered_to() == [ANNA]
    assert boxed.of(waiting).waiting is not None


@pytest.mark.parametrize("at_box", [False, True])
def test_it_stands_through_a_snapshot_and_a_restart(boxed: Floor, at_box: bool) -> None:
    if at_box:
        boxed.ready(ANNA)
        boxed.calls().phone_answers(ANNA)
    else:
        boxed.both_talk()
    again = load(dump(boxed.state))
    assert canonical(again) == canonical(boxed.state)
    assert (again.legs, again.internal) == (boxed.state.legs, boxed.state.internal)
    before = set(boxed.edge.legs)
    boxed.does(boxed.inventory(desks=(ANNA, BOB)))
    assert set(boxed.edge.legs) == before
    check(boxed.state)


def test_a_bridge_that_was_never_made_is_made_after_a_restart(floor: Floor) -> None:
    floor.both_talk()
    for there in floor.edge.legs.values():
        there.bridge = None
    floor.does(floor.inventory(desks=(ANNA, BOB)))
    assert len(floor.together()) == 2


def test_it_is_no_wait_of_the_queue_and_its_agents_are_served_after_it(floor: Floor) -> None:
    floor.both_talk()
    line = floor.state.lines[SERVICE]
    assert not line
    assert floor.last(PartyJoined).colleague == BOB
