"""Who may be calling: the customers known by a number. The number is not the person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from trunkline.core.words import Level
from trunkline.features.customers import store
from trunkline.features.customers.phones import normalised

if TYPE_CHECKING:
    from trunkline.kit.crypto import KeyRing
    from trunkline.ports.database import Tx

MOST_MATCHES: Final = 20


@dataclass(frozen=True, slots=True)
class CustomerBrief:
    """What routing may know of a customer on presumption; nothing personal.

    `manager` is the id of the agent who looks after them.
    """

    id: str
    level: Level
    language: str
    surveyed_at: int | None
    opted_out: bool
    manager: str | None = None
    contract: bool = False


@dataclass(frozen=True, slots=True)
class Identified:
    """The customers known by a number, oldest first; none when it is withheld or unknown."""

    matches: tuple[CustomerBrief, ...] = ()


def identify(tx: Tx, keys: KeyRing, tenant_id: str, number: str | None) -> Identified:
    """Look a caller's number up as it came: one indexed query."""
    known = normalised(number)
    if known is None:
        return Identified()
    rows = store.known_by(tx, tenant_id, phone_mark(keys, tenant_id, known), MOST_MATCHES)
    return Identified(tuple(_brief(*row) for row in rows))


def phone_mark(keys: KeyRing, tenant_id: str, known: str) -> str:
    """What a normalised number is looked up by."""
    return keys.blind_index(tenant_id, f"phone:{known}")


def _brief(
    customer_id: str,
    level: str,
    language: str,
    surveyed_at: int | None,
    opted_out: int,
    manager: str | None,
    contract: int,
) -> CustomerBrief:
    return CustomerBrief(
        customer_id, Level(level), language, surveyed_at, bool(opted_out), manager, bool(contract)
    )
