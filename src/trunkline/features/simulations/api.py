"""What-if over HTTP: ask for a simulation, see how far it is, read the comparison."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path

from trunkline.features import audit
from trunkline.features.simulations import service, store
from trunkline.features.simulations.schemas import SimulationList, SimulationNew, SimulationOut
from trunkline.features.simulations.tasks import ATTEMPTS, JOB
from trunkline.features.tenancy import Principal, Writing, epoch_ms, permit, problem
from trunkline.kit.errors import TrunklineError
from trunkline.runtime.platform import PlatformDep

router = APIRouter(prefix="/policies", tags=["policies"], responses=problem(401, 403, 422))

LONGEST_MS: Final = 7 * 24 * 3_600_000
MOST_OPEN: Final = 5
Name = Annotated[str, Path(max_length=40, pattern="^[A-Za-z0-9_]+$")]


@router.post("/simulate", status_code=202, responses=problem(404, 409))
async def simulate(
    platform: PlatformDep, body: SimulationNew, principal: Principal = permit(service.WRITE)
) -> SimulationOut:
    """Play a past stretch again with changed rules; the comparison is read when it is done."""
    begin, end = epoch_ms(body.begin), epoch_ms(body.end)
    if not begin < end <= platform.clock.now_ms() or end - begin > LONGEST_MS:
        raise TrunklineError(
            "stretch_invalid", 422, "Choose at most seven days that are over, from before to."
        )

    def work(on: Writing) -> str:
        service.check(on.tx, principal, body)
        if store.open_of(on.tx, on.tenant_id) >= MOST_OPEN:
            raise TrunklineError("simulations_waiting", 409, "Wait for those that were asked for.")
        if body.draft_id is not None:  # refused now rather than by the job
            platform.policies.drafted(on.tx, on.tenant_id, body.draft_id, begin)
        name = on.ids.new("sim")
        row = store.SimulationRow(
            tenant_id=on.tenant_id,
            id=name,
            state="waiting",
            begin_at=begin,
            end_at=end,
            changes=body.changes,
            created_at=on.now,
            created_by=principal.user_id,
            draft_id=body.draft_id,
        )
        store.add(on.tx, row)
        payload = {"simulation_id": name}
        platform.jobs.enqueue(on.tx, on.tenant_id, JOB, payload, max_attempts=ATTEMPTS)
        return name

    deed = audit.Deed("simulation", "started", service.READ)
    name = await audit.perform(platform, principal, deed, work)
    return await platform.db.read(lambda tx: service.one(tx, principal, name))


@router.get("/simulations")
async def list_simulations(
    platform: PlatformDep, principal: Principal = permit(service.READ)
) -> SimulationList:
    """The newest simulations, newest first: all, or one's own where queues are seen by team."""
    return SimulationList(items=await platform.db.read(lambda tx: service.newest(tx, principal)))


@router.get("/simulations/{simulation_id}", responses=problem(404))
async def get_simulation(
    platform: PlatformDep, simulation_id: Name, principal: Principal = permit(service.READ)
) -> SimulationOut:
    """How far it is, and the comparison once it is done, of the queues that one may see."""
    return await platform.db.read(lambda tx: service.one(tx, principal, simulation_id))
