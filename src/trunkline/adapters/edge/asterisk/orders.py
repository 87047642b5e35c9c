"""Carries out the core's commands. Repeating one that took effect already is done, not failed."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING, Final

from trunkline.adapters.edge.asterisk import causes
from trunkline.adapters.edge.asterisk.ami import AmiError
from trunkline.adapters.edge.asterisk.announcements import FOLDER
from trunkline.adapters.edge.asterisk.ari import Ari, AriError, segment
from trunkline.adapters.edge.asterisk.config import DIALLED_CONTEXT, ECHO_CONTEXT, JUDGED
from trunkline.adapters.edge.asterisk.fail_over import REFUSED, FailOver, headers_of
from trunkline.adapters.edge.asterisk.hearing import PLAY_SEPARATOR, Hearing, playback_path
from trunkline.adapters.edge.asterisk.legs import Leg
from trunkline.adapters.edge.asterisk.listening import Listening
from trunkline.adapters.edge.beeping import beep
from trunkline.adapters.edge.keys import Keys
from trunkline.adapters.edge.own_sounds import is_own
from trunkline.adapters.edge.prompts import BEEP
from trunkline.adapters.edge.quiet import SPOKEN_LEVEL
from trunkline.core.call import commands as c
from trunkline.core.call.events import BridgeJoined, PlayEnded
from trunkline.core.flow.speech import pieces
from trunkline.core.words import BridgeId, Cause, DeviceKind, LegId, RecordingId
from trunkline.ports.edge import EdgeError, LegGone

if TYPE_CHECKING:
    from collections.abc import Callable

    from trunkline.adapters.edge.asterisk.recordings import Recordings
    from trunkline.adapters.edge.asterisk.settings import AsteriskSettings
    from trunkline.adapters.edge.background import Background
    from trunkline.adapters.edge.board import Board

_EXISTS: Final = 409
# The caller hung up before we answered: the channel is gone, or leaves our application just now.
_LEFT: Final = (404, 409)
# Asterisk's own time-out of a dial is only there for when we are not.
_DIAL_GRACE_S: Final = 5
JUDGING_S: Final = 4.5
"""So long a machine may be told from a person after the answer."""


class Orders:
    """One method a command."""

    def __init__(
        self,
        settings: AsteriskSettings,
        board: Board[Leg],
        ari: Ari,
        hearing: Hearing,
        recordings: Recordings,
        background: Background,
        dial_string: Callable[[str], str],
        attended: Callable[[Leg], None],
    ) -> None:
        self._settings = settings
        self._dial_string = dial_string
        self._attended = attended
        self._board = board
        self._ari = ari
        self._hearing = hearing
        self._recordings = recordings
        self._background = background
        self._listening = Listening(board, ari)
        self._fail_over = FailOver(board, ari, background, _caller)
        self._sounds: set[tuple[str, str]] = set()
        self._beeping: set[RecordingId] = set()

    async def carry_out(self, command: c.EdgeCommand) -> None:
        """Carry out one command; raises EdgeError."""
        try:
            await self._carry_out(command)
        except (AriError, AmiError, ValueError) as failure:
            raise EdgeError(f"{type(command).__name__}: {failure}") from failure

    async def _carry_out(self, command: c.EdgeCommand) -> None:
        match command:
            case c.AnswerLeg():
                await self._answer(self._leg(command.leg))
            case c.RejectLeg(leg, cause):
                await self._hang_up(leg, cause)
            case c.HangUp(leg, cause):
                await self._hang_up(leg, cause)
            case c.DialAgent():
                await self._dial(command, self._dial_string(command.account), command.caller)
            case c.DialCustomer(party=number, trunk=trunk):
                await self._dial(command, f"PJSIP/{number}@trunk-{trunk}", command.caller)
            case c.Bridge(bridge, legs):
                await self._bridge(bridge, legs)
            case c.Unbridge(bridge) if bridge in self._board.rooms:
                await self._ari.delete(f"bridges/{segment(bridge)}")
                self._board.dissolve(bridge)
            case c.Hold(bridge, leg, music):
                await self._hold(bridge, self._leg(leg), music)
            case c.Resume(bridge, leg):
                await self._bridge(bridge, (leg,))
            case _:
                await self._on_leg(command)

    async def _on_leg(self, command: c.EdgeCommand) -> None:
        match command:
            case c.Play():
                await self._play(command)
            case c.StopPlay(leg, play):
                await self._stop_play(leg, play)
            case c.StartMusic(leg, music):
                await self._start_music(self._leg(leg), music)
            case c.StopMusic(leg):
                await self._stop_music(self._leg(leg))
            case c.Collect(leg):
                self._collect(self._leg(leg), command)
            case c.StopCollect(leg, collect):
                self._stop_collect(leg, collect)
            case c.AwaitSilence():
                await self._await_silence(self._leg(command.leg), command)
            case c.StopAwaiting(leg, wait):
                await self._stop_awaiting(leg, wait)
            case c.Mute(leg):
                await self._ari.post(f"channels/{segment(leg)}/mute", direction="in")
            case c.Unmute(leg):
                await self._ari.ask("DELETE", f"channels/{segment(leg)}/mute", {"direction": "in"})
            case c.Listen(leg):
                await self._fall_silent(self._leg(leg))
                await self._listening.carry_out(command)
            case c.StopListening():
                await self._listening.carry_out(command)
            case c.SendDigits(leg, digits):
                await self._ari.post(f"channels/{segment(leg)}/dtmf", dtmf=digits)
            case c.Record(recording, leg, beep_ms):
                await self._record(self._leg(leg), recording, beep_ms)
            case c.StopRecording(recording, leg):
                await self._stop_recording(leg, recording)
            case c.Echo(leg):
                await self._echo(self._leg(leg))

    def _leg(self, name: LegId) -> Leg:
        leg = self._board.legs.get(name)
        if leg is None:
            raise LegGone("the leg is gone")
        return leg

    async def _answer(self, leg: Leg) -> None:
        if not leg.answered:
            try:
                await self._ari.post_alone(f"channels/{segment(leg.id)}/answer")
            except AriError as refusal:
                if refusal.status in _LEFT:
                    raise LegGone("the leg is gone") from refusal
                raise
            leg.answered = True
            if leg.came_s:
                self._attended(leg)

    async def _hang_up(self, name: LegId, cause: Cause) -> None:
        if self._board.has_ended(name):
            return
        query = {}
        if leg := self._board.legs.get(name):
            leg.ending = leg.ending or cause
            if leg.inbound and not leg.answered:
                query["reason_code"] = str(causes.refusal(cause))
        await self._ari.delete(f"channels/{segment(name)}", **query)

    async def _dial(
        self, command: c.DialAgent | c.DialCustomer, endpoint: str, caller: str
    ) -> None:
        if command.leg in self._board.legs or self._board.has_ended(command.leg):
            return
        to_agent = isinstance(command, c.DialAgent)
        leg = self._board.add(Leg(command.leg, "", inbound=False, to_agent=to_agent))
        leg.again = self._fail_over.of(command, leg)
        ring_s = command.ring_ms / 1000
        judged = isinstance(command, c.DialCustomer) and command.tell_machine
        over_s = ring_s + (JUDGING_S if judged else 0)
        leg.ring_timer = asyncio.get_running_loop().call_later(over_s, self._rang_out, leg)
        try:
            await self._ari.post_alone(
                "channels",
                _variables(command),
                endpoint=endpoint,
                context=DIALLED_CONTEXT,
                extension=JUDGED if judged else "s",
                channelId=command.leg,
                callerId=_caller(caller),
                timeout=str(math.ceil(ring_s) + _DIAL_GRACE_S),
            )
        except AriError as refusal:
            # Nothing is registered there, or Asterisk lost the leg at once.
            if refusal.status == _EXISTS or (leg.again is not None and leg.again(REFUSED)):
                return
            self._board.end(command.leg, Cause.UNREACHABLE)

    def _rang_out(self, leg: Leg) -> None:
        if not leg.answered:
            leg.ending = leg.ending or Cause.NO_ANSWER
            self._background.start(self._ari.delete(f"channels/{segment(leg.id)}"))

    async def _bridge(self, bridge: BridgeId, names: tuple[LegId, ...]) -> None:
        entering = [leg for leg in map(self._leg, names) if leg.bridge != bridge]
        if bridge not in self._board.rooms:
            await self._ari.post(f"bridges/{segment(bridge)}", type="mixing")
        for leg in entering:
            await self._fall_silent(leg)
        if entering:
            channels = ",".join(leg.id for leg in entering)
            await self._ari.post_alone(f"bridges/{segment(bridge)}/addChannel", channel=channels)
        for leg in entering:
            if leg.id in self._board.legs:
                self._board.enter(bridge, leg)
        self._board.told.tell(BridgeJoined(bridge, names))

    async def _fall_silent(self, leg: Leg) -> None:
        self._hearing.stop_plays(leg)
        await self._stop_music(leg)

    async def _hold(self, bridge: BridgeId, leg: Leg, music: str) -> None:
        if leg.bridge == bridge:
            path = f"bridges/{segment(bridge)}/removeChannel"
            await self._ari.post(path, channel=leg.id)
            self._board.hold(bridge, leg, "default")
        await self._start_music(leg, music)

    async def _play(self, command: c.Play) -> None:
        leg = self._leg(command.leg)
        if command.play in leg.plays:
            return
        media = [self._sound(command.language, name) for name in _pieces(command)]
        if not media:
            self._board.told.tell(PlayEnded(leg.id, command.play, completed=True))
            return
        leg.plays.add(command.play)
        if leg.key_timer is not None:
            leg.key_timer.cancel()
            leg.key_timer = None
        try:
            await self._ari.post(
                f"channels/{segment(leg.id)}/play",
                {"media": media, "playbackId": f"{leg.id}{PLAY_SEPARATOR}{command.play}"},
            )
        except AriError:
            leg.plays.discard(command.play)
            raise

    def _sound(self, language: str, name: str) -> str:
        if is_own(name):  # one that is replaced or dropped is so at once
            language = FOLDER
            self._sounds.discard((language, name))
        if (language, name) not in self._sounds:
            if not (self._settings.sounds / language / f"{name}.ulaw").is_file():
                raise EdgeError(f"no recording {language}/{name}")
            self._sounds.add((language, name))
        return f"sound:{self._settings.inside}/sounds/{language}/{name}"

    async def _stop_play(self, name: LegId, play: str) -> None:
        leg = self._board.legs.get(name)
        if leg is None or play in leg.stopped or not (play in leg.plays or leg.adopted):
            return
        if play in leg.plays:
            leg.stopped.add(play)
        await self._ari.delete(playback_path(name, play))

    async def _start_music(self, leg: Leg, music: str) -> None:
        if leg.music is not None and leg.music != music:
            await self._stop_music(leg)
        if music == c.SILENCE:
            return  # a class that Asterisk does not know is played as its default one
        leg.music = music
        if music == c.RINGBACK:
            await self._ari.post(f"channels/{segment(leg.id)}/ring")
        elif not leg.plays:
            await self._ari.post(f"channels/{segment(leg.id)}/moh", mohClass=music)

    async def _stop_music(self, leg: Leg) -> None:
        music, unknown = leg.music, leg.may_hear_music
        leg.music, leg.may_hear_music = None, False
        if unknown or music == c.RINGBACK:
            await self._ari.delete(f"channels/{segment(leg.id)}/ring")
        if unknown or music not in (None, c.RINGBACK):
            await self._ari.delete(f"channels/{segment(leg.id)}/moh")

    def _collect(self, leg: Leg, command: c.Collect) -> None:
        if leg.keys is not None and leg.keys.asked == command:
            return
        leg.keys = Keys(command)
        if not leg.plays:
            self._hearing.start_key_timer(leg)

    def _stop_collect(self, name: LegId, collect: str) -> None:
        leg = self._board.legs.get(name)
        if leg is not None and leg.keys is not None and leg.keys.asked.collect == collect:
            leg.keys = None
            if leg.key_timer is not None:
                leg.key_timer.cancel()
                leg.key_timer = None

    async def _await_silence(self, leg: Leg, command: c.AwaitSilence) -> None:
        """Asterisk tells of talking that begins and ends; who never talks is noticed by us."""
        if leg.awaits == command.wait:
            return
        leg.awaits = command.wait
        await self._ari.post(
            f"channels/{segment(leg.id)}/variable",
            variable="TALK_DETECT(set)",
            value=f"{command.silence_ms},{SPOKEN_LEVEL}",
        )
        self._hearing.start_quiet_timer(leg, command.silence_ms / 1000)

    async def _stop_awaiting(self, name: LegId, wait: str) -> None:
        leg = self._board.legs.get(name)
        if leg is not None and leg.awaits == wait:
            leg.awaits = None
            self._hearing.stop_quiet_timer(leg)
            path = f"channels/{segment(leg.id)}/variable"
            await self._ari.post(path, variable="TALK_DETECT(remove)")

    async def _record(self, leg: Leg, recording: RecordingId, beep_ms: int) -> None:
        await self._recordings.start(recording, leg.channel)
        leg.recording = recording
        if beep_ms and recording not in self._beeping:
            self._background.start(self._beep(leg, recording, beep_ms))

    async def _beep(self, leg: Leg, recording: RecordingId, beep_ms: int) -> None:
        self._beeping.add(recording)
        try:
            await beep(self._board, leg.id, recording, beep_ms, self._sound_beep)
        finally:
            self._beeping.discard(recording)

    def _sound_beep(self, leg: Leg) -> None:
        """Heard by this leg alone: each in the room has its own."""
        media = f"sound:{self._settings.inside}/sounds/{BEEP}"
        path = f"channels/{segment(leg.id)}/play"
        self._background.start(self._ari.post(path, {"media": [media]}))

    async def _stop_recording(self, name: LegId, recording: RecordingId) -> None:
        leg = self._board.legs.get(name)
        if leg is not None:
            await self._recordings.stop(recording, leg.channel)
            leg.recording = None

    async def _echo(self, leg: Leg) -> None:
        if leg.echo:
            return
        await self._fall_silent(leg)
        leg.echo = True
        continued = f"channels/{segment(leg.id)}/continue"
        await self._ari.post(continued, context=ECHO_CONTEXT, extension="echo", priority="1")


def _pieces(command: c.Play) -> tuple[str, ...]:
    return pieces(command.items, command.language)


def _variables(command: c.DialAgent | c.DialCustomer) -> dict[str, dict[str, str]] | None:
    """The headers of the INVITE: what the page recognises its own call by, or a trunk wants."""
    if isinstance(command, c.DialCustomer):
        return headers_of(command)
    if command.device is not DeviceKind.BROWSER:
        return None
    return {"variables": {"PJSIP_HEADER(add,X-Trunkline-Interaction)": command.interaction}}


def _caller(number: str) -> str:
    """A caller id whose number is taken as it came, letters too, and cannot break out of it."""
    plain = "".join(char for char in number if char.isprintable() and char not in '<>"\\')
    return f'"{plain}" <{plain}>'
