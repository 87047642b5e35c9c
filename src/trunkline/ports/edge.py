"""The port to telephony: one engine, dumb by design, that carries out commands and tells events.

The edge decides nothing. It numbers its events; the driver acknowledges what is durable, and
what is not acknowledged is told again after a reconnect. A command of an older epoch than the
one opened last is refused, so a control program that was replaced rings nobody. One local rule
only: when a leg is gone and no driver is there for `ORPHAN_AFTER_S`, its bridge is cleared.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from trunkline.core.call.events import EdgeEvent
from trunkline.core.quality.legs import Counters
from trunkline.core.words import BridgeId, LegId, RecordingId

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from trunkline.core.call.commands import EdgeCommand

ORPHAN_AFTER_S = 10.0
SAMPLED_EVERY_S = 5.0
"""How often the quality of a leg is read; a leg that is shorter has none."""


class Signalling(StrEnum):
    """How a page speaks with the engine about its calls: by SIP (RFC 7118), or by ours."""

    SIP = "sip"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class EngineKind:
    """Which engine it is, what its pages speak and where, and what it can never do."""

    name: str
    signalling: Signalling
    ws_path: str
    browsers_only: bool = False
    """No trunk, no desk phone and no call to a number outside."""


class Source(StrEnum):
    """Where an inbound leg came from."""

    TRUNK = "trunk"
    BROWSER = "browser"
    DEVICE = "device"


@dataclass(frozen=True, slots=True)
class CallArrived:
    """A leg came in and waits for `AnswerLeg` or `RejectLeg`.

    `caller` is the number as it came (From or P-Asserted-Identity) and never leaves the door in
    the clear; None when it is withheld. `trunk` names the configured trunk or endpoint.
    """

    leg: LegId
    number: str
    caller: str | None
    source: Source
    trunk: str


@dataclass(frozen=True, slots=True)
class AccountSeen:
    """Whether a device of an account can be rung, as far as the engine knows.

    Told of each account that was put, and at each change; an account of which nothing is told
    counts as reachable.
    """

    account: str
    reachable: bool


@dataclass(frozen=True, slots=True)
class Numbered:
    """An event with the edge's own number, for acknowledgement."""

    seq: int
    event: EdgeEvent | CallArrived | AccountSeen


@dataclass(frozen=True, slots=True)
class LegThere:
    """One leg that the engine holds now."""

    leg: LegId
    answered: bool
    inbound: bool
    bridge: BridgeId | None = None
    arrived: CallArrived | None = None


@dataclass(frozen=True, slots=True)
class Inventory:
    """Everything that the engine holds now.

    `recordings` run, or were asked for by an earlier program; `closed` are those that began and are
    over, as far as their files are here or their leg is. One that is in neither never began.

    `lived_on` when it is the one that an earlier program drove: then a leg that was up and is gone
    was hung up, and not lost with the engine.
    """

    legs: tuple[LegThere, ...] = ()
    recordings: tuple[RecordingId, ...] = ()
    lived_on: bool = False
    closed: tuple[RecordingId, ...] = ()


@dataclass(frozen=True, slots=True)
class Health:
    """Whether calls can be taken; if not, why, and the command that mends it."""

    ready: bool
    reason: str = ""
    remedy: str = ""
    details: dict[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Account:
    """A SIP account that the engine shall know; pushed again at each start of the engine."""

    name: str
    secret: str
    browser: bool
    number: str | None = None
    """When set, this account is a guest that may dial service numbers, and only those."""

    contact: str | None = None
    """A fixed address (`sip:…`) of a device that does not register."""


LOCATION: Final = "Geolocation"
"""The header of RFC 6442: a URI in angle brackets, or else a civic address to be sent as a document
(`country=CN,A3="Shanghai"`: names of RFC 4119 and RFC 5139)."""


@dataclass(frozen=True, slots=True)
class TrunkLink:
    """A trunk that the engine shall know: sources it trusts (CIDR), or a registrar to log in to."""

    name: str
    sources: tuple[str, ...] = ()
    host: str | None = None
    username: str | None = None
    secret: str | None = None
    logs_in: bool = True
    """Whether this engine is the one that logs in, where the trunk has a login."""


@dataclass(frozen=True, slots=True)
class LegReading:
    """What was counted of a leg's sound so far, and its codec as far as the engine tells."""

    leg: LegId
    codec: str
    counters: Counters


@dataclass(frozen=True, slots=True)
class Offender:
    """An address whose messages are refused for a while, for what it tried; times in epoch ms.

    `id` stands for the address where an address may not stand. `offences` led to it: guessed
    logins, calls by no trunk.
    """

    id: str
    address: str
    offences: int
    since_ms: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class Sound:
    """An announcement of a tenant's own: 16 bit samples, little-endian, one channel, 16 kHz.

    A prompt or music is named by `name`; another `mark` is another sound of this name.
    """

    name: str
    mark: str
    samples: bytes


class EdgeError(Exception):
    """The engine refused a command or could not be reached in time; `reason` is for logs."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class EdgeFull(EdgeError):
    """The engine takes no further call now; those that run go on."""


class EpochOver(EdgeError):
    """A newer program has taken the engine over."""

    def __init__(self, epoch: int) -> None:
        super().__init__(f"epoch {epoch} is over")


class LegGone(EdgeError):
    """The command is about a leg that is no more; that it ended is told as an event."""


class EdgeLink(Protocol):
    """Request and reply, and a numbered stream of events."""

    kind: EngineKind

    async def open(self, epoch: int) -> Inventory:
        """Take control with this epoch and say what is there; older epochs are refused from now.

        A leg that still waits stands in the inventory with `arrived`; an engine that was just
        found again may tell its `CallArrived` as an event as well, so the leg's id decides.
        """

    async def send(self, command: EdgeCommand, epoch: int) -> None:
        """Carry out one command; raises `EdgeError` when it was refused or timed out.

        `LegGone` where the leg is no more: its `LegEnded` was told, or is on its way.
        """

    def events(self) -> AsyncIterator[Numbered]:
        """Events from the oldest not acknowledged on, for ever; ends when the edge closes."""

    async def acknowledge(self, seq: int) -> None:
        """Everything up to and including `seq` is durable on our side."""

    async def hold_off(self, for_s: int) -> None:
        """Refuse arrivals with 503 without telling of them, for so long; 0: take them again.

        Cheaper than refusing each: for when more comes than can be done. It ends by itself, so
        that nobody is kept out by a program that died.
        """

    async def health(self) -> Health:
        """Whether calls can be taken now."""

    async def put_account(self, account: Account) -> None:
        """Make or replace an account; `AccountSeen` tells whether a device of it is there.

        Raises `EdgeFull` for a guest whose call would not be taken.
        """

    async def drop_account(self, name: str) -> None:
        """Forget an account; its registration ends."""

    async def put_trunk(self, trunk: TrunkLink) -> None:
        """Make or replace a trunk; raises `EdgeError` where the engine has none."""

    async def sounds(self) -> dict[str, str]:
        """The announcements that the engine holds, each with its mark; they outlive a restart."""

    async def put_sound(self, sound: Sound) -> None:
        """Make or replace an announcement, to be played as a prompt or as music from now on."""

    async def drop_sound(self, name: str) -> None:
        """Forget an announcement; who hears it now hears it to its end."""

    async def reachable(self, account: str) -> bool:
        """Whether a device is registered for this account now."""

    async def probe(self, trunk: str) -> float | None:
        """Ask a trunk's host for a sign of life (OPTIONS, RFC 3261 §11), the way calls go.

        Milliseconds until it answered, whatever it said; None when it was silent for 2 s. Raises
        `EdgeError` when the trunk has no host or the engine cannot ask.
        """

    async def offenders(self) -> tuple[Offender, ...]:
        """Who is refused now, the last one first; at most a few thousand."""

    async def pardon(self, offender: str) -> bool:
        """Take an offender's messages again, by id; False when it is none (any more)."""

    def on_readings(self, hear: Callable[[Sequence[LegReading]], None]) -> None:
        """Tell of the quality of the legs that talk, each every `SAMPLED_EVERY_S`.

        Readings are not numbered and not told again: who misses one misses it.
        """

    def engine_ended(self) -> None:
        """The engine's process is gone and every leg with it: told now, whenever it is back."""

    async def close(self) -> None:
        """Let go of the engine; calls go on."""
