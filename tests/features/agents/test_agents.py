"""Agents: an account each, unique on the node, a sealed secret, and what routing gets."""

from __future__ import annotations

from typing import Any

import pytest

from tests.app.http.house import House
from tests.tools.rig import FakePolicies
from trunkline.adapters.edge.fake import FakeEdge
from trunkline.core.words import AgentId
from trunkline.features import agents, identity, tenancy
from trunkline.kit.clock import WallClock
from trunkline.kit.errors import TrunklineError
from trunkline.ports.edge import Account


@pytest.fixture
def house() -> House:
    return House(identity.router, agents.router, edge=FakeEdge(WallClock()))


def ensure(house: House, username: str = "agent", tenant: str = "one", **more: Any) -> Any:
    tenant_id = house.tenants[tenant].tenant_id
    user_id = house.user_id(username, tenant)
    return house.rig.db.do(
        lambda tx: agents.ensure(house.rig.writing(tx, tenant_id), user_id, **more)
    )


def test_an_account_is_unique_over_all_tenants(house: House) -> None:
    assert ensure(house).account == "agent"
    assert ensure(house, tenant="two").account == "agent-two"
    assert ensure(house).account == "agent"


@pytest.mark.parametrize(
    ("username", "account"),
    [
        ("Li.Wei@example.org", "li.wei-example.org"),
        ("agent1-web", "agent1-web-one"),
        ("guest-7", "agent-guest-7"),
        ("@@@", "agent"),
        ("x" * 64, "x" * 22),
    ],
)
def test_an_account_is_a_sip_user_and_never_one_of_our_own(
    house: House, username: str, account: str
) -> None:
    tenant = house.tenants["one"]
    system = tenancy.Principal(tenant.tenant_id, "system")
    new = identity.NewUser(username, "Somebody", None, (identity.RoleHeld("agent"),))

    def work(tx: Any) -> str:
        user = identity.add_user(tx, house.platform, system, new)
        return agents.ensure(house.rig.writing(tx, tenant.tenant_id), user.user_id).account

    assert house.rig.db.do(work) == account


def test_a_secret_is_sealed_and_opened_for_the_engine_alone(house: House) -> None:
    row = ensure(house, secret="the-word", contact="sip:127.0.0.1:5090")
    tenant_id = house.tenants["one"].tenant_id
    assert b"the-word" not in row.sealed_secret
    assert row.device == "sip"
    accounts = house.rig.db.do(lambda tx: agents.phone_accounts(tx, house.rig.keys, tenant_id))
    assert accounts == (Account("agent", "the-word", False, contact="sip:127.0.0.1:5090"),)
    other = house.tenants["two"].tenant_id
    assert house.rig.db.do(lambda tx: agents.phone_accounts(tx, house.rig.keys, other)) == ()


def test_routing_gets_active_agents_with_their_skills(house: House) -> None:
    row = ensure(house)
    tenant = house.tenants["one"]

    def skilled(tx: Any) -> Any:
        on = house.rig.writing(tx, tenant.tenant_id)
        agents.change(on, row.id, {"skills": {"router": 3, "billing": 1}})
        return agents.profiles(tx, tenant.tenant_id, 0)

    (profile,) = house.rig.db.do(skilled)
    assert (profile.id, profile.account) == (AgentId(row.id), "agent")
    assert profile.skills == (("billing", 1), ("router", 3))

    def deactivated(tx: Any) -> Any:
        system = tenancy.Principal(tenant.tenant_id, "system", permissions=_all())
        identity.change_user(tx, house.platform, system, row.id, {"active": False})
        return agents.profiles(tx, tenant.tenant_id, 0)

    assert house.rig.db.do(deactivated) == ()


def test_an_extension_is_of_one_agent_in_a_tenant(house: House) -> None:
    first, second, other = ensure(house), ensure(house, "supervisor"), ensure(house, tenant="two")

    def give(tenant: str, agent_id: str) -> None:
        tenant_id = house.tenants[tenant].tenant_id
        house.rig.db.do(
            lambda tx: agents.change(house.rig.writing(tx, tenant_id), agent_id, {"extension": "7"})
        )

    give("one", first.id)
    give("two", other.id)
    with pytest.raises(TrunklineError, match="extension_taken"):
        give("one", second.id)


async def test_a_device_secret_is_shown_once_and_pushed_to_the_engine(house: House) -> None:
    agent_id = house.user_id("agent")
    async with await house.signed_in("administrator") as client:
        made = await client.post(f"/api/v1/agents/{agent_id}/device-secret")
    told = made.json()
    assert (made.status_code, told["account"], told["realm"]) == (201, "agent", "trunkline")
    edge, policies = house.platform.edge, house.rig.policies
    assert isinstance(edge, FakeEdge)
    assert isinstance(policies, FakePolicies)
    assert edge.accounts["agent"].secret == told["secret"]
    assert "agents.device_secret_made" in house.acts()
    assert policies.published == [house.tenants["one"].tenant_id]


async def test_only_who_may_change_agents_of_the_tenant_makes_a_secret(house: House) -> None:
    path = f"/api/v1/agents/{house.user_id('agent')}/device-secret"
    async with await house.signed_in("agent") as client:
        assert (await client.post(path)).status_code == 403
    async with await house.signed_in("administrator", "two") as client:
        assert (await client.post(path)).json()["code"] == "user_unknown"


def _all() -> dict[str, tenancy.Grant]:
    return {"users.write": tenancy.Grant(tenancy.Scope.TENANT)}
