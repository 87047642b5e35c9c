"""The demo tenant is what the contract says, is seeded once, and can be routed by at once."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from tests.tools.rig import NOON, Rig
from trunkline.app import demo
from trunkline.app.policy import compose
from trunkline.core.config import Policy
from trunkline.core.flow.graph import EnqueueNode, problems
from trunkline.core.words import Level
from trunkline.features import agents, customers, identity, numbers, queues, tenancy


@pytest.fixture
async def rig() -> Rig:
    made = Rig()
    made.tenant = await demo.seed(made.platform)
    return made


def policy(rig: Rig) -> Policy:
    return rig.db.do(lambda tx: compose(tx, rig.tenant, NOON))


async def test_seeding_again_changes_nothing(rig: Rig) -> None:
    before = policy(rig)
    assert await demo.seed(rig.platform) == rig.tenant
    assert policy(rig) == before
    assert len(rig.db.do(tenancy.every)) == 1


async def test_everybody_signs_in_with_the_demo_password(rig: Rig) -> None:
    users = rig.db.do(
        lambda tx: identity.list_users(tx, rig.tenant, identity.WantedUsers(active=True), 50)
    )
    names = {user.username: [held.role for held in user.roles] for user in users}
    assert names == {
        "admin": ["administrator"],
        "supervisor": ["supervisor"],
        "quality": ["quality"],
        "planner": ["planner"],
        **{f"agent{n}": ["agent"] for n in range(1, 9)},
    }
    assert users[0].password_hash is not None
    assert PasswordHasher().verify(users[0].password_hash, "trunkline-demo")


async def test_each_agent_has_a_desk_phone_of_the_same_name(rig: Rig) -> None:
    accounts = rig.db.do(lambda tx: agents.phone_accounts(tx, rig.keys, rig.tenant))
    assert sorted(one.name for one in accounts) == [f"agent{n}" for n in range(1, 9)]
    assert {one.secret for one in accounts} == {"trunkline-demo"}


async def test_the_policy_is_whole_and_sound(rig: Rig) -> None:
    made = policy(rig)
    assert [entry.number for entry in made.numbers] == ["4000", "4001", "4002", "4003", "4004"]
    flows = {flow.id: flow for flow in made.flows}
    assert all(problems(flow) == () for flow in made.flows)
    assert all(entry.flow in flows for entry in made.numbers)
    known = {queue.id for queue in made.queues}
    led = {
        node.queue for flow in made.flows for node in flow.nodes if isinstance(node, EnqueueNode)
    }
    assert led <= known
    assert len(known) == 4
    assert {queue.wrap_up_ms for queue in made.queues} == {5000}
    assert {queue.survey_rate_pct for queue in made.queues} == {100}
    assert {agent.id for agent in made.agents} == set(made.queues[0].agents)
    assert len(made.agents) == 8
    assert (made.survey.min_talk_ms, made.survey.respect_quiet_time) == (0, False)


async def test_every_call_becomes_a_ticket(rig: Rig) -> None:
    assert rig.db.do(lambda tx: tenancy.settings(tx, rig.tenant)).ticket_of_every_call


async def test_ten_customers_of_all_levels_are_known_by_number_and_factor(rig: Rig) -> None:
    levels = []
    for n in range(1, 11):
        number = f"+86138000000{n:02d}"
        found = rig.db.do(lambda tx, x=number: customers.identify(tx, rig.keys, rig.tenant, x))
        (match,) = found.matches
        levels.append(match.level)
        for digits, factor in ((f"{7000 + n}", "order_last4"), (f"{9000 + n}", "pin")):
            by = rig.db.do(
                lambda tx, d=digits, who=match.id: customers.check_factor(
                    tx, rig.keys, rig.tenant, who, d, interaction_id="call", now=NOON
                )
            )
            assert by == factor
    assert levels == [level for level in Level for _ in range(2)]


async def test_outcomes_have_two_levels_and_reasons_are_there(rig: Rig) -> None:
    support = rig.db.do(lambda tx: queues.find(tx, rig.tenant, "support"))
    choice = rig.db.do(lambda tx: queues.choice(tx, rig.tenant, support.id))
    assert {len(branch.children) for branch in choice.items} == {0, 2}
    assert len(choice.top) == 5
    assert len(rig.db.do(lambda tx: queues.list_reasons(tx, rig.tenant))) == 4


async def test_the_trunk_trusts_this_machine_only(rig: Rig) -> None:
    (link,) = rig.db.do(lambda tx: numbers.links(tx, rig.keys, rig.tenant))
    assert link.sources == ("127.0.0.0/8",)


async def test_nothing_of_the_demo_is_seen_from_another_tenant(rig: Rig) -> None:
    assert rig.db.do(lambda tx: compose(tx, "other", NOON)).queues == ()
    found = rig.db.do(lambda tx: customers.identify(tx, rig.keys, "other", "+8613800000001"))
    assert found.matches == ()
