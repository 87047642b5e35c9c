"""What an agent may wish about others in a talk: to ask them, hand over to them, bring them in."""

from __future__ import annotations

from trunkline.core.records import record
from trunkline.core.words import (
    AgentId,
    ConsentAnswer,
    ConsentPolicy,
    FlowId,
    InteractionId,
    LegId,
    PartyId,
    PartyRole,
    PauseReason,
    QueueId,
    Token,
)


@record(frozen=True, slots=True)
class InviteParty:
    """Bring somebody in; exactly one of colleague, queue (whoever is free there) and number.

    To consult, the customer hears music meanwhile. To transfer, the customer hears it ring and the
    agent is let go when it is answered; when it is not, the agent has the customer back, or with
    `voicemail` the customer may leave the colleague a message.
    """

    agent: AgentId
    interaction: InteractionId
    role: PartyRole
    colleague: AgentId | None = None
    queue: QueueId | None = None
    number: Token | None = None
    consent: ConsentPolicy | None = None
    """What the country of the number asks for before a recording."""

    emergency: bool = False
    """Whether the number is an emergency number: supervisors are told."""

    voicemail: bool = False


@record(frozen=True, slots=True)
class CallEmergency:
    """Call an emergency number from the agent's seat; `number` is the service number shown.

    `leg` is the agent's desk phone where it dialled the number itself; else their device is rung.
    """

    agent: AgentId
    number: str
    party: Token
    leg: LegId | None = None


@record(frozen=True, slots=True)
class CallColleague:
    """Call a colleague by `extension`, out of no call; `party` stands for the caller's own.

    `leg` is the caller's desk phone where it dialled; else their device is rung first.
    """

    agent: AgentId
    colleague: AgentId
    extension: str
    party: Token
    leg: LegId | None = None


@record(frozen=True, slots=True)
class RemoveParty:
    """Send one of them away; without a name, whoever is consulted or being transferred to."""

    agent: AgentId
    interaction: InteractionId
    party: PartyId | None = None


@record(frozen=True, slots=True)
class SwapConsult:
    """Turn from the one to the other: customer and consulted party take turns with the music."""

    agent: AgentId
    interaction: InteractionId


@record(frozen=True, slots=True)
class CompleteTransfer:
    """Leave the customer to whoever is consulted (attended transfer, RFC 5589 §7)."""

    agent: AgentId
    interaction: InteractionId


@record(frozen=True, slots=True)
class MergeConsult:
    """Bring customer and consulted party together."""

    agent: AgentId
    interaction: InteractionId


@record(frozen=True, slots=True)
class TransferToFlow:
    """Give the customer to a flow."""

    agent: AgentId
    interaction: InteractionId
    flow: FlowId


@record(frozen=True, slots=True)
class TransferToVoicemail:
    """Let the customer leave a message: for a colleague, for a queue, or for the talk's own."""

    agent: AgentId
    interaction: InteractionId
    colleague: AgentId | None = None
    queue: QueueId | None = None


@record(frozen=True, slots=True)
class JoinCall:
    """A colleague who was asked comes to the talk of another."""

    agent: AgentId
    interaction: InteractionId


@record(frozen=True, slots=True)
class LeaveCall:
    """A colleague will not come to the talk of another, or leaves it."""

    agent: AgentId
    interaction: InteractionId


@record(frozen=True, slots=True)
class AttendCall:
    """A supervisor listens, whispers or barges in from now; or changes from one to the other."""

    agent: AgentId
    interaction: InteractionId
    role: PartyRole


@record(frozen=True, slots=True)
class TakeOverCall:
    """A supervisor who attends takes the customer over from the agent."""

    agent: AgentId
    interaction: InteractionId


@record(frozen=True, slots=True)
class EndCall:
    """A supervisor ends a talk, whoever is in it; `by` is the user's id."""

    interaction: InteractionId
    by: str


@record(frozen=True, slots=True)
class PauseRecording:
    """Nothing is recorded until the agent resumes; a reminder comes, never a resumption.

    `agent` is whose talk it is; None when somebody else asks who may. A payment step may begin
    whether or not the talk is recorded just now.
    """

    agent: AgentId | None
    interaction: InteractionId
    reason: PauseReason = PauseReason.AGENT


@record(frozen=True, slots=True)
class ResumeRecording:
    """Record again; or begin, where it is done on demand.

    The end of a payment step (`reason`) resumes what the step paused, and nothing else.
    """

    agent: AgentId | None
    interaction: InteractionId
    reason: PauseReason = PauseReason.AGENT


@record(frozen=True, slots=True)
class AnswerConsent:
    """What the customer, or an outside `party`, wants of being recorded, as they told somebody.

    `agent` is who has the interaction in hand; None when somebody else says it who may. `by` is
    the id of the user.
    """

    agent: AgentId | None
    interaction: InteractionId
    answer: ConsentAnswer
    by: str
    party: PartyId | None = None


@record(frozen=True, slots=True)
class ParkCall:
    """Leave the customer in a slot for a colleague; without `slot`, in the first that is free."""

    agent: AgentId
    interaction: InteractionId
    slot: int | None = None


@record(frozen=True, slots=True)
class RetrieveCall:
    """Take a parked customer, whoever parked them."""

    agent: AgentId
    interaction: InteractionId


PartyWish = (
    InviteParty
    | CallEmergency
    | CallColleague
    | RemoveParty
    | SwapConsult
    | CompleteTransfer
    | MergeConsult
    | TransferToFlow
    | TransferToVoicemail
    | JoinCall
    | LeaveCall
    | AttendCall
    | TakeOverCall
    | EndCall
    | PauseRecording
    | ResumeRecording
    | ParkCall
    | RetrieveCall
    | AnswerConsent
)
