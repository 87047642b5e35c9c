"""The main process: a node and its HTTP server, until asked to end."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import socket
import sys
from typing import TYPE_CHECKING

import typer
import uvicorn

from trunkline.adapters.sql.sqlite import DatabaseInUse
from trunkline.app import supervisor
from trunkline.app.factory import build_app
from trunkline.app.node import Node
from trunkline.kit.logging import configure, logger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trunkline.kit.config import Settings

log = logger("serve")
LOOK_EVERY_S = 1.0
DRAIN_S = 3
SWITCH_EVERY_S = 0.0005
"""How long a thread may keep the interpreter while another waits: an event crosses between the loop
and the store's thread several times, and must not wait 5 ms (Python's default) at each."""


class _Server(uvicorn.Server):
    """Leaves signals to us: uvicorn would raise them again at its end, before ours."""

    greeting = ""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen; then say where, to whoever sits at the terminal."""
        await super().startup(sockets)
        if self.started and self.greeting:
            typer.echo(self.greeting)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture nothing."""
        yield

    def ask_to_end(self) -> None:
        """End gracefully; asked a second time, at once."""
        self.force_exit = self.should_exit
        self.should_exit = True


async def serve(settings: Settings, supervisor_pid: int) -> int:
    """Run until SIGTERM or SIGINT, or until the supervisor is gone; the exit code."""
    sys.setswitchinterval(SWITCH_EVERY_S)
    configure(settings.log_level, settings.log_format, personal=settings.log_personal)
    try:
        async with Node(settings) as node:
            return await _serve_http(settings, node, supervisor_pid)
    except DatabaseInUse as failure:
        log.error("already_running", detail=str(failure))  # noqa: TRY400 - said in one sentence
        return supervisor.WRONG_USE


async def _serve_http(settings: Settings, node: Node, supervisor_pid: int) -> int:
    server = _Server(
        uvicorn.Config(
            build_app(node),
            host=settings.http_host,
            port=settings.http_port,
            log_config=None,
            access_log=False,
            proxy_headers=settings.behind_proxy,
            ssl_certfile=settings.tls_cert,
            ssl_keyfile=settings.tls_key,
            timeout_graceful_shutdown=DRAIN_S,
            ws_max_size=1 << 16,
            ws_per_message_deflate=False,  # small events: packing takes longer
            server_header=False,
            lifespan="off",
        )
    )
    server.greeting = _greeting(settings, node.telephony.notice)
    _settle_memory()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.ask_to_end)
    watch = asyncio.create_task(_end_with_supervisor(server, node, supervisor_pid))
    broken = asyncio.create_task(_end_with_node(server, node))
    try:
        await server.serve()
    finally:
        for task in (watch, broken):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
    return 1 if node.failed or not server.started else 0


def _settle_memory() -> None:
    """What was loaded stays: the collector need not look at it again, nor look at every 700 things.

    Facts, rows and messages hold no cycles; looking for some took 3 % of the processor's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _greeting(settings: Settings, notice: str) -> str:
    """Where the demo is and how to come in, and what telephony is not there."""
    return "\n".join(line for line in (_way_in(settings), notice) if line)


def _way_in(settings: Settings) -> str:
    """A real centre needs no telling."""
    if not settings.demo:
        return ""
    chosen = "demo_password" in settings.model_fields_set
    password = "the password you chose" if chosen else settings.demo_password.get_secret_value()
    url = f"{'https' if settings.tls_cert else 'http'}://{settings.http}"
    return f"Trunkline is at {url} – sign in as agent1 ({password}); call from {url}/call"


async def _end_with_supervisor(server: uvicorn.Server, node: Node, pid: int) -> None:
    """Nobody would start us anew: end, and let telephony's calls go on for the next start."""
    while os.getppid() == pid:  # noqa: ASYNC110 - nothing tells
        await asyncio.sleep(LOOK_EVERY_S)
    log.warning("supervisor_gone")
    node.orphaned = True
    server.should_exit = True


async def _end_with_node(server: uvicorn.Server, node: Node) -> None:
    """A cell that lost its fence, or a bug in a task: end, so that we are started anew."""
    await node.broken.wait()
    server.should_exit = True
