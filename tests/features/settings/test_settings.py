"""A tenant's settings: whole, versioned, published, its own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tools.rig import Rig
from trunkline.features import setup, tenancy
from trunkline.features.tenancy import Tenant, TenantSettings

CHOSEN: dict[str, Any] = {
    "name": "Blue River",
    "ticket_of_every_call": True,
    "timezone": "Europe/Berlin",
    "surveys": {"min_talk_s": 0, "quiet_days": 7, "respect_quiet_time": False},
}


@pytest.fixture
def rig() -> Rig:
    made = Rig(setup.router)
    for tenant_id in ("one", "two"):
        tenant = Tenant(tenant_id, tenant_id, tenant_id.title(), "en", made.clock.now_ms())
        made.db.do(lambda tx, tenant=tenant: tenancy.add(tx, tenant))
    return made


async def test_settings_are_replaced_whole_and_published(rig: Rig) -> None:
    async with rig.as_("one") as client:
        before = (await client.get("/settings")).json()
        after = (await client.put("/settings", json=CHOSEN)).json()
        assert (await client.get("/settings")).json() == after
    assert (before["name"], before["ticket_of_every_call"]) == ("One", False)
    assert {name: after[name] for name in CHOSEN} == CHOSEN
    assert after["version"] > before["version"]
    assert rig.policies.published == ["one"]
    assert rig.db.do(lambda tx: tenancy.settings(tx, "one")) == TenantSettings(
        True, 0, 7, False, "Europe/Berlin"
    )


async def test_the_other_tenant_keeps_its_own(rig: Rig) -> None:
    async with rig.as_("one") as client, rig.as_("two") as other:
        await client.put("/settings", json=CHOSEN)
        assert (await other.get("/settings")).json()["name"] == "Two"
    assert rig.db.do(lambda tx: tenancy.settings(tx, "two")) == TenantSettings()


@pytest.mark.parametrize("role", ["agent", "supervisor", "auditor"])
async def test_many_read_and_administrators_write(rig: Rig, role: str) -> None:
    async with rig.as_("one", role) as client:
        assert (await client.get("/settings")).status_code == 200
        assert (await client.put("/settings", json=CHOSEN)).status_code == 403


async def test_who_does_not_speak_of_the_time_zone_leaves_it(rig: Rig) -> None:
    silent = {name: value for name, value in CHOSEN.items() if name != "timezone"}
    async with rig.as_("one") as client:
        assert (await client.get("/settings")).json()["timezone"] == "Asia/Shanghai"
        await client.put("/settings", json=CHOSEN)
        assert (await client.put("/settings", json=silent)).json()["timezone"] == "Europe/Berlin"
        wrong = await client.put("/settings", json={**CHOSEN, "timezone": "Mars/Olympus"})
        assert wrong.status_code == 422


async def test_half_of_the_settings_are_refused(rig: Rig) -> None:
    async with rig.as_("one") as client:
        assert (await client.put("/settings", json={"name": "X"})).status_code == 422
