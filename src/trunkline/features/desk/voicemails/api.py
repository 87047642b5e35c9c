"""Messages over HTTP: those for me, and those for the queues that I see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, cast

from fastapi import APIRouter, Path, Query

from trunkline.features import audit, interactions, queues, recordings, tickets
from trunkline.features.desk import callers
from trunkline.features.desk.joined import Names
from trunkline.features.desk.voicemails import store
from trunkline.features.desk.voicemails.schemas import (
    NewVoicemails,
    Notice,
    State,
    VoicemailChange,
    VoicemailOut,
)
from trunkline.features.recordings import RecordingCard
from trunkline.features.tenancy import Principal, instant, instant_or_none, permit, problem
from trunkline.kit.crypto import KeyRing
from trunkline.kit.errors import TrunklineError
from trunkline.kit.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, cut, decode_cursor
from trunkline.ports.database import Tx
from trunkline.runtime.platform import PlatformDep

if TYPE_CHECKING:
    from collections.abc import Sequence

READ, WRITE = "voicemails.read", "voicemails.write"
LATEST_MS = 2**53
router = APIRouter(prefix="/voicemails", tags=["voicemail"], responses=problem(401, 403, 422))
Cursor = Annotated[str | None, Query(max_length=300)]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]
Ref = Annotated[str | None, Query(min_length=1, max_length=80)]
VoicemailRef = Annotated[str, Path(min_length=1, max_length=80)]


@router.get("", responses=problem(400, 404))
async def list_voicemails(
    platform: PlatformDep,
    state: State | None = None,
    queue: Ref = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
    principal: Principal = permit(READ),
) -> Page[VoicemailOut]:
    """Messages that one may hear, newest first; `queue` is an id or name."""
    before = _before(cursor)

    def work(tx: Tx) -> Page[VoicemailOut]:
        queue_id = queues.find(tx, principal.tenant_id, queue).id if queue else None
        wanted = store.Wanted(state, queue_id, before)
        rows = store.page(tx, principal.tenant_id, _seen(tx, principal, READ), wanted, limit + 1)
        found, following = cut(rows, limit, lambda row: (row.left_at, row.id))
        return Page(items=_told(tx, platform.keys, principal, found), next=following)

    return await platform.db.read(work)


@router.get("/new")
async def count_new_voicemails(
    platform: PlatformDep, principal: Principal = permit(READ)
) -> NewVoicemails:
    """How many messages nobody has heard, of those that one may hear."""

    def work(tx: Tx) -> int:
        return store.count_new(tx, principal.tenant_id, _seen(tx, principal, READ))

    return NewVoicemails(count=await platform.db.read(work))


@router.patch("/{voicemail_id}", responses=problem(404))
async def change_voicemail(
    voicemail_id: VoicemailRef,
    body: VoicemailChange,
    platform: PlatformDep,
    principal: Principal = permit(WRITE),
) -> VoicemailOut:
    """Say that a message was heard, or that the matter is done."""

    def work(tx: Tx) -> VoicemailOut:
        row = store.get(tx, principal.tenant_id, voicemail_id)
        if row is None or not _reaches(tx, principal, row):
            raise TrunklineError("voicemail_unknown", 404, "There is no such message.")
        now = platform.clock.now_ms()
        if row.state != body.state:
            by = {"changed_by": principal.user_id, "changed_at": now}
            store.change(tx, row.tenant_id, row.id, state=body.state, **by)
            audit.record(tx, principal, f"voicemails.{body.state}", row.id, {}, at=now)
        changed = store.get(tx, row.tenant_id, row.id) or row
        return _told(tx, platform.keys, principal, [changed])[0]

    return await platform.db.write(work)


def _seen(tx: Tx, principal: Principal, permission: str) -> store.Seen:
    teams = principal.visible_teams(permission)
    if teams is None:
        return store.Seen(principal.user_id)
    seen = queues.list_queues(tx, principal.tenant_id, teams)
    return store.Seen(principal.user_id, frozenset(queue.id for queue in seen))


def _reaches(tx: Tx, principal: Principal, row: store.VoicemailRow) -> bool:
    seen = _seen(tx, principal, WRITE)
    if seen.queue_ids is None or row.agent_id == principal.user_id:
        return True
    return row.agent_id is None and row.queue_id in seen.queue_ids


def _told(
    tx: Tx, keys: KeyRing, principal: Principal, rows: Sequence[store.VoicemailRow]
) -> list[VoicemailOut]:
    tenant_id, ids = principal.tenant_id, [row.interaction_id for row in rows]
    calls = {call.id: call for call in interactions.several(tx, tenant_id, ids)}
    users = [*(row.agent_id for row in rows), *(row.changed_by for row in rows)]
    known = [call.customer_id for call in calls.values()]
    names = Names.of(tx, keys, principal, users=users, known=known)
    recorded = recordings.of_interactions(tx, tenant_id, ids)
    linked = tickets.of_interactions(tx, tenant_id, ids)

    def whose(row: store.VoicemailRow) -> dict[str, Any]:
        call = calls.get(row.interaction_id)
        if call is None:
            return {"customer": None, "phone_masked": None}
        number = callers.shown(callers.caller(tx, keys, call))
        return {"customer": names.customer(call), "phone_masked": number}

    def sound(row: store.VoicemailRow) -> RecordingCard | None:
        of_call = recorded.get(row.interaction_id, [])
        return next((RecordingCard.of(one) for one in of_call if one.id == row.id), None)

    return [
        VoicemailOut(
            id=row.id,
            interaction_id=row.interaction_id,
            queue=names.queue(row.queue_id),
            agent=names.user(row.agent_id),
            left_at=instant(row.left_at),
            length_ms=row.length_ms,
            state=cast(State, row.state),
            changed_by=names.user(row.changed_by),
            changed_at=instant_or_none(row.changed_at),
            recording=sound(row),
            ticket_id=linked.get(row.interaction_id),
            notice=cast("Notice | None", row.notice),
            **whose(row),
        )
        for row in rows
    ]


def _before(cursor: str | None) -> tuple[int, str] | None:
    if cursor is None:
        return None
    at, name = decode_cursor(cursor, int, str)
    return min(int(at), LATEST_MS), str(name)
