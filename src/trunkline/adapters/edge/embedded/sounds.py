"""What the engine itself makes heard: recorded pieces, music on hold, and tones."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from trunkline.adapters.edge.own_sounds import OwnSounds, is_own
from trunkline.adapters.edge.prompts import Form, Pcm, Rate, music, spoken
from trunkline.core.call.commands import RINGBACK
from trunkline.ports.edge import EdgeError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

RATE: Final[Literal[8000]] = 8_000
FORMS: Final[tuple[tuple[Form, Rate], ...]] = (("sln", RATE),)
ANY: Final = "default"
MOST_MUSIC: Final = 20
FRAME: Final = 160
"""Samples of 20 ms."""

SILENCE: Final[Pcm] = np.zeros(FRAME, np.int16)
SILENCE.setflags(write=False)

_LEVEL: Final = 4_000
_KEY_S: Final = 0.1
_ROWS: Final = (697, 770, 852, 941)
_COLUMNS: Final = (1209, 1336, 1477, 1633)
_KEYS: Final = "123A456B789C*0#D"


class Sounds:
    """Recordings, each decoded when it is first needed and then kept; decoding takes a thread."""

    def __init__(self, folder: Path) -> None:
        self._own = OwnSounds(folder, FORMS)
        self._pieces: dict[tuple[str, str], Pcm] = {}
        self._music: dict[str, Pcm] = {RINGBACK: ringing()}

    async def say(self, names: Sequence[str], language: str) -> Pcm:
        """Pieces one after the other; raises EdgeError for one that was never recorded."""
        own = {name: await self._read(name) for name in names if is_own(name)}
        keys = [(language, name) for name in names if name not in own]
        if missing := sorted({key for key in keys if key not in self._pieces}):
            self._pieces |= await asyncio.to_thread(_decoded, missing)
        parts = (own[name] if name in own else self._pieces[language, name] for name in names)
        return np.concatenate([SILENCE[:0], *parts])

    async def music(self, name: str) -> Pcm:
        """Music, or the tone of a phone that rings; an unknown name is any music."""
        if is_own(name):
            with contextlib.suppress(EdgeError):
                return await self._read(name)
            name = ANY
        if name not in self._music:
            if len(self._music) >= MOST_MUSIC:
                raise EdgeError("too many kinds of music")
            self._music[name] = await asyncio.to_thread(music, name, RATE)
        return self._music[name]

    async def _read(self, name: str) -> Pcm:
        """An announcement as it is now: read each time, for it may be replaced."""
        file = self._own.files(name)[-1]
        try:
            return np.frombuffer(await asyncio.to_thread(file.read_bytes), "<i2").astype(np.int16)
        except FileNotFoundError as failure:
            raise EdgeError(f"no recording {name}") from failure


def _decoded(keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Pcm]:
    try:
        return {(language, name): spoken(language, name, RATE) for language, name in keys}
    except FileNotFoundError as failure:
        raise EdgeError(f"no recording {failure}") from failure


def ringing() -> Pcm:
    """The tone of a phone that rings at the far end: 2 s of sound, 4 s of silence."""
    return np.concatenate([_tones((440, 480), 2.0), np.zeros(4 * RATE, np.int16)])


def keys(digits: str) -> Pcm:
    """Keys as they sound (ITU-T Q.23), 100 ms each and as long between."""
    gap = np.zeros(round(_KEY_S * RATE), np.int16)
    sounds = [part for key in digits if key in _KEYS for part in (_key(key), gap)]
    return np.concatenate(sounds) if sounds else SILENCE[:0]


def _key(key: str) -> Pcm:
    row, column = divmod(_KEYS.index(key), len(_COLUMNS))
    return _tones((_ROWS[row], _COLUMNS[column]), _KEY_S)


def _tones(pair: tuple[int, int], seconds: float) -> Pcm:
    at = np.arange(round(seconds * RATE)) / RATE
    both = sum(np.sin(2 * np.pi * hz * at) for hz in pair)
    return np.asarray(_LEVEL * both, np.int16)
