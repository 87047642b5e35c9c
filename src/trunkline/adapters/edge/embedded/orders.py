"""Carries out the core's commands. Repeating one that took effect already is done, not failed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from trunkline.adapters.edge.beeping import beep
from trunkline.adapters.edge.embedded.legs import Leg, Tape
from trunkline.adapters.edge.embedded.peer import UnfitOffer
from trunkline.adapters.edge.embedded.sounds import RATE, keys
from trunkline.adapters.edge.prompts import beep as beep_tone
from trunkline.adapters.edge.quiet import Quiet
from trunkline.core.call import commands as c
from trunkline.core.call.events import BridgeJoined, LegRinging
from trunkline.core.flow.speech import pieces
from trunkline.core.words import BridgeId, Cause, LegId, RecordingId
from trunkline.ports.edge import EdgeError, LegGone

if TYPE_CHECKING:
    from trunkline.adapters.edge.background import Background
    from trunkline.adapters.edge.board import Board
    from trunkline.adapters.edge.embedded.calls import Calls
    from trunkline.adapters.edge.embedded.keypad import Keypad
    from trunkline.adapters.edge.embedded.pages import Pages
    from trunkline.adapters.edge.embedded.recorder import Recorder
    from trunkline.adapters.edge.embedded.sounds import Sounds


class Orders:
    """One method a command that is more than a line."""

    def __init__(
        self,
        board: Board[Leg],
        calls: Calls,
        pages: Pages,
        keypad: Keypad,
        recorder: Recorder,
        sounds: Sounds,
        background: Background,
    ) -> None:
        self._board = board
        self._calls = calls
        self._pages = pages
        self._keypad = keypad
        self._recorder = recorder
        self._sounds = sounds
        self._background = background

    async def carry_out(self, command: c.EdgeCommand) -> None:
        """Carry out one command; raises EdgeError, LegGone."""
        match command:
            case c.AnswerLeg(leg):
                await self._answer(self._leg(leg))
            case c.DialAgent():
                self._dial(command)
            case c.DialCustomer(leg):
                self._dial_nowhere(leg)
            case c.HangUp(leg, cause) | c.RejectLeg(leg, cause):
                self._calls.end(leg, cause)
            case c.Bridge(bridge, legs):
                self._bridge(bridge, legs)
            case c.Unbridge(bridge):
                self._board.dissolve(bridge)
            case c.Hold(bridge, leg, music):
                await self._hold(bridge, self._leg(leg), music)
            case c.Resume(bridge, leg):
                self._bridge(bridge, (leg,))
            case c.Record(recording, leg, beep_ms):
                self._record(self._leg(leg), recording, beep_ms)
            case c.StopRecording(recording, leg):
                self._stop_recording(leg, recording)
            case c.StopPlay() | c.StopCollect() | c.StopListening() | c.StopAwaiting():
                self._stop(command)
            case c.Play(leg):
                await self._play(self._leg(leg), command)
            case c.StartMusic(leg, music):
                await self._start_music(self._leg(leg), music)
            case _:
                self._on_leg(self._leg(command.leg), command)

    def _on_leg(self, leg: Leg, command: c.EdgeCommand) -> None:
        match command:
            case c.StopMusic():
                leg.music = leg.tune = None
            case c.Collect():
                self._keypad.collect(leg, command)
            case c.AwaitSilence():
                if leg.quiet is None or leg.quiet.asked != command:
                    leg.quiet = Quiet(command, RATE)
            case c.Mute() | c.Unmute():
                leg.muted = isinstance(command, c.Mute)
            case c.Listen():
                self._listen(leg, command)
            case c.SendDigits(_, digits):
                leg.tones = Tape(keys(digits))
            case c.Echo():
                self._fall_silent(leg)
                leg.echo = True

    def _stop(self, command: c.StopPlay | c.StopCollect | c.StopListening | c.StopAwaiting) -> None:
        """What ends something of a leg that may be gone."""
        leg = self._board.legs.get(command.leg)
        if leg is None:
            return
        match command:
            case c.StopPlay(_, play):
                self._keypad.play_ended(leg, play, completed=False)
            case c.StopCollect(_, collect):
                self._keypad.stop_collect(leg, collect)
            case c.StopListening():
                leg.listens = None
            case c.StopAwaiting(_, wait):
                if leg.quiet is not None and leg.quiet.asked.wait == wait:
                    leg.quiet = None

    def _leg(self, name: LegId) -> Leg:
        leg = self._board.legs.get(name)
        if leg is None:
            raise LegGone("the leg is gone")
        return leg

    async def _answer(self, leg: Leg) -> None:
        if leg.answered or leg.peer is not None:
            return
        try:
            there = await self._calls.connect(leg, leg.offer or "")
        except UnfitOffer as failure:
            self._calls.end(leg.id, Cause.FAILED)
            raise LegGone(f"its offer is unfit: {failure}") from failure
        if not there:
            raise LegGone("the leg is gone")

    def _dial(self, command: c.DialAgent) -> None:
        if command.leg in self._board.legs or self._board.has_ended(command.leg):
            return
        leg = self._board.add(Leg(command.leg, command.account, inbound=False))
        page = self._pages.of(command.account)
        if page is None or self._calls.has_no_room_for_legs:
            self._calls.end(leg.id, Cause.UNREACHABLE)
            return
        leg.page = page
        ring_s = command.ring_ms / 1000
        loop = asyncio.get_running_loop()
        leg.ring_timer = loop.call_later(ring_s, self._calls.end, leg.id, Cause.NO_ANSWER)
        page.tell({"type": "ring", "leg": leg.id, "interaction": command.interaction})
        self._board.told.tell(LegRinging(leg.id))

    def _dial_nowhere(self, name: LegId) -> None:
        """No trunk leads out of here."""
        if name not in self._board.legs and not self._board.has_ended(name):
            self._board.add(Leg(name, "", inbound=False))
            self._calls.end(name, Cause.UNREACHABLE)

    def _bridge(self, bridge: BridgeId, names: tuple[LegId, ...]) -> None:
        for leg in [self._leg(name) for name in names]:
            if leg.bridge != bridge:
                self._board.step_out(leg)
                self._fall_silent(leg)
                self._board.enter(bridge, leg)
        self._board.told.tell(BridgeJoined(bridge, names))

    async def _hold(self, bridge: BridgeId, leg: Leg, music: str) -> None:
        if leg.bridge == bridge:
            self._board.hold(bridge, leg, music)
        await self._start_music(leg, music)

    async def _play(self, leg: Leg, command: c.Play) -> None:
        try:
            names = pieces(command.items, command.language)
        except ValueError as unfit:
            raise EdgeError(str(unfit)) from unfit
        samples = await self._sounds.say(names, command.language)
        self._keypad.play(self._leg(leg.id), command.play, Tape(samples))

    async def _start_music(self, leg: Leg, music: str) -> None:
        if music == c.SILENCE:
            leg.music = leg.tune = None
        elif leg.tune is None or leg.music != music:
            leg.music = music
            samples = await self._sounds.music(music)
            if leg.music == music:  # nobody wanted another meanwhile
                leg.tune = Tape(samples)

    def _fall_silent(self, leg: Leg) -> None:
        """Whatever was heard alone ends."""
        self._keypad.stop_plays(leg)
        leg.music = leg.tune = leg.listens = None
        leg.echo = False

    def _listen(self, leg: Leg, command: c.Listen) -> None:
        self._leg(command.to)
        if leg.listens != command:
            self._board.step_out(leg)
            self._fall_silent(leg)
            leg.listens = command

    def _record(self, leg: Leg, recording: RecordingId, beep_ms: int) -> None:
        beeps = leg.recording == recording
        if leg.recording is not None and leg.recording != recording:
            self._recorder.stop(leg.recording)
        self._recorder.start(recording)
        leg.recording = recording
        if beep_ms and not beeps:
            beeping = beep(self._board, leg.id, recording, beep_ms, _sound_beep)
            self._background.start(beeping)

    def _stop_recording(self, name: LegId, recording: RecordingId) -> None:
        leg = self._board.legs.get(name)
        if leg is not None and leg.recording == recording:
            leg.recording = None
        self._recorder.stop(recording)


def _sound_beep(leg: Leg) -> None:
    leg.tones = Tape(beep_tone(RATE))
