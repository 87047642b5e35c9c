"""Calls at a steady rate, each of which stays a while: where it stood, and what became of it.

Which Asterisk has a call is told by the port of its sound: each has a range of its own.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import count

from tests.e2e.full_house import NUMBER
from tests.e2e.node import Node
from tests.tools import company
from tests.tools.company import Company

LOOK_S = 0.1
FIRST_PORT, SHARE = 16_000, 500
"""Of the sound of the first Asterisk, and how many each of two has."""
RTP_PORT = 15_800
MOST = 3_000
_numbers = count(1)


def node_of(rtp_port: int) -> str:
    """Which Asterisk has a call whose sound goes to this port."""
    return str(1 + (rtp_port - FIRST_PORT) // SHARE)


@dataclass(slots=True)
class Call:
    """One of them, by what SIPp saw and when we looked."""

    number: str
    begun_at: float
    answered_at: float = 0.0
    at_node: str = ""
    told_at: float = 0.0
    ended: bool = False


class Rush:
    """All calls of one rush."""

    def __init__(self, callers: Company, hold_s: float) -> None:
        self.calls: dict[str, Call] = {}
        self.staying: set[str] = set()
        """Those that nobody hangs up."""

        self.paused = False
        self._callers = callers
        self._hold_s = hold_s

    def look(self) -> None:
        """Hear what SIPp has seen; hang up who has stayed long enough."""
        now = time.monotonic()
        # The latest first: who is among the answered has called, and is found among these after.
        ended, answered = self._callers.ended(), self._callers.answered()
        for name, number in self._callers.called().items():
            self.calls.setdefault(name, Call(number, now))
        for name, (_, port) in answered.items():
            call = self.calls[name]
            if not call.answered_at:
                call.answered_at = now
                call.at_node = node_of(port)
        for name in ended:
            self.calls[name].ended = True
        for name in () if self.paused else self.up():
            call = self.calls[name]
            if now - call.answered_at >= self._hold_s and name not in self.staying:
                call.told_at = now
                self._callers.hang_up(name)

    def up(self, at_node: str = "") -> list[str]:
        """Those who are up (at one node), as far as we know and have not ended it."""
        return [
            name
            for name, call in self.calls.items()
            if call.answered_at and not call.told_at and at_node in ("", call.at_node)
        ]

    def since(self, at: float) -> Iterator[Call]:
        """Those that were begun after then."""
        return (call for call in self.calls.values() if call.begun_at > at)

    async def end(self, within_s: float) -> None:
        """No further calls; wait until each has ended that anybody hangs up, or so long."""
        self._callers.begin_no_more()
        end = time.monotonic() + within_s
        while time.monotonic() < end and not all(
            call.ended or name in self.staying for name, call in self.calls.items()
        ):
            await asyncio.sleep(LOOK_S)

    async def keep_looking(self) -> None:
        while True:
            self.look()
            await asyncio.sleep(LOOK_S)


@asynccontextmanager
async def rush(node: Node, per_s: float, hold_s: float) -> AsyncIterator[Rush]:
    """So many calls a second, until it is told to end."""
    numbers = [f"+8613912{next(_numbers):06d}" for _ in range(MOST)]
    with company.callers(node.sip, NUMBER, numbers, RTP_PORT, per_s) as callers:
        made = Rush(callers, hold_s)
        looking = asyncio.create_task(made.keep_looking())
        try:
            yield made
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking
