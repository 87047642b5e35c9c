"""Those who use the API: each with a token of their own, and a record of what was promised them."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any, TypeVar

import httpx

from tests.e2e.node import PASSWORD, Node
from tests.tools.ports import free_port
from tests.tools.sipp import Phone, desk_phone, register

T = TypeVar("T")
Json = dict[str, Any]


class Refused(AssertionError):
    """An answer that is not a good one."""

    def __init__(self, answer: httpx.Response) -> None:
        where = f"{answer.request.method} {answer.request.url}"
        super().__init__(f"{where}: {answer.status_code} {answer.text}")
        self.status = answer.status_code


class Person:
    """Somebody signed in by a token."""

    def __init__(self, node: Node, username: str, password: str = PASSWORD) -> None:
        self.username = username
        self._api = httpx.Client(base_url=f"{node.url}/api/v1", timeout=10)
        login = {"username": username, "password": password, "kind": "token"}
        token = self._told(self._api.post("/sessions", json=login))["token"]
        self._api.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str, **asked: Any) -> Any:
        """The answer to GET, which must be a good one."""
        return self._told(self._api.get(path, params=asked or None))

    def put(self, path: str, **body: Any) -> Any:
        """The answer to PUT, which must be a good one."""
        return self._told(self._api.put(path, json=body))

    def patch(self, path: str, **body: Any) -> Any:
        """The answer to PATCH, which must be a good one."""
        return self._told(self._api.patch(path, json=body))

    def post(self, path: str, **body: Any) -> Any:
        """The answer to POST, which must be a good one."""
        return self._told(self._api.post(path, json=body))

    def send(self, path: str, content: bytes, **asked: Any) -> Any:
        """The answer to POST of a file, which must be a good one."""
        return self._told(self._api.post(path, content=content, params=asked))

    def delete(self, path: str) -> Any:
        """The answer to DELETE, which must be a good one."""
        return self._told(self._api.delete(path))

    def bytes_of(self, path: str) -> bytes:
        """What is downloaded."""
        answer = self._api.get(path)
        assert answer.status_code in (200, 206), answer.text
        return answer.content

    def be(self, state: str) -> Json:
        """Choose a state."""
        told: Json = self.put("/me/state", state=state)
        return told

    def me(self) -> Json:
        """Who and what I am now."""
        told: Json = self.get("/me")
        return told

    def close(self) -> None:
        """Sign out."""
        self._api.close()

    @staticmethod
    def _told(answer: httpx.Response) -> Any:
        if not answer.is_success:
            raise Refused(answer)
        return answer.json() if answer.content else None


@contextmanager
def at_desk_phone(
    node: Node,
    username: str,
    hz: float,
    rings_ms: int = 0,
    *,
    rings_on: bool = False,
    awaited: bool = False,
) -> Iterator[tuple[Person, Phone]]:
    """An agent whose desk phone is registered and who is ready; it is taken up, or rings on.

    One who is awaited is rung the moment they are ready.
    """
    port = free_port()
    agent = Person(node, username)
    assert register(node.sip, username, PASSWORD, f"127.0.0.1:{port}", port=port)
    with desk_phone(hz=hz, port=port, after_ms=rings_ms, rings_on=rings_on) as phone:
        agent.put("/me/device", kind="sip")
        told = agent.be("ready")
        assert told["state"] == ("offered" if awaited else "ready"), told
        with closing(agent):
            yield agent, phone
            # The node may have been killed; who is offered to is left to the peace after the test.
            with suppress(httpx.TransportError, AssertionError):
                agent.be("offline")
                agent.put("/me/device", kind="browser")


async def hear_each_other(one: Phone, other: Phone, hz: tuple[float, float]) -> None:
    """Each hears the other's tone, and nothing else."""
    await until(lambda: one.voice.hears(hz[1]), f"{hz[1]} Hz at the first")
    await until(lambda: other.voice.hears(hz[0]), f"{hz[0]} Hz at the second")


async def until(
    look: Callable[[], T | None], what: str, within_s: float = 10.0, every_s: float = 0.05
) -> T:
    """Look until there is something; fails with what was seen last."""
    deadline, seen = time.monotonic() + within_s, None
    while time.monotonic() < deadline:
        seen = look()
        if seen:
            return seen
        await asyncio.sleep(every_s)
    raise AssertionError(f"no {what} within {within_s} s; seen: {seen}")


def all_of(person: Person, path: str, **asked: Any) -> list[Json]:
    """Everything in a list that comes in pages."""
    found: list[Json] = []
    while True:
        page = person.get(path, limit=100, **asked)
        found += page["items"]
        if page["next"] is None:
            return found
        asked["cursor"] = page["next"]


def newest(person: Person, number: str = "4001") -> Json:
    """The newest interaction on a number."""
    items = person.get("/interactions", limit=20)["items"]
    found: Json = next(item for item in items if item["number"] == number)
    return found


async def closed(person: Person, interaction_id: str, within_s: float = 30.0) -> Json:
    """The interaction once it has ended and every recording of it is stored."""

    def look() -> Json | None:
        page: Json = person.get(f"/interactions/{interaction_id}")
        stored = all(one["state"] == "stored" for one in page["recordings"])
        return page if page["state"] == "ended" and stored else None

    return await until(look, f"end of {interaction_id}", within_s)
