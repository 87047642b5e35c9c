"""The port to time and to new ids; the only way in for what cannot be replayed."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    """UTC wall time."""

    def now_ms(self) -> int:
        """Milliseconds since the Unix epoch, UTC."""


class Ids(Protocol):
    """New names for things."""

    def new(self, prefix: str) -> str:
        """A new id, unique and sortable by time, such as `tck_01J…`."""

    def seed(self) -> int:
        """A fresh random number of 63 bits."""
