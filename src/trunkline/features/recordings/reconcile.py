"""Reconciling: every row has its file, every file its row; what does not agree is asked to be.

This looks only, and asks the jobs of `archive`, which look again and know what to do: an ended
recording without an object is stored, one without any file becomes `missing`, raw tracks of what
is stored or deleted are cleared. Files that no row knows are set aside, and brought back when a
rebuild from the facts brings the row.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from trunkline.features import tenancy
from trunkline.features.recordings import store
from trunkline.features.recordings.facts import REMOVE_JOB, enqueue_store
from trunkline.features.recordings.sealed import object_key, object_prefix
from trunkline.features.recordings.store import RecordingRow, RecordingState
from trunkline.kit.logging import logger

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from trunkline.features.recordings.archive import Archive
    from trunkline.features.recordings.spool import Found
    from trunkline.ports.database import Tx

BEGIN_GRACE_MS = 2 * 60 * 1000
"""A recording younger than this may still be opening its files."""
SILENT_MS = 60 * 60 * 1000
"""Raw tracks that did not grow for so long are those of a recording that ended."""
AT_ONCE = 500
_log = logger("recordings")


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What was found: recordings asked to be stored or removed, and files without a row."""

    asked: tuple[str, ...] = ()
    orphans: tuple[str, ...] = ()
    unknown_objects: tuple[str, ...] = ()


async def reconcile(archive: Archive) -> Reconciled:
    """Compare rows, spool and objects of all tenants; see the module."""
    platform = archive.platform
    tenants = await platform.db.read(lambda tx: [t.tenant_id for t in tenancy.every(tx)])
    asked, orphans = await _spool(archive, tenants)
    unknown: list[str] = []
    for tenant_id in tenants:
        asked |= await _rows(archive, tenant_id)
        more, strangers = await _objects(archive, tenant_id)
        asked |= more
        unknown += strangers
    found = Reconciled(tuple(sorted(asked)), tuple(sorted(orphans)), tuple(sorted(unknown)))
    if found.orphans or found.unknown_objects:
        _log.warning("files without a row", spool=found.orphans, objects=found.unknown_objects)
    return found


async def _spool(archive: Archive, tenants: list[str]) -> tuple[set[str], set[str]]:
    """Ask for what lies in the spool; returns the asked and the orphans."""
    asked: set[str] = set()
    orphans = await _come_back(archive, tenants)
    for found in await asyncio.to_thread(lambda: list(archive.spool.found())):
        row = await _row_of(archive, tenants, found.id)
        if row is None:
            if _age(archive, found) > BEGIN_GRACE_MS:
                await asyncio.to_thread(archive.spool.set_aside, found.id)
                orphans.add(found.id)
        elif _is_over(row) or _age(archive, found) > SILENT_MS:
            await _ask(archive, row)
            asked.add(row.id)
    return asked, orphans


async def _come_back(archive: Archive, tenants: list[str]) -> set[str]:
    """Bring back what stands aside and has a row now; returns what nobody knows."""
    orphans: set[str] = set()
    for recording_id in await asyncio.to_thread(archive.spool.set_aside_ids):
        row = await _row_of(archive, tenants, recording_id)
        if row is None:
            orphans.add(recording_id)
        elif row.state == RecordingState.RECORDING:
            await asyncio.to_thread(archive.spool.bring_back, recording_id)
    return orphans


async def _rows(archive: Archive, tenant_id: str) -> set[str]:
    """Ask for rows without their file."""
    asked: set[str] = set()
    async for row in _in_state(archive, tenant_id, RecordingState.RECORDING):
        if _is_over(row) or not await _is_being_made(archive, row):
            await _ask(archive, row)
            asked.add(row.id)
    async for row in _in_state(archive, tenant_id, RecordingState.STORED):
        if await _object_size(archive, row) != row.size_bytes:
            await _ask(archive, row)
            asked.add(row.id)
    return asked


async def _objects(archive: Archive, tenant_id: str) -> tuple[set[str], list[str]]:
    """Ask for objects whose row does not know them; returns the asked, and what has no row."""
    asked: set[str] = set()
    unknown: list[str] = []
    prefix = object_prefix(tenant_id)
    async for key in archive.platform.blobs.list(prefix):
        row = await _row_of(archive, [tenant_id], key.removeprefix(prefix))
        if row is None:
            unknown.append(key)
        elif row.state != RecordingState.STORED:
            await _ask(archive, row)
            asked.add(row.id)
    return asked, unknown


async def _ask(archive: Archive, row: RecordingRow) -> None:
    platform = archive.platform

    def work(tx: Tx) -> None:
        if row.ended_at is None:
            now = platform.clock.now_ms()
            store.change(tx, row.tenant_id, row.id, ended_at=now)
        if row.deleted:
            payload, once = {"recording_id": row.id}, f"{REMOVE_JOB}:{row.id}"
            platform.jobs.enqueue(tx, row.tenant_id, REMOVE_JOB, payload, dedupe_key=once)
        enqueue_store(tx, platform.jobs, row.tenant_id, row.id)

    await platform.db.write(work)


async def _row_of(archive: Archive, tenants: list[str], recording_id: str) -> RecordingRow | None:
    """The row of a file; ids name their cell, so at most one tenant has it."""

    def work(tx: Tx) -> RecordingRow | None:
        rows = (store.get(tx, tenant_id, recording_id) for tenant_id in tenants)
        return next((row for row in rows if row), None)

    return await archive.platform.db.read(work)


async def _in_state(
    archive: Archive, tenant_id: str, state: RecordingState
) -> AsyncIterator[RecordingRow]:
    after = ""
    while True:
        page = partial(store.in_state, tenant_id=tenant_id, state=state, after=after, limit=AT_ONCE)
        rows = await archive.platform.db.read(page)
        for row in rows:
            yield row
        if len(rows) < AT_ONCE:
            return
        after = rows[-1].id


async def _is_being_made(archive: Archive, row: RecordingRow) -> bool:
    if archive.platform.clock.now_ms() - row.started_at < BEGIN_GRACE_MS:
        return True
    return await asyncio.to_thread(archive.spool.holds, row.id)


async def _object_size(archive: Archive, row: RecordingRow) -> int | None:
    try:
        return await archive.platform.blobs.size(object_key(row.tenant_id, row.id))
    except FileNotFoundError:
        return None


def _is_over(row: RecordingRow) -> bool:
    return row.ended_at is not None or row.state != RecordingState.RECORDING


def _age(archive: Archive, found: Found) -> int:
    return archive.platform.clock.now_ms() - found.changed_at
