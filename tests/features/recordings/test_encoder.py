"""The encoder: in the process and in its worker alike."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.features.recordings.tones import loudness_db, tone, wav
from trunkline.adapters.audio import SndfileEncoder, encode_tracks
from trunkline.ports.audio import AudioFailed, AudioUnusable, Encoded

SEPARATION_DB = 30.0


@pytest.fixture
async def encoder() -> AsyncIterator[SndfileEncoder]:
    encoder = SndfileEncoder()
    yield encoder
    await encoder.close()


def _encode(folder: Path) -> Encoded:
    return encode_tracks(folder / "r-in.wav", folder / "r-out.wav", folder / "r.ogg")


def test_the_customer_is_heard_left_and_the_agent_right_and_neither_in_the_other(
    tmp_path: Path,
) -> None:
    wav(tmp_path / "r-in.wav", tone(440, 6))
    wav(tmp_path / "r-out.wav", tone(1300, 6))
    encoded = _encode(tmp_path)
    sound, rate = soundfile.read(tmp_path / "r.ogg")
    left, right = sound[rate : 5 * rate, 0], sound[rate : 5 * rate, 1]
    assert loudness_db(left, 440, rate) > -16
    assert loudness_db(right, 1300, rate) > -16
    assert loudness_db(left, 440, rate) - loudness_db(right, 440, rate) >= SEPARATION_DB
    assert loudness_db(right, 1300, rate) - loudness_db(left, 1300, rate) >= SEPARATION_DB
    assert encoded.duration_ms == 6000
    assert encoded.flaws == ()


def test_while_one_talks_the_silent_track_stays_silent(tmp_path: Path) -> None:
    wav(tmp_path / "r-in.wav", np.concatenate([tone(700, 3), tone(700, 3) * 0]))
    wav(tmp_path / "r-out.wav", np.concatenate([tone(700, 3) * 0, tone(700, 3)]))
    _encode(tmp_path)
    sound, rate = soundfile.read(tmp_path / "r.ogg")
    first, second = sound[rate : 2 * rate], sound[4 * rate : 5 * rate]
    for talker, silent in ((first[:, 0], first[:, 1]), (second[:, 1], second[:, 0])):
        assert loudness_db(talker, 700, rate) - loudness_db(silent, 700, rate) >= SEPARATION_DB


def test_it_keeps_much_less_than_the_wire_carried(tmp_path: Path) -> None:
    wav(tmp_path / "r-in.wav", tone(440, 30))
    wav(tmp_path / "r-out.wav", tone(1300, 30))
    _encode(tmp_path)
    wire = 2 * 8000 * 30
    assert (tmp_path / "r.ogg").stat().st_size < 0.35 * wire


def test_the_waveform_has_ten_peaks_a_second_of_each_track(tmp_path: Path) -> None:
    wav(tmp_path / "r-in.wav", np.concatenate([tone(440, 1), tone(440, 1) * 0]))
    wav(tmp_path / "r-out.wav", tone(1300, 0.05))
    waveform = _encode(tmp_path).waveform
    assert len(waveform.customer) == len(waveform.agent) == 20
    assert set(waveform.customer[:10]) == {62}
    assert set(waveform.customer[10:]) == {0}
    assert waveform.agent[0] > 50
    assert set(waveform.agent[1:]) == {0}


def test_a_track_that_was_never_closed_is_read_to_its_end(tmp_path: Path) -> None:
    wav(tmp_path / "r-in.wav", tone(440, 2), closed=False)
    wav(tmp_path / "r-out.wav", tone(1300, 2), closed=False)
    with (tmp_path / "r-in.wav").open("ab") as file:
        file.write(b"\x01")
    assert _encode(tmp_path).duration_ms == 2000


def test_the_shorter_track_is_filled_with_silence(tmp_path: Path) -> None:
    wav(tmp_path / "r-in.wav", tone(440, 1))
    wav(tmp_path / "r-out.wav", tone(1300, 25))
    assert _encode(tmp_path).duration_ms == 25_000


@pytest.mark.parametrize(
    ("content", "flaw"),
    [(None, "agent_missing"), (b"", "agent_unreadable"), (b"RIFFxxxxWAVEjunk", "agent_unreadable")],
)
def test_one_lost_track_does_not_lose_the_other(
    tmp_path: Path, content: bytes | None, flaw: str
) -> None:
    wav(tmp_path / "r-in.wav", tone(440, 2))
    if content is not None:
        (tmp_path / "r-out.wav").write_bytes(content)
    encoded = _encode(tmp_path)
    assert encoded.flaws == (flaw,)
    sound, rate = soundfile.read(tmp_path / "r.ogg")
    assert loudness_db(sound[rate // 2 : rate, 0], 440, rate) > -16


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "empty"), (b"", "unreadable"), (b"not a wav at all, but long enough", "unreadable")],
)
def test_without_any_sound_it_says_why(tmp_path: Path, content: bytes | None, reason: str) -> None:
    for name in ("r-in.wav", "r-out.wav"):
        if content is not None:
            (tmp_path / name).write_bytes(content)
    with pytest.raises(AudioUnusable) as refused:
        _encode(tmp_path)
    assert refused.value.reason == reason


def test_a_header_without_samples_is_empty(tmp_path: Path) -> None:
    wav(tmp_path / "r-in.wav", tone(440, 0))
    wav(tmp_path / "r-out.wav", tone(440, 0))
    with pytest.raises(AudioUnusable, match="empty"):
        _encode(tmp_path)


def test_tracks_of_different_rates_are_no_pair(tmp_path: Path) -> None:
    wav(tmp_path / "r-in.wav", tone(440, 1))
    wav(tmp_path / "r-out.wav", tone(440, 1, 16000), rate=16000)
    with pytest.raises(AudioUnusable, match="rates_differ"):
        _encode(tmp_path)


async def test_the_worker_encodes_and_refuses_like_the_function(
    tmp_path: Path, encoder: SndfileEncoder
) -> None:
    paths = tmp_path / "r-in.wav", tmp_path / "r-out.wav", tmp_path / "r.ogg"
    with pytest.raises(AudioUnusable, match="empty"):
        await encoder.encode(*paths)
    wav(paths[0], tone(440, 2))
    wav(paths[1], tone(1300, 1))
    encoded = await encoder.encode(*paths)
    assert encoded == encode_tracks(paths[0], paths[1], tmp_path / "again.ogg")
    with pytest.raises(AudioFailed):
        await encoder.encode(paths[0], paths[1], tmp_path / "nowhere" / "r.ogg")


async def test_a_killed_worker_costs_one_try_and_the_next_one_works(
    tmp_path: Path, encoder: SndfileEncoder
) -> None:
    paths = tmp_path / "r-in.wav", tmp_path / "r-out.wav", tmp_path / "r.ogg"
    wav(paths[0], tone(440, 600))
    wav(paths[1], tone(1300, 600))
    running = asyncio.create_task(encoder.encode(*paths))
    while not paths[2].exists():
        await asyncio.sleep(0.01)
    assert encoder.pid is not None
    os.kill(encoder.pid, signal.SIGKILL)
    with pytest.raises(AudioFailed):
        await running
    wav(paths[0], tone(440, 1))
    wav(paths[1], tone(1300, 1))
    assert (await encoder.encode(*paths)).duration_ms == 1000
