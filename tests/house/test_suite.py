"""Which failed tests the suite looks at once more, and that it forgives nothing else."""

import json
import subprocess
from pathlib import Path

import pytest

from tools import suite

CALL = "tests/e2e/test_calls.py::test_two_talk[en]"
SUM = "tests/core/test_laws.py::test_a_law"


@pytest.fixture
def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that were started; none of them is: each fails."""
    commands: list[list[str]] = []

    def run(command: list[str], **_: object) -> "subprocess.CompletedProcess[bytes]":
        commands.append(command)
        return subprocess.CompletedProcess(command, suite.FAILED_SOME)

    monkeypatch.setattr(suite, "ROOT", tmp_path)
    monkeypatch.setattr(subprocess, "run", run)
    return commands


def failed(*names: str) -> None:
    kept = suite.ROOT / ".pytest_cache" / suite.FIRST.name / "v" / "cache" / "lastfailed"
    kept.parent.mkdir(parents=True)
    kept.write_text(json.dumps(dict.fromkeys(names, True)))


def test_a_call_that_failed_among_others_is_made_once_more_and_then_it_counts(
    ran: list[list[str]],
) -> None:
    failed(CALL)
    assert suite.looked_at_again() == suite.FAILED_SOME
    (command,) = ran
    assert CALL in command


def test_what_computes_gets_no_second_look(ran: list[list[str]]) -> None:
    failed(CALL, SUM)
    assert suite.looked_at_again() == suite.FAILED_SOME
    assert not ran


def test_many_failures_are_no_accident(ran: list[list[str]]) -> None:
    failed(*(f"{CALL}{n}" for n in range(suite.LOOKS_AGAIN + 1)))
    assert suite.looked_at_again() == suite.FAILED_SOME
    assert not ran


def test_a_run_that_died_is_the_worst() -> None:
    assert suite._worst(0, suite.FAILED_SOME, -9) == -9
    assert suite._worst(0, suite.FAILED_SOME) == suite.FAILED_SOME
    assert suite._worst(0, 0) == 0
