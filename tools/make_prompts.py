"""Speak `src/trunkline/assets/prompts/{zh,en}.toml` into the recordings that are committed.

    pip install numpy soundfile espeakng-loader==0.2.4     # Mandarin: espeak-ng 1.52
    apt-get install flite                                  # English: the voice `rms`
    python tools/make_prompts.py [zh|en] [NAME ...]

Every piece is trimmed, brought to the same loudness and written as Opus, 16 kHz, one channel.
The programs run only here; what they say ships (see `src/trunkline/assets/LICENCE.md`).
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import espeakng_loader
import numpy as np
import numpy.typing as npt
import soundfile

if TYPE_CHECKING:
    from collections.abc import Callable

Samples = npt.NDArray[np.float64]

PROMPTS = Path(__file__).parents[1] / "src/trunkline/assets/prompts"
RATE = 16_000
LOUDNESS_DBFS = -20.0
PEAK = 0.9
OPUS_COMPRESSION = 0.925  # libsndfile's scale: about 24 kbit/s

# 一 keeps its first tone as an ordinal and within a number; the voice would bend it before the
# next syllable, so it is given the homophone that is never bent.
SAID_AS = {
    ("zh", "day-1"): "衣号",
    **{("zh", f"num-full-1{n}"): "衣十" + "一二三四五六七八九"[n - 1 : n] for n in range(1, 10)},
    ("zh", "num-full-10"): "衣十",
}


def main(words: list[str]) -> None:
    """Speak all pieces, or those of one language, or only the named ones."""
    languages = [word for word in words if word in VOICES] or list(VOICES)
    names = {word for word in words if word not in VOICES}
    for language in languages:
        texts = tomllib.loads((PROMPTS / f"{language}.toml").read_text(encoding="utf-8"))
        voice = VOICES[language]()
        for name, text in texts.items():
            if not names or name in names:
                spoken = SAID_AS.get((language, name), text)
                write(PROMPTS / language / f"{name}.opus", finished(*voice(spoken)))


def write(path: Path, samples: Samples) -> None:
    """Write one piece as Ogg Opus."""
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(
        path, samples, RATE, format="OGG", subtype="OPUS", compression_level=OPUS_COMPRESSION
    )


def finished(samples: Samples, rate: int) -> Samples:
    """The piece as it ships: 16 kHz, trimmed, faded at both ends and of the common loudness."""
    piece = trimmed(resampled(samples, rate))
    gain = 10 ** (LOUDNESS_DBFS / 20) / loudness(piece)
    return faded(limited(piece * gain))


def resampled(samples: Samples, rate: int) -> Samples:
    """At 16 kHz, band-limited by its spectrum."""
    padded = np.concatenate([samples, np.zeros(-len(samples) % rate)])  # whole seconds
    seconds = len(padded) // rate
    spectrum = np.fft.rfft(padded)[: seconds * RATE // 2 + 1]
    if len(spectrum) < seconds * RATE // 2 + 1:
        raise ValueError("a voice must speak at 16 kHz or more")
    return np.fft.irfft(spectrum, seconds * RATE) * (RATE / rate)


def trimmed(samples: Samples, lead_s: float = 0.02, tail_s: float = 0.05) -> Samples:
    """Without the silence before and after, but for a breath."""
    heard = np.flatnonzero(_frame_rms(samples) > _floor(samples))
    first = int(heard[0] * FRAME - lead_s * RATE)
    last = int((heard[-1] + 1) * FRAME + tail_s * RATE)
    return samples[max(first, 0) : last]


def loudness(samples: Samples) -> float:
    """Root mean square of the frames in which something is said."""
    frames = _frame_rms(samples)
    return float(np.sqrt(np.mean(frames[frames > _floor(samples)] ** 2)))


def limited(samples: Samples) -> Samples:
    """Peaks above half of PEAK are bent, so that none passes PEAK and nothing clips."""
    knee = PEAK / 2
    over = np.maximum(np.abs(samples) - knee, 0)
    bent = np.minimum(np.abs(samples), knee) + knee * np.tanh(over / knee)
    return np.asarray(np.sign(samples) * bent)


def faded(samples: Samples, seconds: float = 0.008) -> Samples:
    """Without a click at either end."""
    ramp = np.linspace(0, 1, int(seconds * RATE))
    gains = np.ones(len(samples))
    gains[: len(ramp)], gains[-len(ramp) :] = ramp, ramp[::-1]
    return samples * gains


FRAME = RATE // 100


def _frame_rms(samples: Samples) -> Samples:
    whole = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    return np.asarray(np.sqrt(np.mean(whole**2, axis=1)))


def _floor(samples: Samples) -> float:
    return float(_frame_rms(samples).max()) * 0.02


class Mandarin:
    """The Mandarin voice `cmn` of espeak-ng, with wider tones than it has by itself."""

    RATE_WPM, PITCH, RANGE = 1, 3, 4  # espeak_PARAMETER
    SETTINGS = ((RATE_WPM, 155), (PITCH, 50), (RANGE, 75))

    def __init__(self) -> None:
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        data = espeakng_loader.get_data_path().encode()
        self.rate = self._library.espeak_Initialize(2, 0, data, 0)  # 2: synchronous
        self._library.espeak_SetVoiceByName(b"cmn")
        for parameter, value in self.SETTINGS:
            self._library.espeak_SetParameter(parameter, value, 0)
        self._spoken: list[npt.NDArray[np.int16]] = []
        kind = ctypes.CFUNCTYPE(
            ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
        )
        self._callback = kind(self._take)  # kept: the library holds only a pointer
        self._library.espeak_SetSynthCallback(self._callback)

    def __call__(self, text: str) -> tuple[Samples, int]:
        """The samples of one text, -1 to 1, and their rate."""
        self._spoken.clear()
        utf8 = text.encode() + b"\0"
        self._library.espeak_Synth(utf8, len(utf8), 0, 0, 0, 1, None, None)
        return np.concatenate(self._spoken) / 32768, self.rate

    def _take(self, samples: ctypes._Pointer[ctypes.c_short], count: int, _events: object) -> int:
        if samples and count > 0:
            self._spoken.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0


class English:
    """The English voice `rms` of flite."""

    def __call__(self, text: str) -> tuple[Samples, int]:
        """The samples of one text, -1 to 1, and their rate."""
        with tempfile.NamedTemporaryFile(suffix=".wav") as spoken:
            subprocess.run(
                ["flite", "-voice", "rms", "-t", text, "-o", spoken.name],
                check=True,
            )
            samples, rate = soundfile.read(spoken.name)
            return np.asarray(samples), int(rate)


VOICES: dict[str, Callable[[], Callable[[str], tuple[Samples, int]]]] = {
    "zh": Mandarin,
    "en": English,
}

if __name__ == "__main__":
    main(sys.argv[1:])
