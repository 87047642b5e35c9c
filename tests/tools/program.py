"""Starts the whole program as a person would and asks it over HTTP whether it is well."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.tools.ports import free_port

STOP_S = 20.0


@dataclass(slots=True)
class Program:
    """A running Trunkline: its address, its process and what it has said."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def answer(self, path: str, status: int, within_s: float) -> httpx.Response:
        """The answer to GET `path` once it has `status`; fails with the log when it never has."""
        until, seen = time.monotonic() + within_s, "nothing"
        while time.monotonic() < until and self.process.poll() is None:
            with suppress(httpx.TransportError):
                response = httpx.get(self.url + path)
                if response.status_code == status:
                    return response
                seen = f"{response.status_code} {response.text}"
            time.sleep(0.1)
        raise AssertionError(f"{path} answers {seen}, not {status}\n{self.log.read_text()}")

    def stop(self) -> int:
        """SIGTERM, as a service manager does; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_S)

    def is_gone(self) -> bool:
        """Whether nobody answers at the address any more."""
        try:
            httpx.get(f"{self.url}/healthz")
        except httpx.TransportError:
            return True
        return False


@dataclass(frozen=True, slots=True)
class Addresses:
    """Two free ports of loopback, as HOST:PORT."""

    http: str = field(default_factory=lambda: f"127.0.0.1:{free_port()}")
    sip: str = field(default_factory=lambda: f"127.0.0.1:{free_port()}")


@contextmanager
def running(
    command: list[str], addresses: Addresses, log: Path, env: Mapping[str, str], cwd: Path
) -> Iterator[Program]:
    """Start the command in a process group of its own; nothing of it is left at the end."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Program(f"http://{addresses.http}", process, log)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_S)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
