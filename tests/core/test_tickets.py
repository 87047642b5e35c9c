"""The pure rules on tickets, as tables."""

from __future__ import annotations

import pytest

from trunkline.core.sla.priority import GRADES, TicketPriority, priority
from trunkline.core.sla.status import UNSOLVED, WAYS, TicketStatus, may_become


@pytest.mark.parametrize(
    ("impact", "urgency", "expected"),
    [
        (1, 1, "P1"), (1, 2, "P2"), (1, 3, "P3"),
        (2, 1, "P2"), (2, 2, "P3"), (2, 3, "P4"),
        (3, 1, "P3"), (3, 2, "P4"), (3, 3, "P4"),
    ],
)  # fmt: skip
def test_priority_is_read_from_the_matrix(impact: int, urgency: int, expected: str) -> None:
    assert priority(impact, urgency) == expected


def test_a_lower_grade_never_raises_the_priority() -> None:
    for impact in GRADES:
        row = [priority(impact, urgency) for urgency in GRADES]
        column = [priority(urgency, impact) for urgency in GRADES]
        assert row == sorted(row)
        assert column == sorted(column)


def test_a_tenant_may_have_a_matrix_of_its_own() -> None:
    flat = dict.fromkeys(((i, u) for i in GRADES for u in GRADES), TicketPriority.P2)
    assert priority(3, 3, flat) == "P2"


def test_grades_beyond_the_matrix_are_no_grades() -> None:
    with pytest.raises(KeyError):
        priority(0, 4)


def test_every_status_can_be_left_until_closed_and_closed_is_the_end() -> None:
    assert not WAYS[TicketStatus.CLOSED]
    for status in TicketStatus:
        assert may_become(status, status)
        assert may_become(status, TicketStatus.CLOSED)
        assert not (may_become(TicketStatus.CLOSED, status) and status is not TicketStatus.CLOSED)


def test_a_solved_ticket_opens_again_but_does_not_wait() -> None:
    assert may_become(TicketStatus.SOLVED, TicketStatus.OPEN)
    assert not may_become(TicketStatus.SOLVED, TicketStatus.PENDING)
    assert TicketStatus.SOLVED not in UNSOLVED
