"""The child that reads a file from outside: decodes it, measures how loud it is, and levels it.

Standard input is the file, standard output one line of JSON and then the samples. What comes from
outside is decoded here and nowhere else: a decoder that breaks breaks this process.

Loudness is that of EBU R128 (ITU-T BS.1770-4): one gain brings the whole to `TARGET_LUFS`, and a
limiter holds the peaks that would be clipped then. FFmpeg does both (PyAV).
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from trunkline.ports.audio import LONGEST_S, AudioUnusable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import av
    import numpy.typing as npt

TARGET_LUFS: Final = -21.0
"""As loud as the prompts that are shipped."""
SILENT_LUFS: Final = -60.0
SHORTEST_S: Final = 0.5
RATE: Final = 16_000
NICENESS: Final = 10
MOST_CPU_S: Final = 60
MOST_MEMORY: Final = 2 * 1024**3
_LIMIT: Final = 0.8
_LOUDNESS: Final = "lavfi.r128.I"
_Filters = tuple[tuple[str, str], ...]
_MEASURED: Final[_Filters] = (
    ("aresample", "48000"),
    ("aformat", "channel_layouts=mono:sample_fmts=dbl:sample_rates=48000"),
    ("ebur128", "metadata=1:framelog=quiet"),
    ("aresample", str(RATE)),
    ("aformat", f"sample_fmts=flt:channel_layouts=mono:sample_rates={RATE}"),
)


def main() -> None:
    """Level what comes by standard input."""
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    told, samples = _answer(sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + samples)


def _answer(content: bytes) -> tuple[dict[str, Any], bytes]:
    try:
        loudness, samples = level(content)
    except AudioUnusable as unusable:
        return {"unusable": unusable.reason}, b""
    return {"loudness_lufs": loudness}, samples


def level(content: bytes) -> tuple[float, bytes]:
    """How loud it was, and its samples levelled; raises `AudioUnusable`."""
    try:
        import av
    except ImportError as missing:
        raise AudioUnusable("not_installed") from missing
    try:
        loudness, samples = _measured(content)
    except (av.FFmpegError, ValueError, IndexError, OverflowError) as fault:
        raise AudioUnusable("unreadable") from fault
    if len(samples) < SHORTEST_S * RATE:
        raise AudioUnusable("too_short")
    if loudness < SILENT_LUFS:
        raise AudioUnusable("silent")
    return loudness, _levelled(samples, TARGET_LUFS - loudness)


def _measured(content: bytes) -> tuple[float, npt.NDArray[np.float32]]:
    import av

    with av.open(io.BytesIO(content), "r") as file:
        stream = file.streams.audio[0]
        graph = _graph(_MEASURED, template=stream)
        loudness, parts, count = SILENT_LUFS * 2, [], 0
        for frame in _through(graph, file.decode(stream)):
            loudness = float(frame.metadata.get(_LOUDNESS, loudness))
            parts.append(frame.to_ndarray()[0])
            count += len(parts[-1])
            if count > LONGEST_S * RATE:
                raise AudioUnusable("too_long")
    return loudness, np.concatenate([np.zeros(0, np.float32), *parts])


def _levelled(samples: npt.NDArray[np.float32], gain_db: float) -> bytes:
    """One gain over all of it, and its peaks held below the limit."""
    import av

    steps: _Filters = (
        ("volume", f"{gain_db}dB:precision=float"),
        ("alimiter", f"limit={_LIMIT}:level=0:attack=5:release=50"),
        ("aformat", f"sample_fmts=s16:channel_layouts=mono:sample_rates={RATE}"),
    )
    graph = _graph(steps, sample_rate=RATE, format="flt", layout="mono")
    whole = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="flt", layout="mono")
    whole.sample_rate = RATE
    parts = [frame.to_ndarray()[0] for frame in _through(graph, [whole])]
    return np.concatenate(parts).astype("<i2").tobytes()


def _graph(steps: _Filters, **source: Any) -> av.filter.Graph:
    import av

    graph = av.filter.Graph()
    last = graph.add_abuffer(**source)
    for name, given in (*steps, ("abuffersink", "")):
        following = graph.add(name, given)
        last.link_to(following)
        last = following
    graph.configure()
    return graph


def _through(graph: av.filter.Graph, frames: Iterable[av.AudioFrame]) -> Iterator[av.AudioFrame]:
    import av

    for frame in _and_the_end(frames):
        graph.push(frame)
        while True:
            try:
                yield graph.pull()  # type: ignore[misc]
            except (av.BlockingIOError, av.EOFError):
                break


def _and_the_end(frames: Iterable[av.AudioFrame]) -> Iterator[av.AudioFrame | None]:
    yield from frames
    yield None


if __name__ == "__main__":
    main()
