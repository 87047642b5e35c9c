"""What a queue is ruled by: read back as set, given to the core, checked while it is written."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.tools.rig import NOON, Rig
from trunkline.core.acd.rules import (
    Membership,
    OverflowRule,
    OverflowWhen,
    Patience,
    RelaxStep,
    Strategy,
)
from trunkline.core.words import AgentId, AgentState, Channel, QueueId
from trunkline.features import agents, calendars, flows, identity, queues, tenancy
from trunkline.kit.errors import TrunklineError

CHECK = "/queues/requirement-check"


@pytest.fixture
def rig() -> Rig:
    return Rig(queues.router, calendars.router)


async def ask(rig: Rig, method: str, path: str, body: Any = None, **headers: str) -> Any:
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    async with rig.as_("one") as client:
        return await client.request(method, path, json=body, headers=named)


async def queue(rig: Rig, **rules: Any) -> dict[str, Any]:
    reply = await ask(rig, "POST", "/queues", {"name": "support", **rules})
    assert reply.status_code == 201, reply.text
    made: dict[str, Any] = reply.json()
    return made


def people(rig: Rig, **skills: dict[str, int]) -> dict[str, str]:
    """Agents of tenant `one` by name, with their skills."""

    def work(tx: Any) -> dict[str, str]:
        tenancy.add(tx, tenancy.Tenant("one", "one", "One", "en", NOON))
        return {name: _agent(rig, tx, name, has) for name, has in skills.items()}

    return rig.db.do(work)


def _agent(rig: Rig, tx: Any, name: str, skills: dict[str, int]) -> str:
    new = identity.NewUser(name, name, None, (identity.RoleHeld("agent"),))
    system = tenancy.Principal("one", "system")
    agent_id = identity.add_user(tx, rig.platform, system, new).user_id
    agents.ensure(rig.writing(tx, "one"), agent_id)
    agents.change(rig.writing(tx, "one"), agent_id, {"skills": skills})
    return agent_id


def published_flow(rig: Rig, queue_id: str) -> str:
    """The id of a flow that leads straight into a queue."""
    draft: Any = flows.straight(QueueId(queue_id))
    return rig.db.do(lambda tx: flows.publish(rig.writing(tx, "one"), "straight", draft))


async def test_every_rule_reaches_the_core_as_it_was_set(rig: Rig) -> None:
    other = (await ask(rig, "POST", "/queues", {"name": "billing"})).json()["id"]
    rules = {
        "agents": ["agt_1"],
        "requirement": "claims>=3 and (vip or lang=en)",
        "relaxing": [{"after_s": 60, "requirement": ""}, {"after_s": 30, "requirement": "claims"}],
        "strategy": "ring_all",
        "ring_at_once": 3,
        "tier_s": 20,
        "members": [{"agent": "agt_1", "penalty": 2}, {"agent": "agt_gone", "penalty": 1}],
        "patience": {"last_agent_s": 15},
        "announce_every_s": 0,
        "announce_wait": False,
        "overflow": [
            {"when": "depth", "at": 10, "to_queue_id": other},
            {"when": "wait", "at": 90, "to_flow_id": published_flow(rig, other)},
            {"when": "wait", "at": 600, "to_queue_id": other, "channels": ["email", "chat"]},
        ],
    }
    made = await queue(rig, **rules)
    policy = next(
        one for one in rig.db.do(lambda tx: queues.published(tx, "one")) if one.id == made["id"]
    )
    assert policy.requirement == rules["requirement"]
    assert policy.relaxing == (RelaxStep(30_000, "claims"), RelaxStep(60_000, ""))
    assert (policy.strategy, policy.ring_at_once, policy.tier_ms) == (Strategy.RING_ALL, 3, 20_000)
    assert policy.memberships == (Membership(AgentId("agt_1"), penalty=2),)
    assert policy.patience == Patience(last_agent_ms=15_000)
    assert policy.overflow[0] == OverflowRule(OverflowWhen.DEPTH, 10, to_queue=QueueId(other))
    assert policy.overflow[1].at == 90_000
    assert [rule.channels for rule in policy.overflow[1:]] == [
        (Channel.VOICE,), (Channel.CHAT, Channel.EMAIL),
    ]  # fmt: skip
    assert (policy.announce_every_ms, policy.tell_place, policy.tell_wait) == (0, True, False)
    assert made | {"relaxing": rules["relaxing"]} == made | rules | {
        "patience": made["patience"], "members": made["members"], "overflow": made["overflow"],
    }  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"requirement": "claims >= 9"},
        {"requirement": "claims and"},
        {"relaxing": [{"after_s": 30, "requirement": "("}]},
        {"strategy": "coin"},
        {"announce_every_s": 5},
        {"overflow": [{"when": "wait", "at": 5}]},
        {"overflow": [{"when": "wait", "to_voicemail": True, "channels": ["chat"]}]},
        {"overflow": [{"when": "wait", "to_queue_id": "que_a", "channels": []}]},
        {"overflow": [{"when": "wait", "to_queue_id": "que_a", "to_flow_id": "flw_a"}]},
        {"overflow": [{"when": "wait", "to_queue_id": "que_unknown"}]},
        {"overflow": [{"when": "wait", "to_flow_id": "flw_unknown"}]},
        {"calendar_id": "cal_unknown"},
    ],
)
async def test_rules_that_cannot_hold_are_refused(rig: Rig, wrong: dict[str, Any]) -> None:
    assert (await ask(rig, "POST", "/queues", {"name": "x"} | wrong)).status_code == 422


async def test_a_queue_keeps_a_calendar_and_the_core_gets_its_open_stretches(rig: Rig) -> None:
    week = [{"day": day, "opens": "09:00", "closes": "18:00"} for day in range(5)]
    office = (await ask(rig, "POST", "/calendars", {"name": "office", "weekly": week})).json()["id"]
    await queue(rig, calendar_id=office)

    def hours() -> Any:
        def work(tx: Any) -> Any:
            opened = calendars.opened(tx, "one", now=NOON)
            return queues.published(tx, "one", opened)[0].open_hours

        return rig.db.do(work)

    assert hours()[0][0] > NOON  # a Saturday
    assert (await ask(rig, "DELETE", f"/calendars/{office}")).json()["code"] == "calendar_in_use"
    await ask(rig, "PATCH", "/queues/support", {"calendar_id": None})
    assert hours() is None


async def test_a_queue_to_which_another_overflows_stays(rig: Rig) -> None:
    made = await queue(rig)
    over = [{"when": "no_agents", "to_queue_id": made["id"]}]
    await ask(rig, "POST", "/queues", {"name": "billing", "overflow": over})
    refused = await ask(rig, "DELETE", "/queues/support")
    await ask(rig, "PATCH", "/queues/billing", {"overflow": []})
    assert refused.json()["code"] == "queue_in_use"
    assert (await ask(rig, "DELETE", "/queues/support")).status_code == 204


async def test_a_flow_into_which_a_queue_overflows_is_there_and_stays(rig: Rig) -> None:
    made = await queue(rig)
    over = {"overflow": [{"when": "no_agents", "to_flow_id": "flw_unknown"}]}
    refused = await ask(rig, "PATCH", "/queues/support", over)
    assert (refused.status_code, refused.json()["code"]) == (422, "target_unknown")
    over["overflow"][0]["to_flow_id"] = published_flow(rig, made["id"])
    assert (await ask(rig, "POST", "/queues", {"name": "billing"} | over)).status_code == 201

    def drop(tx: Any) -> None:
        flows.delete(rig.writing(tx, "one"), "straight")

    with pytest.raises(TrunklineError, match="queue leads to this flow"):
        rig.db.do(drop)
    await ask(rig, "PATCH", "/queues/billing", {"overflow": []})
    rig.db.do(drop)


async def test_a_queue_is_of_a_team_that_is_there(rig: Rig) -> None:
    await queue(rig)
    for method, path in (("POST", "/queues"), ("PATCH", "/queues/support")):
        refused = await ask(rig, method, path, {"name": "sales", "team_id": "tea_unknown"})
        assert (refused.status_code, refused.json()["code"]) == (404, "team_unknown")


async def test_a_team_with_a_queue_stays(rig: Rig) -> None:
    system = tenancy.Principal("one", "system")
    add = lambda tx: identity.add_team(tx, rig.platform, system, "North", None).team_id  # noqa: E731
    await queue(rig, team_id=rig.db.do(add))
    teams = Rig(identity.router, db=rig.db)
    north = (await ask(teams, "GET", "/teams")).json()["items"][0]["id"]
    refused = await ask(teams, "DELETE", f"/teams/{north}")
    assert (refused.status_code, refused.json()["code"]) == (409, "team_in_use")
    await ask(rig, "PATCH", "/queues/support", {"team_id": None})
    assert (await ask(teams, "DELETE", f"/teams/{north}")).status_code == 204


async def test_nobody_overwrites_rules_that_he_has_not_seen(rig: Rig) -> None:
    await queue(rig)
    seen = (await ask(rig, "GET", "/queues/support")).headers["ETag"]
    first = await ask(rig, "PATCH", "/queues/support", {"priority": 1}, If_Match=seen)
    late = await ask(rig, "PATCH", "/queues/support", {"priority": 2}, If_Match=seen)
    assert (first.status_code, late.status_code) == (200, 412)


async def test_a_requirement_says_who_would_match_step_by_step(rig: Rig) -> None:
    who = people(rig, ann={"claims": 4, "vip": 1}, bob={"claims": 2}, eve={})
    ready = SimpleNamespace(state=AgentState.READY)
    offline = SimpleNamespace(state=AgentState.OFFLINE)
    views = {who["ann"]: offline, who["bob"]: ready}
    rig.cells.picture = lambda _: SimpleNamespace(agents=views)  # type: ignore[method-assign]
    asked = {
        "requirement": "claims>=3 and vip",
        "relaxing": [
            {"after_s": 60, "requirement": ""},
            {"after_s": 30, "requirement": "claims>=$least"},
            {"after_s": 20, "requirement": "claims"},
        ],
        "agents": list(who.values()),
    }
    steps = (await ask(rig, "POST", CHECK, asked)).json()["steps"]
    names = {agent_id: name for name, agent_id in who.items()}
    told = [
        (step["after_s"], sorted((names[one["agent_id"]], one["ready"]) for one in step["agents"]))
        for step in steps
    ]
    assert told == [
        (0, [("ann", False)]),
        (20, [("ann", False), ("bob", True)]),
        (30, []),
        (60, [("ann", False), ("bob", True), ("eve", False)]),
    ]
    faults = [step["fault"] and step["fault"]["code"] for step in steps]
    assert faults == [None, None, "level_expected", None]


async def test_asked_for_a_queue_only_those_who_serve_it_match(rig: Rig) -> None:
    who = people(rig, ann={"claims": 4}, bob={"claims": 2}, eve={"claims": 5})
    rig.cells.picture = lambda _: None  # type: ignore[method-assign]
    await queue(rig, agents=[who["ann"], who["bob"]], skills_required={"claims": 3})

    async def matching(**asked: Any) -> list[str]:
        reply = await ask(rig, "POST", CHECK, {"requirement": "claims"} | asked)
        names = {agent_id: name for name, agent_id in who.items()}
        return sorted(names[one["agent_id"]] for one in reply.json()["steps"][0]["agents"])

    everybody = list(who.values())
    assert await matching(agents=everybody) == ["ann", "bob", "eve"]
    assert await matching(agents=everybody, skills_required={"claims": 4}) == ["ann", "eve"]
    assert await matching(queue="support") == ["ann"]
    assert await matching(queue="support", agents=everybody) == ["ann"]
    assert await matching(queue="support", agents=[who["eve"]]) == []
    assert (await ask(rig, "POST", CHECK, {"queue": "none"})).json()["code"] == "queue_unknown"


async def test_a_requirement_that_cannot_be_read_says_where(rig: Rig) -> None:
    (step,) = (await ask(rig, "POST", CHECK, {"requirement": "claims>=3 and (vip"})).json()["steps"]
    assert step["fault"] == {
        "code": "unclosed",
        "position": 14,
        "detail": "This parenthesis is not closed.",
    }
    assert step["agents"] == []
