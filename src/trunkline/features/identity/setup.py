"""The first start: a one-time link makes the first tenant and its administrator."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trunkline.features import audit, tenancy
from trunkline.features.identity import service, store
from trunkline.features.identity.door import Door, hash_secret
from trunkline.features.identity.service import ADMINISTRATOR, NewUser
from trunkline.features.identity.store import RoleHeld, User
from trunkline.features.tenancy import Principal, Tenant
from trunkline.kit.errors import TrunklineError
from trunkline.kit.ids import secret_text
from trunkline.ports.events import Audience, DomainEvent

if TYPE_CHECKING:
    from collections.abc import Callable

    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform

    Begin = Callable[[Tx, str], None]
    """What else a new tenant is given, by its id."""

LINK_LIFE_MS = 24 * 3_600_000


@dataclass(frozen=True, slots=True)
class Founder:
    """Who claims a new installation."""

    organisation: str
    username: str
    display_name: str
    password: str
    language: str


def open_setup(tx: Tx, now: int) -> str | None:
    """A fresh one-time token while there is no tenant yet; None afterwards.

    A token from an earlier start ends: only the newest link holds, for a day.
    """
    if tenancy.every(tx):
        return None
    token = secret_text(24)
    store.put_setup_token(tx, hash_secret(token), now + LINK_LIFE_MS)
    return token


async def claim(
    platform: Platform, door: Door, token: str, founder: Founder, begin: Begin
) -> tuple[Tenant, User]:
    """Make the tenant, its administrator, and what `begin` gives it, in one transaction.

    Raises 403 `setup_link_invalid`.
    """
    hashed = hash_secret(token)
    await platform.db.read(lambda tx: _check(tx, platform, hashed))
    password_hash = await door.passwords.hash(founder.password)

    def work(tx: Tx) -> tuple[Tenant, User]:
        _check(tx, platform, hashed)
        store.drop_setup_token(tx)
        tenant, user = _found(tx, platform, founder, password_hash)
        begin(tx, tenant.tenant_id)
        return tenant, user

    return await platform.db.write(work)


def add_tenant(tx: Tx, platform: Platform, name: str, slug: str, language: str) -> Tenant:
    """Make a tenant with the beginning of its audit log."""
    now = platform.clock.now_ms()
    tenant = Tenant(platform.ids.new("ten"), slug, name, language, now)
    tenancy.add(tx, tenant)
    system = Principal(tenant.tenant_id, audit.SYSTEM)
    audit.record(tx, system, "tenants.created", tenant.tenant_id, at=now)
    platform.outbox.emit(
        tx,
        DomainEvent(
            tenant_id=tenant.tenant_id,
            type="trunkline.tenant.created.v1",
            subject=tenant.tenant_id,
            at=now,
            payload={"tenant_id": tenant.tenant_id},
            audience=Audience("settings.read"),
        ),
    )
    return tenant


def slug_of(name: str) -> str:
    """The word that people type at log-in, from an organisation's name."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:63] or "main"


def _found(tx: Tx, platform: Platform, founder: Founder, password_hash: str) -> tuple[Tenant, User]:
    name = founder.organisation
    tenant = add_tenant(tx, platform, name, slug_of(name), founder.language)
    new = NewUser(
        username=founder.username,
        display_name=founder.display_name,
        password_hash=password_hash,
        roles=(RoleHeld(ADMINISTRATOR),),
        language=founder.language,
    )
    system = Principal(tenant.tenant_id, audit.SYSTEM)
    return tenant, service.add_user(tx, platform, system, new)


def _check(tx: Tx, platform: Platform, hashed: str) -> None:
    if store.setup_token_expires(tx, hashed) <= platform.clock.now_ms():
        raise TrunklineError(
            "setup_link_invalid", 403, "This link is used or old: start again for a new one."
        )
