"""Recordings: what a leg says and what it hears, in two files, written by one thread.

The files are as every other engine's: `<recording>-in.wav` and `<recording>-out.wav`, whose headers
say what is in them only when they are closed.
"""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from trunkline.adapters.edge.embedded.sounds import RATE
from trunkline.adapters.edge.wav import has_true_header, header, repair_header
from trunkline.core.words import RecordingId
from trunkline.kit import reused_files
from trunkline.kit.logging import logger
from trunkline.ports.edge import EdgeError

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future
    from pathlib import Path

    from trunkline.adapters.edge.prompts import Pcm

FRAMES_A_BLOCK: Final = 50
MOST_PENDING: Final = 500
"""Blocks of a second that may wait for a slow disk; a recording that adds more is ended."""

STOCK: Final = 100
_UNFINISHED: Final = 1
"""Half a sample: what no finished file holds."""

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,120}")
_log = logger("telephony")


@dataclass(slots=True)
class Tracks:
    """The two files of one recording, and what is not written yet."""

    paths: tuple[Path, Path]
    said: list[Pcm] = field(default_factory=list)
    heard: list[Pcm] = field(default_factory=list)


class Recorder:
    """The recordings that run; `ended` is called with each whose files are closed."""

    def __init__(self, spool: Path, ended: Callable[[RecordingId], None]) -> None:
        self._spool = spool
        self._ended = ended
        self._disk = ThreadPoolExecutor(1, "recorder")
        self._running: dict[RecordingId, Tracks] = {}
        self._closing: set[RecordingId] = set()
        self._pending = 0

    @property
    def running(self) -> tuple[RecordingId, ...]:
        """Recordings whose files are not closed yet."""
        return tuple(sorted(self._running.keys() | self._closing))

    def start(self, recording: RecordingId) -> None:
        """Begin; raises EdgeError for a name that no file can have."""
        if not _NAME.fullmatch(recording):
            raise EdgeError(f"{recording!r} cannot be the name of a file")
        if recording not in self._running and recording not in self._closing:
            tracks = Tracks(self._paths(recording))
            self._running[recording] = tracks
            self._write(_begin, tracks.paths)

    def add(self, recording: RecordingId, said: Pcm, heard: Pcm) -> None:
        """Twenty milliseconds more."""
        tracks = self._running.get(recording)
        if tracks is None:
            return
        tracks.said.append(said)
        tracks.heard.append(heard)
        if len(tracks.said) >= FRAMES_A_BLOCK:
            self._flush(tracks)
            if self._pending > MOST_PENDING:
                _log.error("recording_ended_early", recording_id=recording, reason="slow disk")
                self.stop(recording)

    def stop(self, recording: RecordingId) -> None:
        """End; told when both files are closed. One that does not run is done."""
        tracks = self._running.pop(recording, None)
        if tracks is None:
            return
        self._closing.add(recording)
        self._flush(tracks)
        self._write(_finish, tracks.paths, then=lambda: self._closed(recording))

    def adopt(self) -> None:
        """Close the files of a process that died."""
        for path in sorted(self._spool.glob("*-in.wav")):
            recording = RecordingId(path.name.removesuffix("-in.wav"))
            paths = self._paths(recording)
            if not all(file.exists() and has_true_header(file) for file in paths):
                _log.warning("recording_repaired", recording_id=recording)
                _finish(paths)
                self._ended(recording)
        self._write(reused_files.stock, self._spool, STOCK)

    async def close(self) -> None:
        """End all recordings and wait until they are on the disk."""
        for recording in tuple(self._running):
            self.stop(recording)
        await asyncio.to_thread(self._disk.shutdown)

    def _closed(self, recording: RecordingId) -> None:
        self._closing.discard(recording)
        self._ended(recording)

    def _flush(self, tracks: Tracks) -> None:
        if tracks.said:
            sounds = (np.concatenate(tracks.said), np.concatenate(tracks.heard))
            tracks.said, tracks.heard = [], []
            self._write(_append, tracks.paths, sounds)

    def _write(
        self, work: Callable[..., None], *given: object, then: Callable[[], None] | None = None
    ) -> None:
        """Have the disk's thread do it, after what it was given before."""
        loop = asyncio.get_running_loop()
        self._pending += 1

        def done(future: Future[None]) -> None:
            loop.call_soon_threadsafe(self._written, future.exception(), then)

        self._disk.submit(work, *given).add_done_callback(done)

    def _written(self, failure: BaseException | None, then: Callable[[], None] | None) -> None:
        self._pending -= 1
        if failure is not None:
            _log.error("recording_not_written", reason=repr(failure))
        if then is not None:
            then()

    def _paths(self, recording: RecordingId) -> tuple[Path, Path]:
        return self._spool / f"{recording}-in.wav", self._spool / f"{recording}-out.wav"


def _begin(paths: tuple[Path, Path]) -> None:
    for path in paths:
        reused_files.take(path)
        path.write_bytes(header(RATE, _UNFINISHED))


def _append(paths: tuple[Path, Path], sounds: tuple[Pcm, Pcm]) -> None:
    for path, sound in zip(paths, sounds, strict=True):
        with path.open("ab") as file:
            file.write(sound.astype("<i2").tobytes())


def _finish(paths: tuple[Path, Path]) -> None:
    for path in paths:
        path.touch(mode=0o600)
        repair_header(path)
