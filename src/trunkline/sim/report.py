"""What a simulation found: tables for a terminal, and one page of HTML without outside addresses.

The charts are plain SVG: a rectangle or a point a figure, with its value as text beside it or as
its title; the tables say the same, so nothing is told by colour alone.
"""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trunkline.sim.results import Estimate
    from trunkline.sim.run import Outcome

OVERALL = {
    "offered": "offered",
    "sl": "service level %, abandons negative",
    "sl_ignored": "service level %, abandons ignored",
    "sl_positive": "service level %, early abandons positive",
    "vip_sl": "service level % of VIPs",
    "asa_s": "mean wait of the answered, s",
    "p95_s": "95 % waited at most, s",
    "longest_s": "longest wait, s",
    "abandon": "abandoned %",
    "occupancy": "occupancy %",
    "occupancy_sd": "spread of occupancy, points",
    "primary": "answered by their primary agents %",
    "failed_offers": "offers that failed",
}
CALLBACKS = {
    "callbacks": "callbacks taken",
    "reached": "of them reached %",
    "called_back_s": "mean time until reached, s",
    "in_vain": "tries in vain a callback",
}
"""Shown where a scenario calls back."""
SLICE = {
    "offered": "offered",
    "sl": "SL %",
    "sl_ignored": "SL % ignored",
    "sl_positive": "SL % positive",
    "asa_s": "ASA s",
    "p95_s": "p95 s",
    "abandon": "abandoned %",
}
WRITTEN = {
    "offered": "came",
    "answered": "taken up",
    "sl": "in time %",
    "asa_s": "mean wait s",
    "p95_s": "p95 s",
    "longest_s": "longest s",
    "abandon": "left %",
    "open": "open at the end",
}
"""Of what is written; in time is by the target of the channel."""
SLICE_CALLBACKS = {"callbacks": "callbacks", "reached": "reached %", "called_back_s": "after s"}
WIDEST_BAR = 180.0
"""Of a chart that is 900 wide: a single bar is no wall."""


def tables(outcome: Outcome) -> list[Table]:
    """The figures for a terminal."""
    found = outcome.overall
    first = Table(title=f"{outcome.scenario.name}: {len(outcome.seeds)} days")
    first.add_column("figure")
    first.add_column("mean ± 95 %", justify="right")
    for key, label in figures_of(outcome).items():
        first.add_row(label, written(found[key]))
    found_by = [
        first,
        _sliced("by queue", outcome.queues, SLICE),
        _sliced("by level", outcome.levels, SLICE),
    ]
    if outcome.scenario.callbacks:
        found_by.append(_sliced("callbacks by queue", outcome.queues, SLICE_CALLBACKS))
    if outcome.channels:
        found_by.append(_sliced("what is written, by channel", outcome.channels, WRITTEN))
    return found_by


def figures_of(outcome: Outcome) -> dict[str, str]:
    """The figures of whole days that a scenario has, and what they are called."""
    return OVERALL | (CALLBACKS if outcome.scenario.callbacks else {})


def _columns(outcome: Outcome) -> dict[str, str]:
    return SLICE | (SLICE_CALLBACKS if outcome.scenario.callbacks else {})


def written(value: Estimate) -> str:
    """A figure and its uncertainty."""
    mean = _number(value.mean)
    return mean if math.isnan(value.half) else f"{mean} ± {_number(value.half)}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.2f}"


def _sliced(
    title: str, slices: Mapping[str, Mapping[str, Estimate]], columns: Mapping[str, str]
) -> Table:
    table = Table(title=title)
    table.add_column("")
    for label in columns.values():
        table.add_column(label, justify="right")
    for name, figures in slices.items():
        table.add_row(name, *(written(figures[key]) for key in columns))
    return table


def method(outcome: Outcome) -> str:
    """How the figures came about, in a sentence."""
    days = len(outcome.seeds)
    return (
        f"{days} simulated {'day' if days == 1 else 'days'} (seeds "
        f"{', '.join(map(str, outcome.seeds))}); mean and 95 % confidence interval over them."
    )


def page(outcome: Outcome, told: str = "") -> str:
    """The report as one page of HTML; `told` says what was played."""
    scenario, overall = outcome.scenario, outcome.overall
    spread = _occupancy_classes([share for day in outcome.days for share in day.occupancy])
    intervals, columns = outcome.intervals, _columns(outcome)
    body = _BODY.format(
        about=escape(scenario.about),
        method=escape(f"{method(outcome)} {told}".strip()),
        overall=_rows({label: overall[key] for key, label in figures_of(outcome).items()}),
        queues=_slice_table(outcome.queues, columns),
        levels=_slice_table(outcome.levels, columns),
        written=_written(outcome),
        sl=chart(
            "Service level by interval of arrival",
            {name: part["sl"].mean for name, part in intervals.items()},
            "%",
            100,
        ),
        calls=chart(
            "Interactions by interval",
            {name: part["offered"].mean for name, part in intervals.items()},
        ),
        by_queue=chart(
            "Service level by queue",
            {name: part["sl"].mean for name, part in outcome.queues.items()},
            "%",
            100,
        ),
        waits=chart(
            "How long people waited, answered or not",
            {name: part.mean for name, part in outcome.shape.items()},
            "%",
        ),
        occupancy=chart("Occupancy of the agents", spread, "%"),
    )
    return document(scenario.name, body)


def document(title: str, body: str) -> str:
    """A page of HTML with this in it."""
    return _DOCUMENT.format(title=escape(title), body=body)


def _rows(figures: Mapping[str, Estimate]) -> str:
    return "".join(
        f"<tr><th>{escape(label)}</th><td>{escape(written(value))}</td></tr>"
        for label, value in figures.items()
    )


def _slice_table(slices: Mapping[str, Mapping[str, Estimate]], columns: Mapping[str, str]) -> str:
    head = "".join(f"<th>{escape(label)}</th>" for label in columns.values())
    body = "".join(
        f"<tr><th>{escape(name)}</th>"
        + "".join(f"<td>{escape(written(figures[key]))}</td>" for key in columns)
        + "</tr>"
        for name, figures in slices.items()
    )
    return f'<table class="slices"><tr><th></th>{head}</tr>{body}</table>'


def _written(outcome: Outcome) -> str:
    if not outcome.channels:
        return ""
    return f"<h2>What is written, by channel</h2>{_slice_table(outcome.channels, WRITTEN)}"


def _occupancy_classes(shares: list[float]) -> dict[str, float]:
    """How the agents' occupancy is spread, in classes of five points, % of the agents."""
    if not shares:
        return {}
    low, high = int(min(shares) // 5), int(max(shares) // 5)
    counts = dict.fromkeys(range(low, high + 1), 0)
    for share in shares:
        counts[int(share // 5)] += 1
    return {f"{5 * k}–{5 * k + 5} %": 100 * n / len(shares) for k, n in counts.items()}


def chart(title: str, values: Mapping[str, float], unit: str = "", top: float | None = None) -> str:
    """One bar a value; the highest reaches `top`, or the top of the chart."""
    if not values:
        return ""
    full = top or max(values.values()) or 1.0
    width = min(WIDEST_BAR, 900 / len(values))
    drawn = "".join(
        _bar(number * width, width, value / full, name, f"{value:.1f} {unit}".strip())
        for number, (name, value) in enumerate(values.items())
    )
    named = escape(title)
    svg = f'<svg viewBox="0 0 900 190" role="img" aria-label="{named}">{drawn}</svg>'
    return f"<h2>{named}</h2>{svg}"


def _bar(left: float, width: float, share: float, name: str, value: str) -> str:
    height = 150 * share
    middle = left + width / 2
    shown = f'<text x="{middle:.1f}" y="{160 - height:.1f}">{escape(value)}</text>'
    return (
        f'<rect x="{left + 2:.1f}" y="{165 - height:.1f}" width="{width - 4:.1f}" '
        f'height="{height:.1f}"><title>{escape(name)}: {escape(value)}</title></rect>'
        f"{shown if width >= 38 else ''}"
        f'<text x="{middle:.1f}" y="182">{escape(name)}</text>'
    )


_DOCUMENT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 15px/1.5 system-ui, sans-serif; max-width: 1120px; margin: 2rem auto; padding: 0 1rem;
  color: #1f2937; background: #fff; }}
h1 {{ margin-bottom: 0; }} h2 {{ margin-top: 2.2rem; }}
table {{ border-collapse: collapse; }}
th, td {{ padding: .3rem .6rem; border-bottom: 1px solid #e5e7eb; text-align: right; }}
td {{ white-space: nowrap; font-variant-numeric: tabular-nums; }}
table.slices {{ font-size: 13px; }}
th:first-child {{ text-align: left; font-weight: 500; }}
svg {{ width: 100%; }} rect {{ fill: #2563eb; }}
svg text {{ font-size: 11px; text-anchor: middle; fill: #374151; }}
</style></head><body>
<h1>{title}</h1>{body}
</body></html>
"""
_BODY = """<p>{about}</p><p>{method}</p>
<table>{overall}</table>
{sl}
{calls}
{by_queue}{queues}
<h2>By level</h2>{levels}
{written}
{waits}
{occupancy}"""
