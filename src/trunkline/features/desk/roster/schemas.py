"""Agents as lists show them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from trunkline.core.words import AgentState, DeviceKind
from trunkline.features.tenancy import ApiModel, Instant, Word

Skill = Annotated[str, StringConstraints(min_length=1, max_length=60)]
SkillLevel = Annotated[int, Field(ge=1, le=5)]
QueueRef = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Extension = Annotated[str, StringConstraints(pattern=r"^[0-9]{2,10}$")]


class AgentDeviceOut(ApiModel):
    """How the agent is reached."""

    kind: Word[DeviceKind]
    account: str | None


class AgentOut(ApiModel):
    """An agent. Without `device.account` a user who may become one by coming to the desk."""

    id: str
    name: str
    username: str
    extension: str | None
    state: Word[AgentState]
    reason: str | None
    since: Instant | None
    queues: list[str]
    skills: dict[str, int]
    device: AgentDeviceOut


class AgentList(ApiModel):
    """The agents one may see, by username."""

    items: list[AgentOut]


class AgentChange(ApiModel):
    """What is to change; `queues` by id or name, exactly these."""

    skills: dict[Skill, SkillLevel] = Field(default_factory=dict, max_length=50)
    queues: list[QueueRef] = Field(default_factory=list, max_length=500)
    extension: Extension | None = None
