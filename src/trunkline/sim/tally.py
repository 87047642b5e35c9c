"""Counts a day as it happens: it follows the facts like any read model of the house.

The clock of an interaction runs from entering its first queue to the agent's leg being up. Who
takes a callback stands apart: a case of its own kind, whose clock runs until the customer is
reached. Work after the end of the day is finished but the agents' time counts only until the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trunkline.core import callback_facts as cb
from trunkline.core import facts as f
from trunkline.core.words import (
    AgentId,
    AgentState,
    CallbackId,
    CallbackOrigin,
    Channel,
    EndedBy,
    InteractionId,
    Level,
    QueueId,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trunkline.ports.database import Tx


@dataclass(slots=True)
class Case:
    """What became of one who entered a queue; `wait_ms` until answered or gone.

    Who took a callback (`called_back`) was dialled `tries` times in vain, and reached `reached_ms`
    after entering; None: never. What is written stands beside the calls, by its `channel`.
    """

    queue: QueueId
    level: Level
    entered_at: int
    wait_ms: int = 0
    agent: AgentId | None = None
    abandoned: bool = False
    called_back: bool = False
    tries: int = 0
    reached_ms: int | None = None
    channel: Channel = Channel.VOICE


_BUSY = (AgentState.HANDLING, AgentState.WRAP_UP)
_IDLE = (AgentState.READY, AgentState.OFFERED)


class Tally:
    """A read model in memory: cases, and how long each agent was busy or free, ms."""

    name = "sim_tally"
    version = 1

    def __init__(self, end: int) -> None:
        self.end = end
        self.cases: list[Case] = []
        self.busy_ms: dict[AgentId, int] = {}
        self.idle_ms: dict[AgentId, int] = {}
        self.offers: dict[str, int] = {}
        self.turned_away = 0
        self._levels: dict[InteractionId, Level] = {}
        self._open: dict[InteractionId, Case] = {}
        self._places: dict[CallbackId, Case] = {}
        self._attempts: dict[InteractionId, CallbackId] = {}
        self._since: dict[AgentId, tuple[AgentState, int]] = {}

    def project(self, tx: Tx, tenant_id: str, at: int, fact: f.Fact) -> None:
        """Follow one fact."""
        follow = _FOLLOW.get(type(fact))
        if follow:
            follow(self, at, fact)

    def reset(self, tx: Tx, tenant_id: str) -> None:
        """Forget everything."""
        self.__init__(self.end)  # type: ignore[misc]

    def occupancy(self) -> Mapping[AgentId, float]:
        """Handling ÷ (handling + free) of each agent who was there, 0–1."""
        agents = self.busy_ms.keys() | self.idle_ms.keys()
        found = {}
        for agent in sorted(agents):
            busy, idle = self.busy_ms.get(agent, 0), self.idle_ms.get(agent, 0)
            if busy + idle:
                found[agent] = busy / (busy + idle)
        return found

    def _started(self, at: int, fact: f.InteractionStarted) -> None:
        """Calling a customer back is no new case: it belongs to the one whose place was kept."""
        if fact.callback is None:
            self._levels[fact.interaction] = fact.level
        elif fact.callback in self._places:
            self._attempts[fact.interaction] = fact.callback

    def _queued(self, at: int, fact: f.InteractionQueued) -> None:
        level = self._levels.pop(fact.interaction, None)
        if level is not None:
            case = Case(fact.queue, level, fact.entered_at, channel=fact.channel)
            self._open[fact.interaction] = case
            self.cases.append(case)

    def _answered(self, at: int, fact: f.InteractionAnswered) -> None:
        case = self._open.pop(fact.interaction, None)
        if case:
            case.wait_ms, case.agent = at - case.entered_at, fact.agent

    def _ended(self, at: int, fact: f.InteractionEnded) -> None:
        if self._levels.pop(fact.interaction, None) is not None:
            self.turned_away += 1
        case = self._open.pop(fact.interaction, None)
        if case:
            case.wait_ms, case.abandoned = at - case.entered_at, fact.ended_by is EndedBy.ABANDONED

    def _place_kept(self, at: int, fact: cb.CallbackOpened) -> None:
        case = self._open.get(fact.interaction or InteractionId(""))
        if case and fact.origin is CallbackOrigin.PLACE_KEPT:
            case.called_back = True
            self._places[fact.callback] = case

    def _tried(self, at: int, fact: cb.CallbackTried) -> None:
        case = self._places.get(fact.callback)
        if case:
            case.tries = fact.tries

    def _reached(self, at: int, fact: cb.CustomerReached) -> None:
        case = self._places.get(self._attempts.get(fact.interaction, CallbackId("")))
        if case:
            case.reached_ms = at - case.entered_at

    def _offer_ended(self, at: int, fact: f.OfferEnded) -> None:
        outcome = fact.outcome.value
        self.offers[outcome] = self.offers.get(outcome, 0) + 1

    def _shown(self, at: int, fact: f.AgentShown) -> None:
        state, since = self._since.get(fact.agent, (AgentState.OFFLINE, at))
        spent = max(0, min(at, self.end) - since)
        if state in _BUSY:
            self.busy_ms[fact.agent] = self.busy_ms.get(fact.agent, 0) + spent
        elif state in _IDLE:
            self.idle_ms[fact.agent] = self.idle_ms.get(fact.agent, 0) + spent
        self._since[fact.agent] = (fact.state, at)

    def close(self) -> Tally:
        """The day is over: what agents still are counts until its end."""
        for agent, (state, since) in self._since.items():
            spent = max(0, self.end - since)
            if state in _BUSY:
                self.busy_ms[agent] = self.busy_ms.get(agent, 0) + spent
            elif state in _IDLE:
                self.idle_ms[agent] = self.idle_ms.get(agent, 0) + spent
        return self


_FOLLOW: dict[type[Any], Callable[[Tally, int, Any], None]] = {
    f.InteractionStarted: Tally._started,
    f.InteractionQueued: Tally._queued,
    f.InteractionAnswered: Tally._answered,
    f.InteractionEnded: Tally._ended,
    f.OfferEnded: Tally._offer_ended,
    f.AgentShown: Tally._shown,
    cb.CallbackOpened: Tally._place_kept,
    cb.CallbackTried: Tally._tried,
    cb.CustomerReached: Tally._reached,
}
