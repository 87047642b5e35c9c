"""The port `Speech` over espeak-ng: it speaks four languages, and says what it cannot read.

What it says is synthetic: that it sounds is tested here, not that people understand it.
"""

import io

import numpy as np
import pytest
import soundfile

from trunkline.adapters.speech import EspeakSpeech
from trunkline.ports.speech import SpeechRefused

TEXTS = {
    "zh": "您好，我们现在休息，请稍后再拨。",
    "en": "We are closed now. <b>Please</b> call again tomorrow at 9.",
    "ja": "ただいま えいぎょうじかんがい です。",
    "ko": "지금은 영업 시간이 아닙니다.",
}


@pytest.mark.parametrize("language", TEXTS)
async def test_a_text_of_each_language_is_read_aloud(language: str) -> None:
    assert language in EspeakSpeech().languages()
    samples, rate = soundfile.read(
        io.BytesIO(await EspeakSpeech().speak(TEXTS[language], language))
    )
    assert 1.0 < len(samples) / rate < 12.0
    assert float(np.abs(samples).max()) > 0.1


@pytest.mark.parametrize(
    ("text", "language", "reason", "letters"),
    [
        ("営業時間外です", "ja", "unreadable", "営業時間外"),
        ("Wir sind 休息", "en", "unreadable", "休息"),
        ("Bonjour", "fr", "language_unknown", ""),
        ("。", "zh", "nothing_said", ""),
    ],
)
async def test_what_it_would_spell_or_pass_over_is_refused(
    text: str, language: str, reason: str, letters: str
) -> None:
    with pytest.raises(SpeechRefused) as refusal:
        await EspeakSpeech().speak(text, language)
    assert (refusal.value.reason, refusal.value.letters) == (reason, letters)
