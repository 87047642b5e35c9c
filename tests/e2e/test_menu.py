"""The main line and the other numbers, by keys, wrong keys and silence, as a caller hears them.

All callers call at once; what came of each is read afterwards.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from datetime import datetime

import pytest

from tests.e2e.node import Node
from tests.e2e.people import Json, Person, until
from tests.tools.netns import ADDRESS, NetworkNamespace
from tests.tools.sipp import Phone, caller

ECHO_HZ = 620.0
STRANGER = "+8613955550000"
BETWEEN_TRIES_S = 1.2
"""As long as a person takes to try again."""
pytestmark = pytest.mark.timeout(120)


class Visit:
    """One call to a number, seen from both ends."""

    def __init__(self, node: Node, eye: Person, customer: str, number: str) -> None:
        self.customer = customer
        self.number = number
        self.page: Json = {}
        self._node = node
        self._eye = eye
        self.phone: Phone

    async def run(self, story: "Story") -> "Visit":
        """Call, do what the story says, hang up, and read what came of it."""
        with caller(self._node.sip, self.number, hz=ECHO_HZ, name=self.customer) as self.phone:
            await self.phone.answered(20)
            self._id = await self._until(self._find, "interaction")
            await story(self)
            if not self.phone.lines("ENDED"):
                self.phone.hang_up()
            await self.phone.ended(10)
        await self._until(lambda: self._read()["state"] == "ended", "end")
        return self

    async def at(self, node: str, times: int = 1) -> None:
        """Wait until the flow is at a node."""
        await self._until(lambda: self.way().count(node) >= times, node)

    async def queued(self) -> None:
        """Wait until the caller waits for an agent."""
        await self._until(lambda: self._read()["state"] == "queued", "queue")

    async def key(self, node: str, keys: str) -> None:
        """At a node, press keys."""
        await self.at(node)
        self.phone.voice.press(keys)

    def way(self) -> list[str]:
        """The way so far, as names of nodes and keys."""
        return [step["key"] or step["node"] for step in self._read()["path"]]

    def seconds_at(self, node: str) -> float:
        """How long the flow stood at a node before it went on."""
        times = [datetime.fromisoformat(step["at"]) for step in self.page["path"]]
        at = [step["node"] for step in self.page["path"]].index(node)
        return (times[at + 1] - times[at]).total_seconds()

    async def _until(self, look: Callable[[], object], what: str) -> str:
        found = await until(look, f"{what} for {self.customer}", 40, every_s=0.2)
        return str(found)

    def _find(self) -> str | None:
        items = self._eye.get("/interactions", limit=50)["items"]
        of_mine = (
            item["id"]
            for item in items
            if item["number"] == self.number and item["phone_masked"][-4:] == self.customer[-4:]
        )
        return next(of_mine, None)

    def _read(self) -> Json:
        self.page = self._eye.get(f"/interactions/{self._id}")
        return self.page


Story = Callable[[Visit], Awaitable[None]]


def presses(key: str) -> Story:
    """Chooses at the menu and waits for an agent."""

    async def story(visit: Visit) -> None:
        await visit.key("menu", key)
        await visit.queued()

    return story


def proves(factor: str) -> Story:
    """Asks for the order, proves who it is, and listens to the end."""

    async def story(visit: Visit) -> None:
        await visit.key("menu", "3")
        await visit.key("verify", factor)
        await visit.at("status")
        await until(visit.phone.voice.hears_speech, "order status")
        await visit.at("menu", times=2)

    return story


async def guesses(visit: Visit) -> None:
    """Tries three numbers that are not the order's."""
    await visit.key("menu", "3")
    await visit.at("verify")
    for guess in ("1111", "2222", "3333"):
        visit.phone.voice.press(guess)
        await asyncio.sleep(BETWEEN_TRIES_S)
    await visit.queued()


async def presses_wrong_keys(visit: Visit) -> None:
    """Presses what the menu does not offer, three times."""
    await visit.at("menu")
    for key in "789":
        visit.phone.voice.press(key)
        await asyncio.sleep(BETWEEN_TRIES_S)
    await visit.queued()


async def is_silent(visit: Visit) -> None:
    """Says nothing until asked again, then chooses."""
    await visit.at("menu")
    voice = visit.phone.voice
    await until(lambda: voice.hears_nothing(3.0), "pause after the menu", 20)
    await until(voice.hears_speech, "being asked again", 10)
    voice.press("2")
    await visit.queued()


async def listens_to_the_echo(visit: Visit) -> None:
    """Hears its own tone back."""
    await until(lambda: visit.phone.voice.hears(ECHO_HZ), "echo", 30)


async def listens(visit: Visit) -> None:
    """Hears what is said until it is hung up on."""
    await until(visit.phone.voice.hears_speech, "words")
    await visit.phone.ended(30)


STORIES: dict[str, tuple[str, str, Story]] = {
    "technical": ("+8613800000002", "4000", presses("1")),
    "billing": ("+8613800000003", "4000", presses("2")),
    "agent": ("+8613800000004", "4000", presses("0")),
    "order": ("+8613800000005", "4000", proves("7005")),
    "pin": ("+8613800000010", "4000", proves("9010")),
    "stranger": (STRANGER, "4000", presses("3")),
    "guess": ("+8613800000007", "4000", guesses),
    "wrong": ("+8613800000008", "4000", presses_wrong_keys),
    "silent": ("+8613800000009", "4000", is_silent),
    "echo": ("+8613800000001", "4003", listens_to_the_echo),
}


@pytest.fixture(scope="module")
def visits(town: NetworkNamespace, shared_node: Node) -> Iterator[dict[str, Visit]]:
    """Everybody has called at once."""

    async def everybody(eye: Person) -> dict[str, Visit]:
        async with asyncio.TaskGroup() as calls:
            made = {
                name: calls.create_task(Visit(shared_node, eye, who, number).run(story))
                for name, (who, number, story) in STORIES.items()
            }
        return {name: task.result() for name, task in made.items()}

    with town.entered(), closing(Person(shared_node, "admin")) as eye:
        yield asyncio.run(everybody(eye))


@pytest.mark.parametrize(
    ("name", "way", "queue"),
    [
        ("technical", ["menu", "1", "technical"], "support"),
        ("billing", ["menu", "2", "billing"], "billing"),
        ("agent", ["menu", "0", "agent"], "support"),
        ("wrong", ["menu", "agent"], "support"),
        ("silent", ["menu", "2", "billing"], "billing"),
        ("stranger", ["menu", "3", "unverified"], "support"),
        ("guess", ["menu", "3", "verify", "unverified"], "support"),
    ],
)
def test_each_way_leads_to_its_queue(
    visits: dict[str, Visit], name: str, way: list[str], queue: str
) -> None:
    page = visits[name].page
    keys_and_nodes = [step["key"] or step["node"] for step in page["path"]]
    assert keys_and_nodes == ["greeting", "notice", *way]
    assert page["queue"]["name"] == queue
    assert (page["ended_by"], page["verified"]["by"]) == ("abandoned", None)


@pytest.mark.parametrize(("name", "by"), [("order", "order_last4"), ("pin", "pin")])
def test_after_one_factor_the_order_is_read_back_to_its_end(
    visits: dict[str, Visit], name: str, by: str
) -> None:
    visit = visits[name]
    ways = [step["key"] or step["node"] for step in visit.page["path"]]
    assert ways[2:] == ["menu", "3", "verify", "verified", "status", "menu"]
    assert visit.seconds_at("status") > 5
    assert visit.page["verified"]["by"] == by
    assert visit.page["presumption"] == "verified"


def test_the_echo_test_gives_the_tone_back(visits: dict[str, Visit]) -> None:
    assert visits["echo"].page["path"][-1]["node"] == "echo"
    assert visits["echo"].page["ended_by"] == "customer"


async def test_an_unknown_number_gets_404(node: Node) -> None:
    with caller(node.sip, "4999") as phone:
        assert await phone.refused() == 404


@pytest.mark.parametrize("number", ["4001", "4999", "agent1"])
async def test_an_untrusted_source_gets_403_whatever_the_number(node: Node, number: str) -> None:
    with caller(node.sip, number, host=ADDRESS) as phone:
        assert await phone.refused() == 403
