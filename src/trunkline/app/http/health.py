"""Whether the program lives, whether it can take calls, and its figures."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from trunkline.features.tenancy import public


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether calls can be taken; if not, why, and the command that mends it."""

    ready: bool
    reason: str = ""
    remedy: str = ""


ReadinessCheck = Callable[[], Awaitable[Readiness]]
"""Asked at each `/readyz`; `app` keeps it in `app.state.readiness`."""


class ReadyShown(BaseModel):
    """`ready` or `not_ready`, with the reason and what mends it."""

    status: str
    reason: str | None = None
    remedy: str | None = None


router = APIRouter(tags=["health"], dependencies=[public()])
_NOT_READY: dict[int | str, dict[str, Any]] = {503: {"model": ReadyShown}}


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """200 while the program lives."""
    return {"status": "ok"}


@router.get("/readyz", response_model=ReadyShown, responses=_NOT_READY)
async def readyz(request: Request) -> Response:
    """200 when calls can be taken, else 503 with the reason."""
    check = cast(ReadinessCheck, request.app.state.readiness)
    found = await check()
    told = ReadyShown(
        status="ready" if found.ready else "not_ready",
        reason=found.reason or None,
        remedy=found.remedy or None,
    )
    return JSONResponse(told.model_dump(exclude_none=True), 200 if found.ready else 503)


@router.get("/metrics", response_class=Response)
async def metrics(request: Request) -> Response:
    """Figures for Prometheus: of the process and its HTTP, then of the node's calls."""
    told = b"".join(map(generate_latest, (REGISTRY, request.app.state.figures)))
    return Response(told, media_type=CONTENT_TYPE_LATEST)
