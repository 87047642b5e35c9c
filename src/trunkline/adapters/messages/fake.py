"""The honest stand-in: takes messages, refuses addresses, and fails while it is told to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trunkline.ports.messages import Delivery

if TYPE_CHECKING:
    from trunkline.ports.messages import Message


class FakeMessenger:
    """Keeps what was sent, a message once however often it is sent."""

    def __init__(self) -> None:
        self.down = False
        self.refused: set[str] = set()
        self._taken: dict[str, Message] = {}

    @property
    def taken(self) -> list[Message]:
        """What was taken, in its order."""
        return list(self._taken.values())

    async def send(self, message: Message) -> Delivery:
        """As the port says."""
        if self.down:
            return Delivery.FAILED
        if message.to in self.refused:
            return Delivery.REFUSED
        self._taken[message.id] = message
        return Delivery.SENT
