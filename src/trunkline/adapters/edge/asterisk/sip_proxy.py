"""A page's SIP over WebSocket (RFC 7118), carried from our own origin to Asterisk and back.

Asterisk's HTTP port, where ARI lives too, stays on loopback; a page reaches only this. To Asterisk
every page comes from 127.0.0.1, which a trunk may trust, so a page may begin something new only in
the name of its own account (RFC 3261, section 12.2: what has a tag in To is within a dialog).
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Final, Protocol

import aiohttp

from trunkline.kit.logging import logger

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONGEST_MESSAGE: Final = 65_536
_SUBPROTOCOL: Final = "sip"
_KEEP_ALIVE: Final = "\r\n\r\n"
_FROM: Final = re.compile(r"^(?:From|f)[ \t]*:[^\r\n]*?sips?:([^@;>\s]+)@", re.I | re.M)
_TO: Final = re.compile(r"^(?:To|t)[ \t]*:([^\r\n]*)", re.I | re.M)
_log = logger("telephony")


class Page(Protocol):
    """The server's side of a page's WebSocket; Starlette's `WebSocket` is one."""

    async def accept(
        self,
        subprotocol: str | None = None,
        headers: Iterable[tuple[bytes, bytes]] | None = None,
    ) -> None:
        """Open."""

    async def receive(self) -> Mapping[str, object]:
        """The next ASGI message."""

    async def send_text(self, data: str) -> None:
        """Send one SIP message."""

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """Close."""


async def proxy_sip(page: Page, account: str, http_port: int, cut: asyncio.Event) -> None:
    """Carry SIP both ways until either side closes, or `cut`; the session was checked before.

    `account` is the SIP user that this page may speak for. Closes with 1013 when Asterisk cannot
    be reached, so that the page tries again, and with 1008 when it was cut.
    """
    await page.accept(subprotocol=_SUBPROTOCOL)
    code = 1013
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(
                f"http://127.0.0.1:{http_port}/ws",
                protocols=(_SUBPROTOCOL,),
                max_msg_size=LONGEST_MESSAGE,
                compress=0,
            ) as asterisk,
        ):
            code = await _carry(page, account, asterisk, cut)
    except (aiohttp.ClientError, OSError) as failure:
        _log.warning("sip_proxy_lost", reason=type(failure).__name__)
    if code:
        await page.close(code)


async def _carry(
    page: Page, account: str, asterisk: aiohttp.ClientWebSocketResponse, cut: asyncio.Event
) -> int:
    """Both directions; returns the code to close the page with, 0 when the page closed itself."""
    outward = asyncio.ensure_future(_from_page(page, account, asterisk))
    inward = asyncio.ensure_future(_to_page(page, asterisk))
    ended = asyncio.ensure_future(cut.wait())
    tasks = (outward, inward, ended)
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return 0 if outward.done() else 1008 if ended.done() else 1001
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _from_page(page: Page, account: str, asterisk: aiohttp.ClientWebSocketResponse) -> None:
    while (message := await page.receive())["type"] == "websocket.receive":
        text = message.get("text")
        if not isinstance(text, str) or len(text) > LONGEST_MESSAGE:
            continue
        if may_pass(text, account):
            await asterisk.send_str(text)
        else:
            _log.warning("sip_proxy_dropped", account=account)


async def _to_page(page: Page, asterisk: aiohttp.ClientWebSocketResponse) -> None:
    async for message in asterisk:
        if message.type is aiohttp.WSMsgType.TEXT:
            await page.send_text(message.data)
        elif message.type is aiohttp.WSMsgType.BINARY:
            await page.send_text(message.data.decode("utf-8", "replace"))


def may_pass(text: str, account: str) -> bool:
    """Whether a page that speaks for `account` may send this message."""
    if text.startswith("SIP/2.0 ") or not text.strip():
        return True
    head = text.partition(_KEEP_ALIVE)[0]
    to, sender = _TO.search(head), _FROM.search(head)
    if to is None or sender is None:
        return False
    return ";tag=" in to[1].replace(" ", "") or sender[1] == account
