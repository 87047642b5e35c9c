"""Stories of those who are brought into a talk: consulted, transferred to, in a conference."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.world import ANNA, BOB, CHEN, SALES, SERVICE, World, house
from trunkline.core import facts as f
from trunkline.core import inputs as i
from trunkline.core.call import commands as c
from trunkline.core.call import facts as pf
from trunkline.core.call import room
from trunkline.core.call import wishes as w
from trunkline.core.interaction import Party, Talk
from trunkline.core.picture import agent_view
from trunkline.core.turn import Refused
from trunkline.core.words import (
    AgentId,
    AgentState,
    Cause,
    DeviceKind,
    EndedBy,
    FlowId,
    InteractionId,
    LegId,
    PartyRole,
    Place,
    Token,
    Wish,
)

CONSULT, TRANSFER, CONFERENCE = PartyRole.CONSULT, PartyRole.TRANSFER, PartyRole.CONFERENCE
SHOP = Token("shop")


class Scene(World):
    """Anna talks with a customer; Bob and Chen are ready."""

    def __init__(self, device: DeviceKind = DeviceKind.BROWSER, **more: Any) -> None:
        super().__init__(**more)
        self.ready(ANNA, device=device)
        self.leg = self.arrive()
        if device is DeviceKind.BROWSER:
            self.accepts(ANNA)
        self.phone_answers(ANNA).ready(BOB, CHEN).tick(10)
        self.call: InteractionId = self.of(self.leg).id

    @property
    def talk(self) -> Talk:
        talk = self.of(self.leg).talk
        assert talk
        return talk

    def brought(self) -> Party:
        """Who was brought in last."""
        return [one for one in self.talk.parties if one not in self.talk.attending][-1]

    def invites(self, role: PartyRole, **whom: Any) -> Party:
        self.does(w.InviteParty(ANNA, self.call, role, **whom))
        return self.brought()

    def comes(self, name: AgentId) -> World:
        """A colleague who was asked says yes and their page answers."""
        self.does(w.JoinCall(name, self.call))
        return self._up(self.brought().leg)

    def _up(self, leg: LegId | None) -> World:
        assert leg
        self.edge.answer(leg)
        return self._listen()

    def consults(self, name: AgentId = BOB) -> Party:
        self.invites(CONSULT, colleague=name)
        self.comes(name)
        return self.brought()

    def rings_outside(self, role: PartyRole) -> LegId:
        party = self.invites(role, number=SHOP)
        assert party.leg
        return party.leg

    def in_room(self) -> set[LegId]:
        """Who hears each other; the edge agrees with what is arranged."""
        it = self.of(self.leg)
        if it.talk:
            for leg, place in room.arranged(it, it.talk).items():
                there = self.edge.legs[leg]
                assert (there.bridge == it.talk.bridge) == (place == room.ROOM), leg
                assert there.music == (place != room.ROOM), leg
        bridge = it.talk.bridge if it.talk else it.outside and it.outside.bridge
        return {leg for leg, there in self.edge.legs.items() if there.bridge == bridge}


# -- consult --------------------------------------------------------------------------------


def test_a_colleague_is_asked_first_and_the_customer_hears_music() -> None:
    scene = Scene()
    party = scene.invites(CONSULT, colleague=BOB)
    assert party.leg is None
    assert scene.shown(BOB) is AgentState.OFFERED
    assert scene.edge.legs[scene.leg].music
    assert scene.in_room() == set()


def test_the_consulted_and_the_agent_hear_each_other_and_the_customer_hears_neither() -> None:
    scene = Scene()
    party = scene.consults()
    assert scene.in_room() == {scene.talk.leg, party.leg}
    assert scene.edge.legs[scene.leg].music
    assert scene.shown(BOB) is AgentState.HANDLING


def test_both_desks_are_told_who_is_with_whom() -> None:
    scene = Scene()
    party = scene.invites(CONSULT, colleague=BOB)
    mine, his = agent_view(scene.state, ANNA), agent_view(scene.state, BOB)
    assert mine
    assert mine.work
    assert his
    assert his.work
    assert [(one.id, one.joined) for one in mine.work.parties] == [(party.id, False)]
    assert (his.work.kind, his.work.role, his.work.by) == ("aside", CONSULT, ANNA)
    assert (his.work.expires_at, his.work.accepted) == (party.until, False)


def test_the_agent_turns_from_one_to_the_other() -> None:
    scene = Scene()
    party = scene.consults()
    scene.does(w.SwapConsult(ANNA, scene.call))
    assert scene.in_room() == {scene.leg, scene.talk.leg}
    scene.does(w.SwapConsult(ANNA, scene.call))
    assert scene.in_room() == {scene.talk.leg, party.leg}


def test_a_consultation_that_ends_gives_the_customer_back() -> None:
    scene = Scene()
    scene.consults()
    scene.does(w.RemoveParty(ANNA, scene.call))
    assert scene.in_room() == {scene.leg, scene.talk.leg}
    assert scene.shown(BOB) is AgentState.READY
    assert len(scene.edge.legs) == 2


def test_who_was_on_hold_before_is_on_hold_after_it() -> None:
    scene = Scene()
    scene.does(i.HoldCall(ANNA, scene.call))
    scene.consults()
    scene.does(w.LeaveCall(BOB, scene.call))
    assert scene.edge.legs[scene.leg].music
    scene.does(i.ResumeCall(ANNA, scene.call))
    assert scene.in_room() == {scene.leg, scene.talk.leg}


@pytest.mark.parametrize(
    ("says", "cause"),
    [(w.LeaveCall, Cause.DECLINED), (None, Cause.NO_ANSWER)],
)
def test_a_colleague_who_does_not_come_is_told_of_with_the_reason(says: Any, cause: Cause) -> None:
    scene = Scene()
    scene.invites(CONSULT, colleague=BOB)
    if says:
        scene.does(says(BOB, scene.call))
    else:
        scene.tick(21)
    ended = scene.last(pf.PartyEnded)
    assert (ended.agent, ended.colleague, ended.cause) == (ANNA, BOB, cause)
    assert scene.in_room() == {scene.leg, scene.talk.leg}
    assert scene.shown(BOB) is AgentState.READY


def test_a_page_that_says_yes_and_never_answers_is_given_up() -> None:
    scene = Scene()
    scene.invites(CONSULT, colleague=BOB)
    scene.does(w.JoinCall(BOB, scene.call)).does(w.JoinCall(BOB, scene.call)).tick(14)
    assert scene.last(pf.PartyEnded).cause is Cause.NO_ANSWER
    assert scene.in_room() == {scene.leg, scene.talk.leg}


def test_a_desk_phone_is_rung_at_once() -> None:
    scene = Scene()
    scene.does(i.SetDevice(BOB, DeviceKind.SIP))
    party = scene.invites(CONSULT, colleague=BOB)
    scene._up(party.leg)
    assert scene.in_room() == {scene.talk.leg, party.leg}


def test_in_a_queue_whoever_is_idle_longest_is_asked() -> None:
    scene = Scene()
    scene.invites(CONSULT, queue=SERVICE)
    assert scene.talk.parties[0].agent == BOB
    scene.does(w.RemoveParty(ANNA, scene.call))
    scene.does(i.SetState(BOB, Wish.NOT_READY))
    with pytest.raises(Refused, match="nobody_free"):
        scene.put(w.InviteParty(ANNA, scene.call, CONSULT, queue=SALES))


def test_who_is_at_work_away_or_unknown_is_not_asked() -> None:
    scene = Scene()
    scene.talks(BOB)
    scene.does(i.SetState(CHEN, Wish.OFFLINE))
    for name, code in (
        (BOB, "colleague_busy"),
        (CHEN, "colleague_offline"),
        (ANNA, "colleague_unknown"),
        (AgentId("nobody"), "colleague_unknown"),
    ):
        with pytest.raises(Refused, match=code):
            scene.put(w.InviteParty(ANNA, scene.call, CONSULT, colleague=name))


def test_nobody_is_consulted_twice_at_once_and_the_agent_may_not_just_leave() -> None:
    scene = Scene()
    scene.consults()
    for wish in (
        w.InviteParty(ANNA, scene.call, TRANSFER, colleague=CHEN),
        i.HangUpCall(ANNA, scene.call),
    ):
        with pytest.raises(Refused, match="consult_open"):
            scene.put(wish)


def test_what_needs_somebody_consulted_is_refused_without() -> None:
    scene = Scene()
    scene.invites(CONSULT, colleague=BOB)
    for wish in (w.SwapConsult, w.MergeConsult, w.CompleteTransfer):
        with pytest.raises(Refused, match="nobody_consulted"):
            scene.put(wish(ANNA, scene.call))
    with pytest.raises(Refused, match="not_your_part"):
        scene.put(w.JoinCall(CHEN, scene.call))


def test_a_customer_who_hangs_up_ends_the_consultation_too() -> None:
    scene = Scene()
    scene.consults()
    scene.leaves(scene.leg)
    assert not scene.edge.legs
    assert scene.shown(BOB) is AgentState.READY
    assert scene.shown(ANNA) is AgentState.WRAP_UP


def test_an_agent_whose_page_reloads_comes_back_to_the_consulted() -> None:
    scene = Scene()
    party = scene.consults()
    assert scene.talk.leg
    scene.leaves(scene.talk.leg)
    assert scene.in_room() == set()
    scene.does(i.Reattach(ANNA)).phone_answers(ANNA)
    assert scene.in_room() == {scene.talk.leg, party.leg}


# -- attended transfer ----------------------------------------------------------------------


def test_an_attended_transfer_leaves_the_customer_to_the_colleague() -> None:
    scene = Scene()
    party = scene.consults()
    scene.tick(5).does(w.CompleteTransfer(ANNA, scene.call))
    assert scene.in_room() == {scene.leg, party.leg}
    assert (scene.talk.agent, scene.talk.queue) == (BOB, SERVICE)
    assert scene.shown(ANNA) is AgentState.WRAP_UP
    assert scene.agent(BOB).segment == scene.call
    assert [one.agent for one in scene.all(f.RecordingStarted)] == [ANNA, BOB]
    scene.does(i.HangUpCall(BOB, scene.call))
    assert scene.shown(BOB) is AgentState.WRAP_UP


def test_a_phone_that_is_put_down_in_a_consultation_transfers() -> None:
    scene = Scene(DeviceKind.SIP)
    party = scene.consults()
    assert scene.talk.leg
    scene.leaves(scene.talk.leg)
    assert scene.talk.agent == BOB
    assert scene.in_room() == {scene.leg, party.leg}


def test_the_colleague_who_has_the_customer_keeps_them_over_a_reload() -> None:
    scene = Scene()
    scene.consults()
    scene.does(w.CompleteTransfer(ANNA, scene.call))
    scene.leaves(scene.agent_leg(BOB))
    scene.does(i.Reattach(BOB)).phone_answers(BOB)
    assert scene.in_room() == {scene.leg, scene.agent_leg(BOB)}


# -- blind transfer -------------------------------------------------------------------------


def test_a_blind_transfer_lets_the_agent_go_when_it_is_answered() -> None:
    scene = Scene()
    scene.invites(TRANSFER, colleague=BOB)
    assert scene.last(c.Hold).music == c.RINGBACK
    assert scene.talk.agent == ANNA
    scene.comes(BOB)
    assert scene.talk.agent == BOB
    assert scene.in_room() == {scene.leg, scene.talk.leg}
    assert scene.shown(ANNA) is AgentState.WRAP_UP


@pytest.mark.parametrize("cause", [Cause.BUSY, Cause.NO_ANSWER, Cause.UNREACHABLE])
def test_a_failed_transfer_returns_to_the_sender_with_the_reason(cause: Cause) -> None:
    scene = Scene()
    leg = scene.rings_outside(TRANSFER)
    scene.leaves(leg, cause)
    assert scene.last(pf.PartyEnded).cause is cause
    assert scene.in_room() == {scene.leg, scene.talk.leg}
    assert scene.talk.agent == ANNA


def test_who_put_the_phone_down_meanwhile_is_not_waited_for() -> None:
    scene = Scene()
    scene.invites(TRANSFER, colleague=BOB)
    scene.does(i.HangUpCall(ANNA, scene.call))
    assert scene.talk.agent == ANNA
    scene.comes(BOB)
    assert scene.talk.agent == BOB
    assert scene.shown(ANNA) is AgentState.WRAP_UP


def test_a_transfer_that_fails_without_its_sender_goes_to_the_head_of_the_queue() -> None:
    scene = Scene(DeviceKind.SIP)
    scene.invites(CONSULT, colleague=BOB)
    assert scene.talk.leg
    scene.leaves(scene.talk.leg)
    scene.does(w.LeaveCall(BOB, scene.call))
    assert scene.last(f.TalkEnded).by == "transfer_failed"
    assert scene.last(f.InteractionQueued).returned
    assert scene.edge.legs[scene.leg].music
    assert scene.of(scene.leg).place is Place.QUEUED


def test_a_customer_is_given_to_an_outside_number() -> None:
    scene = Scene()
    leg = scene.rings_outside(TRANSFER)
    assert scene.last(c.DialCustomer).party == SHOP
    scene._up(leg)
    it = scene.of(scene.leg)
    assert (it.place, it.talk) == (Place.OUTSIDE, None)
    assert scene.in_room() == {scene.leg, leg}
    assert not scene.edge.recordings
    assert scene.shown(ANNA) is AgentState.WRAP_UP


@pytest.mark.parametrize("first", ["customer", "outside"])
def test_what_was_given_outside_ends_with_either_leg(first: str) -> None:
    scene = Scene()
    leg = scene.rings_outside(TRANSFER)
    scene._up(leg)
    scene.leaves(leg if first == "outside" else scene.leg)
    by = EndedBy.PASSED_ON if first == "outside" else EndedBy.CUSTOMER
    assert scene.last(f.InteractionEnded).ended_by is by
    assert not scene.edge.legs


def test_a_customer_goes_back_to_a_flow() -> None:
    scene = Scene()
    scene.does(w.TransferToFlow(ANNA, scene.call, FlowId("main")))
    assert scene.of(scene.leg).place is Place.FLOW
    assert scene.edge.plays_of(scene.leg)
    assert scene.shown(ANNA) is AgentState.WRAP_UP
    with pytest.raises(Refused, match="not_your_call"):
        scene.put(w.TransferToFlow(ANNA, scene.call, FlowId("main")))


# -- conference -----------------------------------------------------------------------------


def test_five_hear_each_other_and_one_leaves_after_the_other() -> None:
    scene = Scene()
    scene.invites(CONFERENCE, colleague=BOB)
    assert scene.in_room() == {scene.leg, scene.talk.leg}
    scene.comes(BOB)
    scene.invites(CONFERENCE, colleague=CHEN)
    scene.comes(CHEN)
    shop = scene.rings_outside(CONFERENCE)
    scene._up(shop)
    assert len(scene.in_room()) == 5
    scene.leaves(shop)
    scene.does(w.LeaveCall(BOB, scene.call))
    chen = scene.talk.members[0]
    scene.does(w.RemoveParty(ANNA, scene.call, chen.id))
    assert scene.in_room() == {scene.leg, scene.talk.leg}
    assert scene.shown(CHEN) is AgentState.READY


def test_consulted_and_customer_are_brought_together() -> None:
    scene = Scene()
    party = scene.consults()
    scene.does(w.MergeConsult(ANNA, scene.call))
    assert scene.in_room() == {scene.leg, scene.talk.leg, party.leg}


def test_an_agent_who_leaves_a_conference_leaves_the_customer_to_the_colleague() -> None:
    scene = Scene()
    party = scene.consults()
    scene.does(w.MergeConsult(ANNA, scene.call))
    shop = scene.rings_outside(CONFERENCE)
    scene._up(shop)
    scene.does(i.HangUpCall(ANNA, scene.call))
    assert scene.talk.agent == BOB
    assert scene.in_room() == {scene.leg, party.leg, shop}
    scene.does(i.HangUpCall(BOB, scene.call))
    assert scene.of(scene.leg).place is not Place.TALKING
    assert set(scene.edge.legs) <= {scene.leg}


def test_a_conference_whose_agent_is_lost_goes_on_and_a_colleague_has_the_customer() -> None:
    scene = Scene()
    party = scene.consults()
    scene.does(w.MergeConsult(ANNA, scene.call))
    assert scene.talk.leg
    scene.leaves(scene.talk.leg)
    assert scene.in_room() == {scene.leg, party.leg}
    scene.tick(16)
    assert scene.talk.agent == BOB
    assert scene.in_room() == {scene.leg, party.leg}


def test_nobody_is_consulted_in_a_conference_and_it_has_a_bound() -> None:
    scene = Scene()
    for _ in range(8):
        scene.rings_outside(CONFERENCE)
    with pytest.raises(Refused, match="conference_full"):
        scene.put(w.InviteParty(ANNA, scene.call, CONFERENCE, number=SHOP))
    with pytest.raises(Refused, match="conference_open"):
        scene.put(w.InviteParty(ANNA, scene.call, CONSULT, number=SHOP))


# -- what may happen meanwhile --------------------------------------------------------------


def test_after_a_restart_everybody_stands_where_they_should() -> None:
    scene = Scene()
    party = scene.consults()
    for there in scene.edge.legs.values():
        there.bridge, there.music = scene.talk.bridge, False
    scene.does(scene.inventory(desks=(ANNA, BOB, CHEN)))
    assert scene.in_room() == {scene.talk.leg, party.leg}


def test_a_party_that_was_lost_meanwhile_has_left() -> None:
    scene = Scene()
    party = scene.consults()
    assert party.leg
    del scene.edge.legs[party.leg]
    scene.does(scene.inventory(desks=(ANNA, BOB, CHEN)))
    assert scene.last(pf.PartyEnded).cause is Cause.NETWORK_LOST
    assert scene.in_room() == {scene.leg, scene.talk.leg}


def test_what_was_given_outside_goes_on_after_a_restart() -> None:
    scene = Scene()
    leg = scene.rings_outside(TRANSFER)
    scene._up(leg)
    scene.edge.legs[leg].bridge = None
    scene.does(scene.inventory())
    assert scene.in_room() == {scene.leg, leg}


def test_a_colleague_who_is_removed_is_gone_from_the_call() -> None:
    scene = Scene()
    scene.consults()
    scene.does(i.PublishPolicy(house(agents=(ANNA, CHEN))))
    assert scene.in_room() == {scene.leg, scene.talk.leg}


def test_a_wish_of_a_colleague_in_a_call_waits_until_they_leave_it() -> None:
    scene = Scene()
    scene.consults()
    scene.does(i.SetState(BOB, Wish.NOT_READY, "lunch"))
    assert scene.shown(BOB) is AgentState.HANDLING
    scene.does(w.LeaveCall(BOB, scene.call))
    assert scene.shown(BOB) is AgentState.NOT_READY
