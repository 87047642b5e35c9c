"""Service numbers and opening hours over HTTP."""

from __future__ import annotations

from fastapi import APIRouter

from trunkline.features import audit
from trunkline.features.numbers import service, store
from trunkline.features.numbers.schemas import (
    HoursChange,
    HoursList,
    HoursNew,
    HoursOut,
    NumberChange,
    NumberList,
    NumberNew,
    NumberOut,
)
from trunkline.features.tenancy import Principal, Writing, permit, problem
from trunkline.runtime.platform import Platform, PlatformDep

router = APIRouter(tags=["numbers"], responses=problem(401, 403, 422))


@router.get("/numbers")
async def list_numbers(
    platform: PlatformDep, principal: Principal = permit("numbers.read")
) -> NumberList:
    """The service numbers of the tenant."""
    rows = await platform.db.read(lambda tx: store.list_numbers(tx, principal.tenant_id))
    return NumberList(items=[NumberOut.of(row) for row in rows])


@router.post("/numbers", status_code=201, responses=problem(409))
async def create_number(
    platform: PlatformDep, body: NumberNew, principal: Principal = permit("numbers.write")
) -> NumberOut:
    """Take a number into use; it can be called at once."""
    number = await audit.perform(
        platform, principal, _number("created"), lambda on: service.create_number(on, body)
    )
    return await _told_number(platform, principal, number)


@router.get("/numbers/{number}", responses=problem(404))
async def get_number(
    platform: PlatformDep, number: str, principal: Principal = permit("numbers.read")
) -> NumberOut:
    """One service number."""
    return await _told_number(platform, principal, number)


@router.patch("/numbers/{number}", responses=problem(404))
async def change_number(
    platform: PlatformDep,
    number: str,
    body: NumberChange,
    principal: Principal = permit("numbers.write"),
) -> NumberOut:
    """Change what is given."""

    def work(on: Writing) -> str:
        service.change_number(on, number, body.model_dump(exclude_unset=True))
        return number

    await audit.perform(platform, principal, _number("updated"), work)
    return await _told_number(platform, principal, number)


@router.delete("/numbers/{number}", status_code=204, responses=problem(404))
async def delete_number(
    platform: PlatformDep, number: str, principal: Principal = permit("numbers.write")
) -> None:
    """Take a number out of use."""

    def work(on: Writing) -> str:
        service.delete_number(on, number)
        return number

    await audit.perform(platform, principal, _number("deleted"), work)


@router.get("/hours")
async def list_hours(
    platform: PlatformDep, principal: Principal = permit("numbers.read")
) -> HoursList:
    """The opening hours of the tenant."""
    rows = await platform.db.read(lambda tx: store.list_hours(tx, principal.tenant_id))
    return HoursList(items=[HoursOut.of(row) for row in rows])


@router.post("/hours", status_code=201)
async def create_hours(
    platform: PlatformDep, body: HoursNew, principal: Principal = permit("numbers.write")
) -> HoursOut:
    """Make opening hours."""
    made = await audit.perform(
        platform, principal, _hours("created"), lambda on: service.create_hours(on, body)
    )
    return await _told_hours(platform, principal, made)


@router.get("/hours/{hours_id}", responses=problem(404))
async def get_hours(
    platform: PlatformDep, hours_id: str, principal: Principal = permit("numbers.read")
) -> HoursOut:
    """Opening hours."""
    return await _told_hours(platform, principal, hours_id)


@router.patch("/hours/{hours_id}", responses=problem(404))
async def change_hours(
    platform: PlatformDep,
    hours_id: str,
    body: HoursChange,
    principal: Principal = permit("numbers.write"),
) -> HoursOut:
    """Change what is given; numbers that keep these hours follow at once."""

    def work(on: Writing) -> str:
        service.change_hours(on, hours_id, body.model_dump(mode="json", exclude_unset=True))
        return hours_id

    await audit.perform(platform, principal, _hours("updated"), work)
    return await _told_hours(platform, principal, hours_id)


@router.delete("/hours/{hours_id}", status_code=204, responses=problem(404, 409))
async def delete_hours(
    platform: PlatformDep, hours_id: str, principal: Principal = permit("numbers.write")
) -> None:
    """Remove opening hours that no number keeps."""

    def work(on: Writing) -> str:
        service.delete_hours(on, hours_id)
        return hours_id

    await audit.perform(platform, principal, _hours("deleted"), work)


def _number(verb: str) -> audit.Deed:
    return audit.Deed("number", verb, "numbers.read", routes=True)


def _hours(verb: str) -> audit.Deed:
    return audit.Deed("hour", verb, "numbers.read", routes=True)


async def _told_number(platform: Platform, principal: Principal, number: str) -> NumberOut:
    find = service.find_number
    row = await platform.db.read(lambda tx: find(tx, principal.tenant_id, number))
    return NumberOut.of(row)


async def _told_hours(platform: Platform, principal: Principal, hours_id: str) -> HoursOut:
    row = await platform.db.read(lambda tx: service.find_hours(tx, principal.tenant_id, hours_id))
    return HoursOut.of(row)
