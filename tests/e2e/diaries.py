"""What clients were promised, to be compared with what is there."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field

import httpx

from tests.e2e.node import Node
from tests.e2e.people import Person, Refused, all_of

WRITES_EVERY_S = 0.2


@dataclass(slots=True)
class Diary:
    """What one client was promised."""

    agent: Person
    tickets: list[str] = field(default_factory=list)
    acknowledged: str = ""
    asked: str = ""
    """The state asked for last; when it was not acknowledged either may be kept."""

    def write(self) -> None:
        """Ask for things without end; ends when nobody answers any more."""
        with suppress(httpx.TransportError):
            while True:
                self.ask("ready", "not_ready")

    def write_on(self, over: threading.Event) -> None:
        """Ask for things until it is over, whoever is killed meanwhile."""
        while not over.wait(WRITES_EVERY_S):
            try:
                self.ask("not_ready", "offline")
            except httpx.TransportError:
                continue
            except Refused as refusal:
                if refusal.status != 503:
                    raise

    def ask(self, *states: str) -> None:
        """These states, and a ticket."""
        for state in states:
            self.asked = state
            self.acknowledged = self.agent.be(state)["state"]
        made = self.agent.post("/tickets", title="Kept", **{"class": "billing"})
        self.tickets.append(made["id"])

    def is_kept(self, there: set[str]) -> int:
        """All that was acknowledged is among what is there; how many tickets that are."""
        assert self.agent.me()["state"] in (self.acknowledged, self.asked)
        assert set(self.tickets) <= there
        return len(self.tickets)


@contextmanager
def kept_writing(node: Node, *names: str) -> Iterator[list[Diary]]:
    """Clients who ask for things all the time."""
    over = threading.Event()
    with ExitStack() as things, ThreadPoolExecutor(len(names)) as pool:
        diaries = [Diary(things.enter_context(closing(Person(node, name)))) for name in names]
        writing = [pool.submit(diary.write_on, over) for diary in diaries]
        try:
            yield diaries
        finally:
            over.set()
        for one in writing:
            one.result()
        with closing(Person(node, "admin")) as admin:
            there = {one["id"] for one in all_of(admin, "/tickets")}
        for diary in diaries:
            diary.is_kept(there)
