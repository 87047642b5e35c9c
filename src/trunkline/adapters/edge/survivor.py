"""A process in a session of its own that outlives whoever started it, because calls must.

Who comes back finds it by a small file with its id and start time, so that a reused id is never
taken for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from dataclasses import dataclass
from pathlib import Path

from trunkline.adapters.edge.private import write_private


class DidNotStart(Exception):
    """An engine's process ended or did not answer in time; the message carries its last words."""


@dataclass(frozen=True, slots=True)
class Process:
    """A process and its start time in clock ticks since boot, which together are unique."""

    pid: int
    started: int

    @staticmethod
    def of(pid: int) -> Process | None:
        """The living process with this id."""
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
        except OSError:
            return None
        fields = stat.rsplit(")", 1)[1].split()
        return None if fields[0] == "Z" else Process(pid, int(fields[19]))


class Survivor:
    """One such process: ours by birth, or found again."""

    def __init__(self, memory: Path) -> None:
        self.memory = memory
        self._process: Process | None = None
        self._child: int | None = None

    @property
    def pid(self) -> int | None:
        """Its id, while it is known."""
        return self._process.pid if self._process else None

    def born(self, pid: int, settings: str) -> None:
        """We have just started it, with settings that have this fingerprint."""
        self._child = pid
        self._process = Process.of(pid)
        if self._process:
            kept = {"pid": pid, "started": self._process.started, "settings": settings}
            write_private(self.memory, json.dumps(kept))

    def found(self) -> bool:
        """Look for one that runs already."""
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            kept = json.loads(self.memory.read_text(encoding="utf-8"))
            known = Process(int(kept["pid"]), int(kept["started"]))
            if Process.of(known.pid) == known:
                self._process = known
                return True
        return False

    def was_started_with(self, settings: str) -> bool:
        """Whether its settings are these."""
        kept = json.loads(self.memory.read_text(encoding="utf-8"))
        return bool(kept.get("settings") == settings)

    def alive(self) -> bool:
        """Whether it lives now."""
        self._reap()
        return self._process is not None and Process.of(self._process.pid) == self._process

    async def wait(self) -> None:
        """Return when it has ended, ours or found."""
        if not self.alive() or self._process is None:
            return
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        try:
            handle = os.pidfd_open(self._process.pid)
        except ProcessLookupError:
            return
        loop.add_reader(handle, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(handle)
            os.close(handle)
        self._reap()

    async def stop(self, within_s: float) -> None:
        """Ask it to end, and end it when it has not after so long."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            if not self.alive():
                break
            self._signal(number)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.wait(), within_s)
        self.memory.unlink(missing_ok=True)
        self._process = self._child = None

    def _signal(self, number: int) -> None:
        if self._process and self.alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, number)

    def _reap(self) -> None:
        if self._child is not None:
            try:
                ended, _ = os.waitpid(self._child, os.WNOHANG)
            except ChildProcessError:
                ended = self._child
            if ended:
                self._child = None
