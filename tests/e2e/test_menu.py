"""The main line and the other numbers, by keys, wrong keys and silence, as a caller hears them.

All callers call at once; what came of each is read afterwards.
"""

import asyncio
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.e2e.node import Node
from tests.e2e.people import Json, Person, until
from tests.tools.netns import ADDRESS, NetworkNamespace
from tests.tools.sipp import Phone, caller

ECHO_HZ = 620.0
STRANGER = "+8613955550000"
pytestmark = pytest.mark.timeout(150)


class Visit:
    """One customer's call to the main line, seen from both ends."""

    def __init__(self, node: Node, eye: Person, customer: str, number: str = "4000") -> None:
        self._node = node
        self._eye = eye
        self._customer = customer
        self._number = number
        self.phone: Phone
        self.page: Json = {}
        self.heard_status = 0

    async def run(self, *steps: tuple[str, str]) -> "Visit":
        """Call; at each node press the keys; wait for the last node (or queue), and hang up."""
        known = {item["id"] for item in self._items()}
        with caller(self._node.sip, self._number, name=self._customer) as self.phone:
            await self.phone.answered(15)
            self._id = await until(lambda: self._new(known), "interaction")
            for place, keys in steps:
                await until(lambda place=place: self._at(place), f"{self._customer} at {place}", 40)
                self.phone.voice.press(keys)
            self.phone.hang_up()
            await self.phone.ended()
        await until(lambda: self._read()["state"] == "ended", "end")
        return self

    def nodes(self) -> list[str]:
        """The way, as node names and keys."""
        return [step["key"] or step["node"] for step in self.page["path"]]

    def _items(self) -> list[Json]:
        items: list[Json] = self._eye.get("/interactions", limit=30)["items"]
        return [item for item in items if item["number"] == self._number]

    def _new(self, known: set[str]) -> str | None:
        tail = self._customer[-4:]
        mine = [
            item["id"]
            for item in self._items()
            if item["id"] not in known and (item["phone_masked"] or "").endswith(tail)
        ]
        return mine[0] if mine else None

    def _at(self, place: str) -> bool:
        page, (node, _, times) = self._read(), place.partition("*")
        if node == "status":
            self.heard_status += self.phone.voice.hears_speech()
        if node == "queued":
            return bool(page["state"] == "queued")
        return self.nodes().count(node) >= int(times or 1)

    def _read(self) -> Json:
        self.page = self._eye.get(f"/interactions/{self._id}")
        return self.page


@pytest.fixture(scope="module")
def visits(town: NetworkNamespace, shared_node: Node) -> Iterator[dict[str, Visit]]:
    """Everybody calls at once."""

    def customer(n: int) -> str:
        return f"+86138000000{n:02d}"

    async def everybody(eye: Person) -> dict[str, Visit]:
        stories = {
            "technical": (customer(2), ("menu", "1"), ("queued", "")),
            "billing": (customer(3), ("menu", "2"), ("queued", "")),
            "agent": (customer(4), ("menu", "0"), ("queued", "")),
            "order": (customer(5), ("menu", "3"), ("verify", "7005"), ("status", ""), ("menu*2", "")),
            "pin": (customer(6), ("menu", "3"), ("verify", "9006"), ("status", "")),
            "stranger": (STRANGER, ("menu", "3"), ("queued", "")),
            "guess": (
                customer(7),
                ("menu", "3"),
                *((f"verify*{n}", f"111{n}") for n in (1, 2, 3)),
                ("queued", ""),
            ),
            "wrong": (customer(8), *((f"menu*{n}", k) for n, k in enumerate("789", 1)), ("queued", "")),
            "silent": (customer(9), ("menu*2", "2"), ("queued", "")),
        }
        made = {name: Visit(shared_node, eye, who) for name, (who, *_) in stories.items()}
        await asyncio.gather(*(made[name].run(*steps) for name, (_, *steps) in stories.items()))
        return made

    with town.entered(), closing(Person(shared_node, "admin")) as eye:
        yield asyncio.run(everybody(eye))


def test_debug(visits):
    for n, v in visits.items():
        print(n, v.page["state"], v.page["ended_by"], v.page["queue"], v.page["verified"], v.heard_status)
        for s in v.page["path"]: print("    ", s)
    assert 0
