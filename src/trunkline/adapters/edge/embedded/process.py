"""The process of the embedded engine: start it, find it again, stop it.

It is in a session of its own and outlives whoever started it, as Asterisk does: calls go on while
the main process is replaced. Left alone without calls it ends by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from typing import TYPE_CHECKING, Final

from trunkline.adapters.edge.embedded.wire import connect
from trunkline.adapters.edge.survivor import DidNotStart, Survivor
from trunkline.kit.clock import monotonic_s
from trunkline.kit.logging import logger

if TYPE_CHECKING:
    from trunkline.adapters.edge.embedded.settings import EmbeddedSettings

START_WITHIN_S: Final = 20.0
STOP_WITHIN_S: Final = 5.0
_LOOK_EVERY_S: Final = 0.05
_MODULE: Final = "trunkline.adapters.edge.embedded"
_PASSED_ON: Final = ("PATH", "PYTHONPATH", "HOME", "LANG", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
_log = logger("telephony")


class EngineProcess:
    """The process of one instance."""

    def __init__(self, settings: EmbeddedSettings) -> None:
        self._settings = settings
        self._process = Survivor(settings.memory)

    @property
    def pid(self) -> int | None:
        """Id of the running process."""
        return self._process.pid

    async def start(self) -> None:
        """Start it and wait until it listens; one that runs with our settings is adopted.

        Raises DidNotStart.
        """
        if self._process.found():
            if self._process.was_started_with(self._fingerprint) and await self._listens():
                return
            await self._process.stop(STOP_WITHIN_S)
        self._prepare()
        self._process.born(self._spawn(), self._fingerprint)
        try:
            await self._until_it_listens()
        except DidNotStart:
            await self.stop()
            raise

    async def wait(self) -> None:
        """Return when the process has ended, ours or adopted."""
        await self._process.wait()

    async def stop(self) -> None:
        """End the process, and its calls."""
        await self._process.stop(STOP_WITHIN_S)

    @property
    def _fingerprint(self) -> str:
        return " ".join(self._command)

    @property
    def _command(self) -> list[str]:
        folder = str(self._settings.directory.absolute())
        return [sys.executable, "-m", _MODULE, folder, str(self._settings.calls)]

    def _prepare(self) -> None:
        for folder in (self._settings.directory, self._settings.spool):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder.chmod(0o700)
        self._settings.socket.unlink(missing_ok=True)

    def _spawn(self) -> int:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        console = str(self._settings.console)
        return os.posix_spawn(
            sys.executable,
            self._command,
            {name: os.environ[name] for name in _PASSED_ON if name in os.environ},
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, console, flags, 0o600),
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ],
            setsid=True,
        )

    async def _until_it_listens(self) -> None:
        deadline_s = monotonic_s() + START_WITHIN_S
        while not await self._listens():
            if not self._process.alive() or monotonic_s() > deadline_s:
                raise DidNotStart(f"the embedded engine did not start: {self._last_words()}")
            await asyncio.sleep(_LOOK_EVERY_S)
        _log.info("embedded_engine_ready", pid=self.pid)

    async def _listens(self) -> bool:
        with contextlib.suppress(OSError):
            await (await connect(self._settings.socket)).close()
            return True
        return False

    def _last_words(self) -> str:
        with contextlib.suppress(OSError):
            said = self._settings.console.read_text(encoding="utf-8", errors="replace")
            return " | ".join(said.splitlines()[-5:]) or "it said nothing"
        return "it said nothing"
