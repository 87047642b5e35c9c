"""Which rule serves best: ours and every rival, the same callers and agents, many days.

    python -m bench policy        all; TRUNKLINE_BENCH_QUICK=1 for a first look (not saved)

Each rival is set the way that gave it the highest SL20 on the tuning seeds of the scenario, at load
0.80; our rule is set alike everywhere. Then all play the report seeds. A seed is one day of five
hours with the same callers, patience and talks for every rule, so differences are taken day by day.
SL20: answered within 20 s of all offered (abandons negative), from entering the queue to the
agent's phone being up, so ringing counts. The best rival is the best of the report itself, which
favours it.
"""

import gc
import os
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from bench.report import Report
from bench.rivals import STARVING_MS, index, rivals
from trunkline.sim import scenario
from trunkline.sim.results import Estimate, Figures, estimate
from trunkline.sim.run import one_day
from trunkline.sim.scenario import Scenario

SCENARIOS = ("centre", "giant", "chain")
LOADS = (0.80, 0.66)
TUNED_AT = 0.80
TUNING_SEEDS = range(501, 503)
REPORT_SEEDS = range(9_001, 9_013)
QUICK_SEEDS = range(9_001, 9_003)
WORKERS = 2
OURS = "index"
SHOWN = ("sl", "sl_ignored", "sl_positive", "asa_s", "p95_s", "abandon", "vip_sl", "occupancy_sd",
         "primary", "longest_s")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """One day of one rule."""

    name: str
    load: float
    rule: str
    way: str
    seed: int


Days = dict[tuple[str, float, str], list[Figures]]


def given(name: str, load: float) -> Scenario:
    path = Path(__file__).parent / "scenarios" / f"{name}.toml"
    return scenario.at_load(scenario.load(path), load)


def _settle() -> None:
    """Days leave no cycles behind: looking for them often only takes time."""
    gc.set_threshold(200_000, 50, 100)


def play(run: Run) -> Figures:
    where = given(run.name, run.load)
    policy = index(where) if run.rule == OURS else rivals(where)[run.rule][run.way]
    return one_day(where, run.seed, policy)[0].overall


def measure() -> Report:
    """Tune the rivals, play the report, compare."""
    quick = bool(os.environ.get("TRUNKLINE_BENCH_QUICK"))
    seeds = QUICK_SEEDS if quick else REPORT_SEEDS
    with ProcessPoolExecutor(WORKERS, initializer=_settle) as workers:
        ways = _tuned(workers, TUNING_SEEDS[:1] if quick else TUNING_SEEDS)
        days = _played(workers, ways, seeds)
    report = Report(
        "policy",
        f"{WORKERS} processes, not pinned: nothing here depends on the time it takes",
        ("scenario", "load", "rule", "SL20", "ign.", "pos.", "ASA s", "p95 s", "abandon", "VIP SL",
         "occ. sd", "primary", "longest s"),
    )  # fmt: skip
    for (name, load, rule), figures in days.items():
        values = (f"{fmean(day[key] for day in figures):.2f}" for key in SHOWN)
        report.rows.append((name, f"{load:.2f}", rule, *values))
    report.figures = _figures(days) | {"seeds": float(len(seeds))}
    report.notes = [
        *(f"{name}, {rule}: {way}" for (name, rule), way in ways.items()),
        *(_gain_line(days, name, load) for name in SCENARIOS for load in LOADS),
        f"tuned on seeds {_span(TUNING_SEEDS)}, reported on {_span(seeds)}",
    ]
    return report


def _tuned(workers: ProcessPoolExecutor, seeds: Iterable[int]) -> dict[tuple[str, str], str]:
    """For each scenario and rival the way that answered most within the threshold."""
    runs = [
        Run(name, TUNED_AT, rule, way, seed)
        for name in SCENARIOS
        for rule, ways in rivals(given(name, TUNED_AT)).items()
        for way in ways
        for seed in seeds
    ]
    levels: dict[tuple[str, str], dict[str, float]] = {}
    for run, figures in zip(runs, workers.map(play, runs), strict=True):
        found = levels.setdefault((run.name, run.rule), {})
        found[run.way] = found.get(run.way, 0.0) + figures["sl"]
    return {key: max(ways, key=lambda way: ways[way]) for key, ways in levels.items()}


def _played(
    workers: ProcessPoolExecutor, ways: dict[tuple[str, str], str], seeds: Iterable[int]
) -> Days:
    rules = [*dict.fromkeys(rule for _, rule in ways), OURS]
    runs = [
        Run(name, load, rule, ways.get((name, rule), ""), seed)
        for name in SCENARIOS
        for load in LOADS
        for rule in rules
        for seed in seeds
    ]
    days: Days = {}
    for run, figures in zip(runs, workers.map(play, runs), strict=True):
        days.setdefault((run.name, run.load, run.rule), []).append(figures)
    return days


def gain(days: Days, name: str, load: float) -> tuple[str, Estimate]:
    """The best rival, and our SL20 less its, day by day, in points."""
    best = max(
        (rule for where, at, rule in days if (where, at) == (name, load) and rule != OURS),
        key=lambda rule: _mean(days[name, load, rule], "sl"),
    )
    ours, theirs = days[name, load, OURS], days[name, load, best]
    return best, estimate([a["sl"] - b["sl"] for a, b in zip(ours, theirs, strict=True)])


def _figures(days: Days) -> dict[str, float]:
    """The worst of the scenarios for each key, and each scenario's own."""
    gains = {(name, load): gain(days, name, load)[1] for name in SCENARIOS for load in LOADS}
    figures = {
        "sl20_gain_080": min(gains[name, 0.80].mean for name in SCENARIOS),
        "sl20_gain_066": min(gains[name, 0.66].mean for name in SCENARIOS),
        "gain_080_ci_low": min(gains[name, 0.80].low for name in SCENARIOS),
        "gain_066_ci_low": min(gains[name, 0.66].low for name in SCENARIOS),
        "longest_s": max(day["longest_s"] for key, many in days.items() if key[2] == OURS
                         for day in many),
        "starving_cap_s": STARVING_MS / 1_000,
    }  # fmt: skip
    figures |= _worst_pair(days, "abandon", "abandon_pct", "best_peer_abandon_pct", None)
    figures |= _worst_pair(days, "p95_s", "p95_s", "strict_p95_s", "strict")
    figures |= _worst_pair(days, "vip_sl", "vip_sl", "strict_vip_sl", "strict", sign=-1)
    figures |= _worst_pair(
        days, "occupancy_sd", "occupancy_sd", "longest_idle_occupancy_sd", "strict"
    )
    for (name, load), value in gains.items():
        figures[f"{name}_{round(load * 100):03}_gain"] = value.mean
        figures[f"{name}_{round(load * 100):03}_ci_low"] = value.low
    return figures


def _worst_pair(
    days: Days, key: str, ours: str, theirs: str, rival: str | None, sign: int = 1
) -> dict[str, float]:
    """Our figure and a rival's (None: the lowest of all) where ours compares worst."""
    pairs = []
    for name in SCENARIOS:
        for load in LOADS:
            others = [rule for where, at, rule in days if (where, at) == (name, load)]
            wanted = [rival] if rival else [rule for rule in others if rule != OURS]
            other = min(_mean(days[name, load, rule], key) for rule in wanted)
            own = _mean(days[name, load, OURS], key)
            pairs.append((sign * (own - other), own, other))
    _, own, other = max(pairs)
    return {ours: own, theirs: other}


def _gain_line(days: Days, name: str, load: float) -> str:
    best, value = gain(days, name, load)
    return (
        f"{name} at {load:.2f}: {value.mean:+.2f} points over {best}, "
        f"95 % interval {value.low:+.2f} to {value.high:+.2f}"
    )


def _mean(days: list[Figures], key: str) -> float:
    return fmean(day[key] for day in days)


def _span(seeds: range) -> str:
    return f"{seeds.start} to {seeds.stop - 1}"


if __name__ == "__main__":
    measured = measure()
    measured.show()
    if not os.environ.get("TRUNKLINE_BENCH_QUICK"):
        measured.save()
