"""Real calls with packets lost on purpose: what is measured, and when new calls leave the trunk."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from tests.e2e.node import Node
from tests.e2e.people import Json, Person, at_desk_phone, hear_each_other, newest, until
from tests.tools.loss import Loss, losing
from tests.tools.sipp import caller
from tests.tools.soak import SOAK
from trunkline.core.quality.codecs import PCMU
from trunkline.core.quality.emodel import rated

CUSTOMER_HZ, AGENT_HZ = 440.0, 700.0
OF_ASTERISK = "16000-16999"
WINDOW_S, ROUND_S, READ_S = 30, 5, 5
pytestmark = [
    pytest.mark.timeout(240),
    pytest.mark.soak,
    pytest.mark.skipif(not SOAK, reason="a minute of talk with lost packets"),
]


@pytest.fixture
def admin(node: Node) -> Iterator[Person]:
    with closing(Person(node, "admin")) as person:
        yield person


def left(admin: Person) -> list[Json]:
    """The ways that new calls have left."""
    return [way for way in admin.get("/quality/ways")["items"] if way["left_at"]]


def legs(admin: Person) -> list[Json]:
    """The legs of the newest call, as far as they are measured."""
    items: list[Json] = admin.get(f"/interactions/{newest(admin)['id']}/quality")["items"]
    return items


async def measured(admin: Person, loss: Loss) -> None:
    """Both legs are rated as the model rates what the kernel lost."""
    found = await until(lambda: legs(admin) if len(legs(admin)) == 2 else None, "both legs", 45)
    model = rated(PCMU, loss.true_pct, PCMU.delay_ms).mos
    for leg in found:
        print(f"{leg['role']}: {leg['loss_pct']} % of {loss.true_pct:.2f} %, MOS {leg['mos']} of "
              f"{model:.2f}, jitter {leg['jitter_ms']} ms")  # fmt: skip
        assert leg["mos"] == pytest.approx(model, abs=0.2)


async def test_lost_packets_are_measured_and_only_a_lossy_trunk_is_left(
    node: Node, admin: Person
) -> None:
    with (
        at_desk_phone(node, "agent1", AGENT_HZ) as (_, desk),
        caller(node.sip, "4001", hz=CUSTOMER_HZ) as phone,
        losing(4, OF_ASTERISK) as loss,
    ):
        await asyncio.gather(phone.answered(), desk.answered())
        await hear_each_other(phone, desk, (CUSTOMER_HZ, AGENT_HZ))
        await asyncio.sleep(WINDOW_S + ROUND_S + READ_S)
        await measured(admin, loss)
        assert left(admin) == []
        phone.hang_up()
    with (
        at_desk_phone(node, "agent2", AGENT_HZ) as (_, desk),
        caller(node.sip, "4001", hz=CUSTOMER_HZ) as phone,
        losing(10, OF_ASTERISK) as loss,
    ):
        began = time.monotonic()
        await asyncio.gather(phone.answered(), desk.answered())
        await until(lambda: left(admin), "a lossy trunk", WINDOW_S + ROUND_S + READ_S, 0.2)
        print(f"left after {time.monotonic() - began:.1f} s")
        await asyncio.sleep(WINDOW_S)  # until each leg has been told of by its far end
        await measured(admin, loss)
        assert "trunk" in {way["kind"] for way in left(admin)}
        assert 'trunkline_way_left{kind="trunk"' in figures(node)
        phone.hang_up()


def figures(node: Node) -> str:
    """What Prometheus reads."""
    return httpx.get(f"{node.url}/metrics").text
