"""A browser's page for tests of the embedded engine: its protocol, and WebRTC by aiortc.

It speaks to the engine's socket as a page does over the WebSocket of our origin, says a tone, and
remembers what it hears.
"""

import asyncio
import re
import time
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame

from tests.tools.tones import RATE, Ear, Samples, tone
from trunkline.adapters.edge.embedded.wire import Line, connect

STATUSES = {"unknown_number": 404, "overload": 503, "busy": 486}
FRAME = 160
_LEFT = re.compile(r"RTCPeerConnection\.__connect|Connection\.query_consent")


class Page:
    """One page with one call at a time, as every browser has it."""

    def __init__(
        self,
        socket: Path,
        account: str,
        hz: float,
        *,
        register: bool = False,
        refuses: str = "",
        rings_on: bool = False,
    ) -> None:
        self.account = account
        self.voice = Ear(_from_pcm)
        self.told: list[dict[str, Any]] = []
        self.leg = ""
        self._socket = socket
        self._hz = hz
        self._register = register
        self._refuses = refuses
        self._rings_on = rings_on
        self._line: Line | None = None
        self._reading: asyncio.Task[None] | None = None
        self._listening: list[asyncio.Task[None]] = []
        self._connection: RTCPeerConnection | None = None
        self._answered = asyncio.Event()
        self._ended = asyncio.Event()

    async def open(self, secret: str, legs: tuple[str, ...] = ()) -> str:
        """Connect and say hello; what was answered."""
        self._line = await connect(self._socket)
        self._say(role="page", account=self.account)
        self._say(type="hello", secret=secret, register=self._register, legs=legs)
        answer = await self._line.read()
        assert answer is not None
        self._reading = asyncio.create_task(self._read(self._line))
        return str(answer["type"])

    async def call(self, number: str) -> None:
        """Call a number."""
        self._say(type="call", number=number, sdp=await self._offer())

    async def answered(self, within_s: float = 5.0) -> None:
        """Wait until the call is up and sound can pass."""
        async with asyncio.timeout(within_s):
            await self._answered.wait()

    async def ended(self, within_s: float = 5.0) -> None:
        """Wait until the call is over."""
        async with asyncio.timeout(within_s):
            await self._ended.wait()

    async def refused(self) -> int:
        """Wait for the end of the call: its cause as SIP has it."""
        await self.ended()
        return STATUSES.get(self.told[-1]["cause"], 480)

    def hang_up(self) -> None:
        """Hang up, or give up."""
        self._say(type="hangup", leg=self.leg)

    def press(self, keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self._say(type="digit", leg=self.leg, digit=key)

    async def lose_connection(self) -> None:
        """The page's WebSocket breaks; its sound goes on."""
        assert self._reading is not None
        assert self._line is not None
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        await self._line.close()

    async def fall_silent(self) -> None:
        """The tab is gone with everything in it, without a word."""
        if self._connection is not None:
            await self._connection.close()
            await _end_what_is_left()
        for task in self._listening:
            task.cancel()
        await asyncio.gather(*self._listening, return_exceptions=True)

    async def close(self) -> None:
        """Close the page."""
        await self.lose_connection()
        await self.fall_silent()

    def _say(self, **message: Any) -> None:
        assert self._line is not None
        self._line.write(message)

    async def _read(self, line: Line) -> None:
        while (message := await line.read()) is not None:
            self.told.append(message)
            match message["type"]:
                case "calling":
                    self.leg = message["leg"]
                case "ring":
                    await self._rung(message["leg"])
                case "answered":
                    await self._up(message["sdp"])
                case "ended":
                    self._ended.set()

    async def _rung(self, leg: str) -> None:
        self.leg = leg
        if self._refuses:
            causes = {"486": "busy", "603": "declined"}
            cause = causes.get(self._refuses[:3], "unavailable")
            self._say(type="refuse", leg=leg, cause=cause)
        elif not self._rings_on:
            self._say(type="answer", leg=leg, sdp=await self._offer())

    async def _offer(self) -> str:
        connection = self._connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        connection.addTrack(Tone(self._hz))
        connection.on("track", self._hear)

        @connection.on("connectionstatechange")
        def changed() -> None:
            if connection.connectionState == "connected":
                self._answered.set()

        await connection.setLocalDescription(await connection.createOffer())
        return connection.localDescription.sdp

    async def _up(self, answer: str) -> None:
        assert self._connection is not None
        await self._connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    def _hear(self, track: MediaStreamTrack) -> None:
        self._listening.append(asyncio.create_task(self._listen(track)))

    async def _listen(self, track: MediaStreamTrack) -> None:
        with suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                assert isinstance(frame, AudioFrame)
                self.voice.remember(frame.to_ndarray()[0].tobytes())


class Tone(MediaStreamTrack):
    """A microphone that hears one tone."""

    kind = "audio"

    def __init__(self, hz: float) -> None:
        super().__init__()
        self._sound = np.asarray(tone(hz, 1.0) * 32767, np.int16).reshape(-1, FRAME)
        self._began = time.monotonic()
        self._count = 0

    async def recv(self) -> AudioFrame:
        """The next 20 ms, when it is time."""
        await asyncio.sleep(max(0.0, self._began + self._count * 0.02 - time.monotonic()))
        sound = self._sound[self._count % len(self._sound)]
        frame = AudioFrame.from_ndarray(sound[None], format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE, self._count * FRAME
        frame.time_base = Fraction(1, RATE)
        self._count += 1
        return frame


async def _end_what_is_left() -> None:
    """aioice, closed while it connects, goes on for some seconds; it has no way to be told."""
    left = [task for task in asyncio.all_tasks() if _LEFT.search(repr(task.get_coro()))]
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


def _from_pcm(payload: bytes) -> Samples:
    return np.frombuffer(payload, np.int16) / 32768.0
