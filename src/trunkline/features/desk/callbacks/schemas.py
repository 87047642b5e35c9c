"""Callbacks as the API tells them."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from trunkline.core.words import CallbackOrigin, CallbackOutcome, EndedBy, Level, TryOutcome
from trunkline.features.desk.schemas import CustomerNamed, Named
from trunkline.features.tenancy import ApiModel, Instant, Word

Listed = Literal["open", "tried", "done"]
State = Literal["scheduled", "waiting", "calling", "talking", "suspended", "ended"]
Ref = Annotated[str, Field(min_length=1, max_length=80)]


class CallbackOut(ApiModel):
    """Somebody to be called. `entered_at` is the place in line, `due_at` when it stands there."""

    id: str
    origin: Word[CallbackOrigin]
    state: State
    queue: Named | None
    number: str
    phone_masked: str | None
    phone: str | None
    customer: CustomerNamed | None
    level: Word[Level]
    owner: Named | None
    interaction_id: str | None
    attempt_id: str | None
    entered_at: Instant
    due_at: Instant | None
    tries: int
    last_outcome: Word[TryOutcome] | None
    last_tried_at: Instant | None
    last_agent: Named | None
    opened_at: Instant
    ended_at: Instant | None
    outcome: Word[CallbackOutcome] | None


class CallbackNew(ApiModel):
    """Whom to call: who called in an interaction, a customer, or a number; now or at `due_at`.

    `queue` and `number` (the service number that is shown) are the interaction's if not given.
    `owner_id` is asked before others. `requested` is false for a call that the agent makes of
    their own accord: do-not-call lists hold for it, while whoever asked to be called is called.
    """

    interaction_id: Ref | None = None
    customer_id: Ref | None = None
    phone: Annotated[str, Field(min_length=3, max_length=40)] | None = None
    queue: Ref | None = None
    number: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    due_at: Instant | None = None
    owner_id: Ref | None = None
    requested: bool = True

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if self.interaction_id is None and self.customer_id is None and self.phone is None:
            raise ValueError("name an interaction, a customer or a number")
        return self


class CallbackDue(ApiModel):
    """When to call instead."""

    due_at: Instant


class AbandonedOut(ApiModel):
    """A customer who hung up or was lost while waiting, and the callback that came of it."""

    interaction_id: str
    queue: Named | None
    number: str
    phone_masked: str | None
    customer: CustomerNamed | None
    level: Word[Level]
    ended_by: Word[EndedBy]
    ended_at: Instant
    wait_ms: int | None
    callback: CallbackOut | None
