"""Recordings as rows. A row is never dropped: what became of a recording stays told.

The wrapped data key stands in the row; deleting a recording destroys it. So rebuilding from facts
must not begin with an empty table: facts hold no keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from trunkline.kit.prepared import Prepared, json_text, json_value
from trunkline.ports.database import Tx, metadata

if TYPE_CHECKING:
    from collections.abc import Collection

DELETED = "deleted"
"""The reason of a recording that is missing because somebody deleted it."""


class RecordingState(StrEnum):
    """The three states of every recording."""

    RECORDING = "recording"
    STORED = "stored"
    MISSING = "missing"


recordings = sa.Table(
    "recordings",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(80), primary_key=True),
    sa.Column("interaction_id", sa.String(80), nullable=False),
    sa.Column("agent_id", sa.String(40), nullable=False),
    sa.Column("queue_id", sa.String(40), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("reason", sa.String(40)),
    sa.Column("started_at", sa.BigInteger, nullable=False),
    sa.Column("ended_at", sa.BigInteger),
    sa.Column("stored_at", sa.BigInteger),
    sa.Column("duration_ms", sa.BigInteger),
    sa.Column("size_bytes", sa.BigInteger),
    sa.Column("flaws", sa.JSON),
    sa.Column("customer_peaks", sa.LargeBinary),
    sa.Column("agent_peaks", sa.LargeBinary),
    sa.Column("wrapped_key", sa.LargeBinary),
    sa.Index("ix_recordings_interaction_id", "tenant_id", "interaction_id"),
    sa.Index("ix_recordings_state", "tenant_id", "state", "id"),
)

_PEAKS = (recordings.c.customer_peaks, recordings.c.agent_peaks)
_PLAIN = [column for column in recordings.c if column not in _PEAKS]
_NAMES = [column.name for column in _PLAIN]


_THIS = (recordings.c.tenant_id == sa.bindparam("of_tenant")) & (
    recordings.c.id == sa.bindparam("of_id")
)


@dataclass(frozen=True, slots=True)
class RecordingRow:
    """A recording as stored, without its waveform. `size_bytes` is that of the sealed object."""

    tenant_id: str
    id: str
    interaction_id: str
    agent_id: str
    queue_id: str
    state: str
    started_at: int
    reason: str | None = None
    ended_at: int | None = None
    stored_at: int | None = None
    duration_ms: int | None = None
    size_bytes: int | None = None
    flaws: list[str] | None = None
    wrapped_key: bytes | None = None

    @property
    def deleted(self) -> bool:
        """Whether somebody deleted it: then its files go, wherever they are found."""
        return self.reason == DELETED


_ADD = Prepared(
    # Both databases know these words; SQLAlchemy has them by dialect only.
    postgresql.insert(recordings)
    .values({column.name: sa.bindparam(column.name) for column in _PLAIN})
    .on_conflict_do_nothing()
)
_GET = Prepared(sa.select(*_PLAIN).where(_THIS))
_END = Prepared(
    recordings.update()
    .where(_THIS, recordings.c.ended_at.is_(None))
    .values(ended_at=sa.bindparam("at"))
)


def add(tx: Tx, row: RecordingRow) -> None:
    """Write a new recording; one that is known already stays as it is."""
    values = {name: getattr(row, name) for name in row.__slots__}
    _ADD.run(tx, values | {"flaws": _as_text(row.flaws)})


def get(tx: Tx, tenant_id: str, recording_id: str) -> RecordingRow | None:
    """One recording."""
    found = _GET.first(tx, {"of_tenant": tenant_id, "of_id": recording_id})
    if found is None:
        return None
    values = dict(zip(_NAMES, found, strict=True))
    values["flaws"] = json_value(values["flaws"])
    return RecordingRow(**values)


def change(tx: Tx, tenant_id: str, recording_id: str, **fields: Any) -> None:
    """Set columns of a recording."""
    values = {"of_tenant": tenant_id, "of_id": recording_id, **fields}
    if "flaws" in fields:
        values["flaws"] = _as_text(fields["flaws"])
    _change(tuple(fields)).run(tx, values)


def end(tx: Tx, tenant_id: str, recording_id: str, at: int) -> bool:
    """A recording that runs ends; whether it did."""
    return _END.run(tx, {"of_tenant": tenant_id, "of_id": recording_id, "at": at}) > 0


def of_interactions(tx: Tx, tenant_id: str, ids: Collection[str]) -> list[RecordingRow]:
    """The recordings of these interactions, oldest first."""
    mine = sa.and_(recordings.c.tenant_id == tenant_id, recordings.c.interaction_id.in_(ids))
    query = sa.select(*_PLAIN).where(mine).order_by(recordings.c.started_at, recordings.c.id)
    return [RecordingRow(**row) for row in tx.execute(query).mappings()]


def in_state(
    tx: Tx, tenant_id: str, state: RecordingState, after: str, limit: int
) -> list[RecordingRow]:
    """Recordings in a state with ids beyond `after`, by id."""
    mine = sa.and_(recordings.c.tenant_id == tenant_id, recordings.c.state == state)
    query = sa.select(*_PLAIN).where(mine, recordings.c.id > after)
    rows = tx.execute(query.order_by(recordings.c.id).limit(limit))
    return [RecordingRow(**row) for row in rows.mappings()]


def peaks(tx: Tx, tenant_id: str, recording_id: str) -> tuple[bytes, bytes]:
    """The waveform: peaks of the customer's and of the agent's track; empty before it is stored."""
    row = tx.execute(sa.select(*_PEAKS).where(_is(tenant_id, recording_id))).one()
    return row.customer_peaks or b"", row.agent_peaks or b""


@cache
def _change(names: tuple[str, ...]) -> Prepared:
    values: dict[str, Any] = {name: sa.bindparam(name) for name in names}
    return Prepared(recordings.update().where(_THIS).values(values))


def _as_text(flaws: list[str] | None) -> str | None:
    return None if flaws is None else json_text(flaws)


def _is(tenant_id: str, recording_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(recordings.c.tenant_id == tenant_id, recordings.c.id == recording_id)
