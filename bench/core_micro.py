"""How many decisions a second the pure core takes, without a journal, an edge or a network.

A full floor works: arrival, offer, accept, answer, customer gone, wrap-up done, with `WAITING`
calls in line the whole time. Run: `python bench/core_micro.py [agents] [waiting]`.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from time import perf_counter

from trunkline.core import inputs as i
from trunkline.core.call.events import LegAnswered, LegEnded
from trunkline.core.cell import decide
from trunkline.core.config import AgentProfile, NumberEntry, Policy, QueuePolicy
from trunkline.core.flow.graph import EnqueueNode, Flow
from trunkline.core.state import State
from trunkline.core.words import AgentId, Cause, FlowId, LegId, QueueId, Token, Wish

CALLS = 2_000
SPREAD = 7919


class Floor:
    """A cell with agents, kept busy; the time of each kind of input is summed."""

    def __init__(self, agents: int) -> None:
        self.state = State(cell="bench")
        self.now = self.seq = 0
        self.spent: dict[str, list[float]] = defaultdict(list)
        names = tuple(AgentId(f"a{n:04}") for n in range(agents))
        queue = QueuePolicy(
            QueueId("q"), agents=names, max_waiting=1_000_000, disposition_required=False
        )
        flow = Flow(FlowId("f"), 1, "in", (EnqueueNode("in", queue.id),))
        profiles = tuple(AgentProfile(name, name) for name in names)
        self.put(
            i.PublishPolicy(Policy(1, (queue,), profiles, (NumberEntry("1", flow.id),), (flow,)))
        )
        for name in names:
            self.put(i.SetState(name, Wish.READY))

    def put(self, given: i.Input) -> None:
        self.seq += 1
        self.now += 1
        stamp = i.Stamp(self.seq, self.now, self.seq * SPREAD)
        began = perf_counter()
        decide(self.state, stamp, given)
        self.spent[type(given).__name__].append(perf_counter() - began)

    def arrive(self) -> None:
        leg = LegId(f"leg{self.seq}")
        self.put(i.ArriveInteraction(leg, "1", Token("t"), i.Presumption.NONE))

    def handle_one(self) -> None:
        """The oldest offer is taken, talked through and wrapped up."""
        offer = next(iter(self.state.offers.values()))
        it = self.state.interactions[offer.interaction]
        self.put(i.AcceptOffer(offer.agent, offer.id))
        leg = self.state.offers[offer.id].leg
        if leg is None:
            raise LookupError(offer.id)
        self.put(LegAnswered(leg))
        self.put(LegEnded(it.leg, Cause.NORMAL))
        self.put(i.CompleteWrapUp(offer.agent, it.id))


def measure(agents: int, waiting: int) -> None:
    floor = Floor(agents)
    for _ in range(agents + waiting):
        floor.arrive()
    floor.spent.clear()
    for _ in range(CALLS):
        floor.arrive()
        floor.handle_one()
    report(f"{agents} agents busy, {waiting} waiting", floor)
    idle = Floor(agents)
    idle.spent.clear()
    for _ in range(CALLS):
        idle.arrive()
        idle.handle_one()
    report(f"{agents} agents idle, nobody waiting", idle)


def report(title: str, floor: Floor) -> None:
    every = [spent for kind in floor.spent.values() for spent in kind]
    print(f"{title}: {len(every) / sum(every):,.0f} decisions/s, "
          f"{CALLS / sum(every):,.0f} calls/s")  # fmt: skip
    for kind, spent in floor.spent.items():
        spent.sort()
        p50, p99 = spent[len(spent) // 2] * 1e6, spent[len(spent) * 99 // 100] * 1e6
        print(f"  {kind:<20} p50 {p50:7.1f} us   p99 {p99:7.1f} us")


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    measure(*(numbers or (200, 1_000)))
