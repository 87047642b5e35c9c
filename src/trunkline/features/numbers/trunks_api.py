"""Trunks over HTTP, with a live test."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from trunkline.features import audit
from trunkline.features.numbers import store, trunks
from trunkline.features.numbers.schemas import (
    NumberTrunk,
    NumberTrunks,
    TrunkChange,
    TrunkList,
    TrunkNew,
    TrunkOut,
    TrunkTest,
)
from trunkline.features.numbers.service import find_number
from trunkline.features.tenancy import Principal, Writing, permit, problem
from trunkline.ports.database import Tx
from trunkline.runtime.platform import Platform, PlatformDep

TRUNKS_CHANGED: Final = (
    "trunkline.trunk.created.v1",
    "trunkline.trunk.updated.v1",
    "trunkline.trunk.deleted.v1",
    "trunkline.number_trunk.chosen.v1",
)
"""Events after which calls may go other ways."""

of_numbers = APIRouter(tags=["numbers"], responses=problem(401, 403, 422))
router = APIRouter(prefix="/trunks", tags=["trunks"], responses=problem(401, 403, 422))


@router.get("")
async def list_trunks(
    platform: PlatformDep, principal: Principal = permit("trunks.read")
) -> TrunkList:
    """The trunks of the tenant."""
    rows = await platform.db.read(lambda tx: store.list_trunks(tx, principal.tenant_id))
    return TrunkList(items=[TrunkOut.of(row) for row in rows])


@router.post("", status_code=201, responses=problem(409))
async def create_trunk(
    platform: PlatformDep, body: TrunkNew, principal: Principal = permit("trunks.write")
) -> TrunkOut:
    """Make a trunk; the engine trusts it at once."""
    trunk_id = await audit.perform(
        platform, principal, _deed("created"), lambda on: trunks.create(on, body)
    )
    await trunks.push(platform, principal.tenant_id, trunk_id)
    return await _told(platform, principal, trunk_id)


@router.get("/{trunk_id}", responses=problem(404))
async def get_trunk(
    platform: PlatformDep, trunk_id: str, principal: Principal = permit("trunks.read")
) -> TrunkOut:
    """One trunk."""
    return await _told(platform, principal, trunk_id)


@router.patch("/{trunk_id}", responses=problem(404, 409))
async def change_trunk(
    platform: PlatformDep,
    trunk_id: str,
    body: TrunkChange,
    principal: Principal = permit("trunks.write"),
) -> TrunkOut:
    """Change what is given; a secret that is not given stays."""

    def work(on: Writing) -> str:
        trunks.change(on, trunk_id, body.model_dump(exclude_unset=True))
        return trunk_id

    await audit.perform(platform, principal, _deed("updated"), work)
    await trunks.push(platform, principal.tenant_id, trunk_id)
    return await _told(platform, principal, trunk_id)


@router.delete("/{trunk_id}", status_code=204, responses=problem(404))
async def delete_trunk(
    platform: PlatformDep, trunk_id: str, principal: Principal = permit("trunks.write")
) -> None:
    """Remove a trunk; nobody is trusted by it any more."""

    def work(on: Writing) -> str:
        trunks.delete(on, trunk_id)
        return trunk_id

    await audit.perform(platform, principal, _deed("deleted"), work)
    await trunks.withdraw(platform.edge, trunk_id)


@router.post("/{trunk_id}/test", responses=problem(404))
async def try_trunk(
    platform: PlatformDep, trunk_id: str, principal: Principal = permit("trunks.write")
) -> TrunkTest:
    """Look whether calls can come by this trunk now, and say what mends it where they cannot."""

    def work(on: Writing) -> str:
        if result.ok:
            trunks.tested(on, trunk_id)
        return trunk_id

    result = await trunks.test(platform, principal.tenant_id, trunk_id)
    await audit.perform(platform, principal, _deed("tested"), work)
    return result


@of_numbers.get("/numbers/{number}/trunks", responses=problem(404))
async def show_trunks_of_number(
    platform: PlatformDep, number: str, principal: Principal = permit("numbers.read")
) -> NumberTrunks:
    """By which trunks calls that show a number go out; none of its own: all that lead out."""
    return await _told_trunks(platform, principal, number)


@of_numbers.put("/numbers/{number}/trunks", responses=problem(404))
async def choose_trunks_of_number(
    platform: PlatformDep,
    number: str,
    body: NumberTrunks,
    principal: Principal = permit("numbers.write"),
) -> NumberTrunks:
    """Let calls that show a number go out by these trunks."""

    def work(on: Writing) -> str:
        trunks.choose(on, number, body.items)
        return number

    deed = audit.Deed("number_trunk", "chosen", "numbers.read")
    await audit.perform(platform, principal, deed, work)
    return await _told_trunks(platform, principal, number)


async def _told_trunks(platform: Platform, principal: Principal, number: str) -> NumberTrunks:
    def work(tx: Tx) -> NumberTrunks:
        find_number(tx, principal.tenant_id, number)
        rows = store.trunks_of_numbers(tx, principal.tenant_id)
        mine = [row for row in rows if row.number == number]
        return NumberTrunks(
            items=[
                NumberTrunk(trunk_id=row.trunk_id, place=row.place, weight=row.weight)
                for row in mine
            ]
        )

    return await platform.db.read(work)


def _deed(verb: str) -> audit.Deed:
    return audit.Deed("trunk", verb, "trunks.read")


async def _told(platform: Platform, principal: Principal, trunk_id: str) -> TrunkOut:
    row = await platform.db.read(lambda tx: trunks.find(tx, principal.tenant_id, trunk_id))
    return TrunkOut.of(row)
