"""Service numbers over HTTP."""

from __future__ import annotations

from fastapi import APIRouter

from trunkline.features import audit
from trunkline.features.numbers import service, store
from trunkline.features.numbers.schemas import (
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


def _number(verb: str) -> audit.Deed:
    return audit.Deed("number", verb, "numbers.read", routes=True)


async def _told_number(platform: Platform, principal: Principal, number: str) -> NumberOut:
    find = service.find_number
    row = await platform.db.read(lambda tx: find(tx, principal.tenant_id, number))
    return NumberOut.of(row)
