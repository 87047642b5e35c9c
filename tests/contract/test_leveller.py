"""The port `Leveller` over FFmpeg: what people send becomes what engines play, equally loud."""

import numpy as np
import pytest

from tests.tools.sounds import tone
from tests.tools.tones import strength
from trunkline.adapters.audio import FfmpegLeveller
from trunkline.adapters.audio.levelling import RATE, TARGET_LUFS, level
from trunkline.ports.audio import AudioUnusable

HZ = 620.0
FORMATS = [
    ("wav", "pcm_s16le", 8_000),
    ("wav", "pcm_s24le", 48_000),
    ("wav", "pcm_mulaw", 8_000),
    ("mp3", "mp3", 44_100),
    ("ogg", "libopus", 48_000),
    ("flac", "flac", 44_100),
    ("ipod", "aac", 44_100),
    ("webm", "libopus", 48_000),
]


def heard(samples: bytes) -> np.ndarray:
    return np.frombuffer(samples, "<i2") / 32_768


@pytest.mark.parametrize(("kind", "codec", "rate"), FORMATS)
@pytest.mark.parametrize("loud", [0.02, 0.7])
def test_every_common_format_becomes_the_same_sound_equally_loud(
    kind: str, codec: str, rate: int, loud: float
) -> None:
    _, samples = level(tone(HZ, kind, codec, rate=rate, level=loud))
    assert len(samples) / 2 / RATE == pytest.approx(2.0, abs=0.1)
    assert strength(heard(samples), HZ, RATE) > 0.9
    assert level(_wav(samples))[0] == pytest.approx(TARGET_LUFS, abs=1.0)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "unreadable"),
        (b"<html>no sound</html>" * 200, "unreadable"),
        (tone(HZ)[:60], "unreadable"),
        (tone(HZ, seconds=0.2), "too_short"),
        (tone(HZ, level=0), "silent"),
        (tone(HZ, rate=8_000, seconds=601), "too_long"),
    ],
)
def test_what_cannot_be_an_announcement_is_refused_with_the_reason(
    content: bytes, reason: str
) -> None:
    with pytest.raises(AudioUnusable) as refusal:
        level(content)
    assert refusal.value.reason == reason


async def test_it_is_decoded_in_a_process_of_its_own_and_told_with_its_length() -> None:
    leveller = FfmpegLeveller()
    told = await leveller.level(tone(HZ, "mp3", "mp3", rate=44_100, seconds=1.0))
    assert told.duration_ms == pytest.approx(1_000, abs=60)
    assert strength(heard(told.samples), HZ, RATE) > 0.9
    with pytest.raises(AudioUnusable):
        await leveller.level(b"no sound at all")


def _wav(samples: bytes) -> bytes:
    from trunkline.features.announcements.wav import wav

    return wav(samples)
