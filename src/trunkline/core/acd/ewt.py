"""The estimated wait (EWT) of who waits or would: the queue's pace, asked with their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trunkline.core.acd.pace import Estimate, Pace, foretell

if TYPE_CHECKING:
    from trunkline.core.config import QueuePolicy
    from trunkline.core.interaction import Interaction
    from trunkline.core.state import State
    from trunkline.core.words import QueueId

ASSUMED_HANDLING_MS = 240_000


def estimate(state: State, queue: QueueId, place: int, on_duty: int | None = None) -> Estimate:
    """The wait of the one at a place in line; 0 is for whom somebody is free.

    `on_duty` agents (None: all of the queue) are assumed to work for it until its line moved.
    """
    rules = state.queues[queue]
    agents = max(len(rules.agents), len(rules.memberships)) if on_duty is None else on_duty
    assumed_ms = (rules.handling_ms or ASSUMED_HANDLING_MS) / max(1, agents)
    return foretell(state.paces.get(queue) or Pace(), place, assumed_ms)


def of_newcomer(state: State, queue: QueueId, on_duty: int) -> Estimate:
    """The wait of who would enter now, behind all others."""
    standing = state.board.standing_in(queue)
    members = state.board.plans[queue].members
    free = not standing and state.pools.anybody_idle(members)
    return estimate(state, queue, 0 if free else standing + 1, on_duty)


def of_written(rules: QueuePolicy, ahead: int, slots: int) -> int:
    """How long (ms) something written would wait behind so many of its channel, at most.

    `slots` are how many of the channel the agents on duty handle at once, each as long as the
    queue's mean handling time; no pace is kept of what is written.
    """
    return round((rules.handling_ms or ASSUMED_HANDLING_MS) * ahead / max(1, slots))


def place_of(state: State, it: Interaction) -> int:
    """Place among those whom nobody is asked for yet, 1 is next; 0 when somebody is, or no queue.

    Who is being offered already stands at the head, so they are taken off the position.
    """
    waiting = it.waiting
    if waiting is None or waiting.offers:
        return 0
    asked = len(state.lines[waiting.queue]) - state.board.standing_in(waiting.queue)
    return max(1, state.position(it) - asked)
