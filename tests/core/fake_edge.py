"""An honest edge without sound: it knows legs, plays, collections, bridges and recordings."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from trunkline.core.call import commands as c
from trunkline.core.call import events as e
from trunkline.core.words import BridgeId, Cause, LegId, RecordingId


@dataclass
class Leg:
    answered: bool = False
    inbound: bool = False
    bridge: BridgeId | None = None
    music: bool = False
    plays: list[str] = field(default_factory=list)
    collect: c.Collect | None = None
    listens: c.Listen | None = None
    awaits: str | None = None


@dataclass
class FakeEdge:
    """Carries commands out at once; what it has to tell waits in `events`."""

    legs: dict[LegId, Leg] = field(default_factory=dict)
    recordings: dict[RecordingId, LegId] = field(default_factory=dict)
    closed: set[RecordingId] = field(default_factory=set)
    events: deque[Any] = field(default_factory=deque)
    dialled: set[LegId] = field(default_factory=set)

    def rings_in(self, leg: LegId) -> None:
        self.legs[leg] = Leg(inbound=True)

    def answer(self, leg: LegId) -> None:
        if leg in self.legs and not self.legs[leg].answered:
            self.legs[leg].answered = True
            self.events.append(e.LegAnswered(leg))

    def drop(self, leg: LegId, cause: Cause) -> None:
        if self.legs.pop(leg, None):
            self.events.append(e.LegEnded(leg, cause))
            for recording in [r for r, owner in self.recordings.items() if owner == leg]:
                self.close(recording)

    def plays_of(self, leg: LegId) -> list[str]:
        return list(self.legs[leg].plays) if leg in self.legs else []

    def end_play(self, leg: LegId, play: str, *, completed: bool = True) -> None:
        if leg in self.legs and play in self.legs[leg].plays:
            self.legs[leg].plays.remove(play)
            self.events.append(e.PlayEnded(leg, play, completed))

    def press(self, leg: LegId, digits: str) -> None:
        there = self.legs[leg]
        if there.collect:
            collect, there.collect = there.collect, None
            for play in list(there.plays):
                self.end_play(leg, play, completed=not digits)
            self.events.append(e.DigitsCollected(leg, collect.collect, digits, collect.personal))

    def fall_silent(self, leg: LegId) -> None:
        there = self.legs[leg]
        if there.awaits:
            wait, there.awaits = there.awaits, None
            self.events.append(e.SilenceFell(leg, wait))

    def carry_out(self, command: Any) -> None:
        match command:
            case c.DialAgent(leg=leg) | c.DialCustomer(leg=leg):
                assert leg not in self.dialled, "rung twice"
                self.dialled.add(leg)
                self.legs[leg] = Leg()
                self.events.append(e.LegRinging(leg))
            case c.HangUp(leg, cause) | c.RejectLeg(leg, cause):
                self.drop(leg, cause)
            case c.Bridge(bridge, legs):
                self._join(bridge, legs)
            case c.Unbridge(bridge):
                for there in self.legs.values():
                    if there.bridge == bridge:
                        there.bridge = None
            case c.Resume(bridge, leg):
                self._join(bridge, (leg,))
            case c.StopRecording(recording, _):
                self.close(recording)
            case _:
                self._on_leg(command)

    def _on_leg(self, command: Any) -> None:
        leg = self.legs.get(getattr(command, "leg", LegId("")))
        if leg is None:
            return
        match command:
            case c.AnswerLeg():
                leg.answered = True
            case c.Play(play=play):
                leg.plays.append(play)
            case c.StopPlay(name, play) if play in leg.plays:
                self.end_play(name, play, completed=False)
            case c.Collect():
                leg.collect = command
            case c.AwaitSilence(wait=wait):
                leg.awaits = wait
            case c.StopAwaiting():
                leg.awaits = None
            case c.StopCollect():
                leg.collect = None
            case c.StartMusic():
                leg.music = True
            case c.StopMusic():
                leg.music = False
            case c.Hold():
                leg.bridge, leg.music = None, True
            case c.Listen():
                leg.bridge, leg.music, leg.listens = None, False, command
            case c.StopListening():
                leg.listens = None
            case c.Record(recording, name):
                assert recording not in self.closed, "recorded over what was recorded"
                self.recordings[recording] = name

    def _join(self, bridge: BridgeId, legs: tuple[LegId, ...]) -> None:
        there = [leg for leg in legs if leg in self.legs]
        for leg in there:
            for play in self.plays_of(leg):
                self.end_play(leg, play, completed=False)
            assert self.legs[leg].listens is None, "nobody listens who is in the room"
            self.legs[leg].bridge, self.legs[leg].music = bridge, False
        if len(there) == len(legs):
            self.events.append(e.BridgeJoined(bridge, legs))

    def close(self, recording: RecordingId) -> None:
        """It is over, asked for or not; one that never began stays so."""
        if self.recordings.pop(recording, None):
            self.closed.add(recording)
            self.events.append(e.RecordingEnded(recording))
