"""Two tenants with users, queues, flows and numbers, and versions that are really kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter

from tests.tools.rig import FakePolicies, MemoryDatabase, Rig
from trunkline.features import (
    agents,
    calendars,
    configuration,
    flows,
    identity,
    numbers,
    queues,
    routing,
    tenancy,
)
from trunkline.features.configuration import Deed
from trunkline.ports.database import Tx

WEEK = [{"day": day, "opens": "09:00", "closes": "18:00"} for day in range(5)]


class KeptPolicies(FakePolicies):
    """Keeps versions as the node does."""

    def keep(self, tx: Tx, tenant_id: str, by: str, action: str, subject: str, at: int) -> None:
        version = tenancy.policy_version(tx, tenant_id)
        configuration.keep(tx, tenant_id, at, Deed(by, action, subject), version)


def furnished(db: MemoryDatabase | None = None, also: Sequence[APIRouter] = ()) -> Rig:
    """Tenants `one` and `two`, each with agents ann and bob and a queue `support` behind 40n1."""
    rig = Rig(
        configuration.router,
        queues.router,
        routing.router,
        flows.router,
        calendars.router,
        *numbers.routers,
        *also,
        policies=KeptPolicies(),
        **({"db": db} if db else {}),
    )
    for tenant_id, number in (("one", "4001"), ("two", "4002")):
        rig.db.do(lambda tx, t=tenant_id, n=number: _furnish(rig, tx, t, n))
    return rig


def _furnish(rig: Rig, tx: Tx, tenant_id: str, number: str) -> None:
    tenant = tenancy.Tenant(tenant_id, tenant_id, tenant_id.title(), "en", rig.clock.now_ms())
    tenancy.add(tx, tenant)
    on, system = rig.writing(tx, tenant_id), tenancy.Principal(tenant_id, "system")
    made = []
    for name in ("ann", "bob"):
        new = identity.NewUser(name, name.title(), None, (identity.RoleHeld("agent"),))
        user = identity.add_user(tx, rig.platform, system, new)
        agents.ensure(on, user.user_id)
        made.append(user.user_id)
    agents.change(on, made[0], {"skills": {"router": 3}})
    queue = queues.create(on, queues.QueueNew(name="support", agents=made))
    flow = flows.publish(on, "straight", flows.straight(queues.find(tx, tenant_id, queue).id))  # type: ignore[arg-type]
    numbers.create_number(on, numbers.NumberNew(number=number, flow_id=flow))
    queues.create_disposition(on, queues.DispositionNew(code="fault", label=queues.Label(en="F")))
    parent = queues.list_dispositions(tx, tenant_id)[0].id
    below = queues.DispositionNew(code="fault.line", label=queues.Label(en="L"), parent_id=parent)
    queues.create_disposition(on, below)
    tenancy.policy_changed(tx, tenant_id)
    rig.platform.policies.keep(tx, tenant_id, "system", "tenants.created", tenant_id, on.now)


async def ask(
    rig: Rig, method: str, path: str, body: Any = None, tenant: str = "one", **headers: str
) -> Any:
    """The reply to a request as the administrator."""
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    async with rig.as_(tenant) as client:
        return await client.request(method, path, json=body, headers=named)
