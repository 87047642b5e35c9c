"""Who of some agents meets a requirement as it is being written, and who of them is free now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trunkline.core.acd.expressions import ExpressionError, bind, holds, parse
from trunkline.core.acd.pools import abilities_of
from trunkline.core.words import AgentState
from trunkline.features.queues.schemas import (
    AgentMatch,
    QueueOut,
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


def serving(
    asked: RequirementAsked, queue: QueueOut | None, profiles: Iterable[AgentProfile]
) -> list[AgentProfile]:
    """The agents who are asked about: those named, of the queue where one is, with its skills."""
    named, wanted = set(asked.agents), dict(asked.skills_required)
    if queue is not None:
        named = named & {*queue.agents} if named else {*queue.agents}
        wanted = _stricter(wanted, queue.skills_required)
    return [one for one in profiles if one.id in named and _has(one, wanted)]


def check(
    asked: RequirementAsked,
    profiles: Iterable[AgentProfile],
    states: Mapping[AgentId, AgentState],
) -> list[RequirementStep]:
    """Each step of a requirement in the order of the wait, with who matches it."""
    able = {one.id: abilities_of(one) for one in profiles}
    first = RelaxingAsked(after_s=0, requirement=asked.requirement)
    steps = [first, *sorted(asked.relaxing, key=lambda step: step.after_s)]
    return [_step(step, asked.tags, able, states) for step in steps]


def _stricter(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: max(one.get(name, 0), other.get(name, 0)) for name in {*one, *other}}


def _has(profile: AgentProfile, levels: Mapping[str, int]) -> bool:
    have = dict(profile.skills)
    return all(have.get(name, 0) >= level for name, level in levels.items())


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
