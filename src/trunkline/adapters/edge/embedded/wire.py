"""JSON objects, one a line, over a Unix socket: how the engine's process is spoken with.

A driver's line begins with `{"role": "driver"}`; then requests `{"id", "do", …}` are answered by
`{"id", "ok"}` or `{"id", "error", "kind"}`, and events come as `{"seq", "event"}` until they are
acknowledged by `{"ack"}`. A page's line begins with `{"role": "page", "account"}`; what follows is
said by `pages`. A line is at most `LONGEST_LINE` bytes; a longer one ends the connection.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from typing import TYPE_CHECKING, Any, Final

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Json = dict[str, Any]

LONGEST_LINE: Final = 1 << 20
MOST_UNSENT: Final = 1 << 20
"""Bytes that may wait for who does not read; beyond that the connection is cut."""

_LONGEST_ADDRESS: Final = 100
"""A Unix socket's address has 108 bytes."""


class Line:
    """One side of a connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read(self) -> Json | None:
        """The next object; None when the other side is gone or has broken the rules."""
        try:
            line = await self._reader.readline()
            given = orjson.loads(line) if line.endswith(b"\n") else None
        except (ValueError, OSError):
            return None
        return given if isinstance(given, dict) else None

    def write(self, message: Json) -> None:
        """Send an object; who is gone, or does not read for long, is cut off."""
        if self._writer.is_closing():
            return
        self._writer.write(orjson.dumps(message) + b"\n")
        if self._writer.transport.get_write_buffer_size() > MOST_UNSENT:
            self.cut()

    def cut(self) -> None:
        """End the connection at once."""
        self._writer.transport.abort()

    async def written(self) -> None:
        """Wait until what was sent is on its way; raises OSError when nobody is there."""
        await self._writer.drain()

    async def close(self) -> None:
        """End the connection."""
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()


async def connect(socket: Path) -> Line:
    """A connection to the process; raises OSError when it is not there."""
    with address(socket) as path:
        return Line(*await asyncio.open_unix_connection(path, limit=LONGEST_LINE))


@contextlib.contextmanager
def address(socket: Path) -> Iterator[str]:
    """The socket's address, which is short even where the path is not."""
    path = os.fspath(socket)
    if len(os.fsencode(path)) <= _LONGEST_ADDRESS:
        yield path
        return
    folder = os.open(socket.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{socket.name}"
    finally:
        os.close(folder)
