"""Several rules in one scenario, side by side: tables for a terminal, and one page of HTML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from rich.table import Table

from trunkline.sim.compared import OF_A_SLICE
from trunkline.sim.report import WRITTEN, chart, document, figures_of, method, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from trunkline.sim.results import Estimate
    from trunkline.sim.run import Outcome

Outcomes = dict[str, "Outcome"]
"""What each rule came to in the same scenario over the same seeds, by the name it is told by."""
Row = tuple[str, str, list[str]]
"""A slice, a figure of it, and its value under each rule."""


def tables(found: Outcomes) -> list[Table]:
    """The figures for a terminal, a column a rule."""
    return [_table(title, rows, found) for title, rows in _parts(found)]


def page(found: Outcomes, told: str) -> str:
    """The same as one page of HTML, with a chart a rule; `told` says what was played."""
    first = next(iter(found.values()))
    body = [f"<p>{escape(first.scenario.about)}</p><p>{escape(method(first))} {escape(told)}</p>"]
    for title, rows in _parts(found):
        body += [f"<h2>{escape(title.capitalize())}</h2>", _html(rows, found)]
    for name, outcome in found.items():
        levels = {queue: part["sl"].mean for queue, part in outcome.queues.items()}
        body.append(chart(f"Service level by queue, {name}", levels, "%", 100))
    return document(first.scenario.name, "\n".join(body))


def _parts(found: Outcomes) -> Iterator[tuple[str, list[Row]]]:
    first = next(iter(found.values()))
    yield (
        f"{first.scenario.name}: {len(first.seeds)} days",
        _rows({name: {"": outcome.overall} for name, outcome in found.items()}, figures_of(first)),
    )
    yield "by queue", _rows({name: one.queues for name, one in found.items()}, OF_A_SLICE)
    yield "by level", _rows({name: one.levels for name, one in found.items()}, OF_A_SLICE)
    if first.channels:
        channels = {name: one.channels for name, one in found.items()}
        yield "what is written, by channel", _rows(channels, WRITTEN)


def _rows(
    by_rule: Mapping[str, Mapping[str, Mapping[str, Estimate]]], figures: Mapping[str, str]
) -> list[Row]:
    """A queue that only one rule leads anybody to is empty under the others."""
    slices = dict.fromkeys(name for slices in by_rule.values() for name in slices)
    return [
        (
            "" if number else name,
            label,
            [written(one[name][key]) if name in one else "–" for one in by_rule.values()],
        )
        for name in slices
        for number, (key, label) in enumerate(figures.items())
    ]


def _table(title: str, rows: list[Row], found: Outcomes) -> Table:
    table = Table(title=title)
    for label in ("", "figure"):
        table.add_column(label)
    for name in found:
        table.add_column(name, justify="right")
    for name, label, cells in rows:
        if name:
            table.add_section()
        table.add_row(name, label, *cells)
    return table


def _html(rows: list[Row], found: Outcomes) -> str:
    head = "".join(f"<th>{escape(label)}</th>" for label in ("", "", *found))
    body = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(label)}</td>"
        + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        + "</tr>"
        for name, label, cells in rows
    )
    return f'<table class="slices"><tr>{head}</tr>{body}</table>'
