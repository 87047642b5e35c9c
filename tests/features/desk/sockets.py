"""A WebSocket client that speaks ASGI, in the same loop as the app."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI

PATIENCE_S = 5.0
Json = dict[str, Any]


@dataclass
class Socket:
    """The client's side. `closed` is the code that the server closed with."""

    status: int = 0
    closed: int | None = None
    heard: list[Json] = field(default_factory=list)
    _told: asyncio.Queue[Json] = field(default_factory=asyncio.Queue)
    _to_server: asyncio.Queue[Json] = field(default_factory=asyncio.Queue)
    stuck: asyncio.Event | None = None

    async def message(self) -> Json:
        """The next message."""
        async with asyncio.timeout(PATIENCE_S):
            return await self._told.get()

    async def event(self, kind: str) -> Json:
        """The body of the next event of a kind; others are passed over."""
        while True:
            message = await self.message()
            if message.get("type") == kind:
                body: Json = message["data"]
                return body

    async def receive(self) -> Json:
        """What the server takes from us."""
        return await self._to_server.get()

    async def send(self, message: Json) -> None:
        """What the server sends to us."""
        if self.stuck is not None:
            await self.stuck.wait()
        match message["type"]:
            case "websocket.accept":
                self.status = 101
            case "websocket.http.response.start":
                self.status = message["status"]
            case "websocket.close":
                self.closed = message.get("code", 1000)
            case "websocket.send":
                told = json.loads(message["text"])
                self.heard.append(told)
                self._told.put_nowait(told)

    def say(self, text: str) -> None:
        """Send a message."""
        self._to_server.put_nowait({"type": "websocket.receive", "text": text})

    def leave(self) -> None:
        """Close the window."""
        self._to_server.put_nowait({"type": "websocket.disconnect", "code": 1001})


@asynccontextmanager
async def opened(
    app: FastAPI, path: str, query: str, authorization: str | None, **headers: str
) -> AsyncIterator[Socket]:
    """Open it, and leave at the end; what the server refuses shows in `status`."""
    socket = Socket()
    socket._to_server.put_nowait({"type": "websocket.connect"})
    named = {"host": "localhost", **headers}
    if authorization:
        named["authorization"] = authorization
    scope = {
        "type": "websocket",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "scheme": "ws",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in named.items()],
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
        "subprotocols": [],
        "extensions": {"websocket.http.response": {}},
        "state": {},
    }
    served = asyncio.create_task(app(scope, socket.receive, socket.send))
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not socket.status and not served.done():
                await asyncio.sleep(0.002)
        yield socket
    finally:
        socket.leave()
        with suppress(asyncio.CancelledError):
            await served
