"""Who is signed in, as the API tells it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, cast

from trunkline.core.picture import PartyView, WorkView
from trunkline.core.words import (
    AgentState,
    Channel,
    ConsentAnswer,
    ConsentPolicy,
    DeviceKind,
    PartyRole,
    PauseReason,
    RecordingStanding,
    Wish,
    WrapUpMode,
)
from trunkline.features.desk.schemas import CustomerNamed, Named, Reason
from trunkline.features.tenancy import ApiModel, Instant, Word, instant, instant_or_none
from trunkline.ports.edge import Signalling

NOBODY: Final[Mapping[str, str]] = MappingProxyType({})
Kind = Literal["offer", "segment", "handled", "wrap_up", "aside"]


class WrapUpOut(ApiModel):
    """The work after the talk; without `ends_at` it lasts until it is done."""

    mode: Word[WrapUpMode]
    ends_at: Instant | None
    extended: int
    overrun: bool
    disposition: str | None
    disposition_required: bool


class ConsentOut(ApiModel):
    """What is asked of somebody before a recording, and the answer; null before there is one."""

    policy: Word[ConsentPolicy]
    answer: Word[ConsentAnswer] | None


class PartyOut(ApiModel):
    """Somebody whom the agent brought in; without `agent` an outside number.

    `swapped`: they hear music while the agent talks to the customer. `recording_consent` is what an
    outside number's country asks for before a recording, and what they answered.
    """

    id: str
    role: Word[PartyRole]
    agent: Named | None
    joined: bool
    swapped: bool
    since: Instant
    recording_consent: ConsentOut | None


class AsideOut(ApiModel):
    """A part in the talk of a colleague (`by`); it rings until then, if it still does."""

    role: Word[PartyRole]
    by: Named
    ringing_until: Instant | None


class RecordedOut(ApiModel):
    """Whether the talk is recorded now, and if not, why.

    `paused_since` and `pause` tell of a pause, `consent` of the customer: null before the first.
    """

    standing: Word[RecordingStanding]
    pause: Word[PauseReason] | None
    paused_since: Instant | None
    consent: ConsentOut


class WorkOut(ApiModel):
    """The agent's open work. `calling`: the customer of a callback is being rung.

    `retrieving`: my own device is rung into a call that was parked.
    `parties` are those whom the agent brought in; an `aside` is a part in another's talk.
    `internal`: an agent calls another, and no customer is in it.
    """

    kind: Kind
    channel: Word[Channel]
    interaction_id: str
    offer_id: str | None
    since: Instant
    accepted: bool
    attached: bool
    held: bool
    muted: bool
    queue_id: str
    disposition: str | None
    wrap_up: WrapUpOut | None
    calling: bool
    retrieving: bool
    callback: bool
    internal: bool
    recorded: bool
    recording_paused: bool
    recording: RecordedOut | None
    parties: list[PartyOut]
    aside: AsideOut | None

    @classmethod
    def of(
        cls, work: WorkView, *, disposition_required: bool, names: Mapping[str, str] = NOBODY
    ) -> WorkOut:
        """From the cell's view; whether the queue wants an outcome is the queue's rule."""
        wrap_up = None
        if work.mode is not None:
            wrap_up = WrapUpOut(
                mode=work.mode,
                ends_at=instant_or_none(work.ends_at),
                extended=work.extended,
                overrun=work.overrun,
                disposition=work.disposition,
                disposition_required=disposition_required,
            )
        return cls(
            kind=cast(Kind, work.kind),
            channel=work.channel,
            interaction_id=work.interaction,
            offer_id=work.offer,
            since=instant(work.since),
            accepted=work.accepted,
            attached=work.attached,
            held=work.held,
            muted=work.muted,
            queue_id=work.queue,
            disposition=work.disposition,
            wrap_up=wrap_up,
            calling=work.calling,
            retrieving=work.retrieving,
            callback=work.callback,
            internal=work.internal,
            recorded=work.recorded,
            recording_paused=work.paused,
            recording=_recorded(work),
            parties=[_party(party, names) for party in work.parties],
            aside=_aside(work, names),
        )


def _recorded(work: WorkView) -> RecordedOut | None:
    if work.standing is None:
        return None
    return RecordedOut(
        standing=work.standing,
        pause=work.pause,
        paused_since=instant_or_none(work.paused_at),
        consent=_consent(work.consent_policy, work.consent),
    )


def _consent(policy: ConsentPolicy | None, answer: ConsentAnswer | None) -> ConsentOut:
    """Whose country is not known is asked as the strictest wants it."""
    return ConsentOut(policy=policy or ConsentPolicy.OPT_IN, answer=answer)


def _party(party: PartyView, names: Mapping[str, str]) -> PartyOut:
    return PartyOut(
        id=party.id,
        role=party.role,
        agent=_named(party.agent, names),
        joined=party.joined,
        swapped=party.swapped,
        since=instant(party.since),
        recording_consent=None if party.agent else _consent(party.consent_policy, party.consent),
    )


def _aside(work: WorkView, names: Mapping[str, str]) -> AsideOut | None:
    by = _named(work.by, names)
    if work.role is None or by is None:
        return None
    return AsideOut(role=work.role, by=by, ringing_until=instant_or_none(work.expires_at))


def _named(agent: str | None, names: Mapping[str, str]) -> Named | None:
    return Named(id=agent, name=names.get(agent)) if agent else None


class PendingOut(ApiModel):
    """A state that applies when the work ends."""

    state: Word[Wish]
    reason: str | None


class AgentRef(ApiModel):
    """The agent that a user is."""

    agent_id: str
    extension: str | None


class DeviceOut(ApiModel):
    """How the agent is reached; `reachable` is null while telephony cannot tell.

    `account` is null for who is no agent.
    """

    kind: Word[DeviceKind]
    account: str | None
    reachable: bool | None


class MeOut(ApiModel):
    """Who is signed in. Without `agent` he takes no calls.

    `work` is the call, or what is open after it; `works` are chats, mails and tasks beside it.
    """

    user_id: str
    username: str
    display_name: str
    roles: list[str]
    permissions: list[str]
    tenant: Named
    team: Named | None
    language: str
    agent: AgentRef | None
    state: Word[AgentState]
    state_reason: str | None
    state_since: Instant
    state_pending: PendingOut | None
    device: DeviceOut
    work: WorkOut | None
    works: list[WorkOut]
    queues: list[Named]
    emergency_numbers: list[str]
    csrf: str | None


class StateChosen(ApiModel):
    """What an agent wants to be; while work is open it is pending."""

    state: Word[Wish]
    reason: Reason | None = None


class DeviceChosen(ApiModel):
    """How an agent wants to be reached."""

    kind: Word[DeviceKind]


class SoftphoneOut(ApiModel):
    """What the page's softphone registers with; short-lived, and replaced at each call."""

    account: str
    secret: str
    signalling: Word[Signalling]
    realm: str
    ws_path: str
    expires_at: Instant


class UnfinishedOut(ApiModel):
    """An interaction whose outcome this agent still owes; `queue_id` is the queue that wants it."""

    interaction_id: str
    reason: Literal["disposition_not_set"]
    since: Instant
    queue_id: str
    customer: CustomerNamed | None
    phone_masked: str | None


class UnfinishedList(ApiModel):
    """What is still owed, oldest first."""

    items: list[UnfinishedOut]
