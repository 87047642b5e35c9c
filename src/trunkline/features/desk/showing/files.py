"""Files that pass in a talk: few, small, of known kinds by their bytes, and sealed.

Each file has a key of its own beside its row, as recordings have; whoever destroys that has erased
the file. A picture is not opened here: what is looked at are the first bytes only, and a reply
never lets a browser guess.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from trunkline.features import audit
from trunkline.features.desk.showing import store
from trunkline.kit.crypto import CannotOpen, seal, unseal
from trunkline.kit.errors import TrunklineError
from trunkline.kit.sealed_stream import open_range, plain_size, seal_stream

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection

    from trunkline.core.showing import Side
    from trunkline.features.desk.showing.store import FileRow
    from trunkline.features.tenancy import Principal
    from trunkline.kit.crypto import KeyRing
    from trunkline.ports.database import Tx
    from trunkline.ports.jobs import Job
    from trunkline.runtime.platform import Platform

FILE_MAX_BYTES: Final = 10 * 1024 * 1024
MOST_FILES: Final = 20
"""Files of one interaction, from both sides together."""
MOST_NAME: Final = 120
REMOVE_JOB: Final = "desk.file_remove"
LOOKED_AFTER_MS: Final = 15 * 60_000
"""So long after an upload began its object is looked after: without a row it is taken away."""
ENDINGS: Final = {
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg"),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "application/pdf": ("pdf",),
    "text/plain": ("txt", "log", "csv", "md"),
}
_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f"<>|:*?\\/\u202a-\u202e\u2066-\u2069]')


def media_type(content: bytes) -> str | None:
    """What the bytes are; None for anything that is not taken."""
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "text/plain" if text and not _CONTROLS.search(text) else None


def safe_name(given: str, kind: str) -> str:
    """A name without ways or tricks in it, whose ending is one of its kind."""
    name = _NOT_IN_NAMES.sub("_", given).strip(" .")[-MOST_NAME:] or "file"
    endings = ENDINGS[kind]
    fits = name.rpartition(".")[2].lower() in endings and "." in name
    return name if fits else f"{name[: MOST_NAME - 5]}.{endings[0]}"


async def keep(
    platform: Platform,
    by: Principal,
    side: Side,
    place: tuple[str, str],
    given: str,
    content: bytes,
) -> FileRow:
    """Keep a file of a talk; `place` is the interaction and its agent.

    Raises 413 `file_too_large`, 415 `file_kind_unknown`, 409 `too_many_files`.
    """
    if len(content) > FILE_MAX_BYTES:
        detail = f"A file has at most {FILE_MAX_BYTES} bytes."
        raise TrunklineError("file_too_large", 413, detail)
    kind = media_type(content)
    if kind is None:
        detail = "Send a picture (PNG, JPEG, GIF, WebP), a PDF or plain text."
        raise TrunklineError("file_kind_unknown", 415, detail)
    tenant_id, interaction_id = by.tenant_id, place[0]
    key, wrapped = platform.keys.new_data_key(tenant_id)
    file_id = platform.ids.new("file")
    at = object_key(tenant_id, file_id)
    name = seal(key, safe_name(given, kind).encode(), at.encode())
    row = store.FileRow(
        tenant_id, file_id, interaction_id, side, place[1], platform.clock.now_ms(), kind,
        len(content), wrapped, name,
    )  # fmt: skip

    def announce(tx: Tx) -> None:
        """Before the object is there: who dies in between leaves a job behind that finds it."""
        _check_room(tx, tenant_id, interaction_id)
        payload = {"object": at, "file_id": file_id, "interaction_id": interaction_id}
        later = row.at + LOOKED_AFTER_MS
        platform.jobs.enqueue(tx, tenant_id, REMOVE_JOB, payload, run_at=later)

    await platform.db.write(announce)
    await platform.blobs.put(at, seal_stream(key, _whole(content), at.encode()))

    def work(tx: Tx) -> None:
        _check_room(tx, tenant_id, interaction_id)
        store.add_file(tx, row)
        detail = {"file_id": file_id, "media_type": kind, "size_bytes": len(content)}
        audit.record(tx, by, "files.sent", interaction_id, detail, at=row.at)

    try:
        await platform.db.write(work)
    except BaseException:
        await platform.blobs.delete(at)
        raise
    return row


def name_of(keys: KeyRing, row: FileRow) -> str | None:
    """What a file is called; None when it was erased."""
    if row.wrapped_key is None or row.sealed_name is None:
        return None
    key = keys.unwrap(row.tenant_id, row.wrapped_key)
    return unseal(key, row.sealed_name, object_key(row.tenant_id, row.id).encode()).decode()


async def read(platform: Platform, row: FileRow) -> AsyncIterator[bytes]:
    """The bytes of a file; raises 404 `file_missing` before the first."""
    if row.wrapped_key is None:
        raise _missing()
    at = object_key(row.tenant_id, row.id)
    try:
        key, size = platform.keys.unwrap(row.tenant_id, row.wrapped_key), 0
        size = await platform.blobs.size(at)
    except (FileNotFoundError, CannotOpen) as error:
        raise _missing() from error

    async def part(start: int, length: int) -> bytes:
        return await platform.blobs.read(at, start, length)

    return open_range(key, part, size, 0, plain_size(size), at.encode())


def headers(row: FileRow, name: str) -> dict[str, str]:
    """Of a reply: saved under its name, and never taken for something else or run."""
    return {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Length": str(row.size_bytes),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }


def erase(tx: Tx, platform: Platform, tenant_id: str, interaction_ids: Collection[str]) -> None:
    """Destroy the files of these interactions; a job takes the objects away."""
    for row in store.files_of(tx, tenant_id, interaction_ids):
        if row.wrapped_key is not None:
            store.forget_file(tx, tenant_id, row.id)
            payload = {"object": object_key(tenant_id, row.id)}
            platform.jobs.enqueue(tx, tenant_id, REMOVE_JOB, payload)


async def remove(platform: Platform, job: Job) -> None:
    """The job `desk.file_remove`: take the object of an erased file away, or of one without a row.

    `file_id` is that of an upload that was looked after: with its row, it stays.
    """
    payload = {name: str(value) for name, value in job.payload.items()}
    if file_id := payload.get("file_id"):
        place = payload["interaction_id"], file_id
        row = await platform.db.read(lambda tx: store.file(tx, job.tenant_id, *place))
        if row is not None and row.wrapped_key is not None:
            return
    await platform.blobs.delete(str(job.payload["object"]))


def object_key(tenant_id: str, file_id: str) -> str:
    """Where the object of a file lies."""
    return f"{tenant_id}/files/{file_id}"


def _check_room(tx: Tx, tenant_id: str, interaction_id: str) -> None:
    if len(store.files_of(tx, tenant_id, [interaction_id])) >= MOST_FILES:
        detail = f"At most {MOST_FILES} files pass in one talk."
        raise TrunklineError("too_many_files", 409, detail)


def _missing() -> TrunklineError:
    return TrunklineError("file_missing", 404, "The file is not there any more.")


async def _whole(content: bytes) -> AsyncIterator[bytes]:
    yield content
