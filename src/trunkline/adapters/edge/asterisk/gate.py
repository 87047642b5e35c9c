"""The overload gate: how many calls come in, and how many stand, before new ones are refused.

A burst is taken in. A flood is not: when far more come than the limit says, no more are taken than
are answered in time, on whatever machine this is, and the others are refused where it costs least:
by the dialplan, before they are told to us.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from trunkline.adapters.edge.asterisk.settings import Limits

REVIEW_EVERY_S: Final = 0.25
OVER_S: Final = 1.0
"""So long what came is looked back on to see whether a flood is over: few of it reach us."""
FLOOD: Final = 1.5
"""So many times the limit in arrivals are a flood."""
KEEPS: Final = 1.4
"""In a flood nine of ten are attended to in so many times what is usual, or fewer come in."""
SOONEST_S: Final = 0.004
LATEST_S: Final = 0.025
"""What it usually takes is believed within these bounds."""
LEARNS: Final = 0.1
FEWER: Final = 0.75
MORE_PER_S: Final = 1.0
"""In a flood the rate falls by this factor at a review and rises by this much."""
LEAST_PER_S: Final = 5.0
MOST_SHED_PCT: Final = 97
"""Some arrive always, so that the end of a flood is seen."""


class Gate:
    """A token bucket for arrivals and a bound for legs."""

    def __init__(self, limits: Limits, now_s: float) -> None:
        self.shed_pct = 0
        """Of a hundred arrivals, how many the dialplan is to refuse from now."""

        self._limits = limits
        self._per_s = limits.arrivals_per_s
        self._tokens = float(limits.burst)
        self._at_s = self._reviewed_s = now_s
        self._came = self._taken = 0
        self._offered = 0.0
        """How many a second arrived, ours and those that the dialplan refused."""

        self._waited: list[float] = []
        self._usual_s = SOONEST_S

    def attended(self, after_s: float) -> None:
        """One that was let in got what it is first given, so long after it came."""
        self._waited.append(after_s)

    def admits(self, legs: int, now_s: float) -> bool:
        """Whether one more call may come in now, with so many legs there."""
        self._came += 1
        self.review(now_s)
        grown = self._tokens + (now_s - self._at_s) * self._per_s
        self._tokens, self._at_s = min(grown, float(self._limits.burst)), now_s
        if legs >= self._limits.legs or self._tokens < 1:
            return False
        self._tokens -= 1
        self._taken += 1
        return True

    def review(self, now_s: float) -> None:
        """When it is time: see what came since the last one, and decide how many are taken in."""
        since_s = now_s - self._reviewed_s
        if since_s < REVIEW_EVERY_S:
            return
        offered = self._came / since_s / (1 - self.shed_pct / 100)
        if self.shed_pct:
            offered = self._offered + min(1.0, since_s / OVER_S) * (offered - self._offered)
        self._offered = offered
        if offered >= FLOOD * self._limits.arrivals_per_s:
            changed = self._per_s * FEWER if self._is_slow() else self._per_s + MORE_PER_S
            self._per_s = min(max(changed, LEAST_PER_S), self._limits.arrivals_per_s)
            self._tokens = min(self._tokens, self._per_s * REVIEW_EVERY_S)
            self.shed_pct = min(round(100 * (1 - self._per_s / offered)), MOST_SHED_PCT)
        else:
            self._per_s, self.shed_pct = self._limits.arrivals_per_s, 0
            self._learn()
        self._came = self._taken = 0
        self._waited.clear()
        self._reviewed_s = now_s

    def _is_slow(self) -> bool:
        if not self._waited:
            return self._taken > 0
        return self._nine_of_ten_s() > KEEPS * self._usual_s

    def _learn(self) -> None:
        if self._waited:
            grown = self._usual_s + LEARNS * (self._nine_of_ten_s() - self._usual_s)
            self._usual_s = min(max(grown, SOONEST_S), LATEST_S)

    def _nine_of_ten_s(self) -> float:
        return sorted(self._waited)[len(self._waited) * 9 // 10]
