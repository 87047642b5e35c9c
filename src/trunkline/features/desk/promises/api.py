"""Promises and appointments over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from trunkline.features import promises, queues
from trunkline.features.desk.promises import reading, service
from trunkline.features.desk.promises.schemas import (
    AppointmentNew,
    Listed,
    PromiseChange,
    PromiseNew,
    PromiseOut,
    SlotsOut,
    Whose,
)
from trunkline.features.promises import PromiseKind, PromiseState, Wanted
from trunkline.features.tenancy import (
    Day,
    IfMatch,
    Principal,
    entity_tag,
    instant,
    permit,
    problem,
    require_match,
)
from trunkline.kit.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, cut, decode_cursor
from trunkline.ports.database import Tx
from trunkline.runtime.platform import Platform, PlatformDep

READ, CONTROL = "interactions.read", "interactions.control"
router = APIRouter(tags=["promises"], responses=problem(401, 403, 422))
PromiseRef = Annotated[str, Path(min_length=1, max_length=80)]
Cursor = Annotated[str | None, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]
Ref = Annotated[str | None, Query(min_length=1, max_length=80)]
MustRef = Annotated[str, Query(min_length=1, max_length=80)]
STATES = {
    "open": (PromiseState.OPEN.value, PromiseState.BEGUN.value),
    "missed": (PromiseState.OPEN.value,),
    "done": (PromiseState.DONE.value, PromiseState.CANCELLED.value),
}


@router.get("/promises", responses=problem(400))
async def list_promises(
    platform: PlatformDep,
    whose: Whose = "all",
    state: Listed = "open",
    kind: PromiseKind | None = None,
    customer: Ref = None,
    interaction: Ref = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
    principal: Principal = permit(READ),
) -> Page[PromiseOut]:
    """What was promised, the earliest first: `mine`, my `team`'s without an owner, or all I see."""
    after = _after(cursor)

    def work(tx: Tx) -> Page[PromiseOut]:
        wanted = Wanted(
            states=STATES[state],
            missed=state == "missed",
            kind=kind.value if kind else None,
            owner_id=principal.user_id if whose == "mine" else None,
            no_owner=whose == "team",
            customer_id=customer,
            interaction_id=interaction,
            after=after,
        )
        here = reading.reach(tx, principal)
        rows = promises.page(tx, principal.tenant_id, here, wanted, limit + 1)
        found, following = cut(rows, limit, lambda row: (row.due_at, row.id))
        now = platform.clock.now_ms()
        items = reading.listed(tx, platform.keys, principal, found, now)
        return Page(items=items, next=following)

    return await platform.db.read(work)


@router.post("/promises", status_code=201, responses=problem(404, 409))
async def create_promise(
    body: PromiseNew,
    platform: PlatformDep,
    response: Response,
    principal: Principal = permit(CONTROL),
) -> PromiseOut:
    """Promise a follow-up; a call becomes a callback when it is due, its owner asked first."""
    made = await service.make(platform, principal, body)
    return await _read(platform, principal, made, response)


@router.get("/promises/{promise_id}", responses=problem(404))
async def get_promise(
    promise_id: PromiseRef,
    platform: PlatformDep,
    response: Response,
    principal: Principal = permit(READ),
) -> PromiseOut:
    """One promise."""
    return await _read(platform, principal, promise_id, response)


@router.patch("/promises/{promise_id}", responses=problem(404, 409, 412, 428))
async def change_promise(
    promise_id: PromiseRef,
    body: PromiseChange,
    platform: PlatformDep,
    response: Response,
    if_match: IfMatch = None,
    principal: Principal = permit(CONTROL),
) -> PromiseOut:
    """Change time, owner or note of a promise that was seen as it is now (If-Match)."""
    row = await platform.db.read(lambda tx: reading.visible(tx, principal, promise_id))
    require_match(if_match, row.version)
    given = {name: getattr(body, name) for name in body.model_fields_set}
    await service.change(platform, principal, promise_id, given)
    return await _read(platform, principal, promise_id, response)


@router.post("/promises/{promise_id}/begin", responses=problem(404, 409))
async def begin_promise(
    promise_id: PromiseRef,
    platform: PlatformDep,
    response: Response,
    principal: Principal = permit(CONTROL),
) -> PromiseOut:
    """Set about keeping it; what nobody owns becomes one's own. A call begins by being made."""
    await service.begin(platform, principal, promise_id)
    return await _read(platform, principal, promise_id, response)


@router.post("/promises/{promise_id}/done", responses=problem(404, 409, 503))
async def finish_promise(
    promise_id: PromiseRef,
    platform: PlatformDep,
    response: Response,
    principal: Principal = permit(CONTROL),
) -> PromiseOut:
    """It is kept."""
    await service.end(platform, principal, promise_id, PromiseState.DONE)
    return await _read(platform, principal, promise_id, response)


@router.post("/promises/{promise_id}/cancel", responses=problem(404, 409, 503))
async def cancel_promise(
    promise_id: PromiseRef,
    platform: PlatformDep,
    response: Response,
    principal: Principal = permit(CONTROL),
) -> PromiseOut:
    """Nobody is to keep it any more."""
    await service.end(platform, principal, promise_id, PromiseState.CANCELLED)
    return await _read(platform, principal, promise_id, response)


@router.get("/appointments/slots", responses=problem(404))
async def list_slots(
    platform: PlatformDep,
    queue: MustRef,
    expert: MustRef,
    day: Day,
    principal: Principal = permit(READ),
) -> SlotsOut:
    """When an expert is free on a day of the tenant's, from 48 hours ahead on.

    Free is what the queue's calendar has open, without the expert's other appointments.
    """

    def work(tx: Tx) -> SlotsOut:
        tenant_id, now = principal.tenant_id, platform.clock.now_ms()
        queue_id = queues.find(tx, tenant_id, queue).id
        span = service.day_span(tx, tenant_id, day)
        minutes, free = service.free_slots(tx, tenant_id, queue_id, expert, span, now)
        return SlotsOut(minutes=minutes, items=[instant(at) for at in free])

    return await platform.db.read(work)


@router.post("/appointments", status_code=201, responses=problem(404, 409))
async def book_appointment(
    body: AppointmentNew,
    platform: PlatformDep,
    response: Response,
    principal: Principal = permit(CONTROL),
) -> PromiseOut:
    """Book a free time of an expert, 48 hours ahead at least; reminders go out by themselves."""
    made = await service.book(platform, principal, body)
    return await _read(platform, principal, made, response)


async def _read(
    platform: Platform, principal: Principal, promise_id: str, response: Response
) -> PromiseOut:
    def work(tx: Tx) -> PromiseOut:
        row = reading.visible(tx, principal, promise_id)
        now = platform.clock.now_ms()
        return reading.listed(tx, platform.keys, principal, [row], now)[0]

    found = await platform.db.read(work)
    response.headers["ETag"] = entity_tag(found.version)
    return found


def _after(cursor: str | None) -> tuple[int, str] | None:
    if cursor is None:
        return None
    at, name = decode_cursor(cursor, int, str)
    return int(at), str(name)
