"""Interactions as rows: one row each, with their segments, offers and path through the flow.

All of it is folded from the core's facts and could be folded anew. Personal values are not here:
`party` is the token of the number that called.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from trunkline.kit.prepared import Prepared
from trunkline.ports.database import Tx, metadata

if TYPE_CHECKING:
    from collections.abc import Collection

interactions = sa.Table(
    "interactions",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(80), primary_key=True),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("number", sa.String(40), nullable=False),
    sa.Column("party", sa.String(80), nullable=False),
    sa.Column("customer_id", sa.String(40)),
    sa.Column("level", sa.String(16), nullable=False),
    sa.Column("presumption", sa.String(16), nullable=False),
    sa.Column("verified_by", sa.String(16)),
    sa.Column("verified_how", sa.String(60)),
    sa.Column("verified_agent", sa.String(40)),
    sa.Column("verified_at", sa.BigInteger),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("ended_by", sa.String(20)),
    sa.Column("queue_id", sa.String(40)),
    sa.Column("agent_id", sa.String(40)),
    sa.Column("started_at", sa.BigInteger, nullable=False),
    sa.Column("answered_at", sa.BigInteger),
    sa.Column("ended_at", sa.BigInteger),
    sa.Column("closed_at", sa.BigInteger),
    sa.Column("wait_ms", sa.BigInteger),
    sa.Column("talk_ms", sa.BigInteger),
    sa.Column("disposition", sa.String(60)),
    sa.Column("callback_id", sa.String(80)),
    sa.Column("recording_consent", sa.String(16)),
    sa.Column("colleague_id", sa.String(40)),
    sa.Index("ix_interactions_started_at", "tenant_id", "started_at"),
    sa.Index("ix_interactions_customer_id", "tenant_id", "customer_id", "started_at"),
    sa.Index("ix_interactions_agent_id", "tenant_id", "agent_id", "started_at"),
)
segments = sa.Table(
    "segments",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("interaction_id", sa.String(80), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("participant_kind", sa.String(16), nullable=False),
    sa.Column("participant_id", sa.String(80), nullable=False),
    sa.Column("started_at", sa.BigInteger, nullable=False),
    sa.Column("ended_at", sa.BigInteger),
    sa.Column("detail", sa.String(60)),
)
offers = sa.Table(
    "offers",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(80), primary_key=True),
    sa.Column("interaction_id", sa.String(80), nullable=False),
    sa.Column("queue_id", sa.String(40), nullable=False),
    sa.Column("agent_id", sa.String(40), nullable=False),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("cause", sa.String(24)),
    sa.Column("reason", sa.String(60)),
    sa.Column("made_at", sa.BigInteger, nullable=False),
    sa.Column("expires_at", sa.BigInteger, nullable=False),
    sa.Column("accept_at", sa.BigInteger),
    sa.Column("ended_at", sa.BigInteger),
    sa.Column("explanation", sa.Text, nullable=False),
    sa.Index("ix_offers_interaction_id", "tenant_id", "interaction_id"),
)
path = sa.Table(
    "interaction_path",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("interaction_id", sa.String(80), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("node", sa.String(60), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("key", sa.String(16)),
)
TABLES = (interactions, segments, offers, path)
_GET = Prepared(
    sa.select(interactions).where(
        interactions.c.tenant_id == sa.bindparam("of_tenant"),
        interactions.c.id == sa.bindparam("of_id"),
    )
)
_ADD_TALK = Prepared(
    interactions.update()
    .where(
        interactions.c.tenant_id == sa.bindparam("of_tenant"),
        interactions.c.id == sa.bindparam("of_id"),
    )
    .values(
        talk_ms=sa.func.coalesce(interactions.c.talk_ms, sa.literal_column("0"))
        + sa.bindparam("more_ms")
    )
)
FLOW, QUEUED, TALKING, WRAP_UP, ENDED = "flow", "queued", "talking", "wrap_up", "ended"
HANDLED = "handled"
"""With an agent who handles it beside others: a written one."""
CALLING = "calling"
"""The agent is there and the phone of a customer who is called back rings."""
PARKED, VOICEMAIL = "parked", "voicemail"


@dataclass(frozen=True, slots=True)
class InteractionRow:
    """One interaction as stored."""

    tenant_id: str
    id: str
    channel: str
    number: str
    party: str
    customer_id: str | None
    level: str
    presumption: str
    verified_by: str | None
    verified_how: str | None
    verified_agent: str | None
    verified_at: int | None
    state: str
    ended_by: str | None
    queue_id: str | None
    agent_id: str | None
    started_at: int
    answered_at: int | None
    ended_at: int | None
    closed_at: int | None
    wait_ms: int | None
    talk_ms: int | None
    disposition: str | None
    callback_id: str | None = None
    recording_consent: str | None = None
    colleague_id: str | None = None
    """The agent whom another one called: an internal call, in no queue."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Which interactions may be seen: those of these agents or queues; None is all.

    With `unqueued` also those that have reached no queue, and so belong to no team.
    """

    agent_ids: frozenset[str] | None = None
    queue_ids: frozenset[str] | None = None
    unqueued: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list's filter; `before` is (started_at, id) of the last row of the page before."""

    state: str | None = None
    queue_id: str | None = None
    channel: str | None = None
    customer_id: str | None = None
    agent_id: str | None = None
    ended_by: tuple[str, ...] | None = None
    unanswered: bool = False
    since: int | None = None
    until: int | None = None
    before: tuple[int, str] | None = None


def add(tx: Tx, row: dict[str, Any]) -> None:
    """Write a new interaction."""
    _insert(interactions, tuple(row)).run(tx, row)


def change(tx: Tx, tenant_id: str, interaction_id: str, **fields: Any) -> None:
    """Set columns of an interaction."""
    values = {"of_tenant": tenant_id, "of_id": interaction_id, **fields}
    _update(interactions, tuple(fields)).run(tx, values)


def add_talk(tx: Tx, tenant_id: str, interaction_id: str, more_ms: int) -> None:
    """So much was talked in an interaction, beside what was talked before."""
    _ADD_TALK.run(tx, {"of_tenant": tenant_id, "of_id": interaction_id, "more_ms": more_ms})


def get(tx: Tx, tenant_id: str, interaction_id: str) -> InteractionRow | None:
    """One interaction."""
    row = _GET.first(tx, {"of_tenant": tenant_id, "of_id": interaction_id})
    return InteractionRow(*row) if row else None


def of_party(tx: Tx, tenant_id: str, party: str, since: int, until: int) -> InteractionRow | None:
    """The interaction that a customer's token belongs to, begun between these times (ms)."""
    c = interactions.c
    begun = (c.tenant_id == tenant_id) & c.started_at.between(since, until)
    row = tx.execute(sa.select(interactions).where(begun, c.party == party)).mappings().first()
    return InteractionRow(**row) if row else None


def several(tx: Tx, tenant_id: str, ids: Collection[str]) -> list[InteractionRow]:
    """These interactions, as far as they are there."""
    mine = (interactions.c.tenant_id == tenant_id) & interactions.c.id.in_(ids)
    return [
        InteractionRow(**row) for row in tx.execute(sa.select(interactions).where(mine)).mappings()
    ]


def page(tx: Tx, tenant_id: str, reach: Reach, wanted: Wanted, limit: int) -> list[InteractionRow]:
    """Interactions newest first."""
    c = interactions.c
    query = sa.select(interactions).where(c.tenant_id == tenant_id)
    query = _within(query, reach)
    for column, value in (
        (c.state, wanted.state),
        (c.queue_id, wanted.queue_id),
        (c.channel, wanted.channel),
        (c.customer_id, wanted.customer_id),
        (c.agent_id, wanted.agent_id),
    ):
        query = query if value is None else query.where(column == value)
    if wanted.ended_by is not None:
        query = query.where(c.ended_by.in_(wanted.ended_by))
    if wanted.unanswered:
        query = query.where(c.answered_at.is_(None), c.wait_ms.is_not(None))
    if wanted.since is not None:
        query = query.where(c.started_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(c.started_at < wanted.until)
    if wanted.before is not None:
        query = query.where(sa.tuple_(c.started_at, c.id) < sa.tuple_(*wanted.before))
    rows = tx.execute(query.order_by(c.started_at.desc(), c.id.desc()).limit(limit))
    return [InteractionRow(**row) for row in rows.mappings()]


def handled_by(tx: Tx, tenant_id: str, interaction_id: str) -> set[str]:
    """Agents who talked in an interaction, or are asked into it now."""
    c = segments.c
    query = sa.select(c.participant_id).where(
        c.tenant_id == tenant_id,
        c.interaction_id == interaction_id,
        c.participant_kind == "agent",
        (c.kind != "ring") | c.ended_at.is_(None),
    )
    return set(tx.execute(query).scalars())


def open_segment(
    tx: Tx,
    tenant_id: str,
    interaction_id: str,
    at: int,
    kind: str,
    who: tuple[str, str],
    detail: str | None = None,
) -> None:
    """Begin a segment; `who` is the participant's kind and id."""
    row = {
        "tenant_id": tenant_id,
        "interaction_id": interaction_id,
        "kind": kind,
        "participant_kind": who[0],
        "participant_id": who[1],
        "started_at": at,
        "detail": detail,
    }
    _numbered(segments, tuple(row)).run(tx, row)


def close_segments(
    tx: Tx, tenant_id: str, interaction_id: str, at: int, *kinds: str, who: str | None = None
) -> None:
    """End the open segments of these kinds, of one participant if named."""
    values = {"of_tenant": tenant_id, "of_id": interaction_id, "ended_at": at, "who": who}
    _close(kinds, of_one=who is not None).run(tx, values)


def describe_segment(
    tx: Tx, tenant_id: str, interaction_id: str, kind: str, who: str, detail: str
) -> None:
    """Say something about a participant's open segment of this kind; replaces what was said."""
    c = segments.c
    mine = (c.tenant_id == tenant_id) & (c.interaction_id == interaction_id) & (c.kind == kind)
    still = mine & (c.participant_id == who) & c.ended_at.is_(None)
    tx.execute(segments.update().where(still).values(detail=detail))


def segments_of(tx: Tx, tenant_id: str, interaction_id: str) -> list[dict[str, Any]]:
    """The segments of an interaction in order of their start."""
    c = segments.c
    query = sa.select(segments).where(c.tenant_id == tenant_id, c.interaction_id == interaction_id)
    return [dict(row) for row in tx.execute(query.order_by(c.number)).mappings()]


def standing(tx: Tx, tenant_id: str, ids: Collection[str], kind: str) -> dict[str, dict[str, Any]]:
    """The open segment of a kind of each of these interactions that has one."""
    c = segments.c
    query = sa.select(segments).where(
        c.tenant_id == tenant_id, c.interaction_id.in_(ids), c.kind == kind, c.ended_at.is_(None)
    )
    return {row["interaction_id"]: dict(row) for row in tx.execute(query).mappings()}


def add_offer(tx: Tx, row: dict[str, Any]) -> None:
    """Write a new offer; its explanation is JSON values."""
    text = orjson.dumps(row["explanation"]).decode()
    _insert(offers, tuple(row)).run(tx, row | {"explanation": text})


def change_offer(tx: Tx, tenant_id: str, offer_id: str, **fields: Any) -> None:
    """Set columns of an offer."""
    values = {"of_tenant": tenant_id, "of_id": offer_id, **fields}
    _update(offers, tuple(fields)).run(tx, values)


def offers_of(tx: Tx, tenant_id: str, interaction_id: str) -> list[dict[str, Any]]:
    """The offers of an interaction, oldest first."""
    mine = (offers.c.tenant_id == tenant_id) & (offers.c.interaction_id == interaction_id)
    rows = tx.execute(sa.select(offers).where(mine).order_by(offers.c.made_at, offers.c.id))
    return [_offer(row) for row in rows.mappings()]


def offer(tx: Tx, tenant_id: str, offer_id: str) -> dict[str, Any] | None:
    """One offer."""
    mine = (offers.c.tenant_id == tenant_id) & (offers.c.id == offer_id)
    row = tx.execute(sa.select(offers).where(mine)).mappings().one_or_none()
    return _offer(row) if row else None


def add_step(
    tx: Tx, tenant_id: str, interaction_id: str, at: int, node: str, kind: str, key: str | None
) -> None:
    """Add one step of the way through the flow."""
    row = {
        "tenant_id": tenant_id,
        "interaction_id": interaction_id,
        "at": at,
        "node": node,
        "kind": kind,
        "key": key,
    }
    _numbered(path, tuple(row)).run(tx, row)


def path_of(tx: Tx, tenant_id: str, interaction_id: str) -> list[dict[str, Any]]:
    """The way through the flow, in order."""
    mine = (path.c.tenant_id == tenant_id) & (path.c.interaction_id == interaction_id)
    rows = tx.execute(sa.select(path).where(mine).order_by(path.c.number))
    return [dict(row) for row in rows.mappings()]


def answered_counts(
    tx: Tx, tenant_id: str, queue_id: str, since: int, within_ms: int
) -> tuple[int, int, int]:
    """Of the interactions that came to a queue since: answered in time, answered, abandoned."""
    c = interactions.c
    mine = (c.tenant_id == tenant_id) & (c.queue_id == queue_id) & (c.started_at >= since)
    in_time = sa.case(((c.answered_at.is_not(None)) & (c.wait_ms <= within_ms), 1), else_=0)
    answered = sa.case((c.answered_at.is_not(None), 1), else_=0)
    abandoned = sa.case((c.ended_by == "abandoned", 1), else_=0)
    query = sa.select(
        *(sa.func.coalesce(sa.func.sum(x), 0) for x in (in_time, answered, abandoned))
    )
    row = tx.execute(query.where(mine)).one()
    return int(row[0]), int(row[1]), int(row[2])


def forget(tx: Tx, tenant_id: str) -> None:
    """Drop everything of a tenant, before it is folded anew."""
    for table in TABLES:
        tx.execute(table.delete().where(table.c.tenant_id == tenant_id))


def _within(query: sa.Select[Any], reach: Reach) -> sa.Select[Any]:
    if reach.agent_ids is None and reach.queue_ids is None:
        return query
    c = interactions.c
    seen = [c.agent_id.in_(reach.agent_ids or ())]
    if reach.queue_ids:
        seen.append(c.queue_id.in_(reach.queue_ids))
    if reach.unqueued:
        seen.append(c.queue_id.is_(None))
    return query.where(sa.or_(*seen))


def _offer(row: Any) -> dict[str, Any]:
    return {**row, "explanation": orjson.loads(row["explanation"])}


@cache
def _insert(table: sa.Table, names: tuple[str, ...]) -> Prepared:
    return Prepared(table.insert().values({name: sa.bindparam(name) for name in names}))


@cache
def _update(table: sa.Table, names: tuple[str, ...]) -> Prepared:
    c = table.c
    mine = (c.tenant_id == sa.bindparam("of_tenant")) & (c.id == sa.bindparam("of_id"))
    values: dict[str, Any] = {name: sa.bindparam(name) for name in names}
    return Prepared(table.update().where(mine).values(values))


@cache
def _numbered(table: sa.Table, names: tuple[str, ...]) -> Prepared:
    """Insert with the next number within the interaction."""
    c = table.c
    zero: sa.ColumnElement[int] = sa.literal_column("0")  # a literal is no named parameter
    one: sa.ColumnElement[int] = sa.literal_column("1")
    number = (
        sa.select(sa.func.coalesce(sa.func.max(c.number), zero) + one)
        .where(c.tenant_id == sa.bindparam("tenant_id"))
        .where(c.interaction_id == sa.bindparam("interaction_id"))
        .scalar_subquery()
    )
    values: dict[str, Any] = {name: sa.bindparam(name) for name in names}
    return Prepared(table.insert().values(values | {"number": number}))


@cache
def _close(kinds: tuple[str, ...], *, of_one: bool) -> Prepared:
    c = segments.c
    mine = (c.tenant_id == sa.bindparam("of_tenant")) & (c.interaction_id == sa.bindparam("of_id"))
    mine = mine & c.ended_at.is_(None)
    mine = mine & sa.or_(*(c.kind == sa.literal_column(f"'{kind}'") for kind in kinds))
    if of_one:
        mine = mine & (c.participant_id == sa.bindparam("who"))
    return Prepared(segments.update().where(mine).values(ended_at=sa.bindparam("ended_at")))
