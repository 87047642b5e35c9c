"""Users, teams and roles over HTTP."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from trunkline.features.identity import roster, service, store
from trunkline.features.identity.door import Door, DoorDep
from trunkline.features.identity.keys.api import router as keys_router
from trunkline.features.identity.schemas import (
    Imported,
    ImportedRow,
    RoleDescribed,
    TeamChange,
    TeamNew,
    TeamShown,
    UserChange,
    UserNew,
    UserShown,
    UsersPasted,
)
from trunkline.features.identity.sessions.api import router as sessions_router
from trunkline.features.tenancy import ROLES, Principal, get, permit, problem
from trunkline.kit import sheets
from trunkline.kit.ids import secret_text
from trunkline.kit.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, cut, decode_cursor
from trunkline.runtime.platform import PlatformDep

router = APIRouter(responses=problem(401, 403, 422))
router.include_router(sessions_router)
router.include_router(keys_router)


@router.get("/users", tags=["users"], responses=problem(400))
async def list_users(
    platform: PlatformDep,
    q: Annotated[str | None, Query(max_length=100)] = None,
    active: bool | None = None,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
    principal: Principal = permit("users.read"),
) -> Page[UserShown]:
    """Users in reach, by username; `q` looks in usernames and names."""
    wanted = store.WantedUsers(principal.visible_teams("users.read"), active, q, _after(cursor))
    found = await platform.db.read(
        lambda tx: store.list_users(tx, principal.tenant_id, wanted, limit + 1)
    )
    page, following = cut(
        found, limit, lambda user: (store.username_key(user.username), user.user_id)
    )
    return Page(items=[UserShown.of(user) for user in page], next=following)


@router.post("/users", tags=["users"], status_code=201, responses=problem(409, 503))
async def make_user(
    body: UserNew,
    platform: PlatformDep,
    door: DoorDep,
    principal: Principal = permit("users.write"),
) -> UserShown:
    """Make a user; a password that was not given is made and told this once."""
    initial = None if body.password else secret_text(12)
    hashed = await door.passwords.hash(body.password or initial or "")
    tenant = await platform.db.read(lambda tx: get(tx, principal.tenant_id))
    new = service.NewUser(
        username=body.username,
        display_name=body.display_name,
        password_hash=hashed,
        roles=tuple(role.held() for role in body.roles),
        team_id=body.team_id,
        language=body.language or (tenant.language if tenant else "en"),
    )
    user = await platform.db.write(lambda tx: service.add_user(tx, platform, principal, new))
    return UserShown.of(user, initial)


@router.post("/users/import", tags=["users"], responses=problem(409))
async def import_users(
    body: UsersPasted,
    platform: PlatformDep,
    door: DoorDep,
    dry_run: bool = False,
    principal: Principal = permit("users.write"),
) -> Imported:
    """Make many users, or with `dry_run` say what would become of each line.

    Nothing is written when any line has a problem. Should another make or change one of the users
    in the same moment, the lines before are written and told, the others refused.
    """
    rows = roster.read(body.text, body.role)
    rows = await platform.db.read(
        lambda tx: roster.checked(tx, principal.tenant_id, rows, change=body.change)
    )
    problems = sum(row.problem is not None for row in rows)
    writes = not dry_run and not problems
    if writes:
        rows = await roster.write(platform, door.passwords, principal, rows, body.team_id)
        problems = sum(row.problem is not None for row in rows)
    fates = Counter(row.fate for row in rows if writes)
    return Imported(
        dry_run=dry_run,
        created=fates[roster.Fate.CREATED],
        changed=fates[roster.Fate.CHANGED],
        problems=problems,
        rows=[ImportedRow(**_shown(row)) for row in rows],
    )


@router.get(
    "/users/export",
    tags=["users"],
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}},
)
async def export_users(
    platform: PlatformDep, principal: Principal = permit("users.read")
) -> Response:
    """The active users in reach as a CSV file: username, name, first role, team."""
    text = await platform.db.read(lambda tx: roster.exported(tx, principal))
    name = {"Content-Disposition": 'attachment; filename="users.csv"'}
    return Response(text, headers=name, media_type=sheets.MEDIA)


@router.get("/users/{user_id}", tags=["users"], responses=problem(404))
async def show_user(
    user_id: str, platform: PlatformDep, principal: Principal = permit("users.read")
) -> UserShown:
    """One user in reach."""
    user = await platform.db.read(
        lambda tx: service.known_user(tx, principal, "users.read", user_id)
    )
    return UserShown.of(user)


@router.patch("/users/{user_id}", tags=["users"], responses=problem(404, 409, 503))
async def change_user(
    user_id: str,
    body: UserChange,
    platform: PlatformDep,
    door: DoorDep,
    principal: Principal = permit("users.write"),
) -> UserShown:
    """Change a user; a new password or `active: false` ends his sessions and keys."""
    changes = await _changes(door, body)
    user = await platform.db.write(
        lambda tx: service.change_user(tx, platform, principal, user_id, changes)
    )
    return UserShown.of(user)


@router.delete("/users/{user_id}", tags=["users"], status_code=204, responses=problem(404, 409))
async def deactivate_user(
    user_id: str, platform: PlatformDep, principal: Principal = permit("users.write")
) -> None:
    """Deactivate a user: he stays in the records, and his sessions and keys end."""
    await platform.db.write(
        lambda tx: service.change_user(tx, platform, principal, user_id, {"active": False})
    )


@router.get("/teams", tags=["teams"])
async def list_teams(
    platform: PlatformDep, principal: Principal = permit("teams.read")
) -> Page[TeamShown]:
    """All teams of the tenant, by name."""
    found = await platform.db.read(lambda tx: store.list_teams(tx, principal.tenant_id))
    return Page(items=[TeamShown.of(team) for team in found])


@router.post("/teams", tags=["teams"], status_code=201, responses=problem(409))
async def make_team(
    body: TeamNew, platform: PlatformDep, principal: Principal = permit("teams.write")
) -> TeamShown:
    """Make a team."""
    team = await platform.db.write(
        lambda tx: service.add_team(tx, platform, principal, body.name, body.parent_id)
    )
    return TeamShown.of(team)


@router.patch("/teams/{team_id}", tags=["teams"], responses=problem(404, 409))
async def change_team(
    team_id: str,
    body: TeamChange,
    platform: PlatformDep,
    principal: Principal = permit("teams.write"),
) -> TeamShown:
    """Rename a team or move it with all below it."""
    changes = body.model_dump(exclude_unset=True)
    if changes.get("name", "") is None:
        del changes["name"]
    team = await platform.db.write(
        lambda tx: service.change_team(tx, platform, principal, team_id, changes)
    )
    if "name" in changes:  # requirements ask for a team by its name
        await platform.policies.publish(principal.tenant_id)
    return TeamShown.of(team)


@router.delete("/teams/{team_id}", tags=["teams"], status_code=204, responses=problem(404, 409))
async def drop_team(
    team_id: str, platform: PlatformDep, principal: Principal = permit("teams.write")
) -> None:
    """Remove a team on which nothing hangs."""
    await platform.db.write(lambda tx: service.drop_team(tx, platform, principal, team_id))


@router.get("/roles", tags=["users"], dependencies=[permit("roles.read")])
async def list_roles() -> Page[RoleDescribed]:
    """What each role permits, and how far."""
    return Page(items=[RoleDescribed.of(role) for role in ROLES.values()])


def _shown(row: roster.Row) -> dict[str, Any]:
    told = asdict(row)
    del told["has_role"]
    return told | {"fate": row.fate.value}


async def _changes(door: Door, body: UserChange) -> dict[str, Any]:
    """What a PATCH names; null means "none" for the team only, else the field is left alone."""
    given = body.model_dump(include={"display_name", "language", "active"}, exclude_none=True)
    if "team_id" in body.model_fields_set:
        given["team_id"] = body.team_id
    if body.roles is not None:
        given["roles"] = tuple(role.held() for role in body.roles)
    if body.password is not None:
        given["password_hash"] = await door.passwords.hash(body.password)
    return given


def _after(cursor: str | None) -> tuple[str, str] | None:
    if cursor is None:
        return None
    key, user_id = decode_cursor(cursor, str, str)
    return str(key), str(user_id)
