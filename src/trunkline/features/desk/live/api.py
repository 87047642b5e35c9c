"""Live figures and the state of the installation over HTTP."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BeforeValidator

from trunkline import __version__
from trunkline.core.metrics import service_level
from trunkline.core.metrics.service_level import Stays
from trunkline.core.picture import CallInLine, QueueView
from trunkline.core.words import Channel, QueueId
from trunkline.features import interactions, promises, queues, routing, tenancy
from trunkline.features.desk.live.schemas import (
    CallInLineOut,
    IntervalOut,
    LevelOut,
    QueueLiveOut,
    ServiceLevelOut,
    ServiceLevels,
    SystemOut,
    TelephonyOut,
    WrittenLineOut,
)
from trunkline.features.tenancy import (
    Instant,
    Principal,
    day_begins,
    epoch_ms,
    instant,
    permit,
    problem,
    public,
)
from trunkline.kit.errors import TrunklineError
from trunkline.ports.database import Tx
from trunkline.runtime.platform import Platform, PlatformDep

router = APIRouter()
MOST_DAYS = 93
DAY_MS = 24 * 3600 * 1000
IntervalMin = Annotated[Literal[15, 30, 60, 1440], BeforeValidator(int), Query()]
"""A literal is compared as it comes, and a query brings text."""
QueueRef = Annotated[str, Path(min_length=1, max_length=80)]


@router.get("/queues/{queue}/live", tags=["queues"], responses=problem(401, 403, 404, 422, 503))
async def show_queue_live(
    queue: QueueRef, platform: PlatformDep, principal: Principal = permit("live.read")
) -> QueueLiveOut:
    """A queue now, by its id or name; the service level is of the tenant's own day."""
    now = platform.clock.now_ms()

    def work(tx: Tx) -> tuple[queues.QueueRow, Stays, int, tuple[int, int]]:
        row = queues.find(tx, principal.tenant_id, queue)
        if not principal.reaches("live.read", row.team_id):
            raise TrunklineError("queue_unknown", 404, "There is no such queue.")
        within = row.rules["service_level_s"] * 1000
        since = day_begins(now, tenancy.settings(tx, row.tenant_id).timezone)
        counting = interactions.Counting(since, now + 1, within, _short_ms(row))
        counts = interactions.counted(tx, row.tenant_id, [row.id], counting).get(since, Stays())
        return row, counts, since, promises.counts(tx, row.tenant_id, row.id, now)

    row, counts, since, promised = await platform.db.read(work)
    picture = platform.cells.picture(principal.tenant_id)
    view = picture.queues.get(QueueId(row.id)) if picture else None
    view = view or QueueView(QueueId(row.id), 0, None, None, (), ())
    level = _service_level(counts, row.rules["service_level_s"], since)
    return _live(view, level, promised, now)


@router.get("/queues/{queue}/service-level", tags=["queues"], responses=problem(401, 403, 404, 422))
async def show_service_level(
    queue: QueueRef,
    platform: PlatformDep,
    since: Annotated[Instant, Query(alias="from")],
    until: Annotated[Instant, Query(alias="to")],
    interval_min: IntervalMin = 30,
    channel: Channel = Channel.VOICE,
    principal: Principal = permit("live.read"),
) -> ServiceLevels:
    """A queue's service level by interval of arrival, `from` a time `to` before another.

    A call is in time by the queue's own threshold, what is written by the target of its channel.
    """
    first, last = epoch_ms(since), epoch_ms(until)
    if not 0 < last - first <= MOST_DAYS * DAY_MS:
        raise TrunklineError("window_invalid", 422, f"Ask for at most {MOST_DAYS} days.")

    def work(tx: Tx) -> ServiceLevels:
        row = queues.find(tx, principal.tenant_id, queue)
        if not principal.reaches("live.read", row.team_id):
            raise TrunklineError("queue_unknown", 404, "There is no such queue.")
        within_s, short_ms = _within_s(tx, row, channel), _short_ms(row)
        wanted = interactions.Counting(
            first, last, within_s * 1000, short_ms, interval_min * 60_000, channel
        )
        found = interactions.counted(tx, row.tenant_id, [row.id], wanted)
        return ServiceLevels(
            queue_id=row.id,
            channel=channel,
            within_s=within_s,
            short_abandon_s=short_ms // 1000,
            items=[
                IntervalOut(begins=instant(at), figures=LevelOut.of(stays, within_s))
                for at, stays in found.items()
            ],
        )

    return await platform.db.read(work)


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


def _live(
    view: QueueView, level: ServiceLevelOut, promised: tuple[int, int], now: int
) -> QueueLiveOut:
    return QueueLiveOut(
        queue_id=view.id,
        waiting=view.waiting,
        promises_due=promised[0],
        promises_missed=promised[1],
        longest_wait_ms=max(0, now - view.oldest_at) if view.oldest_at is not None else 0,
        ewt_ms=view.ewt_ms,
        agents=dict(view.agents),
        service_level=level,
        calls=[_call(call, now) for call in view.calls],
        written=[
            WrittenLineOut(
                channel=line.channel,
                waiting=line.waiting,
                longest_wait_ms=max(0, now - line.oldest_at),
            )
            for line in view.written
        ],
        papers=[_call(one, now) for one in view.papers],
    )


def _call(call: CallInLine, now: int) -> CallInLineOut:
    return CallInLineOut(
        interaction_id=call.interaction,
        channel=call.channel,
        position=call.position,
        waited_ms=max(0, now - call.entered_at),
        level=call.level,
        priority=call.priority,
        boosted=call.boosted,
        ringing=call.ringing,
    )


def _within_s(tx: Tx, row: queues.QueueRow, channel: Channel) -> int:
    if channel is Channel.VOICE:
        return int(row.rules["service_level_s"])
    return routing.target_s(tx, row.tenant_id, channel)


def _short_ms(row: queues.QueueRow) -> int:
    return int(row.rules.get("short_abandon_s", 5)) * 1000


def _service_level(counts: Stays, within_s: int, since: int) -> ServiceLevelOut:
    return ServiceLevelOut(
        value=service_level.negative(counts),
        formula=service_level.FORMULAS["negative"].format(t=within_s),
        since=instant(since),
        figures=LevelOut.of(counts, within_s),
    )


async def _telephony(platform: Platform) -> TelephonyOut:
    if platform.edge is None:
        remedy = "trunkline telephony install"
        return TelephonyOut(
            engine="none",
            browsers_only=False,
            ready=False,
            reason="not installed",
            remedy=remedy,
        )
    health = await platform.edge.health()
    return TelephonyOut(
        engine=platform.edge.kind.name,
        browsers_only=platform.edge.kind.browsers_only,
        ready=health.ready,
        reason=health.reason or None,
        remedy=health.remedy or None,
    )
