"""Kamailio's process, and what it is told while it runs: whom to trust, whom to spare.

Like Asterisk it is in a session of its own and outlives us: dialogs go through it. What it was told
stands in its files as well, so one that starts anew knows it at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Final

from trunkline.adapters.edge.asterisk.offences import FIRST_BAN_S, MOST, id_of
from trunkline.adapters.edge.asterisk.settings import give
from trunkline.adapters.edge.chroot import enter, spawn
from trunkline.adapters.edge.kamailio import config
from trunkline.adapters.edge.kamailio.control import Control
from trunkline.adapters.edge.survivor import DidNotStart, Survivor
from trunkline.kit.clock import monotonic_s
from trunkline.kit.logging import logger
from trunkline.ports.edge import EdgeError, Offender

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trunkline.adapters.edge.kamailio.settings import KamailioSettings
    from trunkline.ports.edge import TrunkLink

START_WITHIN_S: Final = 10.0
STOP_WITHIN_S: Final = 5.0
_BANNED, _TRIED = "banned", "tried"
_ADMIN_DISABLED, _UNTIL_ASKED, _ACTIVE = "dx", "ip", "ap"
_MARK: Final = "TRUNKLINE_KAMAILIO"
"""In the environment of all its processes: the directory of the instance."""

_log = logger("telephony")


class KamailioServer:
    """The process of one instance, and the access that it gives (`fleet.Access`)."""

    def __init__(self, settings: KamailioSettings) -> None:
        self._settings = settings
        self._process = Survivor(settings.directory / "process.json")
        self._control = Control(settings)
        self._drained: frozenset[str] = frozenset()
        self._steered: frozenset[str] = frozenset()
        """What the running one was told of the drained."""
        self._known: frozenset[str] = frozenset()
        """The nodes that were told everything once: a new process gives them calls at once."""

        self._trusted: dict[str, str] | None = None
        """Sources and whose they are; None until we are told."""

    @property
    def pid(self) -> int | None:
        """Id of the running process."""
        return self._process.pid

    async def start(self) -> None:
        """Start it, or adopt the one that runs with these settings; raises DidNotStart."""
        if self._process.found():
            fit = self._process.was_started_with(config.fingerprint(self._settings))
            if fit and await self._answers():
                return
            await self.stop()
        await asyncio.to_thread(self._end_workers)
        await asyncio.to_thread(self._prepare)
        self._steered = self._drained
        console = self._settings.directory / "console"
        pid = spawn(self._command(), console, **{_MARK: str(self._settings.directory.resolve())})
        self._process.born(pid, config.fingerprint(self._settings))
        try:
            await self._until_ready()
        except DidNotStart:
            await self.stop()
            raise

    async def stop(self) -> None:
        """End it; calls go on between the nodes and whoever they talk with."""
        await self._process.stop(STOP_WITHIN_S)
        await asyncio.to_thread(self._end_workers)

    async def wait(self) -> None:
        """Return when it has ended, ours or found."""
        await self._process.wait()

    async def trust(self, trunks: Sequence[TrunkLink]) -> None:
        """Let calls in by these trunks, and by no other."""
        trusted = await asyncio.to_thread(_sources, trunks)
        if trusted == self._trusted:
            return
        await asyncio.to_thread(config.write_trunks, self._settings, trusted)
        self._give_all()
        await self._control.ask("permissions.addressReload")
        self._trusted = trusted

    async def welcome(self, engine: str) -> None:
        """Give this node calls without asking it before."""
        self._known |= {engine}
        uri = self._settings.uri(engine)
        await self._control.ask("dispatcher.set_state", _ACTIVE, config.NODES, uri)

    async def steer_around(self, engines: frozenset[str]) -> None:
        """Give these nodes no new calls; one that gets some again is asked first."""
        self._drained = engines
        await asyncio.to_thread(config.write_nodes, self._settings, engines, self._known)
        self._give_all()
        for node in sorted(engines ^ self._steered):
            state = _ADMIN_DISABLED if node in engines else _UNTIL_ASKED
            uri = self._settings.uri(node)
            await self._control.ask("dispatcher.set_state", state, config.NODES, uri)
        self._steered = engines

    async def offenders(self) -> tuple[Offender, ...]:
        """Who is refused now."""
        with contextlib.suppress(EdgeError):
            slots = await self._control.ask("htable.dump", _BANNED) or ()
            return tuple(_offender(item) for slot in slots for item in slot["slot"])
        return ()

    async def pardon(self, offender: str) -> bool:
        """Take an offender's messages again; False when it is none."""
        for one in await self.offenders():
            if one.id == offender:
                await self._control.ask("htable.delete", _BANNED, one.address)
                with contextlib.suppress(EdgeError):
                    await self._control.ask("htable.delete", _TRIED, one.address)
                return True
        return False

    def _prepare(self) -> None:
        config.write(self._settings, self._drained, self._known, self._trusted)
        self._give_all()

    def _give_all(self) -> None:
        directory, owner = self._settings.directory, self._settings.owner
        give(directory, owner)
        for name in (config.NAME, config.NODES_FILE, config.TRUNKS_FILE):
            give(directory / name, owner)

    def _command(self) -> list[str]:
        settings = self._settings
        file = settings.inside / config.NAME
        # Its own notes of itself go where only it writes; logs to our console.
        words = [str(settings.installation.program), "-DD", "-E", "-Y", str(settings.inside)]
        words += ["-f", str(file), "-w", str(settings.inside)]
        root = settings.installation.root
        return words if root is None else enter(root, settings.directory, words, settings.owner)

    async def _until_ready(self) -> None:
        deadline = monotonic_s() + START_WITHIN_S
        while not await self._answers():
            if not self._process.alive() or monotonic_s() > deadline:
                raise DidNotStart(f"Kamailio did not start: {self._last_words()}")
            await asyncio.sleep(0.05)
        _log.info("kamailio_ready", pid=self.pid)

    async def _answers(self) -> bool:
        with contextlib.suppress(EdgeError):
            await self._control.ask("core.uptime")
            return True
        return False

    def _end_workers(self) -> None:
        """Workers whose main process was killed go on for a while, and hold the ports."""
        mark = f"{_MARK}={self._settings.directory.resolve()}".encode()
        for told in Path("/proc").glob("[0-9]*/environ"):
            with contextlib.suppress(OSError, ValueError):
                if mark in told.read_bytes().split(b"\0"):
                    os.kill(int(told.parent.name), signal.SIGKILL)

    def _last_words(self) -> str:
        with contextlib.suppress(OSError):
            console = self._settings.directory / "console"
            lines = console.read_text(encoding="utf-8", errors="replace").splitlines()
            return " | ".join(lines[-6:])
        return "it said nothing"


def _sources(trunks: Sequence[TrunkLink]) -> dict[str, str]:
    """Addresses and networks of all trunks; a host that has a name is asked for."""
    found: dict[str, str] = {}
    for trunk in trunks:
        hosts = _addresses(trunk.host) if trunk.host else ()
        found |= {str(ip_network(one, strict=False)): trunk.name for one in trunk.sources}
        found |= {str(ip_network(one)): trunk.name for one in hosts}
    return found


def _addresses(host: str) -> tuple[str, ...]:
    name = host.rsplit(":", 1)[0] if host.count(":") == 1 else host
    with contextlib.suppress(OSError):
        return tuple(sorted({str(told[4][0]) for told in socket.getaddrinfo(name, None)}))
    _log.warning("trunk_has_no_address", host=host)
    return ()


def _offender(item: dict[str, str | int]) -> Offender:
    since_ms, address = int(item["value"]) * 1000, str(item["name"])
    until_ms = since_ms + round(FIRST_BAN_S * 1000)
    return Offender(id_of(address), address, MOST, since_ms, until_ms)
