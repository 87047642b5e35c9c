"""Tickets as the API takes and tells them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from trunkline.core.sla.priority import TicketPriority
from trunkline.core.sla.status import TicketStatus
from trunkline.features.tenancy import ApiModel, Instant, Word
from trunkline.features.tickets.service import Draft

TicketClass = Literal["technical", "commercial", "billing", "voicemail"]
Grade = Annotated[int, Field(ge=1, le=3, description="1 is high, 3 is low.")]
Title = Annotated[str, Field(min_length=1, max_length=200)]
Name = Annotated[str, Field(min_length=1, max_length=80)]


class TicketNew(ApiModel):
    """A new ticket; impact and urgency give the priority."""

    title: Title
    class_: TicketClass = Field("technical", alias="class")
    impact: Grade = 3
    urgency: Grade = 3
    customer_id: Name | None = None
    interaction_id: Name | None = None
    description: Annotated[str, Field(max_length=20_000)] | None = None

    def draft(self) -> Draft:
        """The same for the service."""
        return Draft(kind=self.class_, **self.model_dump(exclude={"class_"}))


class TicketChange(ApiModel):
    """What is to change; what is not given stays."""

    title: Title = ""
    class_: TicketClass = Field("technical", alias="class")
    impact: Grade = 3
    urgency: Grade = 3
    status: Word[TicketStatus] = TicketStatus.OPEN
    assignee_id: Name | None = None

    def changes(self) -> dict[str, Any]:
        """The given fields by the names of the service."""
        given = self.model_dump(exclude_unset=True, mode="json")
        if "class_" in given:
            given["kind"] = given.pop("class_")
        return given


class NoteNew(ApiModel):
    """A note to be written."""

    text: Annotated[str, Field(min_length=1, max_length=20_000)]


class Named(ApiModel):
    """Somebody; the name is null for those who may not see it, or when it was erased."""

    id: str
    name: str | None


class NoteOut(ApiModel):
    """A note; the text is null when it was erased with its customer."""

    id: str
    text: str | None
    author: Named
    at: Instant


class TicketCard(ApiModel):
    """A ticket as it is proposed and listed beside a customer."""

    id: str
    number: str
    title: str | None
    status: Word[TicketStatus]
    priority: Word[TicketPriority]
    updated_at: Instant


class TicketItem(TicketCard):
    """A ticket as a list shows it; the title is null when it was erased with its customer."""

    class_: TicketClass = Field(alias="class")
    impact: int
    urgency: int
    customer: Named | None
    assignee: Named | None
    team_id: str | None
    created_at: Instant
    closed_at: Instant | None
    solved_in_call: bool
    interactions: list[str]
    version: int


class TicketOut(TicketItem):
    """One ticket."""

    description: str | None
    notes: list[NoteOut]
