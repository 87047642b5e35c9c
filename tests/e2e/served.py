"""The demo as one node over a fake engine, served over real HTTP by a thread of its own.

The outside world is lively: customers call the support queue without end, desk phones are taken
up when they ring, and customers stay on the line until they are hung up on.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import soundfile
import uvicorn
from fastapi import FastAPI

from tests.tools.ports import free_port
from tests.tools.tones import RATE, tone
from trunkline.adapters.edge.carrying import Page
from trunkline.adapters.edge.fake import FakeEdge
from trunkline.app.engine import alone
from trunkline.app.factory import build_app
from trunkline.app.node import Node
from trunkline.core.call.commands import DialAgent, DialCustomer, Record
from trunkline.core.words import DeviceKind
from trunkline.kit.clock import WallClock
from trunkline.kit.config import Settings
from trunkline.kit.logging import configure
from trunkline.ports.database import Tx
from trunkline.ports.edge import LegGone

T = TypeVar("T")
NUMBER = "4001"
CALLERS = 12
"""Calls in the house at any time: some are parked or asked for a mark, and others must wait."""
EVERY_S = 0.05
START_S = 30.0


@dataclass(frozen=True, slots=True)
class Served:
    """A node that serves; `edge` is its engine."""

    url: str
    edge: FakeEdge
    node: Node
    loop: asyncio.AbstractEventLoop
    app: FastAPI

    def write(self, work: Callable[[Tx], T]) -> T:
        """Run a unit of work in the node's own store."""
        coroutine = self.node.platform.db.write(work)
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(START_S)


@dataclass(frozen=True, slots=True)
class Begun:
    """What the serving thread has begun."""

    server: uvicorn.Server
    node: Node
    loop: asyncio.AbstractEventLoop
    app: FastAPI


@contextmanager
def served(data: Path) -> Iterator[Served]:
    """Serve until the end of the block."""
    port = free_port()
    settings = Settings(data=data, http=f"127.0.0.1:{port}", demo=True, log_level="error")
    configure("error", "json")
    edge = FakeEdge(WallClock())
    begun: list[Begun] = []
    ready, failures = threading.Event(), list[BaseException]()

    def run() -> None:
        try:
            asyncio.run(_serve(settings, edge, port, begun, ready))
        except BaseException as failure:  # told to the test, which is another thread
            failures.append(failure)
            ready.set()

    thread = threading.Thread(target=run, name="served node")
    thread.start()
    try:
        assert ready.wait(START_S), "the node did not start"
        assert not failures, failures
        yield Served(f"http://127.0.0.1:{port}", edge, begun[0].node, begun[0].loop, begun[0].app)
    finally:
        for running in begun:
            running.server.should_exit = True
        thread.join(START_S)


class Standing:
    """The process of the fake engine: there is none, so it never ends."""

    async def start(self) -> None:
        """It runs."""

    async def wait(self) -> None:
        """For ever."""
        await asyncio.Event().wait()

    async def stop(self) -> None:
        """Nothing is left behind."""


async def _nowhere(page: Page, account: str, cut: asyncio.Event) -> None:
    """No page talks by a fake engine."""
    raise NotImplementedError


async def _serve(
    settings: Settings,
    edge: FakeEdge,
    port: int,
    begun: list[Begun],
    ready: threading.Event,
) -> None:
    node = Node(settings, edge)
    spool = settings.data / "spool"
    spool.mkdir(parents=True)
    node.telephony.engine = alone("fake", edge, Standing(), spool, _nowhere)
    async with node:
        app = build_app(node)
        config = uvicorn.Config(app, port=port, log_config=None, access_log=False)
        server = uvicorn.Server(config)
        begun.append(Begun(server, node, asyncio.get_running_loop(), app))
        outside = asyncio.create_task(_outside(edge, spool))
        try:
            serving = asyncio.create_task(server.serve())
            while not (server.started or serving.done()):  # uvicorn has no event for it
                await asyncio.sleep(0.01)
            ready.set()
            await serving
        finally:
            outside.cancel()
            with suppress(asyncio.CancelledError):
                await outside


async def _outside(edge: FakeEdge, spool: Path) -> None:
    """Time passes, customers call, phones are taken up, and what is recorded is a tone."""
    dialled = 0
    calls: list[str] = []
    while True:
        await asyncio.sleep(EVERY_S)
        edge.tick()
        calls = [leg for leg in calls if leg not in edge.statuses()]
        while len(calls) < CALLERS:
            calls.append(edge.arrive(NUMBER))
        new, dialled = edge.done[dialled:], len(edge.done)
        for command in new:
            match command:
                case DialAgent(leg=leg, device=DeviceKind.SIP) | DialCustomer(leg=leg):
                    with suppress(LegGone):  # whoever rang may have thought better of it
                        edge.take_up(leg)
                case Record(recording=recording):
                    for side in ("in", "out"):
                        track = spool / f"{recording}-{side}.wav"
                        soundfile.write(track, tone(440, 0.2), RATE, subtype="PCM_16")
