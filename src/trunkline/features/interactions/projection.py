"""How the rows of an interaction follow from the core's facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trunkline.core import callback_facts as cb
from trunkline.core import facts as f
from trunkline.core.call import facts as pf
from trunkline.core.call import parking_facts as pk
from trunkline.core.call import voicemail_facts as vm
from trunkline.core.codec import encode
from trunkline.core.words import ATTENDING, Channel, OfferOutcome, PartyRole
from trunkline.features.interactions import store

if TYPE_CHECKING:
    from collections.abc import Callable

    from trunkline.ports.database import Tx


class InteractionRows:
    """The projection: interactions, segments, offers and path."""

    name = "interactions"
    version = 1
    takes: frozenset[type[Any]] = frozenset()

    def project(self, tx: Tx, tenant_id: str, at_ms: int, fact: Any) -> None:
        """Fold one fact."""
        fold = _FOLDS.get(type(fact))
        if fold:
            fold(tx, tenant_id, at_ms, fact)

    def reset(self, tx: Tx, tenant_id: str) -> None:
        """Forget the rows of a tenant."""
        store.forget(tx, tenant_id)


def _started(tx: Tx, tenant: str, at: int, fact: f.InteractionStarted) -> None:
    row = {
        "tenant_id": tenant,
        "id": fact.interaction,
        "channel": fact.channel.value,
        "number": fact.number,
        "party": fact.party,
        "customer_id": fact.customer,
        "level": fact.level.value,
        "presumption": fact.presumption.value,
        "state": store.FLOW,
        "started_at": at,
        "callback_id": fact.callback,
        "colleague_id": fact.internal,
    }
    store.add(tx, row)
    if fact.callback is None and fact.internal is None and fact.channel is Channel.VOICE:
        store.open_segment(tx, tenant, fact.interaction, at, "flow", ("flow", fact.flow))


def _flow_changed(tx: Tx, tenant: str, at: int, fact: f.FlowChanged) -> None:
    store.close_segments(tx, tenant, fact.interaction, at, "flow", "queue")
    store.change(tx, tenant, fact.interaction, state=store.FLOW)
    store.open_segment(tx, tenant, fact.interaction, at, "flow", ("flow", fact.flow))


def _node(tx: Tx, tenant: str, at: int, fact: f.NodeEntered) -> None:
    if fact.attempt == 1 and fact.kind != "check":
        store.add_step(tx, tenant, fact.interaction, at, fact.node, fact.kind, None)


def _key(tx: Tx, tenant: str, at: int, fact: f.KeyPressed) -> None:
    store.add_step(tx, tenant, fact.interaction, at, fact.node, "key", fact.key)


def _linked(tx: Tx, tenant: str, at: int, fact: f.CustomerLinked) -> None:
    """Another customer is not verified any more; the same one stays what they were."""
    fields: dict[str, Any] = {"customer_id": fact.customer, "level": fact.level.value}
    row = store.get(tx, tenant, fact.interaction)
    if row is None or row.customer_id != fact.customer:
        fields |= {
            "presumption": "presumed" if fact.customer else "none",
            "verified_by": None,
            "verified_how": None,
            "verified_agent": None,
            "verified_at": None,
        }
    store.change(tx, tenant, fact.interaction, **fields)


def _verified(tx: Tx, tenant: str, at: int, fact: f.CustomerVerified) -> None:
    store.change(
        tx,
        tenant,
        fact.interaction,
        presumption="verified",
        verified_by=fact.by,
        verified_how=fact.how,
        verified_agent=fact.agent,
        verified_at=at,
    )


def _queued(tx: Tx, tenant: str, at: int, fact: f.InteractionQueued) -> None:
    if fact.again:
        return  # an offer came to nothing: the stay in the queue goes on
    store.close_segments(tx, tenant, fact.interaction, at, "flow", "queue")
    store.change(tx, tenant, fact.interaction, state=store.QUEUED, queue_id=fact.queue)
    who = ("queue", str(fact.queue))
    detail = "returned" if fact.returned else None
    store.open_segment(tx, tenant, fact.interaction, at, "queue", who, detail)


def _offer_made(tx: Tx, tenant: str, at: int, fact: f.OfferMade) -> None:
    row = {
        "tenant_id": tenant,
        "id": fact.offer,
        "interaction_id": fact.interaction,
        "queue_id": fact.queue,
        "agent_id": fact.agent,
        "outcome": OfferOutcome.PENDING.value,
        "made_at": at,
        "expires_at": fact.expires_at,
        "accept_at": fact.accept_at,
        "explanation": encode(fact.explanation),
    }
    store.add_offer(tx, row)


def _offer_ended(tx: Tx, tenant: str, at: int, fact: f.OfferEnded) -> None:
    cause = fact.fault.value if fact.fault else None
    store.change_offer(
        tx, tenant, fact.offer, outcome=fact.outcome.value, cause=cause, reason=fact.reason,
        ended_at=at,
    )  # fmt: skip


def _answered(tx: Tx, tenant: str, at: int, fact: f.InteractionAnswered) -> None:
    store.change_offer(tx, tenant, fact.offer, outcome=OfferOutcome.ACCEPTED.value, ended_at=at)
    store.close_segments(tx, tenant, fact.interaction, at, "queue")
    spoken = bool(fact.leg)
    store.change(
        tx,
        tenant,
        fact.interaction,
        state=store.TALKING if spoken else store.HANDLED,
        agent_id=fact.agent,
        queue_id=fact.queue,
        answered_at=at,
        wait_ms=fact.wait_ms,
    )
    kind = "talk" if spoken else "handled"
    store.open_segment(tx, tenant, fact.interaction, at, kind, ("agent", str(fact.agent)))


def _dialled(tx: Tx, tenant: str, at: int, fact: cb.CustomerDialled) -> None:
    store.change_offer(tx, tenant, fact.offer, outcome=OfferOutcome.ACCEPTED.value, ended_at=at)
    store.close_segments(tx, tenant, fact.interaction, at, "queue")
    store.change(
        tx, tenant, fact.interaction, state=store.CALLING, agent_id=fact.agent, queue_id=fact.queue
    )
    store.open_segment(tx, tenant, fact.interaction, at, "calling", ("agent", str(fact.agent)))


def _dial_ended(tx: Tx, tenant: str, at: int, fact: cb.DialEnded) -> None:
    store.describe_segment(
        tx, tenant, fact.interaction, "calling", str(fact.agent), fact.cause.value
    )
    store.close_segments(tx, tenant, fact.interaction, at, "calling")


def _reached(tx: Tx, tenant: str, at: int, fact: cb.CustomerReached) -> None:
    store.close_segments(tx, tenant, fact.interaction, at, "calling")
    store.change(
        tx, tenant, fact.interaction, state=store.TALKING, answered_at=at, wait_ms=fact.wait_ms
    )
    store.open_segment(tx, tenant, fact.interaction, at, "talk", ("agent", str(fact.agent)))


def _held(tx: Tx, tenant: str, at: int, fact: f.InteractionHeld) -> None:
    store.open_segment(tx, tenant, fact.interaction, at, "hold", ("agent", str(fact.agent)))


def _resumed(tx: Tx, tenant: str, at: int, fact: f.InteractionResumed) -> None:
    store.close_segments(tx, tenant, fact.interaction, at, "hold")


def _talk_ended(tx: Tx, tenant: str, at: int, fact: f.TalkEnded) -> None:
    store.close_segments(tx, tenant, fact.interaction, at, "talk", "hold", "handled")
    store.add_talk(tx, tenant, fact.interaction, fact.talk_ms)


def _consent(tx: Tx, tenant: str, at: int, fact: pf.ConsentAnswered) -> None:
    """The customer's answer; what an outside party said is told by the event."""
    if fact.party is None:
        store.change(tx, tenant, fact.interaction, recording_consent=fact.answer.value)


def _colleague_called(tx: Tx, tenant: str, at: int, fact: pf.ColleagueCalled) -> None:
    who = str(fact.agent)
    store.change(tx, tenant, fact.interaction, state=store.TALKING, agent_id=who)
    store.open_segment(tx, tenant, fact.interaction, at, "internal", ("agent", who))


def _led_to_box(tx: Tx, tenant: str, at: int, fact: pf.LedToBox) -> None:
    store.close_segments(tx, tenant, fact.interaction, at, "internal")


def _internal_ended(tx: Tx, tenant: str, at: int, fact: pf.InternalCallEnded) -> None:
    store.close_segments(tx, tenant, fact.interaction, at, "internal")
    store.change(tx, tenant, fact.interaction, talk_ms=fact.talk_ms)


def _invited(tx: Tx, tenant: str, at: int, fact: pf.PartyInvited) -> None:
    if fact.role not in ATTENDING:  # a supervisor rings themselves
        store.open_segment(tx, tenant, fact.interaction, at, "ring", _who(fact), fact.role.value)


def _joined(tx: Tx, tenant: str, at: int, fact: pf.PartyJoined) -> None:
    who = _who(fact)
    store.close_segments(tx, tenant, fact.interaction, at, "ring", who=who[1])
    if fact.role is not PartyRole.TRANSFER:  # that one passes on at once
        store.open_segment(tx, tenant, fact.interaction, at, fact.role.value, who)


def _party_ended(tx: Tx, tenant: str, at: int, fact: pf.PartyEnded) -> None:
    who = _who(fact)[1]
    if not fact.joined:
        store.describe_segment(tx, tenant, fact.interaction, "ring", who, fact.cause.value)
    store.close_segments(tx, tenant, fact.interaction, at, *_ASIDE, who=who)


def _attends_otherwise(tx: Tx, tenant: str, at: int, fact: pf.AttendanceChanged) -> None:
    who = ("agent", str(fact.colleague))
    store.close_segments(tx, tenant, fact.interaction, at, *_ASIDE, who=who[1])
    store.open_segment(tx, tenant, fact.interaction, at, fact.role.value, who)


def _merged(tx: Tx, tenant: str, at: int, fact: pf.ConsultMerged) -> None:
    who = _who(fact)
    store.close_segments(tx, tenant, fact.interaction, at, "consult", who=who[1])
    store.open_segment(tx, tenant, fact.interaction, at, "conference", who)


def _passed(tx: Tx, tenant: str, at: int, fact: pf.TalkPassed) -> None:
    who = str(fact.agent)
    store.close_segments(tx, tenant, fact.interaction, at, *_ASIDE, who=who)
    store.change(tx, tenant, fact.interaction, agent_id=who)
    store.open_segment(tx, tenant, fact.interaction, at, "talk", ("agent", who))


def _went_outside(tx: Tx, tenant: str, at: int, fact: pf.WentOutside) -> None:
    who = str(fact.party)
    store.close_segments(tx, tenant, fact.interaction, at, *_ASIDE, who=who)
    store.open_segment(tx, tenant, fact.interaction, at, "outside", ("outside", who))


def _parked(tx: Tx, tenant: str, at: int, fact: pk.CallParked) -> None:
    """The customer is nobody's work: the stretch is the queue's, and tells the slot."""
    store.change(tx, tenant, fact.interaction, state=store.PARKED)
    who = ("queue", str(fact.queue))
    store.open_segment(tx, tenant, fact.interaction, at, "parked", who, str(fact.slot))


def _retrieval_began(tx: Tx, tenant: str, at: int, fact: pk.RetrievalBegan) -> None:
    who = ("agent", str(fact.agent))
    store.open_segment(tx, tenant, fact.interaction, at, "ring", who, "retrieve")


def _retrieval_failed(tx: Tx, tenant: str, at: int, fact: pk.RetrievalFailed) -> None:
    who = str(fact.agent)
    store.describe_segment(tx, tenant, fact.interaction, "ring", who, fact.cause.value)
    store.close_segments(tx, tenant, fact.interaction, at, "ring", who=who)


def _retrieved(tx: Tx, tenant: str, at: int, fact: pk.CallRetrieved) -> None:
    who = str(fact.agent)
    store.close_segments(tx, tenant, fact.interaction, at, "parked", "ring")
    store.change(tx, tenant, fact.interaction, state=store.TALKING, agent_id=who)
    store.open_segment(tx, tenant, fact.interaction, at, "talk", ("agent", who))


def _parking_ended(tx: Tx, tenant: str, at: int, fact: pk.ParkingEnded) -> None:
    store.close_segments(tx, tenant, fact.interaction, at, "parked")


def _voicemail(tx: Tx, tenant: str, at: int, fact: vm.VoicemailEntered) -> None:
    store.close_segments(tx, tenant, fact.interaction, at, "flow", "queue", "voicemail")
    queue = fact.queue or None  # a colleague who called is in no queue
    store.change(tx, tenant, fact.interaction, state=store.VOICEMAIL, queue_id=queue)
    who = ("agent", str(fact.agent)) if fact.agent else ("queue", str(fact.queue))
    store.open_segment(tx, tenant, fact.interaction, at, "voicemail", who)


def _who(
    fact: pf.PartyInvited | pf.PartyJoined | pf.PartyEnded | pf.ConsultMerged,
) -> tuple[str, str]:
    """A colleague by their id; an outside number by the party's, for it is personal itself."""
    return ("agent", fact.colleague) if fact.colleague else ("outside", fact.party)


_ASIDE = ("ring", "consult", "conference", *sorted(ATTENDING))


def _wrap_up(tx: Tx, tenant: str, at: int, fact: f.WrapUpStarted) -> None:
    who = ("agent", str(fact.agent))
    store.open_segment(tx, tenant, fact.interaction, at, "wrap_up", who)


def _extended(tx: Tx, tenant: str, at: int, fact: f.WrapUpExtended) -> None:
    """How often the agent asked for more time, and whether it was overrun, stays told."""
    words = [f"extended {fact.extended}"] if fact.extended else []
    words += ["overrun"] if fact.overrun else []
    store.describe_segment(
        tx, tenant, fact.interaction, "wrap_up", str(fact.agent), ", ".join(words)
    )


def _disposition(tx: Tx, tenant: str, at: int, fact: f.DispositionSet | f.UnfinishedDone) -> None:
    store.change(tx, tenant, fact.interaction, disposition=fact.disposition)


def _wrapped_up(tx: Tx, tenant: str, at: int, fact: f.WrapUpCompleted) -> None:
    store.close_segments(tx, tenant, fact.interaction, at, "wrap_up", who=str(fact.agent))
    if fact.disposition is not None:
        store.change(tx, tenant, fact.interaction, disposition=fact.disposition)


def _survey(tx: Tx, tenant: str, at: int, fact: f.SurveyAsked) -> None:
    if fact.attempt == 1:
        store.change(tx, tenant, fact.interaction, state=store.FLOW)
        who = ("flow", "survey")
        store.open_segment(tx, tenant, fact.interaction, at, "survey", who)


def _ended(tx: Tx, tenant: str, at: int, fact: f.InteractionEnded) -> None:
    store.close_segments(
        tx, tenant, fact.interaction, at,
        "flow", "queue", "survey", "talk", "hold", "outside", "parked", "voicemail",
    )  # fmt: skip
    fields: dict[str, Any] = {
        "state": store.WRAP_UP,
        "ended_by": fact.ended_by.value,
        "ended_at": at,
    }
    if fact.waited_ms is not None:
        fields["wait_ms"] = fact.waited_ms
    store.change(tx, tenant, fact.interaction, **fields)


def _closed(tx: Tx, tenant: str, at: int, fact: f.InteractionClosed) -> None:
    store.change(tx, tenant, fact.interaction, state=store.ENDED, closed_at=at)


_FOLDS: dict[type[Any], Callable[[Tx, str, int, Any], None]] = {
    f.InteractionStarted: _started,
    f.FlowChanged: _flow_changed,
    f.NodeEntered: _node,
    f.KeyPressed: _key,
    f.CustomerLinked: _linked,
    f.CustomerVerified: _verified,
    f.InteractionQueued: _queued,
    f.OfferMade: _offer_made,
    f.OfferEnded: _offer_ended,
    f.InteractionAnswered: _answered,
    cb.CustomerDialled: _dialled,
    cb.DialEnded: _dial_ended,
    cb.CustomerReached: _reached,
    f.InteractionHeld: _held,
    f.InteractionResumed: _resumed,
    f.TalkEnded: _talk_ended,
    pf.ColleagueCalled: _colleague_called,
    pf.LedToBox: _led_to_box,
    pf.InternalCallEnded: _internal_ended,
    pf.PartyInvited: _invited,
    pf.PartyJoined: _joined,
    pf.PartyEnded: _party_ended,
    pf.AttendanceChanged: _attends_otherwise,
    pf.ConsultMerged: _merged,
    pf.TalkPassed: _passed,
    pf.WentOutside: _went_outside,
    vm.VoicemailEntered: _voicemail,
    pk.CallParked: _parked,
    pk.RetrievalBegan: _retrieval_began,
    pk.RetrievalFailed: _retrieval_failed,
    pk.CallRetrieved: _retrieved,
    pk.ParkingEnded: _parking_ended,
    pf.ConsentAnswered: _consent,
    f.WrapUpStarted: _wrap_up,
    f.WrapUpExtended: _extended,
    f.DispositionSet: _disposition,
    f.UnfinishedDone: _disposition,
    f.WrapUpCompleted: _wrapped_up,
    f.SurveyAsked: _survey,
    f.InteractionEnded: _ended,
    f.InteractionClosed: _closed,
}
InteractionRows.takes = frozenset(_FOLDS)
