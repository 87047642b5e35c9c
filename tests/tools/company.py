"""Many calls in one SIPp, each of which obeys by itself; their sound is a choir's."""

import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from tests.tools.choir import Address
from tests.tools.needs import requires
from tests.tools.ports import free_port
from tests.tools.sipp import logged, scenario_text, tell

MOST_CALLS = 100_000
_companies = count(1)


class Company:
    """One SIPp process, callers or phones; calls are named by their Call-ID."""

    def __init__(self, port: int, log: Path, process: "subprocess.Popen[bytes]") -> None:
        self.port = port
        self._log = log
        self._process = process

    def called(self) -> dict[str, str]:
        """Who calls, by call."""
        return {call: number.strip() for call, number in logged(self._log, "CALL")}

    def rung(self) -> dict[str, tuple[str, str]]:
        """The account that was rung, and for which number, by call."""
        return {call: (fields[0], fields[1]) for call, *fields in logged(self._log, "RUNG")}

    def answered(self) -> dict[str, Address]:
        """Where the sound of a call that is up goes."""
        return {call: (ip, int(port)) for call, ip, port in logged(self._log, "ANSWERED")}

    def ended(self) -> set[str]:
        """The calls that are over."""
        return {call for (call,) in logged(self._log, "ENDED")}

    def hang_up(self, call: str) -> None:
        """End one call from this side."""
        tell(self.port, call, "hangup")

    def begin_no_more(self) -> None:
        """Call nobody any more; those that run go on until they are ended."""
        self._process.send_signal(signal.SIGUSR1)


@contextmanager
def callers(
    target: str, service: str, numbers: Sequence[str], rtp_port: int, per_s: float = 25
) -> Iterator[Company]:
    """These numbers call `service` at `target` (HOST:PORT), and stay until told to hang up."""
    words = [target, "-s", service, "-r", str(per_s), "-m", str(len(numbers))]
    words += ["-au", "none", "-ap", "none", "-inf", "numbers.csv"]
    text = scenario_text("caller.xml").replace("[caller]", "[field0]")
    with _sipp(text, words, free_port(), rtp_port, numbers) as company:
        yield company


@contextmanager
def phones(port: int, rtp_port: int) -> Iterator[Company]:
    """Any number of agents' phones at one port; each answers at once."""
    words = ["-d", "0", "-m", str(MOST_CALLS)]
    with _sipp(scenario_text("phone.xml"), words, port, rtp_port) as company:
        yield company


@contextmanager
def _sipp(
    scenario: str, words: list[str], port: int, rtp_port: int, numbers: Sequence[str] = ()
) -> Iterator[Company]:
    with tempfile.TemporaryDirectory(prefix="sipp") as name:
        folder = Path(name)
        (folder / "scenario.xml").write_text(scenario, encoding="latin-1")
        (folder / "numbers.csv").write_text("\n".join(["SEQUENTIAL", *numbers, ""]))
        command = [str(requires("sipp")), *words, "-sf", "scenario.xml", "-i", "127.0.0.1"]
        command += ["-p", str(port), "-mi", "127.0.0.1", "-nostdin", "-base_cseq", "100"]
        command += ["-trace_logs", "-log_file", "log", "-trace_err", "-error_file", "errors"]
        command += ["-cid_str", f"{next(_companies)}-%u-%p@company", "-l", "1000"]
        command += ["-key", "mport", str(rtp_port)]
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, cwd=folder)
        try:
            yield Company(port, folder / "log", process)
        finally:
            process.kill()
            process.wait(5)
