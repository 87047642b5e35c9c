"""Queues, outcomes and reasons through the API, and what the core gets of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tools.rig import NOON, Rig
from trunkline.core.config import AcceptMode
from trunkline.core.facts import WrapUpCompleted
from trunkline.core.words import AgentId, InteractionId, QueueId, WrapUpMode
from trunkline.features import queues, tenancy

SUPPORT = {"name": "support", "agents": ["agt_2", "agt_1"], "skills_required": {"router": 3}}


@pytest.fixture
def rig() -> Rig:
    return Rig(queues.router)


async def make(rig: Rig, path: str, body: dict[str, Any], tenant: str = "one") -> dict[str, Any]:
    async with rig.as_(tenant) as client:
        reply = await client.post(path, json=body)
    assert reply.status_code == 201, reply.text
    made: dict[str, Any] = reply.json()
    return made


async def test_a_queue_is_found_by_id_and_by_name(rig: Rig) -> None:
    made = await make(rig, "/queues", SUPPORT)
    async with rig.as_("one", "agent") as client:
        assert (await client.get(f"/queues/{made['id']}")).json() == made
        assert (await client.get("/queues/support")).json() == made
        assert (await client.get("/queues")).json() == {"items": [made]}
        assert (await client.get("/queues/sales")).status_code == 404
    assert made["agents"] == ["agt_1", "agt_2"]
    assert made["version"] == 1


async def test_what_the_core_gets_is_what_was_set(rig: Rig) -> None:
    fields = {
        "accept": {"mode": "automatic", "after_ms": 1500},
        "wrap_up": {"mode": "until_done", "seconds": 5},
        "offer_timeout_s": 20,
    }
    made = await make(rig, "/queues", SUPPORT | fields)
    (policy,) = rig.db.do(lambda tx: queues.published(tx, "one"))
    assert (policy.id, policy.agents) == (made["id"], ("agt_1", "agt_2"))
    assert policy.skills_required == (("router", 3),)
    assert (policy.accept, policy.accept_after_ms) == (AcceptMode.AUTOMATIC, 1500)
    assert (policy.wrap_up, policy.wrap_up_ms) == (WrapUpMode.UNTIL_DONE, 5000)
    assert policy.offer_timeout_ms == 20_000


async def test_an_outcome_is_required_only_where_there_is_time_to_give_it(rig: Rig) -> None:
    none = {"wrap_up": {"mode": "none"}}
    await make(rig, "/queues", SUPPORT)
    async with rig.as_("one") as client:
        made = await client.post("/queues", json={"name": "sales", **none})
        changed = await client.patch("/queues/support", json=none)
        both = await client.patch("/queues/support", json={**none, "disposition_required": False})
        later = await client.patch("/queues/support", json={"disposition_required": True})
    for refused in (made, changed, later):
        assert (refused.status_code, refused.json()["code"]) == (409, "disposition_needs_wrap_up")
    assert both.status_code == 200


async def test_every_change_bumps_the_version_and_is_told_and_published(rig: Rig) -> None:
    await make(rig, "/queues", SUPPORT)
    async with rig.as_("one") as client:
        changed = (await client.patch("/queues/support", json={"priority": 7})).json()
    assert (changed["priority"], changed["version"], changed["agents"]) == (
        7,
        2,
        ["agt_1", "agt_2"],
    )
    assert rig.outbox.kinds() == ["trunkline.queue.created.v1", "trunkline.queue.updated.v1"]
    assert rig.policies.published == ["one", "one"]
    assert rig.db.do(lambda tx: tenancy.policy_version(tx, "one")) == 2
    assert rig.db.do(lambda tx: tenancy.policy_version(tx, "two")) == 0


async def test_a_name_is_taken_once_a_tenant(rig: Rig) -> None:
    await make(rig, "/queues", SUPPORT)
    await make(rig, "/queues", SUPPORT, tenant="two")
    await make(rig, "/queues", SUPPORT | {"name": "billing"})
    async with rig.as_("one") as client:
        again = await client.post("/queues", json=SUPPORT)
        renamed = await client.patch("/queues/billing", json={"name": "support"})
    assert (again.status_code, renamed.status_code) == (409, 409)
    assert again.json()["code"] == "queue_name_taken"


async def test_a_deleted_queue_is_gone(rig: Rig) -> None:
    await make(rig, "/queues", SUPPORT)
    async with rig.as_("one") as client:
        assert (await client.delete("/queues/support")).status_code == 204
        assert (await client.get("/queues/support")).status_code == 404
    assert rig.db.do(lambda tx: queues.published(tx, "one")) == ()


async def test_nothing_of_another_tenant_is_seen_or_changed(rig: Rig) -> None:
    queue = await make(rig, "/queues", SUPPORT)
    outcome = await make(rig, "/dispositions", {"code": "solved", "label": {"en": "Solved"}})
    reason = await make(rig, "/reasons", {"code": "lunch", "label": {"en": "Lunch"}})
    async with rig.as_("two") as other:
        for path in ("/queues", "/dispositions", "/reasons"):
            assert (await other.get(path)).json() == {"items": []}
        replies = [
            await other.get(f"/queues/{queue['id']}"),
            await other.get(f"/queues/{queue['id']}/dispositions"),
            await other.patch(f"/queues/{queue['id']}", json={"priority": 1}),
            await other.delete(f"/queues/{queue['id']}"),
            await other.patch(f"/dispositions/{outcome['id']}", json={"active": False}),
            await other.delete(f"/dispositions/{outcome['id']}"),
            await other.patch(f"/reasons/{reason['id']}", json={"active": False}),
        ]
    assert {reply.status_code for reply in replies} == {404}
    assert rig.db.do(lambda tx: queues.published(tx, "two")) == ()


async def test_an_agent_serves_exactly_the_queues_that_are_named(rig: Rig) -> None:
    first = await make(rig, "/queues", SUPPORT)
    second = await make(rig, "/queues", {"name": "billing"})

    def serve(*names: str) -> tuple[str, ...]:
        def work(tx: Any) -> tuple[str, ...]:
            queues.serve(rig.writing(tx, "one"), "agt_1", names)
            return queues.queues_of(tx, "one", "agt_1")

        return rig.db.do(work)

    assert serve("billing") == (second["id"],)
    assert serve("billing", first["id"]) == tuple(sorted((first["id"], second["id"])))
    assert serve() == ()
    assert rig.db.do(lambda tx: queues.queues_of(tx, "one", "agt_2")) == (first["id"],)


async def outcomes(rig: Rig) -> tuple[str, str]:
    """A queue `support` and a tree: fault (line, device), billing-only, closed."""
    queue = (await make(rig, "/queues", SUPPORT))["id"]
    other = (await make(rig, "/queues", {"name": "billing"}))["id"]
    fault = await make(rig, "/dispositions", {"code": "fault", "label": {"en": "Fault"}})
    for code in ("line", "device"):
        below = {"code": f"fault.{code}", "label": {"en": code}, "parent_id": fault["id"]}
        await make(rig, "/dispositions", below)
    bill = {"code": "bill", "label": {"zh": "账单"}, "queues": [other]}
    await make(rig, "/dispositions", bill)
    await make(rig, "/dispositions", {"code": "old", "label": {}, "active": False})
    return queue, other


async def test_a_queue_offers_its_own_outcomes_as_a_tree(rig: Rig) -> None:
    await outcomes(rig)
    async with rig.as_("one", "agent") as client:
        support = (await client.get("/queues/support/dispositions")).json()
        billing = (await client.get("/queues/billing/dispositions")).json()
    assert [(one["code"], len(one["children"])) for one in support["items"]] == [("fault", 2)]
    assert [one["code"] for one in billing["items"]] == ["fault", "bill"]
    policies = {policy.id: policy for policy in rig.db.do(lambda tx: queues.published(tx, "one"))}
    assert sorted(p.dispositions for p in policies.values()) == [
        ("fault.line", "fault.device"),
        ("fault.line", "fault.device", "bill"),
    ]


async def test_the_most_used_codes_of_a_queue_come_first(rig: Rig) -> None:
    _, billing = await outcomes(rig)
    uses = queues.DispositionUses()
    for code in ("bill", "fault.device", "bill", "gone", None):
        fact = WrapUpCompleted(
            InteractionId("itx"), AgentId("usr"), QueueId(billing), code, unfinished=code is None
        )
        rig.db.do(lambda tx, fact=fact: uses.project(tx, "one", NOON, fact))
    async with rig.as_("one") as client:
        top = (await client.get("/queues/billing/dispositions")).json()["top"]
        assert top == ["bill", "fault.device", "fault.line"]
        rig.db.do(lambda tx: uses.reset(tx, "two"))
        assert (await client.get("/queues/billing/dispositions")).json()["top"] == top
        rig.db.do(lambda tx: uses.reset(tx, "one"))
        top = (await client.get("/queues/billing/dispositions")).json()["top"]
    assert top == ["fault.line", "fault.device", "bill"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"code": "fault", "label": {}}, "code_taken"),
        ({"code": "x", "label": {}, "parent_id": "dsp_unknown"}, "parent_unknown"),
        ({"code": "x", "label": {}, "parent_id": "fault.line"}, "too_deep"),
    ],
)
async def test_codes_are_unique_and_have_two_levels_at_most(
    rig: Rig, body: dict[str, Any], code: str
) -> None:
    await outcomes(rig)
    async with rig.as_("one") as client:
        known = {
            one["code"]: one["id"] for one in (await client.get("/dispositions")).json()["items"]
        }
        if "parent_id" in body:
            body = body | {"parent_id": known.get(body["parent_id"], body["parent_id"])}
        reply = await client.post("/dispositions", json=body)
    assert reply.json()["code"] == code


async def test_a_reason_can_be_taken_out_of_use(rig: Rig) -> None:
    reason = await make(rig, "/reasons", {"code": "lunch", "label": {"zh": "午餐", "en": "Lunch"}})
    async with rig.as_("one") as client:
        changed = await client.patch(f"/reasons/{reason['id']}", json={"active": False})
        empty = await client.patch(f"/reasons/{reason['id']}", json={})
    assert changed.json() == reason | {"active": False}
    assert empty.status_code == 422


@pytest.mark.parametrize("role", ["agent", "planner", "auditor", "quality"])
async def test_only_who_may_change_queues_changes_them(rig: Rig, role: str) -> None:
    async with rig.as_("one", role) as client:
        assert (await client.post("/queues", json=SUPPORT)).status_code == 403
