"""Offers and the screen pop as the API tells them."""

from __future__ import annotations

from trunkline.core.config import AcceptMode
from trunkline.core.inputs import Presumption
from trunkline.core.words import Channel, Level, OfferOutcome
from trunkline.features.customers import OrderState
from trunkline.features.desk.schemas import (
    BothLanguages,
    PathStepOut,
    Reason,
    VerifiedOut,
    WrittenOut,
)
from trunkline.features.dialling import ListedCard
from trunkline.features.tenancy import ApiModel, Day, Instant, Word
from trunkline.features.tickets import TicketCard


class CandidateOut(ApiModel):
    """One agent as the decision saw them."""

    agent_id: str
    agent_name: str | None
    score: int
    idle_ms: int
    chosen: bool
    why: str


class RivalOut(ApiModel):
    """Who waited for the same agent and came after; the score is in thousandths."""

    interaction_id: str
    waited_ms: int
    score: int
    head: str


class ExplanationOut(ApiModel):
    """Why this agent: the rule, the version of the policy, and the candidates (bounded).

    `order` is the rule by which the interaction came before the `rivals`; `requirement` is what
    was asked of the agent after `stage` relaxing steps. `in_time_first`: the customer went before
    one who waited longer but could not be answered within the service level any more.
    """

    policy_version: int
    rule: str
    order: str
    waited_ms: int
    eligible: int
    stage: int
    requirement: str
    candidates: list[CandidateOut]
    rivals: list[RivalOut]
    in_time_first: bool
    words: BothLanguages


class AcceptOut(ApiModel):
    """Who accepts: the agent, or the desk by itself after a time."""

    mode: Word[AcceptMode]
    after_ms: int


class OfferOut(ApiModel):
    """An offer as it is kept."""

    id: str
    interaction_id: str
    queue_id: str
    queue_name: str | None
    agent_id: str
    agent_name: str | None
    outcome: Word[OfferOutcome]
    cause: str | None
    reason: str | None
    made_at: Instant
    expires_at: Instant
    ended_at: Instant | None
    accept: AcceptOut
    may_decline: bool
    explanation: ExplanationOut


class CustomerCard(ApiModel):
    """A customer at a glance."""

    id: str
    name: str
    level: Word[Level]
    phone_masked: str | None
    organisation: str | None


class RecentOut(ApiModel):
    """An earlier interaction of the customer."""

    id: str
    started_at: Instant
    queue_name: str | None
    disposition: str | None
    ended_by: str | None


class OrderCard(ApiModel):
    """An open order; the whole number is read on the customer's page."""

    id: str
    number_masked: str
    placed_on: Day
    status: Word[OrderState]
    amount_minor: int
    currency: str


class PopOut(ApiModel):
    """Who it is and what is open, before the first ring. The number is not the person.

    `customer` is presumed until `verified.by` says more; with several matches one is picked, with
    none a customer is searched or made. `phone` stands in full only with `customers.read_pii`.
    `written` is what a chat, a mail or a task says; null of a call.
    """

    interaction_id: str
    channel: Word[Channel]
    number_dialled: str
    presumption: Word[Presumption]
    customer: CustomerCard | None
    matches: list[CustomerCard]
    verified: VerifiedOut
    phone_masked: str | None
    phone: str | None
    recent: list[RecentOut]
    open_orders: list[OrderCard]
    open_tickets: list[TicketCard]
    path: list[PathStepOut]
    queued_ms: int | None
    callback: bool
    listed: ListedCard | None
    written: WrittenOut | None


class OfferWithPop(OfferOut):
    """An offer with what the agent sees of it."""

    pop: PopOut


class OfferList(ApiModel):
    """The open offers of the agent who asks."""

    items: list[OfferWithPop]


class OfferDeclined(ApiModel):
    """Why the agent does not take it."""

    reason: Reason
