"""The wall over HTTP: asked once, then kept up to date by the stream."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import APIRouter, Depends
from starlette.requests import HTTPConnection

from trunkline.core.metrics.service_level import Stays
from trunkline.core.picture import QueueView
from trunkline.core.words import QueueId
from trunkline.features import promises, queues
from trunkline.features.desk.wall.day import Limits
from trunkline.features.desk.wall.schemas import TodayOut, WallOut, WallQueueOut
from trunkline.features.desk.wall.walls import Walls
from trunkline.features.tenancy import Principal, instant, instant_or_none, permit, problem
from trunkline.ports.database import Tx
from trunkline.runtime.platform import PlatformDep

router = APIRouter(tags=["queues"], responses=problem(401, 403, 503))
LIVE = "live.read"
MOST_QUEUES = 200


def get_walls(connection: HTTPConnection) -> Walls:
    """The walls of the running app."""
    return cast(Walls, connection.app.state.walls)


WallsDep = Annotated[Walls, Depends(get_walls)]


@router.get("/wall")
async def show_wall(
    platform: PlatformDep, walls: WallsDep, principal: Principal = permit(LIVE)
) -> WallOut:
    """Every queue that one may see live: who waits, who serves, how the day goes."""
    tenant_id, now = principal.tenant_id, platform.clock.now_ms()

    def work(tx: Tx) -> tuple[list[queues.QueueRow], dict[str, tuple[int, int]]]:
        rows = queues.list_queues(tx, tenant_id, principal.visible_teams(LIVE))
        return rows, promises.counts_by_queue(tx, tenant_id, now)

    await walls.open(platform.db, tenant_id)
    rows, promised = await platform.db.read(work)
    picture = platform.cells.picture(tenant_id)
    shown = [
        _queue(row, picture.queues.get(QueueId(row.id)), promised.get(row.id, (0, 0)), walls)
        for row in rows[:MOST_QUEUES]
    ]
    since = instant(walls.since(tenant_id))
    return WallOut(
        at=instant(now), since=since, queues=shown, left_out=max(0, len(rows) - MOST_QUEUES)
    )


def _queue(
    row: queues.QueueRow, view: QueueView | None, promised: tuple[int, int], walls: Walls
) -> WallQueueOut:
    view = view or QueueView(QueueId(row.id), 0, None, None, (), ())
    stays, limits = walls.figures(row.tenant_id, row.id) or (Stays(), Limits.of(row.rules))
    return WallQueueOut(
        queue_id=row.id,
        name=row.name,
        waiting=view.waiting,
        oldest_at=instant_or_none(view.oldest_at),
        ewt_ms=view.ewt_ms,
        agents=dict(view.agents),
        callbacks_open=view.callbacks,
        written=sum(line.waiting for line in view.written),
        promises_due=promised[0],
        promises_missed=promised[1],
        today=TodayOut.of(stays, limits),
    )
