"""The rules that a scenario can be played under, by their usual names.

Unless it is `plain`, a rule stands in what a new organisation has: order, sharing and slots of the
routing rules as nobody changed them. What the queues are is the scenario's: their agents (primary
ones first) and mean handling times.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from trunkline.core.acd.rules import Membership, Ordering, Strategy
from trunkline.features.routing import Order, RoutingRules
from trunkline.sim.plan import names, plain_policy

if TYPE_CHECKING:
    from trunkline.core.config import Policy
    from trunkline.sim.scenario import Scenario

PLAIN: Final = "plain"
DEFAULT: Final = Strategy.INDEX.value
WITH: Final = {Ordering.GC_MU: Strategy.LEAST_FLEXIBLE}
"""Which agent is asked where a rule says who is first; else who is idle longest."""
NAMES: Final = (
    *(strategy.value for strategy in Strategy),
    *(kind.value for kind in Ordering if kind is not Ordering.INDEX),
    PLAIN,
)
"""All rules: which agent is asked, who is served first, and what the core does untold."""


class UnknownRule(Exception):
    """There is no rule of this name; the text names those there are."""


def under(scenario: Scenario, name: str) -> Policy:
    """The scenario's policy with the rule of this name; raises `UnknownRule`.

    A strategy says which agent is asked, and who is first is by the index. An order says who is
    first, and asked is who is idle longest (by `gc_mu` who has the fewest other queues). `plain` is
    strict priority and longest idle, all agents of a queue alike.
    """
    if name not in NAMES:
        raise UnknownRule(f"There is no rule {name}. There are: {', '.join(NAMES)}.")
    if name == PLAIN:
        return plain_policy(scenario)
    if name in set(Strategy):
        return _policy(scenario, Strategy(name), Order())
    kind = Ordering(name)
    return _policy(scenario, WITH.get(kind, Strategy.LONGEST_IDLE), Order(kind=kind))


def _policy(scenario: Scenario, strategy: Strategy, order: Order) -> Policy:
    base, new = plain_policy(scenario), RoutingRules(order=order)
    handling = {line.name: round(line.aht_s * 1000) for line in scenario.queues}
    queues = tuple(
        replace(
            queue,
            strategy=strategy,
            memberships=_members(scenario, queue.id),
            handling_ms=handling[queue.id],
        )
        for queue in base.queues
    )
    return replace(
        base,
        queues=queues,
        order=new.order.told(),
        sharing=new.sharing.told(),
        capacity=new.capacity.told(),
        written=new.capacity.written(),
    )


def _members(scenario: Scenario, queue: str) -> tuple[Membership, ...]:
    return tuple(
        Membership(agent, int(crew.queues[0] != queue))
        for crew in scenario.agents
        if queue in crew.queues
        for agent in names(crew)
    )
