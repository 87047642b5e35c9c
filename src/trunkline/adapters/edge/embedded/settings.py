"""What the process of the embedded engine is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

MOST_CALLS: Final = 25
"""Calls from pages at a time; more are refused. `bench/embedded.py` tells what they cost."""

LEGS_A_CALL: Final = 3
"""Legs that may stand for each of them: the customer, the agent, and somebody who helps."""


@dataclass(frozen=True, slots=True)
class EmbeddedSettings:
    """One instance; its directory is readable by its owner only."""

    directory: Path
    calls: int = MOST_CALLS

    @property
    def legs(self) -> int:
        """How many legs may stand at a time."""
        return self.calls * LEGS_A_CALL

    @property
    def spool(self) -> Path:
        """Where recordings are written."""
        return self.directory / "spool"

    @property
    def sounds(self) -> Path:
        """Where tenants' own announcements lie."""
        return self.directory / "sounds"

    @property
    def socket(self) -> Path:
        """Where the process listens."""
        return self.directory / "engine.sock"

    @property
    def console(self) -> Path:
        """What the process says."""
        return self.directory / "console"

    @property
    def memory(self) -> Path:
        """By which it is found again."""
        return self.directory / "process.json"
