"""What-if through the API: asked for, played by a job, read; drafts; and the store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.features.both import BOTH, opened
from tests.tools.rig import MemoryDatabase, Rig
from trunkline.core.acd.rules import Ordering, Strategy
from trunkline.core.config import Policy, QueuePolicy
from trunkline.core.words import QueueId
from trunkline.features import identity, queues, simulations
from trunkline.features.simulations.draft import drafted
from trunkline.kit.errors import TrunklineError
from trunkline.ports.database import Tx
from trunkline.ports.jobs import Job
from trunkline.ports.simulator import Question, SimulationFailed

DAY = {"from": "2026-11-20T00:00:00Z", "to": "2026-11-21T00:00:00Z"}
INDEX = {"order": {"kind": "index"}, "queues": {"q1": {"strategy": "index", "tier_ms": 5000}}}
PUBLISHED = Policy(version=3, queues=(QueuePolicy(QueueId("q1")), QueuePolicy(QueueId("q2"))))
LINE = {
    "was": 80.0,
    "published": {"mean": 80.5, "half": 1.0},
    "draft": {"mean": 84.0, "half": 1.1},
    "difference": {"mean": 3.5, "half": None},
}
FOUND = {
    "stays": 120,
    "overall": {"sl": LINE},
    "queues": {"q1": {"sl": LINE}},
    "levels": {"gold": {"sl": LINE}},
}


class FakeSimulator:
    """Answers at once, or fails; keeps what it was asked."""

    def __init__(self, why_not: str = "", queues: tuple[str, ...] = ("q1",)) -> None:
        self.why_not = why_not
        self.queues = queues
        self.asked: list[Question] = []

    async def compare(
        self, question: Question, progress: Callable[[float], Awaitable[None]]
    ) -> dict[str, Any]:
        self.asked.append(question)
        await progress(0.5)
        if self.why_not:
            raise SimulationFailed(self.why_not)
        return FOUND | {"queues": {queue: {"sl": LINE} for queue in self.queues}}


def published(tx: Tx, tenant_id: str, now: int) -> Policy:
    return PUBLISHED


@pytest.fixture
def rig() -> Rig:
    return Rig(simulations.router)


async def ask(rig: Rig, body: dict[str, Any] | None = None, tenant: str = "one") -> dict[str, Any]:
    async with rig.as_(tenant) as client:
        reply = await client.post("/policies/simulate", json=body or DAY | {"changes": INDEX})
    assert reply.status_code == 202, reply.text
    asked: dict[str, Any] = reply.json()
    return asked


async def work(rig: Rig, simulator: FakeSimulator) -> None:
    """Do the newest job."""
    tenant_id, kind, payload = rig.jobs.queued[-1]
    play = simulations.handlers(rig.platform, simulator, published)[kind]
    await play(Job("job_1", tenant_id, kind, payload, 1))


async def seen(rig: Rig, name: str, tenant: str = "one") -> dict[str, Any]:
    async with rig.as_(tenant) as client:
        found: dict[str, Any] = (await client.get(f"/policies/simulations/{name}")).json()
    return found


async def test_a_simulation_is_asked_for_played_and_read(rig: Rig) -> None:
    asked, simulator = await ask(rig), FakeSimulator()
    assert (asked["state"], asked["progress_pct"], asked["result"]) == ("waiting", 0, None)
    await work(rig, simulator)
    done = await seen(rig, asked["id"])
    assert (done["state"], done["progress_pct"], done["error"]) == ("done", 100, None)
    assert done["result"]["queues"]["q1"]["sl"]["difference"] == {"mean": 3.5, "half": None}
    (question,) = simulator.asked
    assert question.draft.order.kind is Ordering.INDEX
    assert question.draft.queues[0].strategy is Strategy.INDEX
    assert question.draft.queues[1] == PUBLISHED.queues[1]
    assert question.published == PUBLISHED


async def test_a_draft_of_the_configuration_is_played_as_it_would_be_published(rig: Rig) -> None:
    wanted = Policy(version=4, queues=PUBLISHED.queues[:1])
    body = DAY | {"draft_id": "dft_1"}
    async with rig.as_("one") as client:
        unknown = await client.post("/policies/simulate", json=body)
        both = await client.post("/policies/simulate", json=body | {"changes": INDEX})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "draft_unknown")
    assert both.status_code == 422
    rig.policies.draft = ("dft_1", wanted)
    asked, simulator = await ask(rig, body), FakeSimulator()
    await work(rig, simulator)
    assert [(one.published, one.draft) for one in simulator.asked] == [(PUBLISHED, wanted)]
    assert (asked["draft_id"], (await seen(rig, asked["id"]))["state"]) == ("dft_1", "done")


async def test_a_draft_that_went_meanwhile_fails_in_words(rig: Rig) -> None:
    rig.policies.draft = ("dft_1", PUBLISHED)
    asked = await ask(rig, DAY | {"draft_id": "dft_1"})
    rig.policies.draft = None
    await work(rig, FakeSimulator())
    assert "no such draft" in (await seen(rig, asked["id"]))["error"]


async def test_hours_are_reckoned_from_the_day_that_is_played_on(rig: Rig) -> None:
    asked_at: list[int] = []

    def dated(tx: Tx, tenant_id: str, now: int) -> Policy:
        asked_at.append(now)
        return PUBLISHED

    await ask(rig)
    tenant_id, kind, payload = rig.jobs.queued[-1]
    play = simulations.handlers(rig.platform, FakeSimulator(), dated)[kind]
    await play(Job("job_1", tenant_id, kind, payload, 1))
    assert asked_at == [1_795_132_800_000]  # 2026-11-20T00:00:00Z


async def test_one_that_fails_says_why(rig: Rig) -> None:
    asked = await ask(rig)
    await work(rig, FakeSimulator("nobody serves"))
    failed = await seen(rig, asked["id"])
    assert (failed["state"], failed["error"]) == ("failed", "nobody serves")


async def test_a_draft_about_a_queue_that_is_gone_fails_in_words(rig: Rig) -> None:
    asked = await ask(rig, DAY | {"changes": {"queues": {"q9": {"tier_ms": 1}}}})
    await work(rig, FakeSimulator())
    assert "no queue q9" in (await seen(rig, asked["id"]))["error"]


@pytest.mark.parametrize(
    "stretch",
    [
        {"from": "2026-11-21T00:00:00Z", "to": "2026-11-20T00:00:00Z"},
        {"from": "2026-11-10T00:00:00Z", "to": "2026-11-20T00:00:00Z"},
        {"from": "2026-11-21T00:00:00Z", "to": "2026-11-22T00:00:00Z"},
    ],
)
async def test_only_days_that_are_over_and_few_of_them_are_played(
    rig: Rig, stretch: dict[str, str]
) -> None:
    async with rig.as_("one") as client:
        reply = await client.post("/policies/simulate", json=stretch)
    assert (reply.status_code, reply.json()["code"]) == (422, "stretch_invalid")


async def test_not_too_many_wait_at_once(rig: Rig) -> None:
    for _ in range(5):
        await ask(rig)
    async with rig.as_("one") as client:
        reply = await client.post("/policies/simulate", json=DAY)
    assert (reply.status_code, reply.json()["code"]) == (409, "simulations_waiting")


async def test_another_tenant_sees_nothing_of_it(rig: Rig) -> None:
    asked = await ask(rig)
    assert (await seen(rig, asked["id"], "two"))["code"] == "simulation_unknown"
    async with rig.as_("two") as client:
        assert (await client.get("/policies/simulations")).json() == {"items": []}
    async with rig.as_("one") as client:
        listed = (await client.get("/policies/simulations")).json()["items"]
    assert [one["id"] for one in listed] == [asked["id"]]


async def test_who_sees_queues_by_team_sees_of_it_what_they_asked_and_those_queues() -> None:
    rig = Rig(simulations.router, queues.router, identity.router)
    async with rig.as_("one") as admin, rig.as_("one", "supervisor") as leader:
        team = (await admin.post("/teams", json={"name": "North"})).json()["id"]
        north, shared = [
            (await admin.post("/queues", json=body)).json()["id"]
            for body in ({"name": "north", "team_id": team}, {"name": "shared"})
        ]
        everything = await ask(rig)
        mine = (await leader.post("/policies/simulate", json=DAY)).json()
        await work(rig, FakeSimulator(queues=(north, shared)))
        page = f"/policies/simulations/{mine['id']}"
        told, whole = [(await who.get(page)).json()["result"] for who in (leader, admin)]
        hidden = await leader.get(f"/policies/simulations/{everything['id']}")
        listed = (await leader.get("/policies/simulations")).json()["items"]
        changes = {"queues": {north: {"tier_ms": 5000}}}
        foreign = await leader.post("/policies/simulate", json=DAY | {"changes": changes})
    assert (told["overall"], told["levels"], set(told["queues"])) == ({}, {}, {shared})
    assert (set(whole["overall"]), set(whole["queues"])) == ({"sl"}, {north, shared})
    assert (hidden.status_code, [one["id"] for one in listed]) == (404, [mine["id"]])
    assert (foreign.status_code, foreign.json()["code"]) == (404, "queue_unknown")


async def test_who_may_not_change_queues_may_not_play(rig: Rig) -> None:
    async with rig.as_("one", "agent") as client:
        reply = await client.post("/policies/simulate", json=DAY)
    assert reply.status_code == 403


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"agents": {}}, "only queues, order and sharing"),
        ({"queues": {"q1": {"speed": 3}}}, "QueuePolicy has no speed"),
        ({"queues": {"q1": {"id": "q7"}}}, "has no id"),
        ({"queues": {"q1": {"tier_ms": "long"}}}, "tier_ms has to be int"),
        ({"queues": {"q1": {"tier_ms": True}}}, "tier_ms has to be int"),
        ({"queues": {"q1": {"strategy": "magic"}}}, "magic"),
        ({"queues": [1]}, "has to be an object"),
        ({"order": {"kind": "lifo"}}, "lifo"),
        ({"order": {"age_ms": 1e15}}, "age_ms"),
        ({"sharing": {"idle_bonus": None}}, "idle_bonus has to be float"),
    ],
)
def test_a_draft_that_does_not_fit_is_refused_with_the_reason(
    changes: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(TrunklineError, match=complaint) as refused:
        drafted(PUBLISHED, changes)
    assert refused.value.code == "draft_invalid"


def test_without_changes_the_draft_is_what_is_published() -> None:
    assert drafted(PUBLISHED, {}).queues == PUBLISHED.queues


@pytest.mark.parametrize("kind", BOTH)
async def test_both_databases_keep_what_came_out(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    async with opened(kind, tmp_path, request) as database:
        rig = Rig(simulations.router, db=MemoryDatabase(database.engine))
        asked = await ask(rig)
        await ask(rig, tenant="two")
        await work(rig, FakeSimulator())
        assert (await seen(rig, asked["id"]))["state"] == "waiting"
        other = rig.jobs.queued[-1][2]["simulation_id"]
        assert (await seen(rig, other, "two"))["result"]["stays"] == 120
