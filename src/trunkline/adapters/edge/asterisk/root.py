"""Where Asterisk comes from: the system's own, or a private root that we make. So does Kamailio.

Theory of operation. Debian 12 has no Asterisk, so a root of its own is made beside the data: the
packages of Debian sid under one directory, entered by `chroot`. Nothing is installed into the
system. The root is built under another name and renamed when it is whole, so it is there or it is
not. Kamailio's root is made of Debian 12 in the same way. This file needs the standard library
only: it runs before anything of ours is installed, as
`python -m trunkline.adapters.edge.asterisk.root install --dir DIR [--of kamailio]`.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

OLDEST_MAJOR = 20
# Never read by a running Asterisk; leaving it out saves a third of the time and the space.
LEFT_OUT = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*")
DATA_INSIDE = Path("/srv/trunkline")
"""Where an instance's directory appears inside the root."""

STAMP = ".trunkline-version"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
REMEDY = "trunkline telephony install"

Tell = Callable[[str], None]


class CannotInstall(Exception):
    """The root cannot be made here; the message says why and which command mends it."""


@dataclass(frozen=True, slots=True)
class Product:
    """What stands in a root: a program of Debian's packages, and how it says its version."""

    name: str
    suite: str
    packages: tuple[str, ...]
    says_version: str
    variant: str = "minbase"
    """Of mmdebstrap; `extract` unpacks the packages and runs none of their scripts."""

    @property
    def program(self) -> Path:
        """Where it stands inside its root."""
        return Path("/usr/sbin") / self.name

    @property
    def environment(self) -> str:
        """The variable that names a root to be looked at first."""
        return f"TRUNKLINE_{self.name.upper()}_ROOT"


ASTERISK = Product(
    "asterisk",
    "sid",
    (
        "asterisk",
        "asterisk-modules",
        "asterisk-core-sounds-en-wav",
        "asterisk-moh-opsound-wav",
    ),
    "-V",
)
KAMAILIO = Product(
    "kamailio", "bookworm", ("kamailio", "kamailio-websocket-modules"), "-v", "extract"
)
PRODUCTS = {product.name: product for product in (ASTERISK, KAMAILIO)}


@dataclass(frozen=True, slots=True)
class Installation:
    """A program that can be started: the system's (`root` is None) or one in a root."""

    program: Path
    version: str
    root: Path | None = None


def find(places: Iterable[Path] | None = None, of: Product = ASTERISK) -> Installation | None:
    """What to use: a private root if there is one, else the system's Asterisk; None if neither.

    A root named by TRUNKLINE_ASTERISK_ROOT (_KAMAILIO_ROOT) goes before the usual places.
    """
    for place in usual_places(of) if places is None else places:
        stamp = place / STAMP
        if stamp.is_file():
            version = stamp.read_text(encoding="utf-8").strip()
            return Installation(of.program, version, place.resolve())
    return _system() if of is ASTERISK else None


def usual_places(of: Product = ASTERISK) -> Iterator[Path]:
    """Where a private root is looked for, in order."""
    if named := os.environ.get(of.environment):
        yield Path(named)
    clone = Path(__file__).resolve().parents[5]
    if (clone / "pyproject.toml").is_file():
        yield clone / ".local" / of.name
    yield Path.home() / ".local" / "share" / "trunkline" / of.name


def install(directory: Path, tell: Tell, of: Product = ASTERISK) -> Installation:
    """Make the root at `directory` if it is not there; `tell` gets one line a step.

    Raises CannotInstall. A second call meanwhile waits for the first.
    """
    directory = directory.absolute()
    directory.parent.mkdir(parents=True, exist_ok=True)
    with (directory.parent / f"{directory.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if there := find([directory], of):
            tell(f"{there.version} is in {directory} already.")
            return there
        return _build(directory, tell, of)


def debian_uri(apt: Path = Path("/etc/apt")) -> str:
    """The address of the machine's own Debian archive, out of its apt sources.

    Reads one-line and deb822 sources. Raises CannotInstall if none of them is Debian's.
    """
    for types, uris, suites, components in _sources(apt):
        for uri in uris:
            plain = "debian" in uri.rstrip("/").rsplit("/", 1)[-1] and "security" not in uri
            if "deb" in types and "main" in components and plain and suites:
                return uri
    raise CannotInstall(
        f"No Debian archive in {apt}: a private root needs one. "
        "On Ubuntu 24.04 or newer run: apt-get install asterisk"
    )


def _system() -> Installation | None:
    program = shutil.which("asterisk", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        return None
    version = _version([program, ASTERISK.says_version])
    found = re.search(r"Asterisk (?:certified-)?(\d+)", version)
    if found is None or int(found[1]) < OLDEST_MAJOR:
        return None
    return Installation(Path(program), version)


def _build(directory: Path, tell: Tell, of: Product) -> Installation:
    _require_linux_root()
    source = f"deb [signed-by={_keyring()}] {debian_uri()} {of.suite} main"
    _ensure_mmdebstrap(tell)
    partial = directory.with_name(f"{directory.name}.partial")
    _clear(partial)
    tell(f"Making a private root for {of.name.title()} in {directory} (up to 400 MB, a minute).")
    _run([*_mmdebstrap_options(of), of.suite, str(partial), source], tell)
    for inside in (DATA_INSIDE, Path("/dev"), Path("/proc")):
        (partial / inside.relative_to("/")).mkdir(parents=True, exist_ok=True)
    version = _version(["chroot", str(partial), str(of.program), of.says_version])
    if not version:
        raise CannotInstall(f"{of.name} in {partial} does not start: chroot is not possible here.")
    (partial / "etc" / "hosts").touch()
    protocols = partial / "etc" / "protocols"
    if not protocols.exists():  # by which Kamailio finds TCP's number
        protocols.write_text("ip 0 IP\ntcp 6 TCP\nudp 17 UDP\n", encoding="ascii")
    (partial / STAMP).write_text(version + "\n", encoding="utf-8")
    partial.chmod(0o755)
    _clear(directory)
    partial.rename(directory)
    tell(f"{version} is ready.")
    return Installation(of.program, version, directory)


def _require_linux_root() -> None:
    if not sys.platform.startswith("linux"):
        raise CannotInstall("A private root needs Linux. Install Asterisk 20 or newer yourself.")
    if os.geteuid() != 0:
        raise CannotInstall("A private root is made and entered with root's rights: sudo " + REMEDY)


def _keyring() -> Path:
    if KEYRING.is_file():
        return KEYRING
    raise CannotInstall(f"{KEYRING} is missing: apt-get install debian-archive-keyring")


def _ensure_mmdebstrap(tell: Tell) -> None:
    if shutil.which("mmdebstrap"):
        return
    if not shutil.which("apt-get"):
        raise CannotInstall("mmdebstrap is missing. Install it with your package manager.")
    tell("Installing mmdebstrap.")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    get = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "mmdebstrap"]
    if subprocess.run(get, env=quiet, capture_output=True, check=False).returncode:
        _run(["apt-get", "update", "-q"], tell)
        _run(get, tell, quiet)


def _mmdebstrap_options(of: Product) -> list[str]:
    # What the machine needs to reach its archive (proxy, clock checks) the root needs as well.
    dumped = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=False)
    asked = [line for line in dumped.stdout.splitlines() if re.match(r"Acquire::https?::", line)]
    options = ['Acquire::Check-Valid-Until "false"', 'Acquire::Languages "none"', *asked]
    return [
        "mmdebstrap",
        f"--variant={of.variant}",
        f"--include={','.join(of.packages)}",
        *(f"--aptopt={option.rstrip(';')}" for option in options),
        *(f"--dpkgopt=path-exclude={path}" for path in LEFT_OUT),
    ]


def _run(command: list[str], tell: Tell, env: dict[str, str] | None = None) -> None:
    heard: list[str] = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env
    ) as process:
        for line in process.stdout or ():
            heard = [*heard[-20:], line.rstrip()]
            if line.startswith("I: "):
                tell(line[3:].strip())
    if process.returncode:
        raise CannotInstall(f"{command[0]} failed:\n  " + "\n  ".join(heard))


def _clear(directory: Path) -> None:
    """Remove a tree, but never through a mount: /dev of the machine may be bound in there."""
    mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()
    inside = [m for line in mounts if (m := line.split()[4]).startswith(f"{directory}/")]
    if inside:
        raise CannotInstall(f"Something is mounted in {directory}: umount {' '.join(inside)}")
    shutil.rmtree(directory, ignore_errors=True)


def _version(program: list[str]) -> str:
    """The first line of what it says."""
    told = subprocess.run(program, capture_output=True, text=True, check=False)
    return told.stdout.partition("\n")[0].removeprefix("version:").strip()


def _sources(apt: Path) -> Iterator[tuple[list[str], list[str], list[str], list[str]]]:
    """Types, URIs, suites and components of every apt source."""
    for path in [apt / "sources.list", *sorted((apt / "sources.list.d").glob("*"))]:
        if not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        if path.suffix == ".sources":
            yield from _deb822(text)
        elif path.suffix == ".list":
            yield from _one_line(text)


def _deb822(text: str) -> Iterator[tuple[list[str], list[str], list[str], list[str]]]:
    for stanza in re.split(r"\n\s*\n", text):
        lines = "\n".join(line for line in stanza.splitlines() if not line.startswith("#"))
        pairs = re.findall(r"^([A-Za-z-]+):((?:.*)(?:\n[ \t].*)*)", lines, re.MULTILINE)
        fields = {name.lower(): value.split() for name, value in pairs}
        if fields.get("enabled", ["yes"])[0].lower() != "no":
            names = ("types", "uris", "suites", "components")
            types, uris, suites, components = (fields.get(name, []) for name in names)
            yield types, uris, suites, components


def _one_line(text: str) -> Iterator[tuple[list[str], list[str], list[str], list[str]]]:
    for line in text.splitlines():
        found = re.match(r"\s*(deb(?:-src)?)\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s*([^#]*)", line)
        if found:
            yield [found[1]], [found[2]], [found[3]], found[4].split()


def main(arguments: list[str] | None = None) -> int:
    """`install --dir DIR` or `find`; 0: the program is there, 1: it cannot be, 2: wrong use."""
    parser = argparse.ArgumentParser(prog="trunkline telephony", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser("install", help="make a private root with Asterisk in it")
    make.add_argument("--dir", type=Path, required=True, help="where the root goes")
    make.add_argument("--of", choices=PRODUCTS, default=ASTERISK.name, help="what stands in it")
    commands.add_parser("find", help="say which Asterisk would be used")
    chosen = parser.parse_args(arguments)
    if chosen.command == "find":
        return _say_found()
    try:
        install(chosen.dir, _say, PRODUCTS[chosen.of])
    except CannotInstall as why:
        _say(str(why))
        return 1
    return 0


def _say_found() -> int:
    found = find()
    _say(f"{found.version} ({found.root or found.program})" if found else "not installed")
    return 0 if found else 1


def _say(line: str) -> None:
    sys.stdout.write(f"telephony: {line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
