"""The set-up walk: steps are confirmed when their matter is there; it can be left and resumed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tools.rig import Rig
from trunkline.features import calendars, numbers, queues, setup, tenancy
from trunkline.features.tenancy import Tenant


@pytest.fixture
def rig() -> Rig:
    made = Rig(setup.router, queues.router, *numbers.routers, calendars.router)
    for tenant_id in ("one", "two"):
        tenant = Tenant(tenant_id, tenant_id, tenant_id.title(), "en", made.clock.now_ms())
        made.db.do(lambda tx, tenant=tenant: tenancy.add(tx, tenant))
    return made


async def walk(rig: Rig, tenant: str = "one") -> dict[str, Any]:
    async with rig.as_(tenant) as client:
        told = (await client.get("/setup")).json()
    return {step["name"]: step for step in told["steps"]} | {"complete": told["complete"]}


async def test_a_new_tenant_stands_at_the_beginning(rig: Rig) -> None:
    steps = await walk(rig)
    assert list(steps)[:-1] == [
        "organisation", "users", "number", "trunk", "hours", "queue", "test_call",
    ]  # fmt: skip
    assert not any(steps[name]["done"] for name in list(steps)[:-1])
    assert [name for name in list(steps)[:-1] if steps[name]["ready"]] == ["organisation"]
    assert steps["complete"] is False


async def test_a_step_is_not_taken_before_its_matter_is_there(rig: Rig) -> None:
    async with rig.as_("one") as client:
        early = await client.put("/setup/hours")
        await client.post("/calendars", json={"name": "office"})
        taken = await client.put("/setup/hours")
        again = await client.put("/setup/hours")
        unknown = await client.put("/setup/dance")
    assert (early.status_code, early.json()["code"]) == (409, "step_not_ready")
    assert (taken.status_code, again.status_code, unknown.status_code) == (200, 200, 422)
    assert (await walk(rig))["hours"] == {
        "name": "hours", "done": True, "ready": True, "detail": "office",
    }  # fmt: skip


async def test_the_walk_of_one_tenant_is_not_the_other_ones(rig: Rig) -> None:
    async with rig.as_("one") as client:
        await client.post("/calendars", json={"name": "office"})
        await client.post("/queues", json={"name": "support", "agents": ["usr_1"]})
        for step in ("organisation", "hours", "queue"):
            assert (await client.put(f"/setup/{step}")).status_code == 200
    mine, other = await walk(rig), await walk(rig, "two")
    assert [mine[name]["done"] for name in ("organisation", "hours", "queue")] == [True] * 3
    assert [other[name]["done"] for name in ("organisation", "hours", "queue")] == [False] * 3


@pytest.mark.parametrize("role", ["agent", "supervisor", "planner"])
async def test_only_an_administrator_walks(rig: Rig, role: str) -> None:
    async with rig.as_("one", role) as client:
        assert (await client.get("/setup")).status_code == 403
