"""Sessions end: each end is told, so that what still serves the session stops at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from trunkline.features.identity.sessions import store
from trunkline.ports.events import Audience, DomainEvent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform

ENDED: Final = "trunkline.session.ended.v1"


def end(
    tx: Tx, platform: Platform, tenant_id: str, user_id: str, session_ids: Sequence[str]
) -> int:
    """End some sessions of a user; returns how many there were."""
    gone = store.drop(tx, tenant_id, user_id, session_ids)
    for session_id in gone:
        platform.outbox.emit(tx, _event(tenant_id, user_id, session_id, platform.clock.now_ms()))
    return len(gone)


def end_all(
    tx: Tx, platform: Platform, tenant_id: str, user_id: str, but: str | None = None
) -> None:
    """End a user's sessions, perhaps but one."""
    open_ = (session.session_id for session in store.of_user(tx, tenant_id, user_id))
    end(tx, platform, tenant_id, user_id, [one for one in open_ if one != but])


def _event(tenant_id: str, user_id: str, session_id: str, at: int) -> DomainEvent:
    return DomainEvent(
        tenant_id=tenant_id,
        type=ENDED,
        subject=session_id,
        at=at,
        payload={"session_id": session_id, "user_id": user_id},
        audience=Audience("users.read", user_id=user_id),
    )
