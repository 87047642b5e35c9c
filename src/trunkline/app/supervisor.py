"""The small supervisor: starts the main process, and starts it anew when it dies.

It has loaded the program and runs none of it: it holds nothing and has no reason to die itself.
Every main process is forked from it, because loading takes longer than all the rest of a start;
the next one is there at once, however soon after the last it is needed. Deaths in quick
succession wait longer each time. The main process takes its cells over with a new epoch, so
nothing of the old one can still ring anybody. An end that was asked for, or a configuration that
cannot work, is an end.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import threading
import traceback
from typing import TYPE_CHECKING, NoReturn

from trunkline.kit.clock import monotonic_s

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WRONG_USE = 2
STEADY_S = 2.0
"""A main process that lived so long had taken over: the next one is not kept waiting."""
FIRST_WAIT_S = 0.1
LONGEST_WAIT_S = 10.0
ASK_TO_END = (signal.SIGTERM, signal.SIGINT)


def supervise(run: Callable[[], int], steady_s: float = STEADY_S) -> int:
    """Run the main process until it ends for good; its exit code.

    `run` is called in each main process; what it needs is better imported before. After one that
    lived for `steady_s` the next one is not kept waiting.
    """
    stopping = threading.Event()
    child = 0

    def stop(number: int, _frame: object) -> None:
        stopping.set()
        if child:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, number)

    gc.collect()
    gc.freeze()  # what is loaded is shared by all that are forked, and stays so
    for number in ASK_TO_END:
        signal.signal(number, stop)
    wait_s = 0.0
    while not stopping.wait(wait_s):
        began = monotonic_s()
        with _undisturbed():
            if stopping.is_set():
                break
            child = _fork(run)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        child = 0
        if stopping.is_set():
            return max(code, 0)
        if code in (0, WRONG_USE):
            return code
        steady = monotonic_s() - began >= steady_s
        wait_s = 0.0 if steady else min(LONGEST_WAIT_S, max(FIRST_WAIT_S, wait_s * 2))
        sys.stderr.write(f"trunkline: the main process ended ({code}); the next one takes over\n")
    return 0


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """A signal that comes between the fork and its end is taken after it, by both sides."""
    signal.pthread_sigmask(signal.SIG_BLOCK, ASK_TO_END)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ASK_TO_END)


def _fork(run: Callable[[], int]) -> int:
    """The process id of a new main process."""
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if not child:
        _become_main(run)
    return child


def _become_main(run: Callable[[], int]) -> NoReturn:
    """In a session of its own: Ctrl-C at the terminal comes only once."""
    code = 1
    try:
        os.setsid()
        for number in ASK_TO_END:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ASK_TO_END)
        code = run()
    except BaseException:  # whatever it was, it may not unwind into the supervisor
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)
