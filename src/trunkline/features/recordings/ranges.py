"""Byte ranges of HTTP (RFC 9110 §14): which part of a recording a player asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ONE_RANGE = re.compile(r"\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*", re.IGNORECASE | re.ASCII)
_MOST_DIGITS = 18


class Unsatisfiable(Exception):
    """The range begins beyond the end: 416."""


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes `start` to `start + length`, of `size` in all."""

    start: int
    length: int
    size: int

    @property
    def content_range(self) -> str:
        """The header of a 206."""
        return f"bytes {self.start}-{self.start + self.length - 1}/{self.size}"


def asked_part(header: str | None, size: int) -> Part | None:
    """The part that a Range header asks for; None means: send all of it.

    Several ranges, other units and what is not well formed are ignored, as §14.2 allows. Raises
    `Unsatisfiable`.
    """
    match = _ONE_RANGE.fullmatch(header or "")
    if match is None or max(map(len, match.groups())) > _MOST_DIGITS:
        return None
    first, last = match.groups()
    if not first and not last:
        return None
    if not first:
        return _suffix(int(last), size)
    if last and int(last) < int(first):
        return None
    start = int(first)
    if start >= size:
        raise Unsatisfiable
    end = min(int(last) + 1, size) if last else size
    return Part(start, end - start, size)


def _suffix(length: int, size: int) -> Part:
    if length == 0 or size == 0:
        raise Unsatisfiable
    start = max(0, size - length)
    return Part(start, size - start, size)
