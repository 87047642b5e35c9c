"""Signing in and out, and changing one's password."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from trunkline.features import audit
from trunkline.features.identity import store
from trunkline.features.identity.door import LIFE_MS, Door, hash_secret
from trunkline.features.identity.sessions import ending
from trunkline.features.identity.sessions import store as sessions
from trunkline.features.identity.sessions.store import Kind, Session
from trunkline.features.tenancy import Principal, by_slug
from trunkline.kit.errors import TrunklineError
from trunkline.kit.ids import secret_text

if TYPE_CHECKING:
    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform

SESSIONS_MAX = 50
"""Sessions that one user may have; the oldest end when more are opened."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody says at log-in, and from where."""

    username: str
    password: str
    tenant: str | None
    kind: Kind
    address: str
    user_agent: str

    @property
    def account(self) -> str:
        """What attempts are counted by."""
        return f"{self.tenant or ''}/{store.username_key(self.username)}"


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session and its secret, which is told once."""

    session: Session
    secret: str


async def sign_in(platform: Platform, door: Door, claim: Claim) -> Opened:
    """Open a session; raises 401 `wrong_credentials`, 429 `too_many_attempts`."""
    door.throttle.check(claim.account, claim.address)
    user = await platform.db.read(lambda tx: _claimed(tx, claim))
    known = user.password_hash if user and user.active else None
    if not await door.passwords.matches(known, claim.password) or user is None:
        door.throttle.failed(claim.account, claim.address)
        await _record_refusal(platform, user)
        raise TrunklineError(
            "wrong_credentials", 401, "Name or password is wrong, or the organisation is missing."
        )
    door.throttle.succeeded(claim.account)
    opened = _opened(platform, user, claim)
    await platform.db.write(lambda tx: _open(tx, platform, opened.session))
    return opened


async def sign_out(platform: Platform, principal: Principal, session_id: str) -> None:
    """End one of one's own sessions; raises 404 `session_unknown`, 409 `work_open`.

    The present one outlasts a call: who leaves waits for the end of his work.
    """
    now = platform.clock.now_ms()
    if session_id == principal.session_id and _at_work(platform, principal):
        detail = "You have open work: sign out when it ends. Until then, choose to be offline."
        raise TrunklineError("work_open", 409, detail)

    def work(tx: Tx) -> None:
        if not ending.end(tx, platform, principal.tenant_id, principal.user_id, [session_id]):
            raise TrunklineError("session_unknown", 404, "You have no such session.")
        audit.record(tx, principal, "sessions.closed", session_id, at=now)

    await platform.db.write(work)


async def own_sessions(platform: Platform, principal: Principal) -> list[Session]:
    """One's sessions that have not expired, newest first."""
    now = platform.clock.now_ms()
    found = await platform.db.read(
        lambda tx: sessions.of_user(tx, principal.tenant_id, principal.user_id)
    )
    return [session for session in found if session.expires_at > now]


async def change_password(
    platform: Platform, door: Door, principal: Principal, current: str, new: str
) -> None:
    """Change one's own password and end one's other sessions; raises 403 `wrong_password`."""
    account, now = f"id/{principal.user_id}", platform.clock.now_ms()
    door.throttle.check(account, account)
    user = await platform.db.read(lambda tx: store.user(tx, principal.tenant_id, principal.user_id))
    if user is None or not await door.passwords.matches(user.password_hash, current):
        door.throttle.failed(account, account)
        raise TrunklineError("wrong_password", 403, "The current password is wrong.")
    hashed = await door.passwords.hash(new)

    def work(tx: Tx) -> None:
        store.put_user(tx, replace(user, password_hash=hashed))
        ending.end_all(
            tx, platform, principal.tenant_id, principal.user_id, but=principal.session_id
        )
        audit.record(tx, principal, "users.password_changed", principal.user_id, at=now)

    await platform.db.write(work)


def _claimed(tx: Tx, claim: Claim) -> store.User | None:
    """The one user that is meant; a name that is in several tenants needs the tenant's word."""
    tenant_id = None
    if claim.tenant is not None:
        tenant = by_slug(tx, claim.tenant)
        if tenant is None:
            return None
        tenant_id = tenant.tenant_id
    found = store.named(tx, claim.username, tenant_id)
    return found[0] if len(found) == 1 else None


async def _record_refusal(platform: Platform, user: store.User | None) -> None:
    """A failed log-in is its tenant's matter; one of nobody's name has no tenant."""
    if user is None:
        return
    stranger = Principal(user.tenant_id, audit.ANONYMOUS)
    now = platform.clock.now_ms()
    await platform.db.write(
        lambda tx: audit.record(tx, stranger, "sessions.refused", user.user_id, at=now)
    )


def _opened(platform: Platform, user: store.User, claim: Claim) -> Opened:
    secret, now = secret_text(32), platform.clock.now_ms()
    session = Session(
        secret_hash=hash_secret(secret),
        session_id=platform.ids.new("ses"),
        tenant_id=user.tenant_id,
        user_id=user.user_id,
        kind=claim.kind,
        created_at=now,
        seen_at=now,
        expires_at=now + LIFE_MS,
        user_agent=claim.user_agent[:200],
        address=claim.address[:64],
    )
    return Opened(session, secret)


def _at_work(platform: Platform, principal: Principal) -> bool:
    picture = platform.cells.picture(principal.tenant_id)
    view = picture.agents.get(principal.user_id) if picture else None
    return view is not None and (view.work is not None or bool(view.works))


def _open(tx: Tx, platform: Platform, session: Session) -> None:
    tenant_id, user_id, now = session.tenant_id, session.user_id, session.created_at
    sessions.add(tx, session)
    mine = sessions.of_user(tx, tenant_id, user_id)
    expired = [old.session_id for old in mine if old.expires_at <= now]
    surplus = [old.session_id for old in mine[SESSIONS_MAX:]]
    ending.end(tx, platform, tenant_id, user_id, [*expired, *surplus])
    store.seen_in(tx, tenant_id, user_id, now)
    who = Principal(tenant_id, user_id, session_id=session.session_id)
    audit.record(tx, who, "sessions.opened", session.session_id, {"kind": session.kind}, at=now)
