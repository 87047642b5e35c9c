"""What the engine remembers of each leg."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trunkline.adapters.edge.embedded.sounds import FRAME, SILENCE
from trunkline.ports.edge import LegThere

if TYPE_CHECKING:
    from asyncio import TimerHandle

    from trunkline.adapters.edge.embedded.pages import Page
    from trunkline.adapters.edge.embedded.peer import Peer
    from trunkline.adapters.edge.keys import Keys
    from trunkline.adapters.edge.prompts import Pcm
    from trunkline.adapters.edge.quiet import Quiet
    from trunkline.core.call.commands import Listen
    from trunkline.core.words import BridgeId, LegId, RecordingId
    from trunkline.ports.edge import CallArrived


@dataclass(slots=True)
class Tape:
    """Samples that are played, and how far."""

    samples: Pcm
    at: int = 0

    @property
    def is_over(self) -> bool:
        """Whether everything was played."""
        return self.at >= len(self.samples)

    def next(self) -> Pcm:
        """The next 20 ms, filled up with silence at the end."""
        found = self.samples[self.at : self.at + FRAME]
        self.at += FRAME
        return found if len(found) == FRAME else _filled(found)

    def next_round(self) -> Pcm:
        """The next 20 ms of what begins anew when it is over."""
        if self.is_over:
            self.at = 0
        return self.next()


@dataclass(slots=True)
class Leg:
    """One leg: a page at the far end, and what it says and hears."""

    id: LegId
    account: str
    inbound: bool
    answered: bool = False
    arrived: CallArrived | None = None
    offer: str | None = None
    """The session description of a page that calls, until it is answered (RFC 8829)."""

    peer: Peer | None = None
    page: Page | None = None
    """The connection that speaks for it."""

    left_at_s: float | None = None
    """Since when no connection of the page speaks for it."""

    bridge: BridgeId | None = None
    held_from: BridgeId | None = None
    music: str | None = None
    tune: Tape | None = None
    """The music, while it is on."""

    plays: dict[str, Tape] = field(default_factory=dict)
    """One after the other."""

    tones: Tape | None = None
    keys: Keys | None = None
    key_timer: TimerHandle | None = None
    ring_timer: TimerHandle | None = None
    recording: RecordingId | None = None
    muted: bool = False
    echo: bool = False
    listens: Listen | None = None
    quiet: Quiet | None = None
    """While it is awaited that nothing is said."""

    def there(self) -> LegThere:
        """This leg for the inventory."""
        waiting = None if self.answered else self.arrived
        return LegThere(self.id, self.answered, self.inbound, self.bridge, waiting)

    def forget_timers(self) -> None:
        """Cancel whatever waits on this leg."""
        for timer in (self.key_timer, self.ring_timer):
            if timer is not None:
                timer.cancel()
        self.key_timer = self.ring_timer = None


def _filled(samples: Pcm) -> Pcm:
    frame = SILENCE.copy()
    frame[: len(samples)] = samples
    return frame
