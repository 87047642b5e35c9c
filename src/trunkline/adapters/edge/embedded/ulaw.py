"""G.711 µ-law by PyAV: the frames of all legs in one pass, for the codec keeps no state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from av import AudioFrame, CodecContext

from trunkline.adapters.edge.embedded.sounds import FRAME, RATE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trunkline.adapters.edge.prompts import Pcm


class Encoder:
    """Turns frames of 20 ms into their payloads (RFC 3551 §4.5.14)."""

    def __init__(self) -> None:
        self._codec = CodecContext.create("pcm_mulaw", "w")
        self._codec.format = "s16"
        self._codec.layout = "mono"
        self._codec.sample_rate = RATE

    def encode(self, frames: Sequence[Pcm]) -> list[bytes]:
        """One payload a frame."""
        frame = AudioFrame.from_ndarray(np.concatenate(frames)[None], format="s16", layout="mono")
        frame.sample_rate = RATE
        payload = b"".join(bytes(packet) for packet in self._codec.encode(frame))
        return [payload[at : at + FRAME] for at in range(0, len(payload), FRAME)]
