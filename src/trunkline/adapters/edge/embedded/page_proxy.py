"""A page's WebSocket, carried from our own origin to the engine's process and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import orjson

from trunkline.adapters.edge.carrying import TRY_AGAIN, carry
from trunkline.adapters.edge.embedded.wire import Line, connect
from trunkline.kit.logging import logger

if TYPE_CHECKING:
    import asyncio
    from pathlib import Path

    from trunkline.adapters.edge.carrying import Page

LONGEST_MESSAGE: Final = 65_536
_log = logger("telephony")


async def proxy_page(page: Page, account: str, cut: asyncio.Event, *, socket: Path) -> None:
    """Carry JSON both ways until either side closes, or `cut`; the session was checked before.

    `account` is whom this page may speak for. Closes with 1013 when the engine cannot be reached,
    so that the page tries again, and with 1008 when it was cut.
    """
    await page.accept()
    try:
        line = await connect(socket)
    except OSError as failure:
        _log.warning("page_proxy_lost", reason=type(failure).__name__)
        await page.close(TRY_AGAIN)
        return
    try:
        line.write({"role": "page", "account": account})
        code = await carry(_from_page(page, line), _to_page(page, line), cut)
    finally:
        await line.close()
    if code:
        await page.close(code)


async def _from_page(page: Page, line: Line) -> None:
    while (message := await page.receive())["type"] == "websocket.receive":
        text = message.get("text")
        if not isinstance(text, str) or len(text) > LONGEST_MESSAGE:
            continue
        try:
            given = orjson.loads(text)
        except ValueError:
            continue
        if isinstance(given, dict):
            line.write(given)
            await line.written()


async def _to_page(page: Page, line: Line) -> None:
    while (message := await line.read()) is not None:
        await page.send_text(orjson.dumps(message).decode())
