"""Who asks, as an agent: whoever may use the desk becomes one by coming to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trunkline.core.words import AgentId
from trunkline.features import agents, audit
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.core.picture import AgentView
    from trunkline.features.tenancy import Principal, Writing
    from trunkline.ports.edge import EdgeLink
    from trunkline.runtime.platform import Platform


async def as_agent(platform: Platform, principal: Principal) -> agents.AgentRow:
    """The agent who asks; one who is new is made, told to the engine, and routed to."""
    tenant_id, user_id = principal.tenant_id, principal.user_id
    known = await platform.db.read(lambda tx: agents.several(tx, tenant_id, [user_id]))
    if known:
        return known[0]
    made: list[agents.AgentRow] = []

    def work(on: Writing) -> str:
        made.append(agents.ensure(on, user_id))
        return user_id

    deed = audit.Deed("agent", "created", "agents.read", routes=True)
    await audit.perform(platform, principal, deed, work)
    if platform.edge is not None:
        await platform.edge.put_account(agents.phone_of(platform.keys, made[-1]))
    return made[-1]


def view_of(platform: Platform, principal: Principal) -> AgentView | None:
    """How the cell sees who asks; None for who is no agent."""
    picture = platform.cells.picture(principal.tenant_id)
    return picture.agents.get(AgentId(principal.user_id)) if picture else None


def engine(platform: Platform) -> EdgeLink:
    """The telephony engine, or 503 `telephony_not_ready` with the command that mends it."""
    if platform.edge is None:
        raise TrunklineError(
            "telephony_not_ready",
            503,
            "Telephony is not installed.",
            remedy="trunkline telephony install",
        )
    return platform.edge
