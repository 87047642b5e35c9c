"""Runs steps side by side, each after those it needs, and shows how far they are.

A step writes what its programs say into `.local/log/<name>.log`. A step that fails stops those that
come after it and the whole, unless it is `optional`.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tools.bootstrap.machine import LOCAL, ROOT

HEARTBEAT_S = 10.0


class StepFailedError(Exception):
    """A step could not be done; the text says why and what mends it."""


class Log:
    """Where a step's programs write; runs them with their output kept."""

    def __init__(self, name: str) -> None:
        """Start the log of the step `name` afresh."""
        self.path = LOCAL / "log" / f"{name}.log"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text("")

    def run(self, *command: str | Path, env: Mapping[str, str] | None = None) -> None:
        """Run one program in the clone; raises StepFailedError when it fails."""
        with self.path.open("ab") as out:
            out.write(f"$ {' '.join(map(str, command))}\n".encode())
            out.flush()
            code = subprocess.run(
                [str(part) for part in command],
                cwd=ROOT,
                env={**os.environ, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                check=False,
            ).returncode
        if code:
            raise StepFailedError(f"{command[0]} ended with {code}")

    def tail(self, lines: int) -> list[str]:
        """The last lines that were written, without empty ones."""
        text = self.path.read_text(errors="replace").replace("\r", "\n")
        return [line for line in text.splitlines() if line.strip()][-lines:]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to be done; `stamp` names the inputs it was done for (None: do it always)."""

    name: str
    work: Callable[[Log], None]
    stamp: Callable[[], str] | None = None
    after: tuple[str, ...] = ()
    optional: bool = False
    mend: str = ""


@dataclass(slots=True)
class _Run:
    """A step under way."""

    step: Step
    started: float = 0.0
    ended: float = 0.0
    failed: str = ""
    log: Log | None = None
    finished: threading.Event = field(default_factory=threading.Event)


def run_all(steps: list[Step]) -> bool:
    """Run every step that is not done yet; False when one that is needed failed."""
    runs = {step.name: _Run(step) for step in steps}
    for run in runs.values():
        threading.Thread(target=_follow, args=(run, runs), daemon=True).start()
    while not all(run.finished.wait(HEARTBEAT_S) for run in runs.values()):
        for run in runs.values():
            _beat(run)
    return not any(run.failed and not run.step.optional for run in runs.values())


def _follow(run: _Run, runs: dict[str, _Run]) -> None:
    try:
        before = [runs[name] for name in run.step.after if name in runs]
        for other in before:
            other.finished.wait()
        blocked = [other.step.name for other in before if other.failed and not other.step.optional]
        if blocked:
            run.failed = f"waits for {', '.join(blocked)}"
            _say("✗", run, run.failed)
        else:
            _carry_out(run)
    finally:
        run.finished.set()


def _carry_out(run: _Run) -> None:
    step, stamp = run.step, LOCAL / "stamps" / run.step.name
    if step.stamp and stamp.exists() and stamp.read_text() == step.stamp():
        return
    run.started, run.log = time.monotonic(), Log(step.name)
    _say("▸", run, "begins")
    try:
        step.work(run.log)
    except (StepFailedError, OSError) as error:
        run.failed = str(error)
        _confess(run)
    else:
        if step.stamp:
            stamp.parent.mkdir(parents=True, exist_ok=True)
            stamp.write_text(step.stamp())
        run.ended = time.monotonic()
        _say("✓", run, f"done in {run.ended - run.started:.0f} s")


def _confess(run: _Run) -> None:
    assert run.log is not None
    lines = [f"failed: {run.failed}", *(f"    {line}" for line in run.log.tail(8))]
    lines += [f"    whole log: {run.log.path.relative_to(ROOT)}"]
    lines += [f"    to mend it: {run.step.mend}"] if run.step.mend else []
    _say("✗", run, "\n".join(lines))


def _beat(run: _Run) -> None:
    if run.started and not run.finished.is_set() and run.log is not None:
        last = (run.log.tail(1) or ["…"])[0].strip()
        _say("…", run, f"{time.monotonic() - run.started:.0f} s – {last[:70]}")


def _say(mark: str, run: _Run, text: str) -> None:
    sys.stdout.write(f"  {mark} {run.step.name:<9} {text}\n")
    sys.stdout.flush()
