"""Recordings: MixMonitor writes two files a leg into the spool; we say when they are closed."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Final

from trunkline.adapters.edge.asterisk.ami import Ami
from trunkline.adapters.edge.asterisk.settings import give
from trunkline.adapters.edge.wav import has_true_header, is_closed, repair_header
from trunkline.core.words import RecordingId
from trunkline.kit import reused_files
from trunkline.kit.logging import logger
from trunkline.ports.edge import EdgeError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from trunkline.adapters.edge.asterisk.settings import AsteriskSettings
    from trunkline.adapters.edge.background import Background

CLOSED_WITHIN_S: Final = 5.0
STOCK: Final = 2_000
"""Empty files that wait for their recording: two a call."""

_LOOK_EVERY_S: Final = 0.2
_ADOPTED_EVERY_S: Final = 1.0
_OPENED_WITHIN_S: Final = 1.0
"""How long Asterisk may take to open a file that it was told to write."""

_IN: Final = "-in.wav"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,120}")
_log = logger("telephony")


class Recordings:
    """The recordings of one Asterisk."""

    def __init__(
        self,
        settings: AsteriskSettings,
        background: Background,
        ended: Callable[[RecordingId], None],
    ) -> None:
        self._owner = settings.owner
        self._spool = settings.spool
        self._inside = settings.inside / "spool"
        self._ami = Ami(settings.ami_port, settings.secrets().ami)
        self._background = background
        self._ended = ended
        self._running: set[RecordingId] = set()
        self._closing: set[RecordingId] = set()
        self._unbegun: set[RecordingId] = set()

    @property
    def running(self) -> tuple[RecordingId, ...]:
        """Recordings whose files are not closed yet, or that the last program had asked for."""
        return tuple(sorted(self._running | self._unbegun))

    def closed(self) -> tuple[RecordingId, ...]:
        """Recordings that are over and lie in the spool yet; looks at its names."""
        return tuple(sorted(self._lying().difference(self._running, self._unbegun)))

    async def start(self, recording: RecordingId, channel: str) -> None:
        """Record a channel from now; raises AmiError, and EdgeError for an unfit name."""
        if not _NAME.fullmatch(recording):
            raise EdgeError(f"{recording!r} cannot be the name of a file")
        if recording in self._running or await self._has_begun(recording):
            return
        for path in self._files(recording):
            # There from the first moment, for who comes after us and for nobody else.
            reused_files.take(path)
            give(path, self._owner)
        stem = f"{self._inside}/{recording}"
        await self._ami.start_recording(channel, f"{stem}-in.wav", f"{stem}-out.wav")
        self._running.add(recording)

    async def _has_begun(self, recording: RecordingId) -> bool:
        """Whether Asterisk writes what the last program asked for; it has a moment to open it."""
        if recording not in self._unbegun:
            return False
        self._unbegun.discard(recording)
        for _ in range(round(_OPENED_WITHIN_S / _LOOK_EVERY_S)):
            if not self._is_empty(recording):
                self._running.add(recording)
                self._background.start(self._until_closed(recording))
                return True
            await asyncio.sleep(_LOOK_EVERY_S)
        return False

    async def stop(self, recording: RecordingId, channel: str) -> None:
        """End the recording of a channel; its files are closed a moment later."""
        if recording in self._running and recording not in self._closing:
            await self._ami.stop_recording(channel)
            self.watch_closing(recording)

    def watch_closing(self, recording: RecordingId) -> None:
        """The leg is gone or the recording was stopped: tell when both files are closed."""
        if recording in self._running and recording not in self._closing:
            self._closing.add(recording)
            self._background.start(self._close(recording))

    def adopt(self, *, may_begin: bool) -> None:
        """Find recordings that run already; repair those whose writer is gone.

        A file that nobody has opened yet was made by the last program, which may have died before
        it asked for the recording. While there are calls it may begin: that is seen when it is
        asked for again.
        """
        self._background.start(asyncio.to_thread(reused_files.stock, self._spool, STOCK))
        for recording in self._lying() - self._running:
            if may_begin and self._is_empty(recording):
                self._unbegun.add(recording)
            elif not self._all_closed(recording):
                self._running.add(recording)
                self._background.start(self._until_closed(recording))
            elif not all(map(has_true_header, self._files(recording))):
                self._running.add(recording)
                self._finish(recording)

    async def close(self) -> None:
        """Let go; recordings go on."""
        await self._ami.close()

    async def _close(self, recording: RecordingId) -> None:
        for _ in range(round(CLOSED_WITHIN_S / _LOOK_EVERY_S)):
            await asyncio.sleep(_LOOK_EVERY_S)
            if self._all_closed(recording):
                break
        self._finish(recording)

    async def _until_closed(self, recording: RecordingId) -> None:
        while recording in self._running and recording not in self._closing:
            await asyncio.sleep(_ADOPTED_EVERY_S)
            if self._all_closed(recording):
                self._finish(recording)

    def _finish(self, recording: RecordingId) -> None:
        for path in self._files(recording):
            if not path.exists():
                path.touch(mode=0o600)
            if not has_true_header(path):
                _log.warning("recording_repaired", recording_id=recording)
                repair_header(path)
        self._closing.discard(recording)
        if recording in self._running:
            self._running.discard(recording)
            self._ended(recording)

    def _is_empty(self, recording: RecordingId) -> bool:
        """Whether there is nothing in the files and nobody has them open; the second may lack."""
        there = [path for path in self._files(recording) if path.exists()]
        return all(is_closed(path) and not path.stat().st_size for path in there)

    def _all_closed(self, recording: RecordingId) -> bool:
        return all(is_closed(path) for path in self._files(recording))

    def _lying(self) -> set[RecordingId]:
        names = (path.name for path in self._spool.glob(f"*{_IN}"))
        return {RecordingId(name.removesuffix(_IN)) for name in names}

    def _files(self, recording: RecordingId) -> tuple[Path, Path]:
        return self._spool / f"{recording}{_IN}", self._spool / f"{recording}-out.wav"
