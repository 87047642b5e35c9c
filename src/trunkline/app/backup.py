"""`trunkline backup` and `restore`: all that an installation is made of, in one file.

A tar with the database of one moment, every object (they are encrypted as they lie), the master key
where it is asked for, and last a manifest with the length and SHA-256 of each. The objects are
taken after the database: one without its row is harmless. What is made anew at a start is not in
it, nor are the recordings of calls under way; those are shown as missing after a restore.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from trunkline.adapters.sql import copying
from trunkline.adapters.sql.copying import CannotCopy
from trunkline.app.bound import MASTER_KEY
from trunkline.kit.clock import WallClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from trunkline.kit.config import Settings

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
SQLITE, POSTGRES, BLOBS = "trunkline.db", "database.pgdump", "blobs"
_CHUNK: Final = 1 << 20
_LARGEST_MANIFEST: Final = 256 << 20


class Broken(Exception):
    """The file cannot be made, or cannot be put back; says why."""


@dataclass(frozen=True, slots=True)
class Made:
    """What was backed up, or put back."""

    objects: int
    bytes: int
    key: bool
    objects_apart: str | None = None
    """The object store that is no directory of this machine, and so is not in the file."""


def make(settings: Settings, file: Path, console: Console, *, with_key: bool) -> Made:
    """Back up into a new file, while Trunkline runs or not; raises `Broken`."""
    partial = file.with_name(file.name + ".partial")
    if file.exists():
        raise Broken(f"{file} is there already")
    try:
        with _private(partial) as out, tarfile.open(fileobj=out, mode="w") as tar:
            made = _fill(settings, _Archive(tar), console, with_key=with_key)
        partial.rename(file)
    except (OSError, CannotCopy) as failure:
        raise Broken(str(failure)) from failure
    finally:
        partial.unlink(missing_ok=True)
    return made


def restore(settings: Settings, file: Path, console: Console, key: Path | None) -> Made:
    """Put a backup back into an empty data directory; raises `Broken`, and leaves nothing then."""
    data = settings.data
    if data.exists() and any(data.iterdir()):
        raise Broken(f"{data} is not empty: a backup is put into a new directory only")
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = data / "restoring"
    try:
        partial.mkdir(mode=0o700)
        manifest = _unpack(file, partial, console)
        made = _check(manifest, partial, key)
        _put_back(settings, partial)
    except (OSError, tarfile.TarError, CannotCopy, KeyError, ValueError) as failure:
        raise Broken(f"{file}: {failure}") from failure
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return made


# -- making -------------------------------------------------------------------------------------


class _Archive:
    """A tar that remembers what was put into it."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.files: list[dict[str, Any]] = []

    def add(self, name: str, path: Path, tick: Callable[[int], None]) -> int:
        """Add a file as it is; what grows meanwhile is cut, and what shrinks raises."""
        with path.open("rb") as source:
            info = tarfile.TarInfo(name)
            info.size, info.mode = os.fstat(source.fileno()).st_size, 0o600
            hashed = _Hashed(source, tick)
            self._tar.addfile(info, hashed)
        told = {"name": name, "size": info.size, "sha256": hashed.digest()}
        self.files.append(told)
        return info.size

    def close_with(self, manifest: dict[str, Any]) -> None:
        """Add the manifest, the last of all."""
        text = json.dumps({**manifest, "files": self.files}).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mode = len(text), 0o600
        self._tar.addfile(info, io.BytesIO(text))


class _Hashed(io.RawIOBase):
    """A file that is hashed while it is read."""

    def __init__(self, source: IO[bytes], tick: Callable[[int], None]) -> None:
        super().__init__()
        self._source, self._tick, self._hash = source, tick, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        found = self._source.read(size)
        self._hash.update(found)
        self._tick(len(found))
        return found

    def digest(self) -> str:
        """SHA-256 of what was read."""
        return self._hash.hexdigest()


def _fill(settings: Settings, archive: _Archive, console: Console, *, with_key: bool) -> Made:
    folder = _folder_of(settings.blobs_url)
    with _progress(console) as bar, tempfile.TemporaryDirectory(dir=settings.data) as place:
        database = _database(settings, Path(place), bar)
        total = _size(archive, database.name, database, bar)
        objects = 0
        for path in _objects(folder) if folder else ():
            name = f"{BLOBS}/{path.relative_to(folder or path).as_posix()}"
            try:
                total += _size(archive, name, path, bar)
            except FileNotFoundError:
                continue  # erased meanwhile
            objects += 1
        if with_key:
            total += _size(archive, MASTER_KEY, settings.data / MASTER_KEY, bar)
    archive.close_with(
        {
            "format": FORMAT,
            "made_by": version("trunkline"),
            "made_at_ms": WallClock().now_ms(),
            "database": database.name,
            "objects_apart": None if folder else settings.blobs_url,
            "key": with_key,
        }
    )
    return Made(objects, total, with_key, None if folder else settings.blobs_url)


def _database(settings: Settings, place: Path, bar: Progress) -> Path:
    """The database as a file of one moment."""
    url = settings.database_url
    task = bar.add_task("database", total=None)
    if url.startswith("sqlite"):
        target = place / SQLITE
        source = Path(url.removeprefix("sqlite:///"))

        def tick(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        copying.copy_sqlite(source, target, tick)
    else:
        target = place / POSTGRES
        copying.dump_postgres(url, target)
        bar.update(task, completed=1, total=1)
    return target


def _size(archive: _Archive, name: str, path: Path, bar: Progress) -> int:
    task = bar.task_ids[-1] if len(bar.task_ids) > 1 else bar.add_task("file", total=0)
    bar.update(task, total=(bar.tasks[-1].total or 0) + path.stat().st_size)
    return archive.add(name, path, lambda count: bar.advance(task, count))


def _objects(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def _folder_of(url: str) -> Path | None:
    parts = urlsplit(url)
    return Path(unquote(parts.path)) if parts.scheme == "file" else None


@contextmanager
def _private(path: Path) -> Iterator[IO[bytes]]:
    """A new file that nobody else reads, on the disk when it is closed."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        yield out
        out.flush()
        os.fsync(out.fileno())


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )


# -- putting back -------------------------------------------------------------------------------


def _unpack(file: Path, partial: Path, console: Console) -> dict[str, Any]:
    """Take everything out, comparing it with the manifest, which is the last; returns that."""
    seen: dict[str, tuple[int, str]] = {}
    manifest: dict[str, Any] | None = None
    with _progress(console) as bar, tarfile.open(file, mode="r:") as tar:
        task = bar.add_task("file", total=file.stat().st_size)
        for member in tar:
            source = tar.extractfile(member) if member.isfile() else None
            if source is None or manifest is not None:
                raise Broken(f"{member.name} has no place in a backup")
            if member.name == MANIFEST:
                if member.size > _LARGEST_MANIFEST:
                    raise Broken("the manifest is too large")
                manifest = json.loads(source.read())
                continue
            hashed = _Hashed(source, lambda count: bar.advance(task, count))
            _write(_inside(partial, member.name), hashed)
            seen[member.name] = (member.size, hashed.digest())
    if manifest is None:
        raise Broken("there is no manifest: the backup was not finished")
    _compare(manifest, seen)
    return manifest


def _compare(manifest: dict[str, Any], seen: dict[str, tuple[int, str]]) -> None:
    if manifest.get("format") != FORMAT:
        raise Broken("a newer Trunkline made this backup")
    wanted = {one["name"]: (one["size"], one["sha256"]) for one in manifest["files"]}
    if wanted.keys() != seen.keys():
        raise Broken(f"it holds {len(seen)} files, and should hold {len(wanted)}")
    spoilt = [name for name, told in wanted.items() if seen[name] != told]
    if spoilt:
        raise Broken(f"{spoilt[0]} is not what was backed up: its checksum differs")


def _check(manifest: dict[str, Any], partial: Path, key: Path | None) -> Made:
    """See to the key, and that the database is sound."""
    if key is not None:
        shutil.copyfile(key, partial / MASTER_KEY)
    if not (partial / MASTER_KEY).is_file():
        raise Broken("the master key is not in it: name the copy that was kept apart by --key")
    (partial / MASTER_KEY).chmod(0o600)
    database = partial / SQLITE
    if database.is_file() and not copying.whole_sqlite(database):
        raise Broken("the database in it is not sound")
    files = manifest["files"]
    objects = sum(one["name"].startswith(f"{BLOBS}/") for one in files)
    size = sum(one["size"] for one in files)
    return Made(objects, size, bool(manifest["key"]), manifest["objects_apart"])


def _put_back(settings: Settings, partial: Path) -> None:
    """Database, objects and key to their places; the key last, so that nothing half is started."""
    dump, wanted = partial / POSTGRES, settings.database_url
    if dump.is_file() == wanted.startswith("sqlite"):
        kind = "PostgreSQL: name it by --database" if dump.is_file() else "SQLite"
        raise Broken(f"it is a backup of {kind}")
    if dump.is_file():
        copying.load_postgres(wanted, dump)
    else:
        (partial / SQLITE).rename(settings.data / SQLITE)
    folder = _folder_of(settings.blobs_url)
    if folder is not None and (partial / BLOBS).is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(partial / BLOBS, folder)
    (partial / MASTER_KEY).rename(settings.data / MASTER_KEY)


def _inside(folder: Path, name: str) -> Path:
    """A place below the folder; raises `Broken` for a name that leads out of it."""
    known = name in (SQLITE, POSTGRES, MASTER_KEY) or name.startswith(f"{BLOBS}/")
    target = (folder / name).resolve()
    if not known or folder.resolve() not in target.parents:
        raise Broken(f"{name} has no place in a backup")
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return target


def _write(target: Path, source: io.RawIOBase) -> None:
    with _private(target) as out:
        while found := source.read(_CHUNK):
            out.write(found)
