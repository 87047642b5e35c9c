"""`trunkline rebuild`: the read models folded anew are the read models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.features.desk.house import Desk, Furnished, Ready, until
from trunkline.app.offline import rebuild_all
from trunkline.kit.config import Settings
from trunkline.ports.database import Tx, metadata

FOLDED = (
    "interactions",
    "segments",
    "offers",
    "interaction_path",
    "queue_stays",
    "surveys",
    "survey_queues_passed",
    "disposition_uses",
    "recordings",
)
Rows = dict[str, list[tuple[Any, ...]]]


async def test_what_is_folded_anew_is_what_was_there(furnished: Furnished, tmp_path: Path) -> None:
    async with Desk.open(furnished, tmp_path) as desk:
        await a_day(desk)
        before = await desk.node.platform.db.read(rows)
        await desk.node.platform.db.write(spoil)
    settings = Settings(data=tmp_path)
    assert await rebuild_all(settings) > 10
    assert read_again(tmp_path) == before
    assert all(before[name] for name in FOLDED if name != "recordings")


async def a_mail(desk: Desk, *agents: Ready) -> None:
    """Something written, from the queue to its end with whoever is asked."""
    new = {"channel": "email", "queue": "support", "subject": "Rechnung"}
    async with desk.as_("admin") as admin:
        mail = (await admin.post("/interactions", json=new)).json()["id"]
    for agent in agents:
        for offer in (await agent.client.get("/me/offers")).json()["items"]:
            await agent.client.post(f"/offers/{offer['id']}/accept")
            await agent.do(mail, "finish", {"disposition": "other"})


async def a_day(desk: Desk) -> None:
    """One call through two queues to its mark, and one abandoned."""
    async with desk.ready("agent1") as first, desk.ready("agent2") as second:
        customer = await desk.call("4001", "+8613800000001")
        interaction = await first.take()
        to = {"kind": "blind", "to": {"queue": "billing"}}
        await first.do(interaction, "transfer", to)
        assert await second.take() == interaction
        await second.do(interaction, "hangup")
        await second.do(interaction, "wrap-up", {"disposition": "bill.question"})
        desk.edge.press(customer, "4")
        await second.stream.event("trunkline.survey.answered.v1")
        await first.do(interaction, "wrap-up", {"disposition": "other"})
        await a_mail(desk, first, second)
    gone = await desk.call("4000", "+8613800000002")
    await until(lambda: bool(desk.edge.heard(gone)))
    desk.edge.end(gone)
    states = [driver.cell.state for driver in desk.node.cells.drivers.values()]
    await until(lambda: gone in desk.edge.statuses() and not any(s.interactions for s in states))
    # The state is ahead of its transaction: the one writer is free again once that is durable.
    await desk.node.platform.db.write(lambda _: None)


def rows(tx: Tx) -> Rows:
    """Every folded row."""
    return {
        name: sorted(map(tuple, tx.execute(sa.select(metadata.tables[name]))), key=str)
        for name in FOLDED
    }


def spoil(tx: Tx) -> None:
    """Lose what can be folded anew."""
    for name in ("segments", "offers", "surveys"):
        tx.execute(metadata.tables[name].delete())


def read_again(folder: Path) -> Rows:
    """The rows of a node that is not running."""
    engine = sa.create_engine(f"sqlite:///{folder / 'trunkline.db'}")
    with engine.connect() as tx:
        found = rows(tx)
    engine.dispose()
    return found
