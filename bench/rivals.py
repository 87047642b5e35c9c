"""The rules that are compared: ours, and those of the products, each over the same agents.

| rule | as in | who first | which agent |
|---|---|---|---|
| fifo | app_queue, leastrecent | time of entry | idle longest |
| strict | TaskRouter | VIPs, then time of entry | idle longest |
| tiers | mod_callcenter | base score + seconds waited | idle longest, tiers open later |
| gc_mu | generalised c-mu | weight × wait ÷ handling time | least flexible |
| index | Trunkline | weight × (1 + wait ÷ 5 min) ÷ handling time | least missed elsewhere |

Each rival may be set several ways (whether primary agents come first, when others open, how much a
VIP counts); which way is used is found on seeds of its own, for each scenario. Ours is set alike in
all of them: as a new organisation has it, but with the choice that who can still be answered within
the service level goes before who cannot (who is late counts `LATE_WEIGHT` as much).
"""

from dataclasses import replace

from trunkline.core.acd.rules import CallOrder, Membership, Ordering, Sharing, Strategy
from trunkline.core.config import Policy
from trunkline.core.words import Level
from trunkline.features.routing.schemas import Order
from trunkline.features.routing.schemas import Sharing as OwnSharing
from trunkline.sim.plan import names, plain_policy
from trunkline.sim.scenario import Scenario

VIPS = (Level.GOLD, Level.PLATINUM, Level.DIAMOND)
STARVING_MS = 300_000
LATE_WEIGHT = 0.6
"""Who is late counts so much: the choice that answers most in time, against the order of entry."""

Ways = dict[str, Policy]


def rivals(scenario: Scenario) -> dict[str, Ways]:
    """Every rival in every way that is tried."""
    return {
        "fifo": _plain(scenario, CallOrder(Ordering.FIFO)),
        "strict": _plain(scenario, CallOrder(Ordering.PRIORITY)),
        "tiers": {
            f"others from {seconds} s": _policy(
                scenario, Strategy.LONGEST_IDLE, CallOrder(Ordering.SCORE), 1, seconds * 1_000
            )
            for seconds in (2, 5, 20)
        },
        "gc_mu": {
            f"VIP x {weight:g}, {'primary first' if penalty else 'alike'}": _policy(
                scenario, Strategy.LEAST_FLEXIBLE, _order(Ordering.GC_MU, weight), penalty
            )
            for weight, penalty in ((4.0, 0), (6.0, 0), (6.0, 1))
        },
    }


def index(scenario: Scenario) -> Policy:
    """Our rule, set alike in every scenario: as a new organisation has it, but in time first."""
    policy = _policy(scenario, Strategy.INDEX, Order(late_weight=LATE_WEIGHT).told(), 1)
    return replace(policy, sharing=OwnSharing().told())


def _plain(scenario: Scenario, order: CallOrder) -> Ways:
    """Longest idle, with primary agents first or not."""
    return {
        "alike": _policy(scenario, Strategy.LONGEST_IDLE, order, 0),
        "primary first": _policy(scenario, Strategy.LONGEST_IDLE, order, 1),
    }


def _order(kind: Ordering, weight: float) -> CallOrder:
    weights = tuple((level, weight) for level in VIPS)
    return CallOrder(kind, level_weights=weights, vip_from=Level.GOLD)


def _policy(
    scenario: Scenario, strategy: Strategy, order: CallOrder, penalty: int, tier_ms: int = 0
) -> Policy:
    base = plain_policy(scenario)
    handling = {line.name: round(line.aht_s * 1_000) for line in scenario.queues}
    queues = tuple(
        replace(
            queue,
            strategy=strategy,
            memberships=_members(scenario, queue.id, penalty),
            tier_ms=tier_ms,
            handling_ms=handling[queue.id],
        )
        for queue in base.queues
    )
    return replace(base, queues=queues, order=order, sharing=Sharing())


def _members(scenario: Scenario, queue: str, penalty: int) -> tuple[Membership, ...]:
    return tuple(
        Membership(agent, 0 if crew.queues[0] == queue else penalty)
        for crew in scenario.agents
        if queue in crew.queues
        for agent in names(crew)
    )
