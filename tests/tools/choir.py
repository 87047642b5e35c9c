"""Many voices in one process of their own: each speaks to one far end, and hears who is there.

A voice is a constant sample of G.711 µ-law, another for each, which passes through a bridge as it
is: so it is known of every leg who is heard on it, and the longest time in which nothing came. The
kernel notes when a packet came, and each voice when it spoke, so that a busy test is not taken for
a gap of sound.
"""

import json
import os
import select
import socket
import struct
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from tests.tools.tones import FRAME, FRAME_S, TIMESTAMP_NS, arrived, unheard_s

HOST: Final = "127.0.0.1"
BUFFER_BYTES: Final = 4 << 20
QUIETEST: Final = 0x80 + 120
"""Voices count down from here: samples that are told apart, and none of them loud or silent."""
MOST: Final = 119
REMEMBERED: Final = 1024
"""So many packets of a voice: twenty seconds."""
_FORCED_BUFFER: Final = 33  # SO_RCVBUFFORCE

Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Heard:
    """What came from one far end; the gap since the measure began."""

    voice: int
    """The last sample; 0 where nothing was heard yet."""

    longest_gap_s: float


class Choir:
    """The test's side of it."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.port = int(self._ask())
        """Where all of them listen: the RTP port to be offered in each call."""
        self._free = list(range(QUIETEST - MOST, QUIETEST))

    def sing(self, to: Address) -> int:
        """Begin to speak to this far end; as which voice."""
        voice = self._free.pop()
        self._tell("sing", voice, *to)
        return voice

    def hush(self, to: Address, voice: int) -> None:
        """That leg is over."""
        self._tell("hush", *to)
        self._free.insert(0, voice)

    def begin(self) -> None:
        """From now gaps are measured."""
        self._tell("begin")

    def heard(self) -> dict[Address, Heard]:
        """What came from each far end."""
        self._tell("heard")
        told = json.loads(self._ask())
        return {(host, port): Heard(voice, gap_s) for host, port, voice, gap_s in told}

    def _tell(self, *words: str | int) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()

    def _ask(self) -> str:
        assert self._process.stdout
        answer = self._process.stdout.readline()
        assert answer, "the choir has ended"
        return answer


@contextmanager
def choir() -> Iterator[Choir]:
    """A choir, here and now."""
    command = [sys.executable, "-m", "tests.tools.choir"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield Choir(process)
        finally:
            process.kill()


@dataclass(slots=True)
class _Leg:
    voice: int
    sequence: int = 0
    last_at: float = 0.0
    longest_gap_s: float = 0.0
    sample: int = 0
    sent: deque[float] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    """When its voice spoke."""

    def packet(self) -> bytes:
        head = struct.pack(
            ">BBHII", 0x80, 0, self.sequence & 0xFFFF, self.sequence * FRAME, self.voice
        )
        self.sequence += 1
        return head + bytes([self.voice]) * FRAME

    def hear(self, at: float, payload: bytes, sent: Sequence[float]) -> None:
        self.longest_gap_s = self.gap_s(at, sent)
        self.last_at, self.sample = at, payload[FRAME // 2]

    def gap_s(self, now: float, sent: Sequence[float]) -> float:
        """The longest silence up to now, while whoever is heard here spoke at these times."""
        if now - self.last_at <= self.longest_gap_s:
            return self.longest_gap_s
        return max(self.longest_gap_s, unheard_s(self.last_at, now, sent))


class _Singers:
    """The other process."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((HOST, 0))
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.SOL_SOCKET, _FORCED_BUFFER, BUFFER_BYTES)
        self.socket.setsockopt(socket.SOL_SOCKET, TIMESTAMP_NS, 1)
        self.legs: dict[Address, _Leg] = {}
        self.sent: dict[int, deque[float]] = {}
        """When each voice spoke."""

    def run(self) -> None:
        print(self.socket.getsockname()[1], flush=True)
        due, orders, unread = time.monotonic(), sys.stdin.fileno(), b""
        while True:
            wait_s = max(0.0, due - time.monotonic())
            there, _, _ = select.select([self.socket, orders], [], [], wait_s)
            self._listen()
            if orders in there:
                read = os.read(orders, 65_536)
                if not read:
                    return
                *lines, unread = (unread + read).split(b"\n")
                for line in lines:
                    self._obey(*json.loads(line))
            if time.monotonic() >= due:
                due += FRAME_S
                for address, leg in self.legs.items():
                    self.socket.sendto(leg.packet(), address)
                    leg.sent.append(time.time())  # held up before it, it has not spoken yet

    def _listen(self) -> None:
        for _ in range(2 * MOST):
            try:
                packet, notes, _, source = self.socket.recvmsg(2048, 64)
            except BlockingIOError:
                return
            except ConnectionRefusedError:
                continue
            leg = self.legs.get(source)
            if leg and len(packet) >= 12 + FRAME and not packet[1] & 0x7F:
                leg.hear(arrived(notes), packet[12:], self._spoken_to(leg))

    def _spoken_to(self, leg: _Leg) -> Sequence[float]:
        return self.sent.get(leg.sample, ())

    def _obey(self, what: str, *words: Any) -> None:
        if what == "sing":
            voice, host, port = words
            leg = self.legs[host, port] = _Leg(voice, last_at=time.time())
            self.sent[voice] = leg.sent
        elif what == "hush":
            self.legs.pop(tuple(words), None)
        elif what == "begin":
            for leg in self.legs.values():
                leg.longest_gap_s = 0.0
        else:
            now = time.time()
            told = [
                (*to, leg.sample, leg.gap_s(now, self._spoken_to(leg)))
                for to, leg in self.legs.items()
            ]
            print(json.dumps(told), flush=True)


if __name__ == "__main__":
    _Singers().run()
