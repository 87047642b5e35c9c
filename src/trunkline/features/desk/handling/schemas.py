"""What an agent says about an interaction in hand."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from trunkline.core.words import ConsentAnswer
from trunkline.features.desk.schemas import Reason
from trunkline.features.tenancy import ApiModel, Instant, Word
from trunkline.features.tickets import Grade, TicketClass, Title

Id = Annotated[str, StringConstraints(min_length=1, max_length=80)]
NoteText = Annotated[str, StringConstraints(max_length=4000)]
Action = Literal["append", "new", "none"]


class DigitsPressed(ApiModel):
    """Keys to be sent to the customer's leg."""

    digits: Annotated[str, StringConstraints(pattern=r"^[0-9*#A-D]{1,32}$")]


class PartyTarget(ApiModel):
    """Whom to bring in; exactly one is named.

    An agent by id, username or extension; in a queue whoever is idle longest is asked; a number
    that is an agent's extension is that agent.
    """

    queue: Id | None = None
    agent: Id | None = None
    number: Id | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.model_dump(exclude_none=True)) != 1:
            raise ValueError("name exactly one target")
        return self


class TransferTarget(PartyTarget):
    """Where to; exactly one is named, as for a party, or a flow by id or name."""

    flow: Id | None = None


class TransferAsked(ApiModel):
    """Give the customer to somebody else.

    A blind transfer rings (a queue or flow takes at once) and returns when it fails. An attended
    one leaves the customer to whoever is consulted; with nobody consulted yet it begins that, and
    wants `to`. With `voicemail` a blind one lets the customer leave a message: for a colleague or a
    queue `at_once`, or where a colleague does not answer (`no_answer`).
    """

    kind: Literal["blind", "attended"]
    to: TransferTarget | None = None
    voicemail: Literal["at_once", "no_answer"] | None = None

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.kind == "blind" and self.to is None:
            raise ValueError("say where to")
        if self.voicemail and (self.kind != "blind" or (self.to and self.to.flow)):
            raise ValueError("a message is left for a colleague or a queue, by a blind transfer")
        return self


class PartyAsked(ApiModel):
    """Somebody to be consulted."""

    to: PartyTarget


class ConferenceAsked(ApiModel):
    """Somebody to join the talk; without `to`, whoever is consulted now."""

    to: PartyTarget | None = None


class ConsentTold(ApiModel):
    """What the customer, or an outside `party` of the call, wants of being recorded."""

    answer: Word[ConsentAnswer]
    party: Id | None = None


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
