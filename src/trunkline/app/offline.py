"""Commands that work on a store while Trunkline is not running: users, imports, rebuilding."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from trunkline.adapters.sql.sqlite import DatabaseInUse
from trunkline.adapters.sql.store import SqlStore, open_store
from trunkline.app.bound import bind, read_models
from trunkline.app.imports import import_csv
from trunkline.core.codec import decode
from trunkline.core.facts import Fact
from trunkline.features import audit, identity, tenancy
from trunkline.kit.clock import WallClock
from trunkline.kit.errors import TrunklineError
from trunkline.kit.ids import TimeIds

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from trunkline.features.tenancy import Principal, Tenant
    from trunkline.kit.config import Settings
    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform


@dataclass(frozen=True, slots=True)
class Wanted:
    """A user to be made from the command line."""

    username: str
    password: str
    role: str
    name: str
    tenant: str | None


async def add_user(settings: Settings, wanted: Wanted) -> str:
    """Make a user; the line to print."""
    password_hash = await identity.Passwords().hash(wanted.password)
    async with _platform(settings) as (platform, _):

        def work(tx: Tx) -> str:
            principal = _operator(tx, wanted.tenant)
            role = identity.RoleHeld(wanted.role)
            new = identity.NewUser(wanted.username, wanted.name, password_hash, (role,))
            return identity.add_user(tx, platform, principal, new).username

        return await platform.db.write(work)


async def import_agents(settings: Settings, text: str, tenant: str | None) -> list[str]:
    """Make the agents of a CSV text; a line each."""
    async with _platform(settings) as (platform, _):

        def work(tx: Tx) -> list[str]:
            return import_csv(tx, platform, _operator(tx, tenant), text)

        return await platform.db.write(work)


async def rebuild_all(settings: Settings) -> int:
    """Fold every tenant's read models anew; how many facts were folded."""
    async with _platform(settings) as (platform, store):

        def work(tx: Tx) -> int:
            return sum(_rebuild(tx, store, tenant.tenant_id) for tenant in tenancy.every(tx))

        return await platform.db.write(work)


def _rebuild(tx: Tx, store: SqlStore, tenant_id: str) -> int:
    models = read_models(store.jobs)
    for model in models:
        model.reset(tx, tenant_id)
    folded = 0
    for entry in store.journal.read(tx, tenant_id, tenant_id, 0):
        for fact in entry.facts:
            value = decode(Fact, fact)
            for model in models:
                model.project(tx, tenant_id, entry.at, value)
            folded += 1
    return folded


def _operator(tx: Tx, slug: str | None) -> Principal:
    """Whoever has the command line on this machine acts for the system."""
    return tenancy.Principal(the_tenant(tx, slug).tenant_id, audit.SYSTEM)


def the_tenant(tx: Tx, slug: str | None) -> Tenant:
    """The tenant that was named, or the only one; raises 404 `tenant_unknown`."""
    found = tenancy.every(tx)
    chosen = [tenant for tenant in found if slug is None or tenant.slug == slug]
    if len(chosen) != 1:
        known = ", ".join(tenant.slug for tenant in found) or "none yet: start it and set it up"
        raise TrunklineError("tenant_unknown", 404, f"Name one tenant with --tenant ({known}).")
    return chosen[0]


@contextlib.asynccontextmanager
async def _platform(settings: Settings) -> AsyncIterator[tuple[Platform, SqlStore]]:
    clock = WallClock()
    ids = TimeIds(clock)
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        store = await open_store(settings.database_url, clock, ids)
    except DatabaseInUse as failure:
        typer.echo(f"{failure}: stop it first", err=True)
        raise typer.Exit(1) from None
    try:
        yield bind(settings, store, clock, ids).platform, store
    except TrunklineError as refusal:
        typer.echo(refusal.detail, err=True)
        raise typer.Exit(1) from None
    finally:
        await store.db.close()
