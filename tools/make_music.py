"""Compose the music on hold and the sounds of the desk, from nothing but arithmetic.

    pip install numpy soundfile
    python tools/make_music.py

The music goes over the chords of Pachelbel's Canon (about 1690, public domain): a slow pad, a
plucked broken chord and a sparse melody that is drawn once from a fixed seed. It is written on a
circle, tails running over the end into the beginning, so that it loops without a seam.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

Samples = npt.NDArray[np.float64]

ASSETS = Path(__file__).parents[1] / "src/trunkline/assets"
RATE = 16_000
BEAT_S = 0.75
BEATS_A_CHORD = 4
ROUNDS = 3
LOUDNESS_DBFS = -26.0  # below speech
SOUND_RATE = 24_000
SEED = 20

# MIDI notes of D A Bm F#m G D G A; all sound an octave higher, where a telephone carries them
CHORDS = (
    (50, 57, 62, 66),
    (45, 57, 61, 64),
    (47, 59, 62, 66),
    (42, 57, 61, 66),
    (43, 55, 59, 62),
    (38, 57, 62, 66),
    (43, 55, 59, 62),
    (45, 57, 61, 64),
)
PATTERN = (0, 2, 1, 3, 2, 3, 1, 2)  # of the chord's notes, one an eighth


def main() -> None:
    """Write the music and the sounds."""
    (ASSETS / "music").mkdir(parents=True, exist_ok=True)
    (ASSETS / "sounds").mkdir(parents=True, exist_ok=True)
    soundfile.write(
        ASSETS / "music/calm.opus",
        at_loudness(music()),
        RATE,
        format="OGG",
        subtype="OPUS",
        compression_level=0.9,
    )
    for name, notes in SOUNDS.items():
        samples = sound(notes)
        soundfile.write(
            ASSETS / f"sounds/{name}.mp3",
            samples * (0.6 / np.abs(samples).max()),
            SOUND_RATE,
            format="MP3",
            subtype="MPEG_LAYER_III",
        )


def music() -> Samples:
    """The whole loop, about 72 s."""
    chord_s = BEAT_S * BEATS_A_CHORD
    circle = np.zeros(round(chord_s * len(CHORDS) * ROUNDS * RATE))
    drawn = np.random.default_rng(SEED)
    for index in range(len(CHORDS) * ROUNDS):
        chord, start_s = CHORDS[index % len(CHORDS)], index * chord_s
        for note in chord:
            add(circle, start_s - 0.4, 0.06 * pad(note + 12, chord_s + 1.2))
        for step, which in enumerate(PATTERN):
            add(circle, start_s + step * BEAT_S / 2, 0.20 * pluck(chord[which] + 12, 2.0))
        for beat in melody_beats(index, drawn):
            note = int(drawn.choice(chord[1:])) + 24
            add(circle, start_s + beat * BEAT_S, 0.16 * pluck(note, 2.8))
    return circle


def melody_beats(index: int, drawn: np.random.Generator) -> list[int]:
    """On which beats of a chord the melody sounds; the first round has none."""
    if index < len(CHORDS):
        return []
    return [0, int(drawn.integers(2, 4))] if index % 2 == 0 else [int(drawn.integers(0, 3))]


def add(circle: Samples, start_s: float, voice: Samples) -> None:
    """Mix one note into the circle; what passes the end goes on at the beginning."""
    start = round(start_s * RATE)
    np.add.at(circle, np.arange(start, start + len(voice)) % len(circle), voice)


def pluck(note: float, seconds: float, rate: int = RATE) -> Samples:
    """A soft string: harmonics that fade the sooner the higher they are."""
    t = np.arange(int(seconds * rate)) / rate
    tone = sum(
        np.sin(2 * np.pi * frequency(note) * h * t) * np.exp(-t * (1.6 + 1.1 * h)) / h**1.5
        for h in range(1, 6)
        if frequency(note) * h < rate * 0.45
    )
    return np.asarray(tone) * edges(len(t), rate, rise_s=0.006, fall_s=min(0.3, seconds / 2))


def pad(note: float, seconds: float) -> Samples:
    """A warm tone that swells and fades, two voices a little apart."""
    t = np.arange(int(seconds * RATE)) / RATE
    tone = sum(
        np.sin(2 * np.pi * frequency(note + detune) * h * t + h) / h**2
        for h in (1, 2, 3)
        for detune in (-0.03, 0.03)
    )
    return np.asarray(tone) * edges(len(t), RATE, rise_s=1.0, fall_s=1.2)


def edges(length: int, rate: int, rise_s: float, fall_s: float) -> Samples:
    """Gains that rise from nothing and fall to nothing along half a cosine."""
    gains = np.ones(length)
    rise, fall = int(rise_s * rate), int(fall_s * rate)
    gains[:rise] = 0.5 - 0.5 * np.cos(np.pi * np.arange(rise) / rise)
    gains[-fall:] = 0.5 + 0.5 * np.cos(np.pi * np.arange(fall) / fall)
    return gains


def frequency(note: float) -> float:
    """Hertz of a MIDI note."""
    return float(440 * 2 ** ((note - 69) / 12))


def at_loudness(samples: Samples) -> Samples:
    """Brought to LOUDNESS_DBFS."""
    return samples * (10 ** (LOUDNESS_DBFS / 20) / float(np.sqrt(np.mean(samples**2))))


# name -> (start in s, MIDI note, length in s) of each stroke
SOUNDS = {
    "offer-ring": ((0.0, 76, 0.9), (0.18, 81, 0.9), (0.5, 76, 0.9), (0.68, 81, 1.1)),
    "auto-accept": ((0.0, 81, 0.25), (0.09, 88, 0.35)),
    "wrap-up-overrun": ((0.0, 74, 0.5), (0.22, 69, 0.7)),
}


def sound(notes: tuple[tuple[float, int, float], ...]) -> Samples:
    """Plucked strokes one after the other."""
    whole = np.zeros(int(max(start + length for start, _, length in notes) * SOUND_RATE) + 1)
    for start, note, length in notes:
        voice = pluck(note, length, SOUND_RATE)
        first = int(start * SOUND_RATE)
        whole[first : first + len(voice)] += voice
    return whole


if __name__ == "__main__":
    main()
