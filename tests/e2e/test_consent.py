"""Consent with real telephones: a no leaves nothing, a pause a gap, a withdrawal no recording."""

import asyncio
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import BytesIO
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.e2e.node import Node
from tests.e2e.people import Json, Person, at_desk_phone, closed, hear_each_other, until
from tests.tools.sipp import Phone, caller
from tests.tools.tones import strength
from trunkline.adapters.edge.prompts import BEEP_HZ

GERMAN = "+4930901820"
CUSTOMER_HZ, AGENT_HZ = 440.0, 700.0
RATE = 8_000
SECRET_HZ = 950.0
"""What the customer says while the recording is paused."""
pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def admin(node: Node) -> Iterator[Person]:
    with closing(Person(node, "admin")) as person:
        yield person


@contextmanager
def asking(admin: Person, **queue: Any) -> Iterator[None]:
    """The number asks before it is recorded, and its queue has these rules besides."""
    queue |= {"wrap_up": {"mode": "until_done", "seconds": 30}}
    before = {name: admin.get("/queues/support")[name] for name in queue}
    admin.patch("/numbers/4001", recording="consent")
    admin.patch("/queues/support", **queue)
    try:
        yield
    finally:
        admin.patch("/numbers/4001", recording=None)
        admin.patch("/queues/support", **before)


async def answers(customer: Phone, key: str) -> None:
    """Hears the question, and presses a key."""
    await customer.answered(15)
    await until(customer.voice.hears_speech, "the question")
    customer.voice.press(key)


async def at_work(agent: Person) -> Json:
    found: Json = await until(
        lambda: (work := agent.me()["work"]) and work["kind"] == "segment" and work, "talk"
    )
    return found


def sound_of(person: Person, recording: Json) -> np.ndarray:
    """What the customer said in a recording."""
    tracks, rate = soundfile.read(BytesIO(person.bytes_of(f"/recordings/{recording['id']}/audio")))
    assert rate == RATE
    return np.asarray(tracks[:, 0])


async def test_who_says_no_is_connected_and_nothing_of_them_is_stored(
    node: Node, admin: Person
) -> None:
    spool = node.data / "asterisk" / "spool"
    with asking(admin), at_desk_phone(node, "agent1", AGENT_HZ) as (agent, desk):
        before = set(spool.glob("*.wav"))
        with caller(node.sip, "4001", hz=CUSTOMER_HZ, name=GERMAN) as customer:
            await answers(customer, "2")
            await desk.answered(15)
            await hear_each_other(customer, desk, (CUSTOMER_HZ, AGENT_HZ))
            assert set(spool.glob("*.wav")) <= before
            work = await at_work(agent)
            call = work["interaction_id"]
            customer.hang_up()
        agent.post(f"/interactions/{call}/wrap-up", disposition="other", ticket={"action": "none"})
        page = await closed(admin, call)
    assert (work["recording"]["standing"], page["recordings"]) == ("declined", [])
    assert page["recording_consent"] == "declined"
    assert [step["key"] for step in page["path"] if step["key"]] == ["2"]
    assert set(spool.glob("*.wav")) <= before


async def test_a_yes_is_recorded_but_for_the_pause_with_a_beep_and_deleted_when_withdrawn(
    node: Node, admin: Person
) -> None:
    with (
        asking(admin, recording_beep_s=5),
        at_desk_phone(node, "agent1", AGENT_HZ) as (agent, desk),
    ):
        with caller(node.sip, "4001", hz=CUSTOMER_HZ, name=GERMAN) as customer:
            await answers(customer, "1")
            await desk.answered(15)
            await until(lambda: strength(customer.voice.heard(0.2), BEEP_HZ) > 0.03, "beep", 7)
            await hear_each_other(customer, desk, (CUSTOMER_HZ, AGENT_HZ))
            call = (await at_work(agent))["interaction_id"]
            verb = f"/interactions/{call}"
            await asyncio.sleep(1.5)
            agent.put(f"{verb}/payment-step")
            customer.voice.speak(SECRET_HZ)
            await until(lambda: desk.voice.hears(SECRET_HZ), "card number at the agent")
            assert agent.me()["work"]["recording"]["pause"] == "payment"
            await asyncio.sleep(1)
            customer.voice.speak(CUSTOMER_HZ)
            await until(lambda: desk.voice.hears(CUSTOMER_HZ), "end of the card number")
            agent.delete(f"{verb}/payment-step")
            await asyncio.sleep(1.5)
            customer.hang_up()
        await until(lambda: agent.me()["work"]["kind"] == "wrap_up", "wrap-up")
        found = await until(lambda: _stored(admin, call), "recordings", 30)
        spoken = [sound_of(admin, one) for one in found]
        agent.put(f"{verb}/recording-consent", answer="withdrawn")
        await until(lambda: _deleted(admin, call), "deletion", 30)
        agent.post(f"{verb}/wrap-up", disposition="other", ticket={"action": "none"})
    assert len(spoken) == 2
    assert all(strength(one, CUSTOMER_HZ, RATE) > 0.5 for one in spoken)
    assert all(strength(one, SECRET_HZ, RATE) < 0.01 for one in spoken)
    assert admin.get(verb)["recording_consent"] == "withdrawn"


def _stored(admin: Person, call: str) -> list[Json]:
    found: list[Json] = admin.get(f"/interactions/{call}")["recordings"]
    return found if all(one["state"] == "stored" for one in found) else []


def _deleted(admin: Person, call: str) -> bool:
    found = admin.get(f"/interactions/{call}")["recordings"]
    whole = [admin.get(f"/recordings/{one['id']}") for one in found]
    return all((one["state"], one["reason"]) == ("missing", "deleted") for one in whole)
