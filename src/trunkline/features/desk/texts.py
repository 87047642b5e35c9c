"""Texts about an interaction: each agent's note and draft, sealed by the customer's key.

After a transfer one agent talks while another still writes: neither may write over the other.
Texts go with the customer when he is erased, and move to another one when an agent says that it
is another. Neither journal nor stream ever holds them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from trunkline.core.words import Channel
from trunkline.features import customers, interactions
from trunkline.features.desk.schemas import WrittenOut
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.features.interactions import InteractionRow
    from trunkline.features.tenancy import Writing
    from trunkline.kit.crypto import KeyRing
    from trunkline.ports.database import Tx


def note_token(interaction_id: str, agent_id: str) -> str:
    """The name of what an agent noted when he wrapped an interaction up."""
    return f"note:{interaction_id}:{agent_id}"


def draft_token(interaction_id: str, agent_id: str) -> str:
    """The name of what an agent types about an interaction."""
    return f"draft:{interaction_id}:{agent_id}"


def written_token(interaction_id: str) -> str:
    """The name of what a written interaction says."""
    return f"written:{interaction_id}"


def written(tx: Tx, keys: KeyRing, row: InteractionRow) -> WrittenOut | None:
    """What it says; None of a call, and empty when it went with its customer."""
    if row.channel == Channel.VOICE:
        return None
    found = kept(tx, keys, row, written_token(row.id)) or {}
    return WrittenOut(subject=found.get("subject"), text=found.get("text"))


def writers(tx: Tx, row: InteractionRow) -> list[str]:
    """The agents who handled an interaction, the first one first."""
    segments = interactions.segments_of(tx, row.tenant_id, row.id)
    handled = (one for one in segments if one["participant_kind"] == "agent")
    return list(dict.fromkeys(one["participant_id"] for one in handled))


def keep(on: Writing, row: InteractionRow, token: str, written: dict[str, Any]) -> None:
    """Keep what was written, `updated_at` within it; raises 409 `customer_erased`."""
    _put(on, token, row.customer_id, json.dumps(written, ensure_ascii=False))


def keep_of(on: Writing, customer_id: str | None, token: str, written: dict[str, Any]) -> None:
    """Keep what was written of an interaction that has no row yet."""
    _put(on, token, customer_id, json.dumps(written, ensure_ascii=False))


def kept(tx: Tx, keys: KeyRing, row: InteractionRow, token: str) -> dict[str, Any] | None:
    """What was written; None when nothing was, or when it went with its customer."""
    text = read(tx, keys, row.tenant_id, token)
    found: dict[str, Any] | None = json.loads(text) if text else None
    return found


def read(tx: Tx, keys: KeyRing, tenant_id: str, token: str) -> str | None:
    """A kept text; None when there is none, or when it went with its customer."""
    try:
        return customers.value(tx, keys, tenant_id, token)
    except customers.ValueGone:
        return None


def move(on: Writing, row: InteractionRow, customer_id: str | None) -> None:
    """Give everything kept about an interaction, the number that called too, to a customer."""
    names = (name(row.id, one) for one in writers(on.tx, row) for name in (note_token, draft_token))
    for token in (row.party, written_token(row.id), *names):
        text = read(on.tx, on.keys, on.tenant_id, token)
        if text is not None:
            _put(on, token, customer_id, text)


def _put(on: Writing, token: str, customer_id: str | None, text: str) -> None:
    try:
        customers.put_value(on.tx, on.keys, on.tenant_id, token, customer_id, text, now=on.now)
    except customers.ValueGone as gone:
        detail = "The customer was erased: link another one, or none."
        raise TrunklineError("customer_erased", 409, detail) from gone
