"""Two Asterisks behind Kamailio, under calls at a rate: one is drained and renewed, one killed."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.e2e.full_house import MASKED, PHONES_PORT, QUEUE, staff
from tests.e2e.node import ROOT, Node
from tests.e2e.page_kills import AGENT_HZ, done, page_call, they_hear_each_other
from tests.e2e.pages import browser
from tests.e2e.people import Person, all_of, until
from tests.e2e.rush import RTP_PORT, Rush, node_of, rush
from tests.tools import company
from tests.tools.needs import requires_kamailio
from tests.tools.netns import NetworkNamespace
from tests.tools.sipp import caller
from tests.tools.soak import SOAK

AGENTS, PER_S, HOLD_S = (50, 30, 1.2) if SOAK else (16, 8, 1.5)
LEAST = 900 if SOAK else 40
"""So many calls come at least in each scene."""
BEFORE_S = 10.0 if SOAK else 1.0
"""So long calls come before anything is done."""

ANSWERED_WITHIN_S = 5.0
"""A new call while one Asterisk is dead; half a second of silence, and the other is asked."""
ON_THEIR_WAY_S = 0.5
"""Who called so shortly before the kill may stand at the dead one without an answer."""

BY_THEMSELVES = ("customer", "abandoned")
"""Who hung up in a talk, or while they waited for one."""

LOGS_IN_AGAIN_S = 6.0
"""A page whose line was cut opens the next one within seconds, and logs in."""

Recorder = Callable[[str, object], None]
pytestmark = [pytest.mark.soak, pytest.mark.timeout(0 if SOAK else 150)]


@pytest.fixture(scope="module")
def twins(town: NetworkNamespace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node with two Asterisks, and agents with phones that are always there."""
    requires_kamailio()
    with town.entered():
        data = tmp_path_factory.mktemp("twins") / "data"
        node = Node(data, media_nodes=2)
        try:
            with_users(data)
            staff(node, AGENTS)
            node.start()
            with (
                company.phones(PHONES_PORT, RTP_PORT),
                closing(Person(node, "admin")) as admin,
            ):
                ids = {one["username"]: one["id"] for one in admin.get("/agents")["items"]}
                agents = [ids[f"a{n}"] for n in range(AGENTS)]
                admin.patch(f"/queues/{QUEUE}", agents=agents, recording="off")
                yield node
        finally:
            node.kill_all()


def with_users(data: Path) -> None:
    """The demo's users, which need no telephony."""
    seeding = Node(data, telephony="embedded")
    seeding.start()
    seeding.kill_all()


@pytest.fixture
def node(inside: NetworkNamespace, twins: Node) -> Node:
    return twins


async def by_operator(node: Node, line: str) -> str:
    """What the terminal says to a line of an operator's."""
    command = [sys.executable, "-m", "trunkline.app.cli", *line.split()[1:]]
    done = await asyncio.to_thread(
        subprocess.run,
        [*command, "--data", str(node.data)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def how_they_ended(node: Node, since: str) -> dict[str, str]:
    """By whom each call was ended, by the last digits of its number."""
    with closing(Person(node, "admin")) as admin:
        found = all_of(admin, "/interactions", queue=QUEUE, **{"from": since})
        return {one["phone_masked"][-MASKED:]: one["ended_by"] for one in found}


async def test_strangers_and_unknown_numbers_are_refused_as_by_one(node: Node) -> None:
    with closing(Person(node, "admin")) as admin:
        (trunk,) = admin.get("/trunks")["items"]
        admin.patch(f"/trunks/{trunk['id']}", sources=["127.0.0.1/32"])
    with caller(node.sip, "4001", host="127.0.9.9") as stranger:
        assert await stranger.refused() == 403
    with caller(node.sip, "4999") as lost:
        assert await lost.refused() == 404


@pytest.mark.skipif(not SOAK, reason="a browser of its own for what pages do by one node as well")
async def test_a_page_talks_by_either_node_and_after_kamailio_died(
    node: Node, tmp_path: Path, record_property: Recorder
) -> None:
    nodes = []
    async with browser(node, AGENT_HZ, tmp_path) as page:
        await page.sign_in("agent1")
        await page.be_ready()
        for kamailio_dies in (False, False, True):
            if kamailio_dies:
                node.kill_part("kamailio")
                await asyncio.sleep(LOGS_IN_AGAIN_S)
            async with page_call(node, page) as customer:
                await they_hear_each_other(page, customer)
                nodes.append(node_of(int(customer.lines("ANSWERED")[-1][2])))
                await done(page, customer)
    record_property("nodes_of_a_page", nodes)
    assert set(nodes) == {"1", "2"}


async def test_no_call_is_lost_while_a_node_is_drained_and_renewed(
    node: Node, record_property: Recorder
) -> None:
    began = datetime.now(UTC).isoformat()
    async with rush(node, PER_S, HOLD_S) as calls:
        await asyncio.sleep(BEFORE_S)
        told = await by_operator(node, "trunkline telephony drain 1 --wait 30")
        assert told == "1: drained, 0 legs left\n"
        drained_at = time.monotonic()
        assert "1: drained, 0 legs\n" in await by_operator(node, "trunkline telephony nodes")
        await by_operator(node, "trunkline telephony restart 1")
        renewed_at = time.monotonic()
        await by_operator(node, "trunkline telephony undrain 1")
        await until(lambda: any(c.at_node == "1" for c in calls.since(renewed_at)), "calls", 20)
        await until(lambda: len(calls.calls) >= LEAST, "all calls", 90)
        await calls.end(20)
    spared = [c for c in calls.since(drained_at) if c.begun_at < renewed_at]
    assert {call.at_node for call in spared} == {"2"}
    assert all(call.ended for call in calls.calls.values())
    ended = how_they_ended(node, began)
    assert len(ended) == len(calls.calls)
    assert set(ended.values()) <= {*BY_THEMSELVES}
    record_property("calls", len(calls.calls))
    record_property("calls_per_s", PER_S)
    record_property("failed", 0)
    record_property("calls_while_drained", len(spared))


async def test_a_node_that_is_killed_costs_its_own_calls_only(
    node: Node, record_property: Recorder
) -> None:
    began = datetime.now(UTC).isoformat()
    async with rush(node, PER_S, HOLD_S) as calls:
        await asyncio.sleep(BEFORE_S)
        lost, killed_at = await kill(node, calls)
        others = [calls.calls[name] for name in calls.up() if name not in lost]
        assert others
        assert not any(call.ended for call in others)
        await until(
            lambda: any(c.at_node == "2" and c.answered_at for c in calls.since(killed_at)),
            "calls at the node that was killed",
            30,
        )
        back_s = time.monotonic() - killed_at
        await until(lambda: len(calls.calls) >= LEAST, "all calls", 90)
        await calls.end(15)
    silent = {name for name, call in calls.calls.items() if not call.answered_at}
    for name in silent:
        assert calls.calls[name].begun_at < killed_at + ON_THEIR_WAY_S, calls.calls[name]
    assert all(c.ended for n, c in calls.calls.items() if n not in lost | silent)
    took = [call.answered_at - call.begun_at for call in calls.since(killed_at)]
    ended = how_they_ended(node, began)
    by_failure = {number for number, by in ended.items() if by == "lost_by_failure"}
    assert {calls.calls[name].number[-MASKED:] for name in lost} <= by_failure
    assert by_failure <= {calls.calls[name].number[-MASKED:] for name in lost | silent}
    assert set(ended.values()) <= {*BY_THEMSELVES, "lost_by_failure"}
    record_property("calls", len(calls.calls))
    record_property("calls_per_s", PER_S)
    record_property("lost", len(lost))
    record_property("not_answered_at_the_kill", len(silent))
    record_property("went_on", len(others))
    record_property("longest_until_answered_s", round(max(took), 1))
    record_property("back_s", round(back_s, 1))
    assert max(took) <= ANSWERED_WITHIN_S
    await callbacks_are_kept(node, by_failure)


async def kill(node: Node, calls: Rush) -> tuple[set[str], float]:
    """kill -9 of the second Asterisk while nobody hangs up: the calls it had, and when that was."""
    calls.paused = True
    await asyncio.sleep(0.5)  # who was told to hang up has done so
    killed_at = time.monotonic()
    node.kill_part("asterisk-2")
    await asyncio.sleep(0.3)
    calls.look()
    lost = set(calls.up("2"))
    assert lost
    calls.staying = lost
    calls.paused = False
    return lost, killed_at


async def callbacks_are_kept(node: Node, numbers: set[str]) -> None:
    """Whoever was lost is to be called back, and nobody else."""
    with closing(Person(node, "admin")) as admin:
        found = all_of(admin, "/callbacks", queue=QUEUE)
        assert {one["phone_masked"][-MASKED:] for one in found} == numbers
        assert {one["origin"] for one in found} == {"after_loss"}
