"""Records: values that do not change once made, and that are made quickly.

To a type checker a record is a frozen dataclass, and `mypy --strict` refuses whatever assigns to
one. While the program runs nothing else guards it: a dataclass that freezes itself takes six times
as long to make, and making what was decided took a fifth of deciding it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

__all__ = ["record"]

if TYPE_CHECKING:
    from dataclasses import dataclass as record
else:

    def record(*, frozen: bool, slots: bool) -> Any:
        """`@record(frozen=True, slots=True)`: equal, hashed and shown by its fields."""
        return dataclass(slots=slots, unsafe_hash=frozen)
