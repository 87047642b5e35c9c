"""The stream over WebSocket. A page proves itself by cookie and Origin, a program by its token."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Query, WebSocket
from starlette.requests import HTTPConnection

from trunkline.features.desk.stream.desks import Desks
from trunkline.features.desk.stream.session import opened
from trunkline.features.tenancy import Principal, permit
from trunkline.runtime.platform import PlatformDep

router = APIRouter(tags=["desk"])


def get_desks(connection: HTTPConnection) -> Desks:
    """The desks of the running app."""
    state = connection.app.state
    if not hasattr(state, "desks"):
        state.desks = Desks()
    return cast(Desks, state.desks)


DesksDep = Annotated[Desks, Depends(get_desks)]


@router.websocket("/stream")
async def stream(
    socket: WebSocket,
    platform: PlatformDep,
    desks: DesksDep,
    after: Annotated[int | None, Query(ge=0, le=2**53)] = None,
    principal: Principal = permit("me.use"),
) -> None:
    """CloudEvents after `after`, or from now; `resync` when that is too long ago."""
    async with desks.at(platform, principal):
        session = await opened(socket, platform, desks.owners, principal, after)
        await session.run()
