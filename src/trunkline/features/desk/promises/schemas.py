"""Promises and appointments as the API tells them."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from trunkline.features.desk.schemas import CustomerNamed, Named
from trunkline.features.promises import Mailing, PromiseKind, PromiseState
from trunkline.features.tenancy import ApiModel, Instant, Word

Listed = Literal["open", "missed", "done"]
Whose = Literal["mine", "team", "all"]
PromiseChannel = Literal["voice", "email", "chat", "sms", "wecom"]
Ref = Annotated[str, Field(min_length=1, max_length=80)]
Note = Annotated[str, Field(min_length=1, max_length=2_000)]


class PromiseOut(ApiModel):
    """What was promised to whom, who keeps it, and how far it is.

    Without an owner the team of the queue keeps it. A call becomes the callback `callback_id` when
    it is due. `reminded_day_at` and `reminded_hour_at` say when its owner was reminded of an
    appointment at the desk, `mailing` and `mailed_at` what became of the mail to the customer.
    """

    id: str
    kind: Word[PromiseKind]
    state: Word[PromiseState]
    outcome: str | None
    channel: PromiseChannel
    queue: Named | None
    owner: Named | None
    customer: CustomerNamed | None
    phone_masked: str | None
    interaction_id: str | None
    note: str | None
    due_at: Instant
    overdue: bool
    callback_id: str | None
    begun_at: Instant | None
    missed_at: Instant | None
    reminded_day_at: Instant | None
    reminded_hour_at: Instant | None
    mailing: Word[Mailing] | None
    mailed_at: Instant | None
    created_by: Named | None
    created_at: Instant
    closed_at: Instant | None
    version: int


class _Whom(ApiModel):
    """Somebody: who called in an interaction, a customer, or a number."""

    interaction_id: Ref | None = None
    customer_id: Ref | None = None
    phone: Annotated[str, Field(min_length=3, max_length=40)] | None = None
    queue: Ref | None = None
    number: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    note: Note | None = None

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if self.interaction_id is None and self.customer_id is None and self.phone is None:
            raise ValueError("name an interaction, a customer or a number")
        return self


class PromiseNew(_Whom):
    """A follow-up by `channel` at `due_at`; the owner is who is named, or the queue's team.

    `queue` and `number` (the service number that is shown) are the interaction's if not given.
    """

    due_at: Instant
    channel: PromiseChannel = "voice"
    owner_id: Ref | None = None


class AppointmentNew(_Whom):
    """A call with an expert at one of the free times, at least 48 hours ahead."""

    expert_id: Ref
    at: Instant


class PromiseChange(ApiModel):
    """What is to change; what is not given stays. An owner of null gives it to the team."""

    due_at: Instant | None = None
    owner_id: Ref | None = None
    note: Note | None = None

    @model_validator(mode="after")
    def _has_a_time(self) -> Self:
        if "due_at" in self.model_fields_set and self.due_at is None:
            raise ValueError("a promise has a time")
        return self


class SlotsOut(ApiModel):
    """The free times of an expert on a day of the tenant; each lasts `minutes`."""

    minutes: int
    items: list[Instant]
