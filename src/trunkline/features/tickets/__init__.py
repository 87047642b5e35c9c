"""Tickets: the matter behind interactions, with a number, a priority and a state."""

from trunkline.features.tickets.api import router
from trunkline.features.tickets.calls import (
    Call,
    Choice,
    ensure_for_interaction,
    from_wrap_up,
    not_reached_title,
    of_interactions,
    of_message,
    propose,
)
from trunkline.features.tickets.schemas import Grade, TicketCard, TicketClass, Title
from trunkline.features.tickets.service import Draft, Writing, create, hand_over

__all__ = [
    "Call",
    "Choice",
    "Draft",
    "Grade",
    "TicketCard",
    "TicketClass",
    "Title",
    "Writing",
    "create",
    "ensure_for_interaction",
    "from_wrap_up",
    "hand_over",
    "not_reached_title",
    "of_interactions",
    "of_message",
    "propose",
    "router",
]
