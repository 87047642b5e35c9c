"""Tells the outside what happened to interactions and agents: facts become domain events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trunkline.core import callback_facts as cb
from trunkline.core import facts as f
from trunkline.core.call import facts as pf
from trunkline.core.call import parking_facts as pk
from trunkline.core.call import voicemail_facts as vm
from trunkline.ports.events import Audience, DomainEvent

if TYPE_CHECKING:
    from collections.abc import Callable

    from trunkline.ports.database import Tx
    from trunkline.ports.events import Outbox

Told = tuple[str, dict[str, Any]]


class InteractionEvents:
    """A projection without tables: writes events to the outbox in their cause's transaction."""

    name = "interaction_events"
    version = 1
    takes: frozenset[type[Any]] = frozenset()

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def project(self, tx: Tx, tenant_id: str, at_ms: int, fact: Any) -> None:
        """Tell of one fact, if it is told."""
        tell = _TELL.get(type(fact))
        if tell is None:
            return
        kind, payload = tell(fact)
        subject = str(next(v for n in _SUBJECTS if (v := getattr(fact, n, None))))
        audience = Audience(
            permission=_permission(fact),
            user_id=getattr(fact, "colleague", None) or getattr(fact, "agent", None),
            queue_id=getattr(fact, "queue", None),
        )
        event = DomainEvent(tenant_id, f"trunkline.{kind}.v1", subject, at_ms, payload, audience)
        self._outbox.emit(tx, event)

    def reset(self, tx: Tx, tenant_id: str) -> None:
        """Events that were told stay told."""


def _permission(fact: Any) -> str:
    """Who hears of it; of a supervisor who attends unseen only those who might themselves."""
    if isinstance(fact, _LIVE):
        return "live.read"
    if isinstance(fact, vm.VoicemailLeft):
        return "voicemails.read"
    return "interactions.read" if getattr(fact, "shown", True) else "calls.listen"


def _some(kind: str, *names: str, **renamed: str) -> Callable[[Any], Told]:
    """An event with these fields of the fact, ids under `<name>_id`."""
    columns = {_KEYS.get(name, name): name for name in names} | renamed

    def tell(fact: Any) -> Told:
        return kind, {key: _plain(getattr(fact, name)) for key, name in columns.items()}

    return tell


def _plain(value: Any) -> Any:
    return getattr(value, "value", value)


def _offer_made(fact: f.OfferMade) -> Told:
    mode = "manual" if fact.accept_at is None else "automatic"
    payload = {
        "offer_id": fact.offer,
        "interaction_id": fact.interaction,
        "agent_id": fact.agent,
        "queue_id": fact.queue,
        "expires_at": fact.expires_at,
        "accept": {"mode": mode, "at": fact.accept_at},
    }
    return "offer.made", payload


def _offer_accepted(fact: f.InteractionAnswered) -> Told:
    payload = {
        "interaction_id": fact.interaction,
        "agent_id": fact.agent,
        "queue_id": fact.queue,
        "offer_id": fact.offer,
        "wait_ms": fact.wait_ms,
    }
    return "interaction.answered", payload


_LIVE = (f.AgentShown, pk.CallParked, pk.CallRetrieved, pk.ParkingEnded)
"""Told to whoever looks on: colleagues may fetch what is parked."""

_SUBJECTS = ("callback", "interaction", "agent")
_KEYS = {
    "interaction": "interaction_id",
    "agent": "agent_id",
    "queue": "queue_id",
    "offer": "offer_id",
    "callback": "callback_id",
    "customer": "customer_id",
    "to_queue": "to_queue_id",
    "recording": "recording_id",
    "party": "party_id",
    "colleague": "colleague_id",
}

_TELL: dict[type[Any], Callable[[Any], Told]] = {
    f.InteractionStarted: _some(
        "interaction.started",
        "interaction",
        "channel",
        "number",
        "customer",
        "level",
        "presumption",
    ),
    f.InteractionQueued: _some("interaction.queued", "interaction", "queue", "returned"),
    f.OfferMade: _offer_made,
    f.OfferEnded: _some("offer.ended", "offer", "interaction", "agent", "outcome", cause="fault"),
    f.InteractionUnanswered: _some("interaction.unanswered", "interaction", "queue", "unanswered"),
    f.InteractionAnswered: _offer_accepted,
    cb.CustomerDialled: _some("interaction.dialled", "interaction", "agent", "queue", "until"),
    cb.CustomerReached: _some("interaction.reached", "interaction", "agent", "queue", "wait_ms"),
    cb.CallbackOpened: _some(
        "callback.opened", "callback", "origin", "queue", "customer", "due_at", "interaction"
    ),
    cb.CallbackTried: _some(
        "callback.tried", "callback", "interaction", "agent", "outcome", "tries", "due_at"
    ),
    cb.CallbackPostponed: _some("callback.postponed", "callback", "due_at"),
    cb.CallbackSuspended: _some("callback.suspended", "callback", interaction_id="by"),
    cb.CallbackRestored: _some("callback.restored", "callback", "due_at"),
    cb.CallbackEnded: _some("callback.ended", "callback", "outcome", "interaction"),
    f.PartiesJoined: _some("interaction.joined", "interaction"),
    f.InteractionHeld: _some("interaction.held", "interaction", "agent"),
    f.InteractionResumed: _some("interaction.resumed", "interaction", "agent"),
    f.AgentMuted: _some("interaction.muted", "interaction", "agent", "muted"),
    f.AgentLegLost: _some("interaction.detached", "interaction", "agent", "until"),
    f.AgentLegBack: _some("interaction.reattached", "interaction", "agent"),
    f.TalkEnded: _some(
        "interaction.talk_ended", "interaction", "agent", "queue", "to_queue", "talk_ms", "by"
    ),
    pf.ColleagueCalled: _some(
        "interaction.colleague_called", "interaction", "agent", "colleague", "until"
    ),
    pf.LedToBox: _some("interaction.led_to_box", "interaction", "agent"),
    pf.InternalCallEnded: _some("interaction.internal_ended", "interaction", "agent", "talk_ms"),
    pf.PartyInvited: _some(
        "interaction.party_invited",
        "interaction",
        "party",
        "role",
        "colleague",
        "until",
        by_agent_id="agent",
    ),
    pf.PartyDialled: _some("interaction.party_dialled", "interaction", "party", "colleague"),
    pf.PartyJoined: _some(
        "interaction.party_joined",
        "interaction",
        "party",
        "role",
        "colleague",
        by_agent_id="agent",
    ),
    pf.PartyEnded: _some(
        "interaction.party_ended",
        "interaction",
        "party",
        "role",
        "colleague",
        "cause",
        "joined",
        by_agent_id="agent",
    ),
    pf.AttendanceChanged: _some(
        "interaction.attendance_changed",
        "interaction",
        "party",
        "role",
        "colleague",
        by_agent_id="agent",
    ),
    pf.RecordingPaused: _some("interaction.recording_paused", "interaction", "agent", "reason"),
    pf.RecordingReminded: _some("interaction.recording_reminded", "interaction", "agent"),
    pf.RecordingResumed: _some("interaction.recording_resumed", "interaction", "agent", "reason"),
    pf.ConsentAnswered: _some(
        "interaction.recording_consent", "interaction", "answer", "policy", "party", by_user_id="by"
    ),
    pf.ConsultSwapped: _some("interaction.swapped", "interaction", "agent", "party", "swapped"),
    pf.ConsultMerged: _some("interaction.merged", "interaction", "party", by_agent_id="agent"),
    pf.TalkPassed: _some("interaction.passed", "interaction", "agent", "queue", by_agent_id="by"),
    pf.WentOutside: _some("interaction.went_outside", "interaction", "agent", "queue"),
    vm.VoicemailEntered: _some("interaction.at_voicemail", "interaction", "agent", "queue"),
    vm.VoicemailLeft: _some(
        "voicemail.left", "interaction", "recording", "agent", "queue", "length_ms"
    ),
    pk.CallParked: _some("interaction.parked", "interaction", "slot", "agent", "queue", "until"),
    pk.RetrievalBegan: _some(
        "interaction.retrieval_began", "interaction", "slot", "agent", "queue", "until"
    ),
    pk.RetrievalFailed: _some(
        "interaction.retrieval_failed", "interaction", "agent", "queue", "cause"
    ),
    pk.CallRetrieved: _some(
        "interaction.retrieved",
        "interaction",
        "slot",
        "agent",
        "queue",
        "parked_ms",
        by_agent_id="by",
    ),
    pk.ParkingEnded: _some(
        "interaction.parking_ended",
        "interaction",
        "slot",
        "agent",
        "queue",
        "parked_ms",
        to_agent_id="to",
    ),
    f.CustomerLinked: _some("interaction.linked", "interaction", "customer", "agent"),
    f.CustomerVerified: _some("interaction.verified", "interaction", "by", "agent"),
    f.WrapUpStarted: _some("wrap_up.started", "interaction", "agent", "queue", "mode", "ends_at"),
    f.WrapUpExtended: _some(
        "wrap_up.extended", "interaction", "agent", "ends_at", "extended", "overrun"
    ),
    f.WrapUpCompleted: _some(
        "interaction.wrapped_up", "interaction", "agent", "queue", "disposition", "unfinished"
    ),
    f.SurveyAnswered: _some("survey.answered", "interaction", "rating", "agent", "queue"),
    f.InteractionEnded: _some("interaction.ended", "interaction", "ended_by", "cause", "queue"),
    f.InteractionClosed: _some("interaction.closed", "interaction"),
    f.AgentShown: _some("agent.state_changed", "agent", "state", "reason", "pending"),
}
InteractionEvents.takes = frozenset(_TELL)
