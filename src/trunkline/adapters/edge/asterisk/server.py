"""One Asterisk process: start it, find it again, ask how it is, stop it.

Theory of operation. Asterisk is in a session of its own and outlives whoever started it, because
calls must outlive us. Who comes back finds it by `process.json` (process id and start time, so a
reused id is never taken for it) and adopts it. How it stands in a private root says `chroot.py`.
"""

from __future__ import annotations

import asyncio
import contextlib

import aiohttp

from trunkline.adapters.edge.asterisk import config
from trunkline.adapters.edge.asterisk.settings import AsteriskSettings, give
from trunkline.adapters.edge.chroot import enter, spawn
from trunkline.adapters.edge.prompts import install_prompts
from trunkline.adapters.edge.survivor import DidNotStart, Survivor
from trunkline.kit.clock import monotonic_s
from trunkline.kit.logging import logger
from trunkline.ports.edge import Health

START_WITHIN_S = 15.0
STOP_WITHIN_S = 10.0
_LOOK_EVERY_S = 0.2
AHEAD_OF_ALL = "chrt --rr 5"
"""Sound has no second chance: Asterisk is served before whatever else runs, where we may ask so."""
_log = logger("telephony")


class AsteriskServer:
    """The process of one instance."""

    def __init__(self, settings: AsteriskSettings) -> None:
        self._settings = settings
        self._process = Survivor(settings.directory / "process.json")

    @property
    def pid(self) -> int | None:
        """Id of the running process."""
        return self._process.pid

    async def start(self) -> None:
        """Write the configuration, start Asterisk and wait until it takes commands.

        Raises DidNotStart. An instance that still runs is adopted instead, unless it was started
        with other settings: then it is ended first, with its calls.
        """
        if await self._adopt_if_fit():
            return
        await asyncio.to_thread(self._prepare)
        self._process.born(self._spawn(), config.fingerprint(self._settings))
        try:
            await self._until_ready()
        except DidNotStart:
            await self.stop()
            raise

    async def adopt(self) -> bool:
        """Take over an instance that runs already; False if there is none.

        Raises DidNotStart when it runs but does not answer.
        """
        if not self._process.found():
            return False
        await self._until_ready()
        return True

    async def health(self) -> Health:
        """Whether the process lives and answers."""
        if not self._process.alive():
            return Health(ready=False, reason="telephony is not running")
        if await self._answers():
            return Health(ready=True, details={"pid": self.pid or 0})
        return Health(ready=False, reason="telephony does not answer")

    async def stop(self, drain_s: float = 0.0) -> None:
        """End the process; first wait up to `drain_s` for the calls to end by themselves."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(drain_s):
                await self._until_quiet()
        await self._process.stop(STOP_WITHIN_S)

    async def wait(self) -> None:
        """Return when the process has ended, ours or adopted."""
        await self._process.wait()

    async def _adopt_if_fit(self) -> bool:
        try:
            if not await self.adopt():
                return False
            if self._process.was_started_with(config.fingerprint(self._settings)):
                return True
            _log.warning("asterisk_ended_for_new_settings", pid=self.pid)
        except DidNotStart:
            _log.exception("asterisk_hangs", pid=self.pid)
        await self.stop()
        return False

    def _prepare(self) -> None:
        config.write(self._settings)
        self._install_sounds()
        for stale in (self._settings.directory / "run").glob("asterisk.*"):
            stale.unlink()
        self._give_all()

    def _give_all(self) -> None:
        """All that Asterisk reads and writes becomes its own; our notes about it stay ours."""
        directory, owner = self._settings.directory, self._settings.owner
        give(directory, owner)
        for path in directory.rglob("*"):
            if path not in (self._settings.secrets_file, self._process.memory):
                give(path, owner)

    def _install_sounds(self) -> None:
        # µ-law costs a trunk's call nothing to play; 16 kHz is for browsers.
        install_prompts(self._settings.sounds, 8000, "ulaw")
        install_prompts(self._settings.sounds, 16000, "sln")

    def _spawn(self) -> int:
        return spawn(command(self._settings), self._settings.directory / "log" / "console")

    async def _until_ready(self) -> None:
        deadline = monotonic_s() + START_WITHIN_S
        while not await self._answers():
            if not self._process.alive() or monotonic_s() > deadline:
                raise DidNotStart(f"Asterisk did not start: {self._last_words()}")
            await asyncio.sleep(0.05)
        _log.info("asterisk_ready", pid=self.pid)

    async def _until_quiet(self) -> None:
        while self._process.alive() and await self._ask("channels"):  # noqa: ASYNC110  no event tells
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _answers(self) -> bool:
        return await self._ask("asterisk/ping") is not None

    async def _ask(self, path: str) -> object:
        """What ARI says; None when it does not. A connection a time: nothing is kept open."""
        url = f"http://127.0.0.1:{self._settings.http_port}/ari/{path}"
        headers = self._settings.secrets().ari_headers()
        limit = aiohttp.ClientTimeout(total=2)
        try:
            async with (
                aiohttp.ClientSession(headers=headers, timeout=limit) as session,
                session.get(url) as reply,
            ):
                told: object = await reply.json() if reply.status == 200 else None
                return told
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return None

    def _last_words(self) -> str:
        lines: list[str] = []
        for name in ("console", "messages"):
            with contextlib.suppress(OSError):
                path = self._settings.directory / "log" / name
                lines += path.read_text(encoding="utf-8", errors="replace").splitlines()[-5:]
        return " | ".join(lines) or "it said nothing"


def command(settings: AsteriskSettings) -> list[str]:
    """The command line that becomes Asterisk (every step is an exec: one process, one id)."""
    asterisk = [str(settings.installation.program), "-f", "-C"]
    asterisk.append(str(settings.inside / "etc" / "asterisk.conf"))
    root = settings.installation.root
    if root is None:
        return asterisk
    before = [
        # Here, for Asterisk itself may not raise it any more; where we may not either it stays.
        f"ulimit -n {config.MOST_FILES} 2>/dev/null || true",
        f"! {AHEAD_OF_ALL} true 2>/dev/null || first='{AHEAD_OF_ALL}'",
    ]
    return enter(root, settings.directory, asterisk, settings.owner, before)
