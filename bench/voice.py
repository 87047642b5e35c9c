"""Voice: how many recorded calls one core carries, beside Asterisk with MixMonitor itself.

So many G.711 calls at once, 50 packets a second each way, every one recorded; a level is carried
when no stream is silent and fewer than 0.2 % of the packets come more than 20 ms late. Asterisk and
our main process have core 0; the load, and the encoding of what was recorded, core 1. Then the main
process is killed under running calls, and the embedded engine carries its 25.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench import embedded, load, targets
from bench.report import Report

LEVELS = (100, 150, 175, 200, 225, 250, 300, 350, 400)
RATE = 25
SECONDS, WARM_UP_S = 8, 1
MOST_LATE_PCT = 0.2
AGENTS = 500
KILLED_CALLS, KILLS, KILL_EVERY_S = 50, 5, 6.0
ADOPTED_WITHIN_S = 30.0
QUIET_S = 3.0
ENCODES_WITHIN_S = 15.0
LOAD_CORE = {int(load.LOAD_CORE)}


def measure() -> Report:
    report = Report(
        "voice",
        "Asterisk and our main process, or Asterisk alone, on core 0; load and encoding on core 1",
        ("", "recorded calls", "late > 20 ms %", "worst ms", "lost %", "core 0", "carried"),
    )
    with tempfile.TemporaryDirectory(prefix="bench-rtp") as name:
        generator = _compiled(Path(name))
        with targets.trunkline(AGENTS) as target:
            ours = _ours(report, target, generator)
            _kills(report, target)
        with targets.app_queue(AGENTS) as asterisk:
            theirs = _most(report, "Asterisk with MixMonitor", "606", generator, lambda: [asterisk])
    late = embedded.late_pct(25)
    report.figures |= {
        "recorded_calls_per_core": ours,
        "peer_recorded_calls_per_core": theirs,
        "embedded_late_pct_at_25": late,
    }
    report.notes.append(f"recorded calls a core: {ours / max(1, theirs):.2f} × Asterisk's own")
    report.notes.append(f"embedded engine, 25 recorded calls: {late:.2f} % of the beats late")
    return report


def _compiled(folder: Path) -> Path:
    if shutil.which("gcc") is None:
        sys.exit("the generator of sound is compiled: apt-get install gcc libc6-dev")
    program, source = folder / "rtpload", load.HERE / "rtpload.c"
    subprocess.run(["gcc", "-O2", "-o", str(program), str(source)], check=True)
    return program


def _ours(report: Report, target: targets.Trunkline, generator: Path) -> int:
    """The most that is carried; what encoding it costs is a figure of its own."""
    carried: list[int] = []

    def on_core_0() -> list[int]:
        return [target.main_pid(), target.asterisk_pid()]

    _carry("4001", RATE, generator, on_core_0)  # its recordings start the encoder
    workers = _beside(target)
    before = _when_quiet(workers)
    most = _most(report, "Trunkline", "4001", generator, on_core_0, carried)
    spent = _when_quiet(workers) - before
    hours = sum(calls * _hold_s(calls) for calls in carried) / 3600
    report.figures["encode_core_s_per_call_hour"] = spent / hours
    report.notes.append(
        f"encoding took {spent / hours:.1f} s of core 1 for each hour of a call (two tracks)"
    )
    return most


def _beside(target: targets.Trunkline) -> list[int]:
    """The processes that encode, put on the other core; without one there is no figure."""
    until = time.monotonic() + ENCODES_WITHIN_S
    while not (workers := _encoding(target)):
        if time.monotonic() > until:
            sys.exit("nothing encodes what was recorded")
        time.sleep(0.1)
    for pid in workers:
        os.sched_setaffinity(pid, LOAD_CORE)
    return workers


def _encoding(target: targets.Trunkline) -> list[int]:
    return [pid for pid in target.pids() if pid not in (target.pid, target.main_pid())]


def _when_quiet(pids: list[int]) -> float:
    """What they have spent once they rest."""
    while True:
        before = load.cpu_s(pids)
        time.sleep(QUIET_S)
        if load.cpu_s(pids) - before < 0.02 * QUIET_S:
            return load.cpu_s(pids)


def _most(
    report: Report,
    name: str,
    service: str,
    generator: Path,
    pids: Callable[[], list[int]],
    tried: list[int] | None = None,
) -> int:
    most = 0
    for calls in LEVELS:
        found, busy = _carry(service, calls, generator, pids)
        if tried is not None:
            tried.append(calls)
        late, lost = found["late20_pct"], 100 * (1 - found["received"] / found["sent"])
        carried = late < MOST_LATE_PCT and not found["silent_streams"] and lost < MOST_LATE_PCT
        cells = (f"{late:.2f}", f"{found['worst_ms']:.0f}", f"{lost:.2f}", f"{busy:.0%}")
        report.rows.append((name, str(calls), *cells, "yes" if carried else "no"))
        if not carried:
            break
        most = calls
    return most


def _carry(
    service: str, calls: int, generator: Path, pids: Callable[[], list[int]]
) -> tuple[dict[str, float], float]:
    """So many calls at once with sound: what the generator found, and how busy core 0 was."""
    sent = load.Load(service, RATE, calls, hold_ms=1000 * _hold_s(calls), timeout_s=120)
    with load.sending(sent) as (folder, callers):
        began, before = time.monotonic(), load.cpu_s(pids())
        ran = subprocess.run(
            [
                "chrt", "-r", "6", "taskset", "-c", load.LOAD_CORE, str(generator), load.MEDIA,
                str(load.CALLER_MEDIA), str(load.AGENT_MEDIA), str(folder / "caller.log"),
                str(folder / "agent.log"), str(calls), str(SECONDS), str(WARM_UP_S),
            ],
            stdout=subprocess.PIPE, check=True,
        )  # fmt: skip
        busy = (load.cpu_s(pids()) - before) / (time.monotonic() - began)
        callers.wait()
    found: dict[str, float] = json.loads(ran.stdout)
    return found, busy


def _hold_s(calls: int) -> int:
    """How long a call lasts: until all stand, are measured, and a little more."""
    return calls // RATE + SECONDS + WARM_UP_S + 4


def _kills(report: Report, target: targets.Trunkline) -> None:
    """The main process is killed again and again while calls run: none may end before its time."""
    hold_s = KILLED_CALLS // RATE + KILLS * KILL_EVERY_S + 10
    sent = load.Load("4001", RATE, KILLED_CALLS, hold_ms=int(1000 * hold_s), timeout_s=120)
    took = []
    with load.sending(sent) as (folder, callers):
        time.sleep(KILLED_CALLS / RATE + 3)
        for _ in range(KILLS):
            began = time.monotonic()
            os.kill(target.main_pid(), signal.SIGKILL)
            took.append(_adopted(target) - began)
            time.sleep(max(0.0, KILL_EVERY_S - took[-1]))
        callers.wait()
        lasted = load.lasted(folder)
    dropped = KILLED_CALLS - sum(seconds >= hold_s - 1 for seconds in lasted)
    report.figures |= {"adopt_max_s": max(took), "dropped_calls": dropped, "kills": KILLS}
    report.notes.append(
        f"main process killed {KILLS} times under {KILLED_CALLS} calls: all of them known again "
        f"after {max(took):.1f} s at most, {dropped} calls dropped"
    )


def _adopted(target: targets.Trunkline) -> float:
    """When every call is known again."""
    until = time.monotonic() + ADOPTED_WITHIN_S
    while time.monotonic() < until:
        if target.talking() == KILLED_CALLS:
            return time.monotonic()
        time.sleep(0.02)
    sys.exit(f"only {target.talking()} of {KILLED_CALLS} calls were known again")
