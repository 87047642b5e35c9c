"""Telephony of this node: finds the engine, starts or adopts it, and keeps it alive.

Asterisk outlives us; after a restart of ours it is found again and its calls are adopted. When it
dies itself it is started anew, with back-off, and the edge reconnects: calls that were on it are
told as ended. Without an installation the rest of the program works, and says what is missing.
"""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

from trunkline.adapters.edge.asterisk.edge import AsteriskEdge
from trunkline.adapters.edge.asterisk.root import find
from trunkline.adapters.edge.asterisk.server import AsteriskServer, DidNotStart
from trunkline.adapters.edge.asterisk.settings import AsteriskSettings
from trunkline.adapters.edge.private import write_private
from trunkline.features import numbers
from trunkline.kit.logging import logger
from trunkline.ports.edge import EdgeError, Health

if TYPE_CHECKING:
    from pathlib import Path

    from trunkline.kit.config import Settings
    from trunkline.runtime.platform import Platform

log = logger("telephony")
REMEDY = "trunkline telephony install"
NOT_INSTALLED = Health(ready=False, reason="telephony is not installed", remedy=REMEDY)
FIRST_WAIT_S = 0.2
LONGEST_WAIT_S = 15.0


class Telephony:
    """The engine of this node, if there is one."""

    def __init__(self, settings: Settings) -> None:
        self.edge: AsteriskEdge | None = None
        self.spool: Path | None = None
        self._server: AsteriskServer | None = None
        self._failure = ""
        self._ending = False
        self._starting = True
        self.http_port = 0
        found = find([settings.asterisk_root] if settings.asterisk_root else None)
        if found is None or settings.telephony == "embedded":
            return
        directory = settings.data.absolute() / "asterisk"
        ports = _ports(directory)
        chosen = AsteriskSettings(
            directory=directory,
            installation=found,
            http_port=ports[0],
            ami_port=ports[1],
            sip_host=settings.sip_host,
            sip_port=settings.sip_port,
            rtp_ports=settings.rtp_range,
        )
        self.http_port = ports[0]
        self.spool = chosen.spool
        self._server = AsteriskServer(chosen)
        self.edge = AsteriskEdge(chosen)

    async def start(self) -> bool:
        """Start or adopt the engine; False when it is missing or would not start."""
        if self._server is None:
            return False
        self._starting = True
        try:
            await self._server.start()
        except DidNotStart as failure:
            self._failure = str(failure)
            log.exception("asterisk_did_not_start")
            return False
        finally:
            self._starting = False
        self._failure = ""
        return True

    async def keep_alive(self) -> None:
        """Start the engine again whenever it has ended."""
        if self._server is None:
            return
        wait_s = FIRST_WAIT_S
        while True:
            await self._server.wait()
            if self._ending:
                return
            log.warning("asterisk_ended")
            await asyncio.sleep(wait_s)
            wait_s = FIRST_WAIT_S if await self.start() else min(wait_s * 2, LONGEST_WAIT_S)

    async def health(self) -> Health:
        """Whether calls can be taken, and if not, why."""
        if self.edge is None:
            return NOT_INSTALLED
        if self._starting:
            return Health(ready=False, reason="telephony is starting")
        if self._failure:
            return Health(ready=False, reason=self._failure, remedy="trunkline doctor")
        return await self.edge.health()

    async def let_go(self, *, stop: bool) -> None:
        """Let go of the engine; a clean stop ends it too, so that nothing is left running."""
        self._ending = True
        if self.edge is not None:
            await self.edge.close()
        if self._server is not None and stop:
            await self._server.stop()


async def push_trunks(platform: Platform, tenant_id: str) -> None:
    """Give the engine every trunk of a tenant."""
    if platform.edge is None:
        return
    keys = platform.keys
    for trunk in await platform.db.read(lambda tx: numbers.links(tx, keys, tenant_id)):
        try:
            await platform.edge.put_trunk(trunk)
        except EdgeError as failure:
            log.warning("trunk_refused", tenant_id=tenant_id, reason=failure.reason)


def _ports(directory: Path) -> tuple[int, int]:
    """Two loopback ports for ARI and AMI: those of the last time, so that a survivor is found."""
    kept = directory / "ports"
    if kept.is_file():
        first, second = kept.read_text(encoding="ascii").split()
        return int(first), int(second)
    directory.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    directory.mkdir(exist_ok=True, mode=0o700)
    with socket.socket() as one, socket.socket() as two:
        for found in (one, two):
            found.bind(("127.0.0.1", 0))
        ports = one.getsockname()[1], two.getsockname()[1]
    write_private(kept, f"{ports[0]} {ports[1]}")
    return ports
