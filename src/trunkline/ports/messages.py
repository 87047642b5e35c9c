"""The port for what is written to people: short texts by mail; by SMS where somebody adds it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Delivery(StrEnum):
    """What became of a message: taken on, never to be taken, or to be tried again."""

    SENT = "sent"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Message:
    """One text to one person; `id` is the same for each attempt, so that doubles are known.

    `to` is an address of the channel: a mailbox, or a number in E.164. All but `id` is personal
    and stands in no log.
    """

    id: str
    to: str
    subject: str
    text: str


class Messenger(Protocol):
    """One way to write to people. What fails is told, never raised; it gives up within 30 s."""

    async def send(self, message: Message) -> Delivery:
        """Hand a message to whoever delivers it; `SENT` says no more than that it was taken."""
