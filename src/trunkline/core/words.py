"""The glossary as types: ids, enums and small values that every machine of the core shares."""

from __future__ import annotations

from enum import StrEnum
from typing import NewType

TenantId = NewType("TenantId", str)
InteractionId = NewType("InteractionId", str)
AgentId = NewType("AgentId", str)
QueueId = NewType("QueueId", str)
OfferId = NewType("OfferId", str)
LegId = NewType("LegId", str)
BridgeId = NewType("BridgeId", str)
RecordingId = NewType("RecordingId", str)
FlowId = NewType("FlowId", str)
CallbackId = NewType("CallbackId", str)
PartyId = NewType("PartyId", str)
Token = NewType("Token", str)
"""An opaque name of a personal value that stands, encrypted, outside journal and logs."""


class Channel(StrEnum):
    """The medium an interaction came by; all but voice are written: without a leg."""

    VOICE = "voice"
    CHAT = "chat"
    EMAIL = "email"
    TASK = "task"
    """Work that came by none of them: of a ticket, or of another system."""


class Presumption(StrEnum):
    """How sure we are who is there: a number is not a person."""

    WITHHELD = "withheld"
    NONE = "none"
    SEVERAL = "several"
    PRESUMED = "presumed"
    VERIFIED = "verified"


class Level(StrEnum):
    """A customer's level, from lowest to highest."""

    REGULAR = "regular"
    SILVER = "silver"
    GOLD = "gold"
    PLATINUM = "platinum"
    DIAMOND = "diamond"


LEVEL_PRIORITY: dict[Level, int] = {level: rank * 10 for rank, level in enumerate(Level)}
"""Priority that a level brings to the queue: 0 (regular) to 40 (diamond)."""


class Wish(StrEnum):
    """What the agent asked to be; the displayed state is derived from it and the open work."""

    READY = "ready"
    NOT_READY = "not_ready"
    OFFLINE = "offline"


class AgentState(StrEnum):
    """What an agent is shown as (glossary)."""

    OFFLINE = "offline"
    READY = "ready"
    OFFERED = "offered"
    HANDLING = "handling"
    WRAP_UP = "wrap_up"
    NOT_READY = "not_ready"


class WorkStage(StrEnum):
    """How far an agent is with a written interaction."""

    OFFERED = "offered"
    HANDLED = "handled"
    WRAP_UP = "wrap_up"


class DeviceKind(StrEnum):
    """How an agent is reached: the page's own softphone, or a SIP desk phone."""

    BROWSER = "browser"
    SIP = "sip"


class Place(StrEnum):
    """The one place the customer's side of an interaction is in."""

    FLOW = "flow"
    QUEUED = "queued"
    CALLING = "calling"
    TALKING = "talking"
    HANDLED = "handled"
    """With an agent who handles it beside others: a written one."""

    OUTSIDE = "outside"
    """Given to an outside number: no agent of ours is there any more."""

    PARKED = "parked"
    """In a numbered slot, with music, until somebody retrieves it or its time is over."""

    VOICEMAIL = "voicemail"
    """At the box of a queue or an agent, where what is said is recorded."""

    SURVEY = "survey"
    ENDED = "ended"


class EndedBy(StrEnum):
    """Who or what ended the customer's side."""

    CUSTOMER = "customer"
    AGENT = "agent"
    FLOW = "flow"
    ABANDONED = "abandoned"
    FAILURE = "lost_by_failure"
    CALLBACK = "callback"
    NOT_REACHED = "not_reached"
    WITHDRAWN = "withdrawn"
    PASSED_ON = "passed_on"
    SUPERVISOR = "supervisor"
    VOICEMAIL = "voicemail"


class PartyRole(StrEnum):
    """What somebody is in a talk for: asked aside, to take it over, to join it; or to attend it.

    A supervisor attends: hears it, is heard by the agent alone, or by all.
    """

    CONSULT = "consult"
    TRANSFER = "transfer"
    CONFERENCE = "conference"
    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"


ATTENDING = frozenset({PartyRole.LISTEN, PartyRole.WHISPER, PartyRole.BARGE})
"""Roles of a supervisor."""


class OfferOutcome(StrEnum):
    """How an offer ended; `pending` while it is open."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TIMED_OUT = "timed_out"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"
    SKIPPED = "skipped"
    """An entry of a list that the agent would not call: no fault of theirs."""


class OfferFault(StrEnum):
    """Why an offer came to nothing; only the first two count against its agent."""

    NO_ANSWER = "no_answer"
    DECLINED = "declined"
    DEVICE_BUSY = "device_busy"
    DEVICE_UNREACHABLE = "device_unreachable"
    NETWORK_LOST = "network_lost"


class Cause(StrEnum):
    """Why a leg ended or was refused."""

    NORMAL = "normal"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    DECLINED = "declined"
    UNREACHABLE = "device_unreachable"
    NETWORK_LOST = "network_lost"
    UNKNOWN_NUMBER = "unknown_number"
    OVERLOAD = "overload"
    FAILED = "failed"
    NOT_ALLOWED = "not_allowed"
    """A rule about outward calls kept it from being dialled."""
    MACHINE = "machine"
    """A machine answered, where machines are told from people."""


class WrapUpMode(StrEnum):
    """How long the work after the talk may last: not at all, a fixed time, until it is done."""

    NONE = "none"
    FIXED = "fixed"
    UNTIL_DONE = "until_done"


class RecordingRule(StrEnum):
    """Whether talks are recorded: always, of who is asked first, when the agent wants it, never."""

    ALWAYS = "always"
    CONSENT = "consent"
    ON_DEMAND = "on_demand"
    OFF = "off"


class ConsentPolicy(StrEnum):
    """What the country of a party asks for before a recording, from the mildest on.

    That it is said; that one may decline; that one agrees.
    """

    ANNOUNCE = "announce"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"


class ConsentAnswer(StrEnum):
    """What a party wants of being recorded; who was `told` did not object."""

    TOLD = "told"
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


REFUSED = frozenset({ConsentAnswer.DECLINED, ConsentAnswer.WITHDRAWN})
"""Answers after which nothing is recorded."""


class RecordingStanding(StrEnum):
    """Whether a talk is recorded now, and why not; derived, like an agent's state."""

    RECORDED = "recorded"
    PAUSED = "paused"
    ON_DEMAND = "on_demand"
    """Not until the agent wants it."""

    UNASKED = "unasked"
    """Somebody who has to be asked has not answered yet."""

    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    OFF = "off"


class PauseReason(StrEnum):
    """Why nothing is recorded for a while: the agent's key, or a payment step."""

    AGENT = "agent"
    PAYMENT = "payment"


class Bar(StrEnum):
    """Why a number is not called back."""

    WITHHELD = "withheld"
    FOREIGN = "foreign"
    PREMIUM = "premium"
    INVALID = "invalid"


class CallbackOrigin(StrEnum):
    """Why somebody is to be called."""

    PLACE_KEPT = "place_kept"
    AFTER_LOSS = "after_loss"
    AFTER_ABANDON = "after_abandon"
    ASKED_FOR = "asked_for"
    APPOINTMENT = "appointment"
    PROMISE = "promise"
    LISTED = "listed"
    """They stand on a dialling list of ours."""

    MANUAL = "manual"
    """An agent calls of their own accord: nobody asked for it."""


class TryOutcome(StrEnum):
    """How one try to reach a customer came to nothing; a failing agent is none of these."""

    BUSY = "busy"
    NO_ANSWER = "no_answer"
    MACHINE = "machine"
    GIVEN_UP = "given_up"
    FAILED = "failed"
    REFUSED = "refused"
    """A rule about outward calls kept it from being dialled."""


class CallbackOutcome(StrEnum):
    """How a callback ended."""

    REACHED = "reached"
    EXHAUSTED = "exhausted"
    CALLED_AGAIN = "called_again"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    """The agent looked at an entry of a list and did not call it."""

    TRIED = "tried"
    """An entry of a list was not reached; the list says whether and when it is tried again."""
