"""The small supervisor: starts the main process, and starts it anew when it dies.

It knows nothing of the trade and holds nothing, so it has no reason to die itself. A death is
answered at once, by a spare that has loaded the program already and only waits for its turn:
loading takes longer than all the rest. Deaths in quick succession wait longer each time. The main
process takes its cells over with a new epoch, so nothing of the old one can still ring anybody.
An end that was asked for, or a configuration that cannot work, is an end.
"""

from __future__ import annotations

import contextlib
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
GO = "go"
WRONG_USE = 2
SPARE_AFTER_S = 5.0
"""A main process that lived so long has started; loading the next one no longer slows it down."""

STEADY_S = 30.0
FIRST_WAIT_S = 0.1
LONGEST_WAIT_S = 10.0


def is_supervised() -> bool:
    """Whether this process was started by a supervisor that still lives."""
    return os.environ.get(MARK) == str(os.getppid())


def await_turn() -> bool:
    """In a main process that has loaded everything: wait to be needed; False when never."""
    return sys.stdin.readline().strip() == GO


def supervise(arguments: Sequence[str]) -> int:
    """Run `trunkline ARGUMENTS` as the main process until it ends for good; its exit code."""
    stopping = threading.Event()
    child, spare = _start(arguments), None

    def stop(number: int, _frame: object) -> None:
        stopping.set()
        if child.poll() is None:
            child.send_signal(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    wait_s = 0.0
    while True:
        began = monotonic_s()
        _go(child)
        code, spare = _until_it_ends(child, arguments)
        if stopping.is_set() or code in (0, WRONG_USE):
            _dismiss(spare)
            return 0 if stopping.is_set() and code <= 0 else code
        wait_s = _next_wait(wait_s, monotonic_s() - began)
        sys.stderr.write(f"trunkline: the main process ended ({code}); the next one takes over\n")
        if stopping.wait(wait_s):
            _dismiss(spare)
            return 0
        child = spare or _start(arguments)


def _until_it_ends(
    child: subprocess.Popen[bytes], arguments: Sequence[str]
) -> tuple[int, subprocess.Popen[bytes] | None]:
    """Its exit code, and a spare that has loaded the program meanwhile, if it lived so long."""
    try:
        return child.wait(SPARE_AFTER_S), None
    except subprocess.TimeoutExpired:
        spare = _start(arguments)
        return child.wait(), spare


def _start(arguments: Sequence[str]) -> subprocess.Popen[bytes]:
    """A main process that waits to be needed, in a session of its own: Ctrl-C comes only once."""
    command = [sys.executable, "-m", "trunkline.app.cli", *arguments]
    environment = {**os.environ, MARK: str(os.getpid())}
    return subprocess.Popen(command, env=environment, start_new_session=True, stdin=subprocess.PIPE)


def _go(child: subprocess.Popen[bytes]) -> None:
    if child.stdin is not None:
        with contextlib.suppress(BrokenPipeError):
            child.stdin.write(f"{GO}\n".encode())
            child.stdin.flush()


def _dismiss(spare: subprocess.Popen[bytes] | None) -> None:
    """A spare whose input ends goes by itself."""
    if spare is not None and spare.stdin is not None:
        spare.stdin.close()
        spare.wait()


def _next_wait(before_s: float, lived_s: float) -> float:
    """Nothing after a steady life; then from `FIRST_WAIT_S` doubling."""
    if lived_s >= STEADY_S:
        return 0.0
    return min(LONGEST_WAIT_S, max(FIRST_WAIT_S, before_s * 2))
