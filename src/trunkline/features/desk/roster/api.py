"""Agents over HTTP: what they are at, and what is changed about them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from trunkline.features import audit, identity
from trunkline.features.desk.roster import service
from trunkline.features.desk.roster.schemas import (
    AgentChange,
    AgentCopied,
    AgentCopy,
    AgentList,
    AgentOut,
    AgentsMoved,
    Leaving,
    Left,
)
from trunkline.features.tenancy import Principal, Writing, permit, problem
from trunkline.kit.ids import secret_text
from trunkline.runtime.platform import PlatformDep

router = APIRouter(prefix="/agents", tags=["agents"], responses=problem(401, 403))
AgentRef = Annotated[str, Path(min_length=1, max_length=40)]


@router.get("", responses=problem(503))
async def list_agents(
    platform: PlatformDep, principal: Principal = permit("agents.read")
) -> AgentList:
    """The agents one may see, and what each is at."""
    return await platform.db.read(
        lambda tx: AgentList(items=service.listed(tx, platform, principal))
    )


@router.post("/moves", status_code=204, responses=problem(404, 422, 503))
async def move_agents(
    platform: PlatformDep, body: AgentsMoved, principal: Principal = permit("agents.write")
) -> None:
    """Move agents between queues; who is free is offered the new queue's calls at once."""

    def work(on: Writing) -> str:
        service.move(on, principal, body)
        return body.to_queue or body.from_queue or ""

    deed = audit.Deed("agent", "moved", "agents.read", routes=True)
    await audit.perform(platform, principal, deed, work)


@router.post("/{agent_id}/copy", status_code=201, responses=problem(404, 409, 422, 503))
async def copy_agent(
    agent_id: AgentRef,
    platform: PlatformDep,
    door: identity.DoorDep,
    body: AgentCopy,
    principal: Principal = permit("users.write"),
) -> AgentCopied:
    """Make somebody new with the roles, team, queues, skills and abilities of an agent."""
    password = secret_text(12)
    hashed = await door.passwords.hash(password)
    new = identity.NewUser(body.username, body.display_name, hashed, ())
    deed = audit.Deed("agent", "copied", "agents.read", routes=True)
    made = await audit.perform(
        platform,
        principal,
        deed,
        lambda on: service.copy(on, platform, principal, agent_id, new),
    )
    return AgentCopied(id=made, username=body.username, initial_password=password)


@router.post("/{agent_id}/leave", responses=problem(404, 409, 422, 503))
async def see_off(
    agent_id: AgentRef,
    platform: PlatformDep,
    body: Leaving,
    principal: Principal = permit("users.write"),
) -> Left:
    """One leaves for good: sessions end, open tickets go to another, the records stay."""
    moved: list[int] = []

    def work(on: Writing) -> str:
        moved.append(service.leave(on, platform, principal, agent_id, body.hand_over_to))
        return agent_id

    deed = audit.Deed("agent", "left", "agents.read", routes=True)
    await audit.perform(platform, principal, deed, work)
    return Left(tickets_moved=moved[-1])


@router.patch("/{agent_id}", responses=problem(404, 409, 422, 503))
async def change_agent(
    agent_id: AgentRef,
    platform: PlatformDep,
    body: AgentChange,
    principal: Principal = permit("agents.write"),
) -> AgentOut:
    """Change skills, abilities, queues or extension; routing follows at once."""
    given = body.model_dump(exclude_unset=True)

    def work(on: Writing) -> str:
        service.change(on, principal, agent_id, dict(given))
        return agent_id

    deed = audit.Deed("agent", "updated", "agents.read", routes=True)
    await audit.perform(platform, principal, deed, work)
    return await platform.db.read(lambda tx: service.one(tx, platform, principal, agent_id))
