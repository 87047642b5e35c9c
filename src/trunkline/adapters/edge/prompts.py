"""Recorded prompts, music and silences as files that a telephony engine can play.

The recordings ship as Opus, 16 kHz, one channel. An engine wants plain samples at the rate of its
calls, so that playing costs no decoding. They are laid out as
    <target>/<language>/<piece>.<suffix>      zh and en, silences (`pause-100` ...), tones
    <target>/music/<name>.<suffix>            music on hold, made to loop
    <target>/tones/beep.<suffix>              the beep of a talk that is recorded
Installing again what is already there costs only a look at a stamp.
"""

from __future__ import annotations

import hashlib
import io
import re
import wave
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import numpy.typing as npt
import soundfile

from trunkline.core.flow.speech import PAUSES_MS, TONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Form = Literal["sln", "wav", "ulaw"]
Rate = Literal[8000, 16000]
Pcm = npt.NDArray[np.int16]

LANGUAGES: Final = ("zh", "en")
ASSETS: Final = Path(str(files("trunkline") / "assets"))
RECORDED_RATE: Final[Literal[16000]] = 16_000
STAMP: Final = ".stamp"
BEEP: Final = "tones/beep"
BEEP_HZ: Final = 1400
BEEP_LEVEL: Final = 4_000

# Suffixes by which Asterisk knows the format and rate of a file.
_SUFFIXES: Final = {
    ("sln", 8000): "sln",
    ("sln", 16000): "sln16",
    ("wav", 8000): "wav",
    ("wav", 16000): "wav16",
    ("ulaw", 8000): "ulaw",
}
_LAYOUT_VERSION: Final = 3
_SILENCES: Final = {f"pause-{ms}": ms for ms in PAUSES_MS}
TONE_HZ: Final = 1_000
"""After it a message is recorded."""

_TONE_S: Final = 0.4
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]*")


def install_prompts(target_dir: Path, rate: Rate = 8000, form: Form = "sln") -> int:
    """Write every recording under `target_dir`; returns how many files were written.

    Returns 0 if they are all there already. Each file appears whole or not at all, so an engine
    may play from the directory meanwhile. Raises ValueError for µ-law at 16 kHz.
    """
    suffix = suffix_of(form, rate)
    stamp = target_dir / f"{STAMP}-{suffix}"
    print_of_assets = _fingerprint()
    if stamp.is_file() and stamp.read_text(encoding="ascii") == print_of_assets:
        return 0
    count = 0
    for name, samples in _recordings():
        install_sound(target_dir / name, samples, rate, form)
        count += 1
    _put(stamp, print_of_assets.encode("ascii"))
    return count


def install_sound(place: Path, samples: Pcm, rate: Rate, form: Form) -> None:
    """Write samples of RECORDED_RATE to `place` with the suffix of this form, whole or not at all.

    Raises ValueError for µ-law at 16 kHz.
    """
    suffix = suffix_of(form, rate)
    _put(place.with_name(f"{place.name}.{suffix}"), _ENCODERS[form](at_rate(samples, rate), rate))


def suffix_of(form: Form, rate: Rate) -> str:
    """By which an engine knows the format and rate of a file; ValueError where there is none."""
    suffix = _SUFFIXES.get((form, rate))
    if suffix is None:
        raise ValueError(f"{form} has no rate of {rate} Hz")
    return suffix


def spoken(language: str, name: str, rate: Rate) -> Pcm:
    """The samples of one piece, decoded now; raises FileNotFoundError for one that is not there."""
    if name in _SILENCES:
        return np.zeros(_SILENCES[name] * rate // 1000, np.int16)
    if name == TONE:
        return at_rate(_tone(), rate)
    if language not in LANGUAGES or not _NAME.fullmatch(name):
        raise FileNotFoundError(f"{language}/{name}")
    return at_rate(decode(ASSETS / "prompts" / language / f"{name}.opus"), rate)


def music(name: str, rate: Rate) -> Pcm:
    """The samples of one piece of music, or of all where none has this name; decoded now."""
    there = sorted((ASSETS / "music").glob("*.opus"))
    chosen = [recording for recording in there if recording.stem == name] or there
    return np.concatenate([at_rate(decode(recording), rate) for recording in chosen])


def beep(rate: Rate) -> Pcm:
    """The tone of a talk that is recorded: 1,400 Hz, 0.2 s, as carriers have long used it."""
    return _sine(BEEP_HZ, 0.2, BEEP_LEVEL, rate)


def at_rate(samples: Pcm, rate: Rate) -> Pcm:
    """Samples of RECORDED_RATE at the rate of a call."""
    if rate == RECORDED_RATE:
        return samples
    return np.clip(np.rint(halve_rate(samples.astype(np.float32))), -32768, 32767).astype(np.int16)


def decode(recording: Path) -> Pcm:
    """The samples of one shipped recording, at RECORDED_RATE."""
    if not recording.is_file():
        raise FileNotFoundError(recording.name)
    samples, rate = soundfile.read(recording, dtype="int16")
    if rate != RECORDED_RATE or samples.ndim != 1:
        raise ValueError(f"{recording.name} is not {RECORDED_RATE} Hz, one channel")
    return np.asarray(samples, dtype=np.int16)


def halve_rate(samples: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
    """Every second sample after a low-pass: flat to 3.4 kHz, 70 dB down from 4.1 kHz at 16 kHz.

    Polyphase: the even and the odd taps each meet only the samples that they can touch.
    """
    padded = np.concatenate([np.zeros(_REACH), samples, np.zeros(_REACH + 1)])
    length = -(-len(samples) // 2)
    even = np.convolve(padded[0::2], _LOW_PASS[0::2], mode="valid")
    odd = np.convolve(padded[1::2], _LOW_PASS[1::2], mode="valid")
    return np.asarray(even[:length] + odd[:length], dtype=np.float32)


def ulaw(samples: Pcm) -> bytes:
    """G.711 µ-law, one byte a sample."""
    magnitude = np.minimum(np.abs(samples.astype(np.int32)), 32635) + 132
    exponent = np.floor(np.log2(magnitude)).astype(np.int32) - 7
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    sign = np.where(samples < 0, 0x80, 0)
    codes = np.asarray(~(sign | (exponent << 4) | mantissa) & 0xFF, dtype=np.uint8)
    return codes.tobytes()


def _low_pass(reach: int, cutoff: float, beta: float) -> npt.NDArray[np.float64]:
    taps = np.arange(-reach, reach + 1)
    window = np.kaiser(len(taps), beta)
    return np.asarray(2 * cutoff * np.sinc(2 * cutoff * taps) * window)


_REACH: Final = 60
_LOW_PASS: Final = _low_pass(_REACH, cutoff=3750 / RECORDED_RATE, beta=6.8)


def _fingerprint() -> str:
    digest = hashlib.sha256(f"layout {_LAYOUT_VERSION}".encode())
    for recording in sorted(ASSETS.glob("*/**/*.opus")):
        digest.update(recording.relative_to(ASSETS).as_posix().encode())
        digest.update(recording.read_bytes())
    return digest.hexdigest()


def _recordings() -> Iterator[tuple[str, Pcm]]:
    for language in LANGUAGES:
        for recording in sorted((ASSETS / "prompts" / language).glob("*.opus")):
            yield f"{language}/{recording.stem}", decode(recording)
        for ms in PAUSES_MS:
            yield f"{language}/pause-{ms}", spoken(language, f"pause-{ms}", RECORDED_RATE)
        yield f"{language}/{TONE}", _tone()
    for recording in sorted((ASSETS / "music").glob("*.opus")):
        yield f"music/{recording.stem}", decode(recording)
    yield BEEP, beep(RECORDED_RATE)


def _tone() -> Pcm:
    """A tone as loud as the prompts."""
    return _sine(TONE_HZ, _TONE_S, 0.14 * 32767, RECORDED_RATE)


def _sine(hz: float, seconds: float, level: float, rate: int) -> Pcm:
    """A tone without a click at either end."""
    at = np.arange(round(seconds * rate)) / rate
    edges = np.minimum(1, np.minimum(at, at[::-1]) / 0.01)
    return np.rint(level * edges * np.sin(2 * np.pi * hz * at)).astype(np.int16)


def _sln(samples: Pcm, _rate: int) -> bytes:
    return samples.astype("<i2").tobytes()


def _wav(samples: Pcm, rate: int) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(_sln(samples, rate))
    return file.getvalue()


def _ulaw(samples: Pcm, _rate: int) -> bytes:
    return ulaw(samples)


_ENCODERS: Final[dict[Form, Callable[[Pcm, int], bytes]]] = {
    "sln": _sln,
    "wav": _wav,
    "ulaw": _ulaw,
}


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    part.replace(path)
