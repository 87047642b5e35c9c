"""A tenant's own announcements as files that an engine plays.

    <folder>/<name>.<suffix>     the sound, once in each form that the engine plays
    <folder>/<name>.mark         which sound it is; written last, so that it speaks of all forms
Each file appears whole or not at all: an engine may play from the folder meanwhile.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from trunkline.adapters.edge.prompts import install_sound, suffix_of
from trunkline.core.flow.speech import OWN
from trunkline.ports.edge import EdgeError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from trunkline.adapters.edge.prompts import Form, Rate
    from trunkline.ports.edge import Sound

_NAME: Final = re.compile(rf"{OWN}[0-9A-Za-z]{{1,40}}")
_MARK: Final = ".mark"


class OwnSounds:
    """The folder of one engine."""

    def __init__(self, folder: Path, forms: Sequence[tuple[Form, Rate]]) -> None:
        self.folder = folder
        self._forms = forms

    def held(self) -> dict[str, str]:
        """Names and marks of what is there, in order of the names."""
        marks = sorted(self.folder.glob(f"{OWN}*{_MARK}"))
        return {path.stem: path.read_text(encoding="utf-8") for path in marks}

    def put(self, sound: Sound) -> None:
        """Write a sound in every form; raises EdgeError for a name that is none."""
        place = self.folder / _checked(sound.name)
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        samples = np.frombuffer(sound.samples, "<i2").astype(np.int16)
        for form, rate in self._forms:
            install_sound(place, samples, rate, form)
        place.with_name(place.name + _MARK).write_text(sound.mark, encoding="utf-8")

    def drop(self, name: str) -> None:
        """Remove a sound; one that is gone already is done."""
        for file in self.files(name):
            file.unlink(missing_ok=True)

    def files(self, name: str) -> list[Path]:
        """Every file that a sound has, its mark first."""
        place = self.folder / _checked(name)
        suffixes = [_MARK, *(f".{suffix_of(form, rate)}" for form, rate in self._forms)]
        return [place.with_name(place.name + suffix) for suffix in suffixes]


def is_own(name: str) -> bool:
    """Whether a prompt or music is an announcement of a tenant's own."""
    return _NAME.fullmatch(name) is not None


def _checked(name: str) -> str:
    if not is_own(name):
        raise EdgeError(f"no name of an announcement: {name}")
    return name
