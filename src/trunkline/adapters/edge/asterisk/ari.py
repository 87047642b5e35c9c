"""A thin client of Asterisk's REST interface: requests over HTTP, events over one WebSocket.

Events that we do not use are not even sent (`EVENTS`). The WebSocket is kept up for ever; what
happened while it was away is for the edge to find out, which is called at each new connection.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import aiohttp

from trunkline.adapters.edge.asterisk.settings import APP
from trunkline.kit.logging import logger

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

Json = dict[str, Any]

EVENTS: Final = (
    "ApplicationReplaced",
    "StasisStart",
    "StasisEnd",
    "ChannelStateChange",
    "ChannelHangupRequest",
    "ChannelDestroyed",
    "ChannelDtmfReceived",
    "PlaybackFinished",
)
REQUEST_WITHIN_S: Final = 5.0
HEARTBEAT_S: Final = 5.0
LONGEST_BACK_OFF_S: Final = 2.0
CONNECTIONS: Final = 32
_GONE: Final = (404, 409)  # 409: it is just going

_log = logger("telephony")


class AriError(Exception):
    """Asterisk refused a request (`status`), or could not be asked in time (status 0)."""

    def __init__(self, status: int, what: str) -> None:
        super().__init__(f"{status} {what}")
        self.status = status


class Ari:
    """Requests to one Asterisk."""

    def __init__(self, port: int, headers: Mapping[str, str]) -> None:
        self._base = f"http://127.0.0.1:{port}/ari/"
        self._headers = headers
        self._session: aiohttp.ClientSession | None = None

    async def get(self, path: str, **query: str) -> Any:
        """The reply's value."""
        return await self.ask("GET", path, query)

    async def post(self, path: str, body: Json | None = None, **query: str) -> Any:
        """The reply's value, None if there is none."""
        return await self.ask("POST", path, query, body)

    async def put(self, path: str, body: Json | None = None, **query: str) -> Any:
        """The reply's value, None if there is none."""
        return await self.ask("PUT", path, query, body)

    async def delete(self, path: str, **query: str) -> None:
        """Delete; what is gone already is fine."""
        try:
            await self.ask("DELETE", path, query)
        except AriError as refusal:
            if refusal.status not in _GONE:
                raise

    async def ask(
        self, method: str, path: str, query: Mapping[str, str], body: Json | None = None
    ) -> Any:
        """One request; raises AriError."""
        try:
            async with self._open().request(
                method, self._base + path, params=query or None, json=body
            ) as reply:
                text = await reply.read()
                if reply.status >= 300:
                    raise AriError(reply.status, _reason(text, path))
                return json.loads(text) if text else None
        except (aiohttp.ClientError, TimeoutError, ValueError) as failure:
            raise AriError(0, f"{path}: {type(failure).__name__}") from failure

    def events(self) -> Any:
        """A connection to the event WebSocket; it takes the place of any other of our name."""
        return self._open().ws_connect(
            self._base + "events",
            params={"app": APP},
            heartbeat=HEARTBEAT_S,
            max_msg_size=0,
            compress=0,
            timeout=aiohttp.ClientWSTimeout(ws_close=1.0),
        )

    async def close(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                headers=self._headers,
                connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=600),
                timeout=aiohttp.ClientTimeout(total=REQUEST_WITHIN_S),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
            )
        return self._session


class AriEvents:
    """Keeps the event WebSocket up and hands every event on, in order, one at a time."""

    def __init__(
        self,
        ari: Ari,
        may_connect: Callable[[], Awaitable[bool]],
        on_connected: Callable[[], Awaitable[None]],
        on_event: Callable[[Json], None],
        on_lost: Callable[[], None],
    ) -> None:
        self._ari = ari
        self._may_connect = may_connect
        self._on_connected = on_connected
        self._on_event = on_event
        self._on_lost = on_lost

    async def run(self) -> None:
        """Connect, hand on, connect again, until cancelled or replaced by a newer program."""
        wait_s = 0.05
        while True:
            try:
                if not await self._may_connect() or await self._listen():
                    return
                wait_s = 0.05
            except (AriError, aiohttp.ClientError, TimeoutError, OSError) as failure:
                _log.debug("ari_not_connected", reason=type(failure).__name__)
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, LONGEST_BACK_OFF_S)

    async def _listen(self) -> bool:
        """Until the connection ends; True when a newer program took our place."""
        async with self._ari.events() as socket:
            try:
                await self._ari.put(f"applications/{APP}/eventFilter", _FILTER)
                handing_on = asyncio.ensure_future(self._hand_on(socket))
                try:
                    await self._on_connected()
                    return await handing_on
                finally:
                    handing_on.cancel()
            finally:
                self._on_lost()

    async def _hand_on(self, socket: aiohttp.ClientWebSocketResponse) -> bool:
        async for message in socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                break
            event: Json = json.loads(message.data)
            try:
                self._on_event(event)
            except Exception:
                # A bug of ours: one event is lost, and the next inventory mends it.
                _log.exception("ari_event_lost", kind=event.get("type"))
            if event["type"] == "ApplicationReplaced":
                return True
        return False


_FILTER: Final = {"allowed": [{"type": name} for name in EVENTS]}


def segment(name: str) -> str:
    """A name as one segment of a path."""
    return quote(name, safe="")


def _reason(text: bytes, path: str) -> str:
    try:
        return f"{path}: {json.loads(text)['message']}"
    except (ValueError, KeyError, TypeError):
        return path
