"""Numbers and trunks through the API, and what the core and the engine get of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tools.rig import NOON, Rig
from trunkline.core.flow.graph import EnqueueNode, HangUpNode
from trunkline.features import agents, calendars, flows, identity, numbers, queues, tenancy
from trunkline.features.flows import templates
from trunkline.ports.edge import EdgeError, Health, TrunkLink

WEEK = [{"day": day, "opens": "09:00", "closes": "18:00"} for day in range(5)]


class EngineKnows:
    """An engine that remembers trunks, or cannot take them."""

    def __init__(self) -> None:
        self.trunks: dict[str, TrunkLink] = {}
        self.fails = False
        self.answers_ms: float | None = 5.0
        self.probed: list[str] = []

    async def put_trunk(self, trunk: TrunkLink) -> None:
        if self.fails:
            raise EdgeError("timed out")
        self.trunks[trunk.name] = trunk

    async def probe(self, trunk: str) -> float | None:
        self.probed.append(trunk)
        return self.answers_ms

    async def health(self) -> Health:
        return Health(ready=not self.fails, reason="down" if self.fails else "")


@pytest.fixture
def edge() -> EngineKnows:
    return EngineKnows()


@pytest.fixture
def rig(edge: EngineKnows) -> Rig:
    return Rig(*numbers.routers, calendars.router, queues.router, flows.router, edge=edge)


async def post(rig: Rig, path: str, body: dict[str, Any], tenant: str = "one") -> Any:
    async with rig.as_(tenant) as client:
        return await client.post(path, json=body)


async def queue(rig: Rig, tenant: str = "one") -> str:
    return str((await post(rig, "/queues", {"name": "support"}, tenant)).json()["id"])


def agent(rig: Rig, name: str, tenant: str = "one") -> str:
    new = identity.NewUser(name, name, None, (identity.RoleHeld("agent"),))

    def made(tx: Any) -> str:
        tenancy.add(tx, tenancy.Tenant(tenant, tenant, tenant, "en", NOON))
        system = tenancy.Principal(tenant, "system")
        user_id = identity.add_user(tx, rig.platform, system, new).user_id
        return agents.ensure(rig.writing(tx, tenant), user_id).id

    return rig.db.do(made)


def flow(rig: Rig, tenant: str = "one") -> str:
    draft = templates.echo()
    return rig.db.do(lambda tx: flows.publish(rig.writing(tx, tenant), "echo", draft))


async def test_a_number_opens_its_flow(rig: Rig) -> None:
    flow_id = flow(rig)
    made = await post(rig, "/numbers", {"number": "4003", "flow_id": flow_id, "language": "en"})
    assert made.status_code == 201
    (entry,) = rig.db.do(lambda tx: numbers.published(tx, "one", now=NOON))
    assert (entry.number, entry.flow, entry.language) == ("4003", flow_id, "en")
    assert (entry.open_hours, entry.closed_flow) == (None, None)
    assert rig.policies.published == ["one"]
    assert rig.outbox.kinds() == ["trunkline.number.created.v1"]


async def test_a_number_can_lead_straight_into_a_queue(rig: Rig) -> None:
    queue_id = await queue(rig)
    await post(rig, "/numbers", {"number": "4001", "queue_id": queue_id})
    (entry,) = rig.db.do(lambda tx: numbers.published(tx, "one", now=NOON))
    brought = {one.id: one for one in rig.db.do(lambda tx: numbers.flows(tx, "one"))}
    node, _ = brought[entry.flow].nodes
    assert isinstance(node, EnqueueNode)
    assert node.queue == queue_id


async def test_a_number_can_be_an_agents_own(rig: Rig) -> None:
    bob = agent(rig, "bob")
    body = {"number": "4001", "queue_id": await queue(rig), "agent_id": bob}
    made = await post(rig, "/numbers", body)
    assert (made.status_code, made.json()["agent_id"]) == (201, bob)
    (entry,) = rig.db.do(lambda tx: numbers.published(tx, "one", now=NOON))
    brought = {one.id: one for one in rig.db.do(lambda tx: numbers.flows(tx, "one"))}
    (node,) = brought[entry.flow].nodes
    assert isinstance(node, EnqueueNode)
    assert (node.queue, node.agent) == (body["queue_id"], bob)
    async with rig.as_("one") as client:
        led_on = await client.patch("/numbers/4001", json={"flow_id": flow(rig)})
    assert (led_on.json()["agent_id"], led_on.json()["queue_id"]) == (None, None)


async def test_a_number_is_nobodys_who_is_not_an_agent_of_the_tenant(rig: Rig) -> None:
    body = {"number": "4001", "queue_id": await queue(rig)}
    for stranger in ("nobody", agent(rig, "ann", "two")):
        answer = await post(rig, "/numbers", body | {"agent_id": stranger})
        assert answer.status_code == 422


async def test_out_of_its_hours_a_number_says_so_and_ends(rig: Rig) -> None:
    hours = (await post(rig, "/calendars", {"name": "office", "weekly": WEEK})).json()["id"]
    body = {"number": "4001", "queue_id": await queue(rig), "calendar_id": hours}
    await post(rig, "/numbers", body)
    (entry,) = rig.db.do(lambda tx: numbers.published(tx, "one", now=NOON))
    assert entry.open_hours is not None
    assert entry.open_hours[0][0] > NOON  # a Saturday
    closed = next(
        one for one in rig.db.do(lambda tx: numbers.flows(tx, "one")) if one.id == entry.closed_flow
    )
    assert isinstance(closed.nodes[0], HangUpNode)


async def test_out_of_its_hours_a_number_can_open_a_flow_of_its_own(rig: Rig) -> None:
    office = (await post(rig, "/calendars", {"name": "office", "weekly": WEEK})).json()["id"]
    voicemail = flow(rig)
    body = {"number": "4001", "queue_id": await queue(rig), "calendar_id": office}
    await post(rig, "/numbers", body | {"closed_flow_id": voicemail})
    (entry,) = rig.db.do(lambda tx: numbers.published(tx, "one", now=NOON))
    assert entry.closed_flow == voicemail
    nowhere = await post(rig, "/numbers", body | {"number": "4002", "closed_flow_id": "flw_none"})
    assert nowhere.status_code == 422


async def test_a_calendar_that_was_closed_by_hand_says_so_at_once_and_not_when_it_is_undone(
    rig: Rig,
) -> None:
    always = [{"day": day, "opens": "00:00", "closes": "24:00"} for day in range(7)]
    office = (await post(rig, "/calendars", {"name": "office", "weekly": always})).json()["id"]
    body = {"number": "4001", "queue_id": await queue(rig), "calendar_id": office}
    await post(rig, "/numbers", body)

    def entry() -> Any:
        return rig.db.do(lambda tx: numbers.published(tx, "one", now=NOON))[0]

    async with rig.as_("one") as client:
        await client.put(f"/calendars/{office}/closure", json={"message": "Water in the house"})
        closed = entry()
        await client.delete(f"/calendars/{office}/closure")
    assert (closed.open_hours, closed.closed_flow) == ((), "closed-emergency")
    assert closed.closed_flow in {one.id for one in rig.db.do(lambda tx: numbers.flows(tx, "one"))}
    assert entry().open_hours[0][0] <= NOON
    assert entry().closed_flow == "closed"


async def test_a_number_needs_one_target_that_is_there(rig: Rig) -> None:
    both = {"number": "4001", "queue_id": await queue(rig), "flow_id": flow(rig)}
    replies = [
        await post(rig, "/numbers", both),
        await post(rig, "/numbers", {"number": "4001"}),
        await post(rig, "/numbers", {"number": "4001", "queue_id": "que_unknown"}),
        await post(rig, "/numbers", {"number": "4001", "queue_id": both["queue_id"]}, "two"),
        await post(rig, "/numbers", {"number": "four", "queue_id": both["queue_id"]}),
    ]
    assert {reply.status_code for reply in replies} == {422}


async def test_a_flow_takes_the_place_of_a_queue(rig: Rig) -> None:
    await post(rig, "/numbers", {"number": "4001", "queue_id": await queue(rig)})
    flow_id = flow(rig)
    async with rig.as_("one") as client:
        changed = (await client.patch("/numbers/4001", json={"flow_id": flow_id})).json()
        nowhere = await client.patch("/numbers/4001", json={"flow_id": None})
    assert (changed["flow_id"], changed["queue_id"]) == (flow_id, None)
    assert nowhere.status_code == 422


async def test_a_number_stands_in_one_tenant_only(rig: Rig) -> None:
    await post(rig, "/numbers", {"number": "4001", "queue_id": await queue(rig)})
    taken = await post(
        rig, "/numbers", {"number": "4001", "queue_id": await queue(rig, "two")}, "two"
    )
    assert (taken.status_code, taken.json()["code"]) == (409, "number_taken")


async def test_nothing_of_another_tenant_is_seen_or_changed(rig: Rig) -> None:
    await post(rig, "/numbers", {"number": "4001", "queue_id": await queue(rig)})
    trunk = (await post(rig, "/trunks", {"name": "carrier", "host": "sip.example.com"})).json()[
        "id"
    ]
    async with rig.as_("two") as other:
        for path in ("/numbers", "/trunks"):
            assert (await other.get(path)).json() == {"items": []}
        replies = [
            await getattr(other, verb)(path)
            for path in ("/numbers/4001", f"/trunks/{trunk}")
            for verb in ("get", "delete")
        ]
        replies.append(await other.post(f"/trunks/{trunk}/test"))
        replies.append(await other.patch("/numbers/4001", json={"priority": 5}))
    assert {reply.status_code for reply in replies} == {404}
    assert rig.db.do(lambda tx: numbers.published(tx, "two", now=NOON)) == ()
    assert rig.db.do(lambda tx: numbers.links(tx, rig.keys, "two")) == ()


TRUNK = {"name": "carrier", "sources": ["203.0.113.7"], "username": "u1", "secret": "pass-word"}


async def test_the_engine_knows_a_trunk_at_once_and_nobody_reads_its_secret(
    rig: Rig, edge: EngineKnows
) -> None:
    made = (await post(rig, "/trunks", TRUNK)).json()
    assert edge.trunks[made["id"]] == TrunkLink(
        made["id"], ("203.0.113.7/32",), None, "u1", "pass-word"
    )
    assert made["has_secret"] is True
    assert "pass-word" not in str(made)
    async with rig.as_("one") as client:
        await client.patch(f"/trunks/{made['id']}", json={"sources": ["10.0.0.0/8"]})
        assert edge.trunks[made["id"]].secret == "pass-word"
        await client.delete(f"/trunks/{made['id']}")
    assert edge.trunks[made["id"]] == TrunkLink(made["id"])


async def test_a_live_test_says_what_is_wrong_and_what_mends_it(
    rig: Rig, edge: EngineKnows
) -> None:
    trunk = (await post(rig, "/trunks", TRUNK)).json()["id"]
    async with rig.as_("one") as client:
        lacking = (await client.post(f"/trunks/{trunk}/test")).json()
        await client.post("/numbers", json={"number": "4001", "queue_id": await queue(rig)})
        fine = (await client.post(f"/trunks/{trunk}/test")).json()
        tested = (await client.get(f"/trunks/{trunk}")).json()["tested_at"]
        edge.fails = True
        down = (await client.post(f"/trunks/{trunk}/test")).json()
    assert [check["ok"] for check in lacking["checks"]] == [True, True, False]
    assert lacking["checks"][2]["remedy"]
    assert fine["ok"]
    assert tested == "2026-11-21T12:00:00.000Z"
    assert [check["ok"] for check in down["checks"]] == [False, False, True]


@pytest.mark.parametrize(
    ("answers_ms", "ok", "says"), [(12.4, True, "12 ms"), (None, False, "2 s")]
)
async def test_a_live_test_asks_the_trunks_host_to_answer(
    rig: Rig, edge: EngineKnows, answers_ms: float | None, ok: bool, says: str
) -> None:
    edge.answers_ms = answers_ms
    host = {"name": "carrier", "host": "sip.example.com:5070"}
    trunk = (await post(rig, "/trunks", host)).json()["id"]
    async with rig.as_("one") as client:
        told = (await client.post(f"/trunks/{trunk}/test")).json()
    (answer,) = (check for check in told["checks"] if check["name"] == "answer")
    assert answer["ok"] is ok
    assert "sip.example.com:5070" in answer["detail"]
    assert says in answer["detail"]
    assert bool(answer["remedy"]) is not ok
    assert edge.probed == [trunk]


@pytest.mark.parametrize(
    ("source", "status"),
    [("203.0.113.7", 409), ("203.0.113.0/24", 409), ("203.0.113.8", 201), ("2001:db8::/32", 201)],
)
async def test_a_source_stands_for_one_tenant_only(rig: Rig, source: str, status: int) -> None:
    await post(rig, "/trunks", TRUNK)
    made = await post(rig, "/trunks", {"name": "mine", "sources": [source]}, "two")
    assert made.status_code == status
    assert made.json().get("code") == ("trunk_source_taken" if status == 409 else None)
    again = await post(rig, "/trunks", {"name": "second", "sources": ["203.0.113.7"]})
    assert again.status_code == 201


async def test_a_source_of_another_tenant_cannot_be_taken_later_either(rig: Rig) -> None:
    await post(rig, "/trunks", TRUNK)
    mine = (await post(rig, "/trunks", {"name": "mine", "sources": ["10.0.0.0/8"]}, "two")).json()
    async with rig.as_("two") as client:
        taken = await client.patch(f"/trunks/{mine['id']}", json={"sources": ["203.0.113.0/28"]})
        kept = await client.patch(f"/trunks/{mine['id']}", json={"sources": ["10.1.0.0/16"]})
    assert (taken.status_code, taken.json()["code"]) == (409, "trunk_source_taken")
    assert kept.status_code == 200


@pytest.mark.parametrize("wrong", [{"sources": []}, {"sources": ["everywhere"]}, {"host": "a b"}])
async def test_a_trunk_that_leads_nowhere_is_refused(rig: Rig, wrong: dict[str, Any]) -> None:
    assert (await post(rig, "/trunks", {"name": "x"} | wrong)).status_code == 422
