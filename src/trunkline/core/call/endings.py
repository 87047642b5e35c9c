"""How the customer's side ends: last words, a survey, the end itself, and what is cleared after.

After `InteractionEnded` only agents' work may still be open; when that ends too the interaction
is closed and forgotten. A customer may leave at any of these moments; whatever awaited them then
finds nobody and is ignored.
"""

from __future__ import annotations

from trunkline.core.call.commands import Collect, HangUp, Play
from trunkline.core.facts import (
    FarewellStarted,
    InteractionClosed,
    InteractionEnded,
    RecordingStopped,
    SurveyAnswered,
    SurveyAsked,
    SurveyDrawn,
)
from trunkline.core.flow.speech import Prompt, Say
from trunkline.core.interaction import Interaction
from trunkline.core.turn import Turn
from trunkline.core.words import Cause, EndedBy, Place, QueueId

SURVEY_ATTEMPTS = 2
MARKS = ("1", "2", "3", "4", "5")


def farewell(turn: Turn, it: Interaction, items: tuple[Say, ...], by: EndedBy) -> None:
    """Say last words, then hang up; without words, or with nobody there, end at once."""
    if not items or not it.here:
        finish(turn, it, by)
        return
    step = turn.new_id()
    turn.emit(FarewellStarted(it.id, step, by))
    turn.do(Play(it.leg, step, items, it.language))


def finish(turn: Turn, it: Interaction, by: EndedBy, cause: Cause = Cause.NORMAL) -> None:
    """End the customer's side from our end."""
    if it.here:
        turn.do(HangUp(it.leg, cause))
    end(turn, it, by, cause)


def end(turn: Turn, it: Interaction, by: EndedBy, cause: Cause) -> None:
    """The customer's side is over, whoever ended it."""
    waiting = it.waiting
    waited = turn.now - waiting.entered_at if waiting else None
    if it.recording:
        turn.emit(RecordingStopped(it.recording, it.id))
    turn.emit(InteractionEnded(it.id, by, cause, it.last_queue, waited))
    close_if_done(turn, it)


def close_if_done(turn: Turn, it: Interaction) -> None:
    """Forget an interaction of which nothing is open."""
    if it.place is Place.ENDED and not it.open_work and it.id in turn.state.interactions:
        turn.emit(InteractionClosed(it.id))


def draw_survey(turn: Turn, it: Interaction, queue: QueueId) -> bool:
    """Settle by the seed of the arrival whether to ask; never by agent or outcome."""
    reason = _why_not(turn, it, queue)
    turn.emit(SurveyDrawn(it.id, queue, reason is None, reason))
    return reason is None


def ask_survey(turn: Turn, it: Interaction, attempt: int = 1) -> None:
    """Ask for a mark from 1 to 5."""
    if it.last_agent is None or it.last_queue is None:
        raise LookupError(it.id)
    step = turn.new_id()
    name = "survey-question" if attempt == 1 else "survey-invalid"
    turn.emit(SurveyAsked(it.id, it.last_agent, it.last_queue, attempt, step))
    turn.do(Play(it.leg, turn.new_id(), (Prompt(name),), it.language))
    turn.do(Collect(it.leg, step, max_digits=1, first_ms=6_000))


def on_mark(turn: Turn, it: Interaction, key: str) -> None:
    """A key of the survey, or silence."""
    if key in MARKS and it.last_agent and it.last_queue:
        passed = tuple(queue for queue in it.queues if queue != it.last_queue)
        turn.emit(SurveyAnswered(it.id, int(key), it.last_agent, it.last_queue, passed))
        farewell(turn, it, (Prompt("survey-thanks"),), EndedBy.AGENT)
    elif it.attempt < SURVEY_ATTEMPTS:
        ask_survey(turn, it, it.attempt + 1)
    else:
        farewell(turn, it, (Prompt("goodbye"),), EndedBy.AGENT)


def _why_not(turn: Turn, it: Interaction, queue: QueueId) -> str | None:
    policy = turn.state.queues.get(queue)
    rate = policy.survey_rate_pct if policy else 0
    if not it.survey_allowed:
        return it.survey_reason
    if it.survey_seed % 100 >= rate:
        return "not_drawn"
    if it.talk_ms < turn.state.policy.survey.min_talk_ms:
        return "short_talk"
    return None
