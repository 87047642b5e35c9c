"""The tenant's routing rules: the tuned ones at first, set whole, kept, and given to the core."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bench.policy import given
from bench.rivals import index
from tests.features.configuration.house import ask, furnished
from tests.tools.rig import Rig
from trunkline.core.acd.rules import Ordering, TagExpert, TagWeight
from trunkline.core.words import AgentId, Level
from trunkline.features import identity, queues, routing

PATH = "/routing-rules"
TAGS = [{"tag": "problem", "value": "outage", "weight": 3}]


@pytest.fixture
def rig() -> Rig:
    return furnished()


async def put(rig: Rig, body: Any, version: int = 0, tenant: str = "one") -> Any:
    return await ask(rig, "PUT", PATH, body, tenant, If_Match=f'"{version}"')


def published(rig: Rig, tenant: str = "one") -> routing.Published:
    return rig.db.do(lambda tx: routing.published(tx, tenant))


def agent(rig: Rig, name: str, tenant: str = "one") -> str:
    users = rig.db.do(lambda tx: identity.list_users(tx, tenant, identity.WantedUsers(), 100))
    return next(user.user_id for user in users if user.username == name)


async def test_who_sets_nothing_routes_by_the_index_rule_and_overtakes_nobody(rig: Rig) -> None:
    compared = index(given("centre", 0.80))
    found = published(rig)
    assert found.order == replace(compared.order, late_weight=1.0)
    assert found.sharing == compared.sharing
    (queue,) = rig.db.do(lambda tx: queues.published(tx, "one"))
    assert queue.strategy is compared.queues[0].strategy
    assert (await ask(rig, "GET", PATH)).json()["version"] == 0


async def test_what_is_set_is_read_back_and_reaches_the_core(rig: Rig) -> None:
    ann = agent(rig, "ann")
    body = {
        "order": {
            "kind": "score",
            "level_weights": {"diamond": 6, "silver": 1.5},
            "tag_weights": TAGS,
            "contract_weight": 2,
            "jump_from": "diamond",
            "starving_s": 0,
        },
        "sharing": {"keep_idle": 2, "after_s": 10},
        "experts": [{"tag": "product", "value": "router", "agent": ann}],
    }
    told = (await put(rig, body)).json()
    again = (await ask(rig, "GET", PATH)).json()
    found = published(rig)
    assert told == again
    assert told["version"] == 1
    assert found.order.kind is Ordering.SCORE
    assert found.order.level_weights == ((Level.SILVER, 1.5), (Level.DIAMOND, 6.0))
    assert found.order.tag_weights == (TagWeight("problem", "outage", 3.0),)
    assert (found.order.jump_from, found.order.starving_ms) == (Level.DIAMOND, 0)
    assert (found.sharing.keep_idle, found.sharing.after_ms) == (2, 10_000)
    assert found.experts == (TagExpert("product", "router", AgentId(ann)),)
    assert published(rig, "two").order.kind is Ordering.INDEX


@pytest.mark.parametrize(
    "wrong",
    [
        {"order": {"kind": "coin"}},
        {"order": {"level_weights": {"gold": 0}}},
        {"order": {"level_weights": {"brass": 2}}},
        {"order": {"age_s": 0}},
        {"order": {"tag_weights": [{"tag": "two words", "value": "x"}]}},
        {"sharing": {"keep_idle": -1}},
        {"experts": [{"tag": "product", "value": "router", "agent": "nobody"}]},
        {"experts": [{"tag": "p", "value": "r", "agent": name} for name in ("a", "b")]},
        {"speed": 1},
    ],
)
async def test_rules_that_cannot_hold_are_refused(rig: Rig, wrong: Any) -> None:
    assert (await put(rig, wrong)).status_code == 422


async def test_an_expert_is_an_agent_of_the_same_tenant(rig: Rig) -> None:
    body = {"experts": [{"tag": "product", "value": "router", "agent": agent(rig, "ann")}]}
    assert (await put(rig, body, tenant="two")).json()["code"] == "agent_unknown"


async def test_nobody_overwrites_rules_that_he_has_not_seen(rig: Rig) -> None:
    first = await put(rig, {"order": {"starving_s": 60}})
    late = await put(rig, {"order": {"starving_s": 90}})
    blind = await ask(rig, "PUT", PATH, {})
    assert (first.status_code, first.headers["ETag"]) == (200, '"1"')
    assert (late.status_code, blind.status_code) == (412, 428)
    assert published(rig).order.starving_ms == 60_000


async def test_who_leads_a_team_sees_the_rules_and_changes_none(rig: Rig) -> None:
    async with rig.as_("one", "supervisor") as client:
        assert (await client.get(PATH)).status_code == 200
        assert (await client.put(PATH, json={}, headers={"If-Match": "*"})).status_code == 403
    async with rig.as_("one", "agent") as client:
        assert (await client.get(PATH)).status_code == 403


async def test_rules_are_drafted_kept_carried_on_and_rolled_back(rig: Rig) -> None:
    expert = {"tag": "product", "value": "router", "agent": "@agent/ann"}
    gone = {"tag": "product", "value": "phone", "agent": "@agent/zoe"}
    changes = {"routing": {"tenant": {"order": {"starving_s": 90}, "experts": [expert, gone]}}}
    drafts = "/configuration/drafts"
    made = (await ask(rig, "POST", drafts, {"name": "Spring", "changes": changes})).json()
    before = published(rig)
    path = f"{drafts}/{made['id']}/publish"
    await ask(rig, "POST", path, {}, If_Match=f'"{made["version"]}"')
    after = published(rig)
    file = (await ask(rig, "GET", "/configuration")).json()["things"]["routing"]["tenant"]
    await ask(rig, "POST", "/configuration/versions/1/restore", {})
    assert (before.order.starving_ms, after.order.starving_ms) == (300_000, 90_000)
    assert [one.agent for one in after.experts] == [agent(rig, "ann")]
    assert file["experts"] == [expert]
    assert published(rig) == before
