"""What somebody who waits is told: their place in line, and how long it will be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trunkline.core.acd import ewt
from trunkline.core.call import recording
from trunkline.core.call.commands import Play
from trunkline.core.facts import PositionAnnounced
from trunkline.core.flow.speech import Duration, Position, Prompt, Say

if TYPE_CHECKING:
    from trunkline.core.config import QueuePolicy
    from trunkline.core.interaction import Interaction
    from trunkline.core.turn import Turn


LOOK_AGAIN_MS = 30_000
"""Where no place is told: how often it is looked whether a callback may be offered by now."""


LONGEST_TOLD_MS = 3_600_000
"""A longer wait is not announced: nobody is there, or the figure helps nobody."""


def announce(turn: Turn, it: Interaction) -> None:
    """Tell the place in line, unless something else is being said; the music goes on after it."""
    if it.waiting is None:
        return
    rules = turn.state.queues[it.waiting.queue]
    every = rules.announce_every_ms
    asks = recording.is_to_be_asked(turn.state, it, it.waiting.queue)
    look = every or (LOOK_AGAIN_MS if asks or (rules.callback.enabled and not it.asked) else 0)
    place, step = turn.state.position(it), turn.new_id()
    upper_ms = ewt.estimate(turn.state, it.waiting.queue, ewt.place_of(turn.state, it)).upper_ms
    again_at = turn.now + look if look else None
    turn.emit(PositionAnnounced(it.id, place, step, again_at, upper_ms))
    if every and not it.step:
        turn.do(Play(it.leg, step, _announced(rules, place, upper_ms), it.language))


def _announced(rules: QueuePolicy, place: int, upper_ms: int) -> tuple[Say, ...]:
    """What the queue tells who waits: their place, how long it will be, to hold on."""
    where = (Position(place),) if rules.tell_place else ()
    told = rules.tell_wait and upper_ms <= LONGEST_TOLD_MS
    wait = (Prompt("estimated-wait"), Duration(upper_ms)) if told else ()
    return (*where, *wait, Prompt(rules.comfort))
