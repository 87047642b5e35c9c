"""Showings for a guest's page: public routes, each proven by the token of its own call."""

from __future__ import annotations

import asyncio
from typing import Annotated, Final

from fastapi import APIRouter, Header, Request, WebSocket
from fastapi.responses import StreamingResponse
from pydantic import ValidationError
from starlette.websockets import WebSocketDisconnect

from trunkline.core.showing import Side
from trunkline.features import interactions
from trunkline.features.desk.guests import service as guests
from trunkline.features.desk.schemas import InteractionRef
from trunkline.features.desk.showing import ice
from trunkline.features.desk.showing.api import (
    DOWNLOAD,
    UPLOAD,
    FileName,
    RoomsDep,
    Sent,
    allowed,
    content,
    file_of,
    pass_on,
)
from trunkline.features.desk.showing.rooms import CUSTOMER, OVER, TRY_LATER, Seat
from trunkline.features.desk.showing.schemas import FileOut, Hello
from trunkline.features.desk.showing.session import Line
from trunkline.features.desk.showing.store import FileRow
from trunkline.features.interactions import InteractionRow
from trunkline.features.tenancy import Principal, problem, public
from trunkline.kit.errors import TrunklineError
from trunkline.ports.database import Tx
from trunkline.runtime.platform import Platform, PlatformDep

router = APIRouter(prefix="/guest", tags=["showings"], responses=problem(401, 403, 422))
HELLO_WITHIN_S: Final = 5.0
MOST_HELLO: Final = 400
BEGUN_WITHIN_MS: Final = 60_000
"""An interaction begins so near the arrival of its leg."""
Account = Annotated[str, Header(alias="X-Guest-Account", max_length=80)]
Token = Annotated[str, Header(alias="X-Guest-Token", max_length=80)]


@router.websocket("/showing")
async def line_of_guest(
    socket: WebSocket,
    platform: PlatformDep,
    rooms: RoomsDep,
    _: Principal | None = public(),
) -> None:
    """The customer's page in the room of its call, after a `hello` with account and token.

    Closed with 1008 for who has no call here, and 1013 while the call has not begun.
    """
    await socket.accept()
    hello = await _hello(socket)
    if hello is None:
        return
    try:
        row = await platform.db.read(lambda tx: _call(tx, platform, hello.account, hello.token))
        found = await platform.db.read(lambda tx: _servers(tx, platform, row))
        room = rooms.enter(platform, row.tenant_id, row.id)
    except TrunklineError as refusal:
        await socket.close(TRY_LATER if refusal.status in (409, 503) else OVER)
        return

    async def holds() -> bool:
        try:
            await platform.db.read(lambda tx: _call(tx, platform, hello.account, hello.token))
        except TrunklineError:
            return False
        return True

    seat = Seat(Side.CUSTOMER, Principal(row.tenant_id, CUSTOMER), found)
    await Line(socket, rooms, seat, holds).run(room)


@router.post(
    "/files",
    status_code=201,
    responses=problem(404, 409, 413, 415, 503),
    openapi_extra=UPLOAD,
)
async def send_guest_file(
    request: Request,
    platform: PlatformDep,
    rooms: RoomsDep,
    name: FileName,
    account: Account = "",
    token: Token = "",
    _: Principal | None = public(),
) -> FileOut:
    """Send the agent a file while we talk; it stays with the interaction."""
    row = await platform.db.read(lambda tx: _call(tx, platform, account, token))
    await platform.db.read(lambda tx: allowed(tx, row.tenant_id))
    room = rooms.find(row.tenant_id, row.id)
    if room is None or room.agent_id is None or not room.holds():
        raise TrunklineError("no_agent", 409, "There is no agent in the talk now.")
    by = Principal(row.tenant_id, CUSTOMER)
    sent = Sent(Side.CUSTOMER, by, row.id, room.agent_id)
    return await pass_on(platform, rooms, sent, name, await request.body())


@router.get("/files/{file_id}", response_class=StreamingResponse, responses=DOWNLOAD)
async def get_guest_file(
    file_id: InteractionRef,
    platform: PlatformDep,
    account: Account = "",
    token: Token = "",
    _: Principal | None = public(),
) -> StreamingResponse:
    """A file of one's own call."""

    def work(tx: Tx) -> FileRow:
        row = _call(tx, platform, account, token)
        return file_of(tx, row.tenant_id, row.id, file_id)

    return await content(platform, await platform.db.read(work))


async def _hello(socket: WebSocket) -> Hello | None:
    """Who the page is; None, the socket closed, where it does not say."""
    try:
        async with asyncio.timeout(HELLO_WITHIN_S):
            text = await socket.receive_text()
        if len(text) <= MOST_HELLO:
            return Hello.model_validate_json(text)
    except WebSocketDisconnect:
        return None
    except (TimeoutError, KeyError, ValidationError):
        pass
    await socket.close(OVER)
    return None


def _call(tx: Tx, platform: Platform, account: str, token: str) -> InteractionRow:
    """The interaction of a guest's call; raises 401 `guest_unknown`, 409 `no_call`."""
    now = platform.clock.now_ms()
    guest = guests.admit(tx, account, token, now)
    row = None
    if guest.party is not None and guest.arrived_at is not None:
        since, until = guest.arrived_at - BEGUN_WITHIN_MS, guest.arrived_at + BEGUN_WITHIN_MS
        row = interactions.of_party(tx, guest.tenant_id, guest.party, since, until)
    if row is None:
        raise TrunklineError("no_call", 409, "The call has not begun.")
    if row.ended_at is not None:
        raise TrunklineError("guest_unknown", 401, "The call is over.")
    return row


def _servers(tx: Tx, platform: Platform, row: InteractionRow) -> tuple[ice.IceServer, ...]:
    found, now = allowed(tx, row.tenant_id), platform.clock.now_ms()
    return ice.servers(platform.keys, row.tenant_id, found, row.id, now)
