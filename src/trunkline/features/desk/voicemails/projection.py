"""How a message's row follows from the core: with its ticket, and the notice by mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trunkline.core.call.voicemail_facts import VoicemailLeft
from trunkline.features import audit, interactions, queues, tickets
from trunkline.features.desk.voicemails import store
from trunkline.features.desk.voicemails.notices import NOTICE_JOB, TRIES
from trunkline.kit.logging import logger
from trunkline.ports.database import STORE_FAILED, part

if TYPE_CHECKING:
    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform

log = logger("voicemail")


class VoicemailsFollow:
    """One row a message, its ticket beside it; should that fail, the message is there."""

    name = "voicemails"
    version = 1
    takes = frozenset({VoicemailLeft})

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def project(self, tx: Tx, tenant_id: str, at_ms: int, fact: Any) -> None:
        """Keep what was left."""
        if not isinstance(fact, VoicemailLeft):
            return
        row = store.VoicemailRow(
            tenant_id, fact.recording, fact.interaction, fact.queue, fact.agent,
            fact.length_ms, at_ms,
        )  # fmt: skip
        store.add(tx, row)
        self._ticket(tx, row)
        payload = {"voicemail_id": row.id}
        key = f"{NOTICE_JOB}:{row.id}"
        self._platform.jobs.enqueue(
            tx, tenant_id, NOTICE_JOB, payload, dedupe_key=key, max_attempts=TRIES
        )

    def reset(self, tx: Tx, tenant_id: str) -> None:
        """Keep the rows: who heard a message stands in no fact."""

    def _ticket(self, tx: Tx, row: store.VoicemailRow) -> None:
        call = interactions.get(tx, row.tenant_id, row.interaction_id)
        customer = call.customer_id if call else None
        team = queues.team_of(tx, row.tenant_id, row.queue_id)
        left = tickets.Call(row.interaction_id, customer, audit.SYSTEM, team)
        try:
            with part(tx):
                tickets.of_message(tx, self._platform, row.tenant_id, left, row.agent_id)
        except STORE_FAILED:
            raise
        except Exception as error:  # the message is kept all the same, and listed
            log.exception("no_ticket", tenant_id=row.tenant_id, error=type(error).__name__)
