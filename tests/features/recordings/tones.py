"""Tracks with known sound, and the ear that measures it."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

RATE = 8000


def tone(hz: float, seconds: float, rate: int = RATE) -> np.ndarray:
    return (8000 * np.sin(2 * np.pi * hz * np.arange(int(seconds * rate)) / rate)).astype("<i2")


def wav(path: Path, samples: np.ndarray, *, closed: bool = True, rate: int = RATE) -> Path:
    """A mono track; not `closed` leaves the header's sizes at zero, as a killed engine does."""
    raw = samples.astype("<i2").tobytes()
    size = len(raw) if closed else 0
    fmt = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16)
    head = struct.pack("<4sI4s", b"RIFF", 36 + size if closed else 0, b"WAVE")
    path.write_bytes(head + fmt + struct.pack("<4sI", b"data", size) + raw)
    return path


def loudness_db(samples: np.ndarray, hz: float, rate: int = RATE) -> float:
    """How loud one tone is, in dB against full scale."""
    windowed = samples * np.hanning(len(samples))
    spectrum = np.abs(np.fft.rfft(windowed)) / (len(samples) / 4)
    at = round(hz * len(samples) / rate)
    return float(20 * np.log10(spectrum[at - 2 : at + 3].max() + 1e-12))
