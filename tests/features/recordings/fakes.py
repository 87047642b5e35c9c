"""A recordings' house: rows, jobs, a spool on disk, objects in memory, and places to die at."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from tests.features.both import AnyDatabase
from tests.features.recordings.tones import tone, wav
from tests.tools.rig import FakeJobs, Rig
from trunkline.adapters.audio import encode_tracks
from trunkline.core.facts import RecordingStarted, RecordingStopped
from trunkline.core.words import AgentId, InteractionId, LegId, QueueId, RecordingId
from trunkline.features import recordings, tenancy
from trunkline.features.recordings import Archive, RecordingRow, RecordingRows, Spool, store
from trunkline.kit import reused_files
from trunkline.ports.audio import Encoded
from trunkline.ports.database import Tx
from trunkline.ports.jobs import Job

T = TypeVar("T")
TENANTS = ("one", "two")


class Killed(BaseException):
    """The program died here."""


@dataclass
class Fate:
    """Dies at the named steps, once each."""

    at: set[str] = field(default_factory=set)

    def may_strike(self, step: str) -> None:
        if step in self.at:
            self.at.remove(step)
            raise Killed(step)


@dataclass
class MemoryBlobs:
    """Objects in memory, written once."""

    fate: Fate = field(default_factory=Fate)
    objects: dict[str, bytes] = field(default_factory=dict)
    reads: list[tuple[int, int]] = field(default_factory=list)

    async def put(self, key: str, content: AsyncIterator[bytes]) -> int:
        self.fate.may_strike("before put")
        whole = b"".join([part async for part in content])
        if key in self.objects:
            raise FileExistsError(key)
        self.objects[key] = whole
        self.fate.may_strike("after put")
        return len(whole)

    async def size(self, key: str) -> int:
        return len(self._found(key))

    async def read(self, key: str, start: int, length: int) -> bytes:
        self.reads.append((start, length))
        return self._found(key)[start : start + length]

    async def delete(self, key: str) -> None:
        self.objects.pop(key, None)

    async def list(self, prefix: str) -> AsyncIterator[str]:
        for key in sorted(self.objects):
            if key.startswith(prefix):
                yield key

    def _found(self, key: str) -> bytes:
        if key not in self.objects:
            raise FileNotFoundError(key)
        return self.objects[key]


@dataclass
class InlineEncoder:
    """The real encoding, in this process."""

    fate: Fate

    async def encode(self, customer: Path, agent: Path, target: Path) -> Encoded:
        encoded = encode_tracks(customer, agent, target)
        self.fate.may_strike("after encoding")
        return encoded

    async def close(self) -> None:
        pass


class FatefulSpool(Spool):
    """A spool that may be cleared half-way only."""

    __slots__ = ("fate",)

    def __init__(self, folder: Path, fate: Fate) -> None:
        super().__init__(folder)
        object.__setattr__(self, "fate", fate)

    def clear(self, recording_id: str) -> None:
        self.fate.may_strike("before clearing")
        if "within clearing" in self.fate.at:
            self.draft(recording_id).unlink(missing_ok=True)
            self.tracks(recording_id)[1].unlink(missing_ok=True)
        self.fate.may_strike("within clearing")
        super().clear(recording_id)


class House:
    """Two tenants with the feature in place."""

    def __init__(self, folder: Path, database: AnyDatabase | None = None) -> None:
        self.fate = Fate()
        self.blobs = MemoryBlobs(self.fate)
        parts = {"db": database} if database else {}
        self.rig = Rig(recordings.router, blobs=self.blobs, **parts)
        self.engine = database.engine if database else self.rig.db.engine
        self.jobs: FakeJobs = self.rig.jobs
        self.rows = RecordingRows(self.rig.platform.jobs)
        self.spool = FatefulSpool(folder, self.fate)
        self.archive = Archive(self.rig.platform, InlineEncoder(self.fate), self.spool)
        for tenant_id in TENANTS:
            tenant = tenancy.Tenant(tenant_id, tenant_id, tenant_id.title(), "en", 0)
            self.do(lambda tx, tenant=tenant: tenancy.add(tx, tenant))

    def do(self, work: Callable[[Tx], T]) -> T:
        with self.engine.begin() as tx:
            return work(tx)

    def start(self, recording_id: str, tenant_id: str = "one") -> None:
        self.project(
            RecordingStarted(
                RecordingId(recording_id),
                InteractionId(f"call-of-{recording_id}"),
                LegId("leg"),
                AgentId(f"agent-{tenant_id}"),
                QueueId("support"),
            ),
            tenant_id,
        )

    def stop(self, recording_id: str, tenant_id: str = "one") -> None:
        interaction = InteractionId(f"call-of-{recording_id}")
        self.project(RecordingStopped(RecordingId(recording_id), interaction), tenant_id)

    def project(self, fact: Any, tenant_id: str) -> None:
        now = self.rig.clock.now_ms()
        self.do(lambda tx: self.rows.project(tx, tenant_id, now, fact))

    def tracks(self, recording_id: str, seconds: float = 2) -> None:
        customer, agent = self.spool.tracks(recording_id)
        wav(customer, tone(440, seconds))
        wav(agent, tone(1300, seconds))

    def touch(self, recording_id: str, ago_ms: int = 0) -> None:
        """Let the tracks have changed so long ago."""
        at = (self.rig.clock.now_ms() - ago_ms) / 1000
        for track in self.spool.tracks(recording_id):
            if track.exists():
                os.utime(track, (at, at))

    async def record(self, recording_id: str, tenant_id: str = "one", seconds: float = 2) -> None:
        """A recording that was made, closed and stored."""
        self.start(recording_id, tenant_id)
        self.tracks(recording_id, seconds)
        self.stop(recording_id, tenant_id)
        await self.work()

    async def work(self) -> None:
        """Run what is queued; a job that fails or dies stays queued."""
        for queued in list(self.jobs.queued):
            await self.run(*queued)
            self.jobs.queued.remove(queued)

    async def run(self, tenant_id: str, kind: str, payload: dict[str, Any]) -> None:
        job = Job("job", tenant_id, kind, payload, 1)
        handlers = {
            recordings.STORE_JOB: self.archive.store,
            recordings.REMOVE_JOB: partial(recordings.remove, self.archive.platform),
            recordings.WITHDRAWN_JOB: partial(recordings.delete_withdrawn, self.archive.platform),
        }
        await handlers[kind](job)

    async def reconcile(self) -> recordings.Reconciled:
        found = await recordings.reconcile(self.archive)
        await self.work()
        return found

    def row(self, recording_id: str, tenant_id: str = "one") -> RecordingRow:
        def work(tx: Tx) -> RecordingRow | None:
            return store.get(tx, tenant_id, recording_id)

        row = self.do(work)
        assert row is not None
        return row

    def files(self) -> list[str]:
        """What stands in the spool; emptied files that wait to be used again are checked to be."""
        found = {file.name: file for file in self.spool.folder.iterdir()}
        spare = found.pop(reused_files.FOLDER, None)
        assert not any(file.stat().st_size for file in (spare.iterdir() if spare else ()))
        return sorted(found)
