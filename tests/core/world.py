"""A world for the core: a clock, an honest edge, and people with names.

A story says what people do (`arrive`, `press`, `accept`, `hang_up`, `tick`); the edge answers each
command with the events that a real one would send. What was decided stands in `facts` and
`commands`; `entries` is the journal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from tests.core.fake_edge import FakeEdge
from trunkline.core import inputs as i
from trunkline.core.agent import Agent
from trunkline.core.call import events as e
from trunkline.core.cell import decide, next_deadline
from trunkline.core.commands import CheckFactor, Command, LookUp
from trunkline.core.config import AgentProfile, NumberEntry, Policy, QueuePolicy
from trunkline.core.facts import Fact, OfferMade
from trunkline.core.flow.graph import (
    EchoNode,
    EnqueueNode,
    Flow,
    HangUpNode,
    LookUpNode,
    MenuNode,
    SayNode,
    VerifyNode,
)
from trunkline.core.flow.speech import Prompt
from trunkline.core.interaction import Interaction
from trunkline.core.picture import agent_view
from trunkline.core.state import State
from trunkline.core.words import (
    AgentId,
    AgentState,
    Cause,
    DeviceKind,
    FlowId,
    InteractionId,
    LegId,
    Level,
    OfferId,
    QueueId,
    Token,
    Wish,
)

NOON = 1_800_000_000_000
ANNA, BOB, CHEN = AgentId("anna"), AgentId("bob"), AgentId("chen")
SERVICE, SALES = QueueId("service"), QueueId("sales")
CLOSED_AT = (NOON + 3_600_000, NOON + 7_200_000)

F = TypeVar("F")


def words(*names: str) -> tuple[Prompt, ...]:
    return tuple(Prompt(name) for name in names)


MAIN = Flow(
    FlowId("main"),
    1,
    "greet",
    (
        SayNode("greet", words("greeting"), "menu", ((Level.GOLD, words("greeting-gold")),)),
        MenuNode(
            "menu",
            words("menu"),
            (("1", "verify"), ("2", "to-sales")),
            "to-service",
            words("invalid"),
            words("silent"),
        ),
        VerifyNode("verify", words("factor"), "order", "to-service", words("factor-again")),
        LookUpNode("order", "order_status", "menu", "to-service"),
        EnqueueNode("to-service", SERVICE, words("connecting")),
        EnqueueNode("to-sales", SALES, priority=5),
    ),
)
DIRECT = Flow(FlowId("direct"), 1, "in", (EnqueueNode("in", SERVICE),))
ECHO = Flow(FlowId("echo"), 1, "echo", (EchoNode("echo", words("echo")),))
BOBS = Flow(FlowId("bobs"), 1, "bob", (EnqueueNode("bob", SERVICE, agent=BOB),))
SHUT = Flow(FlowId("shut"), 1, "bye", (HangUpNode("bye", words("closed")),))


def house(*, agents: tuple[AgentId, ...] = (ANNA, BOB, CHEN), **service: Any) -> Policy:
    """A policy with two queues; keywords are rules of the service queue."""
    queues = (
        QueuePolicy(SERVICE, agents=(ANNA, BOB, CHEN), dispositions=("solved", "other")),
        QueuePolicy(SALES, agents=(BOB,), skills_required=(("english", 3),)),
    )
    skills = {BOB: (("english", 4),)}
    return Policy(
        version=1,
        queues=(replace(queues[0], **service), queues[1]),
        agents=tuple(AgentProfile(name, f"{name}-acc", skills.get(name, ())) for name in agents),
        numbers=(
            NumberEntry("4000", MAIN.id),
            NumberEntry("4001", DIRECT.id),
            NumberEntry("4003", ECHO.id),
            NumberEntry("4002", BOBS.id),
            NumberEntry("4004", DIRECT.id, open_hours=(CLOSED_AT,), closed_flow=SHUT.id),
        ),
        flows=(MAIN, DIRECT, BOBS, ECHO, SHUT),
    )


@dataclass
class World:
    """One cell with its edge and its clock."""

    policy: Policy = field(default_factory=house)
    decider: Callable[..., Any] = decide
    state: State = field(default_factory=lambda: State(cell="c"))
    now: int = NOON
    seed: int = 7
    seq: int = 0
    edge: FakeEdge = field(default_factory=FakeEdge)
    facts: list[Any] = field(default_factory=list)
    commands: list[Any] = field(default_factory=list)
    entries: list[tuple[i.Stamp, Any, tuple[Fact, ...], tuple[Command, ...]]] = field(
        default_factory=list
    )

    def __post_init__(self) -> None:
        self.put(i.PublishPolicy(self.policy))

    # -- the cell ---------------------------------------------------------------------------

    def put(self, given: Any) -> tuple[Fact, ...]:
        """Decide one input; the edge carries the commands out but its events wait."""
        self.seq += 1
        stamp = i.Stamp(self.seq, self.now, self.seed)
        facts, commands = self.decider(self.state, stamp, given)
        self.entries.append((stamp, given, facts, commands))
        self.facts.extend(facts)
        self.commands.extend(commands)
        for command in commands:
            self.edge.carry_out(command)
        return tuple(facts)

    def does(self, given: Any) -> World:
        """Decide one input and all that the edge tells at once because of it."""
        self.put(given)
        while self.edge.events:
            self.put(self.edge.events.popleft())
        return self

    def tick(self, seconds: float) -> World:
        """Let time pass; each deadline on the way is met in time."""
        end = self.now + round(seconds * 1000)
        while (due := next_deadline(self.state)) is not None and due <= end:
            self.now = max(self.now, due)
            self.does(i.Tick())
        self.now = end
        return self

    # -- the customer -----------------------------------------------------------------------

    def arrive(self, number: str = "4001", *, level: Level | None = None, **more: Any) -> LegId:
        """A customer calls; with a level they are presumed known."""
        leg = LegId(f"leg-{self.seq + 1}")
        self.edge.rings_in(leg)
        if level is not None:
            more = {"customer": "cust-1", "level": level} | more
        presumption = i.Presumption.PRESUMED if level else i.Presumption.NONE
        more = {"presumption": presumption} | more
        self.does(i.ArriveInteraction(leg, number, Token("party"), **more))
        return leg

    def hears_out(self, leg: LegId) -> World:
        """Every play of the leg ends."""
        for play in self.edge.plays_of(leg):
            self.edge.end_play(leg, play)
        return self._listen()

    def presses(self, leg: LegId, digits: str) -> World:
        """Keys for the open collection; empty is silence."""
        self.edge.press(leg, digits)
        return self._listen()

    def leaves(self, leg: LegId, cause: Cause = Cause.NORMAL) -> World:
        """A leg goes away by itself: the far end hung up, or was lost."""
        self.edge.drop(leg, cause)
        return self._listen()

    # -- the agents -------------------------------------------------------------------------

    def ready(self, *names: AgentId, device: DeviceKind = DeviceKind.BROWSER) -> World:
        """Agents open their desk and are ready, one second after the other."""
        for name in names:
            self.does(i.DeskConnected(name)).does(i.SetDevice(name, device))
            self.does(i.SetState(name, Wish.READY)).tick(1)
        return self

    def accepts(self, name: AgentId) -> World:
        return self.does(i.AcceptOffer(name, self.offer_of(name)))

    def declines(self, name: AgentId, reason: str = "busy") -> World:
        return self.does(i.DeclineOffer(name, self.offer_of(name), reason))

    def phone_answers(self, name: AgentId) -> World:
        """The device that is being rung for the agent comes up."""
        self.edge.answer(self.ringing_leg(name))
        return self._listen()

    def takes(self, name: AgentId) -> World:
        return self.accepts(name).phone_answers(name)

    def talks(self, name: AgentId = ANNA, **more: Any) -> LegId:
        """A customer is in a talk with the agent."""
        if self.shown(name) is AgentState.OFFLINE:
            self.ready(name)
        leg = self.arrive(**more)
        self.takes(name)
        return leg

    def wraps_up(self, name: AgentId = ANNA, **more: Any) -> InteractionId:
        """The agent is in wrap-up after a talk of a minute; the customer hung up."""
        leg = self.talks(name, **more)
        call = self.of(leg).id
        self.tick(60).leaves(leg)
        return call

    # -- what is there ----------------------------------------------------------------------

    def all(self, kind: type[F]) -> list[F]:
        """Facts or commands of a kind, in order."""
        return [one for one in (*self.facts, *self.commands) if isinstance(one, kind)]

    def last(self, kind: type[F]) -> F:
        return self.all(kind)[-1]

    def of(self, leg: LegId) -> Interaction:
        """The interaction of a customer's leg."""
        return next(it for it in self.state.interactions.values() if it.leg == leg)

    def agent(self, name: AgentId) -> Agent:
        return self.state.agents[name]

    def shown(self, name: AgentId) -> AgentState:
        view = agent_view(self.state, name)
        assert view is not None
        return view.state

    def offer_of(self, name: AgentId) -> OfferId:
        offer = self.agent(name).offer
        assert offer is not None, f"{name} is offered nothing"
        return offer

    def ringing_leg(self, name: AgentId) -> LegId:
        agent = self.agent(name)
        it = self.state.interactions[agent.segment] if agent.segment else None
        leg = (
            self.state.offers[agent.offer].leg
            if agent.offer
            else it and it.talk and it.talk.dialling
        )
        assert leg, f"nothing rings for {name}"
        return leg

    def agent_leg(self, name: AgentId) -> LegId:
        segment = self.agent(name).segment
        talk = self.state.interactions[segment].talk if segment else None
        assert talk, f"{name} talks to nobody"
        assert talk.leg, f"{name} has no leg"
        return talk.leg

    def offered_to(self) -> list[AgentId]:
        """Who was offered something, in order."""
        return [offer.agent for offer in self.all(OfferMade)]

    def inventory(self, **more: Any) -> i.Reconcile:
        """What the edge holds."""
        legs = tuple(
            i.LegFound(leg, there.answered, there.bridge) for leg, there in self.edge.legs.items()
        )
        return i.Reconcile(**({"legs": legs, "closed": tuple(sorted(self.edge.closed))} | more))

    def answer_of(self, asked: CheckFactor | LookUp, value: str | None) -> Any:
        """What a feature answers."""
        if isinstance(asked, CheckFactor):
            return i.FactorChecked(asked.interaction, asked.node, value)
        return i.LookedUp(asked.interaction, asked.node, Token(value) if value else None)

    def _listen(self) -> World:
        while self.edge.events:
            self.does(self.edge.events.popleft())
        return self


def silence(leg: LegId, command: str) -> e.CommandFailed:
    return e.CommandFailed(leg, command, "test")
