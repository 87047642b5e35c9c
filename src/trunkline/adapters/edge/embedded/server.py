"""Who connects to the engine: one driver at a time, and any number of pages."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, Final

from trunkline.adapters.edge.background import Background
from trunkline.adapters.edge.embedded.wire import LONGEST_LINE, Json, Line, address
from trunkline.core import codec
from trunkline.core.call.commands import EdgeCommand
from trunkline.kit.clock import monotonic_s
from trunkline.kit.logging import logger
from trunkline.ports.edge import Account, EdgeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trunkline.adapters.edge.embedded.engine import Engine
    from trunkline.adapters.edge.embedded.settings import EmbeddedSettings
    from trunkline.ports.edge import LegReading

ABANDONED_AFTER_S: Final = 60.0
"""An engine that has no legs and that nobody drives ends after so long."""

MOST_PAGES: Final = 500
FIRST_WORD_S: Final = 5.0
_LOOK_EVERY_S: Final = 1.0
_log = logger("telephony")


class Server:
    """The socket of one engine."""

    def __init__(self, settings: EmbeddedSettings, engine: Engine) -> None:
        self._settings = settings
        self._engine = engine
        self._driver: Driver | None = None
        self._pages: set[PageLine] = set()
        self._connections = Background()
        engine.on_readings(self._read)

    async def run(self) -> None:
        """Serve until the engine was abandoned, or until cancelled."""
        self._settings.socket.unlink(missing_ok=True)
        with address(self._settings.socket) as path:
            server = await asyncio.start_unix_server(self._taken, path, limit=LONGEST_LINE)
        try:
            await self._until_abandoned()
        finally:
            server.close()
            await self._connections.close()

    def _taken(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections.start(self._serve(Line(reader, writer)))

    async def _serve(self, line: Line) -> None:
        try:
            async with asyncio.timeout(FIRST_WORD_S):
                first = await line.read()
            match first:
                case {"role": "driver"}:
                    await self._drive(line)
                case {"role": "page", "account": str(account)} if len(self._pages) < MOST_PAGES:
                    await self._page(PageLine(line, account))
        except TimeoutError:
            pass  # whoever it was, it had nothing to say
        finally:
            await line.close()

    async def _drive(self, line: Line) -> None:
        driver = Driver(self._engine, line, self._take_over)
        try:
            await driver.run()
        finally:
            if self._driver is driver:
                self._driver = None
            await driver.close()

    def _take_over(self, driver: Driver) -> None:
        """Events go to who opened last."""
        if self._driver is not None and self._driver is not driver:
            self._driver.dismiss()
        self._driver = driver

    async def _page(self, page: PageLine) -> None:
        self._pages.add(page)
        try:
            await page.run(self._engine)
        finally:
            self._pages.discard(page)
            self._engine.pages.unregister(page)
            self._engine.calls.leave(page)

    def _read(self, readings: Sequence[LegReading]) -> None:
        if self._driver is not None:
            self._driver.tell({"readings": [codec.encode(reading) for reading in readings]})

    async def _until_abandoned(self) -> None:
        driven_at_s = monotonic_s()
        while monotonic_s() - driven_at_s < ABANDONED_AFTER_S:
            await asyncio.sleep(_LOOK_EVERY_S)
            if self._driver is not None or not self._engine.is_idle:
                driven_at_s = monotonic_s()
        _log.info("engine_abandoned")


class Driver:
    """A control program's connection: each request is answered, events are pushed."""

    def __init__(self, engine: Engine, line: Line, take_over: Any) -> None:
        self._engine = engine
        self._line = line
        self._take_over = take_over
        self._requests = Background()
        self._pushing: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Serve until it is gone."""
        while (message := await self._line.read()) is not None:
            if "ack" in message:
                self._engine.told.acknowledge(int(message["ack"]))
            else:
                self._requests.start(self._answer(message))

    def tell(self, message: Json) -> None:
        """Send it something."""
        self._line.write(message)

    def dismiss(self) -> None:
        """Another one has taken over: it is told so when it comes back."""
        self._line.cut()

    async def close(self) -> None:
        """End what it began."""
        await self._requests.close()
        if self._pushing is not None:
            self._pushing.cancel()
            await asyncio.gather(self._pushing, return_exceptions=True)

    async def _answer(self, message: Json) -> None:
        number = message.get("id")
        try:
            told = await self._done(message)
        except EdgeError as refusal:
            kind = type(refusal).__name__
            self.tell({"id": number, "error": refusal.reason, "kind": kind})
        except (KeyError, TypeError, ValueError) as failure:
            self.tell({"id": number, "error": f"not understood: {failure!r}", "kind": "EdgeError"})
        else:
            self.tell({"id": number, "ok": told})

    async def _done(self, message: Json) -> Any:
        engine = self._engine
        match message["do"]:
            case "open":
                inventory = engine.open(message["epoch"])
                self._take_over(self)
                self._push()
                return {"engine": engine.name, "inventory": codec.encode(inventory)}
            case "send":
                command = codec.decode(EdgeCommand, message["command"])
                return await engine.send(command, message["epoch"])
            case "hold_off":
                return engine.hold_off(message["for_s"])
            case "health":
                return codec.encode(engine.health())
            case "put_account":
                return engine.put_account(codec.decode(Account, message["account"]))
            case "drop_account":
                return engine.pages.drop(message["name"])
            case "reachable":
                return engine.reachable(message["account"])
        raise ValueError("unknown request")

    def _push(self) -> None:
        if self._pushing is None or self._pushing.done():
            self._pushing = asyncio.get_running_loop().create_task(self._events())

    async def _events(self) -> None:
        with contextlib.suppress(OSError):
            async for numbered in self._engine.told.events():
                self.tell({"seq": numbered.seq, "event": codec.encode(numbered.event)})
                await self._line.written()


class PageLine:
    """A page's connection."""

    def __init__(self, line: Line, account: str) -> None:
        self.account = account
        self._line = line

    def tell(self, message: Json) -> None:
        """Send it a message; one that is gone hears nothing."""
        self._line.write(message)

    async def run(self, engine: Engine) -> None:
        """Welcome it, and hear it until it is gone."""
        hello = await self._line.read()
        if hello is None or not _is_welcome(engine, self.account, hello):
            self.tell({"type": "denied"})
            return
        legs = hello.get("legs")
        self.tell({"type": "welcome"})
        engine.calls.welcome(self, legs if isinstance(legs, list) else [])
        if hello.get("register") is True:
            engine.pages.register(self)
        while (message := await self._line.read()) is not None:
            if message.get("type") == "hello":
                if not _is_welcome(engine, self.account, message):
                    self.tell({"type": "denied"})
                    return
                self.tell({"type": "welcome"})
            else:
                await engine.calls.hear(self, message)


def _is_welcome(engine: Engine, account: str, hello: Json) -> bool:
    given = hello.get("type") == "hello" and hello.get("secret")
    return isinstance(given, str) and engine.pages.knows(account, given)
