"""The ASGI app around the features' routes: one place for each thing that all of them need.

From outside in: a name and safe headers for each request, whose host this is, bounds of the body,
who asks, idempotency; then the routes; what no route knows is a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from prometheus_client import CollectorRegistry

from trunkline.app.http import document, problems, reference
from trunkline.app.http.bounds import Bounds, OwnHost
from trunkline.app.http.health import Readiness, ReadinessCheck
from trunkline.app.http.health import router as health_router
from trunkline.app.http.idempotency import Idempotency
from trunkline.app.http.outermost import Outermost
from trunkline.app.http.pages import BUILT, pages
from trunkline.app.http.sessions import Sessions
from trunkline.features.identity import Door
from trunkline.runtime.platform import Platform

PREFIX = "/api/v1"

__all__ = ["PREFIX", "Readiness", "ReadinessCheck", "assemble"]


def assemble(
    platform: Platform,
    routers: Sequence[APIRouter],
    readiness: ReadinessCheck,
    *,
    door: Door | None = None,
    figures: CollectorRegistry | None = None,
    lifespan: Any = None,
    ui: Path = BUILT,
) -> FastAPI:
    """The app that serves these routers below `/api/v1`, health, reference and pages."""
    app = FastAPI(
        lifespan=lifespan, docs_url=None, redoc_url=None, redirect_slashes=False, title="Trunkline"
    )
    app.state.platform = platform
    app.state.door = door or Door.new(platform.clock)
    app.state.readiness = readiness
    app.state.figures = figures or CollectorRegistry()
    for router in routers:
        app.include_router(router, prefix=PREFIX)
    app.include_router(health_router)
    app.router.default = pages(ui)
    problems.install(app)
    document.install(app)
    reference.install(app)
    _surround(app, platform)
    return app


def _surround(app: FastAPI, platform: Platform) -> None:
    """Middleware; the one added last is outermost."""
    app.add_middleware(Idempotency, platform=platform)
    app.add_middleware(Sessions, platform=platform)
    app.add_middleware(Bounds)
    app.add_middleware(OwnHost, settings=platform.settings)
    app.add_middleware(Outermost, ids=platform.ids)
