"""What may be put to a cell: news from the edge, wishes of agents, results, and the clock.

The driver stamps each input with `(seq, now, seed)`. Late or doubled inputs are ignored by rule;
wishes that cannot be met are refused with a code; nothing here is personal.
"""

from __future__ import annotations

from dataclasses import field

from trunkline.core.acd.rules import Affinity
from trunkline.core.call.dialling import Dialling
from trunkline.core.call.events import EdgeEvent
from trunkline.core.call.wishes import PartyWish
from trunkline.core.config import Policy
from trunkline.core.records import record
from trunkline.core.words import (
    AgentId,
    Bar,
    BridgeId,
    CallbackId,
    CallbackOrigin,
    ConsentPolicy,
    DeviceKind,
    InteractionId,
    LegId,
    Level,
    OfferId,
    QueueId,
    RecordingId,
    Token,
    Wish,
)
from trunkline.core.words import Presumption as Presumption
from trunkline.core.written.wishes import WrittenWish


@record(frozen=True, slots=True)
class Stamp:
    """What the driver puts on an input: order, wall clock (ms UTC) and a random seed."""

    seq: int
    now: int
    seed: int


@record(frozen=True, slots=True)
class PublishPolicy:
    """Route by this policy from now."""

    policy: Policy


@record(frozen=True, slots=True)
class ArriveInteraction:
    """A customer's leg came in on a known number; the door has identified what it could.

    `caller` is the same token for every call of one number, None where it is withheld; `bar` says
    why that number is not called back; `consent` what its country asks for before a recording, None
    where that was not looked up.
    """

    leg: LegId
    number: str
    party: Token
    presumption: Presumption
    customer: str | None = None
    level: Level = Level.REGULAR
    language: str | None = None
    survey_quiet: bool = False
    survey_opted_out: bool = False
    affinity: Affinity = field(default_factory=Affinity)
    tags: tuple[tuple[str, str], ...] = ()
    caller: Token | None = None
    bar: Bar | None = None
    consent: ConsentPolicy | None = None


@record(frozen=True, slots=True)
class BoostInteraction:
    """A supervisor lets a waiting interaction go before the others; `by` is the user's id."""

    interaction: InteractionId
    by: str


@record(frozen=True, slots=True)
class MoveInteraction:
    """A supervisor leads a waiting interaction to another queue; `by` is the user's id."""

    interaction: InteractionId
    queue: QueueId
    by: str


@record(frozen=True, slots=True)
class LegFound:
    """One leg in the edge's inventory."""

    leg: LegId
    answered: bool
    bridge: BridgeId | None = None


@record(frozen=True, slots=True)
class Reconcile:
    """What the edge holds now, after a restart of either side; adopt it or close it.

    Inbound legs that no interaction owns yet are not among `legs`: the door announces them anew.
    `desks` are the agents whose desk is connected to us now. Where the engine `lived_on` a leg that
    was up and is gone was hung up; else it was lost with the engine. `closed` are recordings that
    we believe to run, and that are over.
    """

    legs: tuple[LegFound, ...]
    desks: tuple[AgentId, ...] = ()
    lived_on: bool = False
    closed: tuple[RecordingId, ...] = ()


@record(frozen=True, slots=True)
class SetState:
    """An agent wants to be ready, not ready (with a reason) or offline."""

    agent: AgentId
    wish: Wish
    reason: str | None = None


@record(frozen=True, slots=True)
class CancelPendingState:
    """An agent takes back a state that was to apply when the work ends."""

    agent: AgentId


@record(frozen=True, slots=True)
class DismissAgent:
    """The agent leaves for good: a call goes to others, other open work ends."""

    agent: AgentId


@record(frozen=True, slots=True)
class SetDevice:
    """An agent chooses how to be reached; refused while handling."""

    agent: AgentId
    device: DeviceKind


@record(frozen=True, slots=True)
class DeviceSeen:
    """The edge knows that a device of the agent is there (`reachable`), or that it is not."""

    agent: AgentId
    device: DeviceKind
    reachable: bool


@record(frozen=True, slots=True)
class DeskConnected:
    """The agent's desk is there (its stream is open)."""

    agent: AgentId


@record(frozen=True, slots=True)
class DeskLost:
    """The agent's last desk went away; a grace time begins."""

    agent: AgentId


@record(frozen=True, slots=True)
class Reattach:
    """The agent's page was loaded anew and its softphone is registered: give the call back."""

    agent: AgentId


@record(frozen=True, slots=True)
class AcceptOffer:
    """The agent takes the interaction."""

    agent: AgentId
    offer: OfferId


@record(frozen=True, slots=True)
class DeclineOffer:
    """The agent refuses, where the queue allows it."""

    agent: AgentId
    offer: OfferId
    reason: str


@record(frozen=True, slots=True)
class HoldCall:
    """Put the customer on hold with music."""

    agent: AgentId
    interaction: InteractionId


@record(frozen=True, slots=True)
class ResumeCall:
    """Take the customer back from hold."""

    agent: AgentId
    interaction: InteractionId


@record(frozen=True, slots=True)
class MuteCall:
    """The customer no longer hears the agent."""

    agent: AgentId
    interaction: InteractionId


@record(frozen=True, slots=True)
class UnmuteCall:
    """The customer hears the agent again."""

    agent: AgentId
    interaction: InteractionId


@record(frozen=True, slots=True)
class HangUpCall:
    """The agent ends the talk; a survey may follow for the customer."""

    agent: AgentId
    interaction: InteractionId


@record(frozen=True, slots=True)
class SendKeys:
    """The agent presses keys; they are sent to the customer's leg."""

    agent: AgentId
    interaction: InteractionId
    digits: Token


@record(frozen=True, slots=True)
class TransferToQueue:
    """The agent gives the customer to a queue; `back` returns to the head of the same one."""

    agent: AgentId
    interaction: InteractionId
    queue: QueueId | None
    back: bool = False


@record(frozen=True, slots=True)
class SetDisposition:
    """The agent chooses the outcome, during the call or in wrap-up."""

    agent: AgentId
    interaction: InteractionId
    disposition: str


@record(frozen=True, slots=True)
class ExtendWrapUp:
    """The agent needs 30 s more."""

    agent: AgentId
    interaction: InteractionId


@record(frozen=True, slots=True)
class CompleteWrapUp:
    """The agent is done with the work after the talk (or names the outcome of an unfinished)."""

    agent: AgentId
    interaction: InteractionId
    disposition: str | None = None


@record(frozen=True, slots=True)
class LinkCustomer:
    """An agent says who it is: picked, searched or created."""

    agent: AgentId
    interaction: InteractionId
    customer: str | None
    level: Level = Level.REGULAR


@record(frozen=True, slots=True)
class MarkVerified:
    """An agent verified the customer by questions; `how` is a code."""

    agent: AgentId
    interaction: InteractionId
    how: str


@record(frozen=True, slots=True)
class FactorChecked:
    """The answer to `CheckFactor`; `by` names the factor that held, None when none did."""

    interaction: InteractionId
    node: str
    by: str | None


@record(frozen=True, slots=True)
class LookedUp:
    """The answer to `LookUp`: a token of what is to be said, or None when nothing was found."""

    interaction: InteractionId
    node: str
    say: Token | None


@record(frozen=True, slots=True)
class NumberChecked:
    """The answer to `CheckNumber`: who that is and how it is read back, or why it is barred."""

    interaction: InteractionId
    node: str
    party: Token
    caller: Token | None
    say: Token | None
    bar: Bar | None = None


@record(frozen=True, slots=True)
class OpenCallback:
    """Somebody is to be called from `due_at` on; refused while that number has one open."""

    callback: CallbackId
    origin: CallbackOrigin
    queue: QueueId
    number: str
    party: Token
    caller: Token
    due_at: int
    customer: str | None = None
    level: Level = Level.REGULAR
    language: str = "zh"
    owner: AgentId | None = None
    interaction: InteractionId | None = None
    dialling: Dialling | None = None


@record(frozen=True, slots=True)
class CancelCallback:
    """Nobody is to be called any more; refused once the customer is being dialled."""

    callback: CallbackId


@record(frozen=True, slots=True)
class RescheduleCallback:
    """Call at another time; refused once the customer is being dialled."""

    callback: CallbackId
    due_at: int


@record(frozen=True, slots=True)
class NotReached:
    """The agent hears a machine, not the customer: the call ends and counts as a try."""

    agent: AgentId
    interaction: InteractionId


@record(frozen=True, slots=True)
class Tick:
    """A deadline of the cell is due."""


Input = (
    PublishPolicy
    | ArriveInteraction
    | BoostInteraction
    | MoveInteraction
    | Reconcile
    | SetState
    | CancelPendingState
    | DismissAgent
    | SetDevice
    | DeviceSeen
    | DeskConnected
    | DeskLost
    | Reattach
    | AcceptOffer
    | DeclineOffer
    | HoldCall
    | ResumeCall
    | MuteCall
    | UnmuteCall
    | HangUpCall
    | SendKeys
    | TransferToQueue
    | SetDisposition
    | ExtendWrapUp
    | CompleteWrapUp
    | LinkCustomer
    | MarkVerified
    | FactorChecked
    | LookedUp
    | NumberChecked
    | OpenCallback
    | CancelCallback
    | RescheduleCallback
    | NotReached
    | Tick
    | PartyWish
    | WrittenWish
    | EdgeEvent
)
