"""Making, changing and deactivating users; the tree of teams."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from trunkline.features import audit
from trunkline.features.identity import store
from trunkline.features.identity.keys import store as keys
from trunkline.features.identity.sessions import ending
from trunkline.features.identity.store import RoleHeld, Team, User
from trunkline.features.tenancy import ROLES, Principal, below, policy_changed
from trunkline.kit.errors import TrunklineError
from trunkline.ports.events import Audience, DomainEvent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform

ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class NewUser:
    """A user to be; `password_hash` None means he cannot sign in yet."""

    username: str
    display_name: str
    password_hash: str | None
    roles: tuple[RoleHeld, ...]
    team_id: str | None = None
    language: str = "en"


def add_user(tx: Tx, platform: Platform, principal: Principal, new: NewUser) -> User:
    """Make a user in the principal's tenant, in this transaction.

    Raises 409 `username_taken`, 422 `team_unknown` or `role_unknown`.
    """
    now = platform.clock.now_ms()
    _check_teams(tx, principal.tenant_id, new.team_id, new.roles)
    if store.taken(tx, principal.tenant_id, [new.username]):
        raise TrunklineError("username_taken", 409, "This username is taken.")
    user = User(
        tenant_id=principal.tenant_id,
        user_id=platform.ids.new("usr"),
        username=new.username,
        display_name=new.display_name,
        password_hash=new.password_hash,
        team_id=new.team_id,
        language=new.language,
        active=True,
        created_at=now,
        roles=new.roles,
    )
    store.add_user(tx, user)
    _note(tx, platform, principal, "created", user, {"roles": [held.role for held in new.roles]})
    return user


def change_user(
    tx: Tx, platform: Platform, principal: Principal, user_id: str, changes: dict[str, Any]
) -> User:
    """Change fields of a user; a new password or deactivation ends his sessions.

    Raises 404 `user_unknown`, 409 `last_administrator`, 422 `team_unknown`.
    """
    before = known_user(tx, principal, "users.write", user_id)
    after = replace(before, **changes)
    _check_teams(tx, principal.tenant_id, after.team_id, after.roles)
    store.put_user(tx, after)
    _keep_an_administrator(tx, platform, before)
    if not after.active or after.password_hash != before.password_hash:
        shut_out(tx, platform, after)
    verb = "deactivated" if before.active and not after.active else "updated"
    _note(tx, platform, principal, verb, after, {"fields": sorted(changes)})
    return after


def known_user(tx: Tx, principal: Principal, permission: str, user_id: str) -> User:
    """A user whom the permission reaches; raises 404 `user_unknown`, for the unseen as well."""
    user = store.user(tx, principal.tenant_id, user_id)
    if user is None or not principal.reaches(permission, user.team_id, user.user_id):
        raise TrunklineError("user_unknown", 404, "There is no such user.")
    return user


def shut_out(tx: Tx, platform: Platform, user: User) -> None:
    """End a user's sessions and revoke his keys."""
    ending.end_all(tx, platform, user.tenant_id, user.user_id)
    keys.drop_all(tx, user.tenant_id, user.user_id)


def add_team(
    tx: Tx, platform: Platform, principal: Principal, name: str, parent_id: str | None = None
) -> Team:
    """Make a team; raises 409 `team_name_taken`, 422 `team_unknown`."""
    _check_teams(tx, principal.tenant_id, parent_id, ())
    team = Team(platform.ids.new("tea"), name, parent_id)
    _unless_taken(tx, principal.tenant_id, team)
    store.add_team(tx, principal.tenant_id, team)
    audit.record(tx, principal, "teams.created", team.team_id, at=platform.clock.now_ms())
    return team


def change_team(
    tx: Tx, platform: Platform, principal: Principal, team_id: str, changes: dict[str, Any]
) -> Team:
    """Rename or move a team.

    Raises 404 `team_unknown`, 409 `team_name_taken` or `team_cycle`, 422 `team_unknown`.
    """
    team = replace(known_team(tx, principal.tenant_id, team_id), **changes)
    _check_teams(tx, principal.tenant_id, team.parent_id, ())
    tree = store.team_tree(tx, principal.tenant_id)
    if team.parent_id in below(tree, [team_id]):
        raise TrunklineError("team_cycle", 409, "A team cannot stand below itself.")
    _unless_taken(tx, principal.tenant_id, team)
    store.put_team(tx, principal.tenant_id, team)
    policy_changed(tx, principal.tenant_id)
    detail = {"fields": sorted(changes)}
    audit.record(tx, principal, "teams.updated", team_id, detail, at=platform.clock.now_ms())
    return team


def drop_team(tx: Tx, platform: Platform, principal: Principal, team_id: str) -> None:
    """Remove a team; raises 404 `team_unknown`, 409 `team_in_use`."""
    known_team(tx, principal.tenant_id, team_id)
    used = store.team_in_use(tx, principal.tenant_id, team_id)
    if used or not store.drop_team(tx, principal.tenant_id, team_id):
        detail = "Users, roles, queues or teams hang on this team."
        raise TrunklineError("team_in_use", 409, detail)
    audit.record(tx, principal, "teams.deleted", team_id, at=platform.clock.now_ms())


def known_team(tx: Tx, tenant_id: str, team_id: str) -> Team:
    """A team of the tenant; raises 404 `team_unknown`."""
    for team in store.list_teams(tx, tenant_id):
        if team.team_id == team_id:
            return team
    raise TrunklineError("team_unknown", 404, "There is no such team.")


def _check_teams(tx: Tx, tenant_id: str, team_id: str | None, roles: Sequence[RoleHeld]) -> None:
    named = {team_id, *(held.team_id for held in roles)} - {None}
    if named - store.team_tree(tx, tenant_id).keys():
        raise TrunklineError("team_unknown", 422, "There is no such team.")
    if any(held.role not in ROLES for held in roles):
        raise TrunklineError("role_unknown", 422, "There is no such role.")


def _unless_taken(tx: Tx, tenant_id: str, team: Team) -> None:
    others = (other for other in store.list_teams(tx, tenant_id) if other.team_id != team.team_id)
    if any(other.name == team.name for other in others):
        raise TrunklineError("team_name_taken", 409, "Another team has this name.")


def _keep_an_administrator(tx: Tx, platform: Platform, before: User) -> None:
    was_one = any(held.role == ADMINISTRATOR for held in before.roles) and before.active
    now = platform.clock.now_ms()
    if was_one and not store.holders(tx, before.tenant_id, ADMINISTRATOR, now):
        raise TrunklineError(
            "last_administrator", 409, "This is the last administrator: make another one first."
        )


def _note(
    tx: Tx,
    platform: Platform,
    principal: Principal,
    verb: str,
    user: User,
    detail: dict[str, Any],
) -> None:
    """Into the audit log, and out as an event for those who keep agents or pages in step."""
    now = platform.clock.now_ms()
    audit.record(tx, principal, f"users.{verb}", user.user_id, detail, at=now)
    platform.outbox.emit(
        tx,
        DomainEvent(
            tenant_id=user.tenant_id,
            type=f"trunkline.user.{verb}.v1",
            subject=user.user_id,
            at=now,
            payload={"user_id": user.user_id, "active": user.active},
            audience=Audience("users.read"),
        ),
    )
