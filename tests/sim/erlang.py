"""Erlang's formulas, exact, as oracles: M/M/n with and without abandonment."""

from __future__ import annotations

import math


def erlang_b(servers: int, offered: float) -> float:
    blocked = 1.0
    for count in range(1, servers + 1):
        blocked = offered * blocked / (count + offered * blocked)
    return blocked


def erlang_c(servers: int, offered: float) -> float:
    """The share that waits."""
    blocked = erlang_b(servers, offered)
    return blocked / (1 - offered / servers * (1 - blocked))


def service_level(servers: int, offered: float, aht_s: float, within_s: float) -> float:
    """Answered within, for those who never leave."""
    return 1 - erlang_c(servers, offered) * math.exp(-(servers - offered) * within_s / aht_s)


def mean_wait_s(servers: int, offered: float, aht_s: float) -> float:
    return erlang_c(servers, offered) * aht_s / (servers - offered)


def abandoned(servers: int, per_s: float, aht_s: float, patience_s: float) -> float:
    """The share that leaves (Erlang A), from the stationary law of a birth-death chain."""
    mu, theta = 1 / aht_s, 1 / patience_s
    weights, state = [1.0], 0
    while state < servers + 10 or weights[-1] > 1e-15 * max(weights):
        state += 1
        leaving = min(state, servers) * mu + max(0, state - servers) * theta
        weights.append(weights[-1] * per_s / leaving)
    waiting = sum(max(0, n - servers) * weight for n, weight in enumerate(weights))
    return theta * waiting / sum(weights) / per_s
