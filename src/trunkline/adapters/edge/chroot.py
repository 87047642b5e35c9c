"""How a program in a private root is started: one command line that becomes it.

It is entered by `chroot` within a mount namespace of its own, where the instance's directory
appears under `DATA_INSIDE`: nothing is written into the root, so many instances may share one.
"""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Final

from trunkline.adapters.edge.asterisk.root import DATA_INSIDE

if TYPE_CHECKING:
    from collections.abc import Sequence

Owner = tuple[int, int] | None
"""User and group that the program runs as; None: as we do."""

FIRST_FREE_PORT: Final = 1024
_NOBODY_ELSE: Final = 64_737
"""Not a user that the root has: its number may be somebody else's outside."""


def owner_for(root: Path | None, port: int) -> Owner:
    """Nobody in particular, in a private root; a port below 1024 is open to root only."""
    if root is None or os.geteuid() != 0 or port < FIRST_FREE_PORT:
        return None
    return _NOBODY_ELSE, _NOBODY_ELSE


def enter(
    root: Path, directory: Path, words: Sequence[str], owner: Owner, before: Sequence[str] = ()
) -> list[str]:
    """The command line that becomes `words` in the root (every step is an exec: one process id).

    `before` are lines of shell; they may set `first` to words that go before `chroot`.
    """
    userspec = [] if owner is None else [f"--userspec={owner[0]}:{owner[1]}"]
    script = [
        "set -e",
        _bind(directory.resolve(), f"{root}{DATA_INSIDE}"),
        _bind(Path("/dev"), f"{root}/dev", recursive=True),
        _bind(Path("/proc"), f"{root}/proc", recursive=True),
        # Trunks and this host have names: the machine's resolver counts, not the root's.
        f"[ ! -e {root}/etc/resolv.conf ] || "
        + _bind(Path("/etc/resolv.conf"), f"{root}/etc/resolv.conf"),
        f"[ ! -e {root}/etc/hosts ] || " + _bind(Path("/etc/hosts"), f"{root}/etc/hosts"),
        "first=",
        *before,
        "exec $first chroot " + shlex.join([*userspec, str(root), *words]),
    ]
    return ["unshare", "--mount", "--propagation", "private", "/bin/sh", "-c", "\n".join(script)]


def spawn(words: list[str], console: Path, **environment: str) -> int:
    """Start it in a session of its own; what it says goes to `console`. Its process id."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    return os.posix_spawnp(
        words[0],
        words,
        {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", **environment},
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(console), flags, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setsid=True,
    )


def _bind(source: Path, target: str, *, recursive: bool = False) -> str:
    return shlex.join(["mount", "--rbind" if recursive else "--bind", str(source), target])
