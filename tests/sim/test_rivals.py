"""The rules that the comparison plays: the same agents and callers for each."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.rivals import STARVING_MS, index, rivals
from trunkline.core.config import Policy
from trunkline.core.state import State
from trunkline.core.words import AgentId, QueueId
from trunkline.sim import scenario
from trunkline.sim.run import one_day
from trunkline.sim.scenario import Scenario

MORNING = Path(__file__).parents[2] / "examples/scenarios/morning.toml"
SHORT_STAFF = 1.05


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


def test_our_rule_lets_nobody_wait_beyond_the_cap_while_newer_ones_are_served() -> None:
    where = given()
    longest = [one_day(where, seed, index(where))[0].overall["longest_s"] for seed in (1, 2, 3)]
    assert max(longest) <= STARVING_MS / 1_000
