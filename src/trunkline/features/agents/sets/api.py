"""Skill sets over HTTP: who configures makes them, who leads agents gives them until a date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path

from trunkline.features import audit, identity
from trunkline.features.agents import service as people
from trunkline.features.agents.sets import service, store
from trunkline.features.agents.sets.schemas import (
    HolderIn,
    HolderOut,
    SkillSetChange,
    SkillSetList,
    SkillSetNew,
    SkillSetOut,
)
from trunkline.features.tenancy import (
    IfMatch,
    Principal,
    Writing,
    epoch_ms,
    instant,
    permit,
    problem,
    require_match,
)
from trunkline.kit.errors import TrunklineError
from trunkline.runtime.platform import Platform, PlatformDep

if TYPE_CHECKING:
    from trunkline.ports.database import Tx

router = APIRouter(prefix="/skill-sets", tags=["agents"], responses=problem(401, 403, 422))
SetRef = Annotated[str, Path(min_length=1, max_length=60)]
AgentId = Annotated[str, Path(min_length=1, max_length=40)]
READ, WRITE, CONFIGURE = "agents.read", "agents.write", "configuration.write"
MOST_USERS = 100_000


@router.get("")
async def list_skill_sets(
    platform: PlatformDep, principal: Principal = permit(READ)
) -> SkillSetList:
    """All sets by name, with those of the agents one may see who hold them now."""
    return SkillSetList(items=await _every(platform, principal))


@router.post("", status_code=201, responses=problem(409))
async def create_skill_set(
    platform: PlatformDep, body: SkillSetNew, principal: Principal = permit(CONFIGURE)
) -> SkillSetOut:
    """Make a set; nobody holds it yet."""
    made = await audit.perform(
        platform, principal, _deed("created"), lambda on: service.create(on, body)
    )
    return await _told(platform, principal, made)


@router.patch("/{skill_set}", responses=problem(404, 409, 412))
async def change_skill_set(
    platform: PlatformDep,
    skill_set: SetRef,
    body: SkillSetChange,
    if_match: IfMatch = None,
    principal: Principal = permit(CONFIGURE),
) -> SkillSetOut:
    """Change name or skills; whoever holds the set has the new skills at once."""

    def work(on: Writing) -> str:
        row = service.find(on.tx, on.tenant_id, skill_set)
        if if_match is not None:
            require_match(if_match, row.version)
        service.change(on, row, body.model_dump(exclude_unset=True))
        return row.id

    changed = await audit.perform(platform, principal, _deed("updated"), work)
    return await _told(platform, principal, changed)


@router.delete("/{skill_set}", status_code=204, responses=problem(404))
async def delete_skill_set(
    platform: PlatformDep, skill_set: SetRef, principal: Principal = permit(CONFIGURE)
) -> None:
    """Remove a set; whoever holds it has its skills no more."""

    def work(on: Writing) -> str:
        row = service.find(on.tx, on.tenant_id, skill_set)
        service.delete(on, row)
        return row.id

    await audit.perform(platform, principal, _deed("deleted"), work)


@router.put("/{skill_set}/holders/{agent_id}", responses=problem(404, 409))
async def give_skill_set(
    platform: PlatformDep,
    skill_set: SetRef,
    agent_id: AgentId,
    body: HolderIn,
    principal: Principal = permit(WRITE),
) -> SkillSetOut:
    """Let an agent hold a set until a date; again with another date moves it."""

    def work(on: Writing) -> str:
        row = service.find(on.tx, on.tenant_id, skill_set)
        identity.known_user(on.tx, principal, WRITE, agent_id)
        people.ensure(on, agent_id)
        service.give(on, row, agent_id, epoch_ms(body.until))
        return row.id

    given = await audit.perform(platform, principal, _deed("given"), work)
    return await _told(platform, principal, given)


@router.delete("/{skill_set}/holders/{agent_id}", status_code=204, responses=problem(404))
async def take_skill_set(
    platform: PlatformDep,
    skill_set: SetRef,
    agent_id: AgentId,
    principal: Principal = permit(WRITE),
) -> None:
    """Take a set from an agent before its date."""

    def work(on: Writing) -> str:
        row = service.find(on.tx, on.tenant_id, skill_set)
        identity.known_user(on.tx, principal, WRITE, agent_id)
        service.take(on, row, agent_id)
        return row.id

    await audit.perform(platform, principal, _deed("taken"), work)


def _deed(verb: str) -> audit.Deed:
    return audit.Deed("skill_set", verb, READ, routes=True)


async def _told(platform: Platform, principal: Principal, set_id: str) -> SkillSetOut:
    for one in await _every(platform, principal):
        if one.id == set_id:
            return one
    raise TrunklineError("skill_set_unknown", 404, "There is no such skill set.")


async def _every(platform: Platform, principal: Principal) -> list[SkillSetOut]:
    now = platform.clock.now_ms()

    def work(tx: Tx) -> list[SkillSetOut]:
        wanted = identity.WantedUsers(principal.visible_teams(READ))
        users = identity.list_users(tx, principal.tenant_id, wanted, MOST_USERS)
        seen = {user.user_id for user in users}
        held = [one for one in store.held(tx, principal.tenant_id, now) if one.agent_id in seen]
        return [_out(row, held) for row in store.every(tx, principal.tenant_id)]

    return await platform.db.read(work)


def _out(row: store.SetRow, held: list[store.HolderRow]) -> SkillSetOut:
    holders = [
        HolderOut(agent_id=one.agent_id, until=instant(one.until))
        for one in held
        if one.set_id == row.id
    ]
    return SkillSetOut(
        id=row.id, name=row.name, skills=row.skills, version=row.version, holders=holders
    )
