"""Where arrivals stand that would hold up who is served.

A burst of calls costs more work than all else. Whoever comes while somebody waits in a line will
wait too; a moment more or less is nothing to them, but every moment is one to an agent who is
free again and to whoever is next. And when more comes than we can do, those who were let in must
not suffer for those who were not. So such arrivals are let in one at a time, while we keep up,
and behind a line the door rests after each as long as it took: half of the time is left for calls
that run. When there is no room the caller hears so at once (503): many may stand here for a line
in which they would wait anyhow, few when an agent is free and only we are late.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from trunkline.kit.clock import monotonic_s

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from trunkline.core.words import LegId
    from trunkline.ports.cells import Accepted
    from trunkline.ports.edge import CallArrived

    LetIn = Callable[[CallArrived], Awaitable[asyncio.Future[Accepted] | None]]
    Standing = tuple[CallArrived, asyncio.Future[None]]

MOST_BEHIND_A_LINE = 200
MOST_HELD_UP = 50
CLEAR = 15
"""With so few left, more may come."""

BREATH_S = 0.005
REST = 1.0
"""Rest after an arrival, in times of what it took until it was durable."""


class Doorstep:
    """Arrivals in their order.

    `behind` says whether we do not keep up just now, `line` whether this caller would stand behind
    others who wait already; `clear` is called while few are left.
    """

    def __init__(
        self,
        let_in: LetIn,
        behind: Callable[[], bool],
        line: Callable[[CallArrived], bool],
        clear: Callable[[], Awaitable[None]],
    ) -> None:
        self._let_in = let_in
        self._behind = behind
        self._line = line
        self._clear = clear
        self._standing: dict[LegId, Standing] = {}
        self._news = asyncio.Event()

    def __len__(self) -> int:
        """How many stand here."""
        return len(self._standing)

    def has_room(self, call: CallArrived) -> bool:
        """Whether one more may stand here."""
        most = MOST_BEHIND_A_LINE if self._line(call) else MOST_HELD_UP
        return len(self._standing) < most

    def put(self, call: CallArrived) -> asyncio.Future[None]:
        """Have a call wait; ends when it is durable or refused."""
        dealt_with: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._standing[call.leg] = (call, dealt_with)
        self._news.set()
        return dealt_with

    async def let_in(self, leg: LegId) -> None:
        """Let this one in now, if it stands here: there is news of it, which comes after it."""
        if leg in self._standing:
            await self._take(*self._standing.pop(leg))

    async def run(self) -> None:
        """Let one in after the other, until cancelled."""
        while True:
            while not self._standing:
                self._news.clear()
                await self._news.wait()
            if self._behind():
                await asyncio.sleep(BREATH_S)
                continue
            began = monotonic_s()
            if len(self._standing) <= CLEAR:
                await self._clear()
            call, dealt_with = self._standing.pop(next(iter(self._standing)))
            outcome = await self._take(call, dealt_with)
            if outcome is not None and self._line(call):
                await asyncio.wait([outcome])
                await asyncio.sleep(REST * (monotonic_s() - began))

    async def _take(
        self, call: CallArrived, dealt_with: asyncio.Future[None]
    ) -> asyncio.Future[Accepted] | None:
        outcome = await self._let_in(call)
        if outcome is None:
            dealt_with.set_result(None)
        else:
            outcome.add_done_callback(lambda _: dealt_with.set_result(None))
        return outcome
