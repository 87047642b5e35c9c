"""Tenants' own announcements in Asterisk: each a file to play, and a class of music on hold."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from trunkline.adapters.edge.asterisk.config import OWN_MUSIC
from trunkline.adapters.edge.asterisk.settings import give
from trunkline.adapters.edge.own_sounds import OwnSounds

if TYPE_CHECKING:
    from trunkline.adapters.edge.asterisk.ari import Ari
    from trunkline.adapters.edge.asterisk.settings import AsteriskSettings
    from trunkline.adapters.edge.prompts import Form, Rate
    from trunkline.ports.edge import Sound

FOLDER: Final = "own"
# µ-law costs a trunk's call nothing to play; 16 kHz is for browsers.
FORMS: Final[tuple[tuple[Form, Rate], ...]] = (("ulaw", 8000), ("sln", 16000))
_MUSIC_MODULE: Final = "asterisk/modules/res_musiconhold.so"


class Announcements:
    """The sounds of one instance, written one at a time."""

    def __init__(self, settings: AsteriskSettings, ari: Ari) -> None:
        self._settings = settings
        self._ari = ari
        self._sounds = OwnSounds(settings.sounds / FOLDER, FORMS)
        self._turn = asyncio.Lock()

    async def held(self) -> dict[str, str]:
        """Names and marks of what is there."""
        return await asyncio.to_thread(self._sounds.held)

    async def put(self, sound: Sound) -> None:
        """Write a sound; Asterisk is told where it is a new one. Raises EdgeError, AriError."""
        async with self._turn:
            is_new = sound.name not in await self.held()
            await asyncio.to_thread(self._write, sound)
            if is_new:
                await self._tell()

    async def drop(self, name: str) -> None:
        """Remove a sound. Raises EdgeError, AriError."""
        async with self._turn:
            await asyncio.to_thread(self._sounds.drop, name)
            await self._tell()

    def _write(self, sound: Sound) -> None:
        self._sounds.put(sound)
        for path in (self._sounds.folder, *self._sounds.files(sound.name)):
            give(path, self._settings.owner)

    async def _tell(self) -> None:
        """Music on hold is read anew; who hears some goes on hearing it."""
        await asyncio.to_thread(self._write_classes)
        await self._ari.put(_MUSIC_MODULE)

    def _write_classes(self) -> None:
        inside = self._settings.inside / "sounds" / FOLDER
        names = self._sounds.held()
        text = "".join(f"[{name}]\nmode=playlist\nentry={inside / name}\n" for name in names)
        path = self._sounds.folder / OWN_MUSIC
        self._sounds.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_text(text, encoding="utf-8")
        for one in (self._sounds.folder, path):
            give(one, self._settings.owner)
