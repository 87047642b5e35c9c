"""Stories of consent: who is told or asked before they are recorded, and what their answer does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.core.test_parties import CONFERENCE, SHOP, Scene
from tests.core.world import ANNA, BOB, SALES, World, house
from trunkline.core import facts as f
from trunkline.core import inputs as i
from trunkline.core.acd.rules import OverflowRule, OverflowWhen
from trunkline.core.call import commands as c
from trunkline.core.call import events as e
from trunkline.core.call import facts as pf
from trunkline.core.call import voicemail_facts as vf
from trunkline.core.call import wishes as w
from trunkline.core.config import Policy
from trunkline.core.picture import agent_view
from trunkline.core.turn import Refused
from trunkline.core.words import (
    ConsentAnswer,
    ConsentPolicy,
    LegId,
    PartyId,
    PauseReason,
    Place,
    RecordingRule,
    RecordingStanding,
)

ANNOUNCE, OPT_OUT, OPT_IN = ConsentPolicy
TOLD, AGREED, DECLINED, WITHDRAWN = ConsentAnswer
PAYMENT = PauseReason.PAYMENT


def asking(**more: Any) -> Policy:
    return house(recording=RecordingRule.CONSENT, **more)


def calls(policy: ConsentPolicy | None, rules: Policy | None = None) -> tuple[World, LegId]:
    """Somebody calls whose country has this policy; Anna is ready."""
    world = World(policy=rules or asking()).ready(ANNA)
    return world, world.arrive(consent=policy)


def talks(world: World, leg: LegId) -> World:
    world.accepts(ANNA)
    return world.phone_answers(ANNA)


def said(world: World) -> tuple[str, ...]:
    """What was said last."""
    plays = [one for one in world.commands if isinstance(one, c.Play)]
    return tuple(item.name for item in plays[-1].items)  # type: ignore[union-attr]


def ever_said(world: World) -> set[str]:
    return {getattr(item, "name", "") for play in world.all(c.Play) for item in play.items}


def standing(world: World) -> RecordingStanding | None:
    view = agent_view(world.state, ANNA)
    assert view
    assert view.work
    return view.work.standing


class Agreed(Scene):
    """Anna talks with a customer who has agreed."""

    def arrive(self, number: str = "4001", **more: Any) -> LegId:
        leg = super().arrive(number, consent=OPT_IN, **more)
        self.presses(leg, "1")
        return leg

    def __init__(self) -> None:
        super().__init__(policy=asking())


class Unasked(Scene):
    """Anna talks with a customer who could not be asked."""

    def arrive(self, number: str = "4001", **more: Any) -> LegId:
        leg = super().arrive(number, consent=OPT_IN, **more)
        self.does(e.CommandFailed(leg, "Play", "no such file"))
        return leg

    def __init__(self) -> None:
        super().__init__(policy=asking())


# -- asked in the flow -----------------------------------------------------------------------


def test_where_it_is_announced_the_customer_hears_it_before_the_queue_and_is_recorded() -> None:
    world, leg = calls(ANNOUNCE)
    assert said(world) == ("recording-notice",)
    assert not world.all(f.InteractionQueued)
    world.hears_out(leg)
    assert world.last(pf.ConsentAnswered).answer is TOLD
    assert talks(world, leg).edge.recordings


ALWAYS, ASKS = RecordingRule.ALWAYS, RecordingRule.CONSENT


def led_on(*, service: RecordingRule = RecordingRule.OFF, **rules: Any) -> Policy:
    """Sales asks before it records, and service does not."""
    policy = house(recording=service, **rules)
    return replace(policy, queues=(policy.queues[0], replace(policy.queues[1], recording=ASKS)))


@pytest.mark.parametrize(
    ("policy", "words"), [(ANNOUNCE, "recording-notice"), (OPT_IN, "consent-opt-in")]
)
def test_who_overflows_to_a_queue_that_asks_is_asked_while_they_wait(
    policy: ConsentPolicy, words: str
) -> None:
    world = World(policy=led_on(overflow=(OverflowRule(OverflowWhen.WAIT, 10_000, SALES),)))
    leg = world.arrive(consent=policy)
    world.tick(10)
    assert world.of(leg).waiting.queue == SALES
    assert words not in ever_said(world)
    world.tick(2)
    assert said(world) == (words,)
    world.hears_out(leg)
    if policy is OPT_IN:
        world.presses(leg, "1")
    assert world.of(leg).consent is (AGREED if policy is OPT_IN else TOLD)
    assert (world.of(leg).place, world.edge.legs[leg].music) == (Place.QUEUED, True)
    world.ready(BOB).takes(BOB)
    assert world.edge.recordings


def test_who_is_transferred_to_a_queue_that_asks_and_declines_is_not_recorded() -> None:
    world, leg = calls(OPT_OUT, led_on())
    talks(world, leg).does(i.TransferToQueue(ANNA, world.of(leg).id, SALES)).tick(2)
    assert said(world) == ("consent-opt-out",)
    world.presses(leg, "9").hears_out(leg)
    world.ready(BOB).takes(BOB)
    assert world.of(leg).consent is DECLINED
    assert not world.edge.recordings


def test_an_agent_who_is_there_first_asks_instead() -> None:
    world, leg = calls(OPT_IN, led_on())
    world.ready(BOB)
    talks(world, leg).does(i.TransferToQueue(ANNA, world.of(leg).id, SALES))
    world.takes(BOB).tick(5)
    assert "consent-opt-in" not in ever_said(world)
    assert world.of(leg).consent is None
    assert not world.edge.recordings


def test_an_agent_who_comes_while_it_is_asked_asks_again() -> None:
    world, leg = calls(OPT_IN, led_on())
    talks(world, leg).does(i.TransferToQueue(ANNA, world.of(leg).id, SALES)).tick(2)
    world.ready(BOB).takes(BOB)
    assert world.of(leg).place is Place.TALKING
    assert not world.edge.recordings
    world.does(w.AnswerConsent(BOB, world.of(leg).id, AGREED, "bob"))
    assert world.edge.recordings


def test_who_withdraws_while_they_leave_a_message_leaves_none() -> None:
    rule = OverflowRule(OverflowWhen.NO_AGENTS, to_voicemail=True)
    world = World(policy=house(overflow=(rule,)))
    leg = world.arrive()
    world.hears_out(leg).tick(5)
    assert world.edge.recordings
    world.does(w.AnswerConsent(None, world.of(leg).id, WITHDRAWN, by="api"))
    assert not world.edge.recordings
    assert not world.all(vf.VoicemailLeft)
    world.hears_out(leg)
    assert leg not in world.edge.legs
    assert world.last(f.InteractionEnded)


def test_where_one_may_decline_silence_is_no_objection() -> None:
    world, leg = calls(OPT_OUT)
    assert said(world) == ("consent-opt-out",)
    world.hears_out(leg).presses(leg, "")
    assert world.of(leg).consent is TOLD
    assert talks(world, leg).edge.recordings


def test_who_declines_hears_that_and_goes_on_unrecorded_and_the_agent_sees_it() -> None:
    world, leg = calls(OPT_OUT)
    world.presses(leg, "9")
    assert said(world) == ("consent-declined",)
    world.hears_out(leg)
    talks(world, leg)
    assert not world.all(f.RecordingStarted)
    assert standing(world) is RecordingStanding.DECLINED
    with pytest.raises(Refused, match="consent_declined"):
        world.put(w.ResumeRecording(ANNA, world.of(leg).id))


def test_where_one_has_to_agree_only_the_key_does() -> None:
    world, leg = calls(OPT_IN)
    world.presses(leg, "1")
    assert world.of(leg).consent is AGREED
    assert talks(world, leg).edge.recordings


@pytest.mark.parametrize("keys", [("2",), ("", ""), ("5", ""), ("5", "7")])
def test_where_one_has_to_agree_anything_else_is_a_no(keys: tuple[str, ...]) -> None:
    world, leg = calls(OPT_IN)
    for key in keys:
        world.presses(leg, key)
    world.hears_out(leg)
    assert world.of(leg).consent is DECLINED
    assert not talks(world, leg).edge.recordings


def test_whose_country_is_not_known_is_asked_as_the_strictest_wants_it() -> None:
    world, _ = calls(None)
    assert said(world) == ("consent-opt-in",)


def test_who_has_answered_is_not_asked_again() -> None:
    world, leg = calls(OPT_IN)
    world.presses(leg, "1")
    world.hears_out(leg)
    talks(world, leg)
    world.does(w.TransferToFlow(ANNA, world.of(leg).id, world.state.numbers["4001"].flow))
    assert len([one for one in world.commands if isinstance(one, c.Collect)]) == 1
    assert world.all(f.InteractionQueued)


@pytest.mark.parametrize("policy", list(ConsentPolicy))
def test_what_cannot_be_said_leaves_the_question_to_the_agent(policy: ConsentPolicy) -> None:
    world, leg = calls(policy)
    world.does(e.CommandFailed(leg, "Play", "no such file"))
    talks(world, leg)
    assert not world.edge.recordings
    assert standing(world) is RecordingStanding.UNASKED
    world.does(w.AnswerConsent(ANNA, world.of(leg).id, AGREED, "anna"))
    assert world.edge.recordings


def test_the_edge_lost_the_question_and_it_is_asked_again() -> None:
    world, leg = calls(OPT_IN)
    found = (i.LegFound(leg, answered=True),)
    world.does(i.Reconcile(found, (ANNA,)))
    assert said(world) == ("consent-opt-in",)
    world.presses(leg, "1")
    assert talks(world, leg).edge.recordings


# -- the rule of a number ----------------------------------------------------------------------


def with_number(rule: RecordingRule, **queue: Any) -> Policy:
    policy = house(**queue)
    own = (replace(one, recording=rule) for one in policy.numbers)
    return replace(policy, numbers=tuple(own))


def test_a_number_that_is_never_recorded_is_not_in_any_queue() -> None:
    world, leg = calls(None, with_number(RecordingRule.OFF))
    assert not talks(world, leg).edge.recordings
    assert standing(world) is RecordingStanding.OFF


def test_of_the_rules_of_queue_and_number_both_count() -> None:
    rules = with_number(RecordingRule.CONSENT, recording=RecordingRule.ON_DEMAND)
    world, leg = calls(OPT_IN, rules)
    world.presses(leg, "1")
    talks(world, leg)
    assert standing(world) is RecordingStanding.ON_DEMAND
    world.does(w.ResumeRecording(ANNA, world.of(leg).id))
    assert world.edge.recordings


def test_nobody_is_asked_where_nothing_would_be_recorded() -> None:
    rules = with_number(RecordingRule.OFF, recording=RecordingRule.CONSENT)
    world, _ = calls(OPT_IN, rules)
    assert world.all(f.InteractionQueued)


def test_who_was_given_to_a_queue_that_asks_is_asked_by_its_agent() -> None:
    policy = house()
    queues = (policy.queues[0], replace(policy.queues[1], recording=RecordingRule.CONSENT))
    world, leg = calls(None, replace(policy, queues=queues))
    talks(world, leg).ready(BOB)
    assert world.edge.recordings
    world.does(i.TransferToQueue(ANNA, world.of(leg).id, SALES)).accepts(BOB)
    world.phone_answers(BOB)
    assert not world.edge.recordings


# -- withdrawal, and what agents are told --------------------------------------------------------


def test_who_withdraws_is_recorded_no_longer_and_is_not_asked_again() -> None:
    scene = Agreed()
    assert scene.edge.recordings
    scene.does(w.AnswerConsent(ANNA, scene.call, WITHDRAWN, "anna"))
    assert not scene.edge.recordings
    assert scene.last(pf.ConsentAnswered).by == "anna"
    for wish in (
        w.AnswerConsent(ANNA, scene.call, AGREED, "anna"),
        w.ResumeRecording(ANNA, scene.call),
    ):
        with pytest.raises(Refused, match="consent_withdrawn"):
            scene.put(wish)


def test_also_who_was_never_asked_may_withdraw() -> None:
    scene = Scene()
    scene.does(w.AnswerConsent(ANNA, scene.call, WITHDRAWN, "anna"))
    assert not scene.edge.recordings


def test_they_may_withdraw_until_the_work_after_the_talk_is_done() -> None:
    scene = Agreed()
    scene.does(i.HangUpCall(ANNA, scene.call))
    scene.does(w.AnswerConsent(ANNA, scene.call, WITHDRAWN, "anna"))
    assert scene.last(pf.ConsentAnswered).answer is WITHDRAWN


def test_to_be_told_is_not_enough_where_one_has_to_agree() -> None:
    scene = Unasked()
    with pytest.raises(Refused, match="consent_must_be_given"):
        scene.put(w.AnswerConsent(ANNA, scene.call, TOLD, "anna"))


def test_who_does_not_handle_it_says_nothing_of_its_customer() -> None:
    scene = Agreed()
    with pytest.raises(Refused, match="not_your_work"):
        scene.put(w.AnswerConsent(BOB, scene.call, DECLINED, "bob"))
    scene.does(w.AnswerConsent(None, scene.call, DECLINED, "supervisor"))
    assert not scene.edge.recordings


# -- outside parties -------------------------------------------------------------------------------


def brings_in(scene: Scene, policy: ConsentPolicy) -> tuple[LegId, PartyId]:
    """An outside number of a country with this policy joins the talk."""
    party = scene.invites(CONFERENCE, number=SHOP, consent=policy)
    assert party.leg
    scene._up(party.leg)
    return party.leg, party.id


def test_nobody_is_recorded_while_an_outside_party_has_not_been_asked() -> None:
    scene = Agreed()
    shop, party = brings_in(scene, ANNOUNCE)
    assert not scene.edge.recordings
    assert standing(scene) is RecordingStanding.UNASKED
    scene.does(w.AnswerConsent(ANNA, scene.call, TOLD, "anna", party))
    assert scene.edge.recordings
    scene.leaves(shop)
    assert len(scene.all(f.RecordingStarted)) == 2


def test_the_recording_goes_on_when_the_party_that_did_not_agree_has_left() -> None:
    scene = Agreed()
    shop, party = brings_in(scene, OPT_IN)
    scene.does(w.AnswerConsent(ANNA, scene.call, DECLINED, "anna", party))
    assert standing(scene) is RecordingStanding.DECLINED
    scene.leaves(shop)
    assert scene.edge.recordings


def test_a_consulted_party_is_heard_by_no_recording_and_not_asked() -> None:
    scene = Agreed()
    shop = scene.rings_outside(w.PartyRole.CONSULT)
    scene._up(shop)
    assert scene.edge.recordings == dict.fromkeys(scene.edge.recordings, scene.leg)
    scene.does(w.MergeConsult(ANNA, scene.call))
    assert not scene.edge.recordings


# -- payment steps -----------------------------------------------------------------------------


def test_a_payment_step_pauses_and_its_end_resumes() -> None:
    scene = Agreed()
    scene.does(w.PauseRecording(None, scene.call, PAYMENT))
    assert not scene.edge.recordings
    scene.tick(250)
    assert len(scene.all(pf.RecordingReminded)) == 2
    assert not scene.edge.recordings
    scene.does(w.ResumeRecording(None, scene.call, PAYMENT))
    assert scene.edge.recordings


def test_the_end_of_a_payment_step_does_not_end_the_pause_of_the_agent() -> None:
    scene = Agreed()
    scene.does(w.PauseRecording(ANNA, scene.call))
    scene.does(w.PauseRecording(None, scene.call, PAYMENT))
    scene.does(w.ResumeRecording(None, scene.call, PAYMENT))
    assert not scene.edge.recordings
    scene.does(w.ResumeRecording(ANNA, scene.call))
    assert scene.edge.recordings


def test_who_agrees_within_a_payment_step_is_recorded_after_it() -> None:
    scene = Unasked()
    scene.does(w.PauseRecording(ANNA, scene.call, PAYMENT))
    scene.does(w.AnswerConsent(ANNA, scene.call, AGREED, "anna"))
    assert not scene.edge.recordings
    scene.does(w.ResumeRecording(ANNA, scene.call, PAYMENT))
    assert scene.edge.recordings


def test_the_end_of_a_payment_step_begins_no_recording_that_nobody_wanted() -> None:
    scene = Scene(policy=house(recording=RecordingRule.ON_DEMAND))
    scene.does(w.PauseRecording(ANNA, scene.call, PAYMENT))
    scene.does(w.ResumeRecording(ANNA, scene.call, PAYMENT))
    assert not scene.edge.recordings
