"""A message, from the beep to the ear: what the caller hears, what is kept, what becomes of it."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO

import pytest
import soundfile

from tests.e2e.node import Node
from tests.e2e.people import Json, Person, closed, until
from tests.tools.sipp import Phone, caller
from tests.tools.sounds import tone
from tests.tools.tones import strength
from trunkline.adapters.edge.prompts import TONE_HZ

CUSTOMER_HZ = 620.0
SPOKEN_S = 3.0
OURS = (540.0, 860.0)
pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def admin(node: Node) -> Iterator[Person]:
    with closing(Person(node, "admin")) as person:
        yield person


@pytest.fixture
def box(admin: Person) -> Iterator[None]:
    """Nobody serves the queue of 4001: it takes messages."""
    before = admin.get("/queues")["items"]
    queue = next(one for one in before if one["name"] == "support")
    admin.patch("/queues/support", overflow=[{"when": "no_agents", "to_voicemail": True}])
    yield
    admin.patch("/queues/support", overflow=queue["overflow"])


async def beeps(phone: Phone) -> None:
    """The beep is heard, after the words."""
    await until(lambda: phone.voice.hears(TONE_HZ, 0.2), "beep", 20.0, every_s=0.02)


async def test_a_caller_hears_the_beep_and_what_they_say_is_heard_again(
    node: Node, admin: Person, box: None
) -> None:
    with caller(node.sip, "4001", hz=CUSTOMER_HZ) as customer:
        await customer.answered(15)
        await until(customer.voice.hears_speech, "greeting")
        await beeps(customer)
        await asyncio.sleep(SPOKEN_S)
        assert customer.voice.hears_nothing(), "no music while a message is left"
        customer.voice.press("#")
        await until(customer.voice.hears_speech, "thanks")
        await customer.ended(20)
    message = await until(lambda: newest_message(admin), "message")
    page = await closed(admin, message["interaction_id"])
    sound = admin.bytes_of(f"/recordings/{message['id']}/audio")
    tracks, rate = soundfile.read(BytesIO(sound))
    said = tracks.T[0][: int(SPOKEN_S * rate)]
    assert strength(said, CUSTOMER_HZ, rate) > 0.8
    assert strength(said, TONE_HZ, rate) < 0.05
    assert 2_500 < message["length_ms"] < 6_000
    assert (page["ended_by"], page["state"]) == ("voicemail", "ended")
    assert [one["state"] for one in page["recordings"]] == ["stored"]
    ticket = admin.get(f"/tickets/{message['ticket_id']}")
    assert (ticket["class"], ticket["interactions"]) == ("voicemail", [page["id"]])
    done = admin.patch(f"/voicemails/{message['id']}", state="done")
    assert done["state"] == "done"


async def test_silence_ends_a_message_and_nothing_said_is_none(
    node: Node, admin: Person, box: None
) -> None:
    known = {one["id"] for one in admin.get("/voicemails")["items"]}
    with caller(node.sip, "4001", hz=0) as customer:
        await customer.answered(15)
        await beeps(customer)
        await customer.ended(30)
    assert {one["id"] for one in admin.get("/voicemails")["items"]} == known


def newest_message(admin: Person) -> Json | None:
    found: list[Json] = admin.get("/voicemails", state="new")["items"]
    return found[0] if found and found[0]["ticket_id"] else None


async def test_a_tone_that_was_sent_in_is_what_the_caller_hears_at_each_place(
    node: Node, admin: Person, box: None
) -> None:
    """Greeting of the number, then of the box, the second time with another sound."""
    said = {
        hz: admin.send("/announcements/audio", tone(hz, "mp3", "mp3"), name=f"{hz}")["id"]
        for hz in OURS
    }
    number, queue = OURS
    admin.patch("/numbers/4001", greeting=said[number])
    admin.patch("/queues/support", voicemail_announcement=said[queue])
    with caller(node.sip, "4001", hz=0) as customer:
        await customer.answered(15)
        for hz in OURS:
            await until(lambda hz=hz: customer.voice.hears(hz), f"{hz} Hz", 20.0, every_s=0.05)
        await beeps(customer)
        customer.hang_up()
        await customer.ended(10)
    admin.patch("/numbers/4001", greeting=None)
    admin.patch("/queues/support", voicemail_announcement=None)
    for one in said.values():
        admin.delete(f"/announcements/{one}")
