"""Bounds of a request: its host, its text, its size, and the time in which its body must come."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from trunkline.app.http.problems import problem_reply
from trunkline.features.desk import FILE_MAX_BYTES
from trunkline.kit.config import Settings, is_loopback, split_address

BODY_MAX_BYTES = 1024 * 1024
SOUND_MAX_BYTES = 24 * 1024 * 1024
"""Of a sound file: two minutes of 48 kHz stereo WAV, hours of MP3."""
MOST_UPLOADS = 4
"""Large bodies of a kind that are taken in at a time; of others it is said that they come later.

Strangers may send files but no sounds: they keep nobody's sound waiting.
"""
BODY_WITHIN_S = 30.0
_LARGE = (
    (re.compile(r"/api/v1/announcements/(?:[^/]+/)?audio"), SOUND_MAX_BYTES),
    (re.compile(r"/api/v1/(?:guest|interactions/[^/]+)/files"), FILE_MAX_BYTES),
)


class OwnHost:
    """ASGI middleware: an installation on loopback answers to loopback's names only.

    Otherwise a page of the internet whose name is made to point at 127.0.0.1 (DNS rebinding)
    would count as our own.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._any = settings.behind_proxy or not is_loopback(settings.http_host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Go on, or refuse with 421 (RFC 9110 §15.5.20)."""
        asked = scope["type"] in ("http", "websocket")
        if asked and not self._any and not _names_loopback(HTTPConnection(scope)):
            reply = problem_reply(
                "host_unknown", 421, "Open this as http://127.0.0.1 or localhost."
            )
            await reply(scope, receive, send)
            return
        await self._app(scope, receive, send)


class Bounds:
    """ASGI middleware: reads a body whole before anything else sees it, within bounds.

    A path or query with a NUL is refused: no database keeps it as text.
    """

    def __init__(self, app: ASGIApp, max_bytes: int = BODY_MAX_BYTES) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._uploads = Counter[int]()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Go on with the body at hand, or refuse with 408, 413 or 422."""
        if scope["type"] == "http" and _has_nul(scope):
            detail = "A path or query holds no NUL."
            await problem_reply("invalid_request", 422, detail, errors=[])(scope, receive, send)
            return
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._app(scope, receive, send)
            return
        large = next((most for path, most in _LARGE if path.fullmatch(scope["path"])), None)
        if large is None:
            await self._bounded(scope, receive, send, self._max_bytes)
        elif self._uploads[large] >= MOST_UPLOADS:
            detail = "Other files are being taken in: try again in a moment."
            reply = problem_reply("uploads_busy", 503, detail, {"Retry-After": "5"})
            await reply(scope, receive, send)
        else:
            self._uploads[large] += 1
            try:
                await self._bounded(scope, receive, send, large)
            finally:
                self._uploads[large] -= 1

    async def _bounded(self, scope: Scope, receive: Receive, send: Send, max_bytes: int) -> None:
        try:
            async with asyncio.timeout(BODY_WITHIN_S):
                body = await read_body(receive, max_bytes)
        except TimeoutError:
            reply = problem_reply("body_too_slow", 408, "The body did not come in time.")
        else:
            if body is not None:
                await self._app(scope, replaying(body, receive), send)
                return
            detail = f"A body has at most {max_bytes} bytes here."
            reply = problem_reply("body_too_large", 413, detail, {"Connection": "close"})
        await reply(scope, receive, send)


async def read_body(receive: Receive, max_bytes: int) -> bytes | None:
    """The whole body; None when it is larger than that."""
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        part = message.get("body", b"")
        more = message.get("more_body", False)
        size += len(part)
        if size > max_bytes:
            return None
        parts.append(part)
    return b"".join(parts)


def replaying(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives this body once, then what comes after it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
    take: Callable[[], Message] = waiting.pop

    async def again() -> Message:
        return take() if waiting else await receive()

    return again


def _has_nul(scope: Scope) -> bool:
    return "\0" in scope["path"] or b"%00" in scope["query_string"]


def _names_loopback(connection: HTTPConnection) -> bool:
    host = connection.headers.get("host", "")
    try:
        name = split_address(host)[0]
    except ValueError:
        name = host
    return is_loopback(name.strip("[]"))
