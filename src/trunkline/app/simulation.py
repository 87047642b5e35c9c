"""`trunkline sim run`: a scenario file in, tables and a page of charts out."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from trunkline import __version__
from trunkline.app.policy_file import laid_over, text_of
from trunkline.core.cell import CORE_VERSION
from trunkline.sim import beside, report, rules, scenario
from trunkline.sim.run import simulate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from trunkline.core.config import Policy
    from trunkline.sim.scenario import Scenario

NARROWEST = 110


@dataclass(frozen=True, slots=True)
class Wanted:
    """A scenario file, the seeds of its days, and the rules they are played under.

    Without `rules` the one of a new organisation. A `policy` file is laid over that one, and stands
    beside the rules that are named.
    """

    file: Path
    seeds: Sequence[int]
    load: float | None = None
    html: Path | None = None
    rules: tuple[str, ...] = ()
    policy: Path | None = None


def run_file(wanted: Wanted) -> None:
    """Simulate, show progress and print.

    Raises `BadScenario`, `UnknownRule`, `UnfitPolicy`, `NotRunDown` or `OSError`.
    """
    given = scenario.load(wanted.file)
    if wanted.load is not None:
        given = scenario.at_load(given, wanted.load)
    found = _played(given, wanted.seeds, _policies(given, wanted))
    told = f"Rules: {', '.join(found)}; Trunkline {__version__}, core {CORE_VERSION}."
    single = next(iter(found.values())) if len(found) == 1 else None
    out = wide_console()
    for table in report.tables(single) if single else beside.tables(found):
        out.print(table)
    inputs, took_s = (
        sum(getattr(one, of) for one in found.values()) for of in ("inputs", "took_s")
    )
    out.print(told, highlight=False, markup=False, soft_wrap=True)
    out.print(f"{inputs:,} inputs of the cell in {took_s:.1f} s", highlight=False)
    if wanted.html:
        page = report.page(single, told) if single else beside.page(found, told)
        wanted.html.write_text(page, encoding="utf-8")
        out.print(f"{wanted.html} written", highlight=False)


def _policies(given: Scenario, wanted: Wanted) -> dict[str, Policy]:
    """The policies by what they are called in the report."""
    named = wanted.rules or (() if wanted.policy else (rules.DEFAULT,))
    found = {name: rules.under(given, name) for name in named}
    if wanted.policy:
        over = laid_over(given, rules.under(given, rules.DEFAULT), text_of(wanted.policy))
        found[f"with {wanted.policy.name}"] = over
    return found


def _played(given: Scenario, seeds: Sequence[int], policies: dict[str, Policy]) -> beside.Outcomes:
    """Each policy over the same days, with one bar for all."""
    with progress_bar(given.name) as progress:
        return {
            name: simulate(given, seeds, policy, _part(progress, number, len(policies)))
            for number, (name, policy) in enumerate(policies.items())
        }


def _part(progress: Callable[[float], None], number: int, parts: int) -> Callable[[float], None]:
    """How far one of several parts is, told as a share of all."""
    return lambda done: progress((number + done) / parts)


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
