"""How long is an agent free while a caller waits, before the agent's phone is rung.

20 agents, 240 callers at 100/s (so 200+ wait), wrap-up 0, phones answer at once and hold for a
uniform 0.6 to 1.6 s. The same load against app_queue in the same run. Both are silent to who waits;
then once more with what a queue does as it is installed, music and announcements of place and wait
to all of the 200, which the peer does not do.
"""

from bench import load, targets
from bench.report import Report

AGENTS = 20
RUNS = 3
AS_INSTALLED: dict[str, object] = {"music": "default", "announce_every_s": 45}
LOAD = load.Load("4001", rate=100, calls=240, agent_scenario="agent_rand.xml")


def measure() -> Report:
    report = Report(
        "gap",
        "target (Asterisk and our processes, or app_queue) on core 0, SIPp on core 1",
        ("", "p50 ms", "p95 ms", "p99 ms", "max ms", "connections", "failed %"),
    )
    with targets.trunkline(AGENTS) as target:
        ours = [load.run(LOAD) for _ in range(RUNS)]
        target.queue_rules(**AS_INSTALLED)
        spoken_to = [load.run(LOAD) for _ in range(RUNS)]
    with targets.app_queue(AGENTS):
        theirs = [load.run(_for_peer(LOAD)) for _ in range(RUNS)]
    _row(report, "Trunkline", ours, "")
    _row(report, "Trunkline, music and announcements", spoken_to, "spoken_to_")
    _row(report, "app_queue", theirs, "peer_")
    ratio = report.figures["peer_gap_p50_ms"] / report.figures["gap_p50_ms"]
    report.notes.append(f"app_queue's median gap is {ratio:.0f} times ours")
    return report


def _row(report: Report, name: str, outcomes: list[load.Outcome], prefix: str) -> None:
    gaps = [gap for outcome in outcomes for gap in outcome.gaps]
    shares = {share: load.percentile_ms(gaps, share) for share in (0.5, 0.95, 0.99, 1.0)}
    failed = max(outcome.failed_pct for outcome in outcomes)
    each = (f"{ms:.1f}" for ms in shares.values())
    report.rows.append((name, *each, str(len(gaps)), f"{failed:.1f}"))
    report.figures |= {f"{prefix}gap_p50_ms": shares[0.5], f"{prefix}gap_p99_ms": shares[0.99]}


def _for_peer(ours: load.Load) -> load.Load:
    return load.Load("605", ours.rate, ours.calls, ours.hold_ms, ours.agent_scenario)
