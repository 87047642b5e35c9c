"""What always holds of callbacks, kept by a memory of its own beside the state."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.core.invariants import may_serve
from trunkline.core import callback_facts as cb
from trunkline.core import facts as f
from trunkline.core.acd.callback import SETTLE_MS
from trunkline.core.acd.standing import Standing
from trunkline.core.call import voicemail_facts as v
from trunkline.core.call.commands import DialCustomer
from trunkline.core.config import CallbackRules
from trunkline.core.state import State
from trunkline.core.words import (
    AgentId,
    CallbackId,
    CallbackOutcome,
    InteractionId,
    QueueId,
    Token,
    Wish,
)


@dataclass(slots=True)
class Kept:
    """One open callback as its facts tell of it."""

    queue: QueueId
    party: Token
    entered_at: int
    due_at: int | None
    tries: int = 0
    in_line: InteractionId | None = None
    called: InteractionId | None = None
    suspended_by: InteractionId | None = None
    standing: Standing = field(default_factory=Standing)


@dataclass(slots=True)
class CallbackLaws:
    """Follows facts and commands of a cell; raises AssertionError when they break a promise."""

    kept: dict[CallbackId, Kept] = field(default_factory=dict)
    of: dict[InteractionId, CallbackId] = field(default_factory=dict)
    entered: dict[InteractionId, int] = field(default_factory=dict)
    at_it: dict[InteractionId, QueueId] = field(default_factory=dict)
    offered: dict[InteractionId, int] = field(default_factory=dict)
    refused: dict[InteractionId, set[AgentId]] = field(default_factory=dict)

    def follow(
        self, facts: tuple[f.Fact, ...], commands: tuple[Any, ...], state: State, now: int
    ) -> None:
        """One input's facts and commands, and the state after them."""
        said = sum(isinstance(fact, cb.CustomerDialled) for fact in facts)
        assert self._dials(commands) == said, "dialled once for each time that it is said"
        for at, fact in enumerate(facts):
            if not any(isinstance(later, f.InteractionQueued) for later in facts[at:]):
                self._share(fact, state)
            self._life(fact, state, now)
            self._busy(fact)
        self._nobody_stays_suspended(facts)

    def _dials(self, commands: tuple[Any, ...]) -> int:
        """How often customers are rung who are to be called back; others may be rung too."""
        return sum(
            command.interaction in self.of
            and command.party == self.kept[self.of[command.interaction]].party
            for command in commands
            if isinstance(command, DialCustomer)
        )

    def _life(self, fact: f.Fact, state: State, now: int) -> None:
        match fact:
            case f.InteractionStarted(interaction=it, callback=callback) if callback:
                self.of[it] = callback
                was = self.kept[callback].standing
                assert (fact.tags, fact.affinity) == (was.tags, was.affinity), (
                    "they stand as before"
                )
            case f.InteractionQueued(interaction=it, entered_at=entered):
                self._stands(it, entered)
            case f.InteractionAnswered(interaction=it) | f.FlowChanged(interaction=it):
                self.entered.pop(it, None)
            case v.VoicemailEntered(interaction=it):
                self.entered.pop(it, None)  # they left the line for a box
            case cb.CallbackOpened(callback=callback, interaction=it, entered_at=entered):
                was = self.entered.get(it) if it else None
                assert was is None or entered == was, "the place in line is kept"
                kept = Kept(fact.queue, fact.party, entered, fact.due_at, standing=fact.standing)
                self.kept[callback] = kept
            case cb.CallbackQueued(callback=callback, interaction=it):
                self._lines_up(self.kept[callback], it, now)
            case cb.CallbackPostponed(callback=callback, due_at=due, entered_at=at):
                kept = self.kept[callback]
                kept.in_line, kept.due_at = None, due
                kept.entered_at = kept.entered_at if at is None else at
            case cb.CallbackSuspended(callback=callback, by=by):
                kept = self.kept[callback]
                assert kept.called is None, "who is being called is left alone"
                kept.in_line, kept.suspended_by = None, by
            case cb.CallbackRestored(callback=callback, due_at=due):
                kept = self.kept[callback]
                assert due == max(kept.due_at or 0, now + SETTLE_MS), "restored with its old time"
                kept.due_at, kept.suspended_by = due, None
            case cb.CustomerDialled(interaction=it):
                self._dialled(self.kept[self.of[it]], it)
            case cb.DialEnded(interaction=it):
                self.kept[self.of[it]].called = None
            case cb.CallbackTried(callback=callback):
                self._tried(fact, self.kept[callback], state)
            case cb.CallbackEnded(callback=callback, outcome=outcome):
                kept = self.kept.pop(callback)
                spent = kept.due_at is None or kept.queue not in state.queues
                exhausted = outcome is CallbackOutcome.EXHAUSTED
                assert not exhausted or spent, "tried as often as the queue says"
            case f.InteractionEnded(interaction=it):
                self.entered.pop(it, None)

    def _stands(self, it: InteractionId, entered: int) -> None:
        """Who is called back stands where they stood; the places of others are remembered."""
        kept = self.kept.get(self.of.get(it, CallbackId("")))
        if kept is not None and kept.in_line == it and kept.called is None:
            assert entered == kept.entered_at, "the place in line is kept"
        self.entered[it] = entered

    @staticmethod
    def _lines_up(kept: Kept, it: InteractionId, now: int) -> None:
        assert kept.in_line in (None, it), "in line once"
        assert kept.called is None, "who is being called does not wait"
        assert kept.suspended_by is None, "nobody calls who is calling"
        kept.in_line = it
        kept.due_at = now if kept.due_at is None else kept.due_at

    @staticmethod
    def _dialled(kept: Kept, it: InteractionId) -> None:
        assert kept.called is None, "dialled twice at once"
        assert kept.in_line == it, "whoever is dialled stood in line"
        assert kept.suspended_by is None, "nobody calls who is calling"
        kept.called, kept.due_at = it, None

    @staticmethod
    def _tried(fact: cb.CallbackTried, kept: Kept, state: State) -> None:
        assert fact.tries == kept.tries + 1, "every try counts"
        queue = state.queues.get(kept.queue)
        most = (queue.callback if queue else CallbackRules()).tries
        assert (fact.due_at is None) == (fact.tries >= most), "tried as often as the queue says"
        kept.tries, kept.due_at = fact.tries, fact.due_at
        kept.in_line = kept.called = None

    def _nobody_stays_suspended(self, facts: tuple[f.Fact, ...]) -> None:
        over = {fact.interaction for fact in facts if isinstance(fact, f.InteractionEnded)}
        for kept in self.kept.values():
            assert kept.suspended_by not in over, "their call is over: call them again"

    def _busy(self, fact: f.Fact) -> None:
        """Which callbacks keep an agent busy: offered, being dialled, or in talk."""
        match fact:
            case f.OfferMade(interaction=it, queue=queue) if it in self.of:
                self.offered[it] = self.offered.get(it, 0) + 1
                self.at_it[it] = queue
            case f.OfferEnded(interaction=it) if it in self.of:
                self.offered[it] -= 1
                if not self.offered[it]:
                    self.at_it.pop(it, None)
            case cb.CustomerDialled(interaction=it):
                self.offered[it] = 0
            case cb.DialEnded(interaction=it) | f.TalkEnded(interaction=it):
                self.at_it.pop(it, None)
        match fact:
            case f.OfferEnded(interaction=it, agent=agent):
                self.refused.setdefault(it, set()).add(agent)
            case (
                f.TalkEnded(interaction=it, agent=agent) | cb.DialEnded(interaction=it, agent=agent)
            ):
                self.refused[it] = {agent}

    def _share(self, fact: f.Fact, state: State) -> None:
        """Callbacks beyond their share wait while the agent may serve somebody on the line."""
        if not isinstance(fact, f.OfferMade) or fact.interaction not in self.of:
            return
        offered = state.interactions.get(fact.interaction)
        if offered is None or offered.here:
            return
        busy = sum(queue == fact.queue for queue in self.at_it.values())
        if busy < self._most(state, fact.queue) or fact.interaction in self.at_it:
            return
        for it in state.interactions.values():
            waiting = it.waiting
            if waiting and it.here and not it.callback and not waiting.offers:
                may = may_serve(state, it, waiting, fact.agent)
                declined = fact.agent in self.refused.get(it.id, set())
                assert not may or declined, "callbacks keep to their share"

    @staticmethod
    def _most(state: State, queue: QueueId) -> int:
        rules = state.queues[queue]
        members = {*rules.agents, *(one.agent for one in rules.memberships)}
        there = [state.agents[name] for name in members if name in state.agents]
        duty = sum(agent.wish is Wish.READY for agent in there)
        return max(1, duty * rules.callback.most_share_pct // 100)
