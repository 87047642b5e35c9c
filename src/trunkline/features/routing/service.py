"""Routing rules: read, changed, and given to the core."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trunkline.features import agents
from trunkline.features.routing import store
from trunkline.features.routing.schemas import RoutingRules
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.core.acd.rules import CallOrder, Sharing, TagExpert
    from trunkline.core.capacity import Capacity, WrittenChannel
    from trunkline.core.words import Channel
    from trunkline.features.tenancy import Writing
    from trunkline.ports.database import Tx


@dataclass(frozen=True, slots=True)
class Published:
    """What the tenant's cell routes by, as far as it is the whole tenant's."""

    order: CallOrder
    sharing: Sharing
    experts: tuple[TagExpert, ...]
    capacity: Capacity
    own: dict[str, Capacity]
    """Of agents who have slots of their own, by id."""

    written: tuple[WrittenChannel, ...]


def rules(tx: Tx, tenant_id: str) -> tuple[RoutingRules, int]:
    """The rules in force and their version; the index rule as tuned where nothing is set."""
    found, version = store.get(tx, tenant_id)
    return RoutingRules.model_validate(found), version


def change(on: Writing, given: RoutingRules) -> None:
    """Set the rules whole; raises 422 `agent_unknown` for who is named and is no agent."""
    named = {one.agent for one in given.experts} | {one.agent for one in given.capacity.own}
    known = {row.id for row in agents.several(on.tx, on.tenant_id, named)}
    if named - known:
        raise TrunklineError("agent_unknown", 422, "Somebody named is no agent of ours.")
    store.put(on.tx, on.tenant_id, given.model_dump(mode="json"))


def published(tx: Tx, tenant_id: str) -> Published:
    """The rules as the core takes them; experts in order of their tags."""
    found, _ = rules(tx, tenant_id)
    experts = sorted(found.experts, key=lambda one: (one.tag, one.value))
    rooms = found.capacity
    return Published(
        order=found.order.told(),
        sharing=found.sharing.told(),
        experts=tuple(one.told() for one in experts),
        capacity=rooms.told(),
        own={one.agent: rooms.told(one) for one in rooms.own},
        written=rooms.written(),
    )


def target_s(tx: Tx, tenant_id: str, channel: Channel) -> int:
    """How soon one of a written channel should be answered, in seconds."""
    found, _ = rules(tx, tenant_id)
    return found.capacity.target_s(channel)
