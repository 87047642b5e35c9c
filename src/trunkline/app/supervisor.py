"""The small supervisor: starts the main process, and starts it anew when it dies.

It knows nothing of the trade and holds nothing, so it has no reason to die itself. A death is
answered at once; deaths in quick succession wait longer each time. The main process takes its
cells over with a new epoch, so nothing of the old one can still ring anybody. An end that was
asked for, or a configuration that cannot work, is an end.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

from trunkline.kit.clock import monotonic_s

if TYPE_CHECKING:
    from collections.abc import Sequence

MARK = "TRUNKLINE_SUPERVISOR"
"""Set in the main process: the supervisor's process id."""
WRONG_USE = 2
STEADY_S = 30.0
FIRST_WAIT_S = 0.1
LONGEST_WAIT_S = 10.0


def is_supervised() -> bool:
    """Whether this process was started by a supervisor that still lives."""
    return os.environ.get(MARK) == str(os.getppid())


def supervise(arguments: Sequence[str]) -> int:
    """Run `trunkline ARGUMENTS` as the main process until it ends for good; its exit code."""
    stopping = threading.Event()
    child: subprocess.Popen[bytes] | None = None

    def stop(number: int, _frame: object) -> None:
        stopping.set()
        if child is not None and child.poll() is None:
            child.send_signal(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    wait_s = 0.0
    while True:
        began = monotonic_s()
        child = start_main(arguments)
        if stopping.is_set():
            child.terminate()
        code = child.wait()
        if stopping.is_set() or code in (0, WRONG_USE):
            return 0 if stopping.is_set() and code <= 0 else code
        wait_s = _next_wait(wait_s, monotonic_s() - began)
        sys.stderr.write(f"trunkline: the main process ended ({code}); it is started anew\n")
        if stopping.wait(wait_s):
            return 0


def start_main(arguments: Sequence[str]) -> subprocess.Popen[bytes]:
    """The main process, in a session of its own so that a terminal's Ctrl-C comes only once."""
    command = [sys.executable, "-m", "trunkline.app.cli", *arguments]
    environment = {**os.environ, MARK: str(os.getpid())}
    return subprocess.Popen(command, env=environment, start_new_session=True)


def _next_wait(before_s: float, lived_s: float) -> float:
    """Nothing after a steady life; then from `FIRST_WAIT_S` doubling."""
    if lived_s >= STEADY_S:
        return 0.0
    return min(LONGEST_WAIT_S, max(FIRST_WAIT_S, before_s * 2))
