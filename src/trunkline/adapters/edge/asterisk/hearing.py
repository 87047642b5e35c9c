"""What Asterisk tells, turned into the core's words."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Any

from trunkline.adapters.edge.asterisk import causes
from trunkline.adapters.edge.asterisk.ari import Ari, AriError, segment
from trunkline.adapters.edge.asterisk.legs import Leg, arrived
from trunkline.core.call.events import (
    DigitsCollected,
    LegAnswered,
    LegRinging,
    PlayEnded,
    SilenceFell,
)
from trunkline.core.words import Cause, LegId
from trunkline.kit.clock import monotonic_s
from trunkline.kit.logging import logger

if TYPE_CHECKING:
    from trunkline.adapters.edge.asterisk.gate import Gate
    from trunkline.adapters.edge.asterisk.rest_socket import Json
    from trunkline.adapters.edge.background import Background
    from trunkline.adapters.edge.board import Board

PLAY_SEPARATOR = "~"
_log = logger("telephony")


class Hearing:
    """Takes ARI events one at a time, in order."""

    def __init__(self, board: Board[Leg], ari: Ari, gate: Gate, background: Background) -> None:
        self._board = board
        self._ari = ari
        self._gate = gate
        self._background = background
        self.shed = 0

    def on_event(self, event: Json) -> None:
        """One event; those we do not know are none of ours."""
        match event["type"]:
            case "StasisStart":
                self._entered(event["args"], event["channel"], event["timestamp"])
            case "ChannelStateChange":
                self._changed(event["channel"])
            case "ChannelHangupRequest":
                self._hanging_up(event["channel"], event.get("cause", 0))
            case "StasisEnd":
                self._left(event["channel"])
            case "ChannelDestroyed":
                self._destroyed(event["channel"], event.get("cause", 0))
            case "ChannelDtmfReceived":
                self._key(event["channel"], event["digit"])
            case "PlaybackFinished":
                self._played(event["playback"])
            case "ChannelTalkingStarted":
                if leg := self._leg(event["channel"]):
                    self.stop_quiet_timer(leg)
            case "ChannelTalkingFinished":
                if leg := self._leg(event["channel"]):
                    self._fell_silent(leg)

    def start_key_timer(self, leg: Leg) -> None:
        """Wait from now for the next key of the leg's collection."""
        if leg.key_timer is not None:
            leg.key_timer.cancel()
            leg.key_timer = None
        if leg.keys is not None:
            wait_s = leg.keys.wait_ms / 1000
            leg.key_timer = asyncio.get_running_loop().call_later(wait_s, self._collected, leg)

    def start_quiet_timer(self, leg: Leg, wait_s: float) -> None:
        """Say that nothing is said, unless something is until then."""
        self.stop_quiet_timer(leg)
        loop = asyncio.get_running_loop()
        leg.quiet_timer = loop.call_later(wait_s, self._fell_silent, leg)

    def stop_quiet_timer(self, leg: Leg) -> None:
        """Something is said, or nobody waits any more."""
        if leg.quiet_timer is not None:
            leg.quiet_timer.cancel()
            leg.quiet_timer = None

    def stop_plays(self, leg: Leg) -> None:
        """Silence every play of a leg."""
        for play in leg.plays - leg.stopped:
            leg.stopped.add(play)
            self._background.start(self._ari.delete(playback_path(leg.id, play)))

    def _entered(self, arguments: list[str], channel: dict[str, Any], at: str) -> None:
        if arguments[:1] == ["arrived"]:
            self._arrived(channel, arguments[1], at)
        elif leg := self._leg(channel):
            leg.channel = channel["name"]
            self._answered(leg)

    def _arrived(self, channel: dict[str, Any], presentation: str, at: str) -> None:
        name = LegId(channel["id"])
        if name in self._board.legs or self._board.has_ended(name):
            return
        if not self._gate.admits(len(self._board.legs), monotonic_s()):
            self.shed += 1
            self._background.start(self._refuse(name))
            return
        call = arrived(channel, presentation)
        leg = Leg(name, channel["name"], inbound=True, arrived=call)
        leg.came_s = datetime.fromisoformat(at).timestamp()
        self._board.add(leg)
        self._board.told.tell(call)

    async def _refuse(self, name: LegId) -> None:
        code = str(causes.refusal(Cause.OVERLOAD))
        try:
            await self._ari.delete(f"channels/{segment(name)}", reason_code=code)
        except AriError as failure:
            _log.warning("overload_not_refused", reason=str(failure))

    def _changed(self, channel: dict[str, Any]) -> None:
        leg = self._leg(channel)
        if leg is None or leg.inbound:
            return
        if not leg.channel:
            leg.channel = channel["name"]
        if channel["state"] == "Ringing" and not leg.rang:
            leg.rang = True
            self._board.told.tell(LegRinging(leg.id))

    def _answered(self, leg: Leg) -> None:
        if leg.answered or leg.inbound:
            return
        leg.answered = True
        leg.forget_timers()
        self._board.told.tell(LegAnswered(leg.id))

    def _hanging_up(self, channel: dict[str, Any], cause: int) -> None:
        """A leg that was talking is as good as gone; its channel may take a millisecond more."""
        leg = self._leg(channel)
        if leg is not None and (leg.answered or leg.inbound):
            self._board.end(leg.id, leg.ending or causes.of_talk(cause))
        elif leg is not None:
            leg.q850 = cause

    def _fell_silent(self, leg: Leg) -> None:
        wait, leg.awaits = leg.awaits, None
        if wait is not None and leg.id in self._board.legs:
            self._board.told.tell(SilenceFell(leg.id, wait))

    def _left(self, channel: dict[str, Any]) -> None:
        leg = self._leg(channel)
        if leg is not None and not leg.echo:
            self._board.end(leg.id, leg.ending or causes.of_talk(leg.q850))

    def _destroyed(self, channel: dict[str, Any], cause: int) -> None:
        if leg := self._leg(channel):
            reached = leg.answered or leg.inbound
            if not reached and leg.again is not None and leg.again(cause):
                return
            why = causes.of_talk(cause) if reached else causes.of_dial(cause, to_agent=leg.to_agent)
            self._board.end(leg.id, leg.ending or why)

    def _key(self, channel: dict[str, Any], key: str) -> None:
        leg = self._leg(channel)
        if leg is None or leg.keys is None:
            return
        self.stop_plays(leg)
        if leg.keys.press(key):
            self._collected(leg)
        else:
            self.start_key_timer(leg)

    def _collected(self, leg: Leg) -> None:
        keys, leg.keys = leg.keys, None
        if leg.key_timer is not None:
            leg.key_timer.cancel()
            leg.key_timer = None
        if keys is not None:
            asked = keys.asked
            digits = DigitsCollected(leg.id, asked.collect, keys.digits, asked.personal)
            self._board.told.tell(digits)

    def _played(self, playback: dict[str, Any]) -> None:
        name, _, play = playback["id"].rpartition(PLAY_SEPARATOR)
        leg = self._board.legs.get(LegId(name))
        if leg is None or play not in leg.plays:
            return
        completed = playback["state"] == "done" and play not in leg.stopped
        leg.plays.discard(play)
        leg.stopped.discard(play)
        self._board.told.tell(PlayEnded(leg.id, play, completed))
        if not leg.plays:
            self._resume_music(leg)
            if leg.key_timer is None:
                self.start_key_timer(leg)

    def _resume_music(self, leg: Leg) -> None:
        if leg.music and leg.bridge is None:
            path = f"channels/{segment(leg.id)}/moh"
            self._background.start(self._ari.post(path, mohClass=leg.music))

    def _leg(self, channel: dict[str, Any]) -> Leg | None:
        return self._board.legs.get(LegId(channel["id"]))


def playback_path(leg: LegId, play: str) -> str:
    """Path of one play of one leg."""
    return f"playbacks/{segment(f'{leg}{PLAY_SEPARATOR}{play}')}"
