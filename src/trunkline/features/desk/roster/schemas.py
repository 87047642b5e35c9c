"""Agents as lists show them."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from trunkline.core.words import AgentState, DeviceKind
from trunkline.features.agents import Abilities
from trunkline.features.tenancy import ApiModel, Instant, Word

Skill = Annotated[str, StringConstraints(min_length=1, max_length=60)]
SkillLevel = Annotated[int, Field(ge=1, le=5)]
AgentId = Annotated[str, StringConstraints(min_length=1, max_length=40)]
QueueRef = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Mailbox = Annotated[
    str, StringConstraints(max_length=254, pattern=r"^[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+$")
]
Extension = Annotated[str, StringConstraints(pattern=r"^[0-9]{2,10}$")]


class AgentDeviceOut(ApiModel):
    """How the agent is reached."""

    kind: Word[DeviceKind]
    account: str | None


class SetHeld(ApiModel):
    """A skill set that an agent holds until a date."""

    id: str
    name: str
    until: Instant


Location = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f<>\"]*$")]


class AgentOut(Abilities):
    """An agent. Without `device.account` a user who may become one by coming to the desk.

    `skills` are the agent's own; those of `skill_sets` come on top until their dates.

    `team` is the name of the team, by which requirements ask for it.
    """

    id: str
    name: str
    username: str
    extension: str | None
    state: Word[AgentState]
    reason: str | None
    since: Instant | None
    queues: list[str]
    skills: dict[str, int]
    skill_sets: list[SetHeld]
    team: str | None
    location: str
    voicemail_mailbox: str | None
    device: AgentDeviceOut


class AgentList(ApiModel):
    """The agents one may see, by username."""

    items: list[AgentOut]


class AgentsMoved(ApiModel):
    """Agents who are to serve another queue from now on; queues by id or name.

    Without `from_queue` they serve `to_queue` besides those they serve; without `to_queue` they
    only leave.
    """

    agents: Annotated[list[AgentId], Field(min_length=1, max_length=500)]
    from_queue: QueueRef | None = None
    to_queue: QueueRef | None = None

    @model_validator(mode="after")
    def _goes_somewhere(self) -> Self:
        if self.from_queue == self.to_queue:
            raise ValueError("name a queue to leave, one to serve, or two that differ")
        return self


class AgentCopy(ApiModel):
    """Somebody new who is to be like an agent: roles, team, queues and skills."""

    username: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._@+-]{1,64}$")]
    display_name: Annotated[str, StringConstraints(min_length=1, max_length=100)]


class AgentCopied(ApiModel):
    """The new agent; the first password is told this once."""

    id: str
    username: str
    initial_password: str


class Leaving(ApiModel):
    """Who takes over the open tickets; without one they are nobody's."""

    hand_over_to: AgentId | None = None


class Left(ApiModel):
    """What was moved of one who left."""

    tickets_moved: int


class AgentChange(Abilities):
    """What is to change, each whole; `queues` by id or name, exactly these."""

    skills: dict[Skill, SkillLevel] = Field(default_factory=dict, max_length=50)
    queues: list[QueueRef] = Field(default_factory=list, max_length=500)
    extension: Extension | None = None
    location: Location = Field(
        "", description="Where the seat is; it goes with emergency calls. An address, or a URI."
    )
    voicemail_mailbox: Mailbox | None = Field(
        None, description="Told of messages for the agent; without one the queue's mailbox is."
    )
