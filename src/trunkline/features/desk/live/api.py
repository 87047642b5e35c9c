"""Live figures and the state of the installation over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from trunkline import __version__
from trunkline.core.picture import CallInLine, QueueView
from trunkline.core.words import QueueId
from trunkline.features import interactions, queues, tenancy
from trunkline.features.desk.live.schemas import (
    CallInLineOut,
    QueueLiveOut,
    ServiceLevelOut,
    SystemOut,
    TelephonyOut,
)
from trunkline.features.tenancy import Principal, day_begins, instant, permit, problem, public
from trunkline.kit.errors import TrunklineError
from trunkline.ports.database import Tx
from trunkline.runtime.platform import Platform, PlatformDep

router = APIRouter()
QueueRef = Annotated[str, Path(min_length=1, max_length=80)]
Counts = tuple[int, int, int]


@router.get("/queues/{queue}/live", tags=["queues"], responses=problem(401, 403, 404, 422, 503))
async def show_queue_live(
    queue: QueueRef, platform: PlatformDep, principal: Principal = permit("live.read")
) -> QueueLiveOut:
    """A queue now, by its id or name; the service level is of the tenant's own day."""
    now = platform.clock.now_ms()

    def work(tx: Tx) -> tuple[queues.QueueRow, Counts, int]:
        row = queues.find(tx, principal.tenant_id, queue)
        if not principal.reaches("live.read", row.team_id):
            raise TrunklineError("queue_unknown", 404, "There is no such queue.")
        within = row.rules["service_level_s"] * 1000
        since = day_begins(now, tenancy.settings(tx, row.tenant_id).timezone)
        counts = interactions.answered_counts(tx, row.tenant_id, row.id, since, within)
        return row, counts, since

    row, counts, since = await platform.db.read(work)
    picture = platform.cells.picture(principal.tenant_id)
    view = picture.queues.get(QueueId(row.id)) if picture else None
    view = view or QueueView(QueueId(row.id), 0, None, None, (), ())
    level = _service_level(counts, row.rules["service_level_s"], since)
    return _live(view, level, now)


@router.get("/system", tags=["system"], dependencies=[public()])
async def show_system(platform: PlatformDep) -> SystemOut:
    """The version, whether calls can be taken, and whether somebody has set it up."""
    tenants = await platform.db.read(tenancy.every)
    return SystemOut(
        version=__version__,
        telephony=await _telephony(platform),
        demo=platform.settings.demo,
        setup_complete=bool(tenants),
    )


def _live(view: QueueView, level: ServiceLevelOut, now: int) -> QueueLiveOut:
    return QueueLiveOut(
        queue_id=view.id,
        waiting=view.waiting,
        longest_wait_ms=max(0, now - view.oldest_at) if view.oldest_at is not None else 0,
        ewt_ms=view.ewt_ms,
        agents=dict(view.agents),
        service_level=level,
        calls=[_call(call, now) for call in view.calls],
    )


def _call(call: CallInLine, now: int) -> CallInLineOut:
    return CallInLineOut(
        interaction_id=call.interaction,
        position=call.position,
        waited_ms=max(0, now - call.entered_at),
        level=call.level,
        priority=call.priority,
    )


def _service_level(counts: Counts, within_s: int, since: int) -> ServiceLevelOut:
    in_time, answered, abandoned = counts
    offered = answered + abandoned
    return ServiceLevelOut(
        value=round(in_time / offered, 4) if offered else None,
        formula=f"answered_within_{within_s}s / (answered + abandoned)",
        since=instant(since),
    )


async def _telephony(platform: Platform) -> TelephonyOut:
    if platform.edge is None:
        remedy = "trunkline telephony install"
        return TelephonyOut(engine="none", ready=False, reason="not installed", remedy=remedy)
    health = await platform.edge.health()
    return TelephonyOut(
        engine="asterisk",
        ready=health.ready,
        reason=health.reason or None,
        remedy=health.remedy or None,
    )
