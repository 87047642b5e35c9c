"""The engine's process: `python -m trunkline.adapters.edge.embedded DIRECTORY CALLS`."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from pathlib import Path

from trunkline.adapters.edge.embedded.engine import Engine
from trunkline.adapters.edge.embedded.server import Server
from trunkline.adapters.edge.embedded.settings import EmbeddedSettings
from trunkline.kit.logging import configure


async def serve(settings: EmbeddedSettings) -> None:
    """Run until asked to end, or until abandoned."""
    engine, asked = Engine(settings), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked.set)
    works = (engine.run(), Server(settings, engine).run(), asked.wait())
    tasks = [loop.create_task(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await engine.close()
        for task in tasks:
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    for failure in outcomes:
        if isinstance(failure, Exception):
            raise failure


def main() -> None:
    """Read the arguments and serve."""
    directory, calls = sys.argv[1:]
    configure("info", "json")
    logging.getLogger("aioice").setLevel(logging.WARNING)  # else it names every address
    asyncio.run(serve(EmbeddedSettings(Path(directory), int(calls))))


if __name__ == "__main__":
    main()
