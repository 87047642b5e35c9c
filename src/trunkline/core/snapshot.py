"""The state of a cell as JSON values and back; the same state always gives the same bytes."""

from __future__ import annotations

import json
from typing import Any

from trunkline.core.acd.pace import Pace
from trunkline.core.agent import Agent
from trunkline.core.codec import decode, encode
from trunkline.core.config import Policy
from trunkline.core.interaction import Callback, Interaction, Offer
from trunkline.core.state import State


def dump(state: State) -> dict[str, Any]:
    """What stands in a snapshot: everything but what is derived."""
    return {
        "cell": state.cell,
        "policy": encode(state.policy),
        "interactions": [encode(it) for it in state.interactions.values()],
        "agents": [encode(agent) for agent in state.agents.values()],
        "offers": [encode(offer) for offer in state.offers.values()],
        "rounds": dict(state.rounds),
        "callbacks": [encode(callback) for callback in state.callbacks.values()],
        "paces": {queue: encode(pace) for queue, pace in state.paces.items()},
    }


def load(data: dict[str, Any]) -> State:
    """The state that `dump` wrote, with its indexes."""
    state = State(cell=data["cell"], policy=decode(Policy, data["policy"]))
    for item in data["interactions"]:
        it = decode(Interaction, item)
        state.interactions[it.id] = it
    for item in data["agents"]:
        agent = decode(Agent, item)
        state.agents[agent.id] = agent
    for item in data["offers"]:
        offer = decode(Offer, item)
        state.offers[offer.id] = offer
    state.rounds.update(data.get("rounds", {}))
    for item in data.get("callbacks", ()):
        callback = decode(Callback, item)
        state.callbacks[callback.id] = callback
    for queue, item in data.get("paces", {}).items():
        state.paces[queue] = decode(Pace, item)
    state.index()
    return state


def canonical(state: State) -> bytes:
    """The bytes that two equal states share."""
    return json.dumps(dump(state), sort_keys=True, separators=(",", ":")).encode()
