"""Many callers and many phones, each side one SIPp; and what SIPp saw of every one of them."""

import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.tools.needs import requires
from tests.tools.ports import free_port
from tests.tools.sipp import scenario_text

FOR_EVER_MS = 600_000
FIRST_RTP_PORT = 30_000
"""Nobody listens there, and nobody speaks: a crowd only signals."""


@dataclass(slots=True)
class Seen:
    """One caller's call, in seconds of the wall clock."""

    invited_at: float
    answered_at: float | None = None
    ended_at: float | None = None
    left: bool = False
    """Whether the caller hung up, not the house."""


@dataclass(slots=True)
class Talk:
    """One call at an agent's phone, in seconds of the wall clock."""

    account: str
    number: str
    up_at: float
    down_at: float | None = None


class Crowd:
    """A SIPp process and its log."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._process = process
        self._log = log

    def is_over(self) -> bool:
        """Whether every call of it has ended."""
        return self._process.poll() is not None

    def calls(self) -> dict[str, Seen]:
        """What became of each caller, by number."""
        found: dict[str, Seen] = {}
        for at, event, number, _ in self._events():
            if event == "INVITED":
                found[number] = Seen(at)
            elif event == "ANSWERED":
                found[number].answered_at = at
            else:
                found[number].ended_at = found[number].ended_at or at
                found[number].left |= event == "LEFT"
        return found

    def talks(self) -> list[Talk]:
        """Every call that a phone took up, in order."""
        open_ones: dict[tuple[str, str], Talk] = {}
        found = []
        for at, event, account, number in self._events():
            if event == "UP":
                talk = open_ones[account, number] = Talk(account, number, at)
                found.append(talk)
            elif (account, number) in open_ones:
                open_ones.pop((account, number)).down_at = at
        return found

    def _events(self) -> list[tuple[float, str, str, str]]:
        """Lines of the log with their time; the phone's own line of the INVITE has none."""
        if not self._log.is_file():
            return []
        found = []
        for line in self._log.read_text(errors="replace").splitlines():
            mark, when, *fields = [*line.split(";"), "", "", ""]
            if mark == "L" and when.count("\t") == 2:
                event, who, number = (field.strip() for field in fields[:3])
                found.append((float(when.split()[-1]), event, who, number))
        return found


@contextmanager
def callers(
    target: str, service: str, numbers: Sequence[str], per_s: float, leave_after_ms: int = 0
) -> Iterator[Crowd]:
    """These numbers call `service` at `target` (HOST:PORT); with a time they leave after it."""
    changes = {"@LEAVES@": str(leave_after_ms or FOR_EVER_MS)}
    words = [target, "-s", service, "-r", str(per_s), "-m", str(len(numbers)), "-l", "500"]
    with _sipp("crowd_caller.xml", changes, words, free_port(), numbers) as crowd:
        yield crowd


@contextmanager
def phones(port: int, talk_ms: int) -> Iterator[Crowd]:
    """Any number of agents' phones at one port; each hangs up after so long."""
    with _sipp("crowd_phone.xml", {"@TALKS@": str(talk_ms)}, [], port) as crowd:
        yield crowd


@contextmanager
def _sipp(
    name: str, changes: dict[str, str], words: list[str], port: int, numbers: Sequence[str] = ()
) -> Iterator[Crowd]:
    with tempfile.TemporaryDirectory(prefix="sipp") as place:
        folder = Path(place)
        text = scenario_text(name)
        for mark, value in changes.items():
            text = text.replace(mark, value)
        (folder / name).write_text(text, encoding="latin-1")
        if numbers:
            (folder / "numbers.csv").write_text("\n".join(["SEQUENTIAL", *numbers, ""]))
            words = [*words, "-inf", "numbers.csv"]
        command = [str(requires("sipp")), *words, "-sf", name, "-i", "127.0.0.1", "-p", str(port)]
        command += ["-mi", "127.0.0.1", "-nostdin", "-trace_logs", "-log_file", "log"]
        command += ["-trace_err", "-error_file", "errors", "-key", "mport", str(FIRST_RTP_PORT)]
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, cwd=folder)
        try:
            yield Crowd(process, folder / "log")
        finally:
            process.kill()
            process.wait(5)
