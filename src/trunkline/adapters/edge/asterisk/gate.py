"""The overload gate: how many calls come in, and how many stand, before new ones are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trunkline.adapters.edge.asterisk.settings import Limits


class Gate:
    """A token bucket for arrivals and a bound for legs."""

    def __init__(self, limits: Limits, now_s: float) -> None:
        self._limits = limits
        self._tokens = float(limits.burst)
        self._at_s = now_s

    def admits(self, legs: int, now_s: float) -> bool:
        """Whether one more call may come in now, with so many legs there."""
        grown = self._tokens + (now_s - self._at_s) * self._limits.arrivals_per_s
        self._tokens, self._at_s = min(grown, float(self._limits.burst)), now_s
        if legs >= self._limits.legs or self._tokens < 1:
            return False
        self._tokens -= 1
        return True
