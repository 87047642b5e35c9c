"""Trunks over HTTP, with a live test."""

from __future__ import annotations

from fastapi import APIRouter

from trunkline.features import audit
from trunkline.features.numbers import store, trunks
from trunkline.features.numbers.schemas import TrunkChange, TrunkList, TrunkNew, TrunkOut, TrunkTest
from trunkline.features.tenancy import Principal, Writing, permit, problem
from trunkline.runtime.platform import Platform, PlatformDep

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


def _deed(verb: str) -> audit.Deed:
    return audit.Deed("trunk", verb, "trunks.read")


async def _told(platform: Platform, principal: Principal, trunk_id: str) -> TrunkOut:
    row = await platform.db.read(lambda tx: trunks.find(tx, principal.tenant_id, trunk_id))
    return TrunkOut.of(row)
