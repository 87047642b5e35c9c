"""The child that speaks: a request as JSON in, a WAV file out, nothing where nothing is said."""

from __future__ import annotations

import ctypes
import io
import json
import os
import sys
import wave
from typing import Any, Final

NICENESS: Final = 10
WORDS_A_MINUTE: Final = {"cmn": 155, "en-us": 150, "ja": 150, "ko": 150}
_SYNCHRONOUS: Final = 2
_UTF8: Final = 1
_RATE: Final = 1
_RANGE: Final = 4
_LIVELY: Final = 75
_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


def main() -> None:
    """Speak what comes by standard input."""
    os.nice(NICENESS)
    asked = json.load(sys.stdin)
    sys.stdout.buffer.write(speak(str(asked["text"]), str(asked["voice"])))


def speak(text: str, voice: str) -> bytes:
    """A WAV file of the text, read by this voice; empty where nothing is to be heard."""
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    data = espeakng_loader.get_data_path().encode()
    rate: int = library.espeak_Initialize(_SYNCHRONOUS, 0, data, 0)
    if rate <= 0 or library.espeak_SetVoiceByName(voice.encode()) != 0:
        raise RuntimeError(f"there is no voice {voice}")
    library.espeak_SetParameter(_RATE, WORDS_A_MINUTE.get(voice, 150), 0)
    library.espeak_SetParameter(_RANGE, _LIVELY, 0)
    parts: list[bytes] = []

    def take(samples: Any, count: int, _events: object) -> int:
        if samples and count > 0:
            parts.append(ctypes.string_at(samples, 2 * count))
        return 0

    callback = _Callback(take)  # kept: the library holds only a pointer
    library.espeak_SetSynthCallback(callback)
    utf8 = text.encode() + b"\0"
    library.espeak_Synth(utf8, len(utf8), 0, 0, 0, _UTF8, None, None)
    return _wav(b"".join(parts), rate)


def _wav(samples: bytes, rate: int) -> bytes:
    if not any(samples):
        return b""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(samples)
    return file.getvalue()


if __name__ == "__main__":
    main()
