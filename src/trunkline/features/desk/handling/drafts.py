"""What an agent types about an interaction, kept as it comes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from trunkline.core.inputs import SetDisposition
from trunkline.core.words import AgentId, InteractionId
from trunkline.features import audit
from trunkline.features.desk import sight, texts
from trunkline.features.desk.asking import view_of
from trunkline.features.desk.handling.schemas import DraftKept, DraftOut
from trunkline.features.tenancy import instant
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.core.picture import AgentView
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
        kept = {**draft.model_dump(mode="json"), "updated_at": now}
        on = audit.writing(platform, tx, principal.tenant_id)
        texts.keep(on, row, texts.draft_token(row.id), json.dumps(kept, ensure_ascii=False))

    if _chooses(view, interaction_id, draft.disposition):
        given = SetDisposition(
            AgentId(principal.user_id), InteractionId(interaction_id), draft.disposition or ""
        )
        await platform.cells.submit(principal.tenant_id, given, also=write)
    else:
        await platform.db.write(write)
    return DraftOut(**draft.model_dump(), updated_at=instant(now))


def kept(tx: Tx, platform: Platform, principal: Principal, interaction_id: str) -> DraftOut:
    """What is typed so far, by whoever handled it."""
    row = sight.visible(tx, principal, interaction_id)
    text = texts.read(tx, platform.keys, row.tenant_id, texts.draft_token(row.id))
    if text is None:
        return DraftOut()
    stored = json.loads(text)
    return DraftOut(**{**stored, "updated_at": instant(stored["updated_at"])})


def _in_hand(view: AgentView, interaction_id: str) -> bool:
    at_work = view.work is not None and view.work.interaction == interaction_id
    return at_work or interaction_id in view.unfinished


def _chooses(view: AgentView, interaction_id: str, code: str | None) -> bool:
    """Whether the draft names another outcome than the call has."""
    work = view.work
    if code is None or work is None or work.interaction != interaction_id:
        return False
    return work.kind != "offer" and work.disposition != code
