"""Samples of an announcement as a WAV file, which every browser plays."""

from __future__ import annotations

import io
import wave

from trunkline.features.announcements.sounds import RATE


def wav(samples: bytes) -> bytes:
    """16 bit, one channel, 16 kHz."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(RATE)
        writer.writeframes(samples)
    return file.getvalue()
