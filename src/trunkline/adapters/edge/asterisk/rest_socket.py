"""Requests to ARI over its event WebSocket: no connection, header or log-in a request.

Asterisk takes them since 20.15, 21.10 and 22.5, one at a time and in order. Each carries a number
that its answer bears. When the WebSocket goes, whatever was not answered has failed; whether it
took effect is for the inventory of the next connection to show.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote_plus

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping

    import aiohttp

Json = dict[str, Any]
RESPONSE: Final = "RESTResponse"
MOST_OPEN: Final = 5_000
PLAIN: Final = re.compile(r"[A-Za-z0-9._~-]+")
"""What means itself in an address."""

_PLAIN_IN_QUERY: Final = re.compile(r"[A-Za-z0-9._~/:@,-]+")
"""What means itself behind the question mark (RFC 3986, 3.4)."""

_FIRST_MINOR: Final = {20: 15, 21: 10, 22: 5}


class SocketGone(Exception):
    """There is no WebSocket, or it went before the answer came."""


class RestSocket:
    """Open requests by number, over one connection."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._open: dict[str, asyncio.Future[Json]] = {}
        self._count = 0

    @property
    def idle(self) -> bool:
        """Whether no request waits for its answer."""
        return not self._open

    async def ask(
        self, method: str, path: str, query: Mapping[str, str], body: Json | None, within_s: float
    ) -> tuple[int, str]:
        """Status and body of the answer; raises `SocketGone` and `TimeoutError`."""
        if len(self._open) >= MOST_OPEN:
            raise SocketGone
        self._count += 1
        number = str(self._count)
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._open[number] = answer
        late = asyncio.get_running_loop().call_later(within_s, _late, answer)
        try:
            await self._socket.send_str(_request(number, method, path, query, body))
            told = await answer
        except ConnectionError as gone:
            raise SocketGone from gone
        finally:
            late.cancel()
            self._open.pop(number, None)
        return int(told["status_code"]), told.get("message_body") or ""

    def answered(self, told: Json) -> None:
        """An answer came; one that nobody waits for any more is passed over."""
        answer = self._open.get(told.get("request_id", ""))
        if answer is not None and not answer.done():
            answer.set_result(told)

    def fail(self) -> None:
        """The connection is gone."""
        for answer in self._open.values():
            if not answer.done():
                answer.set_exception(SocketGone())


def speaks(version: str) -> bool:
    """Whether an Asterisk of this version (`Asterisk 22.10.1+dfsg…`) takes requests so."""
    found = re.search(r"(\d+)\.(\d+)", version)
    if found is None:
        return False
    major, minor = int(found[1]), int(found[2])
    return major > max(_FIRST_MINOR) or minor >= _FIRST_MINOR.get(major, minor + 1)


def _late(answer: asyncio.Future[Json]) -> None:
    if not answer.done():
        answer.set_exception(TimeoutError())


def _query(query: Mapping[str, str]) -> str:
    """As `urlencode`, which takes long over what needs no quoting."""
    return "&".join(
        f"{name}={value if _PLAIN_IN_QUERY.fullmatch(value) else quote_plus(value)}"
        for name, value in query.items()
    )


def _request(
    number: str, method: str, path: str, query: Mapping[str, str], body: Json | None
) -> str:
    asked = {
        "type": "RESTRequest",
        "request_id": number,
        "method": method,
        "uri": f"{path}?{_query(query)}" if query else path,
    }
    if body is not None:
        asked["content_type"] = "application/json"
        asked["message_body"] = orjson.dumps(body).decode()
    return orjson.dumps(asked).decode()
