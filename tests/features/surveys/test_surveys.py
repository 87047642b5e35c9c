"""Surveys: whose the marks are, how many of how many, and who may see them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tools.rig import Rig
from trunkline.core.facts import InteractionStarted, SurveyAnswered, SurveyAsked, SurveyDrawn
from trunkline.core.inputs import Presumption
from trunkline.core.words import (
    AgentId,
    Channel,
    FlowId,
    InteractionId,
    LegId,
    Level,
    QueueId,
    Token,
)
from trunkline.features import customers, interactions, surveys, tenancy
from trunkline.features.identity import User
from trunkline.features.identity import store as people
from trunkline.features.queues import store as queues
from trunkline.features.surveys import service
from trunkline.features.tenancy import Grant, Principal, Scope

SUMMARY = "/surveys/summary"


class House:
    """Two tenants whose facts fold into interactions and surveys."""

    def __init__(self) -> None:
        self.rig = Rig(surveys.router)
        self.facts: list[tuple[str, int, Any]] = []
        self.projections = (interactions.InteractionRows(), surveys.SurveyRows())

    def fold(self, *facts: Any, tenant: str = "one") -> None:
        for fact in facts:
            self.facts.append((tenant, self.rig.clock.now_ms(), fact))
            self._project(*self.facts[-1])

    def rebuild(self, tenant: str) -> None:
        for projection in self.projections:
            self.rig.db.do(lambda tx, p=projection: p.reset(tx, tenant))
        for fact in self.facts:
            if fact[0] == tenant:
                self._project(*fact)

    def _project(self, tenant: str, at: int, fact: Any) -> None:
        for projection in self.projections:
            self.rig.db.do(lambda tx, p=projection: p.project(tx, tenant, at, fact))

    def call(
        self,
        name: str,
        agent: str = "ann",
        queue: str = "support",
        rating: int | None = None,
        passed: tuple[str, ...] = (),
        tenant: str = "one",
    ) -> None:
        """A call that was surveyed, and answered when there is a rating."""
        call, who, where = InteractionId(name), AgentId(agent), QueueId(queue)
        self.fold(
            SurveyDrawn(call, where, True, None),
            SurveyAsked(call, who, where, 1, "step"),
            SurveyAsked(call, who, where, 2, "step"),
            tenant=tenant,
        )
        if rating is not None:
            before = tuple(QueueId(queue) for queue in passed)
            self.fold(SurveyAnswered(call, rating, who, where, before), tenant=tenant)

    async def summary(self, tenant: str = "one", role: str = "administrator", **asked: str) -> Any:
        async with self.rig.as_(tenant, role) as client:
            reply = await client.get(SUMMARY, params=asked)
        assert reply.status_code == 200, reply.text
        return reply.json()["items"]


@pytest.fixture
def house() -> House:
    return House()


def scores(items: Any, *names: str) -> dict[str, tuple[Any, ...]]:
    return {item["id"]: tuple(item[name] for name in names) for item in items}


async def test_beside_every_score_stand_its_number_and_response_rate(house: House) -> None:
    user = User("one", "ann", "ann", "Ann", None, None, "en", True, 0)
    house.rig.db.do(lambda tx: people.add_user(tx, user))
    house.call("c1", rating=5)
    house.call("c2", rating=2)
    house.call("c3")
    house.call("c4", agent="bob")
    assert scores(await house.summary(), "name", "mean", "n", "offered", "response_rate") == {
        "ann": ("Ann", 3.5, 2, 3, 0.667),
        "bob": (None, None, 0, 1, 0.0),
    }


async def test_a_mark_belongs_to_the_last_queue_and_is_flagged_at_those_passed(
    house: House,
) -> None:
    house.rig.db.do(
        lambda tx: queues.put_queue(tx, queues.QueueRow("one", "vip", "VIP", None, {}, 1))
    )
    house.call("c1", queue="vip", rating=1, passed=("support", "billing"))
    house.call("c2", queue="support", rating=5)
    by_queue = await house.summary(by="queue")
    assert scores(by_queue, "mean", "n", "transferred_n", "transferred_mean") == {
        "vip": (1.0, 1, 0, None),
        "support": (5.0, 1, 1, 1.0),
        "billing": (None, 0, 1, 1.0),
    }
    assert scores(by_queue, "name")["vip"] == ("VIP",)
    assert scores(await house.summary(), "n", "mean", "transferred_n", "transferred_mean") == {
        "ann": (2, 3.0, 1, 1.0)
    }


async def test_a_summary_is_of_the_surveys_asked_in_its_time(house: House) -> None:
    house.call("c1", rating=5)
    house.rig.clock.advance(3_600_000)
    house.call("c2", rating=1)
    noon, one = "2026-11-21T12:00:00Z", "2026-11-21T13:00:00Z"
    for asked, mean in (
        ({"from": noon, "to": one}, 5.0),
        ({"from": one}, 1.0),
        ({"to": "2026-11-21T21:00:00.001+08:00"}, 3.0),
    ):
        assert scores(await house.summary(**asked), "mean") == {"ann": (mean,)}
    assert await house.summary(to=noon) == []


async def test_a_time_without_its_zone_is_refused(house: House) -> None:
    async with house.rig.as_("one") as client:
        for wrong in ({"from": "2026-11-21T12:00:00"}, {"to": "yesterday"}, {"by": "team"}):
            assert (await client.get(SUMMARY, params=wrong)).status_code == 422


async def test_no_mark_of_another_tenant_is_counted(house: House) -> None:
    house.call("c1", rating=5)
    house.call("c1", rating=1, passed=("billing",), tenant="two")
    assert scores(await house.summary(), "mean", "n") == {"ann": (5.0, 1)}
    assert scores(await house.summary("two"), "mean", "n") == {"ann": (1.0, 1)}
    card = house.rig.db.do(lambda tx: surveys.for_interaction(tx, "two", "c1"))
    assert card is not None
    assert (card.rating, card.transferred_queues) == (1, ["billing"])


async def test_an_agent_sees_his_own_marks_only(house: House) -> None:
    house.call("c1", agent="agent-one", rating=4)
    house.call("c2", agent="bob", rating=1)
    mine = await house.summary(role="agent")
    assert scores(mine, "mean") == {"agent-one": (4.0,)}
    by_queue = await house.summary(role="agent", by="queue")
    assert scores(by_queue, "mean") == {"support": (4.0,)}


def test_a_team_sees_the_marks_of_its_agents_and_its_queues(house: House) -> None:
    for team in ("a", "b"):
        house.rig.db.do(lambda tx, team=team: people.add_team(tx, "one", people.Team(team, team)))
    for user_id, team in (("ann", "a"), ("bob", "b"), ("cid", "b")):
        user = User("one", user_id, user_id, user_id, None, team, "en", True, 0)
        house.rig.db.do(lambda tx, user=user: people.add_user(tx, user))
    for queue_id, team in (("qa", "a"), ("qb", "b")):
        row = queues.QueueRow("one", queue_id, queue_id, team, {}, 1)
        house.rig.db.do(lambda tx, row=row: queues.put_queue(tx, row))
    house.call("c1", "ann", "qb", 1)
    house.call("c2", "bob", "qa", 2)
    house.call("c3", "cid", "qb", 3)
    held = {service.READ: Grant(Scope.TEAM, frozenset({"a"}))}
    lead = Principal("one", "lead", permissions=held)
    seen = house.rig.db.do(lambda tx: service.summary(tx, lead, "agent", None, None))
    assert {score.id: score.mean for score in seen} == {"ann": 1.0, "bob": 2.0}


def test_why_an_interaction_was_not_surveyed_is_kept(house: House) -> None:
    house.fold(SurveyDrawn(InteractionId("c1"), QueueId("support"), False, "short_talk"))
    card = house.rig.db.do(lambda tx: surveys.for_interaction(tx, "one", "c1"))
    assert card is not None
    assert (card.drawn, card.reason, card.rating, card.agent_id) == (
        False,
        "short_talk",
        None,
        None,
    )
    assert house.rig.db.do(lambda tx: surveys.for_interaction(tx, "one", "c2")) is None


async def test_facts_folded_anew_give_the_same_rows(house: House) -> None:
    house.call("c1", queue="vip", rating=1, passed=("support",))
    house.call("c2", rating=5, tenant="two")
    before = await house.summary(by="queue")
    house.rebuild("one")
    assert await house.summary(by="queue") == before
    assert scores(await house.summary("two"), "mean") == {"ann": (5.0,)}


def test_a_customer_who_was_asked_is_known_to_have_been(house: House) -> None:
    rig = house.rig

    def make(tx: Any) -> str:
        on = tenancy.Writing(tx, rig.keys, rig.platform.ids, "one", rig.clock.now_ms())
        return customers.create(on, customers.Draft("Li", phones=("13800000001",)))

    customer = rig.db.do(make)
    call = InteractionId("c1")
    house.fold(
        InteractionStarted(
            interaction=call,
            channel=Channel.VOICE,
            leg=LegId("leg"),
            number="4001",
            party=Token("tok"),
            flow=FlowId("flow"),
            presumption=Presumption.PRESUMED,
            customer=customer,
            level=Level.REGULAR,
            language="zh",
            priority=0,
            survey_seed=1,
            survey_allowed=True,
        )
    )
    house.call("c1")
    found = rig.db.do(lambda tx: customers.identify(tx, rig.keys, "one", "13800000001"))
    assert found.matches[0].surveyed_at == rig.clock.now_ms()
