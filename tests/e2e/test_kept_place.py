"""kill -9 of everything while a customer waits: the place is kept, and the customer called."""

import asyncio
from contextlib import closing

import pytest

from tests.e2e.node import Node
from tests.e2e.people import Json, Person, at_desk_phone, newest, until
from tests.tools.sipp import caller, desk_phone

CUSTOMER_HZ, AGENT_HZ = 400.0, 1000.0
CUSTOMERS_PORT = 5070
"""Where the demo's trunk sends calls to customers."""
EARLY, LATE = "+8613911110016", "+8613911110017"
pytestmark = pytest.mark.timeout(120)


async def test_who_waited_when_everything_was_killed_is_called_back_in_the_old_place(
    mortal: Node,
) -> None:
    with caller(mortal.sip, "4001", name=EARLY) as lost, closing(Person(mortal, "admin")) as admin:
        await lost.answered(20)
        await until(lambda: newest(admin)["state"] == "queued", "place in line")
        await asyncio.sleep(1)  # so that the place is older than any that follows
        mortal.kill_all()
    mortal.start()
    with (
        closing(Person(mortal, "admin")) as admin,
        desk_phone(hz=CUSTOMER_HZ, port=CUSTOMERS_PORT) as customer,
        caller(mortal.sip, "4001", name=LATE) as late,
    ):
        await late.answered(20)
        kept: Json = await until(lambda: open_callback(admin), "callback")
        assert kept["origin"] == "after_loss"
        first = admin.get(f"/interactions/{kept['interaction_id']}")
        assert first["ended_by"] == "lost_by_failure"
        await until(lambda: open_callback(admin)["state"] == "waiting", "place in line", 20)
        with at_desk_phone(mortal, "agent1", AGENT_HZ, awaited=True) as (_, desk):
            await asyncio.gather(desk.answered(), customer.answered(15))
            assert (await customer.rung())[:2] == (EARLY.removeprefix("+86"), "4001")
            await until(lambda: customer.voice.hears(AGENT_HZ), "the agent")
            call = next(it for it in listed(admin) if it["direction"] == "outbound")
            assert call["wait_ms"] > 1_000
            assert [it["state"] for it in listed(admin)].count("queued") == 1, "who came later"
            late.hang_up()
            desk.hang_up()
    assert kept["entered_at"] < first["ended_at"]


def open_callback(admin: Person) -> Json:
    items = admin.get("/callbacks", state="open")["items"]
    return next(iter(items), {})


def listed(admin: Person) -> list[Json]:
    found: list[Json] = admin.get("/interactions", limit=10)["items"]
    return found
