"""Which telephony engine this node uses, and how it is started and spoken with.

Asterisk where it is found; else, when nobody insisted on it, the embedded engine, which takes calls
from pages only; else none.
"""

from __future__ import annotations

import asyncio
import importlib.util
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from trunkline.adapters.edge.asterisk.edge import AsteriskEdge
from trunkline.adapters.edge.asterisk.root import Installation, find
from trunkline.adapters.edge.asterisk.server import AsteriskServer
from trunkline.adapters.edge.asterisk.settings import AsteriskSettings
from trunkline.adapters.edge.asterisk.sip_proxy import proxy_sip
from trunkline.adapters.edge.carrying import Page
from trunkline.adapters.edge.embedded.edge import EmbeddedEdge
from trunkline.adapters.edge.embedded.page_proxy import proxy_page
from trunkline.adapters.edge.embedded.process import EngineProcess
from trunkline.adapters.edge.embedded.settings import MOST_CALLS, EmbeddedSettings
from trunkline.adapters.edge.private import write_private
from trunkline.kit.config import Settings
from trunkline.ports.edge import EdgeLink

Carry = Callable[[Page, str, asyncio.Event], Awaitable[None]]

INSTALL = "trunkline telephony install"
INSTALL_EMBEDDED = "pip install 'trunkline[voice]'"
FELL_BACK = (
    "Asterisk was not found, so calls go by the embedded engine: browsers only, at most "
    f"{MOST_CALLS} at a time. For telephones and trunks: {INSTALL}"
)


class Process(Protocol):
    """The engine's process, which outlives us."""

    async def start(self) -> None:
        """Start or adopt it; raises DidNotStart."""

    async def wait(self) -> None:
        """Return when it has ended."""

    async def stop(self) -> None:
        """End it, and its calls."""


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine with its process; `carry` carries a page's WebSocket to it."""

    edge: EdgeLink
    process: Process
    spool: Path
    carry: Carry
    notice: str = ""
    """What whoever starts us should know."""


def choose(settings: Settings) -> Engine | None:
    """The engine to use; None where there is none."""
    if settings.telephony != "embedded":
        found = find([settings.asterisk_root] if settings.asterisk_root else None)
        if found is not None:
            return _asterisk(settings, found)
    if settings.telephony == "asterisk" or not embedded_is_installed():
        return None
    return _embedded(settings)


def embedded_is_installed() -> bool:
    """Whether the packages of the extra `voice` are there."""
    return all(importlib.util.find_spec(name) is not None for name in ("aiortc", "av"))


def remedy(settings: Settings) -> str:
    """The command that gives this installation an engine."""
    by_name = {"embedded": INSTALL_EMBEDDED, "asterisk": INSTALL}
    return by_name.get(settings.telephony, f"{INSTALL}, or {INSTALL_EMBEDDED} for a trial")


def _asterisk(settings: Settings, found: Installation) -> Engine:
    directory = settings.data.absolute() / "asterisk"
    http_port, ami_port = ports(directory)
    chosen = AsteriskSettings(
        directory=directory,
        installation=found,
        http_port=http_port,
        ami_port=ami_port,
        sip_host=settings.sip_host,
        sip_port=settings.sip_port,
        rtp_ports=settings.rtp_range,
    )
    carry = partial(proxy_sip, http_port=http_port)
    return Engine(AsteriskEdge(chosen), AsteriskServer(chosen), chosen.spool, carry)


def _embedded(settings: Settings) -> Engine:
    chosen = EmbeddedSettings(settings.data.absolute() / "embedded")
    carry = partial(proxy_page, socket=chosen.socket)
    notice = FELL_BACK if settings.telephony == "auto" else ""
    return Engine(EmbeddedEdge(chosen), EngineProcess(chosen), chosen.spool, carry, notice)


def ports(directory: Path) -> tuple[int, int]:
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
        drawn = one.getsockname()[1], two.getsockname()[1]
    write_private(kept, f"{drawn[0]} {drawn[1]}")
    return drawn
