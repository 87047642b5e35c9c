"""Agents over HTTP: what they are at, and what is changed about them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from trunkline.features import audit
from trunkline.features.desk.roster import service
from trunkline.features.desk.roster.schemas import (
    AgentChange,
    AgentList,
    AgentOut,
)
from trunkline.features.tenancy import Principal, Writing, permit, problem
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


@router.patch("/{agent_id}", responses=problem(404, 409, 422, 503))
async def change_agent(
    agent_id: AgentRef,
    platform: PlatformDep,
    body: AgentChange,
    principal: Principal = permit("agents.write"),
) -> AgentOut:
    """Change skills, queues or extension; routing follows at once."""
    given = body.model_dump(exclude_unset=True)

    def work(on: Writing) -> str:
        service.change(on, principal, agent_id, dict(given))
        return agent_id

    deed = audit.Deed("agent", "updated", "agents.read", routes=True)
    await audit.perform(platform, principal, deed, work)
    return await platform.db.read(lambda tx: service.one(tx, platform, principal, agent_id))
