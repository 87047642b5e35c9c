"""Stories of a restart: what the state says, what the edge holds, and how they agree again."""

from __future__ import annotations

import json

import pytest

from tests.core.invariants import check
from tests.core.world import ANNA, BOB, World, house, words
from trunkline.core import facts as f
from trunkline.core import inputs as i
from trunkline.core.call import commands as c
from trunkline.core.call import wishes as w
from trunkline.core.snapshot import canonical, dump, load
from trunkline.core.words import (
    AgentId,
    AgentState,
    Cause,
    DeviceKind,
    EndedBy,
    LegId,
    Level,
    OfferOutcome,
    PartyRole,
    Place,
)


def restarted(world: World, **inventory: object) -> list[object]:
    """Our program was away: the state comes from a snapshot; the commands of the return."""
    world.state = load(json.loads(json.dumps(dump(world.state))))
    before = len(world.commands)
    world.does(world.inventory(**inventory))
    check(world.state)
    return world.commands[before:]


def test_a_snapshot_gives_the_same_bytes() -> None:
    world = World()
    world.talks()
    world.arrive("4000", level=Level.GOLD)
    assert canonical(load(json.loads(canonical(world.state)))) == canonical(world.state)


def test_who_talks_goes_on_talking() -> None:
    world = World()
    world.talks()
    asked = world.last(c.Record)
    assert restarted(world) == [asked], "it may have been asked for with the last breath"
    assert world.shown(ANNA) is AgentState.HANDLING


def test_two_who_were_not_joined_in_time_are_joined() -> None:
    world = World()
    leg = world.talks()
    world.edge.legs[leg].bridge = None
    joined = c.Bridge(world.last(c.Bridge).bridge, (leg, world.agent_leg(ANNA)))
    assert restarted(world) == [world.last(c.Record), joined]


def test_a_recording_that_was_decided_and_never_asked_for_begins_under_its_name() -> None:
    world = World()
    leg = world.talks()
    decided = world.last(f.RecordingStarted).recording
    world.edge.recordings.clear()
    for bridged in (leg, world.agent_leg(ANNA)):
        world.edge.legs[bridged].bridge = None
    restarted(world)
    assert world.edge.recordings == {decided: leg}
    assert (len(world.all(f.RecordingStarted)), world.all(f.RecordingStopped)) == (1, [])


def test_one_that_was_resumed_with_the_last_breath_begins_too() -> None:
    world = World()
    leg = world.talks()
    call = world.of(leg).id
    world.does(w.PauseRecording(ANNA, call)).does(w.ResumeRecording(ANNA, call))
    first, second = (one.recording for one in world.all(f.RecordingStarted))
    world.edge.recordings.clear()
    restarted(world)
    assert world.edge.recordings == {second: leg}
    assert [one.recording for one in world.all(f.RecordingStopped)] == [first]


def test_a_recording_that_the_edge_closed_is_over_and_the_next_begins() -> None:
    world = World()
    leg = world.talks()
    (over,) = world.edge.recordings
    world.edge.close(over)
    restarted(world)
    (anew,) = world.edge.recordings
    assert (anew != over, world.edge.recordings[anew]) == (True, leg)
    assert [one.recording for one in world.all(f.RecordingStopped)] == [over]


def test_who_was_on_hold_is_on_hold_and_who_was_mute_is_mute() -> None:
    world = World()
    leg = world.talks()
    call = world.of(leg).id
    bridge = world.edge.legs[leg].bridge
    world.does(i.HoldCall(ANNA, call)).does(i.MuteCall(ANNA, call))
    world.edge.legs[leg].bridge = bridge
    asked = world.last(c.Record)
    assert restarted(world) == [asked, c.Hold(bridge, leg), c.Mute(world.agent_leg(ANNA))]


def test_who_waits_keeps_the_place_and_the_music() -> None:
    world = World()
    first = world.arrive()
    world.tick(60)
    second = world.arrive()
    music = [one for one in restarted(world) if isinstance(one, c.StartMusic)]
    assert music == [c.StartMusic(first), c.StartMusic(second)]
    assert [world.state.position(world.of(leg)) for leg in (first, second)] == [1, 2]


def test_what_the_old_program_began_to_say_is_said_to_nobody_who_is_served() -> None:
    world = World(house(announce_every_ms=30_000))
    leg = world.arrive()
    world.tick(31)
    (play,) = world.edge.plays_of(leg)
    assert restarted(world)[0] == c.StopPlay(leg, play)
    assert not world.edge.plays_of(leg)


def test_a_step_of_a_flow_is_asked_again() -> None:
    world = World()
    leg = world.arrive("4000")
    world.hears_out(leg)
    restarted(world)
    assert world.last(c.Play).items == words("menu")
    world.presses(leg, "2")
    assert world.of(leg).place is Place.QUEUED


def test_a_look_up_that_was_being_made_is_made_again() -> None:
    world = World()
    leg = world.arrive("4000", level=Level.GOLD)
    world.hears_out(leg).presses(leg, "1").presses(leg, "1234")
    world.does(i.FactorChecked(world.of(leg).id, "verify", "pin"))
    *_, asked = restarted(world)
    world.does(i.LookedUp(asked.interaction, asked.node, "tok"))  # type: ignore[attr-defined]
    world.hears_out(leg)
    assert world.of(leg).node == "menu"


def test_a_mark_is_asked_for_again() -> None:
    world = World()
    leg = world.talks()
    world.tick(60).does(i.HangUpCall(ANNA, world.of(leg).id))
    restarted(world)
    world.presses(leg, "5")
    assert world.last(f.SurveyAnswered).rating == 5


def test_a_goodbye_is_cut_short() -> None:
    world = World()
    leg = world.talks()
    world.tick(60).does(i.HangUpCall(ANNA, world.of(leg).id)).presses(leg, "5")
    assert restarted(world) == [c.HangUp(leg)]


def test_a_phone_that_was_answered_meanwhile_is_joined_and_not_rung_again() -> None:
    world = World().ready(ANNA, device=DeviceKind.SIP)
    leg = world.arrive()
    world.edge.legs[world.ringing_leg(ANNA)].answered = True
    restarted(world)
    assert world.shown(ANNA) is AgentState.HANDLING
    assert list(world.edge.recordings.values()) == [leg]
    assert [len(world.all(kind)) for kind in (c.DialAgent, c.Bridge, c.Record)] == [1, 1, 1]


def test_a_phone_that_still_rings_goes_on_ringing() -> None:
    world = World().ready(ANNA, device=DeviceKind.SIP)
    leg = world.arrive()
    assert restarted(world) == [c.StartMusic(leg)]
    world.phone_answers(ANNA)
    assert world.shown(ANNA) is AgentState.HANDLING


def test_a_leg_that_was_never_dialled_is_offered_anew_and_nobody_is_blamed() -> None:
    world = World().ready(ANNA)
    world.arrive()
    world.accepts(ANNA)
    del world.edge.legs[world.ringing_leg(ANNA)]
    restarted(world, desks=(ANNA,))
    assert world.all(f.OfferEnded)[0].outcome is OfferOutcome.WITHDRAWN
    assert world.offered_to() == [ANNA, ANNA]


@pytest.mark.parametrize("desks", [(), (ANNA,)])
def test_a_page_whose_answer_went_to_the_old_program_is_offered_the_call_anew(
    desks: tuple[AgentId, ...],
) -> None:
    world = World().ready(ANNA)
    leg = world.arrive()
    world.accepts(ANNA)
    rung = world.ringing_leg(ANNA)
    assert c.HangUp(rung) in restarted(world, desks=desks)
    world.does(i.DeskConnected(ANNA))
    assert world.all(f.OfferEnded)[0].outcome is OfferOutcome.WITHDRAWN
    assert world.offered_to() == [ANNA, ANNA]
    world.accepts(ANNA)
    world.phone_answers(ANNA)
    assert world.edge.legs[leg].bridge == world.edge.legs[world.agent_leg(ANNA)].bridge


def test_a_page_that_is_asked_into_a_talk_is_not_waited_for_in_vain() -> None:
    world = World()
    leg = world.talks()
    world.ready(BOB)
    call = world.of(leg).id
    world.does(w.InviteParty(ANNA, call, PartyRole.CONSULT, BOB)).does(w.JoinCall(BOB, call))
    restarted(world)
    assert world.of(leg).talk.parties == ()
    assert world.shown(ANNA) is AgentState.HANDLING


def test_a_leg_that_nobody_owns_is_hung_up() -> None:
    world = World()
    world.edge.rings_in(LegId("stranger"))
    assert restarted(world) == [c.HangUp(LegId("stranger"))]


def test_a_customer_whose_leg_is_not_answered_yet_is_answered() -> None:
    world = World()
    leg = world.arrive()
    world.edge.legs[leg].answered = False
    assert c.AnswerLeg(leg) in restarted(world)


def test_a_customer_who_is_gone_is_closed_as_lost_and_the_agent_is_free() -> None:
    world = World().ready(ANNA, BOB)
    world.arrive()
    talked = world.talks(BOB)
    world.edge.legs.clear()
    restarted(world, desks=(ANNA, BOB))
    assert {one.ended_by for one in world.all(f.InteractionEnded)} == {EndedBy.FAILURE}
    assert world.shown(ANNA) is AgentState.READY
    assert world.shown(BOB) is AgentState.WRAP_UP
    assert talked not in world.state.legs


def test_who_hung_up_while_nobody_was_there_was_not_lost_by_us() -> None:
    world = World()
    talked = world.talks()
    waited = world.arrive()
    for leg in (talked, waited):
        del world.edge.legs[leg]
    restarted(world, desks=(ANNA,), lived_on=True)
    ends = {one.interaction: one.ended_by for one in world.all(f.InteractionEnded)}
    assert sorted(ends.values()) == [EndedBy.ABANDONED, EndedBy.CUSTOMER]
    assert world.shown(ANNA) is AgentState.WRAP_UP


def test_a_desk_phone_that_was_put_down_while_nobody_was_there_ends_the_talk() -> None:
    world = World().ready(ANNA, device=DeviceKind.SIP)
    leg = world.arrive()
    world.phone_answers(ANNA).tick(60)
    del world.edge.legs[world.agent_leg(ANNA)]
    restarted(world, desks=(ANNA,), lived_on=True)
    assert world.of(leg).place is Place.SURVEY


def test_nothing_is_offered_before_everything_is_in_order() -> None:
    world = World().ready(ANNA, device=DeviceKind.SIP)
    for _ in range(3):
        world.arrive()
    world.edge.legs.clear()
    assert not [one for one in restarted(world) if isinstance(one, c.DialAgent)]


def test_an_agent_leg_that_is_gone_has_the_grace_time_to_come_back() -> None:
    world = World()
    leg = world.talks()
    del world.edge.legs[world.agent_leg(ANNA)]
    restarted(world)
    assert world.edge.legs[leg].music
    world.does(i.Reattach(ANNA)).phone_answers(ANNA)
    assert world.edge.legs[leg].bridge


def test_a_page_that_was_rung_back_by_the_old_program_is_rung_anew_as_soon_as_it_asks() -> None:
    world = World()
    leg = world.talks()
    world.leaves(world.agent_leg(ANNA)).does(i.Reattach(ANNA))
    rung = world.ringing_leg(ANNA)
    assert c.HangUp(rung) in restarted(world)
    world.does(i.DeskConnected(ANNA)).does(i.Reattach(ANNA)).phone_answers(ANNA)
    assert world.agent_leg(ANNA) != rung
    assert world.edge.legs[leg].bridge == world.edge.legs[world.agent_leg(ANNA)].bridge


def test_a_reload_that_was_answered_meanwhile_is_joined() -> None:
    world = World()
    leg = world.talks()
    world.leaves(world.agent_leg(ANNA)).does(i.Reattach(ANNA))
    world.edge.legs[world.ringing_leg(ANNA)].answered = True
    restarted(world)
    assert world.edge.legs[leg].bridge == world.edge.legs[world.agent_leg(ANNA)].bridge


def test_desks_of_the_old_program_have_the_grace_time_to_come_back() -> None:
    world = World().ready(ANNA, BOB)
    restarted(world, desks=(BOB,))
    world.tick(15)
    assert (world.shown(ANNA), world.shown(BOB)) == (AgentState.OFFLINE, AgentState.READY)


def test_wrap_up_goes_on_over_a_restart() -> None:
    world = World()
    world.wraps_up()
    restarted(world, desks=(ANNA,))
    world.tick(45)
    assert world.last(f.WrapUpCompleted).unfinished


def test_a_restart_told_twice_changes_nothing_more() -> None:
    world = World()
    world.talks()
    world.arrive()
    restarted(world, desks=(ANNA, BOB))
    before = len(world.facts)
    restarted(world, desks=(ANNA, BOB))
    assert len(world.facts) == before


def test_news_that_the_old_program_missed_is_ignored_after_the_restart() -> None:
    world = World()
    leg = world.talks()
    world.edge.drop(leg, Cause.NORMAL)
    late = list(world.edge.events)
    world.edge.events.clear()
    restarted(world)
    before = len(world.facts)
    for news in late:
        world.does(news)
    assert len(world.facts) == before
