"""Around everything: a name for each request, its duration, safe headers, and no exception out."""

from __future__ import annotations

import re

import structlog
from prometheus_client import Histogram
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from trunkline.app.http.problems import problem_reply
from trunkline.kit.clock import monotonic_s
from trunkline.ports.clock import Ids

log = structlog.get_logger(__name__)

REQUESTS = Histogram(
    "trunkline_http_request_seconds",
    "Time until a reply began.",
    ["method", "route", "status"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0),
)

# antd writes its styles into the page; sounds and recordings play from blobs; 'self' covers the
# WebSockets of our own origin (CSP 3 §6.7.2.8).
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "media-src 'self' data: blob:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
SAFE_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": (
        "microphone=(self), camera=(self), display-capture=(self), autoplay=(self), geolocation=()"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_HSTS = "max-age=31536000"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class Outermost:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, ids: Ids) -> None:
        self._app = app
        self._ids = ids

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request under its own name."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = HTTPConnection(scope).headers.get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else self._ids.new("req")
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            await self._serve(scope, receive, _Reply(scope, send, request_id))

    async def _serve(self, scope: Scope, receive: Receive, reply: _Reply) -> None:
        try:
            await self._app(scope, receive, reply)
        except Exception:
            # The edge to the web server: this one request is lost, the rest go on.
            log.exception("request_failed", route=_route(scope))
            if reply.begun:
                raise
            failed = problem_reply("internal_error", 500, "This went wrong on our side.")
            await failed(scope, receive, reply)


class _Reply:
    """The reply of one request: gets its headers and is measured when it begins."""

    def __init__(self, scope: Scope, send: Send, request_id: str) -> None:
        self.begun = False
        self._scope = scope
        self._send = send
        self._request_id = request_id
        self._since = monotonic_s()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            self._dress(MutableHeaders(scope=message))
            status = str(message["status"])
            labels = (self._scope["method"], _route(self._scope), status)
            REQUESTS.labels(*labels).observe(monotonic_s() - self._since)
        await self._send(message)

    def _dress(self, headers: MutableHeaders) -> None:
        for name, value in SAFE_HEADERS.items():
            headers.setdefault(name, value)
        headers["X-Request-Id"] = self._request_id
        if self._scope["scheme"] == "https":
            headers.setdefault("Strict-Transport-Security", _HSTS)
        if self._scope["path"].startswith("/api/"):
            headers.setdefault("Cache-Control", "no-store")


def _route(scope: Scope) -> str:
    """The route's pattern, which holds no ids; `other` for pages and what matched nothing."""
    return str(getattr(scope.get("route"), "path", "other"))
