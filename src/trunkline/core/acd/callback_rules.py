"""How a callback is made: what its queue, its list and the hours of its number say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trunkline.core.acd import ewt, policy, waits
from trunkline.core.config import CallbackRules
from trunkline.core.facts import InteractionStarted
from trunkline.core.flow.graph import queue_ahead
from trunkline.core.inputs import Presumption
from trunkline.core.interaction import Waiting
from trunkline.core.words import Channel, LegId, Place

if TYPE_CHECKING:
    from trunkline.core.call.dialling import Dialling
    from trunkline.core.interaction import Callback, Interaction
    from trunkline.core.state import State
    from trunkline.core.turn import Turn
    from trunkline.core.words import AgentId, ConsentPolicy, InteractionId, QueueId


CLOSED_RETRY_MS = 3_600_000
"""No hours are known that far ahead: look again."""


LEAD_MS = 120_000
"""An owner is asked for so long before others may take it."""


def rules_of(state: State, queue: QueueId) -> CallbackRules:
    """How the queue calls back; not at all when it is gone."""
    found = state.queues.get(queue)
    return found.callback if found else CallbackRules()


def listed(state: State, it: Interaction) -> Dialling | None:
    """How an entry of a dialling list is called; None where it is none."""
    found = state.callbacks.get(it.callback) if it.callback else None
    return found.dialling if found else None


def ring_ms(state: State, it: Interaction, queue: QueueId) -> int:
    """How long the customer's phone may ring."""
    entry = listed(state, it)
    return entry.ring_ms if entry else rules_of(state, queue).ring_ms


def tells_machine(state: State, it: Interaction, queue: QueueId) -> bool:
    """Whether an answering machine is told from a person; never where an agent calls for help."""
    entry = listed(state, it)
    if entry:
        return entry.tell_machine
    return it.callback is not None and rules_of(state, queue).tell_machine


def may_offer(turn: Turn, it: Interaction, queue: QueueId, *, at_once: bool) -> bool:
    """Whether a customer may be offered a callback; `at_once` whatever the expected wait is.

    Not to numbers that are withheld, foreign or premium, and not where the wait is short.
    """
    rules = rules_of(turn.state, queue)
    if not rules.enabled or it.caller is None or it.bar is not None:
        return False
    return at_once or expected_wait_ms(turn.state, it, queue) >= rules.min_ewt_ms


def expected_wait_ms(state: State, it: Interaction, queue: QueueId) -> int:
    """How long a customer will likely wait; where nobody is on duty, longer than any limit."""
    duty = policy.on_duty(state, queue)
    if not duty:
        return 2**53
    if it.waiting is None:
        return ewt.of_newcomer(state, queue, duty).mean_ms
    return ewt.estimate(state, queue, ewt.place_of(state, it), duty).mean_ms


def first_look(state: State, number: str, owner: AgentId | None, due: int, now: int) -> int:
    """From when it stands in line: a little earlier for an owner, never outside the hours."""
    early = due - LEAD_MS if owner is not None else due
    return open_from(state, number, max(early, now))


def open_from(state: State, number: str, at: int) -> int:
    """The first moment from `at` on at which the number is open."""
    entry = state.numbers.get(number)
    if entry is None or entry.open_hours is None:
        return at
    later = (max(at, start) for start, end in entry.open_hours if at < end)
    return min(later, default=at + CLOSED_RETRY_MS)


def closes_at(state: State, number: str, now: int) -> int | None:
    """When the hours of the number that are running end; None where it has none, or is closed."""
    entry = state.numbers.get(number)
    if entry is None or entry.open_hours is None:
        return None
    return next((end for start, end in entry.open_hours if start <= now < end), None)


def queue_of(state: State, it: Interaction) -> QueueId | None:
    """In whose name somebody talks with the customer or parked them; else where their way led.

    Who was at a box had no message taken yet, or it is there; who heard last words was served.
    """
    if it.talk or it.parked:
        return it.talk.queue if it.talk else it.parked.queue if it.parked else None
    if it.voicemail:
        return None if it.voicemail.since is not None else it.voicemail.queue
    if it.place is not Place.FLOW or it.node is None or it.farewell:
        return None
    return queue_ahead(state.nodes, it.flow, it.node)


def stay_of(turn: Turn, callback: Callback, *, returned: bool) -> Waiting:
    """The stay in line of who stands again as they did before."""
    was = callback.standing
    return Waiting(
        callback.queue,
        callback.priority,
        callback.entered_at,
        returned,
        announce_at=None,
        passed_by=list(was.passed_by),
        arrived_at=turn.now,
        boosted=was.boosted,
    )


def prefer(turn: Turn, it: Interaction, waiting: Waiting) -> None:
    """The patience for one certain agent counts anew, as it would for one who enters now."""
    rules, passed_by = turn.state.queues[waiting.queue], tuple(waiting.passed_by)
    wished = waits.preferred(turn.state, it, rules, passed_by)
    if wished:
        waiting.personal, waiting.personal_until = wished[0], turn.now + wished[1]


def first_fact(turn: Turn, callback: Callback, it: InteractionId) -> InteractionStarted:
    """The first fact of an attempt: nobody is there yet, whose survey is settled now."""
    entry = turn.state.numbers.get(callback.number)
    known = callback.customer is not None
    return InteractionStarted(
        it,
        Channel.VOICE,
        LegId(turn.new_id()),
        callback.number,
        callback.party,
        entry.flow if entry else next(iter(turn.state.flows)),
        Presumption.PRESUMED if known else Presumption.NONE,
        callback.customer,
        callback.level,
        callback.language,
        callback.priority,
        turn.stamp.seed,
        survey_allowed=callback.dialling is None,
        survey_reason="not_drawn" if callback.dialling else None,
        affinity=callback.standing.affinity,
        tags=callback.standing.tags,
        caller=callback.caller,
        callback=callback.id,
        consent=_consent_of(turn, callback),
        level_counts=callback.standing.level_counts,
    )


def _consent_of(turn: Turn, callback: Callback) -> ConsentPolicy | None:
    """What their country asks for before a recording; nobody abroad is called back."""
    listed = callback.dialling
    return listed.consent if listed else turn.state.policy.consent_at_home
