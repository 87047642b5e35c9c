"""A whole node in memory's reach: real cells over SQLite, the fake engine, the API, two tenants.

async with Desk.open(tmp_path) as desk:
    async with desk.as_("agent1") as agent: ...

Tenant `one` is the demo tenant; `two` stands beside it with a user `agent1` of its own.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from tests.features.desk.sockets import Socket, opened
from trunkline.adapters.edge.fake import FakeEdge
from trunkline.app.factory import build_app
from trunkline.app.node import Node
from trunkline.core.words import LegId
from trunkline.features import identity, tenancy
from trunkline.kit.clock import WallClock
from trunkline.kit.config import Settings
from trunkline.ports.database import Tx

PASSWORD = "trunkline-demo"
BASE = "http://localhost"
PATIENCE_S = 5.0
Json = dict[str, Any]


STAFF = ("agent1", "agent2", "agent5", "supervisor", "admin", "quality")


@dataclass(frozen=True)
class Furnished:
    """Data to begin with, and the tokens of those who are signed in."""

    folder: Path
    tokens: dict[str, str]


@dataclass
class Desk:
    """The running node."""

    node: Node
    edge: FakeEdge
    app: FastAPI
    tokens: dict[str, str] = field(default_factory=dict)

    @classmethod
    @asynccontextmanager
    async def open(
        cls, furnished: Furnished, folder: Path, *, edge: bool = True
    ) -> AsyncIterator[Desk]:
        """Start it in a copy of what was furnished, end it."""
        shutil.copytree(furnished.folder, folder, dirs_exist_ok=True)
        async with cls._running(folder, edge=edge) as desk:
            desk.tokens.update(furnished.tokens)
            yield desk

    @classmethod
    async def furnish(cls, folder: Path) -> Furnished:
        """The data of a node with both tenants, and everybody signed in; slow, so once a run."""
        async with cls._running(folder, edge=True) as desk:
            await desk.node.platform.db.write(desk._second_tenant)
            for username in STAFF:
                await desk.token(username)
            for username in ("agent1", "admin"):
                await desk.token(username, "two")
            return Furnished(folder, desk.tokens)

    @classmethod
    @asynccontextmanager
    async def _running(cls, folder: Path, *, edge: bool) -> AsyncIterator[Desk]:
        settings = Settings(data=folder, demo=True)
        engine = FakeEdge(Hurried())
        async with Node(settings, engine if edge else None, mute=not edge) as node:
            ticking = asyncio.create_task(_tick(engine))
            yield cls(node, engine, build_app(node))
            ticking.cancel()

    @asynccontextmanager
    async def as_(self, username: str, tenant: str = "demo") -> AsyncIterator[httpx.AsyncClient]:
        """A client signed in as this user."""
        headers = {"Authorization": f"Bearer {await self.token(username, tenant)}"}
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(
            transport=transport, base_url=f"{BASE}/api/v1", headers=headers
        ) as client:
            yield client

    @asynccontextmanager
    async def stranger(self) -> AsyncIterator[httpx.AsyncClient]:
        """A client that is not signed in."""
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url=f"{BASE}/api/v1") as client:
            yield client

    async def token(self, username: str, tenant: str = "demo") -> str:
        """A bearer token of this user; signed in once."""
        key = f"{tenant}/{username}"
        if key not in self.tokens:
            body = {"username": username, "password": PASSWORD, "tenant": tenant, "kind": "token"}
            async with self.stranger() as client:
                reply = await client.post("/sessions", json=body)
            self.tokens[key] = reply.json()["token"]
        return self.tokens[key]

    @asynccontextmanager
    async def stream(
        self, username: str, tenant: str = "demo", after: int | None = None
    ) -> AsyncIterator[Socket]:
        """The open stream of a user."""
        query = "" if after is None else f"after={after}"
        token = await self.token(username, tenant)
        async with opened(self.app, "/api/v1/stream", query, f"Bearer {token}") as socket:
            yield socket

    @asynccontextmanager
    async def ready(self, username: str, device: str = "browser") -> AsyncIterator[Ready]:
        """An agent at his desk, ready, with a registered softphone."""
        async with self.as_(username) as client, self.stream(username) as stream:
            await client.put("/me/device", json={"kind": device})
            if device == "browser":
                self.edge.register((await client.get("/me/softphone")).json()["account"])
            await client.put("/me/state", json={"state": "ready"})
            yield Ready(self, client, stream)

    async def call(self, number: str = "4001", caller: str | None = "+8613800000001") -> LegId:
        """A customer calls."""
        await until(lambda: bool(self.edge._epoch))
        return self.edge.arrive(number, caller)

    async def user_id(self, username: str, tenant: str = "demo") -> str:
        """The id of a user."""

        def work(tx: Tx) -> str:
            found = tenancy.by_slug(tx, tenant)
            assert found is not None
            return identity.named(tx, username, found.tenant_id)[0].user_id

        return await self.node.platform.db.read(work)

    def _second_tenant(self, tx: Tx) -> None:
        platform = self.node.platform
        tenant = identity.add_tenant(tx, platform, "Two", "two", "en")
        system = tenancy.Principal(tenant.tenant_id, "system")
        hashed = identity.Passwords(memory_kib=8, passes=1).hash_now(PASSWORD)
        for username, role in (("agent1", "agent"), ("admin", "administrator")):
            new = identity.NewUser(username, f"{username} of two", hashed, (_held(role),))
            identity.add_user(tx, platform, system, new)


@dataclass
class Ready:
    """An agent who is ready."""

    desk: Desk
    client: httpx.AsyncClient
    stream: Socket

    async def offer(self) -> Json:
        """The next offer that the stream tells."""
        return await self.stream.event("trunkline.offer.made.v1")

    async def take(self) -> str:
        """Accept the next offer; the interaction's id once both hear each other."""
        offer = await self.offer()
        reply = await self.client.post(f"/offers/{offer['offer_id']}/accept")
        assert reply.status_code == 202, reply.text
        await self.stream.event("trunkline.interaction.answered.v1")
        return str(offer["interaction_id"])

    async def me(self) -> Json:
        """What `/me` tells."""
        told: Json = (await self.client.get("/me")).json()
        return told

    async def do(self, interaction: str, verb: str, body: Json | None = None) -> httpx.Response:
        """One verb."""
        return await self.client.post(f"/interactions/{interaction}/{verb}", json=body)


async def until(holds: Callable[[], bool]) -> None:
    """Wait for something that another task does."""
    async with asyncio.timeout(PATIENCE_S):
        while not holds():
            await asyncio.sleep(0.005)


class Hurried:
    """The engine's clock: prompts last a tenth of their time."""

    def now_ms(self) -> int:
        return WallClock().now_ms() * 10


async def _tick(engine: FakeEdge) -> None:
    while True:
        engine.tick()
        await asyncio.sleep(0.01)


def _held(role: str) -> identity.RoleHeld:
    return identity.RoleHeld(role)
