"""Reading of a spool's WAV tracks, whatever state the writer left them in.

An engine that is killed leaves sizes of zero in the header (they are written at the close), and
perhaps half a sample at the end. So the header's sizes are not believed: sound is everything from
the start of the `data` chunk to the end of the file, in whole samples.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

SAMPLE_BYTES = 2
OPUS_RATES = (8000, 12000, 16000, 24000, 48000)
_PCM = 1
_MAX_HEADER_CHUNKS = 16


class BrokenTrack(Exception):
    """The file is no mono 16-bit PCM WAV at a rate that Opus takes."""


@dataclass(frozen=True, slots=True)
class Track:
    """Where the sound of one track lies in its file."""

    path: Path
    rate: int
    offset: int
    samples: int


def open_track(path: Path) -> Track:
    """Find the sound of a track; raises `BrokenTrack` or `FileNotFoundError`."""
    size = path.stat().st_size
    with path.open("rb") as file:
        rate, offset = _read_header(file)
    return Track(path, rate, offset, max(0, size - offset) // SAMPLE_BYTES)


def read_samples(file: BinaryIO, count: int) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    """The next samples of an opened track, filled with silence after its end."""
    raw = file.read(count * SAMPLE_BYTES)
    samples = np.zeros(count, dtype=np.int16)
    whole = len(raw) // SAMPLE_BYTES
    samples[:whole] = np.frombuffer(raw, dtype="<i2", count=whole)
    return samples


def _read_header(file: BinaryIO) -> tuple[int, int]:
    riff = file.read(12)
    if len(riff) < 12 or riff[:4] != b"RIFF" or riff[8:] != b"WAVE":
        raise BrokenTrack("no WAV header")
    rate = 0
    for _ in range(_MAX_HEADER_CHUNKS):
        head = file.read(8)
        if len(head) < 8:
            break
        name, length = struct.unpack("<4sI", head)
        if name == b"data" and rate:
            return rate, file.tell()
        body = file.read(length + length % 2)
        if name == b"fmt ":
            rate = _rate_of(body)
    raise BrokenTrack("no sound in the file")


def _rate_of(fmt: bytes) -> int:
    if len(fmt) < 16:
        raise BrokenTrack("short format")
    kind, channels, rate, _, _, bits = struct.unpack("<HHIIHH", fmt[:16])
    if (kind, channels, bits) != (_PCM, 1, 8 * SAMPLE_BYTES) or rate not in OPUS_RATES:
        raise BrokenTrack("not mono 16-bit PCM")
    return int(rate)
