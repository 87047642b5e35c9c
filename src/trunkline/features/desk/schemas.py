"""Words that several parts of the desk share."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path
from pydantic import Field

from trunkline.core.words import Level
from trunkline.features.tenancy import ApiModel, Instant, Word

Reason = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.\-]{0,59}$", description="A code.")]
By = Literal["order_last4", "pin", "agent"]
InteractionRef = Annotated[str, Path(min_length=1, max_length=80)]
OfferRef = Annotated[str, Path(min_length=1, max_length=80)]


class Named(ApiModel):
    """Something by id and name; the name is null when it is gone or may not be seen."""

    id: str
    name: str | None


class CustomerNamed(Named):
    """A customer beside something else."""

    level: Word[Level]


class BothLanguages(ApiModel):
    """What people read, in both languages of the desk."""

    zh: str
    en: str


class WrittenOut(ApiModel):
    """What a written interaction is about; null once it went with its customer."""

    subject: str | None
    text: str | None


class SubmittedOut(ApiModel):
    """What was asked is durable; `seq` is its number in the journal of the tenant's cell."""

    seq: int


class VerifiedOut(ApiModel):
    """Whether it is known who is there, by what and by whom; all null while it is not."""

    by: By | None = None
    by_user: str | None = None
    at: Instant | None = None
    how: str | None = None


class PathStepOut(ApiModel):
    """One step of the way through the flow, as people read it."""

    node: str
    key: str | None
    at: Instant
    words: BothLanguages
