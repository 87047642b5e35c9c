"""The gap while 100,000 customers are imported into the same store, and without.

The load of `gap`, first with nothing beside it, then while the import runs: one write connection
with priorities, the cell's commits first.
"""

import os
import signal
import time
from pathlib import Path

from bench import load, targets
from bench.gap import AGENTS, LOAD
from bench.importing import IMPORTED, ROWS
from bench.report import Report

RUNS = 2
STARTS_WITHIN_S = 10.0


def measure() -> Report:
    report = Report(
        "import",
        "Asterisk and our processes, the import among them, on core 0; SIPp on core 1",
        ("", "p50 ms", "p95 ms", "p99 ms", "max ms", "connections", "failed %", "rows/s"),
    )
    with targets.trunkline(AGENTS, "bench.importing") as target:
        _row(report, "without", "", [load.run(LOAD) for _ in range(RUNS)], 0.0)
        os.kill(target.main_pid(), signal.SIGUSR1)
        before, began = _begun(target.data / IMPORTED), time.monotonic()
        during = [load.run(LOAD) for _ in range(RUNS)]
        rows = int((target.data / IMPORTED).read_text()) - before
        rate = rows / (time.monotonic() - began)
    _row(report, "while importing", "import_", during, rate)
    report.figures |= {"rows_per_s": rate, "rows_during_load": rows}
    ran = "ran all the time" if before + rows < ROWS else "had ended before the load"
    report.notes.append(f"the import of {ROWS} rows {ran}; {rows} rows were written meanwhile")
    return report


def _begun(progress: Path) -> int:
    """The rows that are in when the import has surely begun."""
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until:
        rows = int(progress.read_text() or 0) if progress.exists() else 0
        if rows:
            return rows
        time.sleep(0.05)
    raise RuntimeError("the import did not begin")


def _row(report: Report, name: str, prefix: str, outcomes: list[load.Outcome], rate: float) -> None:
    gaps = [gap for outcome in outcomes for gap in outcome.gaps]
    shares = {share: load.percentile_ms(gaps, share) for share in (0.5, 0.95, 0.99, 1.0)}
    failed = max(outcome.failed_pct for outcome in outcomes)
    times = (f"{ms:.1f}" for ms in shares.values())
    report.rows.append((name, *times, str(len(gaps)), f"{failed:.1f}", f"{rate:.0f}"))
    report.figures |= {f"{prefix}gap_p50_ms": shares[0.5], f"{prefix}gap_p99_ms": shares[0.99]}
