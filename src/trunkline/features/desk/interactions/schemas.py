"""Interactions as the API tells them."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query

from trunkline.core.inputs import Presumption
from trunkline.core.words import Channel, ConsentAnswer, EndedBy
from trunkline.features.desk.offers.schemas import OfferOut
from trunkline.features.desk.schemas import (
    CustomerNamed,
    Named,
    PathStepOut,
    VerifiedOut,
    WrittenOut,
)
from trunkline.features.desk.showing.schemas import ShowingOut
from trunkline.features.quality import LegQuality
from trunkline.features.recordings import RecordingCard
from trunkline.features.surveys import SurveyCard
from trunkline.features.tenancy import ApiModel, Instant, Word

State = Literal[
    "flow", "queued", "calling", "talking", "handled", "parked", "voicemail", "wrap_up", "ended"
]
Id = Annotated[str | None, Query(min_length=1, max_length=80)]


class InteractionOut(ApiModel):
    """One interaction in a list. Names are null for those who may not see them."""

    id: str
    channel: Word[Channel]
    state: State
    ended_by: Word[EndedBy] | None
    direction: Literal["inbound", "outbound", "internal"]
    number: str
    phone_masked: str | None
    customer: CustomerNamed | None
    presumption: Word[Presumption]
    queue: Named | None
    agent: Named | None
    started_at: Instant
    answered_at: Instant | None
    ended_at: Instant | None
    wait_ms: int | None
    talk_ms: int | None
    disposition: str | None
    rating: int | None
    ticket_id: str | None


class InteractionList(ApiModel):
    """Recent interactions, newest first."""

    items: list[InteractionOut]


class ParticipantOut(ApiModel):
    """Who took part in a segment."""

    kind: Literal["flow", "queue", "agent", "customer", "outside"]
    id: str
    name: str | None


class SegmentOut(ApiModel):
    """A stretch of one state of an interaction."""

    id: str
    kind: Literal[
        "flow", "queue", "ring", "calling", "talk", "hold", "consult", "conference", "outside",
        "listen", "whisper", "barge", "parked", "voicemail",
        "handled", "wrap_up", "survey", "internal",
    ]  # fmt: skip
    participant: ParticipantOut
    started_at: Instant
    ended_at: Instant | None
    detail: str | None


class NoteOut(ApiModel):
    """What one agent wrote, and when last."""

    author: Named
    at: Instant
    text: str


class InteractionPage(InteractionOut):
    """One interaction with everything that is known of it. `note` holds all `notes` in one text.

    `recording_consent` is what the customer wants of being recorded; null where nobody asked.
    `written` is what a chat, a mail or a task says; null of a call. `showing` is what a customer at
    a page showed and which files passed.
    """

    path: list[PathStepOut]
    segments: list[SegmentOut]
    offers: list[OfferOut]
    recordings: list[RecordingCard]
    recording_consent: Word[ConsentAnswer] | None
    quality: list[LegQuality]
    survey: SurveyCard | None
    note: str | None
    notes: list[NoteOut]
    verified: VerifiedOut
    written: WrittenOut | None
    showing: ShowingOut
