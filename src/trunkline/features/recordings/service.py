"""Who may hear a recording, what is read of it, and its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trunkline.features import audit
from trunkline.features.recordings import store
from trunkline.features.recordings.facts import REMOVE_JOB
from trunkline.features.recordings.owners import owner_of
from trunkline.features.recordings.sealed import Sealed
from trunkline.features.recordings.store import DELETED, RecordingRow, RecordingState
from trunkline.features.tenancy import Principal
from trunkline.kit.errors import TrunklineError
from trunkline.ports.events import Audience, DomainEvent

if TYPE_CHECKING:
    from collections.abc import Collection

    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform

LISTEN = "recordings.listen"
DELETE = "recordings.delete"
MESSAGES = "voicemails.read"


def visible(tx: Tx, principal: Principal, permission: str, recording_id: str) -> RecordingRow:
    """A recording that the permission reaches: what one may not have is not there (404)."""
    row = store.get(tx, principal.tenant_id, recording_id)
    if row is None:
        raise _unknown()
    owner = owner_of(tx, row)
    # What was left for a queue is nobody's own: it is for who reads that queue's messages.
    left = permission == LISTEN and not row.agent_id and principal.may(MESSAGES)
    reached = left and principal.reaches(MESSAGES, owner.team_id)
    if not reached and not principal.reaches(permission, owner.team_id, owner.user_id):
        raise _unknown()
    return row


def of_interactions(tx: Tx, tenant_id: str, ids: Collection[str]) -> dict[str, list[RecordingRow]]:
    """The recordings of each of these interactions, oldest first."""
    found: dict[str, list[RecordingRow]] = {interaction_id: [] for interaction_id in ids}
    for row in store.of_interactions(tx, tenant_id, ids):
        found[row.interaction_id].append(row)
    return found


def listen(
    tx: Tx, platform: Platform, principal: Principal, recording_id: str, asked: dict[str, Any]
) -> tuple[RecordingRow, Sealed]:
    """Open a recording for reading and write down who asked for what of it."""
    row = visible(tx, principal, LISTEN, recording_id)
    if row.state != RecordingState.STORED:
        raise TrunklineError("recording_not_stored", 409, "There is nothing to hear (yet).")
    now = platform.clock.now_ms()
    audit.record(tx, principal, "recordings.listened", row.id, asked, at=now)
    return row, Sealed.of(platform, row)


def waveform(tx: Tx, principal: Principal, recording_id: str) -> tuple[bytes, bytes]:
    """The peaks of both tracks."""
    row = visible(tx, principal, LISTEN, recording_id)
    return store.peaks(tx, row.tenant_id, row.id)


def delete(tx: Tx, platform: Platform, principal: Principal, recording_id: str) -> None:
    """Destroy a recording's key: from now nobody can hear it, wherever copies of it lie.

    The row stays and says so. A recording that is not stored yet cannot be deleted (409).
    """
    row = visible(tx, principal, DELETE, recording_id)
    if row.state == RecordingState.RECORDING:
        raise TrunklineError("recording_not_stored", 409, "It is still being recorded or stored.")
    _destroy(tx, platform, principal, row)


def erase(tx: Tx, platform: Platform, tenant_id: str, interaction_ids: Collection[str]) -> int:
    """Destroy the recordings of these; how many have to be stored before that."""
    rows = store.of_interactions(tx, tenant_id, interaction_ids)
    busy = [row for row in rows if row.state == RecordingState.RECORDING]
    for row in rows:
        if row not in busy:
            _destroy(tx, platform, Principal(tenant_id, audit.SYSTEM), row)
    return len(busy)


def _destroy(tx: Tx, platform: Platform, principal: Principal, row: RecordingRow) -> None:
    if row.deleted:
        return
    gone = {"wrapped_key": None, "customer_peaks": None, "agent_peaks": None}
    missing = RecordingState.MISSING
    store.change(tx, row.tenant_id, row.id, state=missing, reason=DELETED, **gone)
    platform.jobs.enqueue(tx, row.tenant_id, REMOVE_JOB, {"recording_id": row.id})
    now = platform.clock.now_ms()
    audit.record(tx, principal, "recordings.deleted", row.id, at=now)
    platform.outbox.emit(tx, _deleted(row, now))


def _deleted(row: RecordingRow, now: int) -> DomainEvent:
    payload = {"recording_id": row.id, "interaction_id": row.interaction_id}
    kind = "trunkline.recording.deleted.v1"
    return DomainEvent(row.tenant_id, kind, row.id, now, payload, Audience())


def _unknown() -> TrunklineError:
    return TrunklineError("recording_unknown", 404, "There is no such recording.")
