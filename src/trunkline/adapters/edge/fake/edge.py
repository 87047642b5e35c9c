"""An honest engine in memory: it keeps the port's promises, and a test plays the outside world.

Theory of operation. The test makes things happen by the methods under "the outside world": a call
arrives, a phone is taken up, keys are pressed, somebody hangs up. Time passes only by `tick`, which
does what is due by the clock that was given. Everything else is as with a real engine: commands of
an old epoch are refused, events are numbered and kept until acknowledged, calls outlive `close`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from trunkline.adapters.edge.fake.legs import ANSWERED, Exchange, FakeLeg
from trunkline.adapters.edge.told import Told
from trunkline.core.call import commands as c
from trunkline.core.call.events import LegAnswered, LegRinging
from trunkline.core.flow.speech import OWN, Prompt
from trunkline.core.words import Cause, DeviceKind, LegId, RecordingId
from trunkline.ports.edge import (
    ORPHAN_AFTER_S,
    Account,
    AccountSeen,
    CallArrived,
    EdgeError,
    EngineKind,
    EpochOver,
    Health,
    Inventory,
    LegReading,
    Numbered,
    Offender,
    Signalling,
    Sound,
    Source,
    TrunkLink,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from trunkline.core.call.commands import EdgeCommand
    from trunkline.core.quality.legs import Counters
    from trunkline.ports.clock import Clock


@dataclass(frozen=True, slots=True)
class Refused:
    """A command that was refused, and why."""

    command: EdgeCommand
    reason: str


class FakeEdge:
    """`EdgeLink` in memory; `done` lists the commands carried out, `refused` the others."""

    kind = EngineKind("fake", Signalling.SIP, "/sip")

    def __init__(self, clock: Clock, *, most_legs: int = 1_000, name: str = "fake") -> None:
        self.done: list[EdgeCommand] = []
        self.refused: list[Refused] = []
        self.accounts: dict[str, Account] = {}
        self.trunks: dict[str, TrunkLink] = {}
        self.banned: dict[str, Offender] = {}
        """Who is refused, by id."""

        self.held: dict[str, Sound] = {}
        """The announcements of tenants' own."""

        self.answering: set[str] = set()
        """Hosts of trunks that answer when they are probed."""

        self.why_not = ""
        """When set, the engine is not there: every command fails, and health says this."""

        self._clock = clock
        self._held_off_until = 0
        self._most_legs = most_legs
        self._name = name
        self._told = Told()
        self._exchange = Exchange(clock, self._told)
        self._registered: set[str] = set()
        self._epoch = 0
        self._hear: Callable[[Sequence[LegReading]], None] | None = None
        self._numbers = count(1)

    # The port.

    async def open(self, epoch: int) -> Inventory:
        """Take control with this epoch and say what is there; older epochs are refused from now."""
        if self.why_not:
            raise EdgeError(self.why_not)
        if epoch < self._epoch:
            raise EpochOver(epoch)
        lived_on, self._epoch = self._epoch > 0, epoch
        self._told.reopen()
        return self._exchange.inventory(lived_on=lived_on)

    async def send(self, command: EdgeCommand, epoch: int) -> None:
        """Carry out one command; raises `EdgeError` when it was refused or timed out."""
        try:
            self._check(epoch)
            if isinstance(command, c.DialAgent):
                self._dial(command)
            elif isinstance(command, c.DialCustomer):
                self._dial_out(command)
            else:
                self._has_what_is_said(command)
                self._exchange.carry_out(command)
        except EdgeError as refusal:
            self.refused.append(Refused(command, refusal.reason))
            raise
        self.done.append(command)

    def events(self) -> AsyncIterator[Numbered]:
        """Events from the oldest not acknowledged on, for ever; ends when the edge closes."""
        return self._told.events()

    async def acknowledge(self, seq: int) -> None:
        """Everything up to and including `seq` is durable on our side."""
        self._told.acknowledge(seq)

    async def hold_off(self, for_s: int) -> None:
        """Refuse arrivals for so long; 0: take them again."""
        self._held_off_until = self._clock.now_ms() + for_s * 1000

    async def health(self) -> Health:
        """Whether calls can be taken now."""
        return Health(ready=not self.why_not, reason=self.why_not)

    async def put_account(self, account: Account) -> None:
        """Make or replace an account."""
        self.accounts[account.name] = account
        self._told.tell(AccountSeen(account.name, await self.reachable(account.name)))

    async def drop_account(self, name: str) -> None:
        """Forget an account; its registration ends."""
        self.accounts.pop(name, None)
        self._registered.discard(name)

    async def put_trunk(self, trunk: TrunkLink) -> None:
        """Make or replace a trunk."""
        self.trunks[trunk.name] = trunk

    async def sounds(self) -> dict[str, str]:
        """The announcements that are held here, each with its mark."""
        return {name: sound.mark for name, sound in self.held.items()}

    async def put_sound(self, sound: Sound) -> None:
        """Make or replace an announcement."""
        self.held[sound.name] = sound

    async def drop_sound(self, name: str) -> None:
        """Forget an announcement."""
        self.held.pop(name, None)

    async def reachable(self, account: str) -> bool:
        """Whether a device is registered for this account now."""
        known = self.accounts.get(account)
        return account in self._registered or (known is not None and known.contact is not None)

    async def probe(self, trunk: str) -> float | None:
        """Ask the trunk's host for a sign of life; milliseconds until it came, None for silence."""
        known = self.trunks.get(trunk)
        if known is None or known.host is None:
            raise EdgeError(f"{trunk} has no host")
        return 1.0 if known.host in self.answering else None

    async def offenders(self) -> tuple[Offender, ...]:
        """Who is refused now."""
        return tuple(self.banned.values())

    async def pardon(self, offender: str) -> bool:
        """Take them again."""
        return self.banned.pop(offender, None) is not None

    def on_readings(self, hear: Callable[[Sequence[LegReading]], None]) -> None:
        """Tell of the quality of the legs that talk, when a test measures one."""
        self._hear = hear

    def engine_ended(self) -> None:
        """The engine's process is gone and every leg with it: told now, whenever it is back."""
        for leg in tuple(self._exchange.legs):
            self._exchange.end(leg, Cause.FAILED)

    async def close(self) -> None:
        """Let go of the engine; calls go on."""
        self._told.close()

    # The outside world.

    def measure(self, leg: LegId, counters: Counters, codec: str = "g711") -> None:
        """The sound of a leg is read."""
        if self._hear is not None:
            self._hear([LegReading(leg, codec, counters)])

    def arrive(
        self,
        number: str,
        caller: str | None = "+8613800000001",
        source: Source = Source.TRUNK,
        trunk: str = "loopback",
    ) -> LegId:
        """A call comes in; beyond the bound it is refused and ends before it was told of."""
        leg = LegId(f"{self._name}-{next(self._numbers)}")
        held_off = self._clock.now_ms() < self._held_off_until
        if held_off or len(self._exchange.legs) >= self._most_legs:
            self._exchange.ended[leg] = Cause.OVERLOAD
            return leg
        call = CallArrived(leg, number, caller, source, trunk)
        self._exchange.legs[leg] = FakeLeg(leg, inbound=True, arrived=call)
        self._told.tell(call)
        return leg

    def register(self, account: str) -> None:
        """A device logs in."""
        self._registered.add(account)
        self._told.tell(AccountSeen(account, reachable=True))

    def unregister(self, account: str) -> None:
        """A device is gone."""
        self._registered.discard(account)
        self._told.tell(AccountSeen(account, reachable=False))

    def take_up(self, leg: LegId) -> None:
        """The phone that rings is taken up."""
        there = self._exchange.leg(leg)
        if not there.answered:
            there.state = ANSWERED
            self._told.tell(LegAnswered(leg))

    def end(self, leg: LegId, cause: Cause = Cause.NORMAL) -> None:
        """The far end hangs up, is busy, declines or is lost."""
        self._exchange.end(leg, cause)

    def press(self, leg: LegId, keys: str) -> None:
        """The far end presses keys."""
        for key in keys:
            self._exchange.press(self._exchange.leg(leg), key)

    def beeps(self, leg: LegId) -> bool:
        """Whether a leg hears the beep of a recording from time to time."""
        return self._exchange.beeps(leg)

    def collects(self, leg: LegId) -> bool:
        """Whether keys of a leg are being collected."""
        return leg in self._exchange.legs and self._exchange.legs[leg].keys is not None

    def speak(self, leg: LegId, *, on: bool = True) -> None:
        """The far end says something from now on, or no more."""
        self._exchange.speak(self._exchange.leg(leg), on=on)

    def tick(self) -> None:
        """Do what is due by the clock."""
        self._exchange.tick()
        self._exchange.clear_orphans(round(ORPHAN_AFTER_S * 1000))

    def heard(self, leg: LegId) -> frozenset[str]:
        """What a leg hears: ids of legs, `music`, `play:ID`, and `echo`."""
        return self._exchange.heard(leg)

    def statuses(self) -> dict[LegId, Cause]:
        """How inbound legs were refused or ended."""
        return dict(self._exchange.ended)

    def finish_recording(self, recording: RecordingId) -> None:
        """Close a recording's files as a late writer would."""
        self._exchange.close_recording(recording)

    def _check(self, epoch: int) -> None:
        if self.why_not:
            raise EdgeError(self.why_not)
        if epoch < self._epoch:
            raise EpochOver(epoch)

    def _has_what_is_said(self, command: EdgeCommand) -> None:
        """A prompt that is not there is refused, as by engines that play files."""
        for item in command.items if isinstance(command, c.Play) else ():
            if (
                isinstance(item, Prompt)
                and item.name.startswith(OWN)
                and item.name not in self.held
            ):
                raise EdgeError(f"no recording {item.name}")

    def _dial_out(self, command: c.DialCustomer) -> None:
        """Ring a customer's phone; only a trunk that leads somewhere can."""
        if command.leg in self._exchange.legs or command.leg in self._exchange.ended:
            return
        self._exchange.dial(command.leg, command.ring_ms)
        ways = [self.trunks.get(name) for name in (command.trunk, *command.others)]
        if not any(way is not None and way.host is not None for way in ways):
            self._exchange.end(command.leg, Cause.UNREACHABLE)
        else:
            self._told.tell(LegRinging(command.leg))

    def _dial(self, command: c.DialAgent) -> None:
        if command.leg in self._exchange.legs or command.leg in self._exchange.ended:
            return
        self._exchange.dial(command.leg, command.ring_ms)
        known = self.accounts.get(command.account)
        if command.account not in self._registered and not (known and known.contact):
            self._exchange.end(command.leg, Cause.UNREACHABLE)
            return
        self._told.tell(LegRinging(command.leg))
        if command.device is DeviceKind.BROWSER:
            self.take_up(command.leg)
