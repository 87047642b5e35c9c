"""Whose calls a supervisor may attend: those of the queues of their teams; each time is audited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trunkline.features import audit, queues
from trunkline.features.desk import sight
from trunkline.features.desk.schemas import SubmittedOut

if TYPE_CHECKING:
    from trunkline.core.inputs import Input
    from trunkline.features.tenancy import Principal
    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform


async def do(
    platform: Platform,
    principal: Principal,
    permission: str,
    interaction_id: str,
    deed: str,
    given: Input,
) -> SubmittedOut:
    """Put it to the cell, and write down who did it.

    Raises 404 `interaction_unknown` for calls beyond the permission's reach, and what the cell
    refuses.
    """

    def also(tx: Tx) -> None:
        _reached(tx, principal, permission, interaction_id)
        now = platform.clock.now_ms()
        detail = {"how": deed}
        audit.record(tx, principal, "interactions.supervised", interaction_id, detail, at=now)

    accepted = await platform.cells.submit(principal.tenant_id, given, also=also)
    return SubmittedOut(seq=accepted.seq)


def _reached(tx: Tx, principal: Principal, permission: str, interaction_id: str) -> None:
    row = sight.own(tx, principal, interaction_id)
    teams = {queue.id: queue.team_id for queue in queues.list_queues(tx, principal.tenant_id)}
    if not principal.reaches(permission, teams.get(row.queue_id or "")):
        raise sight.unknown()
