"""What every request and reply body is built from.

Bodies are strict: "1" is no number and unknown fields are refused. FastAPI hands pydantic parsed
JSON, where strictness would refuse the only way in which JSON can write a time or a word of an
enum; so those two say here how they are read: use `Instant` and `Word[...]` (or `Literal`).
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    Strict,
    WithJsonSchema,
    field_validator,
)

T = TypeVar("T")


class ApiModel(BaseModel):
    """Base of every body on the API."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    @field_validator("*", mode="after")
    @classmethod
    def _storable(cls, value: object) -> object:
        if isinstance(value, str) and "\0" in value:
            raise ValueError("a text holds no NUL")
        return value


def _read_instant(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        found = datetime.fromisoformat(value)
    except ValueError as error:
        raise ValueError("a time is written as in RFC 3339") from error
    if found.tzinfo is None:
        raise ValueError("a time needs its zone, such as Z")
    return found.astimezone(UTC)


def _write_instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Instant = Annotated[
    datetime,
    BeforeValidator(_read_instant),
    PlainSerializer(_write_instant, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""A moment: RFC 3339 on the wire, written in UTC with Z and milliseconds."""


def _read_day(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError as error:
        raise ValueError("a day is written as 2026-11-21") from error


Day = Annotated[date, BeforeValidator(_read_day)]
"""A day of the calendar, `2026-11-21` on the wire."""

Word = Annotated[T, Strict(False)]
"""`Word[SomeStrEnum]`: an enum that JSON writes as its word."""


def instant(at_ms: int) -> datetime:
    """A moment from epoch milliseconds as columns keep them."""
    return datetime.fromtimestamp(at_ms / 1000, UTC)


def instant_or_none(at_ms: int | None) -> datetime | None:
    """The same for a column that may be empty."""
    return None if at_ms is None else instant(at_ms)


def epoch_ms(moment: datetime) -> int:
    """Epoch milliseconds of a moment."""
    return round(moment.timestamp() * 1000)


class Problem(BaseModel):
    """RFC 9457 problem details; `code` is the stable word to act on."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[dict[str, Any]] | None = Field(default=None, description="Only with 422.")
