"""The parent's side of espeak-ng: a child for each text; its licence (GPL) ends at the process."""

from __future__ import annotations

import json
import unicodedata
from importlib.util import find_spec
from typing import Final

from trunkline.kit.children import answered_by
from trunkline.ports.speech import SpeechFailed, SpeechRefused

WITHIN_S: Final = 30.0
VOICES: Final = {"zh": "cmn", "en": "en-us", "ja": "ja", "ko": "ko"}
_LATIN: Final = ("LATIN", "FULLWIDTH LATIN")
_READS: Final = {
    "zh": (*_LATIN, "CJK"),
    "en": _LATIN,
    "ja": (*_LATIN, "HIRAGANA", "KATAKANA", "HALFWIDTH KATAKANA"),
    "ko": (*_LATIN, "HANGUL"),
}
"""How the names of the letters begin (Unicode) that a voice reads; others it spells in English."""
_MOST_LETTERS: Final = 10


class EspeakSpeech:
    """The `Speech` of espeak-ng 1.52 (`espeakng_loader`): clear, and plainly a machine."""

    def languages(self) -> tuple[str, ...]:
        return tuple(VOICES) if find_spec("espeakng_loader") else ()

    async def speak(self, text: str, language: str) -> bytes:
        if not self.languages():
            raise SpeechRefused("not_installed")
        if language not in VOICES:
            raise SpeechRefused("language_unknown")
        if letters := _unreadable(text, language):
            raise SpeechRefused("unreadable", letters)
        told = await _child(json.dumps({"voice": VOICES[language], "text": text}).encode())
        if not told:
            raise SpeechRefused("nothing_said")
        return told


def _unreadable(text: str, language: str) -> str:
    letters = (char for char in dict.fromkeys(text) if unicodedata.category(char).startswith("L"))
    others = [c for c in letters if not unicodedata.name(c, "").startswith(_READS[language])]
    return "".join(others[:_MOST_LETTERS])


async def _child(asked: bytes) -> bytes:
    try:
        code, told = await answered_by("trunkline.adapters.speech.speaking", asked, WITHIN_S)
    except TimeoutError as late:
        raise SpeechFailed("the voice took too long") from late
    if code != 0:
        raise SpeechFailed(f"the voice ended with {code}")
    return told
