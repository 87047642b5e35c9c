"""Random days: what people, the edge and the clock may do to a cell, in any order and number.

A `Day` of one seed is always the same. The edge's news is told late, twice or never; wishes come
from the right and the wrong agents; policies lose queues and agents; inventories are partial.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.core.callback_laws import CallbackLaws
from tests.core.callbacks import calling_back
from tests.core.fake_edge import Leg
from tests.core.invariants import check, nobody_listens_in_a_pause
from tests.core.laws import Laws
from tests.core.world import ANNA, BOB, CHEN, DIRECT, NOON, SALES, SERVICE, SHUT, World
from trunkline.core import inputs as i
from trunkline.core.acd.rules import (
    Affinity,
    CallOrder,
    Membership,
    Ordering,
    OverflowRule,
    OverflowWhen,
    Patience,
    RelaxStep,
    Strategy,
    TagExpert,
    TagWeight,
)
from trunkline.core.agent import Work
from trunkline.core.apply import apply
from trunkline.core.call import events as e
from trunkline.core.call import wishes as w
from trunkline.core.capacity import WRITTEN as WRITTEN_CHANNELS
from trunkline.core.capacity import Capacity, WrittenChannel
from trunkline.core.cell import decide, next_deadline
from trunkline.core.codec import decode, encode
from trunkline.core.commands import CheckFactor, CheckNumber, LookUp
from trunkline.core.config import AcceptMode, CallbackRules, Policy
from trunkline.core.facts import Fact
from trunkline.core.inputs import Input
from trunkline.core.snapshot import canonical, dump, load
from trunkline.core.turn import Refused
from trunkline.core.words import (
    ATTENDING,
    AgentId,
    AgentState,
    Bar,
    BridgeId,
    CallbackId,
    CallbackOrigin,
    Cause,
    Channel,
    ConsentAnswer,
    ConsentPolicy,
    DeviceKind,
    EndedBy,
    FlowId,
    InteractionId,
    LegId,
    Level,
    OfferId,
    PartyId,
    PartyRole,
    PauseReason,
    Place,
    QueueId,
    RecordingRule,
    Token,
    Wish,
    WrapUpMode,
)
from trunkline.core.written import wishes as ww

LEAVING = (EndedBy.CUSTOMER, EndedBy.ABANDONED, EndedBy.WITHDRAWN)
AGENTS = (ANNA, BOB, CHEN)
CALLERS = (Token("caller-1"), Token("caller-2"), Token("caller-3"))
RULES = (
    RecordingRule.ALWAYS, RecordingRule.ALWAYS, RecordingRule.ON_DEMAND, RecordingRule.OFF,
)  # fmt: skip
NUMBERS = (
    "4000", "4000", "4001", "4001", "4002", "4003", "4004",
    "5000", "5000", "5000", "5004", "5004", "999",
)  # fmt: skip
INPUTS = 60
ROUNDS = 400
WRITTEN = 0.2


def written(kind: Any, value: Any) -> Any:
    """The value as it comes back from the journal."""
    return decode(kind, json.loads(json.dumps(encode(value))))


def unwritten(kind: Any, value: Any) -> Any:
    return value


class Day:
    """One random sequence of inputs; `run` raises AssertionError when a rule is broken."""

    def __init__(
        self,
        seed: int,
        decider: Callable[..., Any] = decide,
        *,
        weights: tuple[int, ...] = (),
        consents: bool = True,
    ) -> None:
        self.draw = random.Random(seed)
        self.consents = consents
        """Whether recordings are asked for and answered; days of before were lived without."""

        self.weights = weights or USUAL
        self.writes = self.weights[-1] > 0
        self.policy = self._policy()
        self.world = World(self.policy, decider)
        self.snapshot_at = self.draw.randrange(10, INPUTS)
        self.kept: Any = None
        self.told: list[Any] = []
        self.laws = Laws()
        self.callbacks = CallbackLaws()

    def run(self) -> None:
        """All inputs, each followed by the invariants; then the end of the day, and the journal."""
        self.begin()
        for number in range(INPUTS):
            self.draw.choices(ACTIONS, self.weights)[0](self)
            if number == self.snapshot_at:
                self.keep()
        self.end()

    def begin(self) -> None:
        """The agents come."""
        for name in AGENTS:
            self.put(i.DeskConnected(name))
            self.put(i.SetDevice(name, self.draw.choice((DeviceKind.BROWSER, *DeviceKind))))
            self.put(i.SetState(name, Wish.READY))
        self.keep()

    def keep(self) -> None:
        """From here on the journal is read again in the end."""
        self.kept = (len(self.world.entries), json.dumps(dump(self.world.state)))

    def end(self) -> None:
        """All that is open ends; then the journal is asked whether it tells the same."""
        self._end_of_day()
        self._journal_tells_the_same()

    def put(self, given: Any) -> None:
        world = self.world
        world.now += self.draw.choice((0, 0, 1, 250, 2_000))
        world.seed = self.draw.randrange(1_000)
        try:
            facts = world.put(given)
        except Refused:
            return
        if facts:
            check(world.state)
            nobody_listens_in_a_pause(world.state, world.edge)
        self.laws.follow(facts, world.state, world.now)
        self.callbacks.follow(facts, world.entries[-1][3], world.state, world.now)

    # -- what may happen --------------------------------------------------------------------

    def arrive(self) -> None:
        known = self.draw.random() < 0.5
        leg = LegId(f"leg-{len(self.world.entries)}")
        self.world.edge.rings_in(leg)
        presumption = i.Presumption.PRESUMED if known else self.draw.choice(list(i.Presumption))
        self.put(
            i.ArriveInteraction(
                leg,
                self.draw.choice(NUMBERS),
                Token("party"),
                presumption,
                "cust" if known else None,
                self.draw.choice(list(Level)),
                survey_quiet=self.draw.random() < 0.1,
                survey_opted_out=self.draw.random() < 0.1,
                affinity=self._affinity(),
                tags=self.draw.choice(((), (("problem", "claims"),), (("problem", "english"),))),
                caller=self.draw.choice((None, *CALLERS)),
                bar=self.draw.choice((None, None, None, Bar.FOREIGN)),
                consent=self.draw.choice((None, *ConsentPolicy)) if self.consents else None,
            )
        )

    def tell(self) -> None:
        """The edge's next news; at times it is lost, told twice, or overtaken."""
        events = self.world.edge.events
        if not events:
            return
        at = 0 if self.draw.random() < 0.8 else self.draw.randrange(len(events))
        event = events[at]
        chance = self.draw.random()
        if chance < 0.9:
            del events[at]
        if chance > 0.05:
            self.told.append(event)
            self.put(event)

    def tell_all(self) -> None:
        while self.world.edge.events:
            self.put(self.world.edge.events.popleft())

    def tell_again(self) -> None:
        if self.told:
            self.put(self.draw.choice(self.told))

    def customer_does(self) -> None:
        edge = self.world.edge
        legs = [leg for leg, there in edge.legs.items() if there.inbound]
        if not legs:
            return
        leg, chance = self.draw.choice(legs), self.draw.random()
        if chance < 0.25:
            edge.drop(leg, self.draw.choice((Cause.NORMAL, Cause.NORMAL, Cause.NETWORK_LOST)))
        elif chance < 0.6:
            edge.press(leg, self.draw.choice(("1", "1", "2", "9", "")))
        elif chance < 0.65:
            edge.fall_silent(leg)
        else:
            for play in edge.plays_of(leg):
                edge.end_play(leg, play)
        if self.draw.random() < 0.8:
            self.tell_all()

    def device_does(self) -> None:
        edge = self.world.edge
        legs = [leg for leg, there in edge.legs.items() if not there.inbound]
        if not legs:
            return
        leg = self.draw.choice(legs)
        if self.draw.random() < 0.7:
            edge.answer(leg)
        else:
            edge.drop(leg, self.draw.choice(list(Cause)))
        if self.draw.random() < 0.8:
            self.tell_all()

    def agents_answer(self) -> None:
        """What willing agents do: so that talks and wrap-ups are frequent."""
        for name in AGENTS:
            agent = self.world.agent(name)
            if agent.offer and self.draw.random() < 0.15:
                self.put(i.DeclineOffer(name, agent.offer, "no"))
            elif agent.segment and self.draw.random() < 0.15:
                self.put(i.HangUpCall(name, agent.segment))
            elif agent.offer:
                self.put(i.AcceptOffer(name, agent.offer))
            elif agent.wish is not Wish.READY and self.draw.random() < 0.3:
                self.put(i.DeskConnected(name))
                self.put(i.SetState(name, Wish.READY))
        self._asides_answer()
        for leg, there in list(self.world.edge.legs.items()):
            if not there.inbound:
                self.world.edge.answer(leg)
        self.tell_all()

    def agent_wishes(self) -> None:
        self.put(self._wish(self.draw.choice((*AGENTS, AgentId("nobody")))))

    def agent_works(self) -> None:
        """Who has work wishes something about it."""
        for name in AGENTS:
            agent = self.world.agent(name)
            own = agent.segment or (agent.wrap_up and agent.wrap_up.interaction)
            call = own or next(iter(agent.unfinished), None)
            if call:
                self.put(self.draw.choice(self._verbs(name, call)))
            if agent.offer and self.draw.random() < 0.2:
                self.put(i.DeclineOffer(name, agent.offer, "no"))

    def supervisors_attend(self) -> None:
        """Somebody attends a call, their device answers, and they do more."""
        calls = [name for name in AGENTS if self.world.agent(name).segment]
        if not calls:
            return
        call = self.world.agent(self.draw.choice(calls)).segment
        assert call
        self.put(self._supervisor_verbs(call)[1])
        for leg, there in list(self.world.edge.legs.items()):
            if not there.inbound and self.draw.random() < 0.9:
                self.world.edge.answer(leg)
        self.tell_all()
        self.put(self.draw.choice(self._supervisor_verbs(call)))

    def others_are_brought_in(self) -> None:
        """An agent consults, transfers or makes a conference, and the others come or do not."""
        draw, edge = self.draw, self.world.edge
        for name in AGENTS:
            call = self.world.agent(name).segment
            if call is None:
                continue
            invite, *others = self._party_verbs(name, call)
            self.put(invite)
            if draw.random() < 0.5:
                self._asides_answer()
            for leg, there in list(edge.legs.items()):
                if not there.inbound and draw.random() < 0.8:
                    edge.answer(leg)
            self.tell_all()
            for _ in range(draw.choice((0, 1, 2))):
                self.put(draw.choice(others))
            talk = self.world.state.interactions[call].talk if self._is_open(call) else None
            if talk and talk.leg and talk.parties and draw.random() < 0.3:
                edge.drop(talk.leg, Cause.NORMAL)

    def calls_are_parked(self) -> None:
        """Who talks parks the customer; somebody fetches them, and their device answers or not."""
        draw, edge = self.draw, self.world.edge
        for name in AGENTS:
            call = self.world.agent(name).segment
            if call and draw.random() < 0.7:
                self.put(w.ParkCall(name, call))
        for call in list(self.world.state.slots.values()):
            if draw.random() < 0.5:
                self.put(w.RetrieveCall(draw.choice(AGENTS), call))
        for leg, there in list(edge.legs.items()):
            if not there.inbound and draw.random() < 0.7:
                edge.answer(leg)
        self.tell_all()

    def _is_open(self, call: InteractionId) -> bool:
        return call in self.world.state.interactions

    def _asides_answer(self) -> None:
        for name in AGENTS:
            aside = self.world.agent(name).aside
            if aside:
                answer = w.LeaveCall if self.draw.random() < 0.2 else w.JoinCall
                self.put(answer(name, aside.interaction))

    def feature_answers(self) -> None:
        kinds = (CheckFactor, LookUp, CheckNumber)
        asked = [c for c in self.world.commands if isinstance(c, kinds)]
        if not asked:
            return
        which = asked[-1] if self.draw.random() < 0.8 else self.draw.choice(asked)
        if isinstance(which, CheckNumber):
            caller = self.draw.choice((None, *CALLERS))
            told = (Token("other"), caller, Token("said") if caller else None)
            self.put(i.NumberChecked(which.interaction, which.node, *told))
        else:
            self.put(self.world.answer_of(which, self.draw.choice(("pin", None))))

    def callbacks_change(self) -> None:
        """Somebody asks to be called, cancels it, puts it off, or is a machine."""
        draw, state = self.draw, self.world.state
        name = draw.choice([*state.callbacks, CallbackId("none")])
        later = self.world.now + draw.choice((0, 60_000))
        made = CallbackId(f"cb-{len(self.world.entries)}")
        own = draw.choice((None, *AGENTS, AgentId("nobody")))
        queue = draw.choice((SERVICE, SERVICE, SALES, QueueId("none")))
        who = draw.choice(CALLERS)
        wishes: tuple[Any, ...] = (
            i.OpenCallback(
                made, CallbackOrigin.ASKED_FOR, queue, "5000", Token("party"), who, later, owner=own
            ),
            i.CancelCallback(name),
            i.RescheduleCallback(name, later),
            i.NotReached(
                draw.choice(AGENTS), draw.choice([*state.interactions, InteractionId("")])
            ),
        )
        self.put(draw.choice(wishes))

    def callbacks_fall_due_at_once(self) -> None:
        """All who are to be called stand in line, one more calls; then agents come one by one."""
        for name in AGENTS:
            self.put(i.SetState(name, Wish.NOT_READY, "lunch"))
        for number, who in enumerate(CALLERS):
            made = CallbackId(f"rush-{len(self.world.entries)}-{number}")
            asked = (CallbackOrigin.ASKED_FOR, SERVICE, "5000", Token("party"), who)
            self.put(i.OpenCallback(made, *asked, self.world.now))
        self.put(i.Tick())
        self.arrive()
        for name in AGENTS:
            self.put(i.SetState(name, Wish.READY))

    def something_is_written(self) -> None:
        """A chat, a mail or a task comes; or one is withdrawn, or its customer goes."""
        draw = self.draw
        if draw.random() < 0.2 and self.world.state.written:
            name = draw.choice(sorted(self.world.state.written))
            self.put(ww.LeaveInteraction(name, draw.choice(LEAVING)))
            return
        known = draw.random() < 0.5
        self.put(
            ww.OpenInteraction(
                InteractionId(f"w-{len(self.world.entries)}"),
                draw.choice(WRITTEN_CHANNELS),
                draw.choice((SERVICE, SERVICE, SALES, QueueId("none"))),
                Token("party"),
                i.Presumption.PRESUMED if known else i.Presumption.NONE,
                "cust" if known else None,
                draw.choice(list(Level)),
                priority=draw.choice((0, 0, 10)),
                affinity=self._affinity(),
                tags=draw.choice(((), (("problem", "claims"),))),
            )
        )

    def works_go_on(self) -> None:
        """Who has something written takes it, does something about it, and ends it."""
        draw = self.draw
        for name in AGENTS:
            for work in tuple(self.world.agent(name).works):
                if draw.random() < 0.5:
                    self.put(draw.choice(self._work_verbs(name, work)))

    def _work_verbs(self, name: AgentId, work: Work) -> tuple[Any, ...]:
        """What an agent may wish about one of their works."""
        draw, it = self.draw, work.interaction
        if work.offer:
            takes = i.AcceptOffer(name, work.offer)
            return (takes, takes, takes, i.DeclineOffer(name, work.offer, "no"))
        code = draw.choice((None, "solved", "wrong"))
        queue = draw.choice((SERVICE, SALES, None))
        return (
            ww.FinishInteraction(name, it, code),
            ww.FinishInteraction(name, it),
            i.CompleteWrapUp(name, it, code),
            i.TransferToQueue(name, it, queue, draw.random() < 0.3),
            i.SetDisposition(name, it, "solved"),
            i.ExtendWrapUp(name, it),
            i.LinkCustomer(name, it, draw.choice((None, "cust"))),
        )

    def time_passes(self) -> None:
        self.world.now += self.draw.choice((1_000, 5_000, 15_000, 31_000))
        self.put(i.Tick())

    def time_is_kept(self) -> None:
        due = next_deadline(self.world.state)
        if due is not None:
            self.world.now = max(self.world.now, due)
            self.put(i.Tick())

    def edge_fails(self) -> None:
        legs = list(self.world.edge.legs)
        if legs:
            what = self.draw.choice(
                ("Play", "Collect", "Bridge", "AnswerLeg", "DialAgent", "DialCustomer")
            )
            self.put(e.CommandFailed(self.draw.choice(legs), what, "test"))

    def policy_changes(self) -> None:
        version = self.world.state.policy.version + 1
        policy = replace(self.policy, version=version)
        chance = self.draw.random()
        if chance < 0.25:
            queue = self.draw.choice((SERVICE, SALES))
            policy = replace(policy, queues=tuple(q for q in policy.queues if q.id != queue))
        elif chance < 0.5:
            gone = self.draw.choice(AGENTS)
            policy = replace(policy, agents=tuple(a for a in policy.agents if a.id != gone))
        elif chance < 0.6:
            flows = tuple(
                f if f.id != "main" else replace(f, nodes=f.nodes[:2]) for f in policy.flows
            )
            policy = replace(policy, flows=flows)
        elif chance < 0.75:
            policy = replace(self._policy(), version=version)
        self.put(i.PublishPolicy(policy))

    def restart(self) -> None:
        """The control program or the engine was away; its inventory may be partial."""
        edge = self.world.edge
        if self.draw.random() < 0.5:
            edge.events.clear()
        for leg, there in list(edge.legs.items()):
            self._meanwhile(leg, there)
        if self.draw.random() < 0.1:
            edge.legs[LegId(f"stranger-{len(self.world.entries)}")] = Leg(answered=True)
        chance = self.draw.random()
        if chance < 0.1:
            edge.recordings.clear()  # they were decided, and never asked for
        elif chance < 0.2:
            for recording in list(edge.recordings):
                edge.close(recording)
        if self.draw.random() < 0.5:
            state = load(json.loads(json.dumps(dump(self.world.state))))
            assert canonical(state) == canonical(self.world.state)
            self.world.state = state
        desks = tuple(name for name in AGENTS if self.draw.random() < 0.5)
        self.put(self.world.inventory(desks=desks, lived_on=self.world.seq % 2 == 0))

    def _meanwhile(self, leg: LegId, there: Leg) -> None:
        """What became of a leg while nobody listened, or of its last command."""
        chance = self.draw.random()
        if chance < 0.1:
            self.world.edge.drop(leg, Cause.FAILED)
        elif chance < 0.2:
            del self.world.edge.legs[leg]
        elif chance < 0.5:
            there.answered = not there.inbound
        elif chance < 0.6:
            there.bridge = self.draw.choice((None, BridgeId("other")))

    # -- the end ----------------------------------------------------------------------------

    def _end_of_day(self) -> None:
        """All that was lost comes to light; then the customers leave, or are served to the end."""
        self.tell_all()
        self.put(i.PublishPolicy(replace(self._for_anybody(), version=10_000)))
        self.put(self.world.inventory(desks=AGENTS))
        if self.draw.random() < 0.5:
            for leg in list(self.world.edge.legs):
                self.world.edge.drop(leg, Cause.NORMAL)
        for name in AGENTS:
            self.put(i.DeskConnected(name))
            self.put(i.CancelPendingState(name))
            for device in DeviceKind:
                self.put(i.DeviceSeen(name, device, reachable=True))
            self.put(i.SetState(name, Wish.READY))
        for _ in range(ROUNDS):
            if not self._serve():
                break
        self._nobody_is_stuck()

    def _for_anybody(self) -> Policy:
        """The day's policy, where in the end each agent may serve whoever waits, at any hour."""
        free = {"requirement": "", "relaxing": (), "overflow": ()}
        queues = tuple(replace(queue, **free) for queue in self.policy.queues)
        numbers = tuple(replace(entry, open_hours=None) for entry in self.policy.numbers)
        return replace(self.policy, queues=queues, numbers=numbers, capacity=Capacity())

    def _serve(self) -> bool:
        """Everybody does what is asked of them; False when nothing is left to do."""
        world = self.world
        self.tell_all()
        for leg, there in list(world.edge.legs.items()):
            it = next((one for one in world.state.interactions.values() if one.leg == leg), None)
            if not there.inbound:
                world.edge.answer(leg)
            if it and (it.place is Place.OUTSIDE or (it.place is Place.FLOW and not it.step)):
                world.edge.drop(leg, Cause.NORMAL)
            for play in world.edge.plays_of(leg):
                world.edge.end_play(leg, play)
            if leg in world.edge.legs:
                world.edge.press(leg, self.draw.choice(("1", "2")))
        self.tell_all()
        for name in AGENTS:
            self._work(name)
        self.feature_answers()
        if all(offer.answer_by is not None for offer in world.state.offers.values()):
            self.time_is_kept()
        return bool(world.state.interactions or next_deadline(world.state))

    def _work(self, name: AgentId) -> None:
        agent = self.world.agent(name)
        if agent.offer:
            self.put(i.AcceptOffer(name, agent.offer))
        elif agent.aside:
            self.put(w.LeaveCall(name, agent.aside.interaction))
        elif agent.segment:
            self.put(w.RemoveParty(name, agent.segment))
            self.put(i.HangUpCall(name, agent.segment))
        elif agent.wrap_up:
            self.put(i.CompleteWrapUp(name, agent.wrap_up.interaction, "solved"))
        elif not agent.works:
            self.put(i.SetState(name, Wish.READY))
        for work in tuple(agent.works):
            if work.offer:
                self.put(i.AcceptOffer(name, work.offer))
            else:
                self.put(ww.FinishInteraction(name, work.interaction))
                self.put(i.CompleteWrapUp(name, work.interaction, "solved"))

    def _nobody_is_stuck(self) -> None:
        state = self.world.state
        self.laws.all_is_over()
        assert not state.interactions, f"stuck: {list(state.interactions.values())}"
        assert not state.offers
        assert not state.callbacks, f"never called: {list(state.callbacks.values())}"
        assert not self.world.edge.legs, f"left behind: {self.world.edge.legs}"
        for name in AGENTS:
            self.put(i.SetState(name, Wish.READY))
            assert self.world.shown(name) is AgentState.READY, state.agents[name]
            assert name in state.free

    def _journal_tells_the_same(self) -> None:
        """Facts as written give the same bytes; inputs as written give the same facts anew."""
        at, kept = self.kept
        read = written if self.draw.random() < WRITTEN else unwritten
        folded, decided = load(json.loads(kept)), load(json.loads(kept))
        for stamp, given, facts, commands in self.world.entries[at:]:
            for fact in facts:
                apply(folded, stamp.now, read(Fact, fact))
            again = decide(decided, stamp, read(Input, given))
            assert again == (facts, commands), f"decided otherwise: {given}"
        assert canonical(folded) == canonical(decided) == canonical(self.world.state)

    # -- drawing ----------------------------------------------------------------------------

    def _policy(self) -> Policy:
        draw = self.draw
        rules = CallbackRules(
            enabled=draw.random() < 0.8,
            min_ewt_ms=draw.choice((0, 0, 180_000)),
            retry_after_ms=draw.choice((1_000, 900_000)),
            most_share_pct=draw.choice((0, 50, 100)),
            after_abandon=draw.random() < 0.5,
        )
        plain = calling_back(
            rules,
            self._hours(),
            **self._routing(),
            accept=draw.choice(list(AcceptMode)),
            accept_after_ms=draw.choice((0, 2_000)),
            decline_allowed=draw.random() < 0.5,
            wrap_up=draw.choice(list(WrapUpMode)),
            disposition_required=draw.random() < 0.7,
            max_waiting=draw.choice((2, 100)),
            announce_every_ms=draw.choice((0, 45_000)),
            survey_rate_pct=draw.choice((0, 100)),
            recording=draw.choice(RULES),
        )
        agents = tuple(
            replace(
                agent,
                skills=(*agent.skills, ("claims", draw.randint(1, 5))),
                languages=draw.choice(((), ("en",), ("en", "zh"))),
            )
            for agent in plain.agents
        )
        experts = (TagExpert("problem", "claims", draw.choice(AGENTS)),)
        order = self._order()
        whole = replace(plain, agents=agents, order=order, experts=experts)
        if self.writes:
            whole = replace(whole, capacity=self._capacity(), written=self._written())
        return self._asking(whole) if self.consents else whole

    def _capacity(self) -> Capacity:
        draw = self.draw
        three = ((Channel.CHAT, Channel.EMAIL), (Channel.TASK, Channel.CHAT))
        return Capacity(
            draw.choice((0, 1, 1, 1, 1)),
            *(draw.choice((0, 1, 2, 3)) for _ in WRITTEN_CHANNELS),
            interruptible=draw.choice(((), (Channel.EMAIL,), WRITTEN_CHANNELS)),
            beside=draw.choice(((), three, (*three, (Channel.VOICE, Channel.TASK)))),
        )

    def _written(self) -> tuple[WrittenChannel, ...]:
        times = self.draw.choice(((10_000, 20_000), (45_000, 60_000)))
        return tuple(WrittenChannel(channel, *times) for channel in WRITTEN_CHANNELS)

    def _asking(self, policy: Policy) -> Policy:
        """Rules of recording besides those of the queues."""
        rule = self.draw.choice((None, None, *RecordingRule))
        numbers = tuple(replace(one, recording=rule) for one in policy.numbers)
        if self.draw.random() < 0.5:
            return replace(policy, numbers=numbers)
        asks = RecordingRule.CONSENT
        queues = tuple(replace(queue, recording=asks) for queue in policy.queues)
        return replace(policy, numbers=numbers, queues=queues)

    def _routing(self) -> dict[str, Any]:
        """Rules of the service queue: half the days the plain ones."""
        draw = self.draw
        if draw.random() < 0.4:
            return {}
        texts = ("", "claims>=3", "lang=$language", "$problem>=2 or not lang=en", "vip")
        steps = tuple(RelaxStep(after, draw.choice(texts)) for after in (5_000, 20_000))
        overflow = (
            OverflowRule(OverflowWhen.WAIT, 30_000, SALES),
            OverflowRule(OverflowWhen.DEPTH, 1, SALES),
            OverflowRule(OverflowWhen.NO_AGENTS, to_flow=SHUT.id),
            OverflowRule(OverflowWhen.WAIT, 20_000, to_flow=DIRECT.id),
            OverflowRule(OverflowWhen.EWT, 60_000, SERVICE),
            OverflowRule(OverflowWhen.WAIT, 25_000, to_voicemail=True),
            OverflowRule(OverflowWhen.DEPTH, 2, to_voicemail=True),
            OverflowRule(OverflowWhen.NO_ANSWER, 1, to_voicemail=True),
            OverflowRule(OverflowWhen.NO_ANSWER, 2, to_flow=SHUT.id),
        )
        return {
            "strategy": draw.choice(list(Strategy)),
            "ring_at_once": draw.choice((1, 2, 3)),
            "memberships": tuple(
                Membership(name, draw.choice((0, 0, 1, 2)), draw.randint(0, 3), draw.randint(0, 3))
                for name in draw.sample(AGENTS, 2)
            ),
            "tier_ms": draw.choice((0, 3_000)),
            "requirement": draw.choice(texts[:4]),
            "relaxing": draw.choice(
                ((), (*steps[:1], RelaxStep(9_000)), (*steps, RelaxStep(30_000)))
            ),
            "patience": Patience(*(draw.choice((0, 10_000)) for _ in range(3))),
            "handling_ms": draw.choice((0, 60_000)),
            "by_history": draw.random() < 0.3,
            "overflow": tuple(draw.sample(overflow, draw.choice((0, 0, 0, 1, 2)))),
        }

    def _order(self) -> CallOrder:
        draw = self.draw
        return CallOrder(
            draw.choice(list(Ordering)),
            starving_ms=draw.choice((0, 10_000, 10_000)),
            jump_from=draw.choice((None, None, Level.DIAMOND)),
            contract_weight=2.0,
            repeat_weight=1.5,
            tag_weights=(TagWeight("problem", "claims", 3.0),),
        )

    def _affinity(self) -> Affinity:
        draw = self.draw
        if draw.random() < 0.5:
            return Affinity()
        return Affinity(
            last_agent=draw.choice((None, *AGENTS)),
            manager=draw.choice((None, None, *AGENTS)),
            recent_queues=draw.choice(((), (SALES,) * 3, (SALES, SERVICE, SALES))),
            repeats=draw.choice((0, 2)),
            contract=draw.random() < 0.3,
            due_at=draw.choice((None, None, self.world.now + 130_000)),
        )

    def _hours(self) -> tuple[tuple[int, int], ...] | None:
        """Always open, or closed for an hour after the first minutes."""
        again = NOON + 3_600_000
        hours = ((NOON, NOON + 120_000), (again, again + 10**12))
        return hours if self.draw.random() < 0.3 else None

    def _wish(self, name: AgentId) -> Any:
        """Any wish, by anybody, about anything."""
        draw, state = self.draw, self.world.state
        call = draw.choice([*state.interactions, InteractionId("none")])
        offer = draw.choice([*state.offers, OfferId("none")])
        verbs = self._verbs(name, call)
        return draw.choice((*verbs, i.AcceptOffer(name, offer), i.DeclineOffer(name, offer, "no")))

    def _verbs(self, name: AgentId, call: InteractionId) -> tuple[Any, ...]:
        """What an agent may wish in a call, or in the work after it."""
        draw = self.draw
        code = draw.choice(("solved", "solved", "other", "wrong"))
        queue = draw.choice((SERVICE, SALES, QueueId("none"), None))
        return (
            i.SetState(name, draw.choice(list(Wish)), draw.choice((None, "lunch"))),
            i.SetState(name, Wish.READY),
            i.CancelPendingState(name),
            i.SetDevice(name, draw.choice(list(DeviceKind))),
            i.DeskConnected(name),
            i.DeskLost(name),
            i.Reattach(name),
            i.HoldCall(name, call),
            i.ResumeCall(name, call),
            i.MuteCall(name, call),
            i.UnmuteCall(name, call),
            i.SendKeys(name, call, Token("keys")),
            i.HangUpCall(name, call),
            i.TransferToQueue(name, call, queue, draw.random() < 0.3),
            i.SetDisposition(name, call, code),
            i.ExtendWrapUp(name, call),
            i.CompleteWrapUp(name, call, draw.choice((None, code))),
            i.LinkCustomer(name, call, draw.choice((None, "cust", "other"))),
            i.MarkVerified(name, call, "questions"),
            i.BoostInteraction(call, "supervisor"),
            i.MoveInteraction(call, queue or SALES, "supervisor"),
            i.DismissAgent(name),
            *self._party_verbs(name, call),
            i.DeviceSeen(name, draw.choice(list(DeviceKind)), draw.random() < 0.7),
        )

    def _party_verbs(self, name: AgentId, call: InteractionId) -> tuple[Any, ...]:
        """What an agent may wish about others in a call."""
        draw = self.draw
        whom: dict[str, Any] = draw.choice(
            (
                {"colleague": draw.choice((*AGENTS, AgentId("nobody")))},
                {"colleague": draw.choice(AGENTS)},
                {"queue": draw.choice((SERVICE, SALES, QueueId("none")))},
                {"number": Token("outside")},
            )
        )
        boxed = draw.random() < 0.2
        role = PartyRole.TRANSFER if boxed else draw.choice(list(PartyRole))
        invited = w.InviteParty(name, call, role, **whom, voicemail=boxed)
        return (
            invited,
            invited,
            w.RemoveParty(name, call, draw.choice((None, *_parties(self)))),
            w.SwapConsult(name, call),
            w.MergeConsult(name, call),
            w.CompleteTransfer(name, call),
            w.TransferToFlow(name, call, draw.choice((SHUT.id, DIRECT.id, FlowId("none")))),
            w.JoinCall(name, call),
            w.LeaveCall(name, call),
            w.PauseRecording(name, call),
            w.ResumeRecording(name, call),
            w.TransferToVoicemail(name, call, draw.choice((None, *AGENTS)), None),
            w.ParkCall(name, call, draw.choice((None, None, 701, 999))),
            w.RetrieveCall(name, call),
            *(self._recording_verbs(name, call) if self.consents else ()),
            *self._supervisor_verbs(call),
        )

    def _recording_verbs(self, name: AgentId, call: InteractionId) -> tuple[Any, ...]:
        """What an agent, or somebody else who may, may wish about what is stored of a call."""
        draw = self.draw
        who, reason = draw.choice((name, name, None)), draw.choice(list(PauseReason))
        answer = draw.choice(list(ConsentAnswer))
        party = draw.choice((None, *_parties(self)))
        return (
            w.PauseRecording(who, call, reason),
            w.ResumeRecording(who, call, reason),
            w.AnswerConsent(who, call, answer, "somebody", party),
        )

    def _supervisor_verbs(self, call: InteractionId) -> tuple[Any, ...]:
        """What a supervisor may wish about a call."""
        draw = self.draw
        return (
            w.AttendCall(draw.choice(AGENTS), call, draw.choice(list(PartyRole))),
            w.AttendCall(draw.choice(AGENTS), call, draw.choice(sorted(ATTENDING))),
            w.TakeOverCall(draw.choice(AGENTS), call),
            w.EndCall(call, "supervisor"),
        )


def _parties(day: Day) -> list[PartyId]:
    return [*day.world.state.parties, PartyId("none")]


ACTIONS: tuple[Callable[[Day], None], ...] = (
    Day.arrive,
    Day.tell,
    Day.tell_all,
    Day.tell_again,
    Day.customer_does,
    Day.device_does,
    Day.agents_answer,
    Day.agent_wishes,
    Day.agent_works,
    Day.others_are_brought_in,
    Day.supervisors_attend,
    Day.feature_answers,
    Day.callbacks_change,
    Day.time_passes,
    Day.time_is_kept,
    Day.edge_fails,
    Day.policy_changes,
    Day.restart,
    Day.callbacks_fall_due_at_once,
    Day.calls_are_parked,
    Day.something_is_written,
    Day.works_go_on,
)
USUAL = (16, 8, 8, 4, 10, 6, 24, 6, 30, 12, 6, 6, 5, 5, 5, 2, 2, 5, 0, 6, 0, 0)
"""How often each of the actions happens."""
CALLING_BACK = (16, 8, 8, 2, 10, 6, 24, 2, 12, 4, 2, 6, 24, 5, 20, 2, 1, 2, 6, 2, 0, 0)
"""Days on which customers leave callbacks all the time, and are called."""
WRITING = (12, 8, 8, 2, 8, 6, 20, 10, 12, 4, 3, 4, 4, 6, 8, 1, 2, 5, 0, 2, 30, 40)
"""Days on which what is written stands in line with the calls."""
