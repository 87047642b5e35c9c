"""One row for each stay of an interaction in a queue: since when, how it ended, how long."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from trunkline.core.metrics.service_level import Stays
from trunkline.core.words import Channel
from trunkline.kit.prepared import Prepared
from trunkline.ports.database import metadata

if TYPE_CHECKING:
    from collections.abc import Collection

    from trunkline.ports.database import Tx

stays = sa.Table(
    "queue_stays",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("interaction_id", sa.String(80), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("queue_id", sa.String(40), nullable=False),
    sa.Column("entered_at", sa.BigInteger, nullable=False),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("heard", sa.Boolean, nullable=False),
    sa.Column("wait_ms", sa.BigInteger),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Index("ix_queue_stays_entered_at", "tenant_id", "queue_id", "entered_at"),
)
WAITING, ANSWERED, ABANDONED, LOST = "waiting", "answered", "abandoned", "lost"
WITHDRAWN, OVERFLOWED, CALLBACK = "withdrawn", "overflowed", "callback"
CALLED_BACK: Final = "called_back"
"""The stay of somebody who is called back; they are counted where they chose to be."""

_COLUMNS = ("tenant_id", "interaction_id", "queue_id", "entered_at", "outcome", "channel")
_EARLIER = sa.select(
    sa.func.coalesce(sa.func.max(stays.c.number), sa.literal_column("0")) + sa.literal_column("1")
).where(
    stays.c.tenant_id == sa.bindparam("tenant_id"),
    stays.c.interaction_id == sa.bindparam("interaction_id"),
)
_ADD = Prepared(
    stays.insert().values(
        {name: sa.bindparam(name) for name in _COLUMNS}
        | {"number": _EARLIER.scalar_subquery(), "heard": sa.bindparam("heard")}
    )
)
_THIS = sa.and_(
    stays.c.tenant_id == sa.bindparam("of_tenant"),
    stays.c.interaction_id == sa.bindparam("of_interaction"),
)
_END = Prepared(
    stays.update()
    .where(_THIS, stays.c.outcome == sa.bindparam("was"))
    .values(outcome=sa.bindparam("how"), wait_ms=sa.bindparam("at") - stays.c.entered_at)
)
_HEARD = Prepared(
    stays.update()
    .where(_THIS, stays.c.outcome == sa.bindparam("was"), stays.c.heard == sa.false())
    .values(heard=sa.true(), wait_ms=sa.bindparam("at") - stays.c.entered_at)
)


@dataclass(frozen=True, slots=True)
class Counting:
    """Stays entered from `since` to before `until` (ms UTC); T and the short threshold in ms.

    With `interval_ms` they are counted by the interval in which they entered; only those of one
    channel are, for each is measured by a target of its own.
    """

    since: int
    until: int
    within_ms: int
    short_ms: int
    interval_ms: int | None = None
    channel: Channel = Channel.VOICE


class Outcome(StrEnum):
    """How a stay that is over ended."""

    ANSWERED = ANSWERED
    ABANDONED = ABANDONED
    LOST = LOST
    WITHDRAWN = WITHDRAWN
    OVERFLOWED = OVERFLOWED
    CALLBACK = CALLBACK


WaitKey = int
"""A wait in half seconds, odd for what lies between two whole ones: see `wait_key`."""


@dataclass(frozen=True, slots=True)
class OpenStay:
    """Somebody who waits."""

    interaction: str
    queue: str
    entered_at: int


@dataclass(frozen=True, slots=True)
class Seeded:
    """A day so far: how many stays ended how after which wait, who waits, and up to when (ms)."""

    counts: tuple[tuple[str, Outcome, WaitKey, int], ...] = ()
    waiting: tuple[OpenStay, ...] = ()
    latest: int = 0


def wait_key(wait_ms: int) -> WaitKey:
    """At most T s are those up to 2T, less than T s those below 2T; so whole seconds are exact."""
    return 2 * (wait_ms // 1000) + (1 if wait_ms % 1000 else 0)


def begin(
    tx: Tx, tenant_id: str, interaction_id: str, queue_id: str, entered_at: int,
    outcome: str = WAITING, channel: str = Channel.VOICE,
) -> None:  # fmt: skip
    """A stay begins."""
    values = (tenant_id, interaction_id, queue_id, entered_at, outcome, channel)
    _ADD.run(tx, {**dict(zip(_COLUMNS, values, strict=True)), "heard": False})


def end(tx: Tx, tenant_id: str, interaction_id: str, at: int, how: str) -> bool:
    """The open stay ends so; whether there was one."""
    mine = {"of_tenant": tenant_id, "of_interaction": interaction_id}
    return _END.run(tx, {**mine, "at": at, "how": how, "was": WAITING}) > 0


def heard(tx: Tx, tenant_id: str, interaction_id: str, at: int) -> None:
    """Both sides hear each other: only now the wait is over."""
    mine = {"of_tenant": tenant_id, "of_interaction": interaction_id}
    _HEARD.run(tx, {**mine, "at": at, "was": ANSWERED})


def counted(
    tx: Tx, tenant_id: str, queue_ids: Collection[str], wanted: Counting
) -> dict[int, Stays]:
    """Stays that are over, by the beginning of the interval in which they entered."""
    c = stays.c
    size = wanted.interval_ms or max(1, wanted.until - wanted.since)
    bucket = (c.entered_at - wanted.since) // size
    query = (
        sa.select(bucket, *_sums(wanted))
        .where(
            c.tenant_id == tenant_id,
            c.queue_id.in_(queue_ids),
            c.entered_at >= wanted.since,
            c.entered_at < wanted.until,
            c.channel == wanted.channel.value,
            c.outcome.not_in((WAITING, CALLED_BACK)),
        )
        .group_by(bucket)
        .order_by(bucket)
    )
    return {
        wanted.since + int(row[0]) * size: Stays(*(int(value) for value in row[1:]))
        for row in tx.execute(query)
    }


def seeded(tx: Tx, tenant_id: str, since: int) -> Seeded:
    """Calls that entered from `since` on, in all queues of a tenant."""
    c = stays.c
    wait = sa.func.coalesce(c.wait_ms, 0)
    key = wait // 1000 * 2 + sa.case((wait % 1000 > 0, 1), else_=0)
    spoken = c.channel == Channel.VOICE.value
    mine = sa.and_(
        c.tenant_id == tenant_id, c.entered_at >= since, c.outcome != CALLED_BACK, spoken
    )
    over = (
        sa.select(c.queue_id, c.outcome, key, sa.func.count(), sa.func.max(c.entered_at + wait))
        .where(mine)
        .group_by(c.queue_id, c.outcome, key)
    )
    rows = tx.execute(over).all()
    open_ones = sa.select(c.interaction_id, c.queue_id, c.entered_at)
    waiting = tx.execute(open_ones.where(mine, c.outcome == WAITING))
    return Seeded(
        tuple((row[0], Outcome(row[1]), int(row[2]), row[3]) for row in rows if row[1] != WAITING),
        tuple(OpenStay(*row) for row in waiting),
        max((int(row[4]) for row in rows), default=0),
    )


def forget(tx: Tx, tenant_id: str) -> None:
    """Drop a tenant's rows; the facts bring them back."""
    tx.execute(stays.delete().where(stays.c.tenant_id == tenant_id))


def _sums(wanted: Counting) -> list[sa.ColumnElement[Any]]:
    """In the order of the fields of `Stays`."""
    c = stays.c
    answered = c.outcome == ANSWERED
    gone = c.outcome.in_((ABANDONED, LOST))
    short = sa.and_(c.outcome == ABANDONED, c.wait_ms < wanted.short_ms)
    left = sa.and_(gone, sa.not_(short))
    soon = c.wait_ms <= wanted.within_ms
    cases: tuple[sa.ColumnElement[bool], ...] = (
        sa.true(),
        answered,
        sa.and_(answered, soon),
        left,
        sa.and_(left, soon),
        short,
        c.outcome == WITHDRAWN,
        c.outcome == OVERFLOWED,
        c.outcome == CALLBACK,
    )
    waited = sa.func.sum(sa.case((answered, c.wait_ms), else_=0))
    return [*(sa.func.sum(sa.case((case, 1), else_=0)) for case in cases), waited]
