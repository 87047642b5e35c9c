"""The whole ASGI app over real tables: two tenants, a user of each role in both, signed-in clients.

house = await House.open(); client = await house.signed_in("supervisor", "two")
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
from fastapi import APIRouter, FastAPI

from tests.tools.rig import Rig
from trunkline.app.http import Readiness, assemble
from trunkline.features import audit, identity
from trunkline.features.audit import store as audit_store
from trunkline.features.identity import Door, NewUser, Passwords, RoleHeld, Throttle
from trunkline.features.tenancy import ROLES, Principal, Tenant
from trunkline.ports.database import Tx

PASSWORD = "correct-horse-battery"
ORIGIN = "http://localhost"
# Argon2 at its least: what is tested is not its strength.
QUICK = {"memory_kib": 8, "passes": 1}


class House:
    """Two tenants, `one` and `two`, each with a user named as each role."""

    def __init__(self, *routers: APIRouter, ui: Path = Path("nowhere"), **parts: Any) -> None:
        self.rig = Rig(**parts)
        self.platform = self.rig.platform
        self.clock = self.rig.clock
        self.door = Door(Passwords(**QUICK), Throttle(self.clock))
        self.readiness = Readiness(True)
        self.app = self._assemble(routers or (identity.router, audit.router), ui)
        self.tenants = {
            slug: self.rig.db.do(lambda tx, s=slug: self._found(tx, s)) for slug in ("one", "two")
        }

    def client(self, **headers: str) -> httpx.AsyncClient:
        """A client that is not signed in."""
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.app), base_url=ORIGIN, headers=headers
        )

    async def signed_in(self, username: str, tenant: str = "one") -> httpx.AsyncClient:
        """A client with a token of this user."""
        async with self.client() as client:
            reply = await self.sign_in(client, username, tenant, kind="token")
        return self.client(Authorization=f"Bearer {reply.json()['token']}")

    async def ask(
        self, who: str, method: str, path: str, tenant: str = "one", **given: Any
    ) -> httpx.Response:
        """One request as this user."""
        async with await self.signed_in(who, tenant) as client:
            return await client.request(method, f"/api/v1{path}", **given)

    async def sign_in(
        self, client: httpx.AsyncClient, username: str, tenant: str = "one", **more: str
    ) -> httpx.Response:
        """Log in as this user."""
        body = {"username": username, "password": PASSWORD, "tenant": tenant, **more}
        return await client.post("/api/v1/sessions", json=body)

    def user_id(self, username: str, tenant: str = "one") -> str:
        """The id of a user."""
        found = self.rig.db.do(
            lambda tx: identity.named(tx, username, self.tenants[tenant].tenant_id)
        )
        return found[0].user_id

    def acts(self, tenant: str = "one") -> list[str]:
        """The actions in a tenant's audit log, oldest first."""
        tenant_id = self.tenants[tenant].tenant_id
        return self.rig.db.do(
            lambda tx: [e.act.action for e in audit_store.oldest_first(tx, tenant_id)]
        )

    def close(self) -> None:
        """Let the threads go."""
        self.door.passwords.close()

    async def _ready(self) -> Readiness:
        return self.readiness

    def _assemble(self, routers: Sequence[APIRouter], ui: Path) -> FastAPI:
        return assemble(self.platform, routers, self._ready, door=self.door, ui=ui)

    def _found(self, tx: Tx, slug: str) -> Tenant:
        tenant = identity.add_tenant(tx, self.platform, f"Tenant {slug}", slug, "en")
        system = Principal(tenant.tenant_id, audit.SYSTEM)
        team = identity.add_team(tx, self.platform, system, "Front")
        hashed = self.door.passwords.hash_now(PASSWORD)
        for role in ROLES:
            new = NewUser(role, f"The {role}", hashed, (RoleHeld(role),), team.team_id)
            identity.add_user(tx, self.platform, system, new)
        return tenant
