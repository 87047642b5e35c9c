"""The manager interface, for what ARI cannot: recording in a bridge, asking a trunk to answer."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

from trunkline.adapters.edge.asterisk.settings import APP

if TYPE_CHECKING:
    from collections.abc import Callable

ANSWER_WITHIN_S: Final = 5.0
MOST_OPEN: Final = 1_000
_NO_CONTACTS: Final = "No Contacts found"

Fields = dict[str, str]


class AmiError(Exception):
    """The manager refused an action or could not be reached; the message says which."""


class Ami:
    """Actions over one connection, opened at need and again when it breaks."""

    def __init__(
        self,
        port: int,
        secret: str,
        on_event: Callable[[Fields], None] | None = None,
        events: str = "system",
    ) -> None:
        self._port = port
        self._secret = secret
        self._on_event = on_event
        self._events = events if on_event else "off"
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._open: dict[str, _Answer] = {}
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

    async def qualify(self, endpoint: str) -> None:
        """Send OPTIONS to the contacts of an endpoint; the answer changes what `contact` tells."""
        await self._act("PJSIPQualify", {"Endpoint": endpoint})

    async def contact(self, endpoint: str) -> tuple[str, int]:
        """State of the endpoint's contact as Asterisk names it, and its last round trip in µs."""
        for packet in await self._act("PJSIPShowEndpoint", {"Endpoint": endpoint}, whole=True):
            if packet.get("Event") == "ContactStatusDetail":
                took = packet.get("RoundtripUsec", "")
                return packet.get("Status", ""), int(took) if took.isdigit() else 0
        raise AmiError(f"{endpoint} has no contact")

    async def contacts(self) -> list[tuple[str, str, str]]:
        """Every contact: its endpoint, its URI and its state as Asterisk names it."""
        try:
            packets = await self._act("PJSIPShowContacts", {}, whole=True)
        except AmiError as failure:
            if _NO_CONTACTS in str(failure):
                return []
            raise
        return [
            (
                packet.get("Endpoint") or packet.get("Aor", ""),
                packet.get("Uri", ""),
                packet["Status"],
            )
            for packet in packets
            if packet.get("Event") == "ContactList"
        ]

    async def reload(self, module: str) -> None:
        """Let a part of Asterisk read its configuration anew."""
        await self._act("Reload", {"Module": module})

    async def ping(self) -> None:
        """Be connected, and told events."""
        await self._act("Ping", {})

    async def lost(self) -> None:
        """Return when the connection has ended."""
        if self._reading is not None:
            await asyncio.wait([self._reading])

    async def close(self) -> None:
        """Close the connection."""
        if self._writer is not None:
            self._writer.close()
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        self._writer = self._reading = None

    async def _act(self, action: str, fields: Fields, *, whole: bool = False) -> list[Fields]:
        """The answer; `whole` with all the packets of a list that follows it."""
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                await self._connect()
                answer = await self._ask(action, fields, whole=whole)
        except (OSError, TimeoutError, EOFError) as failure:
            raise AmiError(f"{action}: {type(failure).__name__}") from failure
        if answer[0].get("Response") != "Success":
            raise AmiError(f"{action}: {answer[0].get('Message', 'refused')}")
        return answer

    async def _connect(self) -> None:
        async with self._connecting:
            if self._reading is not None and not self._reading.done():
                return
            if self._writer is not None:  # of a connection that ended
                self._writer.close()
            reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
            await reader.readline()
            self._reading = asyncio.get_running_loop().create_task(self._read(reader))
            login = {"Username": APP, "Secret": self._secret, "Events": self._events}
            answer = await self._ask("Login", login)
            if answer[0].get("Response") != "Success":
                raise AmiError("the manager refused our login")

    async def _ask(self, action: str, fields: Fields, *, whole: bool = False) -> list[Fields]:
        if self._writer is None or len(self._open) >= MOST_OPEN:
            raise AmiError(f"{action}: the manager does not keep up")
        self._count += 1
        number = str(self._count)
        answer = _Answer(whole)
        self._open[number] = answer
        try:
            self._writer.write(_packet({"Action": action, "ActionID": number, **fields}))
            await self._writer.drain()
            return await answer.complete
        finally:
            self._open.pop(number, None)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(OSError, EOFError):
            while True:
                block = await reader.readuntil(b"\r\n\r\n")
                fields = _fields(block.decode("utf-8", "replace"))
                waiting = self._open.get(fields.get("ActionID", ""))
                if waiting is not None:
                    waiting.take(fields)
                elif self._on_event is not None and "Event" in fields:
                    self._on_event(fields)
        for waiting in self._open.values():
            if not waiting.complete.done():
                waiting.complete.set_exception(EOFError())


class _Answer:
    """The packets that answer one action: one, or a list up to its end."""

    def __init__(self, whole: bool) -> None:
        self.complete: asyncio.Future[list[Fields]] = asyncio.get_running_loop().create_future()
        self._whole = whole
        self._packets: list[Fields] = []

    def take(self, packet: Fields) -> None:
        """One more packet."""
        self._packets.append(packet)
        goes_on = self._whole and packet.get("Response", "Success") == "Success"
        ended = not goes_on or packet.get("EventList", "").lower() == "complete"
        if ended and not self.complete.done():
            self.complete.set_result(self._packets)


def _packet(fields: Fields) -> bytes:
    if any("\r" in value or "\n" in value for value in fields.values()):
        raise AmiError("a line break in a manager's field")
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode() + b"\r\n"


def _fields(text: str) -> Fields:
    return dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
