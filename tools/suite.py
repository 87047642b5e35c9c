"""Every test, in two lanes at once: `python -m tools.suite [WORDS FOR PYTEST …]`.

Tests with telephony and browsers mostly wait for real time to pass, the others compute. So the
others run beside them, at a lower priority: whoever is listened to is not kept waiting. What is
left of the first kind follows in the second lane, so that both take as long. Given words, pytest
runs what they choose, and nothing beside it.

Two lanes on a small machine can starve a caller for a moment, and a promise of 300 ms is then
broken by the suite and not by the program. So a few failures among the tests on real time are
looked at once more, alone, and that is said aloud: who fails again has failed. Tests that compute
get no second look, for what chance found there is a fault.
"""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "tests" / "results"
LOOK_EVERY_S = 0.5
GIVES_WAY = ("nice", "-n", "15")
FRONT = "tests/e2e"
LATER = ("tests/contract/edge", f"{FRONT}/test_schemathesis.py", f"{FRONT}/test_setup_walk.py")
"""Calls and pages with programs of their own: they share no node with the first lane."""


REAL_TIME = (FRONT, "tests/contract/edge", "tests/app", "tests/house")
"""Here are the tests that wait for real programs, whose failure may be the machine's."""
LOOKS_AGAIN = 4
"""More failures than these are no accident."""
FAILED_SOME = 1
"""What pytest says when tests failed and nothing worse happened."""


@dataclass(frozen=True, slots=True)
class Run:
    """One pytest: what it runs or leaves out, and whether it gives way to others."""

    name: str
    paths: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    gives_way: bool = False

    def command(self) -> list[str]:
        """How it is started; each has a cache of its own."""
        before = GIVES_WAY if self.gives_way else ()
        ignored = [f"--ignore={path}" for path in self.without]
        cache = ["--cache-clear", "-o", f"cache_dir=.pytest_cache/{self.name}"]
        return [*before, sys.executable, "-m", "pytest", *self.paths, *ignored, *cache]

    def failed(self) -> list[str]:
        """The tests that failed in it, by their ids."""
        kept = ROOT / ".pytest_cache" / self.name / "v" / "cache" / "lastfailed"
        return list(json.loads(kept.read_text())) if kept.exists() else []


FIRST = Run("calls", (FRONT,), without=LATER)
BESIDE = (
    Run("computing", without=(FRONT, *LATER), gives_way=True),
    Run("telephony", LATER),
)


def main(words: list[str]) -> int:
    """Run the suite; the exit code is the first that is not 0."""
    if words:
        command = [sys.executable, "-m", "pytest", *words]
        return subprocess.run(command, cwd=ROOT, check=False).returncode
    RESULTS.mkdir(parents=True, exist_ok=True)
    second = _started_beside()
    try:
        first = subprocess.run(FIRST.command(), cwd=ROOT, check=False).returncode
        followed = _followed(second)
    finally:
        if second.poll() is None:  # interrupted: its tests put away what they started
            os.killpg(second.pid, signal.SIGINT)
            second.wait()
    worst = _worst(first, followed)
    return looked_at_again() if worst == FAILED_SOME else worst


def beside() -> int:
    """The second lane, one run after the other; the worst code, of a run killed a negative one."""
    return _worst(
        *(subprocess.run(run.command(), cwd=ROOT, check=False).returncode for run in BESIDE)
    )


def looked_at_again() -> int:
    """Run what failed once more with nothing beside it, if it is little and on real time."""
    failed = [name for run in (FIRST, *BESIDE) for name in run.failed()]
    if not failed or len(failed) > LOOKS_AGAIN or not all(_on_real_time(it) for it in failed):
        return FAILED_SOME
    print(
        "\nFailed while others ran beside; now once more, alone:", *failed, sep="\n  ", flush=True
    )
    again = Run("again", tuple(failed))
    return subprocess.run(again.command(), cwd=ROOT, check=False).returncode


def _worst(*codes: int) -> int:
    return next((code for code in codes if code not in (0, FAILED_SOME)), max(codes))


def _on_real_time(name: str) -> bool:
    return name.startswith(tuple(f"{path}/" for path in REAL_TIME))


def _started_beside() -> "subprocess.Popen[bytes]":
    with _log().open("wb") as log:
        command = [sys.executable, "-m", "tools.suite", "--beside"]
        return subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, process_group=0)


def _followed(process: "subprocess.Popen[bytes]") -> int:
    """Show what the other lane said and says until it ends; its exit code."""
    with _log().open() as said:
        while process.poll() is None:
            _show(said)
            time.sleep(LOOK_EVERY_S)
        _show(said)
    return process.returncode


def _log() -> Path:
    return RESULTS / "beside.log"


def _show(said: IO[str]) -> None:
    sys.stdout.write(said.read())
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(beside() if sys.argv[1:] == ["--beside"] else main(sys.argv[1:]))
