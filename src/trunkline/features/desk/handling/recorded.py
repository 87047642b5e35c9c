"""Who may say what is stored of a call: who has it in hand, or controls the calls of its queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trunkline.core.words import AgentId
from trunkline.features import audit, queues
from trunkline.features.desk import sight
from trunkline.features.desk.asking import view_of
from trunkline.features.desk.schemas import SubmittedOut
from trunkline.features.tenancy import Scope

if TYPE_CHECKING:
    from trunkline.core.call.wishes import AnswerConsent, PauseRecording, ResumeRecording
    from trunkline.features.tenancy import Principal
    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform

CONTROL = "interactions.control"


def agent_of(platform: Platform, principal: Principal, interaction_id: str) -> AgentId | None:
    """Who asks, as the agent who has the call; None for somebody else whose reach it is in."""
    view = view_of(platform, principal)
    work = view.work if view else None
    in_hand = work is not None and work.interaction == interaction_id
    if in_hand or principal.scope(CONTROL) is Scope.OWN:
        return AgentId(principal.user_id)
    return None


async def do(
    platform: Platform,
    principal: Principal,
    interaction_id: str,
    deed: str,
    given: PauseRecording | ResumeRecording | AnswerConsent,
) -> SubmittedOut:
    """Put it to the cell, and write down who did it.

    Raises 404 `interaction_unknown` for calls beyond the reach, and what the cell refuses.
    """

    def also(tx: Tx) -> None:
        if given.agent is None:
            _reached(tx, principal, interaction_id)
        now, detail = platform.clock.now_ms(), {"how": deed}
        audit.record(tx, principal, "interactions.recording", interaction_id, detail, at=now)

    accepted = await platform.cells.submit(principal.tenant_id, given, also=also)
    return SubmittedOut(seq=accepted.seq)


def _reached(tx: Tx, principal: Principal, interaction_id: str) -> None:
    row = sight.own(tx, principal, interaction_id)
    teams = {queue.id: queue.team_id for queue in queues.list_queues(tx, principal.tenant_id)}
    if not principal.reaches(CONTROL, teams.get(row.queue_id or "")):
        raise sight.unknown()
