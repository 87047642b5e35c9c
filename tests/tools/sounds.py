"""Sound files as people send them: a tone, in any format that FFmpeg writes."""

import io

import av
import numpy as np


def tone(
    hz: float,
    kind: str = "wav",
    codec: str = "pcm_s16le",
    *,
    rate: int = 16_000,
    seconds: float = 2.0,
    level: float = 0.05,
) -> bytes:
    """One channel of a tone; `level` is its peak, 1 full scale."""
    at = np.arange(round(rate * seconds)) / rate
    samples = (level * np.sin(2 * np.pi * hz * at)).astype(np.float32).reshape(1, -1)
    whole = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
    whole.sample_rate = rate
    file = io.BytesIO()
    with av.open(file, "w", format=kind) as writer:
        stream = writer.add_stream(codec, rate=rate)
        stream.layout = "mono"
        size = stream.codec_context.frame_size or 1024
        fit = av.AudioResampler(stream.codec_context.format, "mono", rate, size)
        for frame in (*fit.resample(whole), *fit.resample(None)):
            writer.mux(stream.encode(frame))
        writer.mux(stream.encode(None))
    return file.getvalue()
