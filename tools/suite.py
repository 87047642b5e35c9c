"""Every test, in two lanes at once: `python -m tools.suite [WORDS FOR PYTEST …]`.

Tests with telephony and browsers mostly wait for real time to pass, the others compute. So the
others run beside them, at a lower priority: whoever is listened to is never kept waiting. Given
words, one lane runs what they choose.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parent.parent
REAL_TIME = ("tests/e2e", "tests/contract/edge")
RESTS = 15
"""How much nicer the computing lane is."""
LOOK_EVERY_S = 0.5
PYTEST = (sys.executable, "-m", "pytest")


def main(words: list[str]) -> int:
    """Run the suite; the worse exit code of the two."""
    if words:
        return subprocess.run([*PYTEST, *words], cwd=ROOT, check=False).returncode
    results = ROOT / "tests" / "results"
    results.mkdir(parents=True, exist_ok=True)
    with (results / "computing.log").open("w+") as log:
        beside = subprocess.Popen(_computing(), cwd=ROOT, stdout=log, stderr=log)
        try:
            first = subprocess.run([*PYTEST, *REAL_TIME], cwd=ROOT, check=False).returncode
            second = _followed(beside, log.name)
        finally:
            beside.terminate()
            beside.wait()
    return first or second


def _computing() -> list[str]:
    ignored = [f"--ignore={folder}" for folder in REAL_TIME]
    cache = ["-o", "cache_dir=.pytest_cache/computing"]
    return ["nice", "-n", str(RESTS), *PYTEST, *ignored, *cache]


def _followed(process: "subprocess.Popen[bytes]", log: str) -> int:
    """Show what the other lane said and says until it ends; its exit code."""
    with Path(log).open() as said:
        while process.poll() is None:
            _show(said)
            time.sleep(LOOK_EVERY_S)
        _show(said)
    return process.returncode


def _show(said: IO[str]) -> None:
    sys.stdout.write(said.read())
    sys.stdout.flush()


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    sys.exit(main(sys.argv[1:]))
