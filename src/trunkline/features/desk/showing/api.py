"""Showings over HTTP and WebSocket, for the agent who has the talk and those who see it later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Query, Request, WebSocket
from fastapi.responses import StreamingResponse
from starlette.requests import HTTPConnection

from trunkline.core.showing import Side
from trunkline.features import audit, identity
from trunkline.features.desk import sight
from trunkline.features.desk.guests import store as guests
from trunkline.features.desk.schemas import InteractionRef
from trunkline.features.desk.showing import files, ice, reading, store
from trunkline.features.desk.showing.rooms import Rooms, Seat, talks
from trunkline.features.desk.showing.schemas import (
    FileOut,
    ShowingSettingsIn,
    ShowingSettingsOut,
    ShowingStanding,
)
from trunkline.features.desk.showing.session import Line
from trunkline.features.desk.stream.session import secret_of
from trunkline.features.tenancy import Principal, Writing, permit, problem
from trunkline.kit.errors import TrunklineError
from trunkline.ports.database import Tx
from trunkline.runtime.platform import Platform, PlatformDep

router = APIRouter(tags=["showings"], responses=problem(401, 403, 422))
CONTROL, READ = "interactions.control", "interactions.read"
FileName = Annotated[str, Query(min_length=1, max_length=200)]
UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "A picture (PNG, JPEG, GIF, WebP), a PDF or plain text; at most 10 MiB.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
DOWNLOAD: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file, byte for byte.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    },
    **problem(404),
}


def get_rooms(connection: HTTPConnection) -> Rooms:
    """The rooms of the running app."""
    state = connection.app.state
    if not hasattr(state, "rooms"):
        state.rooms = Rooms()
    return cast(Rooms, state.rooms)


RoomsDep = Annotated[Rooms, Depends(get_rooms)]


@router.get("/interactions/{interaction_id}/showing", responses=problem(404))
async def get_showing(
    interaction_id: InteractionRef, platform: PlatformDep, principal: Principal = permit(CONTROL)
) -> ShowingStanding:
    """Whether the customer is at a page of ours, so that things can be shown and sent."""

    def work(tx: Tx) -> bool:
        row = sight.visible(tx, principal, interaction_id)
        now = platform.clock.now_ms()
        allowed = store.chosen(tx, row.tenant_id).enabled
        return allowed and guests.has_party(tx, row.tenant_id, row.party, now)

    return ShowingStanding(possible=await platform.db.read(work))


@router.websocket("/interactions/{interaction_id}/showing/line")
async def line_of_agent(
    socket: WebSocket,
    interaction_id: InteractionRef,
    platform: PlatformDep,
    rooms: RoomsDep,
    principal: Principal = permit(CONTROL),
) -> None:
    """The agent's page in the room of his talk; it is closed with 1008 when the talk is over."""
    tenant_id, now = principal.tenant_id, platform.clock.now_ms()
    if not talks(platform, tenant_id, principal.user_id, interaction_id):
        raise TrunklineError("not_your_call", 409, "This talk is not yours.")
    found = await platform.db.read(
        lambda tx: _servers_if_allowed(tx, platform, tenant_id, principal.user_id, now)
    )
    await socket.accept()
    secret = secret_of(socket) or ""

    async def holds() -> bool:
        again = await identity.admit(platform.db, platform.clock, secret)
        return again is not None and again.may(CONTROL)

    seat = Seat(Side.AGENT, principal, found)
    room = rooms.enter(platform, tenant_id, interaction_id)
    await Line(socket, rooms, seat, holds).run(room)


@router.post(
    "/interactions/{interaction_id}/files",
    status_code=201,
    responses=problem(404, 409, 413, 415, 503),
    openapi_extra=UPLOAD,
)
async def send_file(
    interaction_id: InteractionRef,
    request: Request,
    platform: PlatformDep,
    rooms: RoomsDep,
    name: FileName,
    principal: Principal = permit(CONTROL),
) -> FileOut:
    """Send the customer a file while we talk; it stays with the interaction."""
    room = rooms.find(principal.tenant_id, interaction_id)
    if room is None or room.agent_id != principal.user_id or not room.holds():
        raise TrunklineError("not_your_call", 409, "This talk is not yours, or not at a page.")
    sent = Sent(Side.AGENT, principal, interaction_id, principal.user_id)
    return await pass_on(platform, rooms, sent, name, await request.body())


@router.get(
    "/interactions/{interaction_id}/files/{file_id}",
    response_class=StreamingResponse,
    responses=DOWNLOAD,
)
async def get_file(
    interaction_id: InteractionRef,
    file_id: InteractionRef,
    platform: PlatformDep,
    principal: Principal = permit(READ),
) -> StreamingResponse:
    """A file that passed in an interaction; each look is written to the audit log."""

    def work(tx: Tx) -> store.FileRow:
        row = sight.visible(tx, principal, interaction_id)
        found = file_of(tx, row.tenant_id, row.id, file_id)
        now, detail = platform.clock.now_ms(), {"file_id": file_id}
        audit.record(tx, principal, "files.opened", row.id, detail, at=now)
        return found

    return await content(platform, await platform.db.write(work))


@router.get("/settings/showing", tags=["settings"])
async def get_showing_settings(
    platform: PlatformDep, principal: Principal = permit("settings.read")
) -> ShowingSettingsOut:
    """Whether things may be shown, and the servers by which pages find each other."""
    return await platform.db.read(lambda tx: _settings(tx, principal.tenant_id))


@router.put("/settings/showing", tags=["settings"])
async def put_showing_settings(
    platform: PlatformDep,
    body: ShowingSettingsIn,
    principal: Principal = permit("settings.write"),
) -> ShowingSettingsOut:
    """Replace these settings; showings that begin from now on go by them."""

    def work(on: Writing) -> str:
        ice.choose(on, body.enabled, tuple(body.stun), tuple(body.turn), body.turn_secret)
        return on.tenant_id

    deed = audit.Deed("showing_setting", "updated", "settings.read")
    await audit.perform(platform, principal, deed, work)
    return await platform.db.read(lambda tx: _settings(tx, principal.tenant_id))


@dataclass(frozen=True, slots=True)
class Sent:
    """Who sends a file, in which talk with whom."""

    side: Side
    by: Principal
    interaction_id: str
    agent_id: str


async def pass_on(platform: Platform, rooms: Rooms, sent: Sent, name: str, body: bytes) -> FileOut:
    """Keep a file and tell both pages of it."""
    place = (sent.interaction_id, sent.agent_id)
    row = await files.keep(platform, sent.by, sent.side, place, name, body)
    told = reading.file_out(platform.keys, row, {})
    room = rooms.find(sent.by.tenant_id, sent.interaction_id)
    if room is not None:
        room.told_to_all({"type": "file", "file": told.model_dump(mode="json", exclude={"agent"})})
    return told


def file_of(tx: Tx, tenant_id: str, interaction_id: str, file_id: str) -> store.FileRow:
    """A file of an interaction; raises 404 `file_missing`."""
    found = store.file(tx, tenant_id, interaction_id, file_id)
    if found is None:
        raise TrunklineError("file_missing", 404, "The file is not there any more.")
    return found


async def content(platform: Platform, row: store.FileRow) -> StreamingResponse:
    """The reply with a file."""
    opened = await files.read(platform, row)
    name = files.name_of(platform.keys, row) or "file"
    return StreamingResponse(opened, 200, files.headers(row, name), row.media_type)


def allowed(tx: Tx, tenant_id: str) -> store.SettingsRow:
    """The settings; raises 403 `showings_off` where the tenant shows nothing."""
    found = store.chosen(tx, tenant_id)
    if not found.enabled:
        raise TrunklineError("showings_off", 403, "Nothing is shown or sent here.")
    return found


def _servers_if_allowed(
    tx: Tx, platform: Platform, tenant_id: str, name: str, now: int
) -> tuple[ice.IceServer, ...]:
    return ice.servers(platform.keys, tenant_id, allowed(tx, tenant_id), name, now)


def _settings(tx: Tx, tenant_id: str) -> ShowingSettingsOut:
    row = store.chosen(tx, tenant_id)
    return ShowingSettingsOut(
        enabled=row.enabled,
        stun=list(row.stun),
        turn=list(row.turn),
        has_turn_secret=row.sealed_secret is not None,
    )
