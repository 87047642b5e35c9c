"""The header Idempotency-Key: the same POST again gets the first one's reply, done once."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from trunkline.app.http.bounds import BODY_MAX_BYTES, read_body, replaying
from trunkline.app.http.problems import refusal
from trunkline.features.tenancy import KeptReply, Principal, asking, claim_key, settle_key
from trunkline.kit.errors import TrunklineError
from trunkline.runtime.platform import Platform

REPLY_MAX_BYTES = 256 * 1024
_HEADERS_KEPT = frozenset({b"content-type", b"location", b"etag"})


class Idempotency:
    """ASGI middleware; stands after the one that finds out who asks."""

    def __init__(self, app: ASGIApp, platform: Platform) -> None:
        self._app = app
        self._platform = platform

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Do the request, or send the reply that it had before."""
        found = _key_of(scope)
        if found is None:
            await self._app(scope, receive, send)
            return
        principal, key = found
        body = await read_body(receive, BODY_MAX_BYTES) or b""
        request = f"{scope['method']} {scope['path']}\n".encode() + scope["query_string"] + body
        try:
            kept = await claim_key(self._platform, principal, key, request)
        except TrunklineError as error:
            await refusal(error)(scope, receive, send)
            return
        if kept is not None:
            await _again(kept)(scope, receive, send)
            return
        await self._first(scope, replaying(body, receive), send, principal, key)

    async def _first(
        self, scope: Scope, receive: Receive, send: Send, principal: Principal, key: str
    ) -> None:
        recorder = _Recorder(send)
        try:
            await self._app(scope, receive, recorder)
        finally:
            await settle_key(self._platform, principal, key, recorder.reply())


@dataclass(slots=True)
class _Recorder:
    """Passes a reply on and remembers it."""

    send: Send
    status: int = 500
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = [
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, value in message["headers"]
                if name in _HEADERS_KEPT
            ]
        elif len(self.body) <= REPLY_MAX_BYTES:
            self.body += message.get("body", b"")
        await self.send(message)

    def reply(self) -> KeptReply | None:
        """What to keep; None for what may be tried again, and for what is too large."""
        again = self.status >= 500 or self.status in (401, 403, 429)
        if again or len(self.body) > REPLY_MAX_BYTES:
            return None
        return KeptReply(self.status, tuple(self.headers), self.body)


def _key_of(scope: Scope) -> tuple[Principal, str] | None:
    if scope["type"] != "http" or scope["method"] != "POST":
        return None
    connection = HTTPConnection(scope)
    key = connection.headers.get("idempotency-key")
    principal = asking(connection)
    return (principal, key) if key and principal else None


def _again(kept: KeptReply) -> Response:
    reply = Response(kept.body, kept.status)
    for name, value in kept.headers:
        reply.headers[name] = value
    reply.headers["Idempotency-Replayed"] = "true"
    return reply
