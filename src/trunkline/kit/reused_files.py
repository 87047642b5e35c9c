"""Short-lived files that are emptied and used again instead of deleted and made anew.

Making a file on ext4 passes by every inode that was freed within the last minutes: after some
thousand deletions each new file costs a millisecond of the kernel's time. Renaming costs nothing.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "free"
MOST_KEPT = 2_000

_seen: dict[str, list[str]] = {}
"""What was seen in a folder and not taken yet: looking for one file reads them all."""

_kept: dict[str, int] = {}
"""How many a folder holds, as far as we put and took them: counting 2,000 takes a millisecond."""


def take(target: Path) -> None:
    """Make `target` an empty file for us alone, out of one that was given back if there is one."""
    folder = f"{target.parent}/{FOLDER}"
    while (spare := _any(folder)) is not None:
        with suppress(FileNotFoundError):  # somebody else was quicker: the next one
            os.rename(f"{folder}/{spare}", target)  # noqa: PTH104 - a path of names takes twice as long
            if folder in _kept:
                _kept[folder] -= 1
            return
    target.touch(mode=0o600)


def stock(folder: Path, wanted: int) -> None:
    """See that so many are kept already before the first is needed; blocks."""
    spare = folder / FOLDER
    spare.mkdir(mode=0o700, exist_ok=True)
    kept = sum(1 for _ in spare.iterdir())
    for number in range(kept, min(wanted, MOST_KEPT)):
        (spare / f"stock-{number}").touch(mode=0o600)
    _kept[str(spare)] = max(kept, min(wanted, MOST_KEPT))


def give_back(path: Path) -> None:
    """Empty a file, which may be gone already, and keep it for the next one; blocks."""
    folder = path.parent / FOLDER
    with suppress(FileNotFoundError):
        os.truncate(path, 0)
        kept = _kept.get(str(folder))
        if kept is None:
            folder.mkdir(mode=0o700, exist_ok=True)
            kept = len(os.listdir(folder))  # noqa: PTH208 - as below
        if kept < MOST_KEPT:
            path.replace(folder / path.name)
            kept += 1
        else:
            path.unlink()
        _kept[str(folder)] = kept


def _any(folder: str) -> str | None:
    seen = _seen.get(folder)
    if not seen:
        with suppress(FileNotFoundError):
            seen = _seen[folder] = os.listdir(folder)  # noqa: PTH208 - names are all we want
    return seen.pop() if seen else None
