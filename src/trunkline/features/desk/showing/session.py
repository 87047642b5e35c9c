"""One page's line into a room: what it says is heard in turn, what it is told is sent in order."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

import orjson
from pydantic import ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from trunkline.features.desk.showing.rooms import OVER, REPLACED, TRY_LATER
from trunkline.features.desk.showing.schemas import TOLD

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from trunkline.features.desk.showing.rooms import Room, Rooms, Seat

LOOK_EVERY_S: Final = 0.25
PING_EVERY_LOOKS: Final = 60
MOST_CHARS: Final = 32_768
"""Of one message of a page."""
__all__ = ["OVER", "REPLACED", "TRY_LATER", "Line"]


class Ended(Exception):
    """The line is over; `code` is told to the page, None when it left by itself."""

    def __init__(self, code: int | None) -> None:
        super().__init__(code)
        self.code = code


class Line:
    """One accepted WebSocket; `holds` says from time to time whether the page may still be here."""

    def __init__(
        self, socket: WebSocket, rooms: Rooms, seat: Seat, holds: Callable[[], Awaitable[bool]]
    ) -> None:
        self._socket = socket
        self._rooms = rooms
        self._seat = seat
        self._holds = holds

    async def run(self, room: Room) -> None:
        """Serve until the page leaves, or may stay no longer."""
        code: int | None = None
        room.lines += 1
        try:
            await room.sit(self._seat)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._read(room))
                tasks.create_task(self._write())
                tasks.create_task(self._look(room))
        except* Ended as ended:
            code = next(one.code for one in ended.exceptions if isinstance(one, Ended))
        finally:
            await room.leave(self._seat)
            room.lines -= 1
            self._rooms.tidy(room)
        if code is not None:
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # it is gone already
                await self._socket.close(code)

    async def _read(self, room: Room) -> None:
        """What is no message of ours ends the line: our own page says no such thing."""
        while True:
            try:
                text = await self._socket.receive_text()
            except (WebSocketDisconnect, KeyError):
                raise Ended(None) from None
            if len(text) > MOST_CHARS:
                raise Ended(OVER)
            try:
                told = TOLD.validate_json(text)
            except ValidationError:
                raise Ended(OVER) from None
            await room.hear(self._seat, told)

    async def _write(self) -> None:
        while True:
            message = await self._seat.out.get()
            if isinstance(message, int):
                raise Ended(message)
            try:
                await self._socket.send_text(orjson.dumps(message).decode())
            except (WebSocketDisconnect, RuntimeError):
                raise Ended(None) from None

    async def _look(self, room: Room) -> None:
        looks = 0
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            await room.look()
            looks += 1
            if looks % PING_EVERY_LOOKS == 0:
                if not await self._holds():
                    raise Ended(OVER)
                self._seat.tell({"type": "ping"})
