"""Whether a talk is recorded: derived, as its room is, and followed after each change.

The rules of the queue and of the number both count: off where either says so, on demand where
either does, and where either asks for consent only once the customer, and every outside party who
hears them, was told or agreed as their own country wants it. Who declined or withdrew is recorded
by no rule. A pause ends one recording and its end begins the next: what was said between is
nowhere. It ends by the agent's key, or with the payment step that began it; its time-out only
reminds, for nobody else knows whether the card number has been read to its end. A pause goes on
with whoever has the customer then.
"""

from __future__ import annotations

from trunkline.core.call import room, voicemail
from trunkline.core.call.commands import Record, StopRecording
from trunkline.core.call.facts import (
    ConsentAnswered,
    RecordingPaused,
    RecordingReminded,
    RecordingResumed,
)
from trunkline.core.call.hands import handled, own
from trunkline.core.call.wishes import AnswerConsent, PauseRecording, ResumeRecording
from trunkline.core.facts import RecordingStarted, RecordingStopped
from trunkline.core.interaction import Interaction, Party, Talk
from trunkline.core.state import State
from trunkline.core.turn import Refused, Turn
from trunkline.core.words import (
    REFUSED,
    AgentId,
    ConsentAnswer,
    ConsentPolicy,
    InteractionId,
    PartyId,
    PauseReason,
    Place,
    QueueId,
    RecordingId,
    RecordingRule,
    RecordingStanding,
)

REMIND_MS = 120_000
_REFUSALS = {
    RecordingStanding.OFF: ("recording_off", "Calls of this queue or number are not recorded."),
    RecordingStanding.UNASKED: ("consent_missing", "Somebody in the call has not agreed yet."),
    RecordingStanding.DECLINED: ("consent_declined", "Somebody in the call does not agree."),
    RecordingStanding.WITHDRAWN: ("consent_withdrawn", "The customer agrees no longer."),
}


def follow(turn: Turn, it: Interaction) -> None:
    """Record or stop, as things stand now."""
    talk = it.talk
    if talk is None or it.place is not Place.TALKING:
        return
    recorded = standing(turn.state, it, talk) is RecordingStanding.RECORDED
    if recorded and it.recording is None:
        _record(turn, it, talk.agent, talk.queue)
    elif not recorded:
        stop(turn, it)
    if it.pause and talk.remind_at is None:  # it came with the customer, from another talk
        turn.emit(RecordingPaused(it.id, talk.agent, turn.now + REMIND_MS, it.pause))


def go_on(turn: Turn, it: Interaction, talk: Talk, *, closed: bool) -> None:
    """After a restart: one that the edge closed is over, and the next begins.

    Any other is asked for again by its name: one that runs is told of its beep, and one that was
    decided with the last breath begins now, for the edge never heard of it.
    """
    if it.recording and closed:
        turn.emit(RecordingStopped(it.recording, it.id))
        follow(turn, it)
    elif it.recording:
        turn.do(Record(it.recording, it.leg, _beep_ms(turn, talk.queue)))


def stop(turn: Turn, it: Interaction) -> None:
    """Stop, if it is recorded."""
    if it.recording:
        turn.do(StopRecording(it.recording, it.leg))
        turn.emit(RecordingStopped(it.recording, it.id))


def standing(state: State, it: Interaction, talk: Talk) -> RecordingStanding:
    """Whether a talk is to be recorded now, and if not, the first reason why."""
    rules = rules_of(state, it.number, talk.queue)
    if RecordingRule.OFF in rules or it.internal:
        return RecordingStanding.OFF
    if it.consent in REFUSED:
        withdrawn = it.consent is ConsentAnswer.WITHDRAWN
        return RecordingStanding.WITHDRAWN if withdrawn else RecordingStanding.DECLINED
    if RecordingRule.CONSENT in rules or talk.members:
        barred = _barred_by_consent(it, talk, asks=RecordingRule.CONSENT in rules)
        if barred:
            return barred
    if it.pause is not None:
        return RecordingStanding.PAUSED
    if RecordingRule.ON_DEMAND in rules and not talk.asked_for:
        return RecordingStanding.ON_DEMAND
    return RecordingStanding.RECORDED


def is_to_be_asked(state: State, it: Interaction, queue: QueueId) -> bool:
    """Whether the customer has to be told or asked before a talk of this queue is recorded."""
    rules = rules_of(state, it.number, queue)
    return RecordingRule.CONSENT in rules and RecordingRule.OFF not in rules and it.consent is None


def rules_of(state: State, number: str, queue: QueueId) -> tuple[RecordingRule, ...]:
    """The rules that count; a queue that is gone records as it always did."""
    rules, entry = state.queues.get(queue), state.numbers.get(number)
    of_queue = rules.recording if rules else RecordingRule.ALWAYS
    of_number = entry.recording if entry else None
    return (of_queue,) if of_number is None else (of_queue, of_number)


def pause(turn: Turn, given: PauseRecording) -> None:
    """Nothing is recorded from now, and nobody listens; a second pause is done already."""
    it, talk = _talk(turn, given.agent, given.interaction)
    if it.pause is not None:
        return
    if it.recording is None and given.reason is PauseReason.AGENT:
        raise Refused("not_recorded", "This call is not recorded.")
    before = room.arranged(it, talk)
    turn.emit(RecordingPaused(it.id, talk.agent, turn.now + REMIND_MS, given.reason))
    follow(turn, it)
    room.rearrange(turn, it, talk, before)


def resume(turn: Turn, given: ResumeRecording) -> None:
    """Record again, or from now where it is done on demand; who listened hears again."""
    it, talk = _talk(turn, given.agent, given.interaction)
    if given.reason is PauseReason.PAYMENT:
        if it.pause is not PauseReason.PAYMENT:
            return
    elif it.recording:
        return
    elif refusal := _REFUSALS.get(standing(turn.state, it, talk)):
        raise Refused(*refusal)
    before = room.arranged(it, talk)
    turn.emit(RecordingResumed(it.id, talk.agent, given.reason))
    follow(turn, it)
    room.rearrange(turn, it, talk, before)


def answer(turn: Turn, given: AnswerConsent) -> None:
    """Somebody was told what the customer, or an outside party, wants of being recorded.

    Who withdrew is not asked again in this interaction: what was recorded is being deleted.
    """
    it = _in_hand(turn, given)
    party = _party(it, given.party) if given.party else None
    before, policy = (
        (party.consent, party.consent_policy) if party else (it.consent, it.consent_policy)
    )
    if before is given.answer:
        return
    if before is ConsentAnswer.WITHDRAWN:
        raise Refused(*_REFUSALS[RecordingStanding.WITHDRAWN])
    asked = policy or ConsentPolicy.OPT_IN
    if given.answer is ConsentAnswer.TOLD and asked is ConsentPolicy.OPT_IN:
        raise Refused("consent_must_be_given", "To be told is not enough there: ask for a yes.")
    turn.emit(
        ConsentAnswered(it.id, given.answer, asked, given.by, given.party, agent=given.agent)
    )  # fmt: skip
    if it.voicemail and it.consent in REFUSED:
        voicemail.withdraw(turn, it, it.voicemail)
    follow(turn, it)


def on_remind_due(turn: Turn, it: Interaction, talk: Talk) -> None:
    """The agent is reminded; only they resume."""
    turn.emit(RecordingReminded(it.id, talk.agent, turn.now + REMIND_MS))


def _barred_by_consent(it: Interaction, talk: Talk, *, asks: bool) -> RecordingStanding | None:
    """Why consent does not let it be recorded; who declined counts also where nobody is asked."""
    outside = (one for one in talk.members if one.agent is None and one.until is None)
    answers = [one.consent for one in outside]
    if not REFUSED.isdisjoint(answers):
        return RecordingStanding.DECLINED
    unasked = it.consent is None or None in answers
    return RecordingStanding.UNASKED if asks and unasked else None


def _talk(
    turn: Turn, agent: AgentId | None, interaction: InteractionId
) -> tuple[Interaction, Talk]:
    if agent is not None:
        return own(turn, agent, interaction)
    it = turn.state.interactions.get(interaction)
    if it is None or it.talk is None or it.place is not Place.TALKING:
        raise Refused("not_in_a_call", "Nobody talks in this interaction.")
    return it, it.talk


def _in_hand(turn: Turn, given: AnswerConsent) -> Interaction:
    if given.agent is not None:
        return handled(turn, given.agent, given.interaction)
    it = turn.state.interactions.get(given.interaction)
    if it is None:
        raise Refused("interaction_over", "This interaction is over: delete its recordings.")
    return it


def _party(it: Interaction, name: PartyId) -> Party:
    parties = it.talk.parties if it.talk else ()
    found = next((one for one in parties if one.id == name and one.agent is None), None)
    if found is None:
        raise Refused("party_unknown", "There is nobody like that in this call.")
    return found


def _record(turn: Turn, it: Interaction, agent: AgentId, queue: QueueId) -> None:
    recording = RecordingId(turn.new_id())
    turn.emit(RecordingStarted(recording, it.id, it.leg, agent, queue))
    turn.do(Record(recording, it.leg, _beep_ms(turn, queue)))


def _beep_ms(turn: Turn, queue: QueueId) -> int:
    rules = turn.state.queues.get(queue)
    return rules.beep_ms if rules else 0
