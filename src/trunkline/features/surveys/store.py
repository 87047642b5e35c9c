"""Surveys as rows: whether one was drawn, asked and answered, and whose mark it is.

A mark belongs to the agent who handled last and to the queue he did it for; queues that were
passed on the way are kept apart, so that their marks can be shown flagged "transferred".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from trunkline.kit.prepared import Prepared
from trunkline.ports.database import metadata

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from trunkline.ports.database import Tx

surveys = sa.Table(
    "surveys",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("interaction_id", sa.String(80), primary_key=True),
    sa.Column("drawn", sa.Boolean, nullable=False),
    sa.Column("reason", sa.String(40)),
    sa.Column("queue_id", sa.String(40), nullable=False),
    sa.Column("agent_id", sa.String(40)),
    sa.Column("drawn_at", sa.BigInteger, nullable=False),
    sa.Column("asked_at", sa.BigInteger),
    sa.Column("rating", sa.SmallInteger),
    sa.Column("answered_at", sa.BigInteger),
    sa.Index("ix_surveys_asked_at", "tenant_id", "asked_at"),
)
passed = sa.Table(
    "survey_queues_passed",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("interaction_id", sa.String(80), primary_key=True),
    sa.Column("queue_id", sa.String(40), primary_key=True),
)


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """The survey of one interaction; `reason` says why it was not drawn."""

    interaction_id: str
    drawn: bool
    reason: str | None
    queue_id: str
    agent_id: str | None
    rating: int | None
    transferred_queues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """Surveys asked from `since` to before `until` (ms UTC), of these agents or queues.

    None is no bound; with both of `agent_ids` and `queue_ids` None all are meant.
    """

    since: int | None = None
    until: int | None = None
    agent_ids: frozenset[str] | None = None
    queue_ids: frozenset[str] | None = None


@dataclass(slots=True)
class Score:
    """Marks of one agent or queue: how many were asked, how many answered, and their sum."""

    offered: int = 0
    n: int = 0
    total: int = 0
    transferred_n: int = 0
    transferred_total: int = 0


def put(tx: Tx, tenant_id: str, interaction_id: str, **fields: Any) -> None:
    """Set columns of an interaction's survey, which is made when there is none."""
    mine = {"of_tenant": tenant_id, "of_interaction": interaction_id}
    if _change(tuple(fields)).run(tx, {**mine, **fields}) == 0:
        row = {"tenant_id": tenant_id, "interaction_id": interaction_id, **fields}
        _add(tuple(row)).run(tx, row)


def set_passed(tx: Tx, tenant_id: str, interaction_id: str, queue_ids: Iterable[str]) -> None:
    """Say which queues an interaction passed before its last one."""
    mine = sa.and_(passed.c.tenant_id == tenant_id, passed.c.interaction_id == interaction_id)
    tx.execute(passed.delete().where(mine))
    key = {"tenant_id": tenant_id, "interaction_id": interaction_id}
    rows = [{**key, "queue_id": queue_id} for queue_id in sorted(set(queue_ids))]
    if rows:
        tx.execute(passed.insert(), rows)


def forget(tx: Tx, tenant_id: str) -> None:
    """Drop a tenant's rows; the facts bring them back."""
    for table in (surveys, passed):
        tx.execute(table.delete().where(table.c.tenant_id == tenant_id))


def of_interactions(tx: Tx, tenant_id: str, ids: Collection[str]) -> dict[str, SurveyRow]:
    """The survey of each of these interactions that has one."""
    mine = sa.and_(surveys.c.tenant_id == tenant_id, surveys.c.interaction_id.in_(ids))
    queues = _passed_queues(tx, tenant_id, ids)
    return {
        row.interaction_id: SurveyRow(
            row.interaction_id,
            row.drawn,
            row.reason,
            row.queue_id,
            row.agent_id,
            row.rating,
            tuple(queues.get(row.interaction_id, ())),
        )
        for row in tx.execute(sa.select(surveys).where(mine))
    }


def scores_by_agent(tx: Tx, tenant_id: str, window: Window) -> dict[str, Score]:
    """The scores of agents; marks of transferred interactions are counted apart as well."""
    scores = _own_scores(tx, tenant_id, window, surveys.c.agent_id)
    for agent_id, n, total in tx.execute(_transferred(tenant_id, window)):
        scores[agent_id].transferred_n = n
        scores[agent_id].transferred_total = total
    return scores


def scores_by_queue(tx: Tx, tenant_id: str, window: Window) -> dict[str, Score]:
    """The scores of queues; marks of interactions that only passed are counted apart."""
    scores = _own_scores(tx, tenant_id, window, surveys.c.queue_id)
    for queue_id, n, total in tx.execute(_passing(tenant_id, window)):
        score = scores.setdefault(queue_id, Score())
        score.transferred_n, score.transferred_total = n, total
    return scores


def _own_scores(tx: Tx, tenant_id: str, window: Window, owner: sa.Column[Any]) -> dict[str, Score]:
    rating = surveys.c.rating
    total = sa.func.coalesce(sa.func.sum(rating), 0)
    query = (
        sa.select(owner, sa.func.count(), sa.func.count(rating), total)
        .where(*_within(tenant_id, window))
        .group_by(owner)
    )
    return {who: Score(offered, n, int(total)) for who, offered, n, total in tx.execute(query)}


def _transferred(tenant_id: str, window: Window) -> sa.Select[Any]:
    """Agent, number and sum of the marks of interactions that passed another queue before."""
    rating = surveys.c.rating
    query = sa.select(surveys.c.agent_id, sa.func.count(), sa.func.sum(rating))
    there = sa.exists().where(_same_interaction())
    return query.where(*_within(tenant_id, window), rating.is_not(None), there).group_by(
        surveys.c.agent_id
    )


def _passing(tenant_id: str, window: Window) -> sa.Select[Any]:
    """Queue, number and sum of the marks of interactions that passed it."""
    rating = surveys.c.rating
    query = sa.select(passed.c.queue_id, sa.func.count(), sa.func.sum(rating))
    joined = query.join_from(passed, surveys, _same_interaction())
    return joined.where(*_within(tenant_id, window), rating.is_not(None)).group_by(
        passed.c.queue_id
    )


def _same_interaction() -> sa.ColumnElement[bool]:
    return sa.and_(
        passed.c.tenant_id == surveys.c.tenant_id,
        passed.c.interaction_id == surveys.c.interaction_id,
    )


def _within(tenant_id: str, window: Window) -> list[sa.ColumnElement[bool]]:
    c = surveys.c
    found: list[sa.ColumnElement[bool]] = [c.tenant_id == tenant_id, c.asked_at.is_not(None)]
    if window.since is not None:
        found.append(c.asked_at >= window.since)
    if window.until is not None:
        found.append(c.asked_at < window.until)
    if window.agent_ids is not None or window.queue_ids is not None:
        agents = c.agent_id.in_(window.agent_ids or ())
        found.append(sa.or_(agents, c.queue_id.in_(window.queue_ids or ())))
    return found


def _passed_queues(tx: Tx, tenant_id: str, ids: Collection[str]) -> dict[str, list[str]]:
    mine = sa.and_(passed.c.tenant_id == tenant_id, passed.c.interaction_id.in_(ids))
    found: dict[str, list[str]] = {}
    for row in tx.execute(sa.select(passed).where(mine).order_by(passed.c.queue_id)):
        found.setdefault(row.interaction_id, []).append(row.queue_id)
    return found


@cache
def _add(names: tuple[str, ...]) -> Prepared:
    return Prepared(surveys.insert().values({name: sa.bindparam(name) for name in names}))


@cache
def _change(names: tuple[str, ...]) -> Prepared:
    mine = surveys.c.tenant_id == sa.bindparam("of_tenant")
    mine = mine & (surveys.c.interaction_id == sa.bindparam("of_interaction"))
    values: dict[str, Any] = {name: sa.bindparam(name) for name in names}
    return Prepared(surveys.update().where(mine).values(values))
