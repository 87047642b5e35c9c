"""The sound of an announcement: levelled, sealed as an object, and given to the engine.

    file or text ──▶ levelled ──▶ sealed object ──▶ row says which ──▶ engine
The object is written before the row names it, so a program that is killed between leaves at most
an object that nobody names. The engine is told last; what it missed it is given at the next start.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from trunkline.features.announcements import store
from trunkline.kit.crypto import CannotOpen
from trunkline.kit.errors import TrunklineError
from trunkline.kit.logging import logger
from trunkline.kit.sealed_stream import open_range, plain_size, seal_stream
from trunkline.ports.audio import LONGEST_S, AudioFailed, AudioUnusable, Levelled
from trunkline.ports.edge import EdgeError, Sound

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from trunkline.features.announcements.store import AnnouncementRow
    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform

RATE: Final = 16_000
REMOVE_JOB: Final = "announcements.remove"
READY: Final = "ready"
_PORTION_BYTES: Final = 256 * 1024
_REFUSED: Final = {
    "unreadable": "This is no sound file that can be read: WAV, MP3, Ogg, FLAC, M4A and the like.",
    "too_short": "The sound is shorter than half a second.",
    "too_long": f"The sound is longer than {LONGEST_S // 60} minutes.",
    "silent": "There is nothing to be heard in it.",
}
_log = logger("announcements")


async def level(platform: Platform, content: bytes) -> Levelled:
    """A file as it will be heard; refuses with `sound_REASON`, or `sounds_not_installed`."""
    if platform.leveller is None:
        raise _not_installed()
    try:
        return await platform.leveller.level(content)
    except AudioUnusable as unusable:
        if unusable.reason not in _REFUSED:
            raise _not_installed() from unusable
        code = f"sound_{unusable.reason}"
        raise TrunklineError(code, 422, _REFUSED[unusable.reason]) from unusable
    except AudioFailed as failure:
        detail = "The file could not be converted in time; try again, or send a shorter one."
        raise TrunklineError("sound_failed", 503, detail) from failure


async def keep(platform: Platform, row: AnnouncementRow, sound: Levelled) -> AnnouncementRow:
    """Store a sound as the next one of an announcement; returns the row that names it."""
    key, wrapped = platform.keys.new_data_key(row.tenant_id)
    now = platform.clock.now_ms()
    told = replace(
        row,
        sound=row.sound + 1,
        sounded_at=now,
        state=READY,
        reason="",
        wrapped_key=wrapped,
        duration_ms=sound.duration_ms,
        changed_at=now,
    )
    place = object_key(told)
    await platform.blobs.put(place, seal_stream(key, _portions(sound.samples), place.encode()))
    return told


async def samples(platform: Platform, row: AnnouncementRow) -> bytes:
    """The samples of an announcement; raises `FileNotFoundError`, `CannotOpen`."""
    place = object_key(row)
    size = await platform.blobs.size(place)
    key = platform.keys.unwrap(row.tenant_id, row.wrapped_key or b"")

    async def part(at: int, count: int) -> bytes:
        return await platform.blobs.read(place, at, count)

    content = open_range(key, part, size, 0, plain_size(size), place.encode())
    return b"".join([one async for one in content])


def forget(tx: Tx, platform: Platform, row: AnnouncementRow) -> None:
    """Let the object of a sound that nobody names any more be removed."""
    if row.sound:
        payload = {"object": object_key(row)}
        platform.jobs.enqueue(tx, row.tenant_id, REMOVE_JOB, payload)


async def push(platform: Platform, row: AnnouncementRow, sound: bytes | None = None) -> None:
    """Give the engine a sound; without one it is read from its object."""
    if platform.edge is None:
        return
    try:
        given = sound if sound is not None else await samples(platform, row)
        await platform.edge.put_sound(Sound(row.id, row.mark, given))
    except (EdgeError, OSError, CannotOpen) as failure:  # at the next start it is given again
        _log.warning("sound_not_given", tenant_id=row.tenant_id, error=type(failure).__name__)


async def push_all(platform: Platform, tenants: Iterable[str]) -> None:
    """At a start: give the engine every sound that it lacks, and take away those of nobody."""
    edge = platform.edge
    if edge is None:
        return

    rows = await platform.db.read(lambda tx: store.with_sound(tx, tenants))
    try:
        held = await edge.sounds()
        for name in held.keys() - {row.id for row in rows}:
            await edge.drop_sound(name)
    except EdgeError as failure:
        _log.warning("sounds_not_given", reason=failure.reason)
        return
    for row in rows:
        if held.get(row.id) != row.mark:
            await push(platform, row)


def object_key(row: AnnouncementRow) -> str:
    """Where the sound of an announcement lies."""
    return f"{row.tenant_id}/announcements/{row.id}-{row.mark}"


async def _portions(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), _PORTION_BYTES):
        yield content[start : start + _PORTION_BYTES]


def _not_installed() -> TrunklineError:
    detail = "Sound files cannot be converted here: pip install 'trunkline[voice]' mends it."
    return TrunklineError("sounds_not_installed", 503, detail)
