"""Waiting interactions over HTTP: let one go before the others, or lead it to another queue."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import StringConstraints

from trunkline.core.inputs import BoostInteraction, Input, MoveInteraction
from trunkline.core.words import InteractionId, QueueId
from trunkline.features import audit, interactions, queues
from trunkline.features.desk import sight
from trunkline.features.desk.schemas import InteractionRef, SubmittedOut
from trunkline.features.tenancy import ApiModel, Principal, permit, problem
from trunkline.kit.errors import TrunklineError
from trunkline.ports.database import Tx
from trunkline.runtime.platform import Platform, PlatformDep

router = APIRouter(
    prefix="/interactions/{interaction_id}",
    tags=["interactions"],
    responses=problem(401, 403, 404, 409, 422, 503),
)
ROUTE = "interactions.route"


class MoveAsked(ApiModel):
    """Where to; a queue by its id or name."""

    to_queue: Annotated[str, StringConstraints(min_length=1, max_length=60)]


@router.post("/boost", status_code=202)
async def boost(
    interaction_id: InteractionRef, platform: PlatformDep, principal: Principal = permit(ROUTE)
) -> SubmittedOut:
    """Let a waiting interaction go before the others; once more changes nothing."""
    await platform.db.read(lambda tx: _reached(tx, principal, interaction_id))
    given = BoostInteraction(InteractionId(interaction_id), principal.user_id)
    return await _submit(platform, principal, given, "boosted")


@router.post("/move", status_code=202)
async def move(
    interaction_id: InteractionRef,
    body: MoveAsked,
    platform: PlatformDep,
    principal: Principal = permit(ROUTE),
) -> SubmittedOut:
    """Lead a waiting interaction to another queue; the clock of its wait goes on."""

    def target(tx: Tx) -> str:
        _reached(tx, principal, interaction_id)
        row = queues.find(tx, principal.tenant_id, body.to_queue)
        if not principal.reaches("queues.read", row.team_id):
            raise TrunklineError("queue_unknown", 404, "There is no such queue.")
        return row.id

    queue = QueueId(await platform.db.read(target))
    given = MoveInteraction(InteractionId(interaction_id), queue, principal.user_id)
    return await _submit(platform, principal, given, "moved", to_queue_id=queue)


def _reached(tx: Tx, principal: Principal, interaction_id: str) -> None:
    """Who may not see it is told that it is not there; a queue of another team is out of reach."""
    row = interactions.get(tx, principal.tenant_id, interaction_id)
    if row is None:
        raise sight.unknown()
    team = queues.team_of(tx, principal.tenant_id, row.queue_id) if row.queue_id else None
    if not principal.reaches(ROUTE, team):
        raise sight.unknown()


async def _submit(
    platform: Platform, principal: Principal, given: Input, verb: str, **detail: str
) -> SubmittedOut:
    """What is done stands in the audit log of the same transaction; what is refused does not."""
    now, subject = platform.clock.now_ms(), getattr(given, "interaction", "")

    def also(tx: Tx) -> None:
        audit.record(tx, principal, f"interactions.{verb}", subject, dict(detail), at=now)

    accepted = await platform.cells.submit(principal.tenant_id, given, also)
    return SubmittedOut(seq=accepted.seq)
