"""A process of its own for what may break, hang or eat memory: one answer to one request."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE


async def answered_by(module: str, asked: bytes, within_s: float) -> tuple[int, bytes]:
    """Exit code and output of `python -m module` that was given `asked`.

    Raises `TimeoutError` after `within_s` seconds; it never outlives this call.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, stdin=PIPE, stdout=PIPE
    )
    try:
        async with asyncio.timeout(within_s):
            told, _ = await child.communicate(asked)
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return child.returncode or 0, told
