"""The wheel is all that a user needs: pages, prompts and migrations travel in it."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import pytest

from tests.tools.needs import lack, requires_asterisk
from tests.tools.program import Addresses, running

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).parent / "uv"
READY_WITHIN_S = 60.0
"""Promised of a wheel, from an empty environment to taking calls: twenty if nothing else runs."""


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="trunkline-wheel-") as path:
        yield Path(path)


@pytest.fixture(scope="module")
def wheel(folder: Path) -> Path:
    if not (ROOT / "src/trunkline/app/static/index.html").exists():
        lack("the pages are not built: make web")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("trunkline-*.whl"))


@dataclass(frozen=True, slots=True)
class Installed:
    """The `bin` of an empty environment into which only the wheel went, and how long that took."""

    programs: Path
    took_s: float


@pytest.fixture(scope="module")
def installed(wheel: Path, folder: Path) -> Installed:
    began = time.monotonic()
    python = folder / "venv" / "bin" / "python"
    subprocess.run([UV, "venv", "--quiet", folder / "venv"], check=True)
    subprocess.run([UV, "pip", "install", "--quiet", "--python", python, wheel], check=True)
    return Installed(python.parent, time.monotonic() - began)


@pytest.fixture(scope="module")
def programs(installed: Installed) -> Path:
    return installed.programs


@pytest.fixture
def stranger(tmp_path: Path) -> dict[str, str]:
    """The environment of somebody without a clone, Node or Asterisk."""
    nowhere = {"TRUNKLINE_ASTERISK_ROOT": str(tmp_path / "none"), "HOME": str(tmp_path)}
    return {**os.environ, **nowhere, "PATH": "/usr/bin:/bin"}


def test_the_wheel_holds_pages_prompts_and_migrations(wheel: Path) -> None:
    names = ZipFile(wheel).namelist()
    assert "trunkline/app/static/index.html" in names
    assert {"trunkline/app/static/licences.md", "trunkline/assets/LICENCE.md"} <= set(names)
    assert any(name.startswith("trunkline/adapters/sql/migrations/versions/") for name in names)
    assert any(name.endswith(".opus") for name in names)
    assert not any("node_modules" in name or name.endswith(".map") for name in names)


def test_a_core_that_was_compiled_here_stays_out_of_the_wheel(tmp_path: Path) -> None:
    package = tmp_path / "src/trunkline"
    shutil.copytree(ROOT / "src/trunkline/core", package / "core")
    shutil.copy(ROOT / "src/trunkline/__init__.py", package)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    (package / "core/cell.cpython-311-x86_64-linux-gnu.so").touch()
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=tmp_path, check=True, capture_output=True)
    names = ZipFile(next(tmp_path.glob("trunkline-*.whl"))).namelist()
    assert "trunkline/core/cell.py" in names
    assert [name for name in names if name.endswith(".so")] == []


def test_an_installed_wheel_starts_and_says_what_it_lacks(
    programs: Path, stranger: dict[str, str], tmp_path: Path
) -> None:
    if shutil.which("asterisk", path="/usr/sbin:/usr/bin"):
        lack("an Asterisk of the machine's own is here, so nothing is lacking")
    at = Addresses()
    command = [str(programs / "trunkline"), "up", "--demo", "--http", at.http, "--sip", at.sip]
    with running(command, at, tmp_path / "log", stranger, tmp_path) as program:
        program.answer("/healthz", 200, within_s=30)
        lacking = program.answer("/readyz", 503, within_s=10).text
        assert "not installed" in lacking
        assert "trunkline telephony install" in lacking
        assert "<html" in program.answer("/", 200, within_s=1).text
        assert program.stop() == 0


def test_an_installed_wheel_takes_calls_within_the_time_that_is_promised(
    installed: Installed, stranger: dict[str, str], tmp_path: Path
) -> None:
    at, there = Addresses(), {**stranger, "TRUNKLINE_ASTERISK_ROOT": str(requires_asterisk())}
    trunkline = str(installed.programs / "trunkline")
    command = [trunkline, "up", "--demo", "--http", at.http, "--sip", at.sip]
    began = time.monotonic()
    with running(command, at, tmp_path / "log", there, tmp_path) as program:
        program.answer("/readyz", 200, within_s=2 * READY_WITHIN_S)
        assert installed.took_s + time.monotonic() - began <= READY_WITHIN_S


def test_trunkline_telephony_install_is_content_with_what_is_there(
    programs: Path, stranger: dict[str, str]
) -> None:
    there = {**stranger, "TRUNKLINE_ASTERISK_ROOT": str(requires_asterisk())}
    install = [programs / "trunkline", "telephony", "install"]
    subprocess.run(install, env=there, check=True, capture_output=True)
