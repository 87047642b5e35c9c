"""What an engine of telephony is to this node: an edge, the processes behind it, their places."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from trunkline.adapters.edge.carrying import Page
from trunkline.adapters.edge.private import write_private
from trunkline.ports.edge import EdgeLink

Carry = Callable[[Page, str, asyncio.Event], Awaitable[None]]


class Process(Protocol):
    """The engine's process, which outlives us."""

    async def start(self) -> None:
        """Start or adopt it; raises DidNotStart."""

    async def wait(self) -> None:
        """Return when it has ended."""

    async def stop(self) -> None:
        """End it, and its calls."""


@dataclass(frozen=True, slots=True)
class Part:
    """One process of an engine; `ended` tells that it is gone. All need those that are vital."""

    name: str
    process: Process
    ended: Callable[[], None]
    vital: bool = True


async def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine with its processes; `carry` carries a page's WebSocket to it."""

    edge: EdgeLink
    parts: tuple[Part, ...]
    spools: tuple[Path, ...]
    carry: Carry
    notice: str = ""
    """What whoever starts us should know."""

    admit: Callable[[], Awaitable[None]] = _nothing
    """Lets calls in, once trunks and accounts were told."""

    tend: Callable[[], Awaitable[None]] = _nothing
    """Runs beside, for as long as the engine is ours."""


def alone(
    name: str, edge: EdgeLink, process: Process, spool: Path, carry: Carry, notice: str = ""
) -> Engine:
    """An engine of one process."""
    return Engine(edge, (Part(name, process, edge.engine_ended),), (spool,), carry, notice)


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
