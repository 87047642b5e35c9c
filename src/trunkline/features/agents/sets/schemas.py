"""Skill sets as the API tells them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from trunkline.features.tenancy import ApiModel, Instant

MOST_HOLDERS = 5_000
SetName = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"\S")]
Skill = Annotated[str, StringConstraints(min_length=1, max_length=60)]
SkillLevel = Annotated[int, Field(ge=1, le=5)]
Skills = Annotated[dict[Skill, SkillLevel], Field(min_length=1, max_length=50)]
AgentRef = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class SkillSetNew(ApiModel):
    """A named set of skills with their levels, 1 to 5."""

    name: SetName
    skills: Skills


class SkillSetChange(ApiModel):
    """What is to change; `skills` are given whole."""

    name: SetName = "skill set"
    skills: Skills = Field(default_factory=dict)


class HolderIn(ApiModel):
    """Until when an agent holds a set; from then on it is gone by itself."""

    until: Instant


class HolderOut(HolderIn):
    """An agent who holds a set."""

    agent_id: str


class SkillSetOut(ApiModel):
    """A set, and who of the agents one may see holds it until when."""

    id: str
    name: str
    skills: dict[str, int]
    version: int
    holders: list[HolderOut]


class SkillSetList(ApiModel):
    """All sets of the tenant, by name."""

    items: list[SkillSetOut]


class HolderKept(ApiModel):
    """A holder as the configuration keeps it: `until` is ms."""

    agent: AgentRef
    until: Annotated[int, Field(ge=0, lt=2**53)]


class SkillSetKept(ApiModel):
    """A set as the configuration keeps it."""

    skills: Skills
    holders: list[HolderKept] = Field(default_factory=list, max_length=MOST_HOLDERS)
