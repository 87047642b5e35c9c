"""Carries commands out: in order within one interaction, side by side across interactions.

Each interaction is a lane. A leg, a bridge and a recording belong to the lane of the interaction
for which they were first named, so that no hang-up overtakes the dial it ends.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from trunkline.core.call.commands import Bridge, DialAgent, DialCustomer
from trunkline.core.commands import Command
from trunkline.core.facts import Fact, InteractionClosed, InteractionStarted

CarryOut = Callable[[str, Command], Awaitable[None]]
"""Carries one command out, given its id; it never raises."""

REMEMBERED_NAMES = 200_000


class Lanes:
    """Queues of commands, one a lane; a lane without work holds no task."""

    def __init__(self, carry_out: CarryOut) -> None:
        self._carry_out = carry_out
        self._lane_of: dict[str, str] = {}
        self._names: dict[str, list[str]] = {}
        self._waiting: dict[str, deque[tuple[str, Command]]] = {}

    def learn(self, facts: tuple[Fact, ...]) -> None:
        """Note which leg belongs to which interaction, before its commands are put."""
        for fact in facts:
            if isinstance(fact, InteractionStarted):
                self._name(fact.leg, fact.interaction)

    def forget(self, facts: tuple[Fact, ...]) -> None:
        """Drop the names of closed interactions, after their commands were put."""
        for fact in facts:
            if isinstance(fact, InteractionClosed):
                for name in self._names.pop(fact.interaction, ()):
                    self._lane_of.pop(name, None)

    def put(
        self, tasks: asyncio.TaskGroup, number: str, command: Command, after_s: float = 0.0
    ) -> None:
        """Queue a command in its lane and see that the lane runs, an idle one after a while."""
        lane = self._lane(command)
        queue = self._waiting.get(lane)
        if queue is None:
            self._waiting[lane] = deque([(number, command)])
            tasks.create_task(self._run(lane, after_s))
        else:
            queue.append((number, command))

    async def _run(self, lane: str, after_s: float) -> None:
        queue = self._waiting[lane]
        try:
            if after_s:
                await asyncio.sleep(after_s)
            while queue:
                await self._carry_out(*queue.popleft())
        finally:
            del self._waiting[lane]

    def _lane(self, command: Command) -> str:
        interaction = getattr(command, "interaction", None)
        if isinstance(command, DialAgent | DialCustomer):
            self._name(command.leg, command.interaction)
        if interaction:
            return str(interaction)
        if isinstance(command, Bridge):
            lane = self._lane_of.get(command.legs[0], command.bridge)
            self._name(command.bridge, lane)
            return lane
        name = str(getattr(command, "leg", None) or getattr(command, "bridge", ""))
        return self._lane_of.get(name, name)

    def _name(self, name: str, lane: str) -> None:
        if name not in self._lane_of and len(self._lane_of) < REMEMBERED_NAMES:
            self._lane_of[name] = lane
            self._names.setdefault(lane, []).append(name)
