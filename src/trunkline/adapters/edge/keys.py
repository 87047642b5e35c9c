"""Keys of one collection: pure, fed by whoever hears them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trunkline.core.call.commands import Collect


@dataclass(slots=True)
class Keys:
    """What was pressed so far for one `Collect`."""

    asked: Collect
    pressed: list[str] = field(default_factory=list)

    def press(self, key: str) -> bool:
        """Take one key; True when the collection is complete."""
        if key == self.asked.terminator:
            return True
        self.pressed.append(key)
        return len(self.pressed) >= self.asked.max_digits

    @property
    def wait_ms(self) -> int:
        """How long the next key may take."""
        return self.asked.between_ms if self.pressed else self.asked.first_ms

    @property
    def digits(self) -> str:
        """The keys without the terminator."""
        return "".join(self.pressed)
