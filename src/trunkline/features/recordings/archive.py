"""Storing: the raw tracks of the spool become one sealed object, and only then go.

    prepare (key, waveform in the row) → put (create-only) → read back → row `stored` → clear spool

The program may be killed between any two steps; the job is tried again and finds where it stood
by looking: an object that opens whole with the row's key is finished, one that does not is made
again. The key is made once a recording, so that tries that overlap seal by the same one.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from trunkline.features.recordings import store
from trunkline.features.recordings.sealed import Sealed, object_key
from trunkline.features.recordings.service import erase
from trunkline.features.recordings.spool import Unready
from trunkline.features.recordings.store import RecordingRow, RecordingState
from trunkline.kit.logging import logger
from trunkline.kit.sealed_stream import seal_stream
from trunkline.ports.audio import AudioEncoder, AudioUnusable, Encoded
from trunkline.ports.events import Audience, DomainEvent
from trunkline.ports.jobs import TooEarly

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from trunkline.features.recordings.spool import Spool
    from trunkline.ports.database import Tx
    from trunkline.ports.jobs import Job
    from trunkline.runtime.platform import Platform

_PORTION_BYTES = 256 * 1024
_log = logger("recordings")


class NotWhole(Exception):
    """The object does not open by the row's key: it was removed, and the job tries again."""


class StillWritten(TooEarly):
    """The engine has not closed the tracks yet: the job tries again."""


async def delete_withdrawn(platform: Platform, job: Job) -> None:
    """The job `recordings.withdrawn`: delete what was recorded of who agrees no longer."""
    named = [str(job.payload["interaction_id"])]
    busy = await platform.db.write(lambda tx: erase(tx, platform, job.tenant_id, named))
    if busy:
        raise TooEarly(f"{busy} recordings")


async def remove(platform: Platform, job: Job) -> None:
    """The job `recordings.remove`: take the object of a deleted recording away."""
    await platform.blobs.delete(object_key(job.tenant_id, job.payload["recording_id"]))


@dataclass(frozen=True, slots=True)
class Archive:
    """The way of a recording from the spool to the objects."""

    platform: Platform
    encoder: AudioEncoder
    spool: Spool

    async def store(self, job: Job) -> None:
        """The job `recordings.store`: safe to run again, at any point, any number of times."""
        tenant_id, recording_id = job.tenant_id, str(job.payload["recording_id"])
        row = await self.platform.db.read(
            lambda tx: store.get(tx, tenant_id, recording_id), short=True
        )
        if row is None:
            return
        if row.deleted or await self._is_stored(row) or await self._keep(row):
            await asyncio.to_thread(self.spool.clear, row.id)

    async def _keep(self, row: RecordingRow) -> bool:
        """Encode, seal, put, verify, say so; whether the spool may be cleared now."""
        now = self.platform.clock.now_ms()
        draft = await asyncio.to_thread(self.spool.ready, row.id, now)
        if draft is Unready.STILL_WRITTEN:
            raise StillWritten(row.id)
        if isinstance(draft, Unready):
            await self._lose(row, draft.value)
            return draft is Unready.EMPTY
        try:
            encoded = await self.encoder.encode(*self.spool.tracks(row.id), draft)
        except AudioUnusable as unusable:
            await self._lose(row, unusable.reason)
            if unusable.reason == Unready.EMPTY:  # nothing that a person could still hear
                return True
            await asyncio.to_thread(self.spool.set_aside, row.id)
            return False
        sealed = await self._prepare(row, encoded)
        content = seal_stream(sealed.key, _portions(draft), sealed.place)
        with suppress(FileExistsError):  # an earlier try had put it: then that one is verified
            await self.platform.blobs.put(sealed.object_key, content)
        await self._finish(row, sealed)
        return True

    async def _lose(self, row: RecordingRow, reason: str) -> None:
        """Say that there is nothing to hear, and why."""
        if (row.state, row.reason) == (RecordingState.MISSING, reason):
            return

        def work(tx: Tx) -> None:
            state = RecordingState.MISSING
            store.change(tx, row.tenant_id, row.id, state=state, reason=reason)
            self._tell(tx, row, state, None)

        _log.warning(
            "a recording is missing",
            tenant_id=row.tenant_id,
            interaction_id=row.interaction_id,
            recording_id=row.id,
            reason=reason,
        )
        await self.platform.db.write(work)

    async def _is_stored(self, row: RecordingRow) -> bool:
        """Whether the object is there and whole; the row is told when it did not know yet."""
        if row.wrapped_key is None:
            return False
        sealed = Sealed.of(self.platform, row)
        try:
            await self._finish(row, sealed)
        except (FileNotFoundError, NotWhole):
            return False
        return True

    async def _prepare(self, row: RecordingRow, encoded: Encoded) -> Sealed:
        """Write what the object will need before there is an object."""
        told = {
            "duration_ms": encoded.duration_ms,
            "flaws": list(encoded.flaws),
            "customer_peaks": encoded.waveform.customer,
            "agent_peaks": encoded.waveform.agent,
        }

        def work(tx: Tx) -> RecordingRow:
            known = store.get(tx, row.tenant_id, row.id) or row
            wrapped = known.wrapped_key or self.platform.keys.new_data_key(row.tenant_id)[1]
            store.change(tx, row.tenant_id, row.id, wrapped_key=wrapped, **told)
            return replace(row, wrapped_key=wrapped)

        return Sealed.of(self.platform, await self.platform.db.write(work))

    async def _finish(self, row: RecordingRow, sealed: Sealed) -> None:
        """Read the object back whole, then say `stored`; raises `NotWhole`, object removed."""
        size = await self.platform.blobs.size(sealed.object_key)
        if not await sealed.is_whole(size):
            await self.platform.blobs.delete(sealed.object_key)
            raise NotWhole(row.id)

        def work(tx: Tx) -> None:
            now = store.get(tx, row.tenant_id, row.id)
            if now is None or now.deleted or now.state == RecordingState.STORED:
                return
            fields = {"reason": None, "size_bytes": size, "stored_at": self.platform.clock.now_ms()}
            store.change(tx, row.tenant_id, row.id, state=RecordingState.STORED, **fields)
            self._tell(tx, row, RecordingState.STORED, now.duration_ms)

        await self.platform.db.write(work)

    def _tell(
        self, tx: Tx, row: RecordingRow, state: RecordingState, duration_ms: int | None
    ) -> None:
        payload = {"recording_id": row.id, "interaction_id": row.interaction_id}
        event = DomainEvent(
            tenant_id=row.tenant_id,
            type=f"trunkline.recording.{state}.v1",
            subject=row.id,
            at=self.platform.clock.now_ms(),
            payload={**payload, "duration_ms": duration_ms},
            audience=Audience(),
        )
        self.platform.outbox.emit(tx, event)


async def _portions(file: Path) -> AsyncIterator[bytes]:
    """A file's bytes, read off the loop."""
    with await asyncio.to_thread(file.open, "rb") as opened:
        while portion := await asyncio.to_thread(opened.read, _PORTION_BYTES):
            yield portion
