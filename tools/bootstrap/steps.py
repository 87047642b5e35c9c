"""The steps: Debian packages, Python environment, Asterisk's private root, the browser's pages."""

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from tools.bootstrap.board import Log, Step, StepFailedError
from tools.bootstrap.machine import (
    LOCAL,
    PYTHON,
    ROOT,
    VENV,
    asterisk_installed,
    can_install,
    has_compiled_core,
    has_venv,
    missing_compiler,
    missing_debs,
    node,
    npm,
    uv,
)

WEB = ROOT / "web"
STATIC = ROOT / "src" / "trunkline" / "app" / "static"
# libatomic1: the browsers of the tests are driven by a Node of their own, which wants it.
TEST_DEBS = ("chromium", "fonts-noto-cjk", "iproute2", "libatomic1", "nftables", "sip-tester")
FLAVOURS = {"up": "core", "web": "core", "check": "dev", "test": "dev", "native": "dev"}


def plan(goal: str, telephony: str) -> list[Step]:
    """The steps for `goal` (up, check, test, web or native); `telephony` as in `trunkline up`."""
    wants_asterisk = goal in ("up", "test") and telephony != "embedded"
    steps = [*_debs(wants_asterisk), _python_step(FLAVOURS[goal])]
    if goal == "native":
        return [*steps, *_native_steps()]
    if goal == "test":
        steps += _apt("testtools", TEST_DEBS, optional=not _in_ci())
    if wants_asterisk:
        steps.append(_root_step("asterisk", goal))
    if goal == "test":
        steps.append(_root_step("kamailio", goal, "--kamailio"))
    if (WEB / "package.json").exists():
        steps += _web_steps()
    return steps


def _in_ci() -> bool:
    """Where every test must run, what is missing is a failure."""
    return os.environ.get("TRUNKLINE_CI") == "1"


# ── Debian packages ──────────────────────────────────────────────────────────


def _debs(wants_asterisk: bool) -> list[Step]:
    """What the other steps stand on: a venv module, and the tool that makes Asterisk's root."""
    wanted: tuple[str, ...] = () if has_venv() else ("python3-venv",)
    if wants_asterisk and not asterisk_installed():
        wanted += ("mmdebstrap",)
    return _apt("packages", wanted, optional=has_venv())


def _apt(name: str, wanted: tuple[str, ...], *, optional: bool = False) -> list[Step]:
    """Nothing to do when all is there; without the right to install, say the command."""
    missing = missing_debs(wanted)

    def work(log: Log) -> None:
        if not can_install():
            raise StepFailedError(f"not installed here: {', '.join(missing)}")
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        log.run("apt-get", "-q", "update", env=quiet)
        log.run("apt-get", "-qy", "install", "--no-install-recommends", *missing, env=quiet)

    mend = f"as root: apt-get install --no-install-recommends {' '.join(missing)}"
    after = ("packages",) if name != "packages" else ()
    return [Step(name, work, None, after, optional, mend)] if missing else []


# ── Python ───────────────────────────────────────────────────────────────────


def _python_step(flavour: str) -> Step:
    mend = "apt-get install python3-venv (as root), then the same command again"
    return Step(
        "python",
        lambda log: _make_environment(log, flavour),
        lambda: _python_stamp(flavour),
        after=("packages",),
        mend=mend,
    )


def _python_stamp(flavour: str) -> str:
    """Fuller serves leaner: an environment for tests also runs the program."""
    files = [ROOT / "pyproject.toml", *sorted((ROOT / "requirements").glob("*.txt"))]
    inputs = f"{_digest(files)} {sys.version_info[:2]} {(VENV / 'bin' / 'trunkline').exists()}"
    done = LOCAL / "stamps" / "python"
    fuller = f"dev {inputs}"
    return fuller if done.exists() and done.read_text() == fuller else f"{flavour} {inputs}"


def _make_environment(log: Log, flavour: str) -> None:
    if not PYTHON.exists():
        make = [uv() or "uv", "venv"] if uv() else [sys.executable, "-m", "venv"]
        log.run(*make, VENV)
    needs = ["-r", f"requirements/{flavour}.txt", "-r", "requirements/tools.txt"]
    install = _installer(log)
    log.run(*install, "--require-hashes", *needs)
    log.run(*install, "--no-deps", "--no-build-isolation", "--editable", ".")


def _installer(log: Log) -> list[str | Path]:
    """With uv the environment takes seconds; pip is only asked to bring uv itself."""
    if uv() is None:
        pip: list[str | Path] = [PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes"]
        log.run(*pip, "-r", "requirements/tools.txt")
    return [uv() or "uv", "pip", "install", "--python", PYTHON]


# ── the compiled core ────────────────────────────────────────────────────────


def _native_steps() -> list[Step]:
    """A compiler, where none is here; then the core, unless its sources are as they were."""
    compiler = _apt("compiler", missing_compiler())
    return [
        *compiler,
        Step(
            "native",
            lambda log: log.run(PYTHON, "-m", "tools.native"),
            lambda: f"{_digest(_native_sources())} {sys.version_info[:2]} {has_compiled_core()}",
            after=("python", *(step.name for step in compiler)),
            mend="look at the log; gcc and the headers of Python are needed (gcc, python3-dev)",
        ),
    ]


def _native_sources() -> list[Path]:
    folders = (ROOT / "src" / "trunkline" / "core", ROOT / "tools" / "native")
    return sorted(file for folder in folders for file in folder.rglob("*.py"))


# ── Asterisk and Kamailio ────────────────────────────────────────────────────


def private_root(name: str) -> Path:
    """Where the private root of `asterisk` or `kamailio` stands."""
    return Path(os.environ.get(f"TRUNKLINE_{name.upper()}_ROOT") or LOCAL / name)


def _root_step(name: str, goal: str, *option: str) -> Step:
    module, place = "trunkline.adapters.edge.asterisk.root", private_root(name)
    command = [sys.executable, "-m", module, "install", "--dir", str(place), "--of", name]
    mend = " ".join((".venv/bin/trunkline telephony install", *option))
    return Step(
        name,
        lambda log: log.run(*command, env={"PYTHONPATH": str(ROOT / "src")}),
        lambda: f"{place} {(place / '.trunkline-version').exists()}",
        after=("packages",),
        optional=not (goal == "test" and _in_ci()),
        mend=f"{mend} (as root, on Debian or Ubuntu)",
    )


# ── the browser's pages ──────────────────────────────────────────────────────


def _web_steps() -> list[Step]:
    fetch = [] if node() else [_node_step()]
    before = "node" if fetch else "packages"
    sources = [WEB / "package.json", WEB / "package-lock.json"]
    modules = Step(
        "npm",
        lambda log: _npm(log, "ci", "--no-audit", "--no-fund", "--no-progress"),
        lambda: f"{_digest(sources)} {(WEB / 'node_modules').is_dir()}",
        after=(before,),
        mend="look at the log; the registry of npm must be reachable",
    )
    pages = Step(
        "pages",
        _build_pages,
        lambda: f"{_digest(_web_sources())} {(STATIC / 'index.html').exists()}",
        after=("npm",),
    )
    return [*fetch, modules, pages]


def _node_step() -> Step:
    target = LOCAL / "node"

    def work(log: Log) -> None:
        install = [*_installer(log), "--target", target, "--require-hashes"]
        log.run(*install, "-r", "requirements/node.txt")

    mend = "install Node.js ≥ 20.19"
    return Step("node", work, lambda: str(node()), after=("python",), mend=mend)


def _build_pages(log: Log) -> None:
    _npm(log, "run", "build")
    shutil.rmtree(STATIC, ignore_errors=True)
    shutil.copytree(WEB / "dist", STATIC)


def _npm(log: Log, *words: str) -> None:
    command, env = npm(*words)
    log.run(*command, env=env)


def _web_sources() -> list[Path]:
    skip = {"node_modules", "dist"}
    top = [path for path in WEB.iterdir() if path.name not in skip]
    return sorted(file for path in top for file in (path.rglob("*") if path.is_dir() else [path]))


def _digest(files: Iterable[Path]) -> str:
    """One short hash of the files' names and contents."""
    total = hashlib.sha256()
    for file in files:
        if file.is_file():
            total.update(json.dumps(str(file.relative_to(ROOT))).encode())
            total.update(file.read_bytes())
    return total.hexdigest()[:16]
