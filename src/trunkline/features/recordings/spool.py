"""The spool: where the engine writes a recording's raw tracks until they are safely stored.

<recording>-in.wav    what the customer says        <recording>-out.wav   what he hears
<recording>.ogg       a draft of the encoded file   orphans/              what nobody knows
free/                 emptied files, used again by the next recording
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from trunkline.kit import reused_files
from trunkline.kit.writers import is_written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ORPHANS = "orphans"
QUIET_MS = 5_000
_HEADER_BYTES = 44
_ENDINGS = ("-in.wav", "-out.wav", ".ogg")


class Unready(StrEnum):
    """Why there is nothing to encode, or nothing yet."""

    NO_FILE = "no_file"
    EMPTY = "empty"
    STILL_WRITTEN = "still_written"


@dataclass(frozen=True, slots=True)
class Found:
    """A recording that has files in the spool; `changed_at` is the youngest's time (ms UTC)."""

    id: str
    changed_at: int


@dataclass(frozen=True, slots=True)
class Spool:
    """Folders, readable by us alone. All calls touch the disk: keep them off the loop.

    Several engines write to a folder each; a recording has all its files in one of them.
    """

    folder: Path
    others: tuple[Path, ...] = ()

    def tracks(self, recording_id: str) -> tuple[Path, Path]:
        """The two raw tracks: customer, agent."""
        return self._path(recording_id, "-in.wav"), self._path(recording_id, "-out.wav")

    def draft(self, recording_id: str) -> Path:
        """Where the encoded file is made: it is there, and empty unless an earlier try was here."""
        draft = self._path(recording_id, ".ogg")
        if not draft.exists():
            reused_files.take(draft)
        return draft

    def ready(self, recording_id: str, now: int) -> Path | Unready:
        """Where to encode to, when both tracks are there and closed."""
        if not self.holds(recording_id):
            return Unready.NO_FILE
        if not self.is_settled(recording_id, now):
            return Unready.STILL_WRITTEN
        if all(_size(track) == _HEADER_BYTES for track in self.tracks(recording_id)):
            return Unready.EMPTY
        return self.draft(recording_id)

    def holds(self, recording_id: str) -> bool:
        """Whether a raw track is there."""
        return any(track.exists() for track in self.tracks(recording_id))

    def is_settled(self, recording_id: str, now: int) -> bool:
        """Whether nobody writes the tracks any more.

        A leg may be gone a moment before its files are closed, with seconds of sound still in
        the writer's hands. A track is closed when its header says what its length says, or when it
        is a header alone and nobody has it open; those of a writer that died never are, but do not
        change any more either.
        """
        there = [track for track in self.tracks(recording_id) if track.exists()]
        if len(there) == len(self.tracks(recording_id)) and all(map(_is_closed, there)):
            return True
        return all(now - _changed_at(track) > QUIET_MS for track in there)

    def clear(self, recording_id: str) -> None:
        """Empty all files of a recording; the draft first, so that raw tracks are seen again."""
        for ending in reversed(_ENDINGS):
            reused_files.give_back(self._path(recording_id, ending))

    def set_aside(self, recording_id: str) -> None:
        """Move raw tracks where no program looks again, and a person may."""
        aside = self._home(recording_id) / ORPHANS
        aside.mkdir(mode=0o700, exist_ok=True)
        for track in self.tracks(recording_id):
            if track.exists():
                track.replace(aside / track.name)
        self.clear(recording_id)

    def bring_back(self, recording_id: str) -> None:
        """Undo `set_aside`."""
        for folder in self._folders():
            for ending in _ENDINGS:
                aside = folder / ORPHANS / f"{recording_id}{ending}"
                if aside.exists():
                    aside.replace(folder / aside.name)

    def set_aside_ids(self) -> list[str]:
        """Recordings that stand aside."""
        return sorted({one for folder in self._folders() for one in _by_id(folder / ORPHANS)})

    def found(self) -> Iterator[Found]:
        """Every recording with files here, by id."""
        for folder in self._folders():
            for recording_id, files in sorted(_by_id(folder).items()):
                yield Found(recording_id, max(_changed_at(file) for file in files))

    def _folders(self) -> tuple[Path, ...]:
        return self.folder, *self.others

    def _home(self, recording_id: str) -> Path:
        """Where its files are; the first folder for one that has none."""
        for folder in self.others:
            if any((folder / f"{recording_id}{ending}").exists() for ending in _ENDINGS):
                return folder
        return self.folder

    def _path(self, recording_id: str, ending: str) -> Path:
        return self._home(recording_id) / f"{recording_id}{ending}"


def _by_id(folder: Path) -> dict[str, list[Path]]:
    files: dict[str, list[Path]] = {}
    for file in folder.iterdir() if folder.is_dir() else ():
        for ending in _ENDINGS:
            if file.name.endswith(ending):
                files.setdefault(file.name.removesuffix(ending), []).append(file)
    return files


def _size(file: Path) -> int:
    """0 for a file that is not there."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def _is_closed(track: Path) -> bool:
    """Whether a WAV's header (RIFF, `data` at its end) tells all that is there, for good."""
    size = track.stat().st_size
    with track.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    if size == _HEADER_BYTES:  # the same at the beginning and at the end of a call without sound
        return is_written(track) is False
    told = int.from_bytes(header[-4:], "little")
    return size > _HEADER_BYTES and told == size - _HEADER_BYTES


def _changed_at(file: Path) -> int:
    """0 for a file that went away while we looked."""
    try:
        return int(file.stat().st_mtime * 1000)
    except FileNotFoundError:
        return 0
