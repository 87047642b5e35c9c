"""What a soak has shown: its counts and figures, with the day and the machine, kept and printed.

A test says what it did by `record_property(name, number or list)`; lists are told as median and
extremes. Nothing is written unless `TRUNKLINE_SOAK=1`.
"""

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from bench.report import machine

SOAK = os.environ.get("TRUNKLINE_SOAK") == "1"
RESULTS = Path(__file__).parents[1] / "results"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Keep and print what ran, when this was a soak."""
    if not SOAK:
        return
    ran = [row for outcome in ("passed", "failed") for row in _ran(terminalreporter, outcome)]
    skipped = [report.nodeid for report in terminalreporter.getreports("skipped")]
    when = datetime.now(UTC)
    told = {
        "when": when.isoformat(timespec="seconds"),
        "machine": machine(),
        "ran": ran,
        "skipped": skipped,
    }
    RESULTS.mkdir(exist_ok=True)
    kept = RESULTS / f"soak-{when:%Y%m%dT%H%M%SZ}.json"
    kept.write_text(json.dumps(told, indent=1) + "\n")
    terminalreporter.section(f"soak of {told['when']} on {told['machine']}")
    for row in ran:
        terminalreporter.line(f"{row['outcome']:6} {row['took_s']:8.1f} s  {row['test']}")
        for name, value in row["figures"].items():
            terminalreporter.line(f"{'':18} {name}: {_in_words(value)}")
    terminalreporter.line(f"kept in {kept}")


def _ran(reporter: pytest.TerminalReporter, outcome: str) -> Iterable[dict[str, Any]]:
    for report in reporter.getreports(outcome):
        figures = dict(report.user_properties)
        yield {
            "test": report.nodeid,
            "outcome": outcome,
            "took_s": round(report.duration, 1),
            "figures": figures,
        }


def _in_words(value: Any) -> str:
    if not isinstance(value, list):
        return str(value)
    return f"median {median(value)}, from {min(value)} to {max(value)} ({len(value)} times)"
