"""Texts about an interaction: the note and the draft, sealed by the customer's key under a token.

They go with the customer when he is erased, and move to another one when the agent says that it
is another. Neither journal nor stream ever holds them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trunkline.features import customers
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.features.interactions import InteractionRow
    from trunkline.features.tenancy import Writing
    from trunkline.kit.crypto import KeyRing
    from trunkline.ports.database import Tx


def note_token(interaction_id: str) -> str:
    """The name of an interaction's note."""
    return f"note:{interaction_id}"


def draft_token(interaction_id: str) -> str:
    """The name of what is being typed about an interaction."""
    return f"draft:{interaction_id}"


def keep(on: Writing, row: InteractionRow, token: str, text: str) -> None:
    """Keep a text under the interaction's customer; raises 409 `customer_erased`."""
    _put(on, token, row.customer_id, text)


def read(tx: Tx, keys: KeyRing, tenant_id: str, token: str) -> str | None:
    """A kept text; None when there is none, or when it went with its customer."""
    try:
        return customers.value(tx, keys, tenant_id, token)
    except customers.ValueGone:
        return None


def move(on: Writing, row: InteractionRow, customer_id: str | None) -> None:
    """Give everything kept about an interaction, the number that called too, to a customer."""
    for token in (row.party, note_token(row.id), draft_token(row.id)):
        text = read(on.tx, on.keys, on.tenant_id, token)
        if text is not None:
            _put(on, token, customer_id, text)


def _put(on: Writing, token: str, customer_id: str | None, text: str) -> None:
    try:
        customers.put_value(on.tx, on.keys, on.tenant_id, token, customer_id, text, now=on.now)
    except customers.ValueGone as gone:
        detail = "The customer was erased: link another one, or none."
        raise TrunklineError("customer_erased", 409, detail) from gone
