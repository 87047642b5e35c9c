"""The priority of a ticket: how much is hit, and how soon it hurts.

Impact and urgency go from 1 (high: many are hit, work stands still) to 3 (low). A matrix is data,
so that a tenant may have one of its own; the default is the usual one of ITIL, cut to P1–P4.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

Matrix = Mapping[tuple[int, int], "TicketPriority"]
GRADES = (1, 2, 3)


class TicketPriority(StrEnum):
    """P1 is handled first."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


DEFAULT_MATRIX: Matrix = MappingProxyType(
    {
        (1, 1): TicketPriority.P1,
        (1, 2): TicketPriority.P2,
        (1, 3): TicketPriority.P3,
        (2, 1): TicketPriority.P2,
        (2, 2): TicketPriority.P3,
        (2, 3): TicketPriority.P4,
        (3, 1): TicketPriority.P3,
        (3, 2): TicketPriority.P4,
        (3, 3): TicketPriority.P4,
    }
)


def priority(impact: int, urgency: int, matrix: Matrix = DEFAULT_MATRIX) -> TicketPriority:
    """The priority of an impact and an urgency; raises `KeyError` for grades beyond 1 to 3."""
    return matrix[impact, urgency]
