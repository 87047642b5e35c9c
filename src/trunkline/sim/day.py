"""A day in the life of a cell, on a virtual clock: the same `Cell.step` as in the house.

    people and phones ──inputs──▶ cell ──commands──▶ people and phones
            ▲                                               │
            └────────────── a heap of moments ◀─────────────┘

Whatever is due first is next: something that people or phones do, or a deadline of the cell. The
edge here has no sound: a leg that is dialled rings, is answered, declined or rings out; a bridge
joins at once; a hang-up is told. Who is offered a callback takes it or stays, and is rung later.
Every draw comes from the plan or its seed.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

from trunkline.core import inputs as i
from trunkline.core.call import commands as c
from trunkline.core.call import events as e
from trunkline.core.callback_facts import CallbackOpened
from trunkline.core.cell import next_deadline
from trunkline.core.facts import InteractionQueued, WishSet
from trunkline.core.words import (
    AgentId,
    CallbackId,
    Cause,
    DeviceKind,
    InteractionId,
    LegId,
    Level,
    Token,
    Wish,
)
from trunkline.kit.chance import stream
from trunkline.kit.errors import TrunklineError
from trunkline.runtime.cell import Cell, Submission
from trunkline.sim.desks import Desks
from trunkline.sim.memory import NO_TX, MemoryJournal, SeededIds, VirtualClock, as_it_is

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trunkline.core.inputs import Input
    from trunkline.runtime.cell import Write
    from trunkline.runtime.projection import Projection
    from trunkline.sim.plan import Caller, Duty, Pickup, Plan, Reach

TENANT = "tnt_sim"
PARTY = Token("caller")
AFTER_HOURS_MS = 4 * 3600 * 1000
"""So long after its end a day may still run down; what is left then is a fault of the rules."""
TRY_AGAIN_MS = 1_000
PLAY_MS = 3_000
HEARS_OFFER_MS = 6_000
"""So long a customer listens to the offer of a callback before choosing."""

Watcher = Callable[["Day"], None]


class NotRunDown(Exception):
    """Long after the end of the day somebody is still there."""


class Day:
    """One plan as it comes about; `run` it once."""

    def __init__(
        self,
        plan: Plan,
        seed: int,
        watch: Sequence[Projection],
        *,
        journal: MemoryJournal | None = None,
        write: Write = as_it_is,
    ) -> None:
        self.plan = plan
        self.inputs = 0
        self.clock = VirtualClock(plan.begin)
        self.journal = journal or MemoryJournal()
        self.cell = Cell(TENANT, "sim", self.journal, watch, self.clock, SeededIds(seed),
                         write=write, snapshot_every=None)  # fmt: skip
        self._draw = stream(seed, "phones")
        self._moments: list[tuple[int, int, Callable[[Any], None], Any]] = []
        self._planned = 0
        self._calling: dict[LegId, Caller] = {}
        self._phones: dict[LegId, AgentId] = {}
        self._called_back: dict[CallbackId, tuple[Caller, int]] = {}
        self._ringing: dict[LegId, Caller] = {}
        self._next_caller = 0
        self.desks = Desks(self, plan, seed) if plan.pieces else None

    def run(self, watch: Watcher | None = None, every_ms: int = 300_000) -> Day:
        """The whole day, until the last one is gone; `watch` is called every so many ms of it."""
        self.put(i.PublishPolicy(self.plan.policy))
        for reach in self.plan.reaches:
            self.at(reach.at, self._sees, reach)
        for duty in self.plan.duties:
            self.at(duty.at, self._wishes, duty)
        self._expect_caller()
        if self.desks:
            self.desks.open()
        seen = self.plan.begin
        while self._advance():
            if watch and self.clock.now >= seen + every_ms:
                seen = self.clock.now
                watch(self)
        return self

    @property
    def share_done(self) -> float:
        """How much of the day is over, 0–1."""
        passed = self.clock.now - self.plan.begin
        return min(1.0, passed / (self.plan.end - self.plan.begin))

    def _advance(self) -> bool:
        """What is due first; False when nothing is left of the day."""
        moments = self._moments
        due = next_deadline(self.cell.state)
        if moments and (due is None or moments[0][0] <= due):
            at, _, act, what = heappop(moments)
            self.clock.now = at
            act(what)
            return True
        if due is None or (due > self.plan.end and not self.cell.state.interactions):
            return False
        if due > self.plan.end + AFTER_HOURS_MS:
            raise NotRunDown(", ".join(list(self.cell.state.interactions)[:5]))
        self.clock.now = max(self.clock.now, due)
        self.put(i.Tick())
        return True

    def put(self, given: Input) -> bool:
        """One step of the cell, and what follows from it at the phones; False when refused."""
        self.inputs += 1
        step = self.cell.step(NO_TX, (Submission(given),))
        for _, facts, commands in step.decided:
            for fact in facts:
                if self.desks:
                    self.desks.follow(fact)
                react = _FACTS.get(type(fact))
                if react:
                    react(self, fact)
            for command in commands:
                carry_out = _COMMANDS.get(type(command))
                if carry_out:
                    carry_out(self, command)
        return not isinstance(step.outcomes[0], TrunklineError)

    def at(self, at: int, act: Callable[[Any], None], what: Any) -> None:
        """Something happens then."""
        self._planned += 1
        heappush(self._moments, (at, self._planned, act, what))

    # -- customers --------------------------------------------------------------------------

    def _expect_caller(self) -> None:
        """Only the next one stands in the heap, which so stays small."""
        if self._next_caller < len(self.plan.callers):
            number = self._next_caller
            self._next_caller += 1
            self.at(self.plan.callers[number].at, self._calls, number)

    def _calls(self, number: int) -> None:
        caller = self.plan.callers[number]
        leg = LegId(f"in-{number}")
        self._calling[leg] = caller
        self._expect_caller()
        known = caller.level is not Level.REGULAR
        presumption = i.Presumption.PRESUMED if known else i.Presumption.NONE
        self.put(
            i.ArriveInteraction(
                leg,
                caller.number,
                PARTY,
                presumption,
                level=caller.level,
                affinity=caller.affinity,
                caller=Token(f"caller-{number}") if caller.pickups else None,
            )
        )

    def _queued(self, fact: InteractionQueued) -> None:
        it = self.cell.state.interactions.get(fact.interaction)
        caller = self._calling.get(it.leg) if it else None
        if it and caller and caller.patience_ms is not None and not fact.again:
            self.at(self.clock.now + caller.patience_ms, self._loses_patience, it.leg)

    def _loses_patience(self, leg: LegId) -> None:
        if leg in self._calling:
            self._hangs_up(leg)

    def _hangs_up(self, leg: LegId) -> None:
        self._calling.pop(leg, None)
        self.put(e.LegEnded(leg, Cause.NORMAL))

    def _plays(self, command: c.Play) -> None:
        self.at(
            self.clock.now + PLAY_MS, self._has_heard, e.PlayEnded(command.leg, command.play, True)
        )

    def _has_heard(self, news: e.PlayEnded) -> None:
        if news.leg in self._calling:
            self.put(news)

    # -- callbacks --------------------------------------------------------------------------

    def _is_asked(self, command: c.Collect) -> None:
        """The offer of a callback: 1 takes it, silence stays."""
        caller = self._calling.get(command.leg)
        if caller:
            chosen = "1" if caller.takes_callback else ""
            news = e.DigitsCollected(command.leg, command.collect, chosen)
            self.at(self.clock.now + HEARS_OFFER_MS, self._chooses, news)

    def _chooses(self, news: e.DigitsCollected) -> None:
        if news.leg in self._calling:
            self.put(news)

    def _callback_opened(self, fact: CallbackOpened) -> None:
        it = self.cell.state.interactions.get(fact.interaction or InteractionId(""))
        caller = self._calling.get(it.leg) if it else None
        if caller:
            self._called_back[fact.callback] = (caller, 0)

    def _rung_back(self, command: c.DialCustomer) -> None:
        """The customer's phone rings; what comes of it was settled with the plan."""
        it = self.cell.state.interactions[command.interaction]
        callback = it.callback or CallbackId("")
        caller, tries = self._called_back[callback]
        self._called_back[callback] = (caller, tries + 1)
        self._ringing[command.leg] = caller
        pickup = caller.pickups[min(tries, len(caller.pickups) - 1)]
        self.at(self.clock.now + pickup.after_ms, self._is_picked_up, (command.leg, pickup))

    def _is_picked_up(self, what: tuple[LegId, Pickup]) -> None:
        leg, pickup = what
        caller = self._ringing.pop(leg, None)
        if caller is None:
            return
        if pickup.cause is not None:
            self.put(e.LegEnded(leg, pickup.cause))
            return
        self._calling[leg] = caller
        self.put(e.LegAnswered(leg))

    # -- phones -----------------------------------------------------------------------------

    def _dialled(self, command: c.DialAgent) -> None:
        self._phones[command.leg] = AgentId(command.account)
        rings, share = self.plan.rings, self._draw.random()
        half = rings.answer_ms / 2
        answer_at = self.clock.now + round(half * (1 + self._draw.expovariate(1)))
        if share < rings.no_answer:
            return
        if share < rings.no_answer + rings.declined:
            self.at(answer_at, self._declines, command.leg)
        else:
            self.at(answer_at, self._answers, command.leg)

    def _answers(self, leg: LegId) -> None:
        if leg in self._phones:
            self.put(e.LegAnswered(leg))

    def _declines(self, leg: LegId) -> None:
        if self._phones.pop(leg, None):
            self.put(e.LegEnded(leg, Cause.DECLINED))

    def _joined(self, command: c.Bridge) -> None:
        """Both sides hear each other; the talk ends when its time is over."""
        inbound, outbound = command.legs
        agent = self._phones[outbound]
        caller = self._calling.pop(inbound)
        talk_ms = round(caller.talk_ms * self.plan.pace.get(agent, 1.0))
        self.put(e.BridgeJoined(command.bridge, command.legs))
        self.at(self.clock.now + talk_ms, self._hangs_up, inbound)

    def _hung_up(self, command: c.HangUp) -> None:
        there = (self._phones, self._calling, self._ringing)
        if any(legs.pop(command.leg, None) is not None for legs in there):
            self.put(e.LegEnded(command.leg, command.cause))

    # -- agents -----------------------------------------------------------------------------

    def _sees(self, reach: Reach) -> None:
        """A device is plugged in, or out."""
        self.put(i.DeviceSeen(reach.agent, DeviceKind.SIP, reach.reachable))

    def _wishes(self, duty: Duty) -> None:
        """A wish that is refused because something rings is spoken again a little later."""
        if not self.put(i.SetState(duty.agent, duty.wish, duty.reason)):
            self.at(self.clock.now + TRY_AGAIN_MS, self._wishes, duty)

    def _wish_set(self, fact: WishSet) -> None:
        """Who was taken out for not answering comes back after a while."""
        if fact.wish is Wish.NOT_READY and fact.reason in _COMES_BACK and fact.until is None:
            self.at(self.clock.now + self.plan.rings.back_after_ms, self._is_back, fact.agent)

    def _is_back(self, name: AgentId) -> None:
        agent = self.cell.state.agents[name]
        if agent.wish is Wish.NOT_READY and agent.reason in _COMES_BACK:
            self.put(i.SetState(name, Wish.READY))


_COMES_BACK = ("declines", *(cause.value for cause in Cause))

_FACTS: dict[type[Any], Callable[[Day, Any], None]] = {
    CallbackOpened: Day._callback_opened,
    InteractionQueued: Day._queued,
    WishSet: Day._wish_set,
}
_COMMANDS: dict[type[Any], Callable[[Day, Any], None]] = {
    c.DialAgent: Day._dialled,
    c.Bridge: Day._joined,
    c.HangUp: Day._hung_up,
    c.Play: Day._plays,
    c.Collect: Day._is_asked,
    c.DialCustomer: Day._rung_back,
}
