"""What a cell routes by follows the settings, and the later change wins."""

from __future__ import annotations

import asyncio
from itertools import count
from types import SimpleNamespace
from typing import Any, cast

from tests.features.desk.house import Desk, Ready
from tests.tools.clock import FakeClock
from trunkline.app.cells import LocalCells
from trunkline.app.policy import CellPolicies, compose
from trunkline.core.acd.rules import Affinity
from trunkline.core.config import Policy
from trunkline.core.inputs import PublishPolicy
from trunkline.core.words import AgentId, LegId
from trunkline.features import tenancy
from trunkline.kit.crypto import KeyRing
from trunkline.kit.ids import TimeIds
from trunkline.ports.database import Database, Tx

SURVEYS = {"min_talk_s": 0, "respect_quiet_time": True}


class SlowFirst:
    """A store whose first read is kept waiting, and answers with what it saw when it began."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self._versions = count(1)

    async def read(self, _: object) -> Policy:
        version = next(self._versions)
        if version == 1:
            await self.gate.wait()
        return Policy(version=version)


class Told:
    """A cell that keeps what it was told."""

    def __init__(self) -> None:
        self.drivers = {"ten": SimpleNamespace()}
        self.versions: list[int] = []

    async def submit(self, _: str, given: PublishPolicy) -> None:
        self.versions.append(given.policy.version)


async def test_of_two_changes_at_once_the_later_one_is_published_last() -> None:
    store, cells = SlowFirst(), Told()
    clock, keys = FakeClock(0), KeyRing(bytes(32))
    node = cast(LocalCells, cast(Any, cells))
    policies = CellPolicies(cast(Database, store), clock, TimeIds(clock), keys, node)
    async with asyncio.TaskGroup() as tasks:
        for _ in range(2):
            tasks.create_task(policies.publish("ten"))
            await asyncio.sleep(0)
        store.gate.set()
    assert cells.versions == [1, 2]


async def test_nobody_is_asked_twice_within_the_days_that_the_tenant_chose(desk: Desk) -> None:
    async with desk.as_("admin") as admin, desk.ready("agent1") as agent:
        chosen = {"name": "Trunkline Demo", "ticket_of_every_call": True}
        await admin.put("/settings", json={**chosen, "surveys": {**SURVEYS, "quiet_days": 7}})
        first = await survey_of_a_call(desk, agent)
        second = await survey_of_a_call(desk, agent)
        await admin.put("/settings", json={**chosen, "surveys": {**SURVEYS, "quiet_days": 0}})
        third = await survey_of_a_call(desk, agent)
    assert (first["drawn"], third["drawn"]) == (True, True)
    assert (second["drawn"], second["reason"]) == (False, "surveyed_recently")


async def test_a_queue_may_ask_the_agent_who_was_there_last_before_who_is_idle_longest(
    desk: Desk,
) -> None:
    async with desk.as_("admin") as admin, desk.ready("agent1") as first:
        await admin.patch("/queues/support", json={"patience": {"last_agent_s": 30}})
        customer = await desk.call("4001", "+8613800000003")
        interaction = await first.take()
        async with desk.ready("agent2"):
            await finish(desk, first, customer, interaction)
            await desk.call("4001", "+8613800000003")
            again = await first.take()
            page = (await first.client.get(f"/interactions/{again}")).json()
    assert [offer["outcome"] for offer in page["offers"]] == ["accepted"]


async def test_a_customer_waits_for_the_agent_who_looks_after_them(desk: Desk) -> None:
    manager = await desk.user_id("agent2")
    async with desk.as_("admin") as admin, desk.ready("agent1"):
        await admin.patch("/queues/support", json={"patience": {"manager_s": 30}})
        found = (await admin.get("/customers", params={"q": "13800000003"})).json()["items"][0]
        given = {"manager_id": manager, "contract": True}
        changed = (await admin.patch(f"/customers/{found['id']}", json=given)).json()
        async with desk.ready("agent2") as second:
            await desk.call("4001", "+8613800000003")
            name = await second.take()
    assert (changed["manager_id"], changed["contract"]) == (manager, True)
    known = affinities(desk)[name]
    assert (known.manager, known.contract, known.repeats) == (AgentId(manager), True, 0)


async def test_who_calls_again_within_a_day_is_known_to_where_the_rules_ask(desk: Desk) -> None:
    async with desk.as_("admin") as admin, desk.ready("agent1") as agent:
        for again in range(3):
            rules = {"order": {"repeat_weight": 2 if again else 1}}
            await admin.put("/routing-rules", json=rules, headers={"If-Match": "*"})
            customer = await desk.call("4001", "+8613800000003")
            interaction = await agent.take()
            assert affinities(desk)[interaction].repeats == again
            await finish(desk, agent, customer, interaction)


async def test_an_agent_who_leaves_is_waited_for_by_nobody(desk: Desk) -> None:
    async with desk.as_("admin") as admin, desk.ready("agent1") as first:
        await admin.patch("/queues/support", json={"patience": {"manager_s": 30}})
        found = (await admin.get("/customers", params={"q": "13800000003"})).json()["items"][0]
        gone = {"manager_id": await desk.user_id("agent3")}
        await admin.patch(f"/customers/{found['id']}", json=gone)
        await admin.patch(f"/users/{gone['manager_id']}", json={"active": False})
        refused = await admin.patch(f"/customers/{found['id']}", json=gone)
        await desk.call("4001", "+8613800000003")
        await first.take()
    assert (refused.status_code, refused.json()["code"]) == (422, "manager_unknown")


def affinities(desk: Desk) -> dict[str, Affinity]:
    """What is known of who is here, by interaction."""
    drivers = desk.node.cells.drivers.values()
    return {
        it.id: it.affinity for driver in drivers for it in driver.cell.state.interactions.values()
    }


async def finish(desk: Desk, agent: Ready, customer: LegId, interaction: str) -> None:
    """The agent hangs up and wraps up, and the customer leaves."""
    assert (await agent.do(interaction, "hangup")).status_code == 202
    assert (await agent.do(interaction, "wrap-up", {})).status_code == 202
    desk.edge.end(customer)
    await agent.stream.event("trunkline.interaction.ended.v1")


async def survey_of_a_call(desk: Desk, agent: Ready) -> dict[str, Any]:
    """One call, hung up by the agent and wrapped up; what became of its survey."""
    customer = await desk.call("4001", "+8613800000003")
    interaction = await agent.take()
    await finish(desk, agent, customer, interaction)
    page = (await agent.client.get(f"/interactions/{interaction}")).json()
    return dict(page["survey"])


async def test_a_draft_is_simulated_with_the_policy_that_it_would_make(desk: Desk) -> None:
    stretch = {"from": "2026-11-19T16:00:00Z", "to": "2026-11-20T16:00:00Z"}
    async with desk.as_("admin") as admin:
        support = (await admin.get("/queues/support")).json()
        changes = {"queues": {"support": {"priority": 77}}}
        body = {"name": "x", "changes": changes}
        draft = (await admin.post("/configuration/drafts", json=body)).json()
        reply = await admin.post("/policies/simulate", json=stretch | {"draft_id": draft["id"]})
        assert (reply.status_code, reply.json()["draft_id"]) == (202, draft["id"])
    platform, at = desk.node.platform, 1_795_132_800_000

    def drafts(tx: Tx) -> tuple[Policy, Policy]:
        found = tenancy.by_slug(tx, "demo")
        assert found is not None
        would_be = platform.policies.drafted(tx, found.tenant_id, draft["id"], at)
        return would_be, compose(tx, found.tenant_id, at)

    drafted, stored = await platform.db.write(drafts)
    changed = [one.id for one in drafted.queues if one.priority == 77]
    assert changed == [support["id"]]
    assert all(one.priority != 77 for one in stored.queues)
