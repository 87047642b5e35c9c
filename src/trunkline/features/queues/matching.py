"""Who of some agents meets a requirement as it is being written, and who of them is free now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trunkline.core.acd.expressions import ExpressionError, bind, holds, parse
from trunkline.core.acd.pools import abilities_of
from trunkline.core.words import AgentState
from trunkline.features.queues.schemas import (
    AgentMatch,
    RelaxingAsked,
    RequirementAsked,
    RequirementFault,
    RequirementStep,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from trunkline.core.acd.expressions import Abilities, Expression
    from trunkline.core.config import AgentProfile
    from trunkline.core.words import AgentId


def check(
    asked: RequirementAsked,
    profiles: Iterable[AgentProfile],
    states: Mapping[AgentId, AgentState],
) -> list[RequirementStep]:
    """Each step of a requirement in the order of the wait, with who matches it."""
    wanted = set(asked.agents)
    able = {one.id: abilities_of(one) for one in profiles if one.id in wanted}
    first = RelaxingAsked(after_s=0, requirement=asked.requirement)
    steps = [first, *sorted(asked.relaxing, key=lambda step: step.after_s)]
    return [_step(step, asked.tags, able, states) for step in steps]


def _step(
    step: RelaxingAsked,
    tags: Mapping[str, str],
    able: Mapping[AgentId, Abilities],
    states: Mapping[AgentId, AgentState],
) -> RequirementStep:
    try:
        bound = bind(parse(step.requirement), tags)
    except ExpressionError as error:
        fault = RequirementFault(code=error.code, position=error.position, detail=error.detail)
        return RequirementStep(
            after_s=step.after_s, requirement=step.requirement, fault=fault, agents=[]
        )
    return RequirementStep(
        after_s=step.after_s,
        requirement=step.requirement,
        fault=None,
        agents=_matching(bound, able, states),
    )


def _matching(
    bound: Expression, able: Mapping[AgentId, Abilities], states: Mapping[AgentId, AgentState]
) -> list[AgentMatch]:
    return [
        AgentMatch(agent_id=agent, ready=states.get(agent) is AgentState.READY)
        for agent, abilities in able.items()
        if holds(bound, abilities)
    ]
