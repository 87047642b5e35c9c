"""Knowledge as the API tells it."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import StringConstraints

from trunkline.features.knowledge.store import Entry
from trunkline.features.tenancy import ApiModel, Instant, instant

Language = Literal["zh", "en", "ja", "ko"]


class EntryNew(ApiModel):
    """What an entry is made of."""

    language: Language
    title: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"\S")]
    body: Annotated[str, StringConstraints(min_length=1, max_length=20_000)]


class EntryOut(ApiModel):
    """One answer in one language."""

    id: str
    language: str
    title: str
    body: str
    updated_at: Instant

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """From the stored entry."""
        return cls(
            id=entry.id,
            language=entry.language,
            title=entry.title,
            body=entry.body,
            updated_at=instant(entry.updated_at),
        )
