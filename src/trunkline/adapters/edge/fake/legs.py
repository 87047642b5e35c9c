"""Legs, bridges and time of the fake engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from trunkline.adapters.edge.keys import Keys
from trunkline.core.call import commands as c
from trunkline.core.call.events import (
    BridgeJoined,
    DigitsCollected,
    LegEnded,
    PlayEnded,
    RecordingEnded,
    SilenceFell,
)
from trunkline.core.flow.speech import pieces
from trunkline.core.words import BridgeId, Cause, LegId, RecordingId
from trunkline.ports.edge import EdgeError, Inventory, LegGone, LegThere

if TYPE_CHECKING:
    from trunkline.adapters.edge.told import Told
    from trunkline.core.call.commands import EdgeCommand
    from trunkline.ports.clock import Clock
    from trunkline.ports.edge import CallArrived

WAITING: Final = "waiting"
ANSWERED: Final = "answered"
ITEM_MS: Final = 1_000
"""How long one item of a play lasts."""


@dataclass(slots=True)
class FakeLeg:
    """One leg."""

    id: LegId
    inbound: bool
    arrived: CallArrived | None = None
    state: str = WAITING
    bridge: BridgeId | None = None
    held_from: BridgeId | None = None
    music: bool = False
    muted: bool = False
    echo: bool = False
    plays: dict[str, int] = field(default_factory=dict)
    """Plays and when they end; one after the other."""

    keys: Keys | None = None
    keys_due_ms: int | None = None
    ring_due_ms: int | None = None
    recording: RecordingId | None = None
    beeps: bool = False
    listens: c.Listen | None = None
    speaks: bool = False
    awaits: c.AwaitSilence | None = None
    quiet_due_ms: int = 0
    sent: str = ""

    @property
    def answered(self) -> bool:
        """Whether it is up."""
        return self.state == ANSWERED

    def there(self) -> LegThere:
        """This leg for the inventory."""
        waiting = None if self.answered else self.arrived
        return LegThere(self.id, self.answered, self.inbound, self.bridge, waiting)


class Exchange:
    """What an engine is without its network."""

    def __init__(self, clock: Clock, told: Told) -> None:
        self.legs: dict[LegId, FakeLeg] = {}
        self.ended: dict[LegId, Cause] = {}
        self._clock = clock
        self._told = told
        self._recordings: dict[RecordingId, LegId] = {}
        self._orphans: list[tuple[int, int, BridgeId]] = []

    def inventory(self, *, lived_on: bool) -> Inventory:
        """Everything there is, for the first program of this engine or for a later one."""
        there = tuple(leg.there() for leg in self.legs.values())
        begun = {leg.recording for leg in self.legs.values() if leg.recording is not None}
        closed = tuple(sorted(begun.difference(self._recordings)))
        return Inventory(there, tuple(sorted(self._recordings)), lived_on, closed)

    def leg(self, name: LegId) -> FakeLeg:
        """A leg that is there; raises LegGone."""
        if name not in self.legs:
            raise LegGone("the leg is gone")
        return self.legs[name]

    def dial(self, name: LegId, ring_ms: int) -> None:
        """Make a leg that rings."""
        due = self._clock.now_ms() + ring_ms
        self.legs[name] = FakeLeg(name, inbound=False, ring_due_ms=due)

    def carry_out(self, command: EdgeCommand) -> None:
        """Every command but the dial."""
        match command:
            case c.HangUp(leg, cause) | c.RejectLeg(leg, cause):
                self.end(leg, cause)
            case c.Bridge(bridge, legs):
                self._bridge(bridge, legs)
            case c.Unbridge(bridge):
                self._unbridge(bridge)
            case c.Resume(bridge, leg):
                self._bridge(bridge, (leg,))
            case c.StopListening(name):
                self._stop_listening(name)
            case c.StopCollect(name, collect):
                self._stop_collect(name, collect)
            case c.StopAwaiting(name, wait):
                self._stop_awaiting(name, wait)
            case c.StopRecording(recording):
                self.close_recording(recording)
            case c.StopPlay(name, play):
                self._stop_play(name, play)
            case c.DialAgent() | c.DialCustomer():
                raise AssertionError("dials do not come here")
            case _:
                self._on_leg(self.leg(command.leg), command)

    def _on_leg(self, leg: FakeLeg, command: EdgeCommand) -> None:
        match command:
            case c.AnswerLeg():
                leg.state = ANSWERED
            case c.Play():
                self._play(leg, command)
            case c.StartMusic(music=music):
                leg.music = music != c.SILENCE
            case c.StopMusic():
                leg.music = False
            case c.Collect():
                self._collect(leg, command)
            case c.AwaitSilence():
                self._await_silence(leg, command)
            case c.Hold(bridge, music=music):
                leg.bridge, leg.held_from, leg.music = None, bridge, music != c.SILENCE
            case c.Mute() | c.Unmute():
                leg.muted = isinstance(command, c.Mute)
            case c.Listen(to=to):
                self.leg(to)
                self._fall_silent(leg)
                leg.bridge, leg.listens = None, command
            case c.SendDigits(_, digits):
                leg.sent += digits
            case c.Record(recording, _, beep_ms):
                self._recordings[recording] = leg.id
                leg.recording, leg.beeps = recording, beep_ms > 0
            case c.Echo():
                self._fall_silent(leg)
                leg.echo = True

    def press(self, leg: FakeLeg, key: str) -> None:
        """A key of the far end."""
        if leg.keys is None:
            return
        self._end_plays(leg)
        if leg.keys.press(key):
            self._collected(leg)
        else:
            leg.keys_due_ms = self._clock.now_ms() + leg.keys.wait_ms

    def speak(self, leg: FakeLeg, *, on: bool) -> None:
        """The far end begins to say something, or falls silent."""
        leg.speaks = on
        if leg.awaits is not None:
            leg.quiet_due_ms = self._clock.now_ms() + leg.awaits.silence_ms

    def end(self, name: LegId, cause: Cause) -> None:
        """A leg is gone; what is gone already stays so."""
        leg = self.legs.pop(name, None)
        if leg is None:
            return
        self.ended[name] = cause
        self._end_plays(leg)
        number = self._told.tell(LegEnded(name, cause))
        if leg.recording is not None:
            self.close_recording(leg.recording)
        if bridge := leg.bridge or leg.held_from:
            self._orphans.append((self._clock.now_ms(), number, bridge))

    def close_recording(self, recording: RecordingId) -> None:
        """Both files are closed."""
        if self._recordings.pop(recording, None) is not None:
            self._told.tell(RecordingEnded(recording))

    def heard(self, name: LegId) -> frozenset[str]:
        """What a leg hears."""
        leg = self.leg(name)
        if leg.plays:
            return frozenset({f"play:{next(iter(leg.plays))}"})
        if leg.echo:
            return frozenset({"echo"})
        spied = self.legs.get(leg.listens.to) if leg.listens else None
        if spied is not None:
            said = set() if spied.muted else {spied.id}
            return frozenset(said | self.heard(spied.id)) - {name}
        return frozenset(self._heard_here(leg) | self._whispered_to(name))

    def beeps(self, name: LegId) -> bool:
        """Whether a leg hears the beep of a recording from time to time."""
        room = self.leg(name).bridge
        beeping = (o for o in self.legs.values() if o.beeps and o.recording in self._recordings)
        return room is not None and any(other.bridge == room for other in beeping)

    def _heard_here(self, leg: FakeLeg) -> set[str]:
        if leg.bridge is None:
            return {"music"} if leg.music else set()
        others = (o for o in self.legs.values() if o.bridge == leg.bridge and o.id != leg.id)
        return {o.id for o in others if not o.muted}

    def _whispered_to(self, name: LegId) -> set[str]:
        whispers = (o for o in self.legs.values() if o.listens and o.listens.whisper)
        return {o.id for o in whispers if o.listens and o.listens.to == name}

    def tick(self) -> None:
        """Do what is due."""
        now = self._clock.now_ms()
        for leg in tuple(self.legs.values()):
            for play, due in tuple(leg.plays.items()):
                if due <= now:
                    self._play_ended(leg, play, completed=True)
            if leg.keys is not None and leg.keys_due_ms is not None and leg.keys_due_ms <= now:
                self._collected(leg)
            if leg.awaits is not None and not leg.speaks and leg.quiet_due_ms <= now:
                wait, leg.awaits = leg.awaits.wait, None
                self._told.tell(SilenceFell(leg.id, wait))
            if leg.ring_due_ms is not None and leg.ring_due_ms <= now and not leg.answered:
                self.end(leg.id, Cause.NO_ANSWER)

    def clear_orphans(self, after_ms: int) -> None:
        """End the legs of a bridge whose loss of a leg nobody took note of for so long."""
        due = self._clock.now_ms() - after_ms
        late = [entry for entry in self._orphans if entry[0] <= due]
        self._orphans = [entry for entry in self._orphans if entry[0] > due]
        for _, number, bridge in late:
            if self._told.acknowledged < number:
                for leg in tuple(self.legs.values()):
                    if bridge in (leg.bridge, leg.held_from):
                        self.end(leg.id, Cause.NORMAL)

    def _bridge(self, bridge: BridgeId, names: tuple[LegId, ...]) -> None:
        for leg in [self.leg(name) for name in names]:
            self._fall_silent(leg)
            leg.bridge, leg.held_from, leg.listens = bridge, None, None
        self._told.tell(BridgeJoined(bridge, names))

    def _unbridge(self, bridge: BridgeId) -> None:
        for leg in self.legs.values():
            if bridge in (leg.bridge, leg.held_from):
                leg.bridge = leg.held_from = None

    def _stop_listening(self, name: LegId) -> None:
        leg = self.legs.get(name)
        if leg is not None:
            leg.listens = None

    def _fall_silent(self, leg: FakeLeg) -> None:
        leg.music = False
        self._end_plays(leg)

    def _play(self, leg: FakeLeg, command: c.Play) -> None:
        try:
            pieces(command.items, command.language)
        except ValueError as unfit:
            raise EdgeError(str(unfit)) from unfit
        if command.play in leg.plays:
            return
        begins = max([self._clock.now_ms(), *leg.plays.values()])
        leg.plays[command.play] = begins + ITEM_MS * len(command.items)
        leg.keys_due_ms = None
        if not command.items:
            self._play_ended(leg, command.play, completed=True)

    def _stop_play(self, name: LegId, play: str) -> None:
        leg = self.legs.get(name)
        if leg is not None and play in leg.plays:
            self._play_ended(leg, play, completed=False)

    def _end_plays(self, leg: FakeLeg) -> None:
        for play in tuple(leg.plays):
            self._play_ended(leg, play, completed=False)

    def _play_ended(self, leg: FakeLeg, play: str, *, completed: bool) -> None:
        del leg.plays[play]
        self._told.tell(PlayEnded(leg.id, play, completed))
        if not leg.plays and leg.keys is not None and leg.keys_due_ms is None:
            leg.keys_due_ms = self._clock.now_ms() + leg.keys.wait_ms

    def _collect(self, leg: FakeLeg, command: c.Collect) -> None:
        if leg.keys is not None and leg.keys.asked == command:
            return
        leg.keys = Keys(command)
        leg.keys_due_ms = None if leg.plays else self._clock.now_ms() + command.first_ms

    def _stop_collect(self, name: LegId, collect: str) -> None:
        leg = self.legs.get(name)
        if leg is not None and leg.keys is not None and leg.keys.asked.collect == collect:
            leg.keys = leg.keys_due_ms = None

    def _await_silence(self, leg: FakeLeg, command: c.AwaitSilence) -> None:
        if leg.awaits != command:
            leg.awaits = command
            leg.quiet_due_ms = self._clock.now_ms() + command.silence_ms

    def _stop_awaiting(self, name: LegId, wait: str) -> None:
        leg = self.legs.get(name)
        if leg is not None and leg.awaits is not None and leg.awaits.wait == wait:
            leg.awaits = None

    def _collected(self, leg: FakeLeg) -> None:
        keys, leg.keys, leg.keys_due_ms = leg.keys, None, None
        if keys is not None:
            asked = keys.asked
            self._told.tell(
                DigitsCollected(leg.id, asked.collect, keys.digits, personal=asked.personal)
            )
