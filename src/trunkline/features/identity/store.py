"""Users, their roles, and the tree of teams.

Names of staff are personal: they stand in these tables and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from trunkline.features.tenancy import Assignment, Tree
from trunkline.ports.database import Tx, metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

users = sa.Table(
    "users",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("user_id", sa.String(40), primary_key=True),
    sa.Column("username", sa.String(64), nullable=False),
    sa.Column("username_key", sa.String(64), nullable=False, index=True),
    sa.Column("display_name", sa.String(100), nullable=False),
    sa.Column("password_hash", sa.String(200)),
    sa.Column("team_id", sa.String(40)),
    sa.Column("language", sa.String(16), nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("last_login_at", sa.BigInteger),
    sa.UniqueConstraint("tenant_id", "username_key"),
)

role_assignments = sa.Table(
    "role_assignments",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("user_id", sa.String(40), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("role", sa.String(32), nullable=False),
    sa.Column("team_id", sa.String(40)),
    sa.Column("expires_at", sa.BigInteger),
)

teams = sa.Table(
    "teams",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("team_id", sa.String(40), primary_key=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("parent_id", sa.String(40)),
    sa.UniqueConstraint("tenant_id", "name"),
)

setup_tokens = sa.Table(
    "setup_tokens",
    metadata,
    sa.Column("secret_hash", sa.String(64), primary_key=True),
    sa.Column("expires_at", sa.BigInteger, nullable=False),
)
"""At most one row, before there is any tenant."""


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """A role of a user, in a team other than his own if `team_id` says so, perhaps until a time."""

    role: str
    team_id: str | None = None
    expires_at: int | None = None


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who signs in."""

    tenant_id: str
    user_id: str
    username: str
    display_name: str
    password_hash: str | None
    team_id: str | None
    language: str
    active: bool
    created_at: int
    last_login_at: int | None = None
    roles: tuple[RoleHeld, ...] = ()


@dataclass(frozen=True, slots=True)
class Team:
    """A team; `parent_id` None at a root of the tree."""

    team_id: str
    name: str
    parent_id: str | None = None


@dataclass(frozen=True, slots=True)
class WantedUsers:
    """What a list of users is narrowed to; `teams` None is every team."""

    teams: frozenset[str] | None = None
    active: bool | None = None
    words: str | None = None
    after: tuple[str, str] | None = None


def username_key(username: str) -> str:
    """The form in which usernames are unique and looked up."""
    return username.strip().casefold()


def add_user(tx: Tx, user: User) -> None:
    """Write a new user with his roles; raises `IntegrityError` when the username is taken."""
    tx.execute(users.insert().values(_user_columns(user)))
    _put_roles(tx, user)


def put_user(tx: Tx, user: User) -> None:
    """Write a known user anew, his roles included."""
    tx.execute(
        users.update().where(*_is_user(user.tenant_id, user.user_id)).values(_user_columns(user))
    )
    tx.execute(role_assignments.delete().where(*_held_by(user.tenant_id, [user.user_id])))
    _put_roles(tx, user)


def seen_in(tx: Tx, tenant_id: str, user_id: str, at: int) -> None:
    """Remember the last log-in."""
    tx.execute(users.update().where(*_is_user(tenant_id, user_id)).values(last_login_at=at))


def user(tx: Tx, tenant_id: str, user_id: str) -> User | None:
    """One user by id."""
    found = _users(tx, sa.select(users).where(*_is_user(tenant_id, user_id)))
    return found[0] if found else None


def named(tx: Tx, username: str, tenant_id: str | None = None) -> list[User]:
    """Users of this name, in one tenant or in all."""
    query = sa.select(users).where(users.c.username_key == username_key(username))
    if tenant_id is not None:
        query = query.where(users.c.tenant_id == tenant_id)
    return _users(tx, query)


def taken(tx: Tx, tenant_id: str, usernames: Iterable[str]) -> set[str]:
    """Which of these usernames (as keys) the tenant has already."""
    keys = [username_key(name) for name in usernames]
    query = sa.select(users.c.username_key).where(
        users.c.tenant_id == tenant_id, users.c.username_key.in_(keys)
    )
    return set(tx.execute(query).scalars())


def list_users(tx: Tx, tenant_id: str, wanted: WantedUsers, limit: int) -> list[User]:
    """Users that match, by username."""
    query = sa.select(users).where(users.c.tenant_id == tenant_id)
    if wanted.teams is not None:
        query = query.where(users.c.team_id.is_(None) | users.c.team_id.in_(wanted.teams))
    if wanted.active is not None:
        query = query.where(users.c.active == wanted.active)
    if wanted.words:
        query = query.where(
            users.c.username_key.contains(username_key(wanted.words), autoescape=True)
            | users.c.display_name.icontains(wanted.words, autoescape=True)
        )
    if wanted.after is not None:
        query = query.where(sa.tuple_(users.c.username_key, users.c.user_id) > wanted.after)
    return _users(tx, query.order_by(users.c.username_key, users.c.user_id).limit(limit))


def display_names(tx: Tx, tenant_id: str, user_ids: Iterable[str]) -> dict[str, str]:
    """Display names by user id; unknown ids are left out."""
    query = sa.select(users.c.user_id, users.c.display_name).where(
        users.c.tenant_id == tenant_id, users.c.user_id.in_(list(user_ids))
    )
    return {row.user_id: row.display_name for row in tx.execute(query)}


def holders(tx: Tx, tenant_id: str, role: str, now: int) -> set[str]:
    """Active users who hold a role now."""
    query = (
        sa.select(users.c.user_id)
        .join_from(
            users,
            role_assignments,
            (users.c.tenant_id == role_assignments.c.tenant_id)
            & (users.c.user_id == role_assignments.c.user_id),
        )
        .where(
            users.c.tenant_id == tenant_id,
            users.c.active,
            role_assignments.c.role == role,
            role_assignments.c.expires_at.is_(None) | (role_assignments.c.expires_at > now),
        )
    )
    return set(tx.execute(query).scalars())


def add_team(tx: Tx, tenant_id: str, team: Team) -> None:
    """Write a new team; raises `IntegrityError` when the name is taken."""
    tx.execute(teams.insert().values(tenant_id=tenant_id, **_team_columns(team)))


def put_team(tx: Tx, tenant_id: str, team: Team) -> None:
    """Write a known team anew."""
    tx.execute(teams.update().where(*_is_team(tenant_id, team.team_id)).values(_team_columns(team)))


def drop_team(tx: Tx, tenant_id: str, team_id: str) -> bool:
    """Remove a team; False, with nothing done, when something that is kept refers to it."""
    try:
        with tx.begin_nested():
            tx.execute(teams.delete().where(*_is_team(tenant_id, team_id)))
    except sa.exc.IntegrityError:
        return False
    return True


def list_teams(tx: Tx, tenant_id: str) -> list[Team]:
    """All teams of a tenant, by name."""
    query = sa.select(teams).where(teams.c.tenant_id == tenant_id).order_by(teams.c.name)
    return [Team(row.team_id, row.name, row.parent_id) for row in tx.execute(query)]


def team_tree(tx: Tx, tenant_id: str) -> Tree:
    """Each team's parent."""
    query = sa.select(teams.c.team_id, teams.c.parent_id).where(teams.c.tenant_id == tenant_id)
    return {row.team_id: row.parent_id for row in tx.execute(query)}


def team_in_use(tx: Tx, tenant_id: str, team_id: str) -> bool:
    """Whether users, roles or teams below hang on a team."""
    hanging = (
        (users, users.c.team_id),
        (role_assignments, role_assignments.c.team_id),
        (teams, teams.c.parent_id),
    )
    return any(
        tx.execute(
            sa.select(sa.literal(1))
            .select_from(table)
            .where(table.c.tenant_id == tenant_id, column == team_id)
            .limit(1)
        ).first()
        for table, column in hanging
    )


def put_setup_token(tx: Tx, secret_hash: str, expires_at: int) -> None:
    """Keep this one-time token in place of any other."""
    drop_setup_token(tx)
    tx.execute(setup_tokens.insert().values(secret_hash=secret_hash, expires_at=expires_at))


def setup_token_expires(tx: Tx, secret_hash: str) -> int:
    """Until when a one-time token holds; 0 when it is unknown."""
    query = sa.select(setup_tokens.c.expires_at).where(setup_tokens.c.secret_hash == secret_hash)
    return tx.execute(query).scalar_one_or_none() or 0


def drop_setup_token(tx: Tx) -> None:
    """End the one-time token."""
    tx.execute(setup_tokens.delete())


def assignments(roles: Sequence[RoleHeld], now: int) -> list[Assignment]:
    """The roles that hold now."""
    return [
        Assignment(held.role, held.team_id)
        for held in roles
        if held.expires_at is None or held.expires_at > now
    ]


def _users(tx: Tx, query: sa.Select[Any]) -> list[User]:
    rows = tx.execute(query).mappings().all()
    found = [
        User(**{key: value for key, value in row.items() if key != "username_key"}) for row in rows
    ]
    held = _roles(tx, found)
    return [
        replace(user, roles=tuple(held.get((user.tenant_id, user.user_id), ()))) for user in found
    ]


def _roles(tx: Tx, found: list[User]) -> dict[tuple[str, str], list[RoleHeld]]:
    held: dict[tuple[str, str], list[RoleHeld]] = {}
    for tenant_id in {user.tenant_id for user in found}:
        ids = [user.user_id for user in found if user.tenant_id == tenant_id]
        query = sa.select(role_assignments).where(*_held_by(tenant_id, ids))
        for row in tx.execute(query.order_by(role_assignments.c.position)):
            role = RoleHeld(row.role, row.team_id, row.expires_at)
            held.setdefault((tenant_id, row.user_id), []).append(role)
    return held


def _put_roles(tx: Tx, user: User) -> None:
    rows = [
        {
            "tenant_id": user.tenant_id,
            "user_id": user.user_id,
            "position": position,
            "role": held.role,
            "team_id": held.team_id,
            "expires_at": held.expires_at,
        }
        for position, held in enumerate(user.roles)
    ]
    if rows:
        tx.execute(role_assignments.insert(), rows)


def _user_columns(user: User) -> dict[str, object]:
    named = {c.name: getattr(user, c.name) for c in users.columns if c.name != "username_key"}
    return {**named, "username_key": username_key(user.username)}


def _team_columns(team: Team) -> dict[str, object]:
    return {"team_id": team.team_id, "name": team.name, "parent_id": team.parent_id}


def _is_user(tenant_id: str, user_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return users.c.tenant_id == tenant_id, users.c.user_id == user_id


def _is_team(tenant_id: str, team_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return teams.c.tenant_id == tenant_id, teams.c.team_id == team_id


def _held_by(tenant_id: str, user_ids: list[str]) -> tuple[sa.ColumnElement[bool], ...]:
    return role_assignments.c.tenant_id == tenant_id, role_assignments.c.user_id.in_(user_ids)
