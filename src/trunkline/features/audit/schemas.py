"""The audit log as the API tells it."""

from __future__ import annotations

from typing import Any

from trunkline.features.audit.service import Verdict
from trunkline.features.audit.store import Entry
from trunkline.features.tenancy import ApiModel, Instant, instant


class AuditEntry(ApiModel):
    """Who did what to what, when."""

    seq: int
    at: Instant
    actor_id: str
    session_id: str | None
    action: str
    subject: str
    detail: dict[str, Any]
    hash: str

    @classmethod
    def of(cls, entry: Entry) -> AuditEntry:
        """From the stored entry."""
        act = entry.act
        return cls(
            seq=entry.seq,
            at=instant(act.at),
            actor_id=act.actor_id,
            session_id=act.session_id,
            action=act.action,
            subject=act.subject,
            detail=act.detail,
            hash=entry.hash,
        )


class AuditVerdict(ApiModel):
    """Whether the chain is whole; if not, the first number that does not fit."""

    valid: bool
    entries: int
    hash: str
    broken_at: int | None

    @classmethod
    def of(cls, verdict: Verdict) -> AuditVerdict:
        """From the service's verdict."""
        return cls(
            valid=verdict.broken_at is None,
            entries=verdict.entries,
            hash=verdict.hash,
            broken_at=verdict.broken_at,
        )
