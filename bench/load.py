"""SIPp callers and SIPp agent phones against one target, and what their logs tell.

Both sides write a line an event with the wall clock; the caller's number `c<N>` reaches the
agent's leg, so that the two are joined on it.
"""

import contextlib
import os
import signal
import statistics
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
TARGET, AGENTS, CALLERS, MEDIA = "127.0.70.1:5060", "127.0.70.2", "127.0.70.3", "127.0.70.10"
AGENT_PORT, CALLER_PORT = 5070, 5080
AGENT_MEDIA, CALLER_MEDIA = 30002, 30000
LOAD_CORE, TARGET_CORE = "1", "0"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Load:
    """What is sent: calls a second, how many, and how agents behave."""

    service: str
    rate: float
    calls: int
    hold_ms: int = 1000
    agent_scenario: str = "agent.xml"
    timeout_s: int = 90


@dataclass(slots=True)
class Outcome:
    """Times in seconds by caller; `refused` were never answered (the gate's 503)."""

    calls: int = 0
    done: int = 0
    refused: int = 0
    setups: list[float] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)
    rung: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    invited: dict[str, float] = field(default_factory=dict)
    callers_rung: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def failed_pct(self) -> float:
        return 100.0 * (self.calls - self.done) / max(1, self.calls)


def run(load: Load) -> Outcome:
    """Send the load, wait for its end, and read the logs."""
    with sending(load) as (folder, callers):
        with contextlib.suppress(subprocess.TimeoutExpired):  # what is left counts as failed
            callers.wait(load.timeout_s + 20)
        return read(folder)


@contextlib.contextmanager
def sending(load: Load) -> Iterator[tuple[Path, "subprocess.Popen[bytes]"]]:
    """The load while it is sent: the folder of its logs, and the callers' process."""
    with tempfile.TemporaryDirectory(prefix="bench") as name:
        folder = Path(name)
        agents = _sipp(folder, "agent", [
            "-sf", str(HERE / "sipp" / load.agent_scenario), "-i", AGENTS, "-p", str(AGENT_PORT),
            "-d", str(load.hold_ms), "-key", "mport", str(AGENT_MEDIA),
        ])  # fmt: skip
        time.sleep(0.5)  # SIPp says nothing when its socket is open
        callers = _sipp(folder, "caller", [
            TARGET, "-sf", str(HERE / "sipp" / "caller.xml"), "-s", load.service, "-i", CALLERS,
            "-p", str(CALLER_PORT), "-r", str(load.rate), "-m", str(load.calls), "-l", "5000",
            "-key", "mport", str(CALLER_MEDIA), "-timeout", str(load.timeout_s),
            "-recv_timeout", "120000",
        ])  # fmt: skip
        try:
            yield folder, callers
        finally:
            for process in (callers, agents):
                if process.poll() is None:
                    process.send_signal(signal.SIGKILL)
                process.wait()


def _sipp(folder: Path, name: str, extra: list[str]) -> "subprocess.Popen[bytes]":
    command = [
        "nice", "-n", "-10", "taskset", "-c", LOAD_CORE, "sipp", *extra, "-mi", MEDIA, "-nostdin",
        "-trace_logs", "-trace_err", "-buff_size", "8388608", "-max_socket", "20000",
        "-log_file", str(folder / f"{name}.log"), "-error_file", str(folder / f"{name}.err"),
        "-trace_error_codes",
    ]  # fmt: skip
    with (folder / f"{name}.out").open("wb") as out:
        return subprocess.Popen(command, stdout=out, stderr=out, cwd=folder)


def read(folder: Path) -> Outcome:
    """What the logs tell."""
    out = Outcome()
    answered: dict[str, float] = {}
    bye: set[str] = set()
    for at, event, who, _ in _events(folder / "caller.log"):
        if event == "CINV":
            out.invited.setdefault(who, at)
        elif event == "C200":
            answered.setdefault(who, at)
        elif event == "CBYE":
            bye.add(who)
    bridged: set[str] = set()
    free: dict[str, float] = {}
    for at, event, agent, extra in _events(folder / "agent.log"):
        caller = extra.split()[0] if extra else ""
        if event == "AINV":
            out.rung[agent].append(at)
            out.callers_rung[agent].append(caller)
            if caller in answered and agent in free:
                out.gaps.append(at - max(free[agent], answered[caller]))
        elif event == "AACK" and caller in out.invited and caller not in bridged:
            bridged.add(caller)
            out.setups.append(at - out.invited[caller])
        elif event == "AFREE":
            free[agent] = at
    out.calls, out.done = len(out.invited), len(bye & bridged)
    out.refused = len(out.invited.keys() - answered.keys())
    return out


def lasted(folder: Path) -> list[float]:
    """How many seconds each answered call lasted that the agent's side ended."""
    answered: dict[str, float] = {}
    found = []
    for at, event, who, _ in _events(folder / "caller.log"):
        if event == "C200":
            answered[who] = at
        elif event == "CBYE":
            found.append(at - answered[who])
    return found


def _events(path: Path) -> list[tuple[float, str, str, str]]:
    found = []
    for line in path.read_text(errors="replace").splitlines() if path.exists() else ():
        parts = line.split(";")
        if line.startswith("L;") and len(parts) >= 5:
            found.append((float(parts[1].split()[-1]), parts[2], parts[3], parts[4]))
    return sorted(found)


def percentile_ms(values: list[float], share: float) -> float:
    """A percentile in milliseconds; NaN without values."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


def median_of(runs: list[float]) -> float:
    return statistics.median(runs)


def cpu_s(pids: list[int]) -> float:
    """Processor time that these processes have used."""
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def tree(pid: int) -> list[int]:
    """A process and all below it, but for telephony's own."""
    found = [pid]
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        if Path(f"/proc/{child}/comm").read_text().strip() != "asterisk":
            found += tree(int(child))
    return found
