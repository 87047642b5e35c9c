"""Events as CloudEvents 1.0; what is personal is joined here, for the agent whose offer it is."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from trunkline.core.words import AgentId
from trunkline.features.desk.me.schemas import PendingOut, WorkOut
from trunkline.features.desk.offers import service as offers
from trunkline.features.desk.offers.reading import accept_of
from trunkline.kit.clock import rfc3339
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.core.picture import AgentView, WorkView
    from trunkline.features.desk.stream.viewer import Viewer
    from trunkline.ports.events import DomainEvent
    from trunkline.runtime.platform import Platform

Json = dict[str, Any]
SOURCE: Final = "/trunkline"
OFFER_MADE: Final = "trunkline.offer.made.v1"
STATE_CHANGED: Final = "trunkline.agent.state_changed.v1"
LOOKS: Final = 50
BETWEEN_LOOKS_S: Final = 0.002
_MOMENTS: Final = ("expires_at", "ends_at", "until")


async def told(platform: Platform, viewer: Viewer, event: DomainEvent) -> Json:
    """One event for one viewer."""
    return {
        "specversion": "1.0",
        "id": f"{event.tenant_id}-{event.seq}",
        "source": SOURCE,
        "type": event.type,
        "subject": event.subject,
        "time": rfc3339(event.at),
        "seq": event.seq,
        "data": await _body(platform, viewer, event),
    }


async def _body(platform: Platform, viewer: Viewer, event: DomainEvent) -> Json:
    body = {name: _moment(name, value) for name, value in event.payload.items()}
    if event.type == STATE_CHANGED:
        return body | await _state(platform, viewer, event)
    if event.type == OFFER_MADE:
        body["accept"] = accept_of(event.at, event.payload["accept"]["at"]).model_dump(mode="json")
        if event.payload["agent_id"] == viewer.principal.user_id:
            return body | await _offer(platform, viewer, event)
    return body


async def _offer(platform: Platform, viewer: Viewer, event: DomainEvent) -> Json:
    """The whole offer with its pop; nothing when it is not there (any more)."""
    offer_id = event.payload["offer_id"]
    try:
        found = await platform.db.read(
            lambda tx: offers.offer(tx, platform, viewer.principal, offer_id)
        )
    except TrunklineError:
        return {}
    joined: Json = found.model_dump(mode="json", by_alias=True)
    return joined


async def _state(platform: Platform, viewer: Viewer, event: DomainEvent) -> Json:
    """What the cell shows of the agent now, as `/me` tells it."""
    view = await _current(platform, event)
    if view is None:
        return {"since": rfc3339(event.at), "pending": None, "work": None, "works": []}
    pending = PendingOut(state=view.pending, reason=view.pending_reason) if view.pending else None
    return {
        "state": view.state.value,
        "reason": view.reason,
        "since": rfc3339(view.since),
        "pending": pending.model_dump(mode="json") if pending else None,
        "work": _work(viewer, view.work) if view.work else None,
        "works": [_work(viewer, one) for one in view.works],
    }


def _work(viewer: Viewer, work: WorkView) -> Json:
    required = work.queue in viewer.owned.wanting
    return WorkOut.of(work, disposition_required=required).model_dump(mode="json")


async def _current(platform: Platform, event: DomainEvent) -> AgentView | None:
    """The cell's view of the agent, not older than the event.

    An event is out when it is durable, and that is a moment before the cell shows it.
    """
    name = AgentId(event.payload["agent_id"])
    for _ in range(LOOKS):
        picture = platform.cells.picture(event.tenant_id)
        view: AgentView | None = picture.agents.get(name) if picture else None
        if view is not None and view.since >= event.at:
            return view
        await asyncio.sleep(BETWEEN_LOOKS_S)
    return None


def _moment(name: str, value: Any) -> Any:
    return rfc3339(value) if name in _MOMENTS and isinstance(value, int) else value
