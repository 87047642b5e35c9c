"""How fast the pure core routes, how that grows, and a day of 500,000 interactions.

The floor: agents with 5 of 50 skills at levels 1–5, the first of them primary; a queue a skill. An
interaction needs level 1, 2 or 3 of its queue's skill, three in ten a second skill too; one in ten
is a VIP's. All agents work and so many wait. Round after round a customer hangs up, the agent ends
the wrap-up and gets the first in line by the index rule, the phone answers, another customer calls.

A decision is one input decided in full by `decide`: facts, the state after them, commands. Routing
ones are two of the four in a round, told apart: whom the agent gets (order with ageing, helpers,
candidates, explanation, offer, phone), and who could take the new caller. The day runs through the
same `Cell.step` as the house, on the simulator's clock, with a journal in memory and the invariants
watched.
"""

from __future__ import annotations

import gc
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.report import Report
from tests.core.invariants import check
from trunkline.core import inputs as i
from trunkline.core.acd.rules import Membership, Strategy
from trunkline.core.call.events import LegAnswered, LegEnded
from trunkline.core.cell import decide
from trunkline.core.config import AgentProfile, NumberEntry, Policy, QueuePolicy
from trunkline.core.facts import (
    InteractionAnswered,
    InteractionClosed,
    InteractionStarted,
    OfferEnded,
    OfferMade,
    TalkEnded,
    WrapUpCompleted,
    WrapUpStarted,
)
from trunkline.core.flow.graph import EnqueueNode, Flow
from trunkline.core.state import State
from trunkline.core.words import (
    AgentId,
    Cause,
    DeviceKind,
    FlowId,
    LegId,
    Level,
    QueueId,
    Token,
    Wish,
)
from trunkline.features.routing.schemas import Order, Sharing
from trunkline.sim.day import Day
from trunkline.sim.plan import drawn, plain_policy, primaries
from trunkline.sim.scenario import Clientele, Crew, Scenario
from trunkline.sim.scenario import Line as Demand

if TYPE_CHECKING:
    from trunkline.ports.database import Tx

ROOT = Path(__file__).parent.parent
AGENTS, SKILLS, WAITING = 1_500, 50, 10_000
SKILLS_EACH = 5
ROUNDS = 20_000
WARM_UP = 10_000
DAY_CALLS, DAY_QUEUES = 500_000, 50
SCAN_EVERY = 10_000
"""Inputs of the day between two scans, which compare every index with one made from scratch."""
NEEDS = "$second and $level2>=2 and $level3>=3"
"""A second skill, and a level above 1 of the queue's own: asked where the interaction says so."""
ROUTING = ("CompleteWrapUp", "ArriveInteraction")
ORDER, SHARING = Order().told(), Sharing().told()
"""As a new organisation has them, but for the cap, which nobody shall reach here."""


@dataclass
class Floor:
    """A cell whose agents are all at work, with a line that keeps its length."""

    agents: int
    waiting: int
    draw: random.Random = field(default_factory=lambda: random.Random(1))
    state: State = field(default_factory=lambda: State(cell="bench"))
    now: int = 0
    seq: int = 0
    facts: int = 0
    spent: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    working: list[AgentId] = field(default_factory=list)

    def open(self) -> None:
        """Everybody is ready; calls come until all agents talk and so many wait."""
        self.put(i.PublishPolicy(policy(self.agents, self.draw)))
        for name in self.state.profiles:
            self.put(i.SetState(name, Wish.READY))
        while self.state.board.standing() < self.waiting:
            self.arrive()
        self.working = sorted(self.state.agents)

    def put(self, given: i.Input) -> None:
        """Decide one input, keep how long it took, and answer the phone that it rings."""
        self.seq += 1
        self.now += self.draw.randint(0, 2)
        stamp = i.Stamp(self.seq, self.now, self.seq * 7919)
        began = time.perf_counter()
        facts, _ = decide(self.state, stamp, given)
        self.spent[type(given).__name__].append(time.perf_counter() - began)
        self.facts += len(facts)
        for fact in facts:
            if type(fact) is OfferMade and fact.leg:
                self.put(LegAnswered(fact.leg))

    def arrive(self) -> None:
        """One more customer, with needs."""
        draw, own = self.draw, f"s{self.draw.randrange(SKILLS):02}"
        level = draw.choice((1, 1, 2, 3))
        tags = ((f"level{level}", own),) if level > 1 else ()
        if draw.random() < 0.3:
            tags = (*tags, ("second", f"s{draw.randrange(SKILLS):02}"))
        vip = draw.random() < 0.1
        self.put(
            i.ArriveInteraction(
                LegId(f"leg{self.seq}"),
                own,
                Token("t"),
                i.Presumption.PRESUMED if vip else i.Presumption.NONE,
                level=Level.DIAMOND if vip else Level.REGULAR,
                tags=tags,
            )
        )

    def turn_over(self) -> None:
        """A customer hangs up, the agent gets the next; another customer arrives."""
        name = self.draw.choice(self.working)
        segment = self.state.agents[name].segment
        if segment is not None:
            self.put(LegEnded(self.state.interactions[segment].leg, Cause.NORMAL))
            self.put(i.CompleteWrapUp(name, segment))
            self.arrive()


def policy(agents: int, draw: random.Random) -> Policy:
    """A queue a skill; who has the skill serves its queue, as a helper but for the first."""
    profiles, members = [], defaultdict(list)
    for number in range(agents):
        name = AgentId(f"a{number:05}")
        skills = [f"s{one:02}" for one in draw.sample(range(SKILLS), SKILLS_EACH)]
        levels = tuple((skill, draw.randint(1, 5)) for skill in skills)
        profiles.append(AgentProfile(name, name, levels, DeviceKind.SIP))
        for skill in skills:
            members[skill].append(Membership(name, penalty=0 if skill == skills[0] else 1))
    queues = tuple(
        QueuePolicy(
            QueueId(skill),
            memberships=tuple(served),
            requirement=NEEDS,
            strategy=Strategy.INDEX,
            handling_ms=draw.randint(200, 360) * 1_000,
            disposition_required=False,
            survey_rate_pct=0,
            max_waiting=10_000_000,
            announce_every_ms=0,
        )
        for skill, served in sorted(members.items())
    )
    flows = tuple(Flow(FlowId(q.id), 1, "in", (EnqueueNode("in", q.id),)) for q in queues)
    numbers = tuple(NumberEntry(queue.id, FlowId(queue.id)) for queue in queues)
    order = replace(ORDER, starving_ms=3_600_000)
    return Policy(1, queues, tuple(profiles), numbers, flows, order=order, sharing=SHARING)


def measured(agents: int, waiting: int, rounds: int, warm_up: int) -> Floor:
    """A floor that has been at work for a while, with what the last rounds took."""
    floor = Floor(agents, waiting)
    floor.open()
    for _ in range(warm_up):
        floor.turn_over()
    floor.spent.clear()
    floor.facts = 0
    settle_memory()
    for _ in range(rounds):
        floor.turn_over()
    gc.unfreeze()
    return floor


def settle_memory() -> None:
    """As in the house after its start: what is there is not searched for garbage again and again.

    The numbers are those of `app/serve.py`.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@dataclass
class Watch:
    """What must hold after each fact of the day, in constant time; a projection like any other."""

    name: str = "watch"
    version: int = 1
    facts: int = 0
    here: set[str] = field(default_factory=set)
    offered: dict[str, str] = field(default_factory=dict)
    work: dict[str, str] = field(default_factory=dict)

    def project(self, tx: Tx, tenant_id: str, at_ms: int, fact: Any) -> None:
        """Who is here is offered to one agent at a time; an agent has one work item, which ends."""
        self.facts += 1
        match fact:
            case InteractionStarted(interaction=name):
                hold(name not in self.here, "begun twice")
                self.here.add(name)
            case InteractionClosed(interaction=name):
                hold(name in self.here and name not in self.offered, "closed and not open")
                self.here.remove(name)
            case OfferMade(interaction=name, agent=agent):
                hold(name in self.here and name not in self.offered, "offered twice")
                self.offered[name] = agent
                self._begins(agent, name)
            case OfferEnded(interaction=name, agent=agent):
                hold(self.offered.pop(name, None) == agent, "ended and not offered")
                self._ends(agent, name)
            case InteractionAnswered(interaction=name, agent=agent):
                hold(self.offered.pop(name, None) == agent, "answered and not offered")
                hold(self.work[agent] == name, "answered and not rung")
            case TalkEnded(interaction=name, agent=agent):
                self._ends(agent, name)
            case WrapUpStarted(interaction=name, agent=agent):
                self._begins(agent, name)
            case WrapUpCompleted(interaction=name, agent=agent):
                self._ends(agent, name)

    def reset(self, tx: Tx, tenant_id: str) -> None:
        """A day begins once."""

    def _begins(self, agent: str, name: str) -> None:
        hold(agent not in self.work, "two work items")
        self.work[agent] = name

    def _ends(self, agent: str, name: str) -> None:
        hold(self.work.pop(agent, None) == name, "ended and not begun")


def hold(true: bool, otherwise: str) -> None:
    """An invariant."""
    if not true:
        raise AssertionError(otherwise)


@dataclass
class Scans:
    """Looks at the whole state again and again while a day runs."""

    done: int = 0

    def __call__(self, day: Day) -> None:
        """Called at intervals of the day; scans once for every so many inputs."""
        while day.inputs >= (self.done + 1) * SCAN_EVERY:
            self.done += 1
            check(day.cell.state)


def busy_day(calls: int) -> Scenario:
    """A day round the clock with so many calls, a load of 0.75, phones that need 3 s."""
    agents = round(calls * 180 / 86_400 / 0.75 / DAY_QUEUES)
    queues = [f"q{number:02}" for number in range(DAY_QUEUES)]
    return Scenario(
        name="500k",
        queues=tuple(
            Demand(name=name, calls=(calls / DAY_QUEUES / 48,) * 48, aht_s=180, wrap_up_s=30)
            for name in queues
        ),
        customers=(
            Clientele(level=Level.REGULAR, share_pct=90, patience_s=240),
            Clientele(level=Level.DIAMOND, share_pct=10, patience_s=180),
        ),
        agents=tuple(
            Crew(
                name=f"c{number:02}",
                count=agents,
                queues=(queues[number], queues[(number + 1) % DAY_QUEUES]),
            )
            for number in range(DAY_QUEUES)
        ),
    )


def by_index(plain: Policy, home: dict[AgentId, QueueId]) -> Policy:
    """The same house by our own rule: each agent is a helper outside their first queue."""
    queues = tuple(
        replace(
            queue,
            agents=(),
            strategy=Strategy.INDEX,
            memberships=tuple(
                Membership(agent, penalty=int(home[agent] != queue.id)) for agent in queue.agents
            ),
        )
        for queue in plain.queues
    )
    order = replace(ORDER, starving_ms=600_000)
    return replace(plain, queues=queues, order=order, sharing=SHARING)


def whole_day(calls: int) -> tuple[float, Day, Watch, Scans]:
    """Seconds that a day takes, and what was seen of it."""
    scenario = busy_day(calls)
    plan = drawn(scenario, 1, by_index(plain_policy(scenario), primaries(scenario)))
    watch, scans = Watch(), Scans()
    settle_memory()
    began = time.perf_counter()
    day = Day(plan, 1, (watch,)).run(scans, every_ms=60_000)
    took = time.perf_counter() - began
    gc.unfreeze()
    hold(not watch.here and not watch.work, "somebody is still there at the end")
    return took, day, watch, scans


def measure() -> Report:
    """The floor at its size and ten times as large, and the day."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    report = Report(
        "routing",
        "all on one core",
        (
            "agents",
            "waiting",
            "decisions/s",
            "p99 µs",
            "routing ones/s",
            "p50 µs",
            "p99 µs",
            "events/s",
        ),
    )
    for agents, waiting, rounds in (
        (AGENTS, WAITING, ROUNDS),
        (AGENTS * 10, WAITING, ROUNDS // 2),
        (AGENTS, WAITING * 10, ROUNDS // 2),
    ):
        figures = _figures(measured(agents, waiting, rounds, WARM_UP))
        report.rows.append((f"{agents:,}", f"{waiting:,}", *_row(figures)))
        if (agents, waiting) == (AGENTS, WAITING):
            report.figures |= figures
    _compiled(report)
    took, day, watch, scans = whole_day(DAY_CALLS)
    report.figures["day_500k_s"] = took
    report.notes.append(
        f"a day of {len(day.plan.callers):,} interactions and {len(day.plan.policy.agents):,} "
        f"agents: {took:.0f} s, {day.inputs:,} inputs, {watch.facts / took:,.0f} events/s, "
        f"{scans.done:,} scans of the whole state"
    )
    return report


def _compiled(report: Report) -> None:
    """The first floor again, in the same run on the same core, with the core compiled in a copy."""
    if shutil.which("gcc") is None:
        report.notes.append("nothing to compile the core with: apt-get install gcc python3-dev")
        return
    with tempfile.TemporaryDirectory(prefix="bench-native") as name:
        copy = Path(name) / "src"
        shutil.copytree(ROOT / "src", copy, ignore=shutil.ignore_patterns("static", "*.so"))
        env = {**os.environ, "PYTHONPATH": f"{copy}:{ROOT}"}
        command = [sys.executable, "-m", "tools.native"]
        subprocess.run(command, cwd=name, env=env, check=True, stdout=subprocess.DEVNULL)
        command = [sys.executable, "-c", "from bench.routing import print_floor; print_floor()"]
        ran = subprocess.run(command, cwd=name, env=env, check=True, stdout=subprocess.PIPE)
    figures: dict[str, float] = json.loads(ran.stdout)
    report.rows.append((f"{AGENTS:,}", f"{WAITING:,} compiled", *_row(figures)))
    report.figures |= {f"compiled_{key}": value for key, value in figures.items()}
    ratio = figures["decisions_per_s"] / report.figures["decisions_per_s"]
    report.notes.append(f"compiled (make native) the core decides {ratio:.2f} times as much")


def print_floor() -> None:
    """The figures of the floor as JSON, for whoever runs this with another core."""
    print(json.dumps(_figures(measured(AGENTS, WAITING, ROUNDS, WARM_UP))))


def _figures(floor: Floor) -> dict[str, float]:
    every = sorted(took for spent in floor.spent.values() for took in spent)
    routing = sorted(took for kind in ROUTING for took in floor.spent[kind])
    return {
        "decisions_per_s": len(every) / sum(every),
        "decision_p99_ms": every[len(every) * 99 // 100] * 1e3,
        "routing_decisions_per_s": len(routing) / sum(routing),
        "routing_decision_p50_ms": routing[len(routing) // 2] * 1e3,
        "routing_decision_p99_ms": routing[len(routing) * 99 // 100] * 1e3,
        "events_per_s": floor.facts / sum(every),
    }


def _row(figures: dict[str, float]) -> tuple[str, ...]:
    """Rates as they are, times in µs."""
    return tuple(
        f"{value if key.endswith('_s') and not key.endswith('_ms') else value * 1e3:,.0f}"
        for key, value in figures.items()
    )
