"""A whole database into one file, while others write to it, and back into an empty one.

SQLite: its online backup over one read transaction, so that what is copied is one moment
(https://sqlite.org/backup.html). PostgreSQL: `pg_dump` and `pg_restore`, which do the same.
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PAGES_AT_ONCE: Final = 1_000


class CannotCopy(Exception):
    """The database cannot be copied or put back; says why, and what mends it."""


def copy_sqlite(source: Path, target: Path, tick: Callable[[int, int], None]) -> None:
    """Copy the file; `tick` is told how many pages are done, of how many."""
    if not source.is_file():
        raise CannotCopy(f"{source} is no database")
    reading = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)
    writing = sqlite3.connect(target)
    try:
        # Held, this read keeps the copy at one moment; without it each write would begin it anew.
        reading.execute("BEGIN")
        reading.execute("SELECT count(*) FROM sqlite_master").fetchone()
        reading.backup(
            writing,
            pages=PAGES_AT_ONCE,
            progress=lambda _, left, total: tick(total - left, total),
            sleep=0,
        )
        writing.execute("PRAGMA journal_mode=DELETE")
    finally:
        reading.close()
        writing.close()


def whole_sqlite(path: Path) -> bool:
    """Whether the file is a sound database."""
    with sqlite3.connect(path) as opened:
        found: tuple[str] = opened.execute("PRAGMA quick_check(1)").fetchone()
    opened.close()
    return found[0] == "ok"


def dump_postgres(url: str, target: Path) -> None:
    """Have `pg_dump` write the database."""
    _run("pg_dump", ["--format=custom", "--no-owner", f"--file={target}", _plain(url)])


def load_postgres(url: str, source: Path) -> None:
    """Have `pg_restore` fill an empty database; it fails where something is there already."""
    _run(
        "pg_restore",
        ["--exit-on-error", "--single-transaction", "--no-owner", "-d", _plain(url), str(source)],
    )


def _plain(url: str) -> str:
    """The URL without SQLAlchemy's word for the driver."""
    scheme, rest = url.split("://", 1)
    return f"{scheme.split('+', 1)[0]}://{rest}"


def _run(tool: str, words: list[str]) -> None:
    found = shutil.which(tool)
    if found is None:
        raise CannotCopy(f"{tool} is not installed: install the client of PostgreSQL")
    done = subprocess.run([found, *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotCopy(f"{tool} failed: {done.stderr.strip()[-500:]}")
