"""Without Asterisk: a customer's page and an agent's page, by the embedded engine, in Chromium."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, suppress
from io import BytesIO
from pathlib import Path

import pytest
import soundfile
from playwright.async_api import expect

from tests.e2e.node import Node
from tests.e2e.pages import Browser, browser
from tests.e2e.people import Json, Person, closed, until
from tests.tools.netns import NetworkNamespace
from tests.tools.tones import strength

AGENT_HZ, CUSTOMER_HZ = 1000.0, 500.0
TALK_S = 6.0
pytestmark = pytest.mark.timeout(170)


@pytest.fixture
def trial(inside: NetworkNamespace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node that has no Asterisk."""
    node = Node(tmp_path_factory.mktemp("trial") / "data", telephony="embedded")
    try:
        node.start()
        yield node
    finally:
        node.kill_all()


@asynccontextmanager
async def a_talk(trial: Node, folder: Path) -> AsyncIterator[tuple[Browser, Browser, str]]:
    """A guest who came by the menu and the queue, and agent1, who hear each other."""
    async with (
        browser(trial, AGENT_HZ, folder) as agent,
        browser(trial, CUSTOMER_HZ, folder) as guest,
    ):
        await agent.sign_in("agent1")
        await guest.open("/call")
        await guest.page.get_by_text("4000", exact=True).click()
        await guest.page.get_by_role("button", name="Call 4000").click()
        with closing(Person(trial, "supervisor")) as eye:
            name = await until(lambda: newest(eye), "interaction")
            await until(lambda: "menu" in way(eye, name), "menu")
            await choose_queue(guest, eye, name)
        assert await guest.loudest_hz() > 0, "no music is heard in the queue"
        await agent.be_ready()
        await agent.page.get_by_role("button", name="Accept").click()
        await agent.hears(CUSTOMER_HZ)
        await guest.hears(AGENT_HZ)
        yield agent, guest, name


async def test_a_trial_needs_nothing_but_browsers(trial: Node, tmp_path: Path) -> None:
    async with a_talk(trial, tmp_path) as (agent, guest, name):
        await agent.page.get_by_text("Trial telephony").wait_for()
        await expect(agent.page.get_by_role("button", name="Ask for the screen")).to_be_enabled()
        await asyncio.sleep(TALK_S)
        await guest.hears(AGENT_HZ, 1.0)
        await agent.page.keyboard.press("Shift+X")
        await agent.page.get_by_role("button", name="Finish").wait_for()
        await agent.page.keyboard.press("1")
        await agent.page.get_by_role("button", name="Finish").click()
        with closing(Person(trial, "supervisor")) as eye:
            await until(lambda: eye.get(f"/interactions/{name}")["survey"] is not None, "survey")
        await guest.page.get_by_role("button", name="5", exact=True).click()
        await guest.page.get_by_text("The call has ended").wait_for()
    with closing(Person(trial, "supervisor")) as eye:
        page = await closed(eye, name)
        assert page["ticket_id"]
        assert page["talk_ms"] > TALK_S * 1000
        await tracks_are_apart(eye, page["recordings"])
    assert trial.stop() == 0


async def test_a_talk_survives_the_main_process(trial: Node, tmp_path: Path) -> None:
    async with a_talk(trial, tmp_path) as (agent, guest, name):
        trial.kill_main()
        gone = time.monotonic()
        await asyncio.to_thread(trial.ready, 30)
        while time.monotonic() < gone + 12:
            await guest.hears(AGENT_HZ, 1.0)
            await agent.hears(CUSTOMER_HZ, 1.0)
            await asyncio.sleep(0.5)
        with closing(Person(trial, "supervisor")) as eye:
            assert eye.get(f"/interactions/{name}")["state"] == "talking"
            await guest.page.get_by_role("button", name="Hang up").click()
            await until(lambda: eye.get(f"/interactions/{name}")["state"] == "ended", "end")


async def choose_queue(guest: Browser, eye: Person, name: str) -> None:
    """Press 1 until it is heard: before the menu listens, a key is lost as on any telephone."""

    def queued() -> bool:
        return bool(eye.get(f"/interactions/{name}")["state"] == "queued")

    for _ in range(4):
        await guest.page.get_by_role("button", name="1", exact=True).click()
        with suppress(AssertionError):
            await until(queued, "queue", 5)
            return
    raise AssertionError("the queue is not reached")


def newest(eye: Person) -> str | None:
    """The id of the interaction that began last."""
    items = eye.get("/interactions", limit=1)["items"]
    return str(items[0]["id"]) if items else None


def way(eye: Person, name: str) -> list[str]:
    """The nodes of the flow that were entered."""
    return [step["node"] for step in eye.get(f"/interactions/{name}")["path"]]


async def tracks_are_apart(eye: Person, recordings: list[Json]) -> None:
    """The customer's voice on the left track, the agent's on the right, and no other on either."""
    longest = max(recordings, key=lambda one: int(one["duration_ms"]))
    sound = BytesIO(eye.bytes_of(f"/recordings/{longest['id']}/audio"))
    tracks, rate = await asyncio.to_thread(soundfile.read, sound)
    assert len(tracks) > (TALK_S - 1) * rate
    voices = (CUSTOMER_HZ, AGENT_HZ)
    for track, hz, other in zip(tracks[rate : 5 * rate].T, voices, voices[::-1], strict=True):
        assert strength(track, hz, rate) > 0.8
        assert strength(track, other, rate) < 0.02
