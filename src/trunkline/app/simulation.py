"""`trunkline sim run`: a scenario file in, tables and a page of charts out."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from trunkline.sim import report, scenario
from trunkline.sim.run import simulate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

NARROWEST = 110


def run_file(file: Path, seeds: Sequence[int], load: float | None, html: Path | None) -> None:
    """Simulate, show progress and print; raises `BadScenario`, `NotRunDown`, `OSError`."""
    wanted = scenario.load(file)
    if load is not None:
        wanted = scenario.at_load(wanted, load)
    with progress_bar(wanted.name) as progress:
        outcome = simulate(wanted, seeds, progress=progress)
    out = wide_console()
    for table in report.tables(outcome):
        out.print(table)
    out.print(f"{outcome.inputs:,} inputs of the cell in {outcome.took_s:.1f} s", highlight=False)
    if html:
        html.write_text(report.page(outcome), encoding="utf-8")
        out.print(f"{html} written", highlight=False)


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[float], None]]:
    """A bar on a terminal, and what it is told: the share done, 0–1."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(),
               TimeRemainingColumn())  # fmt: skip
    shown = sys.stderr.isatty()
    with Progress(*columns, console=Console(stderr=True), disable=not shown) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda done: bar.update(task, completed=done)


def wide_console() -> Console:
    """Standard output, wide enough for the tables."""
    return Console(width=max(NARROWEST, Console().width))
