"""One call, from ring to ticket: a desk phone answers, both hear each other, and all is kept."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from io import BytesIO

import pytest
import soundfile

from tests.e2e.node import Node
from tests.e2e.people import Json, Person, at_desk_phone, closed, hear_each_other, until
from tests.tools.netns import NetworkNamespace
from tests.tools.postgres import fresh_database, postgres
from tests.tools.sipp import caller
from tests.tools.tones import strength

CUSTOMER_HZ, AGENT_HZ = 440.0, 700.0
CUSTOMER = "+8613800000001"
pytestmark = pytest.mark.timeout(120)


@dataclass(frozen=True, slots=True)
class Called:
    """A call that is over: its page, and who reads it."""

    supervisor: Person
    page: Json


async def one_call(node: Node, supervisor: Person) -> Json:
    """A customer calls, an agent answers by desk phone and hangs up; the customer gives a 5."""
    with (
        at_desk_phone(node, "agent1", AGENT_HZ) as (agent, desk),
        caller(node.sip, "4001", hz=CUSTOMER_HZ, name=CUSTOMER) as customer,
    ):
        assert (await desk.rung())[:2] == ("agent1", CUSTOMER)
        await asyncio.gather(desk.answered(), customer.answered())
        await hear_each_other(customer, desk, (CUSTOMER_HZ, AGENT_HZ))
        interaction = agent.me()["work"]["interaction_id"]
        await asyncio.sleep(1.5)  # so much of the talk must be found in the recording
        desk.hang_up()
        await until(customer.voice.hears_speech, "survey question")
        wrap_up(agent, interaction)
        customer.voice.press("5")
        await customer.ended(15)
    return await closed(supervisor, interaction)


def wrap_up(agent: Person, interaction: str) -> None:
    """The agent says how it went."""
    ticket = {"action": "new", "title": "Router restarts", "class": "technical", "solved": True}
    agent.post(
        f"/interactions/{interaction}/wrap-up",
        disposition="fault.device",
        note="It restarts each night.",
        ticket=ticket,
    )


def kinds(page: Json) -> list[str]:
    return [segment["kind"] for segment in page["segments"]]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def called(
    request: pytest.FixtureRequest,
    town: NetworkNamespace,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Called]:
    """A node on either database that has carried one call, as the supervisor sees it."""
    with town.entered(), ExitStack() as things:
        if request.param == "sqlite":
            node = request.getfixturevalue("shared_node")
        else:
            server = things.enter_context(postgres())
            database = things.enter_context(fresh_database(server))
            node = Node(tmp_path_factory.mktemp("e2e-postgresql") / "data", database)
            things.callback(node.stop)
            node.start()
        supervisor = things.enter_context(closing(Person(node, "supervisor")))
        yield Called(supervisor, asyncio.run(one_call(node, supervisor)))


def test_the_interaction_tells_the_whole_way_with_its_times(called: Called) -> None:
    page = called.page
    assert {"queue", "talk", "wrap_up", "survey"} <= set(kinds(page))
    assert all(segment["ended_at"] for segment in page["segments"])
    assert (page["state"], page["ended_by"], page["number"]) == ("ended", "agent", "4001")
    assert page["presumption"] == "presumed"
    assert (page["customer"]["name"], page["agent"]["name"]) == ("李小明", "陈晨")
    assert page["wait_ms"] < 5000
    assert 1500 < page["talk_ms"] < 20_000


def test_the_offer_says_why_this_agent(called: Called) -> None:
    (offer,) = called.page["offers"]
    assert offer["outcome"] == "accepted"
    (candidate,) = [one for one in offer["explanation"]["candidates"] if one["chosen"]]
    assert candidate["agent_name"] == "陈晨"
    assert offer["explanation"]["words"]["en"].startswith("Best by index of 1 free agent: 陈晨")


def test_each_track_of_the_recording_holds_its_own_voice(called: Called) -> None:
    (recording,) = called.page["recordings"]
    sound = called.supervisor.bytes_of(f"/recordings/{recording['id']}/audio")
    tracks, rate = soundfile.read(BytesIO(sound))
    left, right = tracks[rate // 2 : -rate // 2].T
    assert strength(left, CUSTOMER_HZ, rate) > 0.8 > 0.05 > strength(left, AGENT_HZ, rate)
    assert strength(right, AGENT_HZ, rate) > 0.8 > 0.05 > strength(right, CUSTOMER_HZ, rate)
    assert abs(len(tracks) / rate * 1000 - recording["duration_ms"]) < 200
    assert abs(recording["duration_ms"] - called.page["talk_ms"]) < 1500


def test_the_waveform_shows_both_voices(called: Called) -> None:
    (recording,) = called.page["recordings"]
    wave = called.supervisor.get(f"/recordings/{recording['id']}/waveform")
    assert max(wave["customer"]) > 0.1 < max(wave["agent"])


def test_outcome_note_and_ticket_are_what_the_agent_said(called: Called) -> None:
    page = called.page
    assert (page["disposition"], page["note"]) == ("fault.device", "It restarts each night.")
    ticket = called.supervisor.get(f"/tickets/{page['ticket_id']}")
    assert (ticket["title"], ticket["class"]) == ("Router restarts", "technical")
    assert ticket["solved_in_call"]
    assert ticket["interactions"] == [page["id"]]


def test_the_mark_stands_on_the_interaction_and_on_the_agent(called: Called) -> None:
    page = called.page
    assert (page["rating"], page["survey"]["rating"]) == (5, 5)
    since = {"by": "agent", "from": page["started_at"]}  # others took calls here before
    (score,) = called.supervisor.get("/surveys/summary", **since)["items"]
    assert (score["name"], score["mean"], score["n"], score["offered"]) == ("陈晨", 5.0, 1, 1)
