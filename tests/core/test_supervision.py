"""Stories of a supervisor in an agent's talk: listening, whispering, barging in, taking over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.test_parties import CONFERENCE, CONSULT, TRANSFER, Scene
from tests.core.world import ANNA, BOB, CHEN, house
from trunkline.core import facts as f
from trunkline.core import inputs as i
from trunkline.core.call import commands as c
from trunkline.core.call import facts as pf
from trunkline.core.call import room
from trunkline.core.call import wishes as w
from trunkline.core.config import Policy
from trunkline.core.interaction import Party
from trunkline.core.picture import agent_view
from trunkline.core.turn import Refused
from trunkline.core.words import (
    AgentState,
    Cause,
    EndedBy,
    InteractionId,
    LegId,
    PartyRole,
    PauseReason,
    Wish,
)

LISTEN, WHISPER, BARGE = PartyRole.LISTEN, PartyRole.WHISPER, PartyRole.BARGE


class Watched(Scene):
    """Chen, who is off calls, attends the talk of Anna."""

    def attends(self, role: PartyRole = LISTEN) -> LegId:
        self.does(i.SetState(CHEN, Wish.NOT_READY))
        self.does(w.AttendCall(CHEN, self.call, role))
        leg = self.chen.leg
        assert leg
        self.edge.answer(leg)
        self._listen()
        return leg

    @property
    def chen(self) -> Party:
        return self.talk.attending[0]

    def heard_by(self, leg: LegId) -> c.Listen | None:
        """What the edge lets a supervisor hear; it agrees with what is arranged."""
        it = self.of(self.leg)
        assert it.talk
        there = self.edge.legs[leg]
        place = room.arranged(it, it.talk)[leg]
        assert there.listens == (place if isinstance(place, c.Listen) else None)
        return there.listens


def test_who_listens_hears_what_the_agent_hears_and_is_not_in_the_room() -> None:
    scene = Watched()
    leg = scene.attends()
    agent = scene.agent_leg(ANNA)
    assert scene.heard_by(leg) == c.Listen(leg, agent)
    assert {one for one, there in scene.edge.legs.items() if there.bridge} == {scene.leg, agent}
    assert scene.shown(CHEN) is AgentState.HANDLING
    scene.does(w.LeaveCall(CHEN, scene.call))
    assert scene.shown(CHEN) is AgentState.NOT_READY
    assert len(scene.edge.legs) == 2


def test_a_supervisor_goes_from_listening_to_whispering_to_the_room_and_back() -> None:
    scene = Watched()
    leg = scene.attends()
    agent = scene.agent_leg(ANNA)
    scene.does(w.AttendCall(CHEN, scene.call, WHISPER)).does(
        w.AttendCall(CHEN, scene.call, WHISPER)
    )
    assert scene.heard_by(leg) == c.Listen(leg, agent, whisper=True)
    scene.does(w.AttendCall(CHEN, scene.call, BARGE))
    assert scene.in_room() == {scene.leg, agent, leg}
    scene.does(w.AttendCall(CHEN, scene.call, LISTEN))
    assert scene.heard_by(leg) == c.Listen(leg, agent)
    assert [one.role for one in scene.all(pf.AttendanceChanged)] == [WHISPER, BARGE, LISTEN]


def test_listening_follows_the_agent_over_a_reload_and_a_transfer() -> None:
    scene = Watched()
    leg = scene.attends()
    scene.leaves(scene.agent_leg(ANNA))
    assert scene.heard_by(leg) is None
    assert scene.edge.legs[leg].music
    scene.does(i.Reattach(ANNA)).phone_answers(ANNA)
    assert scene.heard_by(leg) == c.Listen(leg, scene.agent_leg(ANNA))
    scene.consults()
    scene.does(w.CompleteTransfer(ANNA, scene.call))
    assert scene.heard_by(leg) == c.Listen(leg, scene.agent_leg(BOB))


@pytest.mark.parametrize("role", [LISTEN, WHISPER, BARGE])
def test_a_supervisor_takes_the_customer_over(role: PartyRole) -> None:
    scene = Watched()
    leg = scene.attends(role)
    scene.does(w.TakeOverCall(CHEN, scene.call))
    assert scene.talk.agent == CHEN
    assert scene.in_room() == {scene.leg, leg}
    assert scene.shown(ANNA) is AgentState.WRAP_UP
    assert scene.last(f.TalkEnded).by == "supervisor"
    assert scene.edge.recordings


def test_who_was_consulted_goes_when_the_customer_is_taken_over() -> None:
    scene = Watched()
    leg = scene.attends()
    scene.consults()
    scene.does(w.TakeOverCall(CHEN, scene.call))
    assert scene.in_room() == {scene.leg, leg}
    assert scene.shown(BOB) is AgentState.READY


def test_who_barged_in_has_the_customer_when_the_agent_leaves() -> None:
    scene = Watched()
    leg = scene.attends(BARGE)
    scene.does(i.HangUpCall(ANNA, scene.call))
    assert scene.talk.agent == CHEN
    assert scene.in_room() == {scene.leg, leg}


def test_who_was_consulted_goes_when_the_agent_is_lost_and_who_barged_in_has_the_customer() -> None:
    scene = Watched()
    leg = scene.attends(BARGE)
    scene.consults()
    scene.leaves(scene.agent_leg(ANNA)).tick(60)
    assert scene.talk.agent == CHEN
    assert scene.in_room() == {scene.leg, leg} == set(scene.edge.legs)
    assert scene.shown(BOB) is AgentState.READY


def test_a_supervisor_ends_a_call_and_nobody_is_asked_for_a_mark() -> None:
    scene = Watched()
    scene.attends()
    scene.tick(60).does(w.EndCall(scene.call, "boss"))
    assert scene.last(f.InteractionEnded).ended_by is EndedBy.SUPERVISOR
    assert not scene.edge.legs
    assert scene.shown(ANNA) is AgentState.WRAP_UP
    with pytest.raises(Refused, match="not_in_a_call"):
        scene.put(w.EndCall(scene.call, "boss"))


def test_a_customer_who_was_given_outside_can_be_ended_too() -> None:
    scene = Watched()
    listener = scene.attends()
    outside = scene.rings_outside(TRANSFER)
    scene.edge.answer(outside)
    scene._listen()
    assert listener not in scene.edge.legs
    scene.does(w.EndCall(scene.call, "boss"))
    assert not scene.edge.legs


def test_a_device_that_does_not_answer_ends_the_attendance() -> None:
    scene = Watched()
    scene.does(i.SetState(CHEN, Wish.NOT_READY)).does(w.AttendCall(CHEN, scene.call, LISTEN))
    scene.tick(26)
    assert scene.last(pf.PartyEnded).cause is Cause.NO_ANSWER
    assert not scene.talk.attending


@pytest.mark.parametrize("shown", [True, False])
def test_the_agent_is_shown_a_listener_only_where_the_policy_says_so(*, shown: bool) -> None:
    scene = Watched()
    scene.does(i.PublishPolicy(_policy(shown=shown)))
    scene.attends()
    view = agent_view(scene.state, ANNA)
    assert view
    assert view.work
    assert [party.role for party in view.work.parties] == ([LISTEN] if shown else [])
    assert scene.last(pf.PartyJoined).shown is shown
    own = agent_view(scene.state, CHEN)
    assert own
    assert own.work
    assert (own.work.kind, own.work.role) == ("aside", LISTEN)


def _policy(*, shown: bool) -> Policy:
    return replace(house(), version=2, listeners_shown=shown)


def test_an_agent_neither_sends_a_supervisor_away_nor_invites_as_one() -> None:
    scene = Watched()
    scene.attends()
    with pytest.raises(Refused, match="party_unknown"):
        scene.put(w.RemoveParty(ANNA, scene.call, scene.chen.id))
    with pytest.raises(Refused, match="not_an_invitation"):
        scene.put(w.InviteParty(ANNA, scene.call, LISTEN, colleague=BOB))


def test_what_a_supervisor_cannot_do_is_refused_by_name() -> None:
    scene = Watched()
    scene.invites(CONSULT, colleague=BOB)
    for wish, code in (
        (w.AttendCall(BOB, scene.call, LISTEN), "already_in_call"),
        (w.AttendCall(ANNA, scene.call, LISTEN), "work_open"),
        (w.AttendCall(CHEN, scene.call, CONFERENCE), "not_attending"),
        (w.AttendCall(CHEN, InteractionId("none"), LISTEN), "not_in_a_call"),
        (w.TakeOverCall(BOB, scene.call), "not_attending"),
        (w.TakeOverCall(CHEN, scene.call), "not_your_part"),
    ):
        with pytest.raises(Refused, match=code):
            scene.put(wish)


def test_after_a_restart_a_supervisor_listens_on() -> None:
    scene = Watched()
    leg = scene.attends()
    scene.edge.legs[leg].listens = None
    scene.does(scene.inventory(desks=(ANNA, BOB, CHEN)))
    assert scene.heard_by(leg) == c.Listen(leg, scene.agent_leg(ANNA))


def test_a_customer_who_leaves_ends_the_attendance() -> None:
    scene = Watched()
    scene.attends(WHISPER)
    scene.leaves(scene.leg)
    assert not scene.edge.legs
    assert scene.shown(CHEN) is AgentState.NOT_READY


@pytest.mark.parametrize("role", [LISTEN, WHISPER])
def test_who_attends_hears_nothing_while_the_talk_is_paused_and_hears_again_after_it(
    role: PartyRole,
) -> None:
    scene = Watched()
    leg = scene.attends(role)
    scene.does(w.PauseRecording(None, scene.call, PauseReason.PAYMENT))
    assert scene.heard_by(leg) is None
    assert (scene.edge.legs[leg].music, scene.edge.legs[leg].bridge) == (True, None)
    assert scene.shown(CHEN) is AgentState.HANDLING
    scene.does(w.ResumeRecording(None, scene.call, PauseReason.PAYMENT))
    assert scene.heard_by(leg) == c.Listen(leg, scene.agent_leg(ANNA), whisper=role is WHISPER)


def test_who_begins_to_listen_in_a_pause_hears_nothing_until_it_is_over() -> None:
    scene = Watched()
    scene.does(w.PauseRecording(ANNA, scene.call))
    leg = scene.attends()
    assert scene.heard_by(leg) is None
    scene.does(w.AttendCall(CHEN, scene.call, WHISPER))
    assert scene.heard_by(leg) is None
    scene.does(w.ResumeRecording(ANNA, scene.call))
    assert scene.heard_by(leg) == c.Listen(leg, scene.agent_leg(ANNA), whisper=True)


def test_who_barged_in_stays_in_a_pause_and_who_goes_back_to_listening_hears_nothing() -> None:
    scene = Watched()
    leg = scene.attends(BARGE)
    scene.does(w.PauseRecording(ANNA, scene.call))
    assert leg in scene.in_room()
    scene.does(w.AttendCall(CHEN, scene.call, LISTEN))
    assert leg not in scene.in_room()
    assert scene.heard_by(leg) is None


def test_a_pause_goes_on_with_the_next_agent_and_so_does_its_silence() -> None:
    scene = Watched()
    leg = scene.attends()
    scene.does(w.PauseRecording(ANNA, scene.call))
    scene.consults()
    scene.does(w.CompleteTransfer(ANNA, scene.call))
    assert scene.heard_by(leg) is None
    scene.does(w.ResumeRecording(BOB, scene.call))
    assert scene.heard_by(leg) == c.Listen(leg, scene.agent_leg(BOB))


def test_a_pause_that_did_not_reach_the_edge_before_a_restart_is_kept_after_it() -> None:
    scene = Watched()
    leg = scene.attends()
    heard = scene.edge.legs[leg].listens
    scene.does(w.PauseRecording(ANNA, scene.call))
    scene.edge.legs[leg].listens = heard
    scene.does(scene.inventory(desks=(ANNA, CHEN)))
    assert scene.heard_by(leg) is None


def test_who_takes_over_in_a_pause_has_the_customer() -> None:
    scene = Watched()
    leg = scene.attends()
    scene.does(w.PauseRecording(ANNA, scene.call)).does(w.TakeOverCall(CHEN, scene.call))
    assert scene.in_room() == {scene.leg, leg}
    assert not scene.edge.recordings
