"""What an agent says about an interaction in hand."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from trunkline.features.desk.schemas import Reason
from trunkline.features.tenancy import ApiModel, Instant
from trunkline.features.tickets import Grade, TicketClass, Title

Id = Annotated[str, StringConstraints(min_length=1, max_length=80)]
NoteText = Annotated[str, StringConstraints(max_length=4000)]
Action = Literal["append", "new", "none"]


class DigitsPressed(ApiModel):
    """Keys to be sent to the customer's leg."""

    digits: Annotated[str, StringConstraints(pattern=r"^[0-9*#A-D]{1,32}$")]


class TransferTarget(ApiModel):
    """Where to; exactly one is named."""

    queue: Id | None = None
    agent: Id | None = None
    number: Id | None = None
    flow: Id | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.model_dump(exclude_none=True)) != 1:
            raise ValueError("name one of queue, agent, number, flow")
        return self


class TransferAsked(ApiModel):
    """Give the customer to somebody else. Only blind transfers to a queue are supported yet."""

    kind: Literal["blind", "attended"]
    to: TransferTarget


class CustomerPicked(ApiModel):
    """Who it is: picked, found or made; null is nobody known.

    `save_number` keeps the number that called as one of the customer's, without showing it.
    """

    customer_id: Id | None
    save_number: bool = False


class VerifiedByHand(ApiModel):
    """The agent asked and is sure; `how` is a code."""

    how: Reason
    ok: Literal[True]


class TicketChosen(ApiModel):
    """What becomes of the ticket."""

    action: Action
    ticket_id: Id | None = None
    title: Title | None = None
    class_: TicketClass | None = Field(None, alias="class")
    impact: Grade | None = None
    urgency: Grade | None = None
    solved: bool = False


class WrapUpDone(ApiModel):
    """The work after the talk is done: all of it is taken, or nothing."""

    disposition: Reason | None = None
    note: NoteText | None = None
    ticket: TicketChosen | None = None


class DraftKept(ApiModel):
    """What is typed so far; kept each second, survives reload and transfer."""

    note: NoteText = ""
    disposition: Reason | None = None
    ticket_action: Action | None = None
    ticket_id: Id | None = None
    ticket_title: Annotated[str, StringConstraints(max_length=200)] = ""
    ticket_class: TicketClass | None = None
    impact: Grade | None = None
    urgency: Grade | None = None
    solved: bool = False


class DraftOut(DraftKept):
    """The draft as it is kept; `updated_at` is null while there is none."""

    updated_at: Instant | None = None
