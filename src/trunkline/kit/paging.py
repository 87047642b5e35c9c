"""Pages of a list: opaque cursors that say where the next page begins."""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")
Mark = str | int
DEFAULT_LIMIT = 50
MAX_LIMIT = 200
_BIGGEST = 2**63


class Page(BaseModel, Generic[T]):
    """One page as the API tells it; `next` is the cursor of the page after, or null at the end."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    items: list[T]
    next: str | None = None


def encode_cursor(*marks: Mark) -> str:
    """An opaque cursor of the last row's sort values."""
    return base64.urlsafe_b64encode(json.dumps(marks).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, *kinds: type[Mark]) -> tuple[Mark, ...]:
    """The sort values of a cursor, of exactly these kinds; raises `cursor_invalid` (400)."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        marks = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        marks = None
    if not isinstance(marks, list) or [_kind(mark) for mark in marks] != list(kinds):
        raise TrunklineError("cursor_invalid", 400, "This cursor is not one of this list.")
    return tuple(marks)


def cut(
    rows: Sequence[T], limit: int, marks: Callable[[T], tuple[Mark, ...]]
) -> tuple[list[T], str | None]:
    """Cut rows that were read with `limit + 1` to a page and the cursor of the next one."""
    if len(rows) <= limit:
        return list(rows), None
    return list(rows[:limit]), encode_cursor(*marks(rows[limit - 1]))


def _kind(mark: object) -> type[Mark] | None:
    """What a mark is, if a database can compare with it."""
    if type(mark) is int and -_BIGGEST <= mark < _BIGGEST:
        return int
    return str if isinstance(mark, str) and "\0" not in mark else None
