"""The supervisor: who dies is followed at once, who is asked to end has no successor."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise

import pytest

PROGRAM = """
import os, signal, sys
from trunkline.app.supervisor import supervise

def run():
    print(os.getpid(), os.getppid(), os.getsid(0), flush=True)
    {body}

sys.exit(supervise(run, steady_s={steady_s}))
"""
Line = Callable[[], list[int]]


@contextmanager
def supervised(body: str, steady_s: float = 2.0) -> Iterator[tuple["subprocess.Popen[str]", Line]]:
    """A supervisor over main processes that say who they are and then do `body`."""
    command = [sys.executable, "-c", PROGRAM.format(body=body, steady_s=steady_s)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    out = process.stdout
    try:
        yield process, lambda: [int(word) for word in out.readline().split()]
    finally:
        process.kill()
        process.wait()
        out.close()


def test_a_killed_main_process_is_followed_by_another_of_the_same_supervisor() -> None:
    with supervised("signal.pause()") as (process, told):
        first, parent, session = told()
        assert parent == process.pid
        assert session == first
        os.kill(first, signal.SIGKILL)
        second, parent, _ = told()
        assert second != first
        assert parent == process.pid
        os.kill(second, signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_end_it_ends_its_main_process_and_itself(number: signal.Signals) -> None:
    with supervised("signal.pause()") as (process, told):
        main = told()[0]
        process.send_signal(number)
        assert process.wait(5) == 0
        with pytest.raises(ProcessLookupError):
            os.kill(main, 0)


@pytest.mark.parametrize("code", [0, 2])
def test_an_end_that_another_try_would_not_mend_is_an_end(code: int) -> None:
    with supervised(f"return {code}") as (process, told):
        told()
        assert process.wait(5) == code


def test_a_main_process_that_breaks_is_followed_too() -> None:
    with supervised("raise ValueError('broken')") as (process, told):
        first, second = told()[0], told()[0]
        assert first != second
        assert process.poll() is None


def test_the_sooner_they_die_the_longer_the_next_one_waits() -> None:
    body = "import time; print(time.monotonic_ns(), flush=True); return 1"
    with supervised(body, steady_s=60.0) as (_, told):  # however slow the machine
        starts = [(told(), told())[1][0] for _ in range(4)]
    waits_ms = [(later - sooner) / 1e6 for sooner, later in pairwise(starts)]
    assert all(wait >= least for wait, least in zip(waits_ms, (100, 200, 400), strict=True))
