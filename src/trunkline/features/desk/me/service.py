"""The signed-in user joined with the agent that the cell knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trunkline.core.words import AgentState, DeviceKind
from trunkline.features import agents, identity, interactions, outbound, queues
from trunkline.features.desk import callers
from trunkline.features.desk.asking import view_of
from trunkline.features.desk.joined import Names
from trunkline.features.desk.me.schemas import (
    AgentRef,
    DeviceOut,
    MeOut,
    PendingOut,
    UnfinishedOut,
    WorkOut,
)
from trunkline.features.desk.schemas import Named
from trunkline.features.tenancy import instant
from trunkline.ports.edge import EdgeError

if TYPE_CHECKING:
    from trunkline.core.picture import AgentView, WorkView
    from trunkline.features.tenancy import Principal
    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform


@dataclass(frozen=True, slots=True)
class Known:
    """What the tables say of who asks."""

    profile: identity.Profile
    agent: agents.AgentRow | None
    queues: tuple[queues.QueueRow, ...]
    colleagues: dict[str, str]
    """Display names of those who are in the same call, by id."""

    home: str
    """The country that is dialled from."""


async def told(platform: Platform, principal: Principal, csrf: str | None) -> MeOut:
    """Who is signed in, now."""
    view = view_of(platform, principal)
    known = await platform.db.read(lambda tx: _known(tx, principal, view))
    device = await _device(platform, known.agent, view)
    profile = known.profile
    return MeOut(
        user_id=profile.user_id,
        username=profile.username,
        display_name=profile.display_name,
        roles=list(profile.roles),
        permissions=list(profile.permissions),
        tenant=Named(id=profile.tenant_id, name=profile.tenant_name),
        team=Named(id=profile.team[0], name=profile.team[1]) if profile.team else None,
        language=profile.language,
        agent=_ref(known.agent),
        state=view.state if view else AgentState.OFFLINE,
        state_reason=view.reason if view else None,
        state_since=instant(view.since if view else 0),
        state_pending=_pending(view),
        device=device,
        work=_work(view.work, known) if view and view.work else None,
        works=[_work(one, known) for one in view.works] if view else [],
        queues=[Named(id=queue.id, name=queue.name) for queue in known.queues],
        emergency_numbers=outbound.emergency_numbers(known.home),
        csrf=csrf,
    )


async def unfinished(platform: Platform, principal: Principal) -> list[UnfinishedOut]:
    """Interactions whose outcome who asks still owes, oldest first."""
    view = view_of(platform, principal)
    if view is None or not view.unfinished:
        return []
    owed = {str(name): str(queue) for name, queue in view.unfinished}

    def work(tx: Tx) -> list[UnfinishedOut]:
        rows = interactions.several(tx, principal.tenant_id, owed)
        known = [row.customer_id for row in rows]
        names = Names.of(tx, platform.keys, principal, known=known)
        return [
            UnfinishedOut(
                interaction_id=row.id,
                reason="disposition_not_set",
                since=instant(row.ended_at or row.started_at),
                queue_id=owed[row.id],
                customer=names.customer(row),
                phone_masked=callers.shown(callers.caller(tx, platform.keys, row)),
            )
            for row in sorted(rows, key=lambda row: row.started_at)
        ]

    return await platform.db.read(work)


def _known(tx: Tx, principal: Principal, view: AgentView | None) -> Known:
    tenant_id, user_id = principal.tenant_id, principal.user_id
    found = agents.several(tx, tenant_id, [user_id])
    served = frozenset(queues.queues_of(tx, tenant_id, user_id)) if found else frozenset()
    mine = [queue for queue in queues.list_queues(tx, tenant_id) if queue.id in served]
    profile = identity.profile(tx, principal)
    others = _others(view)
    names = identity.display_names(tx, tenant_id, others) if others else {}
    home = outbound.home_of(tx, tenant_id)
    return Known(profile, found[0] if found else None, tuple(mine), names, home)


def _others(view: AgentView | None) -> list[str]:
    work = view.work if view else None
    if work is None:
        return []
    found = (work.by, *(party.agent for party in work.parties))
    return [agent for agent in found if agent]


def _ref(row: agents.AgentRow | None) -> AgentRef | None:
    return AgentRef(agent_id=row.id, extension=row.extension) if row else None


def _pending(view: AgentView | None) -> PendingOut | None:
    if view is None or view.pending is None:
        return None
    return PendingOut(state=view.pending, reason=view.pending_reason)


def _work(work: WorkView, known: Known) -> WorkOut:
    wanted = {queue.id: bool(queue.rules["disposition_required"]) for queue in known.queues}
    required = wanted.get(work.queue, False)
    return WorkOut.of(work, disposition_required=required, names=known.colleagues)


async def _device(
    platform: Platform, row: agents.AgentRow | None, view: AgentView | None
) -> DeviceOut:
    if row is None:
        return DeviceOut(kind=DeviceKind.BROWSER, account=None, reachable=None)
    kind = view.device if view else DeviceKind(row.device)
    account = row.account if kind is DeviceKind.SIP else softphone_account(row)
    return DeviceOut(kind=kind, account=account, reachable=await _reachable(platform, account))


def softphone_account(row: agents.AgentRow) -> str:
    """The account of the agent's page, which the core dials for a browser."""
    return f"{row.account}-web"


async def _reachable(platform: Platform, account: str) -> bool | None:
    if platform.edge is None:
        return None
    try:
        return await platform.edge.reachable(account)
    except EdgeError:
        return None
