"""An emergency call: it goes out at once from the seat of an agent, whatever else keeps calls back.

It is an interaction without a leg that is offered to this one agent, ready or not: their device is
there first, then the number is dialled, as for a callback. Another offer to them is taken back,
work after a talk is cut short. Nobody else is offered it, and it is never tried again by itself.
Who is in a talk brings the number into that.
"""

from __future__ import annotations

from trunkline.core.acd import losing, offering
from trunkline.core.agent import Agent
from trunkline.core.call import outbound
from trunkline.core.call.commands import AnswerLeg
from trunkline.core.call.facts import EmergencyCalled
from trunkline.core.call.wishes import CallEmergency
from trunkline.core.facts import (
    Candidate,
    Explanation,
    InteractionQueued,
    InteractionStarted,
    OfferMade,
)
from trunkline.core.inputs import Presumption
from trunkline.core.interaction import Interaction
from trunkline.core.presence import machine as presence
from trunkline.core.turn import Refused, Turn
from trunkline.core.words import (
    AgentId,
    Channel,
    DeviceKind,
    InteractionId,
    LegId,
    Level,
    OfferId,
    QueueId,
)

RING_MS = 60_000
"""How long the agent's own phone may ring before the call goes out."""

RULE = "emergency"
"""The rule that the offer names: it is for who asked for it."""


def call(turn: Turn, given: CallEmergency) -> None:
    """Dial an emergency number for an agent; `leg` is their desk phone, which dialled it."""
    agent = presence.known(turn, given.agent)
    if agent.segment or agent.aside:
        raise Refused("agent_in_call", "Bring the emergency number into the call you are in.")
    queue = _queue_of(turn, agent)
    freed = _make_room(turn, agent)
    it = _begin(turn, given, agent, queue)
    _offer(turn, it, agent, queue, given.leg)
    if freed:
        offering.offer_to_someone(turn, freed)


def _queue_of(turn: Turn, agent: Agent) -> QueueId:
    """On whose behalf: the agent's first queue, or any there is."""
    serves = turn.state.serves.get(agent.id, ())
    queue = next(iter(sorted(serves) or turn.state.queues), None)
    if queue is None or not turn.state.flows:
        raise Refused("queue_unknown", "There is no queue to call for.")
    return queue


def _make_room(turn: Turn, agent: Agent) -> Interaction | None:
    """End what keeps the agent; who was being offered waits at the head for another."""
    turn.settling = True
    freed = None
    if agent.offer:
        offer = turn.state.offers[agent.offer]
        freed = turn.state.interactions[offer.interaction]
        losing.take_back(turn, offer)
    if agent.wrap_up:
        presence.run_out(turn, agent, agent.wrap_up)
    turn.settling = False
    return freed


def _begin(turn: Turn, given: CallEmergency, agent: Agent, queue: QueueId) -> Interaction:
    name = InteractionId(turn.new_id())
    turn.emit(
        InteractionStarted(
            name,
            Channel.VOICE,
            LegId(turn.new_id()),
            given.number,
            given.party,
            next(iter(turn.state.flows)),
            Presumption.NONE,
            None,
            Level.REGULAR,
            "en",
            0,
            turn.stamp.seed,
            survey_allowed=False,
            survey_reason="not_drawn",
            emergency=True,
        )
    )
    turn.emit(EmergencyCalled(name, agent.id, queue))
    stay = InteractionQueued(
        name,
        queue,
        0,
        turn.now,
        returned=False,
        announce_at=None,
        personal=agent.id,
        personal_until=turn.now + RING_MS,
        callback=True,
    )
    turn.emit(stay)
    return turn.state.interactions[name]


def _offer(
    turn: Turn, it: Interaction, agent: Agent, queue: QueueId, dialled: LegId | None
) -> None:
    """Theirs alone; a browser is put through by itself, a phone that dialled is there."""
    phone = agent.device is DeviceKind.SIP
    leg = dialled or (LegId(turn.new_id()) if phone else None)
    offer = OfferId(turn.new_id())
    until = turn.now + RING_MS
    turn.emit(OfferMade(offer, it.id, agent.id, queue, until, None, leg, _why(turn, agent.id)))
    if dialled:
        turn.do(AnswerLeg(dialled))
        outbound.dial(turn, it, turn.state.offers[offer], dialled)
    elif leg:
        offering.dial(turn, it, agent.id, leg, RING_MS)
    else:
        offering.take(turn, turn.state.offers[offer])


def _why(turn: Turn, agent: AgentId) -> Explanation:
    chosen = Candidate(agent, 0, 0, chosen=True, why=RULE)
    return Explanation(turn.state.policy.version, RULE, 0, 1, 1, (chosen,))
