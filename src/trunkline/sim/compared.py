"""What a day that was played again came to: tables for a terminal, and one page of HTML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.table import Table

from trunkline.sim.report import chart, document, written
from trunkline.sim.results import Estimate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from trunkline.sim.whatif import Comparison, Line, Slice

OVERALL: Final = {
    "offered": "offered",
    "sl": "service level %, abandons negative",
    "sl_ignored": "service level %, abandons ignored",
    "sl_positive": "service level %, early abandons positive",
    "asa_s": "mean wait of the answered, s",
    "p95_s": "95 % waited at most, s",
    "longest_s": "longest wait, s",
    "abandon": "abandoned %",
}
OF_A_SLICE: Final = {
    "offered": "offered",
    "sl": "service level %",
    "asa_s": "mean wait, s",
    "p95_s": "p95, s",
    "abandon": "abandoned %",
}
COLUMNS: Final = ("as it was", "played as published")


class Told(NamedTuple):
    """A comparison and how it is told: `changed` names the other policy, where there is one."""

    title: str
    about: str
    changed: str | None
    found: Comparison


def tables(told: Told) -> list[Table]:
    """The figures for a terminal; ± is half of a 95 % interval over the days played."""
    first = _table(told, told.title, "figure")
    for key, label in OVERALL.items():
        first.add_row(label, *_cells(told, told.found.overall[key]))
    return [first, *(_sliced(told, title, slices) for title, slices in _parts(told.found))]


def page(told: Told) -> str:
    """The report as one page of HTML."""
    overall = [(label, told.found.overall[key]) for key, label in OVERALL.items()]
    body = [f"<p>{escape(told.about)}</p>", _rows(told, [("", overall)])]
    for title, slices in _parts(told.found):
        body += [f"<h2>{escape(title.capitalize())}</h2>", _rows(told, _of_slices(slices))]
    levels = {name: part["sl"] for name, part in told.found.queues.items()}
    charts = {COLUMNS[-1]: {name: line.published.mean for name, line in levels.items()}}
    if told.changed:
        charts[told.changed] = {name: line.draft.mean for name, line in levels.items()}
    for label, values in charts.items():
        body.append(chart(f"Service level by queue, {label}", values, "%", 100))
    return document(told.title, "\n".join(body))


def _parts(found: Comparison) -> Iterable[tuple[str, Mapping[str, Slice]]]:
    every = (("by queue", found.queues), ("by level", found.levels),
             ("what is written, by channel", found.channels))  # fmt: skip
    return [(title, slices) for title, slices in every if slices]


def _sliced(told: Told, title: str, slices: Mapping[str, Slice]) -> Table:
    table = _table(told, title, "", "figure")
    for name, lines in _of_slices(slices):
        for number, (label, line) in enumerate(lines):
            table.add_row("" if number else name, label, *_cells(told, line))
        table.add_section()
    return table


def _table(told: Told, title: str, *left: str) -> Table:
    table = Table(title=title)
    for label in left:
        table.add_column(label)
    for label in _columns(told):
        table.add_column(label, justify="right")
    return table


def _columns(told: Told) -> tuple[str, ...]:
    return (*COLUMNS, told.changed, "difference") if told.changed else COLUMNS


def _of_slices(slices: Mapping[str, Slice]) -> list[tuple[str, list[tuple[str, Line]]]]:
    return [
        (name, [(label, part[key]) for key, label in OF_A_SLICE.items()])
        for name, part in slices.items()
    ]


def _cells(told: Told, line: Line) -> tuple[str, ...]:
    was = written(Estimate(line.was, float("nan")))
    if not told.changed:
        return was, written(line.published)
    sign = "+" if line.difference.mean > 0 else ""
    return was, written(line.published), written(line.draft), sign + written(line.difference)


def _rows(told: Told, groups: Iterable[tuple[str, list[tuple[str, Line]]]]) -> str:
    head = "".join(f"<th>{escape(label)}</th>" for label in ("", "", *_columns(told)))
    body = "".join(
        f"<tr><th>{escape('' if number else name)}</th><td>{escape(label)}</td>"
        + "".join(f"<td>{escape(cell)}</td>" for cell in _cells(told, line))
        + "</tr>"
        for name, lines in groups
        for number, (label, line) in enumerate(lines)
    )
    return f'<table class="slices"><tr>{head}</tr>{body}</table>'
