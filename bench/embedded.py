"""The embedded engine: how late its beat is, and what it costs, with so many recorded calls.

Each call is a customer's and an agent's page in a bridge, both saying a tone, with a recording. The
engine has core 0, the pages the other. A beat that is more than 20 ms late is heard.
"""

import asyncio
import os
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from bench.report import Report
from tests.tools.page import Page
from trunkline.adapters.edge.embedded.edge import EmbeddedEdge
from trunkline.adapters.edge.embedded.process import EngineProcess
from trunkline.adapters.edge.embedded.settings import EmbeddedSettings
from trunkline.core.call import commands as c
from trunkline.core.words import BridgeId, DeviceKind, InteractionId, LegId, RecordingId, Token
from trunkline.ports.edge import Account, CallArrived

CALLS = (5, 15, 25)
SECONDS = 12
SETTLE_S = 3
CORE, OTHER = {0}, {1}
TICKS = os.sysconf("SC_CLK_TCK")


def measure() -> Report:
    return _measured(CALLS)


def _measured(levels: tuple[int, ...]) -> Report:
    report = Report(
        "embedded",
        "the engine on core 0, pages on core 1",
        ("calls", "beats", "late", "latest ms", "processor ms/s", "a call"),
    )
    here = os.sched_getaffinity(0)
    os.sched_setaffinity(0, OTHER)
    try:
        with tempfile.TemporaryDirectory() as folder:
            for calls in levels:
                asyncio.run(_measure(EmbeddedSettings(Path(folder) / str(calls)), calls, report))
    finally:
        os.sched_setaffinity(0, here)
    return report


def late_pct(calls: int) -> float:
    """How many of a hundred beats were late with so many calls."""
    report = _measured((calls,))
    return 100 * report.figures[f"late_{calls}"] / report.figures[f"beats_{calls}"]


async def _measure(settings: EmbeddedSettings, calls: int, report: Report) -> None:
    process, edge = EngineProcess(settings), EmbeddedEdge(settings)
    await process.start()
    pid = process.pid or 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(thread.name), CORE)
    try:
        async with AsyncExitStack() as pages:
            await edge.open(1)
            await _talk(edge, settings, calls, pages)
            await asyncio.sleep(SETTLE_S)
            before, spent = (await edge.health()).details, _spent_s(pid)
            await asyncio.sleep(SECONDS)
            after, spent = (await edge.health()).details, _spent_s(pid) - spent
    finally:
        await edge.close()
        await process.stop()
    beats, late = (int(after[name]) - int(before[name]) for name in ("beats", "late"))
    cost = 1000 * spent / SECONDS
    worst = float(after["latest_ms"])
    row = (calls, beats, late, f"{worst:.0f}", f"{cost:.0f}", f"{cost / calls:.1f}")
    report.rows.append(tuple(map(str, row)))
    report.figures |= {f"beats_{calls}": beats, f"late_{calls}": late}
    report.figures |= {f"processor_ms_{calls}": cost / calls}


async def _talk(
    edge: EmbeddedEdge, settings: EmbeddedSettings, calls: int, pages: AsyncExitStack
) -> None:
    """So many calls, in talk and recorded."""
    events = edge.events()
    for n in range(calls):
        guest, agent = f"guest-{n}", f"agent-{n}"
        for name, number in ((guest, "1"), (agent, None)):
            await edge.put_account(Account(name, "s", browser=True, number=number))
        customer = Page(settings.socket, guest, 440)
        desk = Page(settings.socket, agent, 700, register=True)
        for page in (customer, desk):
            pages.push_async_callback(page.close)
            await page.open("s")
        await customer.call("4001")
        async for numbered in events:
            if isinstance(numbered.event, CallArrived):
                break
        leg, other = numbered.event.leg, LegId(f"b-{n}-1")
        dial = c.DialAgent(other, agent, DeviceKind.BROWSER, InteractionId("i"), Token("x"), 9_000)
        for command in (c.AnswerLeg(leg), dial):
            await edge.send(command, 1)
        await customer.answered()
        await desk.answered()
        await edge.send(c.Bridge(BridgeId(f"b-{n}-2"), (leg, other)), 1)
        await edge.send(c.Record(RecordingId(f"rec-{n}"), leg), 1)


def _spent_s(pid: int) -> float:
    """Processor seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
