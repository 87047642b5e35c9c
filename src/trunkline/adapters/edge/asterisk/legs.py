"""What the edge remembers of each leg and bridge, and how it reads them out of ARI's JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from trunkline.adapters.edge.asterisk.config import CONTEXT, DIALLED_CONTEXT, ECHO_CONTEXT, JUDGED
from trunkline.core.words import BridgeId, Cause, LegId, RecordingId
from trunkline.ports.edge import CallArrived, LegThere, Source

if TYPE_CHECKING:
    from asyncio import TimerHandle
    from collections.abc import Callable

    from trunkline.adapters.edge.keys import Keys

_WITHHELD = frozenset({"", "anonymous", "unknown", "restricted", "unavailable"})


@dataclass(slots=True)
class Leg:
    """One channel."""

    id: LegId
    channel: str
    """Asterisk's own name of it, such as PJSIP/loopback-00000001; empty until it is known."""

    inbound: bool
    answered: bool = False
    adopted: bool = False
    """Whether it was there before us: what is being said to it we were not told."""

    arrived: CallArrived | None = None
    came_s: float = 0.0
    """When it arrived, in seconds since the epoch; 0 for one that we did not see arrive."""

    bridge: BridgeId | None = None
    held_from: BridgeId | None = None
    music: str | None = None
    may_hear_music: bool = False
    """Whether something may play to it that we were not told of, as it was there before us."""

    plays: set[str] = field(default_factory=set)
    stopped: set[str] = field(default_factory=set)
    keys: Keys | None = None
    key_timer: TimerHandle | None = None
    ring_timer: TimerHandle | None = None
    recording: RecordingId | None = None
    awaits: str | None = None
    """The name of what waits until nothing is said."""

    quiet_timer: TimerHandle | None = None
    echo: bool = False
    rang: bool = False
    to_agent: bool = False
    """Whether we dialled the device of an agent."""

    again: Callable[[int], bool] | None = None
    """Asked with a cause when a dial fails: whether it goes on by another trunk."""

    q850: int = 0
    """The cause that Asterisk named when it began to end the leg."""

    ending: Cause | None = None
    """Why we end it ourselves, when we do."""

    def there(self) -> LegThere:
        """This leg for the inventory."""
        waiting = self.arrived if not self.answered else None
        return LegThere(self.id, self.answered, self.inbound, self.bridge, waiting)

    def forget_timers(self) -> None:
        """Cancel whatever waits on this leg."""
        for timer in (self.key_timer, self.ring_timer, self.quiet_timer):
            if timer is not None:
                timer.cancel()
        self.key_timer = self.ring_timer = self.quiet_timer = None


def arrived(channel: dict[str, Any], presentation: str) -> CallArrived:
    """A call out of its channel; the endpoint's account code says which door it came by."""
    source, _, name = channel["accountcode"].partition(":")
    return CallArrived(
        leg=LegId(channel["id"]),
        number=channel["dialplan"]["exten"],
        caller=_number(channel["caller"]["number"], presentation),
        source=Source(source),
        trunk=name,
    )


def found(channel: dict[str, Any]) -> Leg | None:
    """A leg out of the list of channels; None for one that is not ours or only passes through."""
    plan = channel["dialplan"]
    up = channel["state"] == "Up"
    inbound = plan["exten"] not in ("s", JUDGED)
    leg = Leg(
        LegId(channel["id"]),
        channel["name"],
        inbound,
        answered=up,
        adopted=True,
        may_hear_music=True,
    )
    if plan["context"] == ECHO_CONTEXT:
        leg.inbound = leg.echo = True
        return leg
    if plan["context"] == DIALLED_CONTEXT:
        # Taken up while no program was there it waits, and comes by itself.
        leg.answered = plan["app_name"] == "Stasis"
        return leg
    if plan["context"] != CONTEXT:
        return None
    if leg.inbound:
        arguments = plan["app_data"].split(",")
        if plan["app_name"] != "Stasis" or len(arguments) < 3:
            return None  # it waits in the dialplan and will come by itself
        leg.arrived = arrived(channel, arguments[2])
    return leg


def _number(given: str, presentation: str) -> str | None:
    if presentation.startswith("prohib") or given.lower() in _WITHHELD:
        return None
    return given
