"""Announcements over HTTP: files sent in, listed, heard, replaced, removed."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from trunkline.features import audit
from trunkline.features.announcements import service, sounds, speaking, store
from trunkline.features.announcements.schemas import (
    AnnouncementChange,
    AnnouncementList,
    AnnouncementNew,
    AnnouncementOut,
    Name,
    Spoken,
    Voices,
)
from trunkline.features.announcements.wav import wav
from trunkline.features.tenancy import Principal, Writing, permit, problem
from trunkline.kit.crypto import CannotOpen
from trunkline.kit.errors import TrunklineError
from trunkline.ports.database import Tx
from trunkline.ports.edge import EdgeError
from trunkline.runtime.platform import Platform, PlatformDep

router = APIRouter(
    prefix="/announcements", tags=["announcements"], responses=problem(401, 403, 422)
)
READ, WRITE = "announcements.read", "announcements.write"
MEDIA_TYPE = "audio/wav"
_FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "A sound file: WAV, MP3, Ogg, FLAC, M4A and the like.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_SOUND: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The sound, as engines play it.",
        "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    },
    **problem(404),
}


@router.get("")
async def list_announcements(
    platform: PlatformDep, principal: Principal = permit(READ)
) -> AnnouncementList:
    """The announcements of the tenant, by name."""

    def work(tx: Tx) -> list[AnnouncementOut]:
        users = store.users(tx, principal.tenant_id)
        rows = store.every(tx, principal.tenant_id)
        return [AnnouncementOut.of(row, users.get(row.id, [])) for row in rows]

    return AnnouncementList(items=await platform.db.read(work))


@router.get("/voices")
async def list_voices(platform: PlatformDep, _: Principal = permit(READ)) -> Voices:
    """What texts can be spoken in here."""
    found = list(speaking.languages(platform))
    remedy = "" if found else speaking.REMEDY
    return Voices.model_validate({"languages": found, "remedy": remedy})


@router.post("/previews", response_class=Response, responses=_SOUND | problem(503))
async def preview_text(
    platform: PlatformDep, body: Spoken, _: Principal = permit(WRITE)
) -> Response:
    """A text as it would be heard; nothing is kept."""
    levelled = await speaking.spoken(platform, body.text, body.language)
    return Response(wav(levelled.samples), media_type=MEDIA_TYPE)


@router.post("", status_code=201, responses=problem(409, 503))
async def speak_announcement(
    platform: PlatformDep, body: AnnouncementNew, principal: Principal = permit(WRITE)
) -> AnnouncementOut:
    """Make an announcement of a text; it is `making` until a job has spoken it."""
    _has_a_voice(platform)

    def work(on: Writing) -> str:
        row = service.draft(on.tx, on.tenant_id, service.new_id(on), body.name, on.now)
        return speaking.ask(on, platform, row, body)

    made = await audit.perform(platform, principal, _deed("created"), work)
    return await _told(platform, principal, made)


@router.put("/{announcement_id}/text", responses=problem(404, 503))
async def speak_anew(
    platform: PlatformDep,
    announcement_id: str,
    body: Spoken,
    principal: Principal = permit(WRITE),
) -> AnnouncementOut:
    """Give an announcement another text; what it had is heard until this one is spoken."""
    _has_a_voice(platform)

    def work(on: Writing) -> str:
        row = service.find(on.tx, on.tenant_id, announcement_id)
        return speaking.ask(on, platform, row, body)

    await audit.perform(platform, principal, _deed("updated"), work)
    return await _told(platform, principal, announcement_id)


@router.post("/audio", status_code=201, responses=problem(409, 413, 503), openapi_extra=_FILE)
async def upload_announcement(
    platform: PlatformDep,
    request: Request,
    name: Annotated[Name, Query()],
    principal: Principal = permit(WRITE),
) -> AnnouncementOut:
    """Make an announcement of a sound file; it is levelled, and can be named at once."""
    at, made = platform.clock.now_ms(), service.new_id(platform)
    row = await platform.db.read(lambda tx: service.draft(tx, principal.tenant_id, made, name, at))
    return await _replaced(platform, principal, row, await request.body(), "created")


@router.put("/{announcement_id}/audio", responses=problem(404, 413, 503), openapi_extra=_FILE)
async def replace_announcement(
    platform: PlatformDep,
    announcement_id: str,
    request: Request,
    principal: Principal = permit(WRITE),
) -> AnnouncementOut:
    """Give an announcement another sound; who names it says this one from now on."""
    row = await platform.db.read(lambda tx: service.find(tx, principal.tenant_id, announcement_id))
    return await _replaced(platform, principal, row, await request.body(), "updated")


@router.get("/{announcement_id}/audio", response_class=Response, responses=_SOUND)
async def hear_announcement(
    platform: PlatformDep, announcement_id: str, principal: Principal = permit(READ)
) -> Response:
    """The sound of an announcement."""
    row = await platform.db.read(lambda tx: service.find(tx, principal.tenant_id, announcement_id))
    if not row.sound:
        raise TrunklineError("sound_missing", 404, "There is no sound yet.")
    try:
        content = wav(await sounds.samples(platform, row))
    except (FileNotFoundError, CannotOpen) as error:
        raise TrunklineError("sound_missing", 404, "Its file is not there.") from error
    return Response(content, headers={"Cache-Control": "private, no-cache"}, media_type=MEDIA_TYPE)


@router.patch("/{announcement_id}", responses=problem(404, 409))
async def rename_announcement(
    platform: PlatformDep,
    announcement_id: str,
    body: AnnouncementChange,
    principal: Principal = permit(WRITE),
) -> AnnouncementOut:
    """Give an announcement another name."""
    await audit.perform(
        platform,
        principal,
        _deed("updated"),
        lambda on: service.rename(on, announcement_id, body.name),
    )
    return await _told(platform, principal, announcement_id)


@router.delete("/{announcement_id}", status_code=204, responses=problem(404, 409))
async def delete_announcement(
    platform: PlatformDep, announcement_id: str, principal: Principal = permit(WRITE)
) -> None:
    """Remove an announcement that nobody names."""
    await audit.perform(
        platform,
        principal,
        _deed("deleted"),
        lambda on: service.delete(on, platform, announcement_id),
    )
    if platform.edge is not None:
        try:
            await platform.edge.drop_sound(announcement_id)
        except EdgeError:
            return  # at its next start it is told again


def _has_a_voice(platform: Platform) -> None:
    """Said at once, not by a job that fails."""
    if not speaking.languages(platform):
        detail = f"No voice is installed here: {speaking.REMEDY} mends it."
        raise TrunklineError("voice_not_installed", 503, detail, remedy=speaking.REMEDY)


async def _replaced(
    platform: Platform, principal: Principal, row: store.AnnouncementRow, file: bytes, verb: str
) -> AnnouncementOut:
    levelled = await sounds.level(platform, file)
    kept = await sounds.keep(platform, replace(row, text="", language=""), levelled)

    def work(on: Writing) -> str:
        return service.put(on, platform, kept)

    await audit.perform(platform, principal, _deed(verb), work)
    await sounds.push(platform, kept, levelled.samples)
    return await _told(platform, principal, row.id)


async def _told(platform: Platform, principal: Principal, announcement_id: str) -> AnnouncementOut:
    def work(tx: Tx) -> AnnouncementOut:
        row = service.find(tx, principal.tenant_id, announcement_id)
        used = store.users(tx, principal.tenant_id)
        return AnnouncementOut.of(row, used.get(row.id, []))

    return await platform.db.read(work)


def _deed(verb: str) -> audit.Deed:
    return audit.Deed("announcement", verb, READ)
