"""The secret of an agent's desk phone over HTTP; lists that join queues are the desk's."""

from __future__ import annotations

from fastapi import APIRouter

from trunkline.features import audit, identity
from trunkline.features.agents import service
from trunkline.features.agents.schemas import DeviceSecret
from trunkline.features.tenancy import Principal, Writing, permit, problem
from trunkline.ports.edge import Account
from trunkline.runtime.platform import PlatformDep

REALM = "trunkline"
router = APIRouter(prefix="/agents", tags=["agents"], responses=problem(401, 403, 422))


@router.post("/{agent_id}/device-secret", status_code=201, responses=problem(404))
async def make_device_secret(
    platform: PlatformDep, agent_id: str, principal: Principal = permit("agents.write")
) -> DeviceSecret:
    """A new secret for the agent's desk phone; the old one ends."""
    made: list[Account] = []

    def work(on: Writing) -> str:
        identity.known_user(on.tx, principal, "agents.write", agent_id)
        service.ensure(on, agent_id)
        made.append(service.new_phone_secret(on, agent_id))
        return agent_id

    deed = audit.Deed("agent", "device_secret_made", "agents.read", routes=True)
    await audit.perform(platform, principal, deed, work)
    account = made[-1]
    if platform.edge is not None:
        await platform.edge.put_account(account)
    return DeviceSecret(account=account.name, secret=account.secret, realm=REALM)
