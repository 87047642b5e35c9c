"""What every engine must do, told as short stories of callers and phones."""

import asyncio
from collections.abc import Awaitable

import numpy as np
import pytest

from tests.contract.edge.stage import CALLER, FakeStage, Stage
from trunkline.core.call import commands as c
from trunkline.core.call.events import (
    BridgeJoined,
    DigitsCollected,
    LegAnswered,
    LegEnded,
    LegRinging,
    PlayEnded,
    RecordingEnded,
    SilenceFell,
)
from trunkline.core.flow.speech import Number, Pause, Prompt, Secret
from trunkline.core.words import BridgeId, Cause, InteractionId, LegId, RecordingId, Token
from trunkline.ports.edge import Account, AccountSeen, CallArrived, EdgeError, LegGone, Sound

ROOM = BridgeId("room-1")
pytestmark = pytest.mark.timeout(60)


async def all_true(*hearings: Awaitable[bool]) -> None:
    """What several hear at the same time."""
    assert all(await asyncio.gather(*hearings))


async def talk(stage: Stage) -> tuple:
    """A caller and an agent who hear each other."""
    far, leg = await stage.answered_call()
    desk = await stage.phone("desk1")
    agent = await stage.dialled("desk1")
    await stage.hear(LegAnswered, leg=agent)
    await stage.do(c.Bridge(ROOM, (leg, agent)))
    await stage.hear(BridgeJoined, bridge=ROOM)
    return far, leg, desk, agent


async def test_a_call_arrives_with_its_number_its_caller_and_its_door(stage: Stage) -> None:
    far = await stage.call("4001")
    arrived = await stage.arrives(far)
    assert arrived == CallArrived(arrived.leg, "4001", CALLER, *stage.door(far))


async def test_while_arrivals_are_held_off_they_are_refused_with_503(stage: Stage) -> None:
    await stage.edge.hold_off(30)
    shed = await stage.call("4001")
    assert await shed.refused() == 503

    await stage.edge.hold_off(0)
    await stage.call("4001", "c2")
    assert (await stage.hear(CallArrived)).number == "4001"


async def test_an_unknown_number_is_refused_with_404(stage: Stage) -> None:
    far = await stage.call("4999")
    leg = (await stage.arrives(far, "4999")).leg
    await stage.do(c.RejectLeg(leg, Cause.UNKNOWN_NUMBER))
    assert await far.refused() == 404
    assert await stage.hear(LegEnded) == LegEnded(leg, Cause.UNKNOWN_NUMBER)
    await stage.nothing_is_left()


async def test_caller_and_agent_hear_each_other_and_nobody_else(stage: Stage) -> None:
    far, _, desk, _ = await talk(stage)
    await all_true(far.hears(desk), desk.hears(far))


async def test_hold_gives_music_to_the_held_and_to_nobody_else(stage: Stage) -> None:
    far, leg, desk, _ = await talk(stage)
    await stage.do(c.Hold(ROOM, leg))
    await all_true(far.hears_music(), desk.hears_nobody())
    await stage.do(c.Resume(ROOM, leg))
    await all_true(far.hears(desk), desk.hears(far))


async def test_a_muted_leg_hears_but_is_not_heard(stage: Stage) -> None:
    far, _, desk, agent = await talk(stage)
    await stage.do(c.Mute(agent))
    await all_true(desk.hears(far), far.hears_nobody())
    await stage.do(c.Unmute(agent))
    assert await far.hears(desk)


async def ringing_in(stage: Stage, account: str, hz: float) -> tuple:
    """One more desk phone, taken up."""
    desk = await stage.phone(account, hz=hz)
    leg = await stage.dialled(account)
    await stage.hear(LegAnswered, leg=leg)
    return desk, leg


async def test_a_consultation_is_heard_by_those_two_and_the_customer_hears_music(
    stage: Stage,
) -> None:
    far, leg, desk, agent = await talk(stage)
    await stage.do(c.Hold(ROOM, leg), c.Hold(ROOM, agent, c.RINGBACK))
    await all_true(far.hears_music(), desk.hears_music())
    other, asked = await ringing_in(stage, "desk2", 1000.0)
    await stage.do(c.Bridge(ROOM, (agent, asked)))
    await all_true(desk.hears(other), other.hears(desk), far.hears_music())
    await stage.do(c.Hold(ROOM, asked), c.Resume(ROOM, leg))
    await all_true(desk.hears(far), other.hears_music())


async def test_who_is_transferred_hears_ringing_and_then_the_new_one(stage: Stage) -> None:
    far, leg, _, agent = await talk(stage)
    await stage.do(c.Hold(ROOM, leg), c.Hold(ROOM, leg, c.RINGBACK), c.Hold(ROOM, agent))
    assert await far.hears_music()
    other, asked = await ringing_in(stage, "desk2", 1000.0)
    await stage.do(c.HangUp(agent), c.Bridge(ROOM, (leg, asked)))
    await all_true(far.hears(other), other.hears(far))


async def test_five_in_a_conference_hear_all_the_others(stage: Stage) -> None:
    far, _, desk, agent = await talk(stage)
    more = [
        await ringing_in(stage, f"desk{n}", hz) for n, hz in enumerate((1000.0, 1300.0, 1700.0), 2)
    ]
    for _, leg in more:
        await stage.do(c.Bridge(ROOM, (leg,)))
    everybody = [far, desk, *(other for other, _ in more)]
    others = {id(one): [other for other in everybody if other is not one] for one in everybody}
    await all_true(*(one.hears_all(*others[id(one)]) for one in everybody))
    await stage.do(c.HangUp(more[0][1]), c.HangUp(more[1][1]), c.HangUp(agent))
    last = more[2][0]
    await all_true(far.hears(last), last.hears(far))


async def test_who_listens_hears_both_and_nobody_hears_them(stage: Stage) -> None:
    far, _, desk, agent = await talk(stage)
    boss, ear = await ringing_in(stage, "desk2", 1000.0)
    await stage.do(c.Listen(ear, agent), c.Listen(ear, agent))
    await all_true(boss.hears_all(far, desk), far.hears(desk), desk.hears(far))
    await stage.do(c.StopListening(ear), c.StopListening(ear))
    assert await boss.hears_nobody()


async def test_a_whisper_is_heard_by_the_agent_alone(stage: Stage) -> None:
    far, _, desk, agent = await talk(stage)
    boss, ear = await ringing_in(stage, "desk2", 1000.0)
    await stage.do(c.Listen(ear, agent), c.Listen(ear, agent, whisper=True))
    await all_true(desk.hears_all(far, boss), far.hears(desk), boss.hears_all(far, desk))


async def test_who_listened_may_come_in_and_go_back_to_listening(stage: Stage) -> None:
    far, _, desk, agent = await talk(stage)
    boss, ear = await ringing_in(stage, "desk2", 1000.0)
    await stage.do(c.Listen(ear, agent), c.StopListening(ear), c.Bridge(ROOM, (ear,)))
    assert await far.hears_all(desk, boss)
    await stage.do(c.Listen(ear, agent))
    await all_true(far.hears(desk), boss.hears_all(far, desk))


async def test_who_listened_hears_music_instead_in_a_pause_and_then_again_both(
    stage: Stage,
) -> None:
    far, _, desk, agent = await talk(stage)
    boss, ear = await ringing_in(stage, "desk2", 1000.0)
    await stage.do(c.Listen(ear, agent), c.StopListening(ear), c.Hold(ROOM, ear))
    await all_true(boss.hears_music(), far.hears(desk), desk.hears(far))
    await stage.do(c.Listen(ear, agent))
    await all_true(boss.hears_all(far, desk), far.hears(desk), desk.hears(far))


async def test_a_listener_who_hangs_up_leaves_nothing(stage: Stage) -> None:
    far, _, desk, agent = await talk(stage)
    boss, ear = await ringing_in(stage, "desk2", 1000.0)
    await stage.do(c.Listen(ear, agent))
    await boss.hang_up()
    await stage.hear(LegEnded, leg=ear)
    await stage.do(c.StopListening(ear))
    assert await far.hears(desk)
    await stage.do(c.HangUp(agent))
    await far.hang_up()
    await stage.nothing_is_left()


async def test_an_unbridged_leg_stays_up_alone(stage: Stage) -> None:
    far, leg, _desk, agent = await talk(stage)
    await stage.do(c.Unbridge(ROOM))
    assert await far.hears_nobody()
    there = {one.leg: one for one in (await stage.edge.open(stage.epoch)).legs}
    assert there[leg].bridge is None
    assert there[agent].bridge is None


async def test_music_plays_until_it_is_stopped(stage: Stage) -> None:
    far, leg = await stage.answered_call()
    await stage.do(c.StartMusic(leg))
    assert await far.hears_music()
    await stage.do(c.StopMusic(leg))
    assert await far.hears_nobody()


async def test_silence_is_a_choice_of_music(stage: Stage) -> None:
    far, leg = await stage.answered_call()
    await stage.do(c.StartMusic(leg))
    assert await far.hears_music()
    await stage.do(c.StartMusic(leg, c.SILENCE))
    assert await far.hears_nobody()


async def test_a_play_says_its_items_and_ends_as_completed(stage: Stage) -> None:
    _, leg = await stage.answered_call()
    await stage.do(c.Play(leg, "p1", (Pause(100), Number(7)), "en"))
    assert await stage.hear(PlayEnded) == PlayEnded(leg, "p1", completed=True)


async def test_music_goes_on_after_a_play(stage: Stage) -> None:
    far, leg = await stage.answered_call()
    await stage.do(c.StartMusic(leg), c.Play(leg, "p1", (Number(7),), "zh"))
    await stage.hear(PlayEnded, play="p1", completed=True)
    assert await far.hears_music()


async def test_an_announcement_of_our_own_is_a_prompt_and_music_until_it_is_dropped(
    stage: Stage,
) -> None:
    far, leg = await stage.answered_call()
    name = "ann_01JD"
    await stage.edge.put_sound(own_sound(name, "1", 620))
    await stage.edge.put_sound(own_sound(name, "2", 980))
    assert (await stage.edge.sounds())[name] == "2"
    await stage.do(c.Play(leg, "p1", (Prompt(name),), "zh"))
    assert await far.hears_tone(980)
    await stage.do(c.StopPlay(leg, "p1"), c.StartMusic(leg, name))
    assert await far.hears_tone(980)
    await stage.do(c.StopMusic(leg))
    await stage.edge.drop_sound(name)
    assert name not in await stage.edge.sounds()
    with pytest.raises(EdgeError):
        await stage.do(c.Play(leg, "p2", (Prompt(name),), "zh"))


def own_sound(name: str, mark: str, hz: float) -> Sound:
    at = np.arange(3 * 16_000) / 16_000
    samples = np.rint(8_000 * np.sin(2 * np.pi * hz * at)).astype("<i2")
    return Sound(name, mark, samples.tobytes())


async def test_a_stopped_play_ends_as_not_completed(stage: Stage) -> None:
    _, leg = await stage.answered_call()
    await stage.do(c.Play(leg, "p1", (Prompt("menu-main"),), "en"), c.StopPlay(leg, "p1"))
    assert await stage.hear(PlayEnded) == PlayEnded(leg, "p1", completed=False)


async def test_a_secret_that_was_not_replaced_is_never_spoken(stage: Stage) -> None:
    _, leg = await stage.answered_call()
    with pytest.raises(EdgeError):
        await stage.do(c.Play(leg, "p1", (Secret("token"),), "en"))


async def test_a_key_stops_the_prompt_and_counts(stage: Stage) -> None:
    far, leg = await stage.answered_call()
    await stage.do(c.Play(leg, "p1", (Prompt("menu-main"),), "en"), c.Collect(leg, "c1"))
    await stage.pass_time(300)
    await far.press("2")
    assert (await stage.hear(PlayEnded)).completed is False
    assert await stage.hear(DigitsCollected) == DigitsCollected(leg, "c1", "2")


async def test_keys_are_collected_up_to_the_terminator(stage: Stage) -> None:
    far, leg = await stage.answered_call()
    await stage.do(c.Collect(leg, "c1", max_digits=6, personal=True))
    await far.press("1234#")
    assert await stage.hear(DigitsCollected) == DigitsCollected(leg, "c1", "1234", personal=True)


async def test_keys_by_sip_info_count_as_well(sip_stage: Stage) -> None:
    far, leg = await sip_stage.answered_call()
    await sip_stage.do(c.Collect(leg, "c1", max_digits=2))
    await far.press_info("40")
    assert await sip_stage.hear(DigitsCollected) == DigitsCollected(leg, "c1", "40")


async def test_silence_after_the_prompt_is_collected_as_nothing(stage: Stage) -> None:
    _, leg = await stage.answered_call()
    say = c.Play(leg, "p1", (Number(7),), "en")
    await stage.do(say, c.Collect(leg, "c1", first_ms=200))
    await stage.hear(PlayEnded, completed=True)
    assert await stage.hear(DigitsCollected) == DigitsCollected(leg, "c1", "")


async def test_a_pause_between_keys_ends_the_collection(stage: Stage) -> None:
    far, leg = await stage.answered_call()
    await stage.do(c.Collect(leg, "c1", max_digits=6, between_ms=400))
    await far.press("12")
    assert (await stage.hear(DigitsCollected)).digits == "12"


async def test_a_collection_that_was_given_up_tells_nothing(stage: Stage) -> None:
    far, leg = await stage.answered_call()
    await stage.do(c.Collect(leg, "c1", first_ms=100), c.StopCollect(leg, "c1"))
    await far.press("1")
    await stage.pass_time(400)
    assert not [event for event in stage.told if isinstance(event, DigitsCollected)]


async def test_silence_is_told_once_where_nothing_is_said(stage: Stage) -> None:
    far = await stage.call("4001", hz=0)
    leg = (await stage.arrives(far)).leg
    await stage.do(c.AnswerLeg(leg))
    await stage.is_up(far)
    await stage.do(c.AwaitSilence(leg, "w1", 700), c.AwaitSilence(leg, "w1", 700))
    await stage.pass_time(300)
    assert not [event for event in stage.told if isinstance(event, SilenceFell)]
    await stage.hear(SilenceFell, leg=leg, wait="w1")
    await stage.do(c.AwaitSilence(leg, "w2", 700), c.StopAwaiting(leg, "w2"))
    await stage.pass_time(1_500)
    assert not [event for event in stage.told if isinstance(event, SilenceFell)]


async def test_who_speaks_on_is_not_silent(stage: Stage) -> None:
    _, leg = await stage.answered_call()
    await stage.pass_time(500)
    await stage.do(c.AwaitSilence(leg, "w1", 700))
    await stage.pass_time(2_000)
    assert not [event for event in stage.told if isinstance(event, SilenceFell)]


async def test_a_phone_rings_and_is_answered(stage: Stage) -> None:
    await stage.phone("desk1")
    agent = await stage.dialled("desk1")
    assert await stage.hear(LegRinging) == LegRinging(agent)
    assert await stage.hear(LegAnswered) == LegAnswered(agent)


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        ("486 Busy Here", Cause.BUSY),
        ("603 Decline", Cause.DECLINED),
        ("404 Not Found", Cause.UNREACHABLE),
        ("480 Temporarily Unavailable", Cause.UNREACHABLE),
        ("503 Service Unavailable", Cause.UNREACHABLE),
    ],
)
async def test_a_refusal_is_told_with_its_cause(stage: Stage, answer: str, cause: Cause) -> None:
    await stage.phone("desk1", refuses=answer)
    agent = await stage.dialled("desk1")
    assert await stage.hear(LegEnded) == LegEnded(agent, cause)


async def test_a_phone_that_nobody_takes_up_rings_out(stage: Stage) -> None:
    desk = await stage.phone("desk1", rings_on=True)
    agent = await stage.dialled("desk1", ring_ms=600)
    assert await stage.hear(LegEnded) == LegEnded(agent, Cause.NO_ANSWER)
    await desk.is_over()


async def test_a_customer_is_dialled_out_and_both_hear_each_other(sip_stage: Stage) -> None:
    desk, customer = await sip_stage.phone("desk1"), await sip_stage.customer()
    agent = await sip_stage.dialled("desk1")
    await sip_stage.hear(LegAnswered, leg=agent)
    await sip_stage.do(c.StartMusic(agent, c.RINGBACK))
    leg = await sip_stage.dialled_out("13800000001")
    assert await sip_stage.hear(LegRinging, leg=leg)
    assert await sip_stage.hear(LegAnswered, leg=leg)
    await sip_stage.do(c.Bridge(BridgeId("bridge-out"), (leg, agent)))
    await all_true(desk.hears(customer), customer.hears(desk))


@pytest.mark.parametrize(
    ("answer", "cause"),
    [("486 Busy Here", Cause.BUSY), ("480 Temporarily Unavailable", Cause.NO_ANSWER)],
)
async def test_a_customer_who_cannot_be_reached_is_told_with_the_cause(
    sip_stage: Stage, answer: str, cause: Cause
) -> None:
    await sip_stage.customer(refuses=answer)
    leg = await sip_stage.dialled_out("13800000001")
    assert await sip_stage.hear(LegEnded) == LegEnded(leg, cause)


async def test_a_trunk_that_leads_nowhere_reaches_nobody(stage: Stage) -> None:
    leg = LegId("out-nowhere")
    party, interaction = Token("13800000001"), InteractionId("int_1")
    await stage.do(c.DialCustomer(leg, interaction, party, "4001", 1_000, "nowhere"))
    assert await stage.hear(LegEnded) == LegEnded(leg, Cause.UNREACHABLE)


async def test_a_withdrawn_offer_stops_the_ringing(stage: Stage) -> None:
    desk = await stage.phone("desk1", rings_on=True)
    agent = await stage.dialled("desk1")
    await stage.hear(LegRinging)
    await stage.do(c.HangUp(agent))
    assert await stage.hear(LegEnded) == LegEnded(agent, Cause.NORMAL)
    await desk.is_over()


async def test_an_account_without_a_device_is_unreachable(stage: Stage) -> None:
    agent = await stage.dialled("nobody")
    assert await stage.hear(LegEnded) == LegEnded(agent, Cause.UNREACHABLE)
    assert not await stage.edge.reachable("nobody")


async def test_keys_are_sent_to_a_leg(stage: Stage) -> None:
    _, leg, _, _ = await talk(stage)
    await stage.do(c.SendDigits(leg, Token("12#")))


async def test_an_echo_plays_back_what_it_hears(stage: Stage) -> None:
    far, leg = await stage.answered_call("4003")
    await stage.do(c.Echo(leg), c.Echo(leg))
    assert await far.hears_itself()
    await far.hang_up()
    assert await stage.hear(LegEnded) == LegEnded(leg, Cause.NORMAL)
    await stage.nothing_is_left()


async def test_a_recording_is_in_the_inventory_until_its_files_are_closed(stage: Stage) -> None:
    far, leg, _, agent = await talk(stage)
    name = RecordingId(f"rec-{stage.epoch}")
    await stage.do(c.Record(name, leg), c.Record(name, leg))
    assert (await stage.edge.open(stage.epoch)).recordings == (name,)
    await stage.pass_time(300)
    await far.hang_up()
    assert await stage.hear(RecordingEnded) == RecordingEnded(name)
    await stage.do(c.HangUp(agent))
    await stage.nothing_is_left()


async def test_a_recording_can_be_stopped_while_the_talk_goes_on(stage: Stage) -> None:
    _, leg, _, _ = await talk(stage)
    name = RecordingId(f"rec-{stage.epoch}")
    await stage.do(c.Record(name, leg))
    await stage.pass_time(300)
    await stage.do(c.StopRecording(name, leg), c.StopRecording(name, leg))
    assert await stage.hear(RecordingEnded) == RecordingEnded(name)
    there = await stage.edge.open(stage.epoch)
    assert (len(there.legs), there.recordings) == (2, ())


async def test_both_sides_hear_the_beep_of_a_recording_until_it_is_stopped(stage: Stage) -> None:
    far, leg, desk, _ = await talk(stage)
    name = RecordingId(f"rec-{stage.epoch}")
    await stage.do(c.Record(name, leg, 1_000), c.Record(name, leg, 1_000))
    await all_true(far.hears_beeps(), desk.hears_beeps())
    await stage.pass_time(1_000)
    await all_true(far.hears_beeps(), desk.hears_beeps())
    await all_true(far.hears(desk), desk.hears(far))
    await stage.do(c.StopRecording(name, leg))
    assert await stage.hear(RecordingEnded) == RecordingEnded(name)
    await stage.pass_time(1_000)
    assert not await far.hears_beeps()


async def test_commands_that_took_effect_may_be_repeated(stage: Stage) -> None:
    far, leg, desk, agent = await talk(stage)
    await stage.do(c.AnswerLeg(leg), c.Bridge(ROOM, (leg, agent)), c.Unmute(leg))
    await stage.do(c.Hold(ROOM, leg), c.Hold(ROOM, leg), c.Resume(ROOM, leg), c.Resume(ROOM, leg))
    assert await far.hears(desk)
    await stage.do(c.HangUp(leg), c.HangUp(leg), c.HangUp(agent), c.Unbridge(ROOM))
    await stage.do(c.HangUp(leg), c.Unbridge(ROOM), c.StopPlay(leg, "p"), c.StopCollect(leg, "c"))
    await stage.nothing_is_left()


async def test_a_command_about_a_leg_that_is_gone_is_refused(stage: Stage) -> None:
    with pytest.raises(LegGone):
        await stage.do(c.AnswerLeg(LegId("gone")))
    with pytest.raises(EdgeError):
        await stage.do(c.Bridge(ROOM, (LegId("gone"), LegId("too"))))


async def test_it_is_told_whether_a_device_of_an_account_is_there(stage: Stage) -> None:
    await stage.edge.put_account(Account("desk8", "s3cret", browser=False))
    assert not (await stage.hear(AccountSeen, account="desk8")).reachable
    await stage.phone("desk9")
    assert await stage.hear(AccountSeen, account="desk9", reachable=True)


async def test_an_older_epoch_rings_nobody(stage: Stage) -> None:
    await stage.phone("desk1")
    with pytest.raises(EdgeError):
        await stage.edge.send(c.HangUp(LegId("any")), stage.epoch - 1)
    with pytest.raises(EdgeError):
        await stage.edge.open(stage.epoch - 1)


async def test_what_was_not_acknowledged_is_told_again(stage: Stage) -> None:
    heard = []
    far = await stage.call("4001")
    leg = (await stage.arrives(far)).leg
    stage.deaf = True
    await stage.do(c.AnswerLeg(leg), c.HangUp(leg))
    await stage.hear(LegEnded, leg=leg)
    async with asyncio.timeout(5):
        async for numbered in stage.edge.events():
            heard.append(numbered.event)
            if isinstance(numbered.event, LegEnded):
                break
    assert heard == [LegEnded(leg, Cause.NORMAL)]


@pytest.mark.parametrize("moment", ["ringing", "music", "play", "collect", "dialling", "talking"])
async def test_a_caller_gone_at_any_moment_leaves_nothing(stage: Stage, moment: str) -> None:
    far, leg, agent = await _until(stage, moment)
    await far.hang_up()
    assert (await stage.hear(LegEnded, leg=leg)).leg == leg
    if agent is not None:
        await stage.do(c.HangUp(agent))
        await stage.hear(LegEnded, leg=agent)
    await stage.nothing_is_left()


async def _until(stage: Stage, moment: str) -> tuple:
    if moment == "talking":
        far, leg, _, agent = await talk(stage)
        await stage.do(c.Record(RecordingId(f"rec-{stage.epoch}"), leg))
        return far, leg, agent
    if moment == "ringing":
        far = await stage.call("4001")
        return far, (await stage.arrives(far)).leg, None
    far, leg = await stage.answered_call()
    match moment:
        case "music":
            await stage.do(c.StartMusic(leg))
        case "play":
            await stage.do(c.Play(leg, "p1", (Prompt("menu-main"),), "en"))
        case "collect":
            await stage.do(c.Collect(leg, "c1"))
        case "dialling":
            await stage.phone("desk1", rings_on=True)
            return far, leg, await stage.dialled("desk1")
    return far, leg, None


async def test_a_room_whose_driver_is_deaf_is_cleared(stage: Stage) -> None:
    if not isinstance(stage, FakeStage):
        pytest.skip("ten seconds of waiting: shown with the fake's clock and in test_asterisk")
    far, _, _, agent = await talk(stage)
    stage.deaf = True
    await far.hang_up()
    await stage.pass_time(9_000)
    assert [leg.leg for leg in (await stage.edge.open(stage.epoch)).legs] == [agent]
    await stage.pass_time(2_000)
    assert not (await stage.edge.open(stage.epoch)).legs
