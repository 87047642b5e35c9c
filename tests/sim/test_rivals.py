"""The rules that the comparison plays: the same agents and callers for each."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.rivals import STARVING_MS, index, rivals
from trunkline.core.config import Policy
from trunkline.core.state import State
from trunkline.core.words import AgentId, QueueId
from trunkline.sim import scenario
from trunkline.sim.day import Day
from trunkline.sim.plan import drawn
from trunkline.sim.run import one_day
from trunkline.sim.scenario import Phone, Scenario
from trunkline.sim.tally import Tally

MORNING = Path(__file__).parents[2] / "examples/scenarios/morning.toml"
SHORT_STAFF = 1.05
HOPELESS = 1.8
RINGING_MS = 20_000


def given() -> Scenario:
    return scenario.at_load(scenario.load(MORNING), SHORT_STAFF)


def every_rule(where: Scenario) -> dict[str, Policy]:
    found = {
        f"{rule}, {way}": policy
        for rule, ways in rivals(where).items()
        for way, policy in ways.items()
    }
    return found | {"index": index(where)}


def may_serve(policy: Policy) -> dict[AgentId, frozenset[QueueId]]:
    state = State("c", policy)
    state.index()
    return {agent: frozenset(queues) for agent, queues in state.serves.items()}


def test_every_rule_has_the_same_agents_for_the_same_queues() -> None:
    rules = every_rule(given())
    eligible = [may_serve(policy) for policy in rules.values()]
    assert all(one == eligible[0] for one in eligible)
    assert len({repr(policy) for policy in rules.values()}) == len(rules), "no rule twice"


@pytest.mark.parametrize("rule", sorted(every_rule(given())))
def test_every_rule_serves_a_day_to_its_end(rule: str) -> None:
    where = given()
    overall = one_day(where, 21, every_rule(where)[rule])[0].overall
    assert overall["offered"] > 400
    assert overall["answered"] + overall["offered"] * overall["abandon"] / 100 == pytest.approx(
        overall["offered"]
    )


def test_once_somebody_waited_to_the_cap_nobody_newer_of_the_queue_is_served_before() -> None:
    where = scenario.at_load(given(), HOPELESS)
    plan = drawn(where.model_copy(update={"phone": Phone(answer_s=2)}), 2, index(where))
    tally = Tally(plan.end)
    Day(plan, 2, (tally,)).run()
    answered = [case for case in tally.cases if case.agent]
    starving = [case for case in answered if case.wait_ms > STARVING_MS + RINGING_MS]
    assert starving, "short staff makes some wait that long"
    for case in starving:
        from_ms = case.entered_at + STARVING_MS + RINGING_MS
        until_ms = case.entered_at + case.wait_ms - RINGING_MS
        overtook = [
            other
            for other in answered
            if (other.queue, other.entered_at > case.entered_at) == (case.queue, True)
            and from_ms < other.entered_at + other.wait_ms < until_ms
        ]
        assert not overtook
