"""The port to the simulator: a day that was, played again under another policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from trunkline.core.config import Policy


@dataclass(frozen=True, slots=True)
class Question:
    """Which stretch of a tenant's journal (ms UTC) is played, and under which two policies."""

    tenant_id: str
    begin: int
    end: int
    published: Policy
    draft: Policy


class SimulationFailed(Exception):
    """The day could not be played; the text says why, without personal values."""


class Simulator(Protocol):
    """Plays days beside the running house; it takes seconds to minutes."""

    async def compare(
        self, question: Question, progress: Callable[[float], Awaitable[None]]
    ) -> dict[str, Any]:
        """The comparison as JSON values; `progress` is told the share done, 0–1.

        Raises `SimulationFailed`.
        """


class NoSimulator:
    """Where none is bound."""

    async def compare(
        self, question: Question, progress: Callable[[float], Awaitable[None]]
    ) -> dict[str, Any]:
        """Nobody plays here."""
        raise SimulationFailed("There is no simulator here.")
