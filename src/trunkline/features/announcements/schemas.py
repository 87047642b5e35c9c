"""Announcements as the API tells them."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import StringConstraints

from trunkline.features.announcements.store import AnnouncementRow
from trunkline.features.tenancy import ApiModel, Instant, instant

MOST_TEXT = 1_000
Name = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"\S")]
Language = Literal["zh", "en", "ja", "ko"]
Text = Annotated[str, StringConstraints(min_length=1, max_length=MOST_TEXT, pattern=r"\S")]
State = Literal["making", "ready", "failed"]


class Spoken(ApiModel):
    """A text, read by the voice of its language."""

    text: Text
    language: Language


class AnnouncementNew(Spoken):
    """An announcement that is spoken from a text."""

    name: Name


class Voices(ApiModel):
    """The languages that texts can be spoken in; none: no voice is here, and `remedy` mends it."""

    languages: list[Language]
    remedy: str


class AnnouncementChange(ApiModel):
    """Another name."""

    name: Name


class AnnouncementOut(ApiModel):
    """An announcement. `used_by` names who says it: `queue:ID`, `number:NUMBER`, `flow:ID`.

    `text` is what it was spoken from, empty where a file was given. `making` until its first sound
    is there; what `failed` says so in `reason`.
    """

    id: str
    name: str
    state: State
    reason: str
    duration_ms: int
    text: str
    language: str
    changed_at: Instant
    used_by: list[str]

    @classmethod
    def of(cls, row: AnnouncementRow, used_by: list[str]) -> Self:
        """From the stored row."""
        return cls.model_validate(
            {
                "id": row.id,
                "name": row.name,
                "state": row.state,
                "reason": row.reason,
                "duration_ms": row.duration_ms,
                "text": row.text,
                "language": row.language,
                "changed_at": instant(row.changed_at),
                "used_by": used_by,
            }
        )


class AnnouncementList(ApiModel):
    """All announcements of the tenant, by name."""

    items: list[AnnouncementOut]
