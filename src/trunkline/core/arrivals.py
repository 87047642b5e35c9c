"""How an interaction begins: the number dialled names the flow, the seed draws the survey."""

from __future__ import annotations

from trunkline.core.acd import callback
from trunkline.core.call.commands import AnswerLeg, RejectLeg
from trunkline.core.config import NumberEntry
from trunkline.core.facts import InteractionStarted
from trunkline.core.flow import engine as flow
from trunkline.core.inputs import ArriveInteraction
from trunkline.core.turn import Turn
from trunkline.core.words import LEVEL_PRIORITY, Cause, Channel, FlowId, InteractionId


def arrive(turn: Turn, given: ArriveInteraction) -> None:
    """Begin an interaction; a number that nobody owns is refused with 404."""
    if given.leg in turn.state.legs:
        return
    entry = turn.state.numbers.get(given.number)
    flow_id = _flow_of(turn, entry) if entry else None
    if entry is None or flow_id not in turn.state.flows:
        turn.do(RejectLeg(given.leg, Cause.UNKNOWN_NUMBER))
        return
    known = given.presumption in flow.KNOWN
    name = InteractionId(turn.new_id())
    reason = _survey_barred(turn, given)
    turn.emit(
        InteractionStarted(
            name,
            Channel.VOICE,
            given.leg,
            given.number,
            given.party,
            flow_id,
            given.presumption,
            given.customer if known else None,
            given.level,
            given.language if known and given.language else entry.language,
            entry.priority + (LEVEL_PRIORITY[given.level] if known else 0),
            turn.stamp.seed,
            survey_allowed=reason is None,
            survey_reason=reason,
            affinity=given.affinity,
            tags=(*entry.tags, *given.tags),
            caller=given.caller,
            bar=given.bar,
            consent=given.consent,
        )
    )
    turn.do(AnswerLeg(given.leg))
    it = turn.state.interactions[name]
    callback.on_call(turn, it)
    flow.begin(turn, it)


def _flow_of(turn: Turn, entry: NumberEntry) -> FlowId:
    is_open = entry.open_hours is None or any(a <= turn.now < b for a, b in entry.open_hours)
    return entry.flow if is_open or entry.closed_flow is None else entry.closed_flow


def _survey_barred(turn: Turn, given: ArriveInteraction) -> str | None:
    if given.survey_opted_out:
        return "opted_out"
    if given.survey_quiet and turn.state.policy.survey.respect_quiet_time:
        return "surveyed_recently"
    return None
