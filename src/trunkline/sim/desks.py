"""What is written in a simulated day: it comes, is taken up at a desk, worked on, and finished.

A piece is open as long as its plan says, times the pace of the agent, longer for each other one
that is open when it is taken up. What can be interrupted stands still while its agent is in a call:
when its time is up, the calls of the meanwhile are added. Who is asked says yes after the time in
which they answer phones. What nobody took up long after the end of the day is left for the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trunkline.core import facts as f
from trunkline.core import inputs as i
from trunkline.core.words import (
    AgentId,
    Channel,
    EndedBy,
    InteractionId,
    OfferId,
    Presumption,
    Token,
    WorkStage,
)
from trunkline.core.written.wishes import FinishInteraction, LeaveInteraction, OpenInteraction
from trunkline.kit.chance import stream

if TYPE_CHECKING:
    from trunkline.sim.day import Day
    from trunkline.sim.plan import Piece, Plan

PARTY = Token("writer")
LEFT_FOR_TOMORROW_MS = 3_600_000
"""So long after the end of the day what nobody took up is withdrawn."""

Finish = tuple[AgentId, InteractionId, int, int]
"""Whose work on what, since when, and how long the agent had been in calls by then (ms)."""


class Desks:
    """The written work of a day, beside its calls."""

    def __init__(self, day: Day, plan: Plan, seed: int) -> None:
        self._day = day
        self._plan = plan
        self._draw = stream(seed, "desks")
        self._next = 0
        self._pieces: dict[InteractionId, Piece] = {}
        self._in_calls_ms: dict[AgentId, int] = {}
        self._in_call_since: dict[AgentId, int] = {}

    def open(self) -> None:
        """Everybody sits at their desk, and the first piece is on its way."""
        for agent in self._plan.policy.agents:
            self._day.put(i.DeskConnected(agent.id))
        self._expect()
        self._day.at(self._plan.end + LEFT_FOR_TOMORROW_MS, self._leaves_over, None)

    def follow(self, fact: Any) -> None:
        """What the cell decided."""
        match fact:
            case f.OfferMade(interaction=name) if name in self._pieces:
                half = self._plan.rings.answer_ms / 2
                at = self._day.clock.now + round(half * (1 + self._draw.expovariate(1)))
                if self._draw.random() >= self._plan.rings.no_answer:
                    self._day.at(at, self._accepts, (fact.agent, fact.offer))
            case f.InteractionAnswered(interaction=name) if name in self._pieces:
                self._takes_up(fact.agent, name)
            case f.InteractionAnswered(agent=agent):
                self._in_call_since[agent] = self._day.clock.now
            case f.TalkEnded(agent=agent) | f.WrapUpCompleted(agent=agent):
                self._may_be_done(agent)

    def _expect(self) -> None:
        """Only the next piece stands in the heap."""
        if self._next < len(self._plan.pieces):
            number = self._next
            self._next += 1
            self._day.at(self._plan.pieces[number].at, self._comes, number)

    def _comes(self, number: int) -> None:
        piece = self._plan.pieces[number]
        name = InteractionId(f"{piece.channel.value}-{number}")
        self._pieces[name] = piece
        self._expect()
        opened = OpenInteraction(
            name, piece.channel, piece.queue, PARTY, Presumption.PRESUMED, level=piece.level
        )
        if self._day.put(opened) and piece.patience_ms is not None:
            self._day.at(self._day.clock.now + piece.patience_ms, self._loses_patience, name)

    def _loses_patience(self, name: InteractionId) -> None:
        if self._waits(name):
            self._day.put(LeaveInteraction(name, EndedBy.ABANDONED))

    def _accepts(self, what: tuple[AgentId, OfferId]) -> None:
        agent, offer = what
        if offer in self._day.cell.state.offers:
            self._day.put(i.AcceptOffer(agent, offer))

    def _takes_up(self, agent: AgentId, name: InteractionId) -> None:
        piece, works = self._pieces[name], self._day.cell.state.agents[agent].works
        beside = sum(one.stage is WorkStage.HANDLED for one in works) - 1
        pace = self._plan.pace.get(agent, 1.0)
        work_ms = round(piece.work_ms * pace * (1 + piece.slower * max(0, beside)))
        now = self._day.clock.now
        self._day.at(now + work_ms, self._finishes, (agent, name, now, self._in_calls(agent)))

    def _finishes(self, what: Finish) -> None:
        """Done, unless calls of the meanwhile are to be made up for, or it was given away."""
        agent, name, since, in_calls = what
        work = self._day.cell.state.agents[agent].work(name)
        if work is None or work.stage is not WorkStage.HANDLED or work.since != since:
            return
        meanwhile = self._in_calls(agent) - in_calls
        if meanwhile and self._stands_still(agent, self._pieces[name]):
            again = (agent, name, since, in_calls + meanwhile)
            self._day.at(self._day.clock.now + meanwhile, self._finishes, again)
            return
        self._day.put(FinishInteraction(agent, name))

    def _stands_still(self, agent: AgentId, piece: Piece) -> bool:
        capacity = self._day.cell.state.capacities[agent]
        beside = (Channel.VOICE, piece.channel) in capacity.beside
        return piece.waits_for_calls and piece.channel in capacity.interruptible and not beside

    def _in_calls(self, agent: AgentId) -> int:
        since = self._in_call_since.get(agent)
        now = 0 if since is None else self._day.clock.now - since
        return self._in_calls_ms.get(agent, 0) + now

    def _may_be_done(self, agent: AgentId) -> None:
        """A call is over with its wrap-up."""
        there = self._day.cell.state.agents[agent]
        if agent in self._in_call_since and not (there.segment or there.wrap_up):
            self._in_calls_ms[agent] = self._in_calls(agent)
            del self._in_call_since[agent]

    def _waits(self, name: InteractionId) -> bool:
        it = self._day.cell.state.interactions.get(name)
        return it is not None and it.waiting is not None

    def _leaves_over(self, _: None) -> None:
        for name in list(self._pieces):
            if self._waits(name):
                self._day.put(LeaveInteraction(name, EndedBy.WITHDRAWN))
