"""The parent's side of levelling: a child for each file, one at a time."""

from __future__ import annotations

import asyncio
import json
from typing import Final

from trunkline.kit.children import answered_by
from trunkline.ports.audio import AudioFailed, AudioUnusable, Levelled

MODULE: Final = "trunkline.adapters.audio.levelling"
WITHIN_S: Final = 60.0
_SAMPLES_PER_MS: Final = 16


class FfmpegLeveller:
    """The `Leveller` on FFmpeg (PyAV) in a process of its own."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def level(self, content: bytes) -> Levelled:
        async with self._turn:
            try:
                _, told = await answered_by(MODULE, content, WITHIN_S)
            except TimeoutError as late:
                raise AudioFailed("levelling took too long") from late
        return _levelled(told)


def _levelled(told: bytes) -> Levelled:
    line, _, samples = told.partition(b"\n")
    if not line:  # the decoder broke, or was ended by its bounds
        raise AudioUnusable("unreadable")
    about = json.loads(line)
    if "unusable" in about:
        raise AudioUnusable(about["unusable"])
    return Levelled(samples, len(samples) // 2 // _SAMPLES_PER_MS, about["loudness_lufs"])
