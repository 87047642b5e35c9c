"""Stories of voicemail: who is led to a box, what is recorded there, and when it is over."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.core.test_parties import CONFERENCE, CONSULT, TRANSFER, Scene
from tests.core.world import ANNA, BOB, DIRECT, SALES, SERVICE, SHUT, World, house, silence
from trunkline.core import facts as f
from trunkline.core import inputs as i
from trunkline.core.acd.rules import OverflowRule, OverflowWhen
from trunkline.core.call import commands as c
from trunkline.core.call import events as e
from trunkline.core.call import voicemail as box
from trunkline.core.call import voicemail_facts as v
from trunkline.core.call import wishes as w
from trunkline.core.flow.graph import Flow, VoicemailNode
from trunkline.core.flow.speech import Prompt, Tone
from trunkline.core.snapshot import dump, load
from trunkline.core.turn import Refused
from trunkline.core.words import (
    AgentId,
    AgentState,
    Cause,
    DeviceKind,
    EndedBy,
    InteractionId,
    LegId,
    OfferFault,
    PartyRole,
    Place,
    Wish,
)


def overflowing(when: OverflowWhen, at: int = 0, **more: Any) -> World:
    rule = OverflowRule(when, at, to_voicemail=True)
    return World(house(overflow=(rule,), **more))


def asked() -> tuple[World, LegId]:
    """Nobody serves: a caller is at the box of the queue."""
    world = overflowing(OverflowWhen.NO_AGENTS)
    return world, world.arrive()


def recording() -> tuple[World, LegId]:
    """The beep was heard, and what is said is recorded."""
    world, leg = asked()
    world.hears_out(leg)
    return world, leg


def left(world: World) -> list[tuple[Any, Any, int]]:
    return [(fact.queue, fact.agent, fact.length_ms) for fact in world.all(v.VoicemailLeft)]


# -- the way there --------------------------------------------------------------------------


def test_where_nobody_serves_the_caller_is_asked_for_a_message_with_a_beep() -> None:
    world, leg = asked()
    assert world.of(leg).place is Place.VOICEMAIL
    assert world.last(c.Play).items[-1] == Tone()
    assert not world.edge.recordings, "not before the beep"


def test_a_queue_that_is_closed_takes_messages() -> None:
    world = overflowing(OverflowWhen.CLOSED, open_hours=())
    world.ready(ANNA)
    assert world.of(world.arrive()).place is Place.VOICEMAIL
    assert world.last(f.InteractionOverflowed).to_voicemail


def test_a_flow_leads_to_the_box_of_a_queue_whose_greeting_is_said_there() -> None:
    flow = Flow(DIRECT.id, 1, "box", (VoicemailNode("box", SERVICE),))
    policy = house(voicemail_greeting="ann_1")
    world = World(replace(policy, flows=(flow, *(one for one in policy.flows if one != DIRECT))))
    leg = world.arrive()
    assert world.last(c.Play).items == (Prompt("ann_1"), Tone())
    assert world.last(f.NodeEntered).kind == "voicemail"
    world.hears_out(leg)
    assert world.of(leg).voicemail.queue == SERVICE
    assert world.edge.recordings


def test_who_waits_too_long_is_led_to_the_box_and_hears_no_music_there() -> None:
    world = overflowing(OverflowWhen.WAIT, 30_000)
    leg = world.arrive()
    assert world.edge.legs[leg].music
    world.tick(30)
    assert (world.of(leg).place, world.edge.legs[leg].music) == (Place.VOICEMAIL, False)
    assert world.state.lines[SERVICE] == []


def rings_out(world: World) -> World:
    """One more offer is not taken."""
    return world.tick(15)


def test_a_caller_whom_nobody_takes_is_led_to_the_box() -> None:
    world = overflowing(OverflowWhen.NO_ANSWER, 2)
    world.ready(ANNA).ready(BOB)
    leg = world.arrive()
    rings_out(world)
    assert world.of(leg).place is Place.QUEUED, "one is not two"
    rings_out(world)
    assert (world.of(leg).place, world.edge.legs[leg].music) == (Place.VOICEMAIL, False)
    assert world.last(f.InteractionOverflowed).when is OverflowWhen.NO_ANSWER
    assert world.state.lines[SERVICE] == []


def test_a_declined_offer_was_not_taken_either() -> None:
    world = overflowing(OverflowWhen.NO_ANSWER, 1, decline_allowed=True)
    world.ready(ANNA).ready(BOB)
    leg = world.arrive()
    world.declines(ANNA)
    assert world.of(leg).place is Place.VOICEMAIL


def test_a_device_that_fails_is_no_offer_that_nobody_took() -> None:
    world = overflowing(OverflowWhen.NO_ANSWER, 1)
    world.ready(ANNA, device=DeviceKind.SIP)
    leg = world.arrive()
    world.does(e.LegEnded(world.last(f.OfferMade).leg, Cause.UNREACHABLE))
    assert world.last(f.OfferEnded).fault is OfferFault.DEVICE_UNREACHABLE
    assert world.of(leg).place is Place.QUEUED


def test_whom_nobody_takes_may_be_led_to_a_flow() -> None:
    rule = OverflowRule(OverflowWhen.NO_ANSWER, 1, to_flow=SHUT.id)
    world = World(house(overflow=(rule,))).ready(ANNA)
    leg = world.arrive()
    rings_out(world)
    assert world.last(f.FlowChanged).flow == SHUT.id
    assert world.of(leg).waiting is None


def test_offers_of_another_queue_do_not_count() -> None:
    rules = (OverflowRule(OverflowWhen.NO_ANSWER, 1, SALES),)
    there = OverflowRule(OverflowWhen.NO_ANSWER, 1, to_voicemail=True)
    policy = house(overflow=rules)
    other = replace(policy.queues[1], overflow=(there,))
    world = World(replace(policy, queues=(policy.queues[0], other, *policy.queues[2:])))
    world.ready(ANNA)
    leg = world.arrive()
    rings_out(world)
    assert world.of(leg).waiting.queue == SALES


def direct(*ready: AgentId, device: DeviceKind = DeviceKind.BROWSER) -> tuple[World, LegId]:
    """A caller of Bob's own number."""
    world = World().ready(*ready, device=device)
    return world, world.arrive("4002")


def boxed(world: World, leg: LegId) -> AgentId | None:
    it = world.of(leg)
    return it.voicemail.agent if it.voicemail else None


def test_an_agents_own_number_rings_them_alone() -> None:
    world, leg = direct(ANNA, BOB)
    assert world.last(f.OfferMade).agent == BOB
    world.takes(BOB)
    assert world.of(leg).talk.agent == BOB


def test_who_is_not_there_is_left_a_message_at_once() -> None:
    world, leg = direct(ANNA)
    assert boxed(world, leg) == BOB
    assert not world.all(f.OfferMade)


def test_who_does_not_answer_their_own_number_is_left_a_message() -> None:
    world, leg = direct(ANNA, BOB)
    world.tick(15)
    assert boxed(world, leg) == BOB
    assert len(world.all(f.OfferMade)) == 1, "nobody else is asked"


def test_who_is_in_a_call_is_waited_for_and_then_left_a_message() -> None:
    world, first = direct(BOB)
    world.takes(BOB)
    second = world.arrive("4002")
    assert world.of(second).place is Place.QUEUED
    world.tick(29)
    assert world.of(second).place is Place.QUEUED
    world.tick(1)
    assert boxed(world, second) == BOB
    assert world.of(first).place is Place.TALKING


def wraps_up(world: World, call: InteractionId) -> None:
    world.does(i.HangUpCall(BOB, call)).does(i.SetDisposition(BOB, call, "solved"))
    world.does(i.CompleteWrapUp(BOB, call))


def test_who_ends_their_call_in_time_gets_the_next_one_of_their_own_number() -> None:
    world, first = direct(BOB)
    world.takes(BOB)
    second = world.arrive("4002")
    wraps_up(world, world.of(first).id)
    assert world.last(f.OfferMade).interaction == world.of(second).id


def test_whose_phone_cannot_be_rung_is_left_a_message() -> None:
    world, leg = direct(BOB, device=DeviceKind.SIP)
    world.does(e.LegEnded(world.last(f.OfferMade).leg, Cause.UNREACHABLE))
    assert boxed(world, leg) == BOB


def test_who_goes_off_duty_while_they_are_waited_for_is_left_a_message() -> None:
    world, first = direct(BOB)
    world.takes(BOB)
    second = world.arrive("4002")
    world.does(i.SetState(BOB, Wish.OFFLINE))
    assert world.of(second).place is Place.QUEUED, "not before their call ends"
    wraps_up(world, world.of(first).id)
    assert boxed(world, second) == BOB


def test_an_agent_leads_a_customer_to_the_box_of_a_colleague_and_wraps_up() -> None:
    scene = Scene()
    scene.does(w.TransferToVoicemail(ANNA, scene.call, BOB)).hears_out(scene.leg)
    assert scene.shown(ANNA) is AgentState.WRAP_UP
    scene.tick(10).presses(scene.leg, "")
    assert left(scene) == [(SERVICE, BOB, 10_000)]


def test_an_agent_leads_a_customer_to_the_box_of_a_queue() -> None:
    scene = Scene()
    scene.does(w.TransferToVoicemail(ANNA, scene.call, queue=SALES)).hears_out(scene.leg)
    scene.tick(10).leaves(scene.leg)
    assert left(scene) == [(SALES, None, 10_000)]


def test_a_transfer_that_is_not_answered_goes_to_the_colleagues_box_where_that_was_agreed() -> None:
    scene = Scene()
    scene.invites(TRANSFER, colleague=BOB, voicemail=True)
    scene.tick(60)
    assert scene.of(scene.leg).place is Place.VOICEMAIL
    assert scene.last(v.VoicemailEntered).agent == BOB
    assert scene.shown(ANNA) is AgentState.WRAP_UP


def test_a_colleague_who_is_not_there_is_left_a_message_at_once() -> None:
    scene = Scene()
    scene.does(i.SetState(BOB, Wish.OFFLINE))
    scene.does(w.InviteParty(ANNA, scene.call, TRANSFER, BOB, voicemail=True))
    assert scene.last(v.VoicemailEntered).agent == BOB


def test_a_transfer_that_is_taken_back_keeps_the_customer() -> None:
    scene = Scene()
    scene.invites(TRANSFER, colleague=BOB, voicemail=True)
    scene.does(w.RemoveParty(ANNA, scene.call))
    assert scene.of(scene.leg).place is Place.TALKING


@pytest.mark.parametrize("role", [CONSULT, CONFERENCE])
def test_only_a_transfer_leads_to_a_box(role: PartyRole) -> None:
    scene = Scene()
    with pytest.raises(Refused, match="voicemail_not_possible"):
        scene.put(w.InviteParty(ANNA, scene.call, role, BOB, voicemail=True))


# -- the message ----------------------------------------------------------------------------


def test_after_the_beep_what_is_said_is_recorded() -> None:
    world, leg = recording()
    assert list(world.edge.recordings.values()) == [leg]
    begun = world.last(f.RecordingStarted)
    assert (begun.agent, begun.queue) == ("", SERVICE)


def test_a_key_ends_the_message_and_it_is_confirmed() -> None:
    world, leg = recording()
    world.tick(8).presses(leg, "")
    assert left(world) == [(SERVICE, None, 8_000)]
    assert world.edge.recordings == {}
    assert world.last(c.Play).items[0] == Prompt("voicemail-kept")
    world.hears_out(leg)
    assert world.last(f.InteractionEnded).ended_by is EndedBy.VOICEMAIL
    assert (world.edge.legs, world.state.interactions) == ({}, {})


def test_silence_ends_the_message_and_does_not_count() -> None:
    world, leg = recording()
    world.tick(12)
    world.edge.fall_silent(leg)
    world._listen()
    assert left(world) == [(SERVICE, None, 12_000 - box.SILENCE_MS)]


def test_who_says_nothing_has_left_no_message() -> None:
    world, leg = recording()
    world.tick(5)
    world.edge.fall_silent(leg)
    world._listen()
    assert left(world) == []
    world.hears_out(leg)
    assert world.state.interactions == {}


def test_a_message_ends_after_three_minutes() -> None:
    world, _ = recording()
    world.tick(180)
    assert left(world) == [(SERVICE, None, 180_000)]


def test_who_hangs_up_has_left_what_was_said() -> None:
    world, leg = recording()
    world.tick(7).leaves(leg)
    assert left(world) == [(SERVICE, None, 7_000)]
    assert world.last(f.InteractionEnded).ended_by is EndedBy.VOICEMAIL
    assert world.last(f.RecordingStopped)


def test_who_hangs_up_at_once_has_left_nothing() -> None:
    world, leg = recording()
    world.tick(1).leaves(leg)
    assert left(world) == []
    assert world.last(f.InteractionEnded).ended_by is EndedBy.CUSTOMER


def test_who_hangs_up_during_the_greeting_ends_it() -> None:
    world, leg = asked()
    world.leaves(leg)
    assert world.state.interactions == {}


def test_late_silence_ends_nothing() -> None:
    world, leg = recording()
    late = world.last(c.AwaitSilence).wait
    world.tick(8).presses(leg, "").does(e.SilenceFell(leg, late))
    assert len(left(world)) == 1


# -- what fails -----------------------------------------------------------------------------


def test_a_greeting_that_cannot_be_said_is_passed_over() -> None:
    world, leg = asked()
    world.does(silence(leg, "Play"))
    assert world.edge.recordings


def test_where_nothing_can_be_recorded_the_call_ends() -> None:
    world, leg = recording()
    world.does(silence(leg, "Record"))
    assert world.last(f.InteractionEnded).ended_by is EndedBy.FAILURE


def test_a_lost_customer_has_left_what_was_said() -> None:
    world, leg = recording()
    world.tick(9).leaves(leg, Cause.NETWORK_LOST)
    assert left(world) == [(SERVICE, None, 9_000)]


def test_after_a_restart_the_message_goes_on_and_its_end_is_still_heard() -> None:
    world, leg = recording()
    world.state = load(json.loads(json.dumps(dump(world.state))))
    world.edge.legs[leg].collect = world.edge.legs[leg].awaits = None
    world.tick(10).does(world.inventory())
    world.presses(leg, "")
    assert left(world) == [(SERVICE, None, 10_000)]


def test_after_a_restart_a_recording_that_ended_is_taken() -> None:
    world, _ = recording()
    (over,) = world.edge.recordings
    world.edge.close(over)
    world.tick(10).does(world.inventory())
    assert left(world) == [(SERVICE, None, 10_000)]


def test_after_a_restart_a_message_that_was_never_asked_for_is_recorded_from_now() -> None:
    world, leg = recording()
    (decided,) = world.edge.recordings
    world.edge.recordings.clear()
    world.does(world.inventory())
    assert world.edge.recordings == {decided: leg}
    world.tick(10).presses(leg, "")
    assert left(world) == [(SERVICE, None, 10_000)]


def test_after_a_restart_who_was_being_asked_is_asked_anew() -> None:
    world, leg = asked()
    world.edge.legs[leg].plays.clear()
    world.does(world.inventory()).hears_out(leg)
    assert world.edge.recordings
