"""Small days for the tests of the simulator."""

from __future__ import annotations

from typing import Any

from trunkline.core.words import Level
from trunkline.sim.day import Day
from trunkline.sim.plan import drawn
from trunkline.sim.scenario import Clientele, Crew, Line, Phone, Scenario
from trunkline.sim.tally import Tally


def one_queue(
    *,
    hours: float,
    agents: float,
    calls: float,
    aht_s: float,
    patience_s: float | None = None,
    **more: Any,
) -> Scenario:
    """Exponential talks and equal agents whose phones answer at once; `calls` in 30 minutes."""
    given: dict[str, Any] = {
        "name": "one",
        "queues": (
            Line(name="q", calls=(calls,) * round(2 * hours), aht_s=aht_s, exponential=True),
        ),
        "customers": (Clientele(level=Level.REGULAR, share_pct=100, patience_s=patience_s),),
        "agents": (Crew(name="a", count=round(agents), queues=("q",)),),
        "phone": Phone(answer_s=0),
    }
    return Scenario(**(given | more))


def cases_of(scenario: Scenario, seed: int) -> tuple[Tally, int]:
    """The tally of a day that has run, and when it began."""
    plan = drawn(scenario, seed)
    tally = Tally(plan.end)
    Day(plan, seed, (tally,)).run()
    return tally.close(), plan.begin
