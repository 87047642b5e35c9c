"""What always holds of the facts in their order, kept by a memory of its own beside the state."""

from __future__ import annotations

from typing import Any

from tests.core.invariants import may_serve, meets
from trunkline.core import callback_facts as cb
from trunkline.core import facts as f
from trunkline.core.acd.order import NEVER_MS, starving_from
from trunkline.core.acd.plans import slowness
from trunkline.core.acd.rules import Strategy
from trunkline.core.call import facts as pf
from trunkline.core.call import parking_facts as pk
from trunkline.core.call import voicemail_facts as vm
from trunkline.core.call.recording import rules_of
from trunkline.core.capacity import most_of, stands_beside
from trunkline.core.interaction import Interaction
from trunkline.core.state import State
from trunkline.core.words import (
    REFUSED,
    AgentId,
    CallbackId,
    Channel,
    InteractionId,
    OfferId,
    OfferOutcome,
    QueueId,
    RecordingRule,
)

BARRED = ("kept_at_home", "tier_closed")


class Laws:
    """Follows the facts of a cell; raises AssertionError when they contradict themselves."""

    def __init__(self) -> None:
        self.open: dict[tuple[str, ...], Any] = {}
        self.refused: dict[InteractionId, set[AgentId]] = {}
        self.passed_by: dict[CallbackId, set[AgentId]] = {}
        self.returned: set[InteractionId] = set()
        self.paused: set[InteractionId] = set()
        self.refused_recording: set[InteractionId] = set()
        self.channels: dict[InteractionId, Channel] = {}
        self.asked: dict[OfferId, AgentId] = {}
        self.at_box: set[InteractionId] = set()
        """Whoever speaks after the tone does so to be recorded, whatever was said before it."""

    def follow(self, facts: tuple[f.Fact, ...], state: State, now: int) -> None:
        for at, fact in enumerate(facts):
            self._balance(fact)
            self._consent(fact, state)
            self._choice(fact, state)
            self._round(fact, state)
            self._room(fact, state)
            if not any(isinstance(later, f.InteractionQueued) for later in facts[at:]):
                self._fit(fact, state, now)
                self._patience(fact, state)
                self._nobody_starves(fact, state, now)
        self._returned_stand_first(state)

    def all_is_over(self) -> None:
        assert not self.open, f"begun and never ended: {list(self.open)}"

    def _balance(self, fact: f.Fact) -> None:
        """What begins ends once, and only what began ends."""
        match fact:
            case f.InteractionStarted(interaction=it, channel=channel, callback=callback):
                self.channels[it] = channel
                if callback:
                    self.refused[it] = set(self.passed_by[callback])
                self._begin("side", it)
                self._begin("interaction", it)
            case f.InteractionEnded(interaction=it):
                self._end("side", it)
                self.open.pop(("parked", it), None)
            case f.InteractionClosed(interaction=it):
                assert ("side", it) not in self.open
                self._end("interaction", it)
            case f.OfferMade(offer=offer, interaction=it, agent=agent):
                self.asked[offer] = agent
                self._begin("offer", offer)
                self.open["offer", offer] = it
            case f.OfferEnded(offer=offer):
                self._end("offer", offer)
            case f.InteractionAnswered(offer=offer, interaction=it, agent=agent):
                self._end("offer", offer)
                self._begin("talk", it, agent)
            case cb.CustomerDialled(offer=offer, interaction=it, agent=agent):
                self._end("offer", offer)
                self._begin("dial", it, agent)
            case cb.DialEnded(interaction=it, agent=agent):
                self._end("dial", it, agent)
            case cb.CustomerReached(interaction=it, agent=agent):
                self._end("dial", it, agent)
                self._begin("talk", it, agent)
            case f.TalkEnded(interaction=it, agent=agent):
                self._end("talk", it, agent)
            case pf.TalkPassed(interaction=it, agent=agent, party=party):
                self._end("party", party)
                self._begin("talk", it, agent)
            case pk.CallParked(interaction=it):
                self._begin("parked", it)
            case pk.RetrievalBegan(interaction=it, agent=agent):
                self._begin("retrieval", it, agent)
            case pk.RetrievalFailed(interaction=it, agent=agent):
                self._end("retrieval", it, agent)
            case pk.CallRetrieved(interaction=it, agent=agent):
                self._end("parked", it)
                self._end("retrieval", it, agent)
                self._begin("talk", it, agent)
            case pk.ParkingEnded(interaction=it):
                self._end("parked", it)
            case pf.PartyInvited(party=party):
                self._begin("party", party)
            case pf.PartyEnded(party=party) | pf.WentOutside(party=party):
                self._end("party", party)
            case cb.CallbackOpened(callback=callback, standing=standing):
                self._begin("callback", callback)
                self.passed_by[callback] = set(standing.passed_by)
            case cb.CallbackEnded(callback=callback):
                self._end("callback", callback)
            case f.WrapUpStarted(interaction=it, agent=agent):
                self._begin("wrap_up", it, agent)
            case f.WrapUpCompleted(interaction=it, agent=agent):
                self._end("wrap_up", it, agent)
            case f.RecordingStarted(recording=recording, interaction=it):
                assert it not in self.paused, "only the agent's key ends a pause"
                self._begin("recording", recording)
                self.open["recording", recording] = it
            case pf.RecordingPaused(interaction=it):
                self.paused.add(it)
            case pf.RecordingResumed(interaction=it):
                self.paused.discard(it)
            case vm.VoicemailEntered(interaction=it):
                self.paused.discard(it)
                self.at_box.add(it)
            case f.RecordingStopped(recording=recording):
                self._end("recording", recording)

    def _consent(self, fact: f.Fact, state: State) -> None:
        """Nobody who refused is recorded, nor who was to be asked and was not; no secret is."""
        match fact:
            case pf.ConsentAnswered(interaction=it, answer=answer, party=None):
                refused = self.refused_recording
                (refused.add if answer in REFUSED else refused.discard)(it)
            case f.RecordingStarted(interaction=it, queue=queue):
                refused = it in self.refused_recording and it not in self.at_box
                assert not refused, "who refused is not recorded"
                known = state.interactions.get(it)
                if known and known.talk and known.recording == fact.recording:
                    rules = rules_of(state, known.number, queue)
                    assert RecordingRule.OFF not in rules, "what is off is off"
                    assert RecordingRule.CONSENT not in rules or known.consent, "asked before"
            case f.NodeEntered(interaction=it, kind="verify" | "callback_number"):
                assert it not in self._recorded(), "keys that are secret are not recorded"

    def _recorded(self) -> set[InteractionId]:
        return {it for what, it in self.open.items() if what[0] == "recording"}

    def _choice(self, fact: f.Fact, state: State) -> None:
        """The longest idle is chosen, and who refused only when all who are free did."""
        match fact:
            case f.OfferMade(interaction=it, agent=agent, queue=queue, explanation=why):
                refused = self.refused.get(it, set())
                could = [one for one in why.candidates if one.why not in BARRED]
                among = [one for one in could if one.agent not in refused] or could
                assert agent in {one.agent for one in among}, "another was free and willing"
                if why.rule == "longest_idle":
                    order = [(penalty(state, queue, one.agent), -one.idle_ms) for one in among]
                    own = next(one for one in among if one.agent == agent)
                    assert (penalty(state, queue, agent), -own.idle_ms) == min(order), "idle longer"
            case f.OfferEnded(interaction=it, agent=agent, outcome=outcome):
                if not any(what[0] == "offer" and of == it for what, of in self.open.items()):
                    self.returned.add(it)
                if outcome is OfferOutcome.DECLINED:
                    self.refused.setdefault(it, set()).add(agent)
            case f.TalkEnded(interaction=it, agent=agent):
                self.refused[it] = {agent}
            case cb.DialEnded(interaction=it, agent=agent):
                self.refused[it] = {agent}
            case (
                f.InteractionAnswered(interaction=it)
                | cb.CustomerReached(interaction=it)
                | f.InteractionClosed(interaction=it)
                | f.FlowChanged(interaction=it)
                | pf.TalkPassed(interaction=it)
                | pf.WentOutside(interaction=it)
                | pk.CallParked(interaction=it)
            ):
                self.refused.pop(it, None)
                self.returned.discard(it)
            case f.InteractionQueued(interaction=it, returned=True):
                self.returned.add(it)
            case f.InteractionOverflowed(interaction=it) | f.InteractionMoved(interaction=it):
                self.returned.discard(it)

    def _round(self, fact: f.Fact, state: State) -> None:
        """No more ring at once than the queue says."""
        if isinstance(fact, f.OfferMade):
            rules = state.queues[fact.queue]
            several = rules.strategy is Strategy.RING_ALL and fact.explanation.rule != "personal"
            ringing = [it for what, it in self.open.items() if what[0] == "offer"]
            most = rules.ring_at_once if several else 1
            assert ringing.count(fact.interaction) <= max(1, most), "as many as ring at once"

    def _room(self, fact: f.Fact, state: State) -> None:
        """Nobody is asked beyond their capacity, told by what began and did not end."""
        if not isinstance(fact, f.OfferMade):
            return
        opened = self._opened_by(fact.agent)
        channel, capacity = self.channels[fact.interaction], state.capacities[fact.agent]
        assert opened.count(channel) <= most_of(capacity, channel), "beyond the capacity"
        assert all(stands_beside(capacity, channel, one) for one in opened), "not beside another"

    def _opened_by(self, agent: AgentId) -> list[Channel]:
        """The channels of what the agent is offered or has in hand."""
        found = []
        for what, of in self.open.items():
            if what[0] == "offer" and self.asked[OfferId(what[1])] == agent:
                found.append(self.channels[of])
            elif what[0] in ("talk", "dial", "wrap_up", "retrieval") and what[-1] == agent:
                found.append(self.channels[InteractionId(what[1])])
        return found

    def _fit(self, fact: f.Fact, state: State, now: int) -> None:
        """Who is asked has what is asked for, which follows the wait."""
        match fact:
            case f.OfferMade(interaction=it, agent=agent, queue=queue, explanation=why):
                if why.rule != "personal" and it in state.interactions:
                    profile = state.profiles[agent]
                    fits = meets(state, state.interactions[it], queue, why.stage, profile)
                    assert fits, "asked for more than the agent has"
            case f.InteractionQueued(queue=queue, entered_at=entered, stage=stage):
                assert stage == stage_after(state, queue, now - entered), "relaxes with the wait"
            case f.WaitAdvanced(interaction=it, stage=stage):
                waiting = state.interactions[it].waiting if it in state.interactions else None
                if waiting:
                    due = stage_after(state, waiting.queue, now - waiting.entered_at)
                    assert stage == due, "relaxes with the wait"

    def _patience(self, fact: f.Fact, state: State) -> None:
        """Who refused is asked again only when nobody else waits for them."""
        if not isinstance(fact, f.OfferMade) or not self._refused(fact.interaction, fact.agent):
            return
        for it in state.interactions.values():
            waiting = it.waiting
            if it.channel is not self.channels[fact.interaction]:
                continue
            if waiting and not waiting.offers and may_serve(state, it, waiting, fact.agent):
                assert self._refused(it.id, fact.agent), "another waits for them"

    def _nobody_starves(self, fact: f.Fact, state: State, now: int) -> None:
        """From seven tenths of the cap on nobody newer is served first, but who was given back.

        It is for who waits on the line: callbacks have their share instead, and always one of it.
        """
        if not isinstance(fact, f.OfferMade):
            return
        offered = state.interactions.get(fact.interaction)  # within one Tick it may be over again
        served = offered.waiting if offered else None
        if served is None or served.returned or self._refused(fact.interaction, fact.agent):
            return
        for it in state.interactions.values():
            waiting = it.waiting
            there = waiting and it.channel is self.channels[fact.interaction]
            if not (there and waiting and (it.here or it.written)):
                continue
            if not waiting.offers and now - waiting.entered_at >= cap_of(state, it, waiting.queue):
                older = waiting.entered_at < served.entered_at
                may = may_serve(state, it, waiting, fact.agent) and not waiting.personal
                assert not (older and may) or self._refused(it.id, fact.agent), (
                    "an older one starves"
                )

    def _refused(self, it: InteractionId, agent: AgentId) -> bool:
        return agent in self.refused.get(it, set())

    def _returned_stand_first(self, state: State) -> None:
        for line in (*state.lines.values(), *state.written_lines.values()):
            late = [place[3] not in self.returned for place in line]
            assert late == sorted(late), "who was returned stands at the head"

    def _begin(self, *what: str) -> None:
        assert what not in self.open, f"begun twice: {what}"
        self.open[what] = True

    def _end(self, *what: str) -> None:
        assert self.open.pop(what, None), f"ended and not begun: {what}"


def cap_of(state: State, it: Interaction, queue: QueueId) -> int:
    """When it starves: a written one as much later as its target is than a call's."""
    cap = starving_from(state.policy.order)
    if cap >= NEVER_MS or it.channel is Channel.VOICE:
        return cap
    return round(cap * slowness(state.policy, state.queues[queue], it.channel))


def penalty(state: State, queue: QueueId, agent: AgentId) -> int:
    members = state.queues[queue].memberships
    return next((one.penalty for one in members if one.agent == agent), 0)


def stage_after(state: State, queue: QueueId, waited: int) -> int:
    return sum(step.after_ms <= waited for step in state.queues[queue].relaxing)
