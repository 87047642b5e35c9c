"""The WebRTC side of one leg, by aiortc: an offer is answered, sound goes both ways as G.711.

G.711 is what every browser must speak (RFC 7874 §3) and the cheapest for us. Only aiortc's public
interface is used. Its buffer of received packets mends nothing: a lost one is heard as a gap.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpCodecCapability,
    RTCSessionDescription,
)
from aiortc.exceptions import InternalError, InvalidAccessError, InvalidStateError, OperationError
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame, Packet

from trunkline.adapters.edge.embedded.inbox import Inbox
from trunkline.adapters.edge.embedded.sounds import FRAME, RATE
from trunkline.core.quality.legs import Counters
from trunkline.kit.clock import monotonic_s

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_OFFER: Final = 32_768
MOST_UNSENT: Final = 5
"""Frames that wait to be sent; older ones are left out."""

_BEAT: Final = Fraction(1, RATE)
_MEDIA: Final = re.compile(r"^m=(\w+)", re.MULTILINE)
_ULAW: Final = RTCRtpCodecCapability(mimeType="audio/PCMU", clockRate=RATE, channels=1)
_ENDED: Final = frozenset({"failed", "closed"})
_UNFIT: Final = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    AssertionError,
    InternalError,
    InvalidAccessError,
    InvalidStateError,
    OperationError,
)
"""What aiortc raises of a description that makes no sense to it; it checks little itself."""


class UnfitOffer(Exception):
    """A description that is no offer of one audio line with G.711."""


class Peer:
    """One connection to a page; `lost` is called once when it is gone by itself."""

    def __init__(self, lost: Callable[[], None]) -> None:
        self.inbox = Inbox()
        self.heard_at_s = monotonic_s()
        self.is_connected = False
        self._lost = lost
        self._closing = False
        self._mouth = Mouth()
        self._listening: asyncio.Task[None] | None = None
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._connection.on("track", self._hear)
        self._connection.on("connectionstatechange", self._changed)
        line = self._connection.addTransceiver(self._mouth, "sendrecv")
        line.setCodecPreferences([_ULAW])
        self._line = line

    async def answer(self, offer: str) -> str:
        """The answer to a page's offer; raises UnfitOffer."""
        if len(offer) > LONGEST_OFFER or _MEDIA.findall(offer) != ["audio"]:
            raise UnfitOffer("an offer has one line, of audio")
        try:
            await self._connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
            await self._connection.setLocalDescription(await self._connection.createAnswer())
        except _UNFIT as failure:
            raise UnfitOffer(repr(failure)) from failure
        return str(self._connection.localDescription.sdp)

    def say(self, payload: bytes) -> None:
        """Send 20 ms of sound."""
        self._mouth.put(payload)

    async def counters(self) -> Counters:
        """What RTCP has counted so far (RFC 3550 §6.4)."""
        found = {**await self._line.receiver.getStats(), **await self._line.sender.getStats()}
        kinds = {stats.type: stats for stats in found.values()}
        heard, sent = kinds.get("inbound-rtp"), kinds.get("outbound-rtp")
        far = kinds.get("remote-inbound-rtp")
        return Counters(
            received=heard.packetsReceived if heard else 0,
            lost=max(0, heard.packetsLost) if heard else 0,
            sent=sent.packetsSent if sent else 0,
            far_lost=max(0, far.packetsLost) if far else None,
            jitter_ms=1000 * heard.jitter / RATE if heard else 0.0,
            far_jitter_ms=1000 * far.jitter / RATE if far else 0.0,
            round_trip_ms=1000 * far.roundTripTime if far and far.roundTripTime else None,
        )

    async def close(self) -> None:
        """End the connection."""
        self._closing = True
        self.is_connected = False
        await self._connection.close()
        self._mouth.stop()
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)

    def _hear(self, track: MediaStreamTrack) -> None:
        self._listening = asyncio.get_running_loop().create_task(self._listen(track))

    async def _listen(self, track: MediaStreamTrack) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return  # the connection has ended: that is told by its state
            self.heard_at_s = monotonic_s()
            if isinstance(frame, AudioFrame):
                self.inbox.put(np.asarray(frame.to_ndarray()[0], np.int16))

    def _changed(self) -> None:
        state = self._connection.connectionState
        self.is_connected = state == "connected" and not self._closing
        if state in _ENDED and not self._closing:
            self._closing = True
            self._lost()


class Mouth(MediaStreamTrack):
    """The track that aiortc sends: payloads that are encoded already, at their times."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._unsent: deque[tuple[int, bytes]] = deque(maxlen=MOST_UNSENT)
        self._news = asyncio.Event()
        self._at = 0

    def put(self, payload: bytes) -> None:
        """20 ms more."""
        self._unsent.append((self._at, payload))
        self._at += FRAME
        self._news.set()

    async def recv(self) -> Packet[Any]:
        """The next payload, when it is there; raises MediaStreamError once stopped."""
        while not self._unsent:
            if self.readyState != "live":
                raise MediaStreamError
            self._news.clear()
            await self._news.wait()
        at, payload = self._unsent.popleft()
        packet: Packet[Any] = Packet(payload)
        packet.pts, packet.time_base = at, _BEAT
        return packet

    def stop(self) -> None:
        """No more sound."""
        super().stop()
        self._news.set()
