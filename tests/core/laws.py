"""What always holds of the facts in their order, kept by a memory of its own beside the state."""

from __future__ import annotations

from typing import Any

from trunkline.core import facts as f
from trunkline.core.state import State
from trunkline.core.words import AgentId, InteractionId, OfferOutcome


class Laws:
    """Follows the facts of a cell; raises AssertionError when they contradict themselves."""

    def __init__(self) -> None:
        self.open: dict[tuple[str, ...], Any] = {}
        self.refused: dict[InteractionId, set[AgentId]] = {}
        self.returned: set[InteractionId] = set()

    def follow(self, facts: tuple[f.Fact, ...], state: State) -> None:
        for at, fact in enumerate(facts):
            self._balance(fact)
            self._choice(fact)
            if not any(isinstance(later, f.InteractionQueued) for later in facts[at:]):
                self._patience(fact, state)
        self._returned_stand_first(state)

    def all_is_over(self) -> None:
        assert not self.open, f"begun and never ended: {list(self.open)}"

    def _balance(self, fact: f.Fact) -> None:
        """What begins ends once, and only what began ends."""
        match fact:
            case f.InteractionStarted(interaction=it):
                self._begin("side", it)
                self._begin("interaction", it)
            case f.InteractionEnded(interaction=it):
                self._end("side", it)
            case f.InteractionClosed(interaction=it):
                assert ("side", it) not in self.open
                self._end("interaction", it)
            case f.OfferMade(offer=offer):
                self._begin("offer", offer)
            case f.OfferEnded(offer=offer):
                self._end("offer", offer)
            case f.InteractionAnswered(offer=offer, interaction=it, agent=agent):
                self._end("offer", offer)
                self._begin("talk", it, agent)
            case f.TalkEnded(interaction=it, agent=agent):
                self._end("talk", it, agent)
            case f.WrapUpStarted(interaction=it, agent=agent):
                self._begin("wrap_up", it, agent)
            case f.WrapUpCompleted(interaction=it, agent=agent):
                self._end("wrap_up", it, agent)
            case f.RecordingStarted(recording=recording):
                self._begin("recording", recording)
            case f.RecordingStopped(recording=recording):
                self._end("recording", recording)

    def _choice(self, fact: f.Fact) -> None:
        """The longest idle is chosen, and who refused only when all who are free did."""
        match fact:
            case f.OfferMade(interaction=it, agent=agent, explanation=why):
                refused = self.refused.get(it, set())
                willing = [one for one in why.candidates if one.agent not in refused]
                among = willing or why.candidates
                assert agent in {one.agent for one in among}, "another was free and willing"
                longest = max(one.idle_ms for one in among)
                assert longest == next(o.idle_ms for o in among if o.agent == agent), "idle longer"
            case f.OfferEnded(interaction=it, agent=agent, outcome=outcome):
                self.returned.add(it)
                if outcome is OfferOutcome.DECLINED:
                    self.refused.setdefault(it, set()).add(agent)
            case f.TalkEnded(interaction=it, agent=agent):
                self.refused[it] = {agent}
            case f.InteractionAnswered(interaction=it) | f.InteractionClosed(interaction=it):
                self.refused.pop(it, None)
                self.returned.discard(it)
            case f.InteractionQueued(interaction=it, returned=True):
                self.returned.add(it)

    def _patience(self, fact: f.Fact, state: State) -> None:
        """Who refused is asked again only when nobody else waits for them."""
        if not isinstance(fact, f.OfferMade) or not self._refused(fact.interaction, fact.agent):
            return
        for it in state.interactions.values():
            waits = it.waiting and not it.waiting.offers
            if waits and it.waiting and it.waiting.queue in state.serves[fact.agent]:
                assert self._refused(it.id, fact.agent), "another waits for them"

    def _refused(self, it: InteractionId, agent: AgentId) -> bool:
        return agent in self.refused.get(it, set())

    def _returned_stand_first(self, state: State) -> None:
        for line in state.lines.values():
            late = [place[3] not in self.returned for place in line]
            assert late == sorted(late), "who was returned stands at the head"

    def _begin(self, *what: str) -> None:
        assert what not in self.open, f"begun twice: {what}"
        self.open[what] = True

    def _end(self, *what: str) -> None:
        assert self.open.pop(what, None), f"ended and not begun: {what}"
