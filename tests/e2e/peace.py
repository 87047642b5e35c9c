"""Peace between two tests on one node: what one left behind is no affair of the next."""

import time
from contextlib import closing, suppress

import httpx

from tests.e2e.node import Node
from tests.e2e.people import Json, Person

WITHIN_S = 25.0
LOOK_EVERY_S = 0.2
AT_WORK = ("offered", "handling", "wrap_up")


def make_peace(node: Node) -> None:
    """End what still goes on and send every agent home; fails if somebody stays at work.

    Who cannot be asked (a fixed phone's agent, another's password) only has to be without work.
    """
    until = time.monotonic() + WITHIN_S
    with closing(Person(node, "admin")) as admin:
        while at_work := [agent for agent in on_duty(admin) if not _goes_home(node, agent)]:
            _end_talks(admin)
            assert time.monotonic() < until, f"still at work: {at_work}"
            time.sleep(LOOK_EVERY_S)


def on_duty(admin: Person) -> list[Json]:
    """The agents who are not offline."""
    return [agent for agent in admin.get("/agents")["items"] if agent["state"] != "offline"]


def _end_talks(admin: Person) -> None:
    for call in admin.get("/interactions", state="talking", limit=100)["items"]:
        with suppress(AssertionError):  # it has ended by itself
            admin.post(f"/interactions/{call['id']}/end")


def _goes_home(node: Node, agent: Json) -> bool:
    try:
        person = Person(node, agent["username"])
    except AssertionError:
        return agent["state"] not in AT_WORK
    with closing(person):
        work = person.me()["work"]
        if work and work["kind"] == "wrap_up":
            _wrap_up(person, work["interaction_id"])
        with suppress(AssertionError, httpx.TransportError):  # offered to just now
            at_home = bool(person.be("offline")["state"] == "offline")
            person.put("/me/device", kind="browser")
            return at_home
    return False


def _wrap_up(person: Person, call: str) -> None:
    codes = person.get("/dispositions")["items"]
    with suppress(AssertionError):  # its time has just run out
        person.post(f"/interactions/{call}/wrap-up", disposition=codes[0]["code"])
