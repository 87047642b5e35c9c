"""The manager interface, for the one thing that ARI cannot: recording a channel in a bridge."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final

from trunkline.adapters.edge.asterisk.settings import APP

ANSWER_WITHIN_S: Final = 5.0
MOST_OPEN: Final = 1_000

Fields = dict[str, str]


class AmiError(Exception):
    """The manager refused an action or could not be reached; the message says which."""


class Ami:
    """Actions over one connection, opened at need and again when it breaks."""

    def __init__(self, port: int, secret: str) -> None:
        self._port = port
        self._secret = secret
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._open: dict[str, asyncio.Future[Fields]] = {}
        self._connecting = asyncio.Lock()
        self._count = 0

    async def start_recording(self, channel: str, heard: str, said: str) -> None:
        """Write what a channel says to file `heard` (we hear it) and what it hears to `said`.

        `S` fills either file with silence where the other has sound, so that both have one time.
        """
        options = f"r({heard})t({said})S"
        await self._act("MixMonitor", {"Channel": channel, "Options": options})

    async def stop_recording(self, channel: str) -> None:
        """End the recordings of a channel."""
        await self._act("StopMixMonitor", {"Channel": channel})

    async def close(self) -> None:
        """Close the connection."""
        if self._writer is not None:
            self._writer.close()
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        self._writer = self._reading = None

    async def _act(self, action: str, fields: Fields) -> None:
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                await self._connect()
                answer = await self._ask(action, fields)
        except (OSError, TimeoutError, EOFError) as failure:
            raise AmiError(f"{action}: {type(failure).__name__}") from failure
        if answer.get("Response") != "Success":
            raise AmiError(f"{action}: {answer.get('Message', 'refused')}")

    async def _connect(self) -> None:
        async with self._connecting:
            if self._reading is not None and not self._reading.done():
                return
            reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
            await reader.readline()
            self._reading = asyncio.get_running_loop().create_task(self._read(reader))
            login = {"Username": APP, "Secret": self._secret, "Events": "off"}
            answer = await self._ask("Login", login)
            if answer.get("Response") != "Success":
                raise AmiError("the manager refused our login")

    async def _ask(self, action: str, fields: Fields) -> Fields:
        if self._writer is None or len(self._open) >= MOST_OPEN:
            raise AmiError(f"{action}: the manager does not keep up")
        self._count += 1
        number = str(self._count)
        answer: asyncio.Future[Fields] = asyncio.get_running_loop().create_future()
        self._open[number] = answer
        try:
            self._writer.write(_packet({"Action": action, "ActionID": number, **fields}))
            await self._writer.drain()
            return await answer
        finally:
            self._open.pop(number, None)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(OSError, EOFError):
            while True:
                block = await reader.readuntil(b"\r\n\r\n")
                fields = _fields(block.decode("utf-8", "replace"))
                waiting = self._open.get(fields.get("ActionID", ""))
                if waiting is not None and not waiting.done():
                    waiting.set_result(fields)
        for waiting in self._open.values():
            if not waiting.done():
                waiting.set_exception(EOFError())


def _packet(fields: Fields) -> bytes:
    if any("\r" in value or "\n" in value for value in fields.values()):
        raise AmiError("a line break in a manager's field")
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode() + b"\r\n"


def _fields(text: str) -> Fields:
    return dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
