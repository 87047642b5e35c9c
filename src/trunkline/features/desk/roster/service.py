"""Agents joined with queues and with what the cell shows of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from trunkline.core.words import AgentId, AgentState, DeviceKind
from trunkline.features import agents, identity, queues, tickets
from trunkline.features.desk.roster.schemas import AgentDeviceOut, AgentOut, SetHeld
from trunkline.features.tenancy import instant, instant_or_none

if TYPE_CHECKING:
    from typing import Any

    from trunkline.features.desk.roster.schemas import AgentsMoved
    from trunkline.features.identity import User
    from trunkline.features.tenancy import Principal, Writing
    from trunkline.ports.database import Tx
    from trunkline.runtime.driver import Picture
    from trunkline.runtime.platform import Platform

READ: Final = "agents.read"
WRITE: Final = "agents.write"
MOST: Final = 100_000
ROLE: Final = "agent"


def listed(tx: Tx, platform: Platform, principal: Principal) -> list[AgentOut]:
    """The agents that one may see, and active users who may become one, by username."""
    wanted = identity.WantedUsers(principal.visible_teams(READ))
    users = identity.list_users(tx, principal.tenant_id, wanted, MOST)
    return _told(tx, platform, principal.tenant_id, users)


def one(tx: Tx, platform: Platform, principal: Principal, agent_id: str) -> AgentOut:
    """One agent; raises 404 `user_unknown`."""
    user = identity.known_user(tx, principal, WRITE, agent_id)
    return _agent(user, _around(tx, platform, principal.tenant_id))


def change(on: Writing, principal: Principal, agent_id: str, given: dict[str, Any]) -> None:
    """Change what is given; a user who is no agent yet becomes one.

    Raises 404 `user_unknown` or `queue_unknown`, 409 `extension_taken`.
    """
    identity.known_user(on.tx, principal, WRITE, agent_id)
    agents.ensure(on, agent_id)
    chosen = given.pop("queues", None)
    agents.change(on, agent_id, given)
    if chosen is not None:
        queues.serve(on, agent_id, chosen)


def move(on: Writing, principal: Principal, moved: AgentsMoved) -> None:
    """Let agents leave one queue for another; all or none.

    Raises 404 `user_unknown` or `queue_unknown`.
    """
    gone = _queue_id(on, moved.from_queue)
    new = _queue_id(on, moved.to_queue)
    for agent_id in moved.agents:
        identity.known_user(on.tx, principal, WRITE, agent_id)
        agents.ensure(on, agent_id)
        served = set(queues.queues_of(on.tx, on.tenant_id, agent_id)) - gone
        queues.serve(on, agent_id, sorted(served | new))


def copy(
    on: Writing, platform: Platform, principal: Principal, agent_id: str, new: identity.NewUser
) -> str:
    """Make a user like an agent: roles, team, language, queues and skills. Returns the new id.

    Raises 404 `user_unknown`, 409 `username_taken`.
    """
    like = identity.known_user(on.tx, principal, "users.write", agent_id)
    twin = replace(new, roles=like.roles, team_id=like.team_id, language=like.language)
    user_id = identity.add_user(on.tx, platform, principal, twin).user_id
    known = agents.ensure(on, agent_id)
    agents.ensure(on, user_id)
    able = agents.abilities_of(known).model_dump()
    agents.change(on, user_id, {"skills": known.skills, **able})
    queues.serve(on, user_id, queues.queues_of(on.tx, on.tenant_id, agent_id))
    return user_id


def leave(
    on: Writing, platform: Platform, principal: Principal, agent_id: str, heir: str | None
) -> int:
    """One leaves for good: no sessions, no queues, open tickets to the heir; history stays.

    Returns how many tickets moved. Raises 404 `user_unknown`, 409 `last_administrator`,
    422 `assignee_unknown`.
    """
    identity.change_user(on.tx, platform, principal, agent_id, {"active": False})
    queues.serve(on, agent_id, ())
    return tickets.hand_over(tickets.Writing(on.tx, platform, principal), agent_id, heir)


def _queue_id(on: Writing, queue: str | None) -> set[str]:
    return set() if queue is None else {queues.find(on.tx, on.tenant_id, queue).id}


@dataclass(frozen=True, slots=True)
class Around:
    """What agents are joined with: their rows, queues, names of teams, and the cell's picture."""

    rows: dict[str, agents.AgentRow]
    served: dict[str, list[str]]
    teams: dict[str, str]
    sets: dict[str, list[SetHeld]]
    picture: Picture | None


def _around(tx: Tx, platform: Platform, tenant_id: str) -> Around:
    rows = {row.id: row for row in agents.every(tx, tenant_id)}
    served: dict[str, list[str]] = {}
    for policy in queues.published(tx, tenant_id):
        for agent in policy.agents:
            served.setdefault(agent, []).append(policy.id)
    teams = {team.team_id: team.name for team in identity.list_teams(tx, tenant_id)}
    return Around(
        rows,
        served,
        teams,
        _sets(tx, tenant_id, platform.clock.now_ms()),
        platform.cells.picture(tenant_id),
    )


def _sets(tx: Tx, tenant_id: str, now: int) -> dict[str, list[SetHeld]]:
    held = agents.sets_held_by(tx, tenant_id, now)
    return {
        agent: [SetHeld(id=one.id, name=one.name, until=instant(one.until)) for one in mine]
        for agent, mine in held.items()
    }


def _told(tx: Tx, platform: Platform, tenant_id: str, users: list[User]) -> list[AgentOut]:
    around = _around(tx, platform, tenant_id)
    return [
        _agent(user, around)
        for user in users
        if user.user_id in around.rows or (user.active and _may_become_one(user))
    ]


def _may_become_one(user: User) -> bool:
    return any(held.role == ROLE for held in user.roles)


def _agent(user: User, around: Around) -> AgentOut:
    row = around.rows.get(user.user_id)
    able = agents.abilities_of(row) if row else agents.Abilities()
    view = around.picture.agents.get(AgentId(user.user_id)) if around.picture else None
    kind = view.device if view else DeviceKind(row.device if row else DeviceKind.BROWSER)
    return AgentOut(
        id=user.user_id,
        name=user.display_name,
        username=user.username,
        extension=row.extension if row else None,
        state=view.state if view else AgentState.OFFLINE,
        reason=view.reason if view else None,
        since=instant_or_none(view.since if view else None),
        queues=around.served.get(user.user_id, []),
        skills=row.skills if row else {},
        skill_sets=around.sets.get(user.user_id, []),
        team=around.teams.get(user.team_id or ""),
        location=row.location if row else "",
        voicemail_mailbox=row.voicemail_mailbox if row else None,
        device=AgentDeviceOut(kind=kind, account=row.account if row else None),
        **dict(able),
    )
