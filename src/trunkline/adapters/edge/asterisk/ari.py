"""A thin client of Asterisk's REST interface: one WebSocket for events and for what we change.

What we ask seldom goes over HTTP; so do changes while there is no WebSocket, and always with an
Asterisk that takes none over it (`rest_socket.speaks`). Events that we do not use are not even
sent (`EVENTS`). The WebSocket is kept up for ever; what happened while it was away is for the edge
to find out, which is called at each new connection.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import aiohttp
import orjson

from trunkline.adapters.edge.asterisk.rest_socket import (
    PLAIN,
    RESPONSE,
    Json,
    RestSocket,
    SocketGone,
)
from trunkline.adapters.edge.asterisk.settings import APP
from trunkline.kit.logging import logger

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

EVENTS: Final = (
    "ApplicationReplaced",
    "StasisStart",
    "StasisEnd",
    "ChannelStateChange",
    "ChannelHangupRequest",
    "ChannelDestroyed",
    "ChannelDtmfReceived",
    "PlaybackFinished",
    "ChannelTalkingStarted",
    "ChannelTalkingFinished",
)
REQUEST_WITHIN_S: Final = 5.0
HEARTBEAT_S: Final = 5.0
LONGEST_BACK_OFF_S: Final = 2.0
CONNECTIONS: Final = 32
ASIDE: Final = 8
"""WebSockets for requests that may take a moment, each one at a time."""
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
        self._socket: RestSocket | None = None
        self._spare: list[RestSocket] = []

    def change_over(self, socket: RestSocket | None) -> None:
        """From now changes go over this WebSocket; over HTTP again with None."""
        self._socket = socket

    async def get(self, path: str, **query: str) -> Any:
        """The reply's value."""
        return await self.ask("GET", path, query)

    async def post(self, path: str, body: Json | None = None, **query: str) -> Any:
        """The reply's value, None if there is none."""
        return await self.ask("POST", path, query, body)

    async def post_alone(self, path: str, body: Json | None = None, **query: str) -> Any:
        """As `post`, on a connection of its own: for what waits for a channel's thread."""
        return await self._alone("POST", path, query, body)

    async def get_alone(self, path: str) -> Any:
        """As `get`, in nobody's way: for what is asked often and by the way."""
        return await self._alone("GET", path, {})

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
        if self._socket is None or method == "GET":
            status, text = await self._over_http(method, path, query, body)
        else:
            status, text = await self._over_socket(self._socket, method, path, query, body)
        return _value(path, status, text)

    async def _alone(
        self, method: str, path: str, query: Mapping[str, str], body: Json | None = None
    ) -> Any:
        """Over the WebSocket it would hold up everything that comes after it.

        An idle one of those that carry no events takes it; when none is idle it goes over HTTP,
        which costs us more.
        """
        for socket in self._spare:
            if socket.idle:
                status, text = await self._over_socket(socket, method, path, query, body)
                return _value(path, status, text)
        return _value(path, *await self._over_http(method, path, query, body))

    async def _over_http(
        self, method: str, path: str, query: Mapping[str, str], body: Json | None
    ) -> tuple[int, bytes | str]:
        try:
            async with self._open().request(
                method, self._base + path, params=query or None, json=body
            ) as reply:
                return reply.status, await reply.read()
        except (aiohttp.ClientError, TimeoutError) as failure:
            raise AriError(0, f"{path}: {type(failure).__name__}") from failure

    async def _over_socket(
        self,
        socket: RestSocket,
        method: str,
        path: str,
        query: Mapping[str, str],
        body: Json | None,
    ) -> tuple[int, bytes | str]:
        try:
            return await socket.ask(method, path, query, body, REQUEST_WITHIN_S)
        except (SocketGone, TimeoutError) as failure:
            raise AriError(0, f"{path}: {type(failure).__name__}") from failure

    async def ask_aside(self, name: str) -> None:
        """Hold a WebSocket for requests alone, until it ends; nothing is ever sent to its app."""
        async with self.events(f"{APP}-{name}") as socket:
            rest = RestSocket(socket)
            self._spare.append(rest)
            try:
                async for message in socket:
                    if message.type is not aiohttp.WSMsgType.TEXT:
                        break
                    rest.answered(orjson.loads(message.data))
            finally:
                self._spare.remove(rest)
                rest.fail()

    def events(self, app: str = APP) -> Any:
        """A connection to the event WebSocket; it takes the place of any other of that name."""
        return self._open().ws_connect(
            self._base + "events",
            params={"app": app},
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
        *,
        takes_requests: bool,
        may_connect: Callable[[], Awaitable[bool]],
        on_connected: Callable[[], Awaitable[None]],
        on_event: Callable[[Json], None],
        on_lost: Callable[[], None],
    ) -> None:
        self._ari = ari
        self._takes_requests = takes_requests
        self._numbers = range(ASIDE if takes_requests else 0)
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
                rest = RestSocket(socket)
                handing_on = asyncio.ensure_future(self._hand_on(socket, rest))
                aside = [asyncio.ensure_future(self._aside(number)) for number in self._numbers]
                self._ari.change_over(rest if self._takes_requests else None)
                try:
                    await self._on_connected()
                    return await handing_on
                finally:
                    for task in (handing_on, *aside):
                        task.cancel()
                    self._ari.change_over(None)
                    rest.fail()
            finally:
                self._on_lost()

    async def _aside(self, number: int) -> None:
        """One more WebSocket for requests; without it they go over HTTP."""
        with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError):
            await self._ari.ask_aside(f"ask-{number}")

    async def _hand_on(self, socket: aiohttp.ClientWebSocketResponse, rest: RestSocket) -> bool:
        async for message in socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                break
            event: Json = orjson.loads(message.data)
            if event["type"] == RESPONSE:
                rest.answered(event)
                continue
            try:
                self._on_event(event)
            except Exception:
                # A bug of ours: one event is lost, and the next inventory mends it.
                _log.exception("ari_event_lost", kind=event.get("type"))
            if event["type"] == "ApplicationReplaced":
                return True
        return False


# The filter holds back answers to requests too, if they are not named.
_FILTER: Final = {"allowed": [{"type": name} for name in (*EVENTS, RESPONSE)]}


def segment(name: str) -> str:
    """A name as one segment of a path."""
    return name if PLAIN.fullmatch(name) else quote(name, safe="")


def _value(path: str, status: int, text: bytes | str) -> Any:
    if status >= 300:
        raise AriError(status, _reason(text, path))
    try:
        return orjson.loads(text) if text else None
    except ValueError as failure:
        raise AriError(0, f"{path}: not JSON") from failure


def _reason(text: bytes | str, path: str) -> str:
    try:
        return f"{path}: {orjson.loads(text)['message']}"
    except (ValueError, KeyError, TypeError):
        return path
