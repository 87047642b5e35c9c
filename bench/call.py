"""Call: from INVITE to both sides joined, and to the agent's pop; failures; processor time.

Free agents on fixed phones, 1 s calls, no media sent; every call is recorded by us (the peer does
not record). Asterisk and our processes share one core, the load has the other.
"""

import contextlib
import json
import threading
import time
from collections import defaultdict

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from bench import load, targets
from bench.report import Report

AGENTS = 200
SECONDS = 10
NONE = float("nan")


class Pops:
    """When each agent's pop was on the stream, in order."""

    def __init__(self, target: targets.Trunkline) -> None:
        self.at: dict[str, list[float]] = defaultdict(list)
        self._names = {a["id"]: a["username"] for a in target.get("/agents").json()["items"]}
        self._socket = connect(
            "ws://127.0.0.1:18081/api/v1/stream",
            additional_headers={"Authorization": f"Bearer {target.token}"},
            max_queue=None,
        )
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._socket.close()
        self._thread.join(5)

    def _listen(self) -> None:
        with contextlib.suppress(ConnectionClosed):  # a follower that fell behind is ended
            for message in self._socket:
                now = time.time()
                event = json.loads(message)
                if event.get("type") == "trunkline.offer.made.v1":
                    self.at[self._names[event["data"]["agent_id"]]].append(now)


def measure() -> Report:
    report = Report(
        "call",
        "Asterisk and our processes together on core 0, SIPp on core 1",
        (
            "",
            "calls/s",
            "set-up p50 ms",
            "p95 ms",
            "pop p95 ms",
            "failed %",
            "503",
            "CPU ms/call, ours",
            "Asterisk's",
        ),
    )
    with targets.trunkline(AGENTS) as target:
        _ours(report, target, 20)
        at_50 = _ours(report, target, 50)
        at_60 = _ours(report, target, 60)
        over = _ours(report, target, 150)
    with targets.app_queue(AGENTS) as asterisk:
        before = load.cpu_s([asterisk])
        peer = load.run(load.Load("605", 50, 50 * SECONDS))
        peer_cpu = _ms_a_call(before, [asterisk], peer)
        _row(report, "app_queue", 50, peer, NONE, (NONE, peer_cpu))
    setup, pop, cpu, _ = at_50
    report.figures |= {
        "setup_p95_ms_at_50": setup,
        "pop_p95_ms": pop,
        "cpu_ms_per_call": cpu,
        "failed_pct_at_60": at_60[3].failed_pct,
        "peer_setup_p95_ms_at_50": load.percentile_ms(peer.setups, 0.95),
        "peer_cpu_ms_per_call": peer_cpu,
    }
    report.notes.append(
        f"our processes take {cpu / peer_cpu:.2f} times the processor time that app_queue takes"
    )
    lost = over[3].calls - over[3].done - over[3].refused
    report.notes.append(f"beyond the limit (150/s): {over[3].refused} answered 503, {lost} lost")
    return report


def _ours(
    report: Report, target: targets.Trunkline, rate: int
) -> tuple[float, float, float, load.Outcome]:
    pops = Pops(target)
    asterisk = [target.asterisk_pid()]
    before, before_asterisk = load.cpu_s(target.pids()), load.cpu_s(asterisk)
    outcome = load.run(load.Load("4001", rate, rate * SECONDS))
    cpu = _ms_a_call(before, target.pids(), outcome)
    under = _ms_a_call(before_asterisk, asterisk, outcome)
    pops.stop()
    waits = [
        at - outcome.invited[caller]
        for agent, callers in outcome.callers_rung.items()
        for caller, at in zip(callers, pops.at.get(agent, ()), strict=False)
        if caller in outcome.invited
    ]
    pop = load.percentile_ms(waits, 0.95)
    _row(report, "Trunkline", rate, outcome, pop, (cpu, under))
    return load.percentile_ms(outcome.setups, 0.95), pop, cpu, outcome


def _ms_a_call(before_s: float, pids: list[int], outcome: load.Outcome) -> float:
    return (load.cpu_s(pids) - before_s) * 1000 / max(1, outcome.calls)


def _row(
    report: Report,
    name: str,
    rate: int,
    outcome: load.Outcome,
    pop: float,
    cpu: tuple[float, float],
) -> None:
    report.rows.append(
        (
            name,
            str(rate),
            f"{load.percentile_ms(outcome.setups, 0.5):.1f}",
            f"{load.percentile_ms(outcome.setups, 0.95):.1f}",
            f"{pop:.1f}",
            f"{outcome.failed_pct:.2f}",
            str(outcome.refused),
            *(f"{ms:.1f}" for ms in cpu),
        )
    )
