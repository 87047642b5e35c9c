"""Which agent: each strategy is a small rule over those who are free and may.

A rule gives an agent a key, and the lowest is asked; ties go to who is idle longest, then to the
lower id. Rules that treat the agents of a pool alike are asked only about the one of each pool who
is idle longest. `random` and `weighted` draw from the seed of the input, so they can be replayed.
"""

from __future__ import annotations

from collections.abc import Callable
from math import log
from typing import TYPE_CHECKING

from trunkline.core.acd.pools import Pool
from trunkline.core.acd.rules import Strategy
from trunkline.core.records import record
from trunkline.core.words import AgentId

if TYPE_CHECKING:
    from trunkline.core.acd.groups import Line
    from trunkline.core.inputs import Stamp
    from trunkline.core.state import State

MINUTE_MS = 60_000


@record(frozen=True, slots=True)
class Choice:
    """What a rule may look at."""

    state: State
    line: Line
    stamp: Stamp


Rule = Callable[[Choice, Pool, int, AgentId], float]
"""The key of an agent of a pool who is idle since then (ms)."""


def index(choice: Choice, pool: Pool, since: int, agent: AgentId) -> float:
    """Who is missed least at home: many idle colleagues there, long idle, few other skills."""
    sharing = choice.state.policy.sharing
    bonus = min(sharing.idle_bonus, (choice.stamp.now - since) / MINUTE_MS)
    others = len(pool.penalties) - len(pool.homes)
    return sharing.flexibility * others - choice.line.bench.idle_colleagues(pool) - bonus


def reserved(choice: Choice, pool: Pool, since: int, agent: AgentId) -> float:
    """Index, by the worth elsewhere: who leaves the most idle at each other queue they serve."""
    sharing, bench = choice.state.policy.sharing, choice.line.bench
    own = choice.line.plan.policy.id
    worth = sharing.reserve * bench.scarcity(pool, own) + sharing.helping * pool.penalties[own]
    bonus = min(sharing.idle_bonus, (choice.stamp.now - since) / MINUTE_MS)
    return sharing.flexibility * (len(pool.penalties) - len(pool.homes)) + worth - bonus


def longest_idle(choice: Choice, pool: Pool, since: int, agent: AgentId) -> float:
    """Ties decide: idle longest is first."""
    return 0.0


def fewest_contacts(choice: Choice, pool: Pool, since: int, agent: AgentId) -> float:
    """Who answered the fewest since signing in."""
    return choice.state.agents[agent].contacts


def least_occupied(choice: Choice, pool: Pool, since: int, agent: AgentId) -> float:
    """The smallest share of the time on duty since signing in that went into handling."""
    worker = choice.state.agents[agent]
    on_duty = choice.stamp.now - worker.on_since - worker.away_ms
    return worker.busy_ms / max(1, on_duty)


def linear(choice: Choice, pool: Pool, since: int, agent: AgentId) -> float:
    """By position in the queue, from the top for each offer (app_queue linear, top-down)."""
    return choice.line.plan.places[agent]


def round_robin(choice: Choice, pool: Pool, since: int, agent: AgentId) -> float:
    """By position in the queue, going on after the one who was asked last (rrmemory)."""
    places = choice.line.plan.places
    last = choice.state.rounds.get(choice.line.plan.policy.id)
    after = places.get(last, -1) + 1 if last else 0
    return (places[agent] - after) % len(places)


def random(choice: Choice, pool: Pool, since: int, agent: AgentId) -> float:
    """Anybody, each as likely."""
    return draw(choice.stamp.seed, choice.line.plan.places[agent])


def weighted(choice: Choice, pool: Pool, since: int, agent: AgentId) -> float:
    """Anybody, as likely as their weight says (exponential clocks: the first to ring)."""
    member = choice.line.plan.memberships.get(agent)
    share = max(1, member.weight if member else 1)
    return -log(draw(choice.stamp.seed, choice.line.plan.places[agent])) / share


def most_skilled(choice: Choice, pool: Pool, since: int, agent: AgentId) -> float:
    """The highest levels in the skills that are asked for."""
    return -sum(pool.abilities.levels.get(skill, 0) for skill in choice.line.fit.skills)


def least_flexible(choice: Choice, pool: Pool, since: int, agent: AgentId) -> float:
    """Who could do the least else."""
    return len(pool.penalties)


def draw(seed: int, number: int) -> float:
    """A number in (0, 1), the same for the same seed and place (SplitMix64, Steele et al. 2014)."""
    mixed = (seed * 0x9E3779B97F4A7C15 + number * 0xD1B54A32D192ED03 + 0x632BE59BD9B4E019) & _WORD
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _WORD
    mixed ^= mixed >> 31
    return ((mixed >> 11) + 0.5) / (1 << 53)


_WORD = (1 << 64) - 1

RULES: dict[Strategy, Rule] = {
    Strategy.INDEX: index,
    Strategy.LONGEST_IDLE: longest_idle,
    Strategy.FEWEST_CONTACTS: fewest_contacts,
    Strategy.ROUND_ROBIN: round_robin,
    Strategy.LINEAR: linear,
    Strategy.TOP_DOWN: linear,
    Strategy.RANDOM: random,
    Strategy.WEIGHTED: weighted,
    Strategy.RING_ALL: longest_idle,
    Strategy.MOST_SKILLED: most_skilled,
    Strategy.LEAST_OCCUPIED: least_occupied,
    Strategy.LEAST_FLEXIBLE: least_flexible,
}
BY_POOL = frozenset(
    {
        Strategy.INDEX,
        Strategy.LONGEST_IDLE,
        Strategy.RING_ALL,
        Strategy.MOST_SKILLED,
        Strategy.LEAST_FLEXIBLE,
    }
)
"""Strategies for which all agents of a pool are alike but for the time they are idle."""
