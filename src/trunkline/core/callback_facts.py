"""What was decided about callbacks: facts like all others (see `core/facts.py`)."""

from __future__ import annotations

from dataclasses import field

from trunkline.core.acd.standing import Standing
from trunkline.core.call.dialling import Dialling
from trunkline.core.records import record
from trunkline.core.words import (
    AgentId,
    BridgeId,
    CallbackId,
    CallbackOrigin,
    CallbackOutcome,
    Cause,
    InteractionId,
    LegId,
    Level,
    OfferId,
    QueueId,
    Token,
    TryOutcome,
)


@record(frozen=True, slots=True)
class CallbackOpened:
    """Somebody is to be called: `party` is the number, `caller` names it wherever it calls.

    `number` is the service number that is shown to them. `entered_at` is the place in line,
    `due_at` the moment from which it stands there; `owner` is asked before others until then. Who
    waited before stands again as they did (`standing`).
    """

    callback: CallbackId
    origin: CallbackOrigin
    queue: QueueId
    number: str
    party: Token
    caller: Token
    customer: str | None
    level: Level
    language: str
    priority: int
    entered_at: int
    due_at: int
    interaction: InteractionId | None = None
    owner: AgentId | None = None
    dialling: Dialling | None = None
    standing: Standing = field(default_factory=Standing)


@record(frozen=True, slots=True)
class CallbackQueued:
    """It stands in line now, as an interaction without a leg; at `closes_at` the day is over."""

    callback: CallbackId
    interaction: InteractionId
    closes_at: int | None


@record(frozen=True, slots=True)
class CallbackPostponed:
    """Its time is `due_at` now; the place in line stays, unless `entered_at` is given."""

    callback: CallbackId
    due_at: int
    entered_at: int | None = None


@record(frozen=True, slots=True)
class CallbackSuspended:
    """The customer calls by themselves: nobody calls them meanwhile."""

    callback: CallbackId
    by: InteractionId


@record(frozen=True, slots=True)
class CallbackRestored:
    """That call came to nothing: the callback is due as before, at once where that is past."""

    callback: CallbackId
    due_at: int


@record(frozen=True, slots=True)
class CallbackTried:
    """The customer was not reached; without `due_at` there is no further try."""

    callback: CallbackId
    interaction: InteractionId
    agent: AgentId
    outcome: TryOutcome
    tries: int
    due_at: int | None


@record(frozen=True, slots=True)
class CallbackEnded:
    """Nobody is to be called any more."""

    callback: CallbackId
    outcome: CallbackOutcome
    interaction: InteractionId | None = None


@record(frozen=True, slots=True)
class NumberProposed:
    """The customer gave another number to be called at; it waits for a yes."""

    interaction: InteractionId
    party: Token
    caller: Token


@record(frozen=True, slots=True)
class DialogueLeft:
    """The customer stays in the queue: the dialogue beside the wait is over."""

    interaction: InteractionId


@record(frozen=True, slots=True)
class CustomerDialled:
    """The agent is there, and the customer's phone is being rung until `until`."""

    interaction: InteractionId
    offer: OfferId
    agent: AgentId
    queue: QueueId
    agent_leg: LegId
    bridge: BridgeId
    leg: LegId
    until: int


@record(frozen=True, slots=True)
class DialEnded:
    """The ringing of the customer ended without an answer; the agent is free of it."""

    interaction: InteractionId
    agent: AgentId
    queue: QueueId
    cause: Cause


@record(frozen=True, slots=True)
class CustomerReached:
    """The customer answered: both sides are being joined; a segment of talk begins."""

    interaction: InteractionId
    agent: AgentId
    queue: QueueId
    leg: LegId
    bridge: BridgeId
    wait_ms: int


@record(frozen=True, slots=True)
class CallerLost:
    """Somebody was lost by us who cannot be called back: their number is withheld, or barred."""

    interaction: InteractionId
    queue: QueueId


CallbackFact = (
    CallbackOpened
    | CallbackQueued
    | CallbackPostponed
    | CallbackSuspended
    | CallbackRestored
    | CallbackTried
    | CallbackEnded
    | NumberProposed
    | DialogueLeft
    | CustomerDialled
    | DialEnded
    | CustomerReached
    | CallerLost
)
