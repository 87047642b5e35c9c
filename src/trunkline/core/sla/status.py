"""What may become of a ticket: a small machine with every way written down.

open ⇄ pending → solved → closed      and shorter: open → solved | closed, pending → closed
solved → open when it was not; closed is the end: what comes later is a new ticket
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class TicketStatus(StrEnum):
    """Where the matter stands; `pending` waits for somebody outside."""

    OPEN = "open"
    PENDING = "pending"
    SOLVED = "solved"
    CLOSED = "closed"


UNSOLVED = frozenset({TicketStatus.OPEN, TicketStatus.PENDING})

WAYS: Mapping[TicketStatus, frozenset[TicketStatus]] = MappingProxyType(
    {
        TicketStatus.OPEN: frozenset(
            {TicketStatus.PENDING, TicketStatus.SOLVED, TicketStatus.CLOSED}
        ),
        TicketStatus.PENDING: frozenset(
            {TicketStatus.OPEN, TicketStatus.SOLVED, TicketStatus.CLOSED}
        ),
        TicketStatus.SOLVED: frozenset({TicketStatus.OPEN, TicketStatus.CLOSED}),
        TicketStatus.CLOSED: frozenset(),
    }
)


def may_become(now: TicketStatus, then: TicketStatus) -> bool:
    """Whether a ticket may go this way; staying is always allowed."""
    return now is then or then in WAYS[now]
