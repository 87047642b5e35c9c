"""The parent's side of the encoding worker: started when first needed, replaced when it dies."""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from asyncio.subprocess import PIPE, Process
from typing import TYPE_CHECKING, Any

from trunkline.ports.audio import AudioFailed, AudioUnusable, Encoded, Waveform

if TYPE_CHECKING:
    from pathlib import Path

ENCODE_TIMEOUT_S = 600.0
REPLY_BYTES = 8 * 1024 * 1024
"""Bound of one reply: the waveform of three days of sound."""


class SndfileEncoder:
    """The `AudioEncoder` on libsndfile. One recording at a time; callers wait in line."""

    def __init__(self) -> None:
        self._worker: Process | None = None
        self._turn = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """The worker's process, while there is one."""
        return self._worker.pid if self._worker else None

    async def encode(self, customer: Path, agent: Path, target: Path) -> Encoded:
        request = {"customer": str(customer), "agent": str(agent), "target": str(target)}
        async with self._turn:
            try:
                async with asyncio.timeout(ENCODE_TIMEOUT_S):
                    reply = await self._ask(request)
            except (OSError, ValueError, TimeoutError) as error:
                await self._end()
                raise AudioFailed(f"the encoding worker failed: {error!r}") from error
            except asyncio.CancelledError:
                await self._end()
                raise
        return _encoded(reply)

    async def close(self) -> None:
        async with self._turn:
            await self._end()

    async def _ask(self, request: dict[str, str]) -> dict[str, Any]:
        if self._worker is None or self._worker.returncode is not None:
            self._worker = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "trunkline.adapters.audio.worker",
                stdin=PIPE, stdout=PIPE, limit=REPLY_BYTES,
            )  # fmt: skip
        reader, writer = self._worker.stdout, self._worker.stdin
        if reader is None or writer is None:
            raise OSError("the worker has no pipes")
        writer.write(json.dumps(request).encode() + b"\n")
        await writer.drain()
        reply: dict[str, Any] = json.loads(await reader.readline())
        return reply

    async def _end(self) -> None:
        """Kill the worker: it holds nothing that cannot be made again."""
        worker, self._worker = self._worker, None
        if worker is None:
            return
        if worker.returncode is None:
            worker.kill()
        await worker.communicate()


def _encoded(reply: dict[str, Any]) -> Encoded:
    if "unusable" in reply:
        raise AudioUnusable(reply["unusable"])
    if "failed" in reply:
        raise AudioFailed(reply["failed"])
    waveform = Waveform(base64.b64decode(reply["customer"]), base64.b64decode(reply["agent"]))
    return Encoded(reply["duration_ms"], waveform, tuple(reply["flaws"]))
