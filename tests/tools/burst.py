"""Calls at a steady rate over one UDP socket: when each was begun, answered or refused."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass, field
from itertools import count

from tests.tools.raw_sip import found

_numbers = count(1)
_SDP = (
    "v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n"
    "m=audio 30000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
)
LAST_WORDS_S = 5.0


@dataclass(slots=True)
class Attempt:
    """One call: its final status (0 until there is one) and how long that took."""

    begun_s: float
    request: str
    status: int = 0
    took_ms: float = 0.0


@dataclass
class Burst(asyncio.DatagramProtocol):
    """Calls `number` at `target`, holds each for a while, and hangs up."""

    target: tuple[str, int]
    number: str
    host: str = "127.0.0.1"
    hold_s: float = 1.0
    attempts: dict[str, Attempt] = field(default_factory=dict)

    async def run(self, per_s: float, for_s: float) -> list[Attempt]:
        """Call at this rate for so long; returns when the last one was answered or given up."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=(self.host, 0)
        )
        self._at = f"{self.host}:{self._transport.get_extra_info('sockname')[1]}"
        began = time.monotonic()
        for n in range(round(per_s * for_s)):
            await asyncio.sleep(max(0.0, began + n / per_s - time.monotonic()))
            self._invite()
        until = time.monotonic() + LAST_WORDS_S
        while time.monotonic() < until and not all(a.status for a in self.attempts.values()):
            await asyncio.sleep(0.05)
        await asyncio.sleep(self.hold_s + 0.5)
        self._transport.close()
        return list(self.attempts.values())

    def datagram_received(self, data: bytes, _: object) -> None:
        """An answer; requests (BYE) are said yes to."""
        text = data.decode("utf-8", "replace")
        attempt = self.attempts.get(found(text, r"(?i)\r\ncall-id: ([^\r]+)"))
        if attempt is None:
            return
        if not text.startswith("SIP/2.0 "):
            kept = re.findall(r"(?im)^((?:via|from|to|call-id|cseq):[^\r]+)", text)
            self._send("\r\n".join(["SIP/2.0 200 OK", *kept, "Content-Length: 0", "", ""]))
            return
        status = int(text.split(" ", 2)[1])
        if status < 200 or " INVITE" not in found(text, r"(?i)\r\ncseq: ([^\r]+)"):
            return
        if not attempt.status:
            attempt.status = status
            attempt.took_ms = 1000 * (time.monotonic() - attempt.begun_s)
            if status == 200:
                loop = asyncio.get_running_loop()
                loop.call_later(self.hold_s, self._follow, attempt, text, "BYE", 2)
        self._follow(attempt, text, "ACK", 1)

    def _invite(self) -> None:
        number = next(_numbers)
        body = _SDP.format(host=self.host)
        lines = [
            f"INVITE sip:{self.number}@{self.target[0]}:{self.target[1]} SIP/2.0",
            f"Via: SIP/2.0/UDP {self._at};branch=z9hG4bK-b{number};rport",
            f"From: <sip:+86139{number:08}@{self._at}>;tag={number}",
            f"To: <sip:{self.number}@{self.target[0]}>",
            f"Call-ID: burst-{number}-{self._at}",
            "CSeq: 1 INVITE",
            f"Contact: <sip:x@{self._at}>",
            "Max-Forwards: 70",
            "Content-Type: application/sdp",
            f"Content-Length: {len(body)}",
        ]
        request = "\r\n".join([*lines, "", body])
        self.attempts[f"burst-{number}-{self._at}"] = Attempt(time.monotonic(), request)
        self._send(request)

    def _follow(self, attempt: Attempt, answer: str, method: str, turn: int) -> None:
        """ACK of any answer, or the BYE of one that was taken (RFC 3261 §13.2.2.4, §15)."""
        head = attempt.request.partition("\r\n\r\n")[0]
        to = found(answer, r"(?i)\r\nto: ([^\r]+)")
        taken = answer.startswith("SIP/2.0 200")
        uri = found(answer, r"(?i)\r\ncontact: <([^>]+)>") if taken else ""
        head = re.sub(r"\r\nTo: [^\r]+", f"\r\nTo: {to}", head)
        head = re.sub(r"\r\nCSeq: [^\r]+", f"\r\nCSeq: {turn} {method}", head)
        head = re.sub(r"\r\nContent-(Type|Length): [^\r]+", "", head)
        first = found(head, r"^INVITE ([^ ]+)")
        head = re.sub(r"^INVITE [^ ]+", f"{method} {uri or first}", head)
        if taken:
            head = re.sub(r"branch=z9hG4bK", f"branch=z9hG4bK{method}", head)
        self._send(f"{head}\r\nContent-Length: 0\r\n\r\n")

    def _send(self, text: str) -> None:
        self._transport.sendto(text.encode(), self.target)


def p95(attempts: list[Attempt]) -> float:
    """The 95th percentile of how long they took, in ms."""
    took = sorted(one.took_ms for one in attempts)
    return took[int(0.95 * (len(took) - 1))]
