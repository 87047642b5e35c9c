"""After a restart of either side: compare what we believe with what the edge holds, and mend it.

The state says what should be; the inventory says what is. Legs that are gone end as if the edge
had told us; legs that nobody owns are hung up; what waited for a step that was lost with the old
program is asked again; who talks goes on talking. Nothing is rung twice.
"""

from __future__ import annotations

from trunkline.core.call import endings, legs
from trunkline.core.call.commands import Bridge, HangUp, Record, StartMusic
from trunkline.core.call.events import LegAnswered, LegEnded
from trunkline.core.facts import DeskChanged, RecordingStarted, RecordingStopped
from trunkline.core.flow import engine as flow
from trunkline.core.inputs import LegFound, Reconcile
from trunkline.core.state import Interaction, Talk
from trunkline.core.turn import Turn
from trunkline.core.words import Cause, EndedBy, InteractionId, LegId, Place, RecordingId


def reconcile(turn: Turn, given: Reconcile) -> None:
    """Make the state and the edge agree."""
    found = {leg.leg: leg for leg in given.legs}
    _desks(turn, given)
    for leg in [leg for leg in turn.state.legs if leg not in found]:
        if leg in turn.state.legs:
            legs.ended(turn, LegEnded(leg, Cause.NETWORK_LOST))
    for leg, there in found.items():
        _adopt_leg(turn, leg, there)
    for it in list(turn.state.interactions.values()):
        if it.place is not Place.ENDED:
            _resume_customer(turn, it, found, given)


def _desks(turn: Turn, given: Reconcile) -> None:
    """Desks that were connected to the old program have the grace time to come back."""
    until = turn.now + turn.state.policy.grace_ms
    for agent in list(turn.state.agents.values()):
        if agent.connected and agent.id not in given.desks:
            turn.emit(DeskChanged(agent.id, connected=False, until=until))


def _adopt_leg(turn: Turn, leg: LegId, there: LegFound) -> None:
    role, name = turn.state.legs.get(leg, ("", ""))
    if not role:
        turn.do(HangUp(leg))
    elif there.answered and (role == "offer" or _is_dialling(turn, leg, name)):
        legs.answered(turn, LegAnswered(leg))


def _is_dialling(turn: Turn, leg: LegId, name: str) -> bool:
    it = turn.state.interactions.get(InteractionId(name))
    return bool(it and it.talk and it.talk.dialling == leg)


def _resume_customer(
    turn: Turn, it: Interaction, found: dict[LegId, LegFound], given: Reconcile
) -> None:
    if it.talk:
        _resume_talk(turn, it, it.talk, found, given)
    elif it.farewell:
        endings.finish(turn, it, it.farewell)
    elif it.place is Place.QUEUED and it.waiting:
        rules = turn.state.queues.get(it.waiting.queue)
        turn.do(StartMusic(it.leg, rules.music if rules else "default"))
    elif it.place is Place.SURVEY:
        endings.ask_survey(turn, it, it.attempt)
    elif it.node is not None:
        flow.enter(turn, it, it.node, it.attempt)
    else:
        endings.finish(turn, it, EndedBy.FAILURE, Cause.FAILED)


def _resume_talk(
    turn: Turn, it: Interaction, talk: Talk, found: dict[LegId, LegFound], given: Reconcile
) -> None:
    """Both legs are there: join them if the bridge was not made, record if nobody records."""
    if talk.leg is None:
        return
    sides = (talk.leg,) if talk.held else (it.leg, talk.leg)
    if any(found[leg].bridge != talk.bridge for leg in sides if leg in found):
        turn.do(Bridge(talk.bridge, sides))
    if it.recording and it.recording not in given.recordings:
        turn.emit(RecordingStopped(it.recording, it.id))
        recording = RecordingId(turn.new_id())
        queue = talk.queue
        turn.emit(RecordingStarted(recording, it.id, it.leg, talk.agent, queue))
        turn.do(Record(recording, it.leg))
