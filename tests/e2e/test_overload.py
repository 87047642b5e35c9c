"""More comes than can be done: what is taken keeps its time, what is too much gets 503 early.

The whole program, calm, then at three times the rate that it is said to take, then calm again. The
burst that a flood begins with is taken in as any burst is, and counts.
"""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.node import Node
from tests.tools.burst import Attempt, Burst, p95
from tests.tools.soak import SOAK
from trunkline.adapters.edge.asterisk.settings import Limits

ECHO = "4003"
CALM_PER_S, CALM_S = 25.0, 8.0
FLOOD_S, AGAIN_S = 60.0, 10.0
MOST_GROWTH_MB = 60
"""Of a second flood: threads and heaps of the first are used again."""
pytestmark = [
    pytest.mark.timeout(170),
    pytest.mark.soak,
    pytest.mark.skipif(not SOAK, reason="two minutes of too many calls"),
]


async def test_at_three_times_the_capacity_what_is_taken_keeps_its_time(
    node: Node, record_property: Callable[[str, object], None]
) -> None:
    host, _, port = node.sip.partition(":")
    target = (host, int(port))
    await Burst(target, ECHO).run(CALM_PER_S, 3.0)
    calm = taken(await Burst(target, ECHO).run(CALM_PER_S, CALM_S))
    flood = await Burst(target, ECHO).run(3 * Limits().arrivals_per_s, FLOOD_S)
    statuses = Counter(one.status for one in flood)
    admitted, shed = taken(flood), [one for one in flood if one.status == 503]
    record_property("statuses", str(dict(statuses)))
    record_property("calm_p95_ms", round(p95(calm), 1))
    record_property("admitted_p95_ms", round(p95(admitted), 1))
    record_property("shed_p95_ms", round(p95(shed), 1))
    assert set(statuses) == {200, 503}
    assert len(shed) > len(flood) / 3
    assert p95(admitted) <= 2 * p95(calm)
    assert p95(shed) <= 2 * p95(calm)
    after = taken(await Burst(target, ECHO).run(CALM_PER_S, CALM_S))
    assert len(after) == CALM_PER_S * CALM_S, "somebody was refused after the flood"
    assert p95(after) <= 2 * p95(calm)

    before_mb = memory_mb(node)
    await Burst(target, ECHO).run(3 * Limits().arrivals_per_s, AGAIN_S)
    grown_mb = memory_mb(node) - before_mb
    record_property("memory_mb", round(before_mb))
    record_property("grown_mb", round(grown_mb))
    assert grown_mb < MOST_GROWTH_MB


def taken(attempts: list[Attempt]) -> list[Attempt]:
    return [one for one in attempts if one.status == 200]


def memory_mb(node: Node) -> float:
    """Resident memory of everything that belongs to the node."""
    mine = str(node.data).encode()
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            if mine in status.with_name("cmdline").read_bytes() or _is_asterisk(status, node):
                lines = status.read_text().splitlines()
                total += next(int(one.split()[1]) for one in lines if one.startswith("VmRSS"))
        except (OSError, StopIteration):
            continue
    return total / 1024


def _is_asterisk(status: Path, node: Node) -> bool:
    pid = (node.data / "asterisk" / "process.json").read_text()
    return f'"pid": {status.parent.name},' in pid
