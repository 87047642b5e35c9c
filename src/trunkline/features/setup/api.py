"""The set-up walk and the tenant's settings over HTTP."""

from __future__ import annotations

from fastapi import APIRouter

from trunkline.features import audit, identity, tenancy
from trunkline.features.identity import DoorDep, SetupClaim, SetupClaimed
from trunkline.features.setup import beginning, service
from trunkline.features.setup.schemas import SettingsIn, SettingsOut, SetupOut, StepOut
from trunkline.features.setup.service import StepName
from trunkline.features.tenancy import Principal, Writing, permit, problem, public
from trunkline.kit.errors import TrunklineError
from trunkline.ports.database import Tx
from trunkline.runtime.platform import Platform, PlatformDep

router = APIRouter(responses=problem(401, 403, 422))


@router.post("/setup/claim", tags=["setup"], status_code=201, dependencies=[public()])
async def claim_setup(body: SetupClaim, platform: PlatformDep, door: DoorDep) -> SetupClaimed:
    """Make the first tenant and its administrator by the link that the first start printed.

    The tenant begins with a few outcomes and reasons, so that its first call can be wrapped up.
    """
    founder = identity.Founder(
        organisation=body.organisation,
        username=body.username,
        display_name=body.display_name or body.username,
        password=body.password,
        language=body.language,
    )

    def begin(tx: Tx, tenant_id: str) -> None:
        beginning.equip(platform, audit.writing(platform, tx, tenant_id))

    tenant, user = await identity.claim(platform, door, body.token, founder, begin)
    return SetupClaimed(
        tenant_id=tenant.tenant_id,
        tenant=tenant.slug,
        user_id=user.user_id,
        username=user.username,
    )


@router.get("/setup", tags=["setup"])
async def get_setup(
    platform: PlatformDep, principal: Principal = permit("setup.write")
) -> SetupOut:
    """How far the walk from nothing to a first real call has come."""
    return await _walk(platform, principal)


@router.put("/setup/{step}", tags=["setup"], responses=problem(409))
async def take_step(
    platform: PlatformDep, step: StepName, principal: Principal = permit("setup.write")
) -> SetupOut:
    """Confirm a step, once what it is about is there; once more changes nothing."""

    def work(on: Writing) -> str:
        service.take(on, step)
        return step.value

    await audit.perform(platform, principal, audit.Deed("setup_step", "taken", "setup.write"), work)
    return await _walk(platform, principal)


@router.get("/settings", tags=["settings"])
async def get_settings(
    platform: PlatformDep, principal: Principal = permit("settings.read")
) -> SettingsOut:
    """The settings of the tenant."""
    return await _settings(platform, principal)


@router.put("/settings", tags=["settings"])
async def put_settings(
    platform: PlatformDep, body: SettingsIn, principal: Principal = permit("settings.write")
) -> SettingsOut:
    """Replace the settings of the tenant; its cell works by them at once."""

    def work(on: Writing) -> str:
        tenancy.rename(on.tx, on.tenant_id, body.name)
        before = tenancy.settings(on.tx, on.tenant_id)
        tenancy.choose(on.tx, on.tenant_id, body.chosen(before))
        return on.tenant_id

    deed = audit.Deed("tenant_setting", "updated", "settings.read", routes=True)
    await audit.perform(platform, principal, deed, work)
    return await _settings(platform, principal)


async def _walk(platform: Platform, principal: Principal) -> SetupOut:
    found = await platform.db.read(lambda tx: service.steps(tx, principal.tenant_id))
    complete = all(step.done for step in found)
    return SetupOut(steps=[StepOut.of(step) for step in found], complete=complete)


async def _settings(platform: Platform, principal: Principal) -> SettingsOut:
    def work(tx: Tx) -> SettingsOut:
        tenant = tenancy.get(tx, principal.tenant_id)
        if tenant is None:
            raise TrunklineError("tenant_unknown", 404, "There is no such tenant.")
        chosen = tenancy.settings(tx, principal.tenant_id)
        return SettingsOut.of(tenant, chosen, tenancy.policy_version(tx, principal.tenant_id))

    return await platform.db.read(work)
