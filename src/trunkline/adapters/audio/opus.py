"""Two tracks become one Ogg Opus file with the customer on the left and the agent on the right.

At `COMPRESSION` libsndfile gives about 38 kbit/s for both channels and codes them apart: one
track leaks into the other at less than -59 dB. Below 32 kbit/s Opus begins to share the channels
(-32 dB at 28 kbit/s, -21 dB at 23), which is why it is not pressed harder.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import numpy as np
import soundfile

from trunkline.adapters.audio.spool_wav import BrokenTrack, Track, open_track, read_samples
from trunkline.ports.audio import PEAKS_PER_S, AudioUnusable, Encoded, Waveform

if TYPE_CHECKING:
    from pathlib import Path

COMPRESSION = 0.95
BLOCK_S = 10

Samples = np.ndarray[tuple[int], np.dtype[np.int16]]


def encode_tracks(customer: Path, agent: Path, target: Path) -> Encoded:
    """Encode both tracks to `target`; raises `AudioUnusable` when neither holds sound."""
    tracks, flaws = _usable({"customer": customer, "agent": agent})
    rate = next(iter(tracks.values())).rate
    samples = max(track.samples for track in tracks.values())
    peaks = {name: bytearray() for name in ("customer", "agent")}
    with ExitStack() as stack:
        files = {name: stack.enter_context(t.path.open("rb")) for name, t in tracks.items()}
        for name, file in files.items():
            file.seek(tracks[name].offset)
        sink = stack.enter_context(_sink(target, rate))
        for start in range(0, samples, rate * BLOCK_S):
            count = min(rate * BLOCK_S, samples - start)
            block = np.zeros((count, 2), dtype=np.int16)
            for column, name in enumerate(peaks):
                if name in files:
                    block[:, column] = read_samples(files[name], count)
                peaks[name] += _peaks(block[:, column], rate // PEAKS_PER_S)
            sink.write(block)
    waveform = Waveform(bytes(peaks["customer"]), bytes(peaks["agent"]))
    return Encoded(samples * 1000 // rate, waveform, flaws)


def _usable(paths: dict[str, Path]) -> tuple[dict[str, Track], tuple[str, ...]]:
    """The tracks that hold sound, and the flaws of the others."""
    tracks: dict[str, Track] = {}
    flaws: list[str] = []
    for name, path in paths.items():
        try:
            track = open_track(path)
        except FileNotFoundError:
            flaws.append(f"{name}_missing")
        except BrokenTrack:
            flaws.append(f"{name}_unreadable")
        else:
            tracks[name] = track
    if len({track.rate for track in tracks.values()}) > 1:
        raise AudioUnusable("rates_differ")
    if not any(track.samples for track in tracks.values()):
        broken = any(flaw.endswith("_unreadable") for flaw in flaws)
        raise AudioUnusable("unreadable" if broken else "empty")
    return tracks, tuple(flaws)


def _sink(target: Path, rate: int) -> soundfile.SoundFile:
    return soundfile.SoundFile(
        target, "w", rate, 2, "OPUS", format="OGG", compression_level=COMPRESSION
    )


def _peaks(samples: Samples, window: int) -> bytes:
    """The loudest sample of each window as one byte; a last short window counts too."""
    loud = np.abs(samples.astype(np.int32))
    padded = np.zeros(-(-len(loud) // window) * window, dtype=np.int32)
    padded[: len(loud)] = loud
    peaks = padded.reshape(-1, window).max(axis=1) * 255 // 32768
    return bytes(peaks.astype(np.uint8))
