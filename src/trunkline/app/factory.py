"""The ASGI app of a node: every feature's routes, health, the softphone's way, the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trunkline.app import page_lines
from trunkline.app.http import Readiness, assemble
from trunkline.features import (
    agents,
    announcements,
    audit,
    calendars,
    configuration,
    customers,
    desk,
    dialling,
    flows,
    identity,
    jobs,
    knowledge,
    numbers,
    outbound,
    quality,
    queues,
    recordings,
    routing,
    setup,
    simulations,
    surveys,
    tickets,
)

if TYPE_CHECKING:
    from fastapi import APIRouter, FastAPI

    from trunkline.app.node import Node


def build_app(node: Node) -> FastAPI:
    """The app; the node must run while it serves."""

    async def readiness() -> Readiness:
        health = await node.telephony.health()
        return Readiness(health.ready, health.reason, health.remedy)

    app = assemble(node.platform, routers(), readiness, figures=node.figures)
    app.state.desks = node.desks
    app.state.walls = node.walls
    app.include_router(page_lines.router(node.telephony, node.lines))
    return app


def routers() -> tuple[APIRouter, ...]:
    """All routes below /api/v1."""
    return (
        *desk.routers,
        setup.router,
        configuration.router,
        simulations.router,
        agents.router,
        agents.sets_router,
        tickets.router,
        surveys.router,
        recordings.router,
        queues.router,
        routing.router,
        flows.router,
        *numbers.routers,
        *outbound.routers,
        dialling.router,
        quality.router,
        announcements.router,
        calendars.router,
        customers.router,
        knowledge.router,
        identity.router,
        audit.router,
        jobs.router,
    )
