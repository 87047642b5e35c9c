"""The door: what log-in needs of the process, and how a request's secret becomes a principal."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, cast

from fastapi import Depends
from starlette.requests import HTTPConnection  # noqa: TC002 - FastAPI reads it

from trunkline.features.identity import store
from trunkline.features.identity.keys import store as keys
from trunkline.features.identity.passwords import Passwords
from trunkline.features.identity.sessions import store as sessions
from trunkline.features.identity.throttle import Throttle
from trunkline.features.tenancy import Grant, Principal, below, grants
from trunkline.ports.database import Database, Priority, Tx

if TYPE_CHECKING:
    from trunkline.ports.clock import Clock

COOKIE = "__Host-trunkline"
KEY_MARK = "tlk_"
IDLE_MS = 8 * 3_600_000
LIFE_MS = 24 * 3_600_000
_TOUCH_AFTER_MS = 60_000
"""A use is written down at most once a minute: reading the desk must not cost a write each."""


@dataclass(frozen=True, slots=True)
class Door:
    """What log-in keeps in memory; one for the process."""

    passwords: Passwords
    throttle: Throttle

    @classmethod
    def new(cls, clock: Clock) -> Door:
        """A door with the default strength."""
        return cls(Passwords(), Throttle(clock))


def get_door(connection: HTTPConnection) -> Door:
    """The door of the running app."""
    return cast("Door", connection.app.state.door)


DoorDep = Annotated[Door, Depends(get_door)]


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who a secret belongs to; `stale` when its last use is worth writing down."""

    principal: Principal
    stale: bool


def hash_secret(secret: str) -> str:
    """What a secret is found by; secrets are random and long, so a plain SHA-256 does."""
    return hashlib.sha256(secret.encode()).hexdigest()


def csrf_of(secret: str) -> str:
    """The CSRF token of a cookie session: derived, so it is stored nowhere."""
    return hashlib.sha256(b"csrf:" + secret.encode()).hexdigest()


async def admit(db: Database, clock: Clock, secret: str) -> Principal | None:
    """The principal of a session secret or an API key; None when it holds no longer."""
    now = clock.now_ms()
    lookup = _by_key if secret.startswith(KEY_MARK) else _by_session
    hashed = hash_secret(secret)
    found = await db.read(lambda tx: lookup(tx, hashed, now))
    if found is None:
        return None
    if found.stale:
        principal = found.principal
        await db.write(lambda tx: _touch(tx, principal, now), priority=Priority.BULK)
    return found.principal


def principal_of(tx: Tx, user: store.User, now: int, session_id: str | None = None) -> Principal:
    """What a user may do now, by the roles that have not expired and the tree of teams."""
    tree = store.team_tree(tx, user.tenant_id)
    held = store.assignments(user.roles, now)
    roots = {user.team_id, *(assignment.team_id for assignment in held)}
    return Principal(
        tenant_id=user.tenant_id,
        user_id=user.user_id,
        roles=frozenset(assignment.role for assignment in held),
        permissions=grants(held, user.team_id, tree),
        team_ids=below(tree, [team for team in roots if team]),
        session_id=session_id,
    )


def _by_session(tx: Tx, hashed: str, now: int) -> Admitted | None:
    session = sessions.by_hash(tx, hashed)
    if session is None or now >= session.expires_at or now - session.seen_at >= IDLE_MS:
        return None
    user = store.user(tx, session.tenant_id, session.user_id)
    if user is None or not user.active:
        return None
    principal = principal_of(tx, user, now, session.session_id)
    return Admitted(principal, now - session.seen_at >= _TOUCH_AFTER_MS)


def _by_key(tx: Tx, hashed: str, now: int) -> Admitted | None:
    key = keys.by_hash(tx, hashed)
    if key is None or (key.expires_at is not None and now >= key.expires_at):
        return None
    user = store.user(tx, key.tenant_id, key.user_id)
    if user is None or not user.active:
        return None
    maker = principal_of(tx, user, now, key.key_id)
    stale = key.used_at is None or now - key.used_at >= _TOUCH_AFTER_MS
    return Admitted(_narrowed(maker, key.permissions), stale)


def _narrowed(maker: Principal, permissions: tuple[str, ...]) -> Principal:
    held: dict[str, Grant] = {
        name: grant for name, grant in maker.permissions.items() if name in permissions
    }
    return Principal(
        maker.tenant_id, maker.user_id, maker.roles, held, maker.team_ids, maker.session_id
    )


def _touch(tx: Tx, principal: Principal, now: int) -> None:
    if principal.session_id is None:
        return
    sessions.touch(tx, principal.session_id, now)
    keys.touch(tx, principal.tenant_id, principal.session_id, now)
