"""Routing with real phones: steps, overflow, the agent of last time, and several rung at once."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from typing import Any

import pytest

from tests.e2e.node import Node
from tests.e2e.people import Json, Person, at_desk_phone, closed, hear_each_other, newest, until
from tests.tools.sipp import Phone, caller

CUSTOMER_HZ, AGENT_HZ = 440.0, 700.0
KNOWN, STRANGER = "+8613800000009", "+8613911110008"
"""The demo knows the first by name."""
RACES, RINGS_MS = 3, 400
"""Both phones ring before the first is taken up."""
QUICK: Json = {
    "wrap_up": {"mode": "none", "seconds": 1},
    "disposition_required": False,
    "survey_rate_pct": 0,
}
"""Who has talked is ready again at once."""
pytestmark = pytest.mark.timeout(90)


@pytest.fixture
def supervisor(node: Node) -> Iterator[Person]:
    with closing(Person(node, "admin")) as person:
        yield person


@contextmanager
def ruled(supervisor: Person, queue: str, **rules: Any) -> Iterator[None]:
    """The queue has these rules until the end of the block."""
    was = supervisor.get(f"/queues/{queue}")
    supervisor.patch(f"/queues/{queue}", **rules)
    try:
        yield
    finally:
        supervisor.patch(f"/queues/{queue}", **{name: was[name] for name in rules})


@asynccontextmanager
async def on_the_line(node: Node, name: str = STRANGER) -> AsyncIterator[Phone]:
    """A customer in the support queue; hangs up in the end."""
    with caller(node.sip, "4001", hz=CUSTOMER_HZ, name=name) as phone:
        await phone.answered()
        yield phone
        if phone.is_up():
            phone.hang_up()
            await phone.ended()


def agents(supervisor: Person) -> dict[str, str]:
    """Everybody's id by user name."""
    return {one["username"]: one["id"] for one in supervisor.get("/agents")["items"]}


async def page_of(supervisor: Person, customer: Phone, desk: Phone) -> Json:
    """They talk; then the customer hangs up: the interaction as it is kept."""
    await until(desk.is_up, "answer")
    await desk.answered()
    await hear_each_other(customer, desk, (CUSTOMER_HZ, AGENT_HZ))
    customer.hang_up()
    await customer.ended()
    return await closed(supervisor, newest(supervisor)["id"])


async def test_who_asks_for_what_nobody_has_is_taken_once_less_is_asked(
    node: Node, supervisor: Person
) -> None:
    steps = [{"after_s": 3, "requirement": "technical>=1"}]
    with (
        ruled(supervisor, "support", requirement="law>=3", relaxing=steps, **QUICK),
        at_desk_phone(node, "agent1", AGENT_HZ) as (_, desk),
    ):
        async with on_the_line(node) as customer:
            page = await page_of(supervisor, customer, desk)
    (offer,) = page["offers"]
    assert page["wait_ms"] >= 3_000
    assert offer["explanation"]["stage"] == 1
    assert offer["explanation"]["requirement"] == "technical>=1"
    assert 3_000 <= offer["explanation"]["waited_ms"] < 5_000


async def test_who_waits_too_long_goes_to_another_queue(node: Node, supervisor: Person) -> None:
    people = agents(supervisor)
    billing = supervisor.get("/queues/billing")["id"]
    late = [{"when": "wait", "at": 3, "to_queue_id": billing}]
    with (
        ruled(supervisor, "support", agents=[people["agent1"]], overflow=late, **QUICK),
        ruled(supervisor, "billing", agents=[people["agent2"]], **QUICK),
        at_desk_phone(node, "agent2", AGENT_HZ) as (_, desk),
    ):
        async with on_the_line(node) as customer:
            page = await page_of(supervisor, customer, desk)
    assert page["queue"]["name"] == "billing"
    assert page["wait_ms"] >= 3_000
    waited = [part["participant"]["name"] for part in page["segments"] if part["kind"] == "queue"]
    assert waited[:2] == ["support", "billing"]


async def test_who_finds_the_line_too_long_goes_to_another_queue(
    node: Node, supervisor: Person
) -> None:
    people = agents(supervisor)
    billing = supervisor.get("/queues/billing")["id"]
    full = [{"when": "depth", "at": 1, "to_queue_id": billing}]
    with (
        ruled(supervisor, "support", agents=[people["agent1"]], overflow=full, **QUICK),
        ruled(supervisor, "billing", agents=[people["agent2"]], **QUICK),
        at_desk_phone(node, "agent2", AGENT_HZ) as (_, desk),
    ):
        async with on_the_line(node, KNOWN) as first:
            waiting = newest(supervisor)["id"]
            async with on_the_line(node) as second:
                page = await page_of(supervisor, second, desk)
            assert page["id"] != waiting
            assert page["queue"]["name"] == "billing"
            assert page["wait_ms"] < 3_000
            assert newest_of(supervisor, waiting)["state"] == "queued"
            assert first.is_up()


def newest_of(supervisor: Person, interaction_id: str) -> Json:
    found: Json = supervisor.get(f"/interactions/{interaction_id}")
    return found


async def test_the_agent_of_last_time_is_preferred_and_waited_for_only_so_long(
    node: Node, supervisor: Person
) -> None:
    patience = {"manager_s": 0, "expert_s": 0, "last_agent_s": 4}
    people = agents(supervisor)
    with (
        ruled(supervisor, "support", patience=patience, **QUICK),
        at_desk_phone(node, "agent3", AGENT_HZ) as (familiar, desk),
    ):
        async with on_the_line(node, KNOWN) as customer:
            await page_of(supervisor, customer, desk)
        with at_desk_phone(node, "agent4", AGENT_HZ) as (other, phone):
            await is_idle_for_less(familiar)
            async with on_the_line(node, KNOWN) as customer:
                again = await page_of(supervisor, customer, desk)
            other.be("not_ready")
            await is_idle_for_less(familiar)
            async with on_the_line(node):
                await until(lambda: familiar.me()["work"], "talk with somebody else")
                other.be("ready")
                async with on_the_line(node, KNOWN) as customer:
                    late = await page_of(supervisor, customer, phone)
    assert [offer["agent_id"] for offer in again["offers"]] == [people["agent3"]]
    assert again["offers"][0]["explanation"]["rule"] == "personal"
    assert again["wait_ms"] < 4_000 <= late["wait_ms"]
    assert [offer["agent_id"] for offer in late["offers"]] == [people["agent4"]]


async def is_idle_for_less(agent: Person) -> None:
    """Idle only from now on, so that by idleness others come first."""
    await until(lambda: agent.me()["state"] == "ready", "end of the work before")
    agent.be("not_ready")
    agent.be("ready")


async def test_of_two_who_answer_at_once_exactly_one_has_the_call(
    node: Node, supervisor: Person
) -> None:
    with (
        ruled(supervisor, "support", strategy="ring_all", ring_at_once=2, **QUICK),
        at_desk_phone(node, "agent5", AGENT_HZ, RINGS_MS) as one,
        at_desk_phone(node, "agent6", AGENT_HZ, RINGS_MS) as two,
    ):
        for races in range(1, RACES + 1):
            async with on_the_line(node) as customer:
                await until(lambda n=races: rung(one, two) == [n, n], "ringing at both")
                await one_has_it(supervisor, customer, one, two)
            for agent, _ in (one, two):
                await until(lambda agent=agent: agent.me()["state"] == "ready", "readiness")


def rung(*places: tuple[Person, Phone]) -> list[int]:
    """How often each phone was rung."""
    return [len(phone.lines("RUNG")) for _, phone in places]


async def one_has_it(supervisor: Person, customer: Phone, *places: tuple[Person, Phone]) -> None:
    """One talks with the customer, the other's phone is over; and so it is kept."""

    def decided() -> bool:
        return sorted(phone.is_up() for _, phone in places) == [False, True]

    await until(decided, "one winner")
    ((winner, desk),) = [place for place in places if place[1].is_up()]
    ((loser, _),) = [place for place in places if not place[1].is_up()]
    await until(lambda: loser.me()["state"] == "ready", "freedom of the other")
    page = await page_of(supervisor, customer, desk)
    outcomes = {offer["agent_name"]: offer["outcome"] for offer in page["offers"]}
    assert outcomes == {
        winner.me()["display_name"]: "accepted",
        loser.me()["display_name"]: "withdrawn",
    }
    assert page["agent"]["name"] == winner.me()["display_name"]
