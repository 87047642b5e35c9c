"""What an agent types about an interaction, kept as it comes; each agent has his own draft.

Who takes an interaction over begins with what the one before him typed; from the first change on
it is his own.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Any

from trunkline.core.inputs import SetDisposition
from trunkline.core.words import AgentId, InteractionId
from trunkline.features import audit
from trunkline.features.desk import sight, texts
from trunkline.features.desk.asking import view_of
from trunkline.features.desk.handling.schemas import DraftKept, DraftOut
from trunkline.features.tenancy import instant
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.core.picture import AgentView, WorkView
    from trunkline.features.interactions import InteractionRow
    from trunkline.features.tenancy import Principal
    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform


async def keep(
    platform: Platform, principal: Principal, interaction_id: str, draft: DraftKept
) -> DraftOut:
    """Keep a draft; a disposition in it is set in the call too.

    Raises 409 `not_your_work`, 404 `disposition_unknown`.
    """
    view = view_of(platform, principal)
    if view is None or not _in_hand(view, interaction_id):
        raise TrunklineError("not_your_work", 409, "You are not handling this interaction.")
    now = platform.clock.now_ms()

    def write(tx: Tx) -> None:
        row = sight.own(tx, principal, interaction_id)
        on = audit.writing(platform, tx, principal.tenant_id)
        token = texts.draft_token(row.id, principal.user_id)
        texts.keep(on, row, token, {**draft.model_dump(mode="json"), "updated_at": now})

    if _chooses(view, interaction_id, draft.disposition):
        given = SetDisposition(
            AgentId(principal.user_id), InteractionId(interaction_id), draft.disposition or ""
        )
        await platform.cells.submit(principal.tenant_id, given, also=write)
    else:
        await platform.db.write(write)
    return DraftOut(**draft.model_dump(), updated_at=instant(now))


def kept(tx: Tx, platform: Platform, principal: Principal, interaction_id: str) -> DraftOut:
    """What I typed so far; before I typed anything, what was typed last by those before me."""
    row = sight.visible(tx, principal, interaction_id)
    mine = texts.draft_token(row.id, principal.user_id)
    stored = texts.kept(tx, platform.keys, row, mine) or _before(tx, platform, principal, row)
    if stored is None:
        return DraftOut()
    return DraftOut(**{**stored, "updated_at": instant(stored["updated_at"])})


def _before(
    tx: Tx, platform: Platform, principal: Principal, row: InteractionRow
) -> dict[str, Any] | None:
    earlier = takewhile(lambda agent: agent != principal.user_id, texts.writers(tx, row))
    tokens = (texts.draft_token(row.id, agent) for agent in earlier)
    drafts = [found for token in tokens if (found := texts.kept(tx, platform.keys, row, token))]
    return max(drafts, key=lambda draft: int(draft["updated_at"]), default=None)


def _in_hand(view: AgentView, interaction_id: str) -> bool:
    return _work_on(view, interaction_id) is not None or interaction_id in dict(view.unfinished)


def _work_on(view: AgentView, interaction_id: str) -> WorkView | None:
    works = (view.work, *view.works)
    return next((one for one in works if one and one.interaction == interaction_id), None)


def _chooses(view: AgentView, interaction_id: str, code: str | None) -> bool:
    """Whether the draft names another outcome than the call has."""
    work = _work_on(view, interaction_id)
    if code is None or work is None:
        return False
    return work.kind in ("segment", "handled", "wrap_up") and work.disposition != code
