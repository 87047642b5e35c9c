"""A feature on its own: its routes over real tables, two tenants, and fakes for the rest.

rig = await rig_of(router)
await rig.as_("one", "administrator").post("/customers", json={...})
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
import sqlalchemy as sa
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.middleware.base import BaseHTTPMiddleware

from tests.tools.clock import FakeClock
from trunkline.core.config import Policy
from trunkline.features import flows, queues  # noqa: F401 - their tables refer to each other
from trunkline.features.tenancy import Assignment, Principal, Writing, grants
from trunkline.kit.config import Settings
from trunkline.kit.crypto import KeyRing
from trunkline.kit.errors import TrunklineError
from trunkline.kit.ids import TimeIds
from trunkline.ports.cells import Accepted
from trunkline.ports.database import Priority, Tx, metadata
from trunkline.ports.events import DomainEvent
from trunkline.runtime.platform import Platform

T = TypeVar("T")
NOON = 1_795_262_400_000
"""2026-11-21T12:00:00Z."""


class MemoryDatabase:
    """SQLite in memory with foreign keys held, or the engine that is given; one connection."""

    def __init__(self, engine: sa.Engine | None = None) -> None:
        self.engine = engine or _in_memory()
        metadata.create_all(self.engine)

    async def read(self, work: Callable[[Tx], T], *, short: bool = False) -> T:
        return self.do(work)

    async def write(self, work: Callable[[Tx], T], *, priority: Priority = Priority.NORMAL) -> T:
        return self.do(work)

    def do(self, work: Callable[[Tx], T]) -> T:
        with self.engine.begin() as tx:
            return work(tx)

    async def close(self) -> None:
        self.engine.dispose()


def _in_memory() -> sa.Engine:
    """Transactions begin explicitly, as in the real one: the driver by itself would begin late."""
    plain = {"check_same_thread": False, "isolation_level": None}
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool, connect_args=plain)
    sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    with engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        raw.execute("PRAGMA foreign_keys=ON")
    return engine


@dataclass
class FakeOutbox:
    """Keeps what was told."""

    told: list[DomainEvent] = field(default_factory=list)

    def emit(self, tx: Tx, event: DomainEvent) -> None:
        self.told.append(event)

    def kinds(self) -> list[str]:
        return [event.type for event in self.told]


@dataclass
class FakeCells:
    """Keeps what was submitted, per tenant."""

    given: list[tuple[str, Any]] = field(default_factory=list)

    async def submit(
        self, tenant_id: str, given: Any, also: Callable[[Tx], None] | None = None
    ) -> Accepted:
        self.given.append((tenant_id, given))
        return Accepted(len(self.given), ())

    def picture(self, tenant_id: str) -> Any:
        return None


@dataclass
class FakeJobs:
    """Keeps what was enqueued."""

    queued: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def enqueue(
        self, tx: Tx, tenant_id: str, kind: str, payload: dict[str, Any], **options: Any
    ) -> str:
        self.queued.append((tenant_id, kind, payload))
        return f"job_{len(self.queued)}"


@dataclass
class FakePolicies:
    """Keeps whose policy was published."""

    published: list[str] = field(default_factory=list)
    draft: tuple[str, Policy] | None = None

    async def publish(self, tenant_id: str) -> None:
        self.published.append(tenant_id)

    def keep(self, tx: Tx, tenant_id: str, by: str, action: str, subject: str, at: int) -> None:
        """Versions are the matter of whoever tests them."""

    def drafted(self, tx: Tx, tenant_id: str, draft_id: str, at: int) -> Policy:
        """The one draft that is known."""
        if self.draft is None or self.draft[0] != draft_id:
            raise TrunklineError("draft_unknown", 404, "There is no such draft.")
        return self.draft[1]


class Rig:
    """The platform, the app with the routes, and a client as anybody."""

    def __init__(self, *routers: APIRouter, **parts: Any) -> None:
        self.db = parts.pop("db", None) or MemoryDatabase()
        self.clock = FakeClock(NOON)
        self.outbox = FakeOutbox()
        self.cells = FakeCells()
        self.jobs = FakeJobs()
        self.policies = parts.pop("policies", None) or FakePolicies()
        self.keys = KeyRing(bytes(range(32)))
        self.platform = Platform(
            **{
                "db": self.db,
                "clock": self.clock,
                "ids": TimeIds(self.clock),
                "cells": self.cells,
                "outbox": self.outbox,
                "stream": None,
                "jobs": self.jobs,
                "blobs": None,
                "keys": self.keys,
                "settings": Settings(),
                "policies": self.policies,
                **parts,
            }
        )
        self.app = _app(self.platform, routers)
        self.tenant = "one"

    def writing(self, tx: Tx, tenant_id: str) -> Writing:
        """What a service needs to write for a tenant."""
        return Writing(tx, self.keys, self.platform.ids, tenant_id, self.clock.now_ms())

    def as_(self, tenant_id: str, role: str = "administrator") -> httpx.AsyncClient:
        """A client signed in with a role of a tenant."""
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.app),
            base_url="http://test/api/v1",
            headers={"X-Tenant": tenant_id, "X-Role": role},
        )


def principal(tenant_id: str, role: str = "administrator") -> Principal:
    """Somebody with one role."""
    held = grants([Assignment(role)], None, {})
    return Principal(tenant_id, f"{role}-{tenant_id}", frozenset({role}), held)


def _app(platform: Platform, routers: tuple[APIRouter, ...]) -> FastAPI:
    app = FastAPI()
    app.state.platform = platform
    for router in routers:
        app.include_router(router, prefix="/api/v1")

    async def sign_in(request: Request, call_next: Any) -> Any:
        asked = request.headers
        request.state.principal = principal(asked["X-Tenant"], asked["X-Role"])
        return await call_next(request)

    async def refused(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, TrunklineError)
        told = {"code": error.code, "detail": error.detail, **error.extra}
        return JSONResponse(told, error.status)

    app.add_middleware(BaseHTTPMiddleware, dispatch=sign_in)
    app.add_exception_handler(TrunklineError, refused)
    return app
