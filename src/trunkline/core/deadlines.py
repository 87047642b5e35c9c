"""The timers of a cell: which moment each open thing waits for.

`State.due` remembers a moment when it is set and never takes it back; when it comes up, `holds`
says whether it still is what the thing waits for. So a state made from a snapshot, which has only
the standing ones, acts at the same moments and in the same order as one that lived through it.
"""

from __future__ import annotations

from collections.abc import Callable

from trunkline.core.interaction import ends_at
from trunkline.core.state import State
from trunkline.core.words import AgentId, CallbackId, InteractionId, OfferId, PartyId


def holds(state: State, at: int, kind: str, name: str) -> bool:
    """Whether a deadline still stands as it was remembered."""
    return at == _DEADLINES[kind](state, name)


def _offer_deadline(state: State, name: str) -> int | None:
    offer = state.offers.get(OfferId(name))
    return ends_at(offer) if offer else None


def _accept_deadline(state: State, name: str) -> int | None:
    offer = state.offers.get(OfferId(name))
    return offer.accept_at if offer else None


def _wrap_up_deadline(state: State, name: str) -> int | None:
    work = state.agents[AgentId(name)].wrap_up
    return work.ends_at if work else None


def _work_deadline(state: State, name: str) -> int | None:
    works = state.agents[AgentId(name)].works
    return min((work.ends_at for work in works if work.ends_at is not None), default=None)


def _grace_deadline(state: State, name: str) -> int | None:
    return state.agents[AgentId(name)].grace_until


def _rest_deadline(state: State, name: str) -> int | None:
    return state.agents[AgentId(name)].rests_until


def _device_deadline(state: State, name: str) -> int | None:
    agent = state.agents[AgentId(name)]
    troubles = (agent.browser_trouble, agent.phone_trouble)
    ends = [one.until for one in troubles if one and one.until is not None]
    return min(ends, default=None)


def _announce_deadline(state: State, name: str) -> int | None:
    it = state.interactions.get(InteractionId(name))
    return it.waiting.announce_at if it and it.waiting else None


def _declined_deadline(state: State, name: str) -> int | None:
    it = state.interactions.get(InteractionId(name))
    return min(it.waiting.rests.values(), default=None) if it and it.waiting else None


def _wait_deadline(state: State, name: str) -> int | None:
    it = state.interactions.get(InteractionId(name))
    return it.waiting.next_at if it and it.waiting else None


def _lost_deadline(state: State, name: str) -> int | None:
    it = state.interactions.get(InteractionId(name))
    return it.talk.lost_until if it and it.talk else None


def _step_deadline(state: State, name: str) -> int | None:
    it = state.interactions.get(InteractionId(name))
    return it.step_at if it and it.step else None


def _callback_deadline(state: State, name: str) -> int | None:
    callback = state.callbacks.get(CallbackId(name))
    return callback.due_at if callback else None


def _reach_deadline(state: State, name: str) -> int | None:
    it = state.interactions.get(InteractionId(name))
    return it.reach_by if it else None


def _party_deadline(state: State, name: str) -> int | None:
    party = state.party(PartyId(name))
    return party.until if party else None


def _remind_deadline(state: State, name: str) -> int | None:
    it = state.interactions.get(InteractionId(name))
    return it.talk.remind_at if it and it.talk else None


def _parked_deadline(state: State, name: str) -> int | None:
    it = state.interactions.get(InteractionId(name))
    return it.parked.until if it and it.parked and it.talk is None else None


_DEADLINES: dict[str, Callable[[State, str], int | None]] = {
    "offer": _offer_deadline,
    "accept": _accept_deadline,
    "wrap_up": _wrap_up_deadline,
    "work": _work_deadline,
    "grace": _grace_deadline,
    "rest": _rest_deadline,
    "device": _device_deadline,
    "announce": _announce_deadline,
    "declined": _declined_deadline,
    "wait": _wait_deadline,
    "lost": _lost_deadline,
    "step": _step_deadline,
    "callback": _callback_deadline,
    "reach": _reach_deadline,
    "party": _party_deadline,
    "remind": _remind_deadline,
    "parked": _parked_deadline,
}
