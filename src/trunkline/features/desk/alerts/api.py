"""Alerts over HTTP."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query

from trunkline.features import alerts, audit, identity, queues
from trunkline.features.alerts import AlertRow, Kind
from trunkline.features.tenancy import (
    ApiModel,
    Instant,
    Principal,
    Scope,
    Word,
    instant,
    instant_or_none,
    permit,
    problem,
)
from trunkline.kit.errors import TrunklineError
from trunkline.kit.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, cut, decode_cursor
from trunkline.ports.database import Tx
from trunkline.runtime.platform import PlatformDep

READ, CONTROL = "live.read", "interactions.control"
router = APIRouter(prefix="/alerts", tags=["alerts"], responses=problem(401, 403, 422))
AlertRef = Annotated[str, Path(min_length=1, max_length=80)]
Cursor = Annotated[str | None, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]


class AlertOut(ApiModel):
    """What happened, where: `subject` is an interaction's id (`unanswered`), or a promise's.

    Of `way_lossy` it is a trunk's id, or `node`. `count` says how many offers of an interaction
    rang out, or how many percent of the sound a way loses.
    """

    id: str
    kind: Word[Kind]
    subject: str
    queue_id: str | None
    queue_name: str | None
    count: int
    raised_at: Instant
    dismissed_at: Instant | None
    dismissed_by: str | None


@router.get("", responses=problem(400))
async def list_alerts(
    platform: PlatformDep,
    state: Literal["open", "dismissed"] | None = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
    principal: Principal = permit(READ),
) -> Page[AlertOut]:
    """Alerts of the queues that one sees live, newest first."""
    before = _before(cursor)

    def work(tx: Tx) -> Page[AlertOut]:
        is_open = None if state is None else state == "open"
        rows = alerts.page(
            tx,
            principal.tenant_id,
            _seen(tx, principal),
            is_open=is_open,
            before=before,
            limit=limit + 1,
        )
        found, following = cut(rows, limit, lambda row: (row.raised_at, row.id))
        return Page(items=_told(tx, principal.tenant_id, found), next=following)

    return await platform.db.read(work)


@router.post("/{alert_id}/dismiss", responses=problem(404))
async def dismiss_alert(
    alert_id: AlertRef, platform: PlatformDep, principal: Principal = permit(CONTROL)
) -> AlertOut:
    """Say that one has seen to it; a second time changes nothing."""

    def work(tx: Tx) -> AlertOut:
        _visible(tx, principal, alert_id)
        now = platform.clock.now_ms()
        if alerts.dismiss(tx, principal.tenant_id, alert_id, principal.user_id, now):
            audit.record(tx, principal, "alerts.dismissed", alert_id, at=now)
        return _told(tx, principal.tenant_id, [_visible(tx, principal, alert_id)])[0]

    return await platform.db.write(work)


def _visible(tx: Tx, principal: Principal, alert_id: str) -> AlertRow:
    row = alerts.get(tx, principal.tenant_id, alert_id)
    seen = _seen(tx, principal)
    if row is None or (seen is not None and row.queue_id not in seen):
        raise TrunklineError("alert_unknown", 404, "There is no such alert.")
    return row


def _seen(tx: Tx, principal: Principal) -> frozenset[str | None] | None:
    """The queues whose alerts one sees; None is all, and among them those of no queue."""
    scope = principal.scope(READ)
    if scope is Scope.TENANT:
        return None
    if scope is not Scope.TEAM:
        return frozenset(queues.queues_of(tx, principal.tenant_id, principal.user_id))
    found = queues.list_queues(tx, principal.tenant_id, principal.visible_teams(READ))
    names = (queue.id for queue in found)
    return frozenset((*names, None) if principal.may(alerts.OF_NO_QUEUE) else names)


def _told(tx: Tx, tenant_id: str, rows: list[AlertRow]) -> list[AlertOut]:
    names = {queue.id: queue.name for queue in queues.list_queues(tx, tenant_id)}
    people = {row.dismissed_by for row in rows if row.dismissed_by}
    users = identity.display_names(tx, tenant_id, people) if people else {}
    return [
        AlertOut(
            id=row.id,
            kind=Kind(row.kind),
            subject=row.subject,
            queue_id=row.queue_id,
            queue_name=names.get(row.queue_id or ""),
            count=row.count,
            raised_at=instant(row.raised_at),
            dismissed_at=instant_or_none(row.dismissed_at),
            dismissed_by=users.get(row.dismissed_by or ""),
        )
        for row in rows
    ]


def _before(cursor: str | None) -> tuple[int, str] | None:
    if cursor is None:
        return None
    at, name = decode_cursor(cursor, int, str)
    return int(at), str(name)
