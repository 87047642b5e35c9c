"""The parent's side of levelling: a child for each file, one at a time."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from typing import Final

from trunkline.ports.audio import AudioFailed, AudioUnusable, Levelled

WITHIN_S: Final = 60.0
_SAMPLES_PER_MS: Final = 16


class FfmpegLeveller:
    """The `Leveller` on FFmpeg (PyAV) in a process of its own."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def level(self, content: bytes) -> Levelled:
        async with self._turn:
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "trunkline.adapters.audio.levelling", stdin=PIPE, stdout=PIPE
            )
            try:
                async with asyncio.timeout(WITHIN_S):
                    told, _ = await child.communicate(content)
            except TimeoutError as late:
                raise AudioFailed("levelling took too long") from late
            finally:
                if child.returncode is None:
                    child.kill()
                    await child.wait()
        return _levelled(told)


def _levelled(told: bytes) -> Levelled:
    line, _, samples = told.partition(b"\n")
    if not line:  # the decoder broke, or was ended by its bounds
        raise AudioUnusable("unreadable")
    about = json.loads(line)
    if "unusable" in about:
        raise AudioUnusable(about["unusable"])
    return Levelled(samples, len(samples) // 2 // _SAMPLES_PER_MS, about["loudness_lufs"])
