"""Sound for tests: G.711 over RTP from an endpoint that speaks a tone and remembers what it hears.

Each endpoint has a thread of its own, so a busy event loop cannot make the sound stutter.
"""

import socket
import struct
import threading
import time
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

RATE = 8000
FRAME = 160
FRAME_S = FRAME / RATE
TIMESTAMP_NS = 35
"""SO_TIMESTAMPNS, which Python does not name: the kernel notes when a packet came."""
KEYS = "0123456789*#ABCD"
Samples = npt.NDArray[np.float64]


def tone(hz: float, seconds: float, rate: int = RATE, level: float = 0.3) -> Samples:
    """A sine, in parts of full scale."""
    return level * np.sin(2 * np.pi * hz * np.arange(int(seconds * rate)) / rate)


def strength(samples: Samples, hz: float, rate: int = RATE) -> float:
    """The part of the sound's energy that lies within 15 Hz of `hz`: 0 to 1; 0 for silence."""
    if len(samples) < rate // 10:
        return 0.0
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    at = np.fft.rfftfreq(len(samples), 1 / rate)
    total = float(power[at > 50].sum())
    if total < 1e-3 * len(samples):
        return 0.0
    return float(power[abs(at - hz) < 15].sum()) / total


def loudness(samples: Samples) -> float:
    """Root mean square in parts of full scale."""
    return float(np.sqrt(np.mean(samples**2))) if len(samples) else 0.0


def wav(path: Path) -> Samples:
    """The samples of a file with one channel."""
    samples, _ = soundfile.read(path, dtype="float64")
    return np.asarray(samples)


def to_ulaw(samples: Samples) -> bytes:
    """G.711 µ-law."""
    pcm = np.clip(samples * 32767, -32635, 32635).astype(np.int32)
    magnitude = np.abs(pcm) + 132
    exponent = np.floor(np.log2(magnitude)).astype(np.int32) - 7
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    code = ~(np.where(pcm < 0, 0x80, 0) | (exponent << 4) | mantissa) & 0xFF
    return bytes(code.astype("u1"))


def from_ulaw(payload: bytes) -> Samples:
    """G.711 µ-law."""
    return _ULAW[np.frombuffer(payload, np.uint8)]


def _ulaw_table() -> Samples:
    code = ~np.arange(256) & 0xFF
    magnitude = (((code & 0x0F) << 3) + 132) << ((code >> 4) & 7)
    return np.where(code & 0x80, 132 - magnitude, magnitude - 132) / 32768.0


_ULAW = _ulaw_table()


def unheard_s(before: float, after: float, sent: Sequence[float]) -> float:
    """How much of the time in which nothing was heard is not explained by nothing being sent.

    A speaker that is late itself, on a busy machine, is not a gap of the line.
    """
    nth = bisect_right(sent, before)
    first = sent[nth] if nth < len(sent) else after
    return max(0.0, after - max(before, first - FRAME_S))


def arrived(notes: Sequence[tuple[int, int, bytes]]) -> float:
    """When the kernel noted that a packet came: seconds since the epoch."""
    seconds, nanoseconds = struct.unpack("qq", notes[0][2])
    return float(seconds) + float(nanoseconds) / 1e9


class Ear:
    """Remembers what was heard and when, and tells what it was."""

    def __init__(self, decode: Callable[[bytes], Samples], keep_s: float = 120.0) -> None:
        self._decode = decode
        self._heard: deque[tuple[float, bytes]] = deque(maxlen=int(keep_s * 50))

    def remember(self, payload: bytes, at: float | None = None) -> None:
        """Something was heard, just now if not said otherwise."""
        self._heard.append((time.monotonic() if at is None else at, payload))

    def heard(self, last_s: float) -> Samples:
        """What was heard in the last seconds; gaps are left out."""
        since = time.monotonic() - last_s
        return self._decode(b"".join(payload for at, payload in tuple(self._heard) if at >= since))

    def hears(self, hz: float, last_s: float = 0.5) -> bool:
        """Whether this tone is most of what was heard lately."""
        return strength(self.heard(last_s), hz) > 0.6

    def hears_speech(self, last_s: float = 1.0) -> bool:
        """Whether sound without one dominant tone was heard lately: a prompt, or music."""
        heard = self.heard(last_s)
        if len(heard) < last_s * RATE * 0.8 or loudness(heard) < 0.01:
            return False
        power = np.abs(np.fft.rfft(heard * np.hanning(len(heard)))) ** 2
        peak = int(power.argmax())
        return float(power[max(0, peak - 15) : peak + 16].sum()) < 0.6 * float(power.sum())

    def longest_gap_s(self, last_s: float, sent: Sequence[float] = ()) -> float:
        """The longest time without a packet in the last seconds, while these were sent."""
        now = time.monotonic()
        times = [at for at, _ in tuple(self._heard) if at >= now - last_s]
        edges = [now - last_s, *times, now]
        return max(
            unheard_s(before, after, sent) if sent else after - before
            for before, after in pairwise(edges)
        )

    def heard_since(self, at: float) -> bool:
        """Whether anything has come since then, on the monotonic clock."""
        return bool(self._heard) and self._heard[-1][0] >= at

    def hears_nothing(self, last_s: float = 0.5) -> bool:
        """Whether it was silent lately."""
        return loudness(self.heard(last_s)) < 0.003


class Voice(Ear):
    """One RTP endpoint: speaks a tone (0 Hz: silence) once it knows where to, and listens."""

    def __init__(self, hz: float, host: str = "127.0.0.1", keep_s: float = 120.0) -> None:
        super().__init__(from_ulaw, keep_s)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((host, 0))
        self._socket.setsockopt(socket.SOL_SOCKET, TIMESTAMP_NS, 1)
        self._socket.settimeout(0.005)
        self.port: int = self._socket.getsockname()[1]
        self._frames = self._cut(hz)
        self._target: tuple[str, int] | None = None
        self._keys: deque[str] = deque()
        self._sent: deque[float] = deque(maxlen=int(keep_s / FRAME_S))
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def speak_to(self, host: str, port: int) -> None:
        """Begin to speak."""
        self._target = (host, port)

    def speak(self, hz: float) -> None:
        """Another tone from now; 0 Hz is silence."""
        self._frames = self._cut(hz)

    def sent(self) -> tuple[float, ...]:
        """When its packets were sent, on the monotonic clock."""
        return tuple(self._sent)

    def press(self, keys: str) -> None:
        """Send keys as RFC 4733 events, one after the other."""
        self._keys.extend(keys)

    def close(self) -> None:
        """End the thread and free the port."""
        self._over.set()
        self._thread.join(2)
        self._socket.close()

    @staticmethod
    def _cut(hz: float) -> list[bytes]:
        # A whole second: every whole frequency goes round without a click.
        sound = to_ulaw(tone(hz, 1.0)) if hz else b"\xff" * RATE
        return [sound[i : i + FRAME] for i in range(0, RATE, FRAME)]

    def _run(self) -> None:
        sequence, due = 0, time.monotonic()
        while not self._over.is_set():
            self._listen()
            if time.monotonic() < due:
                continue
            due += 0.02
            if self._target is not None and self._keys:
                sequence = self._send_key(self._keys.popleft(), sequence)
                due = time.monotonic()
            elif self._target is not None:
                self._send(0, sequence, sequence * FRAME, self._frames[sequence % 50])
                sequence += 1

    def _listen(self) -> None:
        try:
            packet, notes, *_ = self._socket.recvmsg(2048, 64)
        except (TimeoutError, ConnectionRefusedError):
            return
        if len(packet) > 12 and packet[1] & 0x7F == 0:
            at = time.monotonic() - (time.time() - arrived(notes))
            self.remember(packet[12 + 4 * (packet[0] & 15) :], at)

    def _send_key(self, key: str, sequence: int) -> int:
        start = sequence * FRAME
        for step in (*range(1, 9), 8, 8):
            ended = 0x80 if step == 8 else 0
            event = struct.pack(">BBH", KEYS.index(key), ended | 10, step * FRAME)
            self._send(101, sequence, start, event, marker=step == 1)
            sequence += 1
            time.sleep(0.02)
        time.sleep(0.08)
        return sequence

    def _send(
        self, kind: int, sequence: int, at: int, payload: bytes, *, marker: bool = False
    ) -> None:
        mark = 0x80 if marker else 0
        head = struct.pack(
            ">BBHII", 0x80, kind | mark, sequence & 0xFFFF, at & 0xFFFFFFFF, self.port
        )
        try:
            self._socket.sendto(head + payload, self._target or ("127.0.0.1", 9))
        except OSError:
            self._target = None
        self._sent.append(time.monotonic())  # who is held up before it has not spoken yet
