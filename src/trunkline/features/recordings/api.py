"""Recordings over HTTP: what is known of one, its sound in any part, its waveform, its end."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse

from trunkline.features.recordings import service
from trunkline.features.recordings.ranges import Part, Unsatisfiable, asked_part
from trunkline.features.recordings.schemas import RecordingOut, WaveformOut
from trunkline.features.recordings.sealed import Sealed
from trunkline.features.recordings.store import RecordingRow
from trunkline.features.tenancy import Principal, permit, problem
from trunkline.kit.errors import TrunklineError
from trunkline.kit.sealed_stream import plain_size
from trunkline.runtime.platform import PlatformDep

router = APIRouter(prefix="/recordings", tags=["recordings"], responses=problem(401, 403, 404, 422))

MEDIA_TYPE = "audio/ogg"
_SOUND = {"content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}}
_AUDIO_REPLIES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The whole sound: Ogg Opus, left customer, right agent.", **_SOUND},
    206: {"description": "The part that was asked for.", **_SOUND},
    **problem(409, 416),
}


@router.get("/{recording_id}")
async def get_recording(
    platform: PlatformDep, recording_id: str, principal: Principal = permit(service.LISTEN)
) -> RecordingOut:
    """What is known of a recording."""
    row = await platform.db.read(
        lambda tx: service.visible(tx, principal, service.LISTEN, recording_id)
    )
    return RecordingOut.of(row)


@router.get("/{recording_id}/audio", response_class=StreamingResponse, responses=_AUDIO_REPLIES)
async def hear_recording(
    platform: PlatformDep,
    recording_id: str,
    wanted: Annotated[str | None, Header(alias="Range", max_length=200)] = None,
    if_range: Annotated[str | None, Header(alias="If-Range", max_length=200)] = None,
    principal: Principal = permit(service.LISTEN),
) -> StreamingResponse:
    """The sound of a recording or a part of it; each request is written to the audit log."""
    asked = wanted if if_range in (None, _tag(recording_id)) else None
    row, sealed = await platform.db.write(
        lambda tx: service.listen(tx, platform, principal, recording_id, {"range": asked})
    )
    return await _sound(row, sealed, asked)


@router.get("/{recording_id}/waveform")
async def get_waveform(
    platform: PlatformDep, recording_id: str, principal: Principal = permit(service.LISTEN)
) -> WaveformOut:
    """The waveform of both tracks; empty as long as nothing is stored."""
    peaks = await platform.db.read(lambda tx: service.waveform(tx, principal, recording_id))
    return WaveformOut.of(*peaks)


@router.delete("/{recording_id}", status_code=204, responses=problem(409))
async def delete_recording(
    platform: PlatformDep, recording_id: str, principal: Principal = permit(service.DELETE)
) -> None:
    """Delete a recording for good: its key is destroyed, so no copy can be heard either."""
    await platform.db.write(lambda tx: service.delete(tx, platform, principal, recording_id))


async def _sound(row: RecordingRow, sealed: Sealed, asked: str | None) -> StreamingResponse:
    sealed_size = await _size(sealed)
    whole = plain_size(sealed_size)
    try:
        part = asked_part(asked, whole)
    except Unsatisfiable as error:
        raise TrunklineError(
            "range_not_satisfiable", 416, f"The sound has {whole} bytes.", size_bytes=whole
        ) from error
    sent = part or Part(0, whole, whole)
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Length": str(sent.length),
        "ETag": _tag(row.id),
        "Cache-Control": "private, no-cache",
    }
    if part:
        headers["Content-Range"] = part.content_range
    content = sealed.read(sealed_size, sent.start, sent.length)
    return StreamingResponse(content, 206 if part else 200, headers, MEDIA_TYPE)


async def _size(sealed: Sealed) -> int:
    try:
        return await sealed.blobs.size(sealed.object_key)
    except FileNotFoundError as error:
        raise TrunklineError("recording_missing", 404, "Its file is not there.") from error


def _tag(recording_id: str) -> str:
    """A recording's sound never changes."""
    return f'"{recording_id}"'
