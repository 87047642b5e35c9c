"""Agents as rows. An agent is a user who takes calls: the ids are the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from trunkline.ports.database import Tx, metadata

if TYPE_CHECKING:
    from collections.abc import Collection

agents = sa.Table(
    "agents",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("account", sa.String(60), nullable=False, unique=True),
    sa.Column("extension", sa.String(16)),
    sa.Column("skills", sa.JSON, nullable=False),
    sa.Column("device", sa.String(8), nullable=False),
    sa.Column("sealed_secret", sa.LargeBinary, nullable=False),
    sa.Column("contact", sa.String(200)),
    sa.Column("languages", sa.JSON, nullable=False),
    sa.Column("certifications", sa.JSON, nullable=False),
    sa.Column("tags", sa.JSON, nullable=False),
    sa.Column("tier", sa.Integer, nullable=False),
    sa.Column("region", sa.String(60), nullable=False),
    sa.Column("location", sa.String(200), nullable=False),
    sa.Column("voicemail_mailbox", sa.String(254)),
    sa.UniqueConstraint("tenant_id", "extension"),
)
"""`account` is a SIP user and so unique over all tenants of the node."""


@dataclass(frozen=True, slots=True)
class AgentRow:
    """An agent; `contact` is the fixed `sip:` address of a phone that does not register.

    `device` is what the agent chose last; what counts in a call is kept by the cell.
    """

    tenant_id: str
    id: str
    account: str
    extension: str | None
    skills: dict[str, int]
    device: str
    sealed_secret: bytes
    contact: str | None = None
    languages: list[str] = field(default_factory=list)
    certifications: list[str] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    tier: int = 0
    region: str = ""
    location: str = ""
    """Where the seat is, as an emergency call tells it: an address, or a URI of one."""
    voicemail_mailbox: str | None = None
    """Where mails say that a message was left for the agent; None: where those of the queue do."""


def add(tx: Tx, row: AgentRow) -> None:
    """Write a new agent."""
    tx.execute(agents.insert().values({name: getattr(row, name) for name in row.__slots__}))


def change(tx: Tx, tenant_id: str, agent_id: str, **fields: Any) -> None:
    """Set columns of an agent."""
    mine = (agents.c.tenant_id == tenant_id) & (agents.c.id == agent_id)
    tx.execute(agents.update().where(mine).values(**fields))


def get(tx: Tx, tenant_id: str, agent_id: str) -> AgentRow | None:
    """One agent."""
    found = several(tx, tenant_id, [agent_id])
    return found[0] if found else None


def several(tx: Tx, tenant_id: str, agent_ids: Collection[str]) -> list[AgentRow]:
    """These agents, as far as they are there."""
    mine = (agents.c.tenant_id == tenant_id) & agents.c.id.in_(agent_ids)
    return [AgentRow(**row) for row in tx.execute(sa.select(agents).where(mine)).mappings()]


def every(tx: Tx, tenant_id: str) -> list[AgentRow]:
    """All agents of a tenant, by id."""
    query = sa.select(agents).where(agents.c.tenant_id == tenant_id).order_by(agents.c.id)
    return [AgentRow(**row) for row in tx.execute(query).mappings()]


def account_taken(tx: Tx, account: str) -> bool:
    """Whether some agent of any tenant has this account."""
    query = sa.select(agents.c.id).where(agents.c.account == account)
    return tx.execute(query).first() is not None


def with_extension(tx: Tx, tenant_id: str, extension: str) -> AgentRow | None:
    """The agent who has this extension."""
    mine = (agents.c.tenant_id == tenant_id) & (agents.c.extension == extension)
    row = tx.execute(sa.select(agents).where(mine)).mappings().one_or_none()
    return AgentRow(**row) if row else None


def extension_taken(tx: Tx, tenant_id: str, extension: str, but: str) -> bool:
    """Whether another agent of the tenant has this extension."""
    query = sa.select(agents.c.id).where(
        agents.c.tenant_id == tenant_id, agents.c.extension == extension, agents.c.id != but
    )
    return tx.execute(query).first() is not None
