"""Who asks: the cookie or bearer token of a request becomes `request.state.principal`.

A cookie travels by itself, so a request that came with one proves that our own page sent it: an
unsafe method by the CSRF token, a WebSocket by its Origin. One that does not is marked `forged`,
and `permit` refuses it. A foreign Origin on any unsafe request without a token of its own is
refused here, so nobody is signed in behind his back either.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from trunkline.app.http.problems import problem_reply
from trunkline.features.identity import COOKIE, admit, csrf_of
from trunkline.runtime.platform import Platform

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
ASKED = ("/api/", "/sip", "/softphone")
"""Where a principal matters; pages and health cost no look-up."""


@dataclass(frozen=True, slots=True)
class Credential:
    """What a request came with."""

    secret: str
    cookie: bool


class Sessions:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, platform: Platform) -> None:
        self._app = app
        self._platform = platform

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Find out who asks, then go on."""
        if scope["type"] in ("http", "websocket") and scope["path"].startswith(ASKED):
            connection = HTTPConnection(scope)
            credential = credential_of(connection)
            if _is_foreign_write(connection, credential):
                reply = problem_reply("origin_foreign", 403, "Another site's page sent this.")
                await reply(scope, receive, send)
                return
            await self._recognise(connection, credential)
        await self._app(scope, receive, send)

    async def _recognise(self, connection: HTTPConnection, credential: Credential | None) -> None:
        if credential is None:
            return
        platform, state = self._platform, connection.state
        state.principal = await admit(platform.db, platform.clock, credential.secret)
        if credential.cookie and state.principal is not None:
            state.csrf = csrf_of(credential.secret)
            state.forged = not _is_proven(connection, state.csrf)


def credential_of(connection: HTTPConnection) -> Credential | None:
    """The bearer token if there is one, else the cookie."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return Credential(token.strip(), cookie=False)
    secret = connection.cookies.get(COOKIE)
    return Credential(secret, cookie=True) if secret else None


def _is_proven(connection: HTTPConnection, csrf: str) -> bool:
    if connection.scope["type"] == "websocket":
        return _is_own_origin(connection)
    if connection.scope["method"] in SAFE:
        return True
    return hmac.compare_digest(connection.headers.get("x-csrf-token", "").encode(), csrf.encode())


def _is_foreign_write(connection: HTTPConnection, credential: Credential | None) -> bool:
    scope = connection.scope
    if scope["type"] == "websocket" or scope["method"] in SAFE:
        return False
    by_token = credential is not None and not credential.cookie
    return "origin" in connection.headers and not by_token and not _is_own_origin(connection)


def _is_own_origin(connection: HTTPConnection) -> bool:
    """Whether a page of this host asks: the Origin's host and port are those of Host."""
    origin = urlsplit(connection.headers.get("origin", ""))
    return origin.netloc != "" and origin.netloc == connection.headers.get("host")
