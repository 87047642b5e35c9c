"""A network namespace: a machine of its own that carries media between browser and us.

aioice drops 127.0.0.1, Asterisk never offers 127/8 and Chromium looks at no loopback, so media
goes over an interface of its own. Its far end leads nowhere; what is sent to its own address comes
back.
"""

import ctypes
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

from tests.tools.needs import lack, requires, requires_root

ADDRESS = "198.18.0.1"
_NEWNET = 0x40000000
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class NetworkNamespace:
    """A namespace by name, and its address beside 127.0.0.1."""

    name: str
    address: str = ADDRESS

    @contextmanager
    def entered(self) -> Iterator[None]:
        """The thread that asks is inside, with every process and thread that it starts."""
        with open("/proc/thread-self/ns/net") as outside:
            with open(f"/run/netns/{self.name}") as inside:
                _enter(inside.fileno())
            try:
                yield
            finally:
                _enter(outside.fileno())

    def command(self, *words: str | os.PathLike[str]) -> list[str]:
        """The command that runs `words` inside."""
        return ["ip", "netns", "exec", self.name, *(os.fspath(word) for word in words)]


@contextmanager
def network_namespace() -> Iterator[NetworkNamespace]:
    """Make a namespace and remove it at the end."""
    requires_root("make a network namespace")
    ip = str(requires("ip"))
    space = NetworkNamespace(f"trunkline-{os.getpid()}-{next(_numbers)}")
    made = subprocess.run([ip, "netns", "add", space.name], capture_output=True, text=True)
    if made.returncode:
        lack(f"no network namespace can be made here: {made.stderr.strip()}")
    try:
        subprocess.run([ip, "-n", space.name, "link", "set", "lo", "up"], check=True)
        pair = ["media0", "type", "veth", "peer", "name", "nowhere0"]
        subprocess.run([ip, "-n", space.name, "link", "add", *pair], check=True)
        address = [f"{space.address}/32", "dev", "media0"]
        subprocess.run([ip, "-n", space.name, "address", "add", *address], check=True)
        for name in ("media0", "nowhere0"):
            subprocess.run([ip, "-n", space.name, "link", "set", name, "up"], check=True)
        yield space
    finally:
        subprocess.run([ip, "netns", "delete", space.name], check=True)


def _enter(descriptor: int) -> None:
    # os.setns came with Python 3.12.
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(descriptor, _NEWNET):
        raise OSError(ctypes.get_errno(), "setns")
