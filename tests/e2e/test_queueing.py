"""Waiting with real phones: called back with the place kept, gone while ringing, not answered."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing

import pytest

from tests.e2e.node import Node
from tests.e2e.people import Json, Person, at_desk_phone, closed, hear_each_other, newest, until
from tests.tools.sipp import Phone, caller, desk_phone

CUSTOMER_HZ, AGENT_HZ = 440.0, 700.0
EARLY, LATE = "+8613911110006", "+8613911110007"
CUSTOMERS_PORT = 5070
"""Where the demo's trunk sends calls to customers."""
pytestmark = pytest.mark.timeout(90)


@pytest.fixture
def supervisor(node: Node) -> Iterator[Person]:
    with closing(Person(node, "admin")) as person:
        yield person


@asynccontextmanager
async def on_the_line(node: Node, number: str, name: str) -> AsyncIterator[Phone]:
    with caller(node.sip, number, hz=CUSTOMER_HZ, name=name) as phone:
        await phone.answered()
        yield phone


async def leave_callback(node: Node) -> None:
    """A customer keeps the place by one key, hears that it is noted, and is let go."""
    async with on_the_line(node, "4004", EARLY) as phone:
        await until(phone.voice.hears_speech, "offer of a callback")
        phone.voice.press("1")
        await phone.ended(20)


def callback(supervisor: Person, state: str) -> Json | None:
    items = supervisor.get("/callbacks", state=state)["items"]
    return next(iter(items), None)


async def test_who_leaves_a_callback_is_called_before_who_came_later(
    node: Node, supervisor: Person
) -> None:
    await leave_callback(node)
    left = newest(supervisor, "4004")
    assert left["ended_by"] == "callback"
    with (
        desk_phone(hz=CUSTOMER_HZ, port=CUSTOMERS_PORT) as customer,
        caller(node.sip, "4001", name=LATE) as late,
    ):
        await late.answered()
        await until(lambda: callback(supervisor, "open"), "open callback")
        await until(lambda: newest(supervisor, "4004")["state"] == "queued", "place in line", 15)
        with at_desk_phone(node, "agent1", AGENT_HZ, awaited=True) as (_, desk):
            await asyncio.gather(desk.answered(), customer.answered(15))
            assert (await customer.rung())[:2] == (EARLY.removeprefix("+86"), "4004")
            await hear_each_other(customer, desk, (CUSTOMER_HZ, AGENT_HZ))
            assert len(customer.lines("RUNG")) == 1
            call = newest(supervisor, "4004")
            assert (call["state"], call["direction"]) == ("talking", "outbound")
            assert newest(supervisor, "4001")["state"] == "queued"
            desk.hang_up()
            await until(customer.voice.hears_speech, "survey question")
            customer.voice.press("5")
            await customer.ended(15)
            page = await closed(supervisor, call["id"])
            await until(lambda: newest(supervisor, "4001")["state"] == "talking", "their turn", 15)
            late.hang_up()
    assert page["wait_ms"] >= 10_000
    kinds = [segment["kind"] for segment in page["segments"]]
    assert kinds[:4] == ["queue", "ring", "calling", "talk"]
    done = callback(supervisor, "done")
    assert done is not None
    assert (done["outcome"], done["tries"]) == ("reached", 0)


async def test_a_customer_who_is_busy_is_a_try_and_not_the_agents_fault(
    node: Node, supervisor: Person
) -> None:
    await leave_callback(node)
    with (
        desk_phone(port=CUSTOMERS_PORT, refuses="486 Busy Here") as customer,
        at_desk_phone(node, "agent2", AGENT_HZ) as (agent, desk),
    ):
        await customer.rung(20)
        await desk.ended(10)
        tried = await until(lambda: callback(supervisor, "tried"), "try")
        assert (tried["tries"], tried["last_outcome"]) == (1, "busy")
        assert agent.me()["state"] == "ready"
    supervisor.post(f"/callbacks/{tried['id']}/cancel")
    assert callback(supervisor, "open") is None


async def test_a_caller_gone_while_it_rings_stops_the_ringing(
    node: Node, supervisor: Person
) -> None:
    async with on_the_line(node, "4001", LATE) as phone:
        agent_there = at_desk_phone(node, "agent3", AGENT_HZ, rings_on=True, awaited=True)
        with agent_there as (agent, desk):
            await desk.rung()
            phone.hang_up()
            await desk.ended()
            page = await closed(supervisor, newest(supervisor)["id"])
            assert page["ended_by"] == "abandoned"
            assert page["offers"][-1]["outcome"] == "withdrawn"
            assert agent.me()["state"] == "ready"


async def test_who_does_not_answer_steps_aside_and_the_next_agent_takes_it(
    node: Node, supervisor: Person
) -> None:
    supervisor.patch("/queues/support", offer_timeout_s=5)
    async with on_the_line(node, "4001", LATE) as phone:
        with (
            at_desk_phone(node, "agent4", AGENT_HZ, rings_on=True, awaited=True) as (
                silent,
                first,
            ),
            at_desk_phone(node, "agent5", AGENT_HZ) as (_, second),
        ):
            await first.rung()
            await second.answered(8)
            assert silent.me()["state"] == "not_ready"
            assert silent.me()["state_reason"] == "no_answer"
            phone.hang_up()
            page = await closed(supervisor, newest(supervisor)["id"])
    outcomes = [(offer["outcome"], offer["cause"]) for offer in page["offers"]]
    assert outcomes == [("timed_out", "no_answer"), ("accepted", None)]
    assert page["wait_ms"] >= 5_000
