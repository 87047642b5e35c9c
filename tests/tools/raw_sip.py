"""SIP requests written by hand over UDP, for what no well-meaning program sends."""

from __future__ import annotations

import hashlib
import re
import socket
import time
from dataclasses import dataclass
from itertools import count

WITHIN_S = 2.0
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Answer:
    """The last answer to a request; status 0 for silence."""

    status: int
    text: str
    took_ms: float

    @property
    def looks(self) -> tuple[int, tuple[str, ...]]:
        """What a stranger can tell answers apart by: the status and the names of the headers."""
        names = [line.partition(":")[0].lower() for line in self.text.split("\r\n")[1:] if line]
        return self.status, tuple(sorted(names))

    def bare(self, user: str) -> str:
        """The answer byte for byte, without whose name it was asked in and what is drawn anew."""
        drawn = r'\b(nonce|opaque|branch|tag)=("[^"]*"|[^;,\s]*)'
        text = re.sub(drawn, r"\1=", self.text.replace(user, "USER"))
        return re.sub(r"(Call-ID:|CSeq:) *[^ \r]+", r"\1", text)


class Stranger:
    """Somebody at an address of their own, who knows how SIP is written."""

    def __init__(self, target: tuple[str, int], host: str, agent: str = "") -> None:
        self._target = target
        self._agent = agent
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((host, 0))
        self._socket.settimeout(WITHIN_S)
        self._at = f"{host}:{self._socket.getsockname()[1]}"

    def ask(self, method: str, user: str, to: str = "", *, secret: str | None = None) -> Answer:
        """One request in the name of `user`; with a `secret` a challenge is answered by it."""
        to = to or user
        number = next(_numbers)
        answer = self._sent(self._written(method, user, to, number, 1, ""))
        if secret is None or answer.status != 401:
            return answer
        proof = _proof(method, user, secret, answer.text, self._uri(method, to))
        return self._sent(self._written(method, user, to, number, 2, proof))

    def send(self, content: bytes) -> None:
        """Anything at all; no answer is awaited."""
        self._socket.sendto(content, self._target)

    def close(self) -> None:
        """Be gone."""
        self._socket.close()

    def _uri(self, method: str, to: str) -> str:
        host = f"{self._target[0]}:{self._target[1]}"
        return f"sip:{host}" if method == "REGISTER" else f"sip:{to}@{host}"

    def _written(
        self, method: str, user: str, to: str, number: int, turn: int, proof: str
    ) -> bytes:
        host = self._target[0]
        lines = [
            f"{method} {self._uri(method, to)} SIP/2.0",
            f"Via: SIP/2.0/UDP {self._at};branch=z9hG4bK-{number}-{turn};rport",
            f"From: <sip:{user}@{host}>;tag={number}",
            f"To: <sip:{to}@{host}>",
            f"Call-ID: {number}-{self._at}",
            f"CSeq: {turn} {method}",
            f"Contact: <sip:{user}@{self._at}>",
            "Max-Forwards: 70",
            *([f"User-Agent: {self._agent}"] if self._agent else []),
            *([proof] if proof else []),
            "Content-Length: 0",
        ]
        return "\r\n".join([*lines, "", ""]).encode()

    def _sent(self, request: bytes) -> Answer:
        began = time.monotonic()
        self._socket.sendto(request, self._target)
        branch = found(request.decode(), "branch=([^;\r]+)")
        while True:
            try:
                text = self._socket.recv(65_535).decode("utf-8", "replace")
            except TimeoutError:
                return Answer(0, "", 1000 * (time.monotonic() - began))
            status = text.split(" ", 2)[1] if text.startswith("SIP/2.0 ") else "0"
            if int(status) >= 200 and found(text, "branch=([^;\r]+)") == branch:
                self._acknowledge(request, text)
                return Answer(int(status), text, 1000 * (time.monotonic() - began))

    def _acknowledge(self, request: bytes, answer: str) -> None:
        written = request.decode()
        if not written.startswith("INVITE"):
            return
        to = found(answer, r"\r\nTo: ([^\r]+)")
        ack = re.sub(r"\r\nTo: [^\r]+", f"\r\nTo: {to}", written.replace("INVITE", "ACK"))
        self._socket.sendto(ack.encode(), self._target)


def _proof(method: str, user: str, secret: str, challenge: str, uri: str) -> str:
    """RFC 2617 digest."""
    realm, nonce = found(challenge, 'realm="([^"]*)"'), found(challenge, 'nonce="([^"]*)"')
    qop = "auth" if "qop=" in challenge else ""
    mine, theirs = _md5(f"{user}:{realm}:{secret}"), _md5(f"{method}:{uri}")
    middle = f"{nonce}:00000001:c0ffee:auth" if qop else nonce
    tail = ', qop=auth, nc=00000001, cnonce="c0ffee"' if qop else ""
    opaque = found(challenge, 'opaque="([^"]*)"')
    tail += f', opaque="{opaque}"' if opaque else ""
    return (
        f'Authorization: Digest username="{user}", realm="{realm}", nonce="{nonce}", uri="{uri}",'
        f' response="{_md5(f"{mine}:{middle}:{theirs}")}", algorithm=MD5{tail}'
    )


def found(text: str, pattern: str) -> str:
    """The first group of the first place where the pattern fits."""
    hit = re.search(pattern, text)
    return hit[1] if hit else ""


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()
