"""How long one will wait: a queue's recent pace, folded out of facts, and an estimate from it.

Whoever is n-th in line is served when n places have become free. While everybody is busy the line
is served at a rate r and each who waits leaves at a rate θ, so the wait is the sum of n
exponential steps, Σ 1 ÷ (r + iθ) for i = 0 … n-1 (queue length with abandonment, after Whitt 1999),
and then the phone rings. Both rates are what the line showed lately; the memory fades with the
time that somebody stood in line, not with idle hours. What was foretold is compared with what came:
the mean ratio corrects the estimate, and the reach of the upper bound moves until four of five
waits stay below it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from trunkline.core.records import record

MEMORY_MS = 1_200_000
"""Time in line after which what was seen counts 1/e."""
PRIOR_TAKEN = 4.0
"""How many served ones the assumption of the beginning is worth."""
ASSUMED_PATIENCE_MS = 600_000
ASSUMED_RING_MS = 4_000
PRIOR_ERRORS_MS = 600_000.0
RINGS_FADE = 0.99
ERRORS_KEPT = 200.0
"""Over about so many waits the errors are averaged."""
NORMAL_80 = 0.8416
"""Quantile of the normal law that begins the upper bound."""
REACH_STEP = 0.05
COVERED = 0.8
LONGEST_SUM = 2_000
"""Places beyond are taken as this one."""
FEW, SMOOTH = 6, 20
"""More steps than this are summed at once, where each is at most a 20th longer than the next."""
LOWEST_REACH, HIGHEST_REACH = -1.0, 4.0


@dataclass(slots=True)
class Pace:
    """What a queue's line showed lately; amounts fade together, so their ratios are rates."""

    at: int = 0
    taken: float = 0.0
    in_line_ms: float = 0.0
    left: float = 0.0
    waited_ms: float = 0.0
    rings: float = 0.0
    ring_ms: float = 0.0
    foretold_ms: float = PRIOR_ERRORS_MS
    came_ms: float = PRIOR_ERRORS_MS
    reach: float = NORMAL_80


@record(frozen=True, slots=True)
class Estimate:
    """The expected wait and the bound that four of five waits stay below, ms."""

    mean_ms: int
    upper_ms: int


def pass_time(pace: Pace, standing: int, at: int) -> None:
    """So many stood in line until now; call it before that changes."""
    if standing > 0 and at > pace.at:
        spent = at - pace.at
        fades = math.exp(-spent / MEMORY_MS)
        pace.taken *= fades
        pace.left *= fades
        pace.in_line_ms = pace.in_line_ms * fades + spent
        pace.waited_ms = pace.waited_ms * fades + spent * standing
    pace.at = at


def foretell(pace: Pace, place: int, assumed_ms: float) -> Estimate:
    """For the one at a place in line (1 is next); 0 is for whom somebody is free.

    `assumed_ms` is the time between two served ones that is assumed before any was seen.
    """
    ring = (pace.ring_ms + ASSUMED_RING_MS) / (pace.rings + 1)
    if not place:
        return Estimate(round(ring), round(2 * ring))
    mean, variance = _sums(pace, place, assumed_ms)
    corrected = pace.came_ms / pace.foretold_ms
    upper = _gamma_quantile(mean, variance, pace.reach)
    return Estimate(round(mean * corrected + ring), round(upper * corrected + ring))


def rang(pace: Pace, ring_ms: int) -> None:
    """A phone was answered after ringing so long."""
    pace.rings = pace.rings * RINGS_FADE + 1
    pace.ring_ms = pace.ring_ms * RINGS_FADE + ring_ms


def compare(pace: Pace, told: Estimate, came_ms: int) -> None:
    """A wait is over by an answer: learn from what was foretold."""
    fades = 1 - 1 / ERRORS_KEPT
    plain = told.mean_ms * pace.foretold_ms / pace.came_ms
    pace.came_ms = pace.came_ms * fades + came_ms
    pace.foretold_ms = pace.foretold_ms * fades + plain
    missed = came_ms > told.upper_ms
    reach = pace.reach + REACH_STEP * ((1.0 if missed else 0.0) - (1 - COVERED))
    pace.reach = min(HIGHEST_REACH, max(LOWEST_REACH, reach))


def _sums(pace: Pace, place: int, assumed_ms: float) -> tuple[float, float]:
    """Mean and variance of the steps until the place is served."""
    rate = (pace.taken + PRIOR_TAKEN) / (pace.in_line_ms + PRIOR_TAKEN * assumed_ms)
    leaving = (pace.left + 1) / (pace.waited_ms + ASSUMED_PATIENCE_MS)
    steps, mean, variance = min(place, LONGEST_SUM), 0.0, 0.0
    while steps and (steps <= FEW or rate < SMOOTH * leaving):
        step = 1 / rate
        mean += step
        variance += step * step
        rate += leaving
        steps -= 1
    if not steps:
        return mean, variance
    more, spread = _long_sums(rate, leaving, steps)
    return mean + more, variance + spread


def _long_sums(rate: float, leaving: float, steps: int) -> tuple[float, float]:
    """Sums of 1 ÷ (r + iθ) and of its square for i = 0 … n-1 at once (Euler and Maclaurin).

    The terms left out are below (θ ÷ r)^5 ÷ 252 of the first step.
    """
    first, last = 1 / rate, 1 / (rate + (steps - 1) * leaving)
    cubed = leaving**3
    mean = (
        math.log1p((steps - 1) * leaving * first) / leaving
        + (first + last) / 2
        + leaving * (first**2 - last**2) / 12
        - cubed * (first**4 - last**4) / 120
    )
    variance = (
        (steps - 1) * first * last
        + (first**2 + last**2) / 2
        + leaving * (first**3 - last**3) / 6
        - cubed * (first**5 - last**5) / 30
    )
    return mean, variance


def _gamma_quantile(mean: float, variance: float, normal: float) -> float:
    """Quantile of the gamma law with these moments (Wilson and Hilferty 1931)."""
    shape = mean * mean / variance
    root = 1 - 1 / (9 * shape) + normal / (3 * math.sqrt(shape))
    return mean * max(0.0, root) ** 3
