"""The figures of surveys, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.features.both import BOTH, opened
from trunkline.core.facts import SurveyAnswered, SurveyAsked, SurveyDrawn
from trunkline.core.words import AgentId, InteractionId, QueueId
from trunkline.features.surveys import SurveyRows, store
from trunkline.features.surveys.store import Score, Window
from trunkline.ports.database import Tx

ANN, VIP, SUPPORT = AgentId("ann"), QueueId("vip"), QueueId("support")


@pytest.mark.parametrize("kind", BOTH)
async def test_scores_are_counted_alike(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    def fold(tx: Tx) -> None:
        rows = SurveyRows()
        for tenant, ratings in (("one", (5, 2, None)), ("two", (1,))):
            for number, rating in enumerate(ratings):
                call = InteractionId(f"c{number}")
                rows.project(tx, tenant, 1000, SurveyDrawn(call, VIP, True, None))
                rows.project(tx, tenant, 2000, SurveyAsked(call, ANN, VIP, 1, "step"))
                if rating:
                    passed = (SUPPORT,) if rating == 2 else ()
                    answered = SurveyAnswered(call, rating, ANN, VIP, passed)
                    rows.project(tx, tenant, 3000, answered)

    async with opened(kind, tmp_path, request) as db:
        await db.write(fold)
        by_agent = await db.read(lambda tx: store.scores_by_agent(tx, "one", Window(2000, 2001)))
        by_queue = await db.read(lambda tx: store.scores_by_queue(tx, "one", Window()))
        of_two = await db.read(lambda tx: store.scores_by_queue(tx, "two", Window()))
        nobody = Window(agent_ids=frozenset(), queue_ids=frozenset())
        assert await db.read(lambda tx: store.scores_by_agent(tx, "one", nobody)) == {}
        await db.write(lambda tx: store.forget(tx, "two"))
        assert await db.read(lambda tx: store.of_interactions(tx, "two", ["c0"])) == {}
        card = (await db.read(lambda tx: store.of_interactions(tx, "one", ["c1"])))["c1"]
    assert by_agent == {"ann": Score(3, 2, 7, 1, 2)}
    assert by_queue == {
        "vip": Score(3, 2, 7),
        "support": Score(transferred_n=1, transferred_total=2),
    }
    assert of_two == {"vip": Score(1, 1, 1)}
    assert (card.rating, card.transferred_queues) == (2, ("support",))
