"""The recordings that ship: complete, audible, alike in loudness, and installed faithfully."""

import re
import tomllib
import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile

from trunkline.adapters.edge import prompts
from trunkline.adapters.edge.prompts import ASSETS, decode, halve_rate, install_prompts, ulaw
from trunkline.core.flow.speech import vocabulary

LANGUAGES = ("zh", "en")
EVERY_SOUND = sorted((ASSETS / "sounds").iterdir())


def recorded(language: str) -> set[str]:
    return {path.stem for path in (ASSETS / "prompts" / language).glob("*.opus")}


def texts(language: str) -> dict[str, str]:
    return tomllib.loads((ASSETS / "prompts" / f"{language}.toml").read_text(encoding="utf-8"))


def loudness_dbfs(samples: np.ndarray, rate: int = 16_000) -> float:
    """Of the parts in which something is heard, in frames of 10 ms."""
    frame = rate // 100
    frames = samples[: len(samples) // frame * frame].reshape(-1, frame) / 32768
    rms = np.sqrt(np.mean(frames**2, axis=1))
    return float(10 * np.log10(np.mean(rms[rms > rms.max() * 0.02] ** 2)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_piece_that_can_be_named_is_recorded(language: str) -> None:
    spliced = {name for name in vocabulary(language) if not name.startswith("pause-")}
    assert spliced <= recorded(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_has_its_recording_and_the_reverse(language: str) -> None:
    assert set(texts(language)) == recorded(language)


def test_both_languages_have_the_same_whole_prompts() -> None:
    zh, en = (set(texts(language)) - vocabulary(language) for language in LANGUAGES)
    assert zh - vocabulary("en") == en - vocabulary("zh")
    assert len(zh) > 40


def test_every_prompt_that_the_code_names_is_recorded() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in ASSETS.parent.rglob("*.py"))
    named = set(re.findall(r'\bPrompt\("([^"]+)"\)', source))
    assert named <= recorded("zh") & recorded("en")


def test_names_are_kebab_case() -> None:
    for language in LANGUAGES:
        for name in recorded(language):
            assert name == name.lower()
            assert name.replace("-", "").isalnum()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_piece_is_audible_not_clipped_and_as_loud_as_the_others(language: str) -> None:
    assert [name for name in recorded(language) if not sounds_right(language, name)] == []


def sounds_right(language: str, name: str) -> bool:
    samples = decode(ASSETS / f"prompts/{language}/{name}.opus")
    magnitude = np.abs(samples.astype(np.int32))
    return (
        0.2 <= len(samples) / 16_000 <= 12
        and abs(loudness_dbfs(samples) + 20) < 1
        and magnitude.max() < 0.95 * 32768
        and magnitude[:16].max() < 1000  # no click at the start
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_longer_texts_take_longer_to_say(language: str) -> None:
    said = texts(language)
    length = [len(text) for text in said.values()]
    seconds = [len(decode(ASSETS / f"prompts/{language}/{name}.opus")) for name in said]
    assert np.corrcoef(length, seconds)[0, 1] > 0.95


def test_all_that_ships_is_small() -> None:
    assert sum(path.stat().st_size for path in ASSETS.glob("*/**/*.opus")) <= 3_000_000


def test_the_music_loops_without_a_seam() -> None:
    music = decode(ASSETS / "music/calm.opus").astype(np.int32)
    assert 60 <= len(music) / 16_000 <= 90
    assert loudness_dbfs(music) == pytest.approx(-26, abs=1.5)
    assert np.abs(music).max() < 0.9 * 32768
    assert abs(music[0] - music[-1]) < np.abs(np.diff(music)).max()


@pytest.mark.parametrize("path", EVERY_SOUND, ids=lambda path: path.stem)
def test_a_sound_of_the_desk_is_short_small_and_audible(path: Path) -> None:
    samples, rate = soundfile.read(path, dtype="int16")
    assert path.stat().st_size <= 30_000
    assert 0.2 <= len(samples) / rate <= 3
    assert -30 < loudness_dbfs(samples, rate) < -6
    assert np.abs(samples.astype(np.int32)).max() < 0.95 * 32768


def test_the_desk_has_its_three_sounds() -> None:
    assert {path.stem for path in EVERY_SOUND} == {"offer-ring", "auto-accept", "wrap-up-overrun"}


@pytest.mark.parametrize(
    ("form", "rate", "suffix", "bytes_a_second"),
    [
        ("sln", 8000, "sln", 16_000),
        ("sln", 16000, "sln16", 32_000),
        ("wav", 8000, "wav", 16_000),
        ("wav", 16000, "wav16", 32_000),
        ("ulaw", 8000, "ulaw", 8_000),
    ],
)
def test_prompts_are_installed_in_the_form_asked_for(
    tmp_path: Path, form: prompts.Form, rate: prompts.Rate, suffix: str, bytes_a_second: int
) -> None:
    count = install_prompts(tmp_path, rate, form)
    written = list(tmp_path.glob(f"*/*.{suffix}"))
    assert len(written) == count
    header = 44 if form == "wav" else 0
    silence = tmp_path / f"zh/pause-500.{suffix}"
    assert silence.stat().st_size - header == bytes_a_second // 2
    spoken_s = len(decode(ASSETS / "prompts/en/menu-main.opus")) / 16_000
    size = (tmp_path / f"en/menu-main.{suffix}").stat().st_size - header
    assert size / bytes_a_second == pytest.approx(spoken_s, abs=0.001)
    if form == "wav":
        with wave.open(str(silence), "rb") as file:
            assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (rate, 1, 2)


def test_prompts_are_installed_again_only_when_the_recordings_changed(tmp_path: Path) -> None:
    assert install_prompts(tmp_path) > 500
    assert install_prompts(tmp_path) == 0
    (tmp_path / f"{prompts.STAMP}-sln").write_text("of older recordings", encoding="ascii")
    assert install_prompts(tmp_path) > 500


def test_a_rate_that_a_form_does_not_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="ulaw has no rate of 16000 Hz"):
        install_prompts(tmp_path, 16000, "ulaw")


def tone(hz: float, rate: int) -> np.ndarray:
    return np.sin(2 * np.pi * hz * np.arange(rate) / rate)


@pytest.mark.parametrize("hz", [200, 1000, 3000, 3400])
def test_a_tone_below_the_band_edge_keeps_its_level(hz: int) -> None:
    inner = halve_rate(tone(hz, 16_000))[200:-200]
    assert np.sqrt(np.mean(inner**2)) == pytest.approx(np.sqrt(0.5), rel=0.01)
    assert inner == pytest.approx(tone(hz, 8000)[200:-200], abs=0.02)


@pytest.mark.parametrize("hz", [4200, 5000, 7000, 7900])
def test_a_tone_above_the_band_edge_does_not_come_back_as_an_alias(hz: int) -> None:
    inner = halve_rate(tone(hz, 16_000))[200:-200]
    assert 20 * np.log10(np.sqrt(np.mean(inner**2)) / np.sqrt(0.5)) < -65


def test_mu_law_gives_the_codes_of_g711() -> None:
    # ITU-T G.711 table 2a: 0, the smallest and the largest of either sign, and one in between.
    samples = np.array([0, -1, 32767, -32768, 1000, -1000], dtype=np.int16)
    assert ulaw(samples) == bytes([0xFF, 0x7F, 0x80, 0x00, 0xCE, 0x4E])


def test_mu_law_agrees_with_another_codec(tmp_path: Path) -> None:
    samples = np.arange(-32768, 32768, 7).astype(np.int16)
    path = tmp_path / "sweep.wav"
    soundfile.write(path, samples, 8000, subtype="ULAW")
    back, _ = soundfile.read(path, dtype="int16")
    other = path.read_bytes()[-len(samples) - len(samples) % 2 :][: len(samples)]
    assert len(back) == len(samples)
    different = np.frombuffer(ulaw(samples), np.uint8) != np.frombuffer(other, np.uint8)
    assert different.mean() < 0.01  # borders between two codes are rounded either way
