"""Calls from the page over HTTP: public in a demo, else for who holds `calls.guest`."""

from __future__ import annotations

from fastapi import APIRouter

from trunkline.features import numbers
from trunkline.features.desk.guests import service
from trunkline.features.desk.guests.schemas import (
    GuestCallAsked,
    GuestCallOut,
    GuestNumberList,
    GuestNumberOut,
)
from trunkline.features.desk.schemas import BothLanguages
from trunkline.features.tenancy import Principal, problem, public
from trunkline.ports.database import Tx
from trunkline.runtime.platform import PlatformDep

router = APIRouter(prefix="/guest", tags=["calls"], responses=problem(401, 403))


@router.get("/numbers")
async def list_guest_numbers(
    platform: PlatformDep, principal: Principal | None = public()
) -> GuestNumberList:
    """The numbers that can be called from the page."""

    def work(tx: Tx) -> GuestNumberList:
        rows = numbers.list_numbers(tx, service.host(tx, platform, principal))
        return GuestNumberList(items=[_number(row.number, row.name) for row in rows])

    return await platform.db.read(work)


@router.post("/calls", status_code=201, responses=problem(404, 422, 429, 503))
async def make_guest_call(
    platform: PlatformDep, body: GuestCallAsked, principal: Principal | None = public()
) -> GuestCallOut:
    """An account for one page, which may dial service numbers for two hours."""
    return await service.invite(platform, principal, body)


def _number(number: str, name: dict[str, str]) -> GuestNumberOut:
    zh, en = name.get("zh", ""), name.get("en", "")
    return GuestNumberOut(number=number, name=BothLanguages(zh=zh or en, en=en or zh))
