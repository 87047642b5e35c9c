"""A page's SIP over WebSocket (RFC 7118), carried from our own origin to Asterisk and back.

Asterisk's HTTP port, where ARI lives too, stays on loopback; a page reaches only this. To Asterisk
every page comes from 127.0.0.1, which a trunk may trust, so a page may begin something new only in
the name of its own account (RFC 3261, section 12.2: what has a tag in To is within a dialog).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import aiohttp

from trunkline.adapters.edge.carrying import TRY_AGAIN, carry
from trunkline.kit.logging import logger

if TYPE_CHECKING:
    import asyncio

    from trunkline.adapters.edge.carrying import Page

LONGEST_MESSAGE: Final = 65_536
_SUBPROTOCOL: Final = "sip"
_KEEP_ALIVE: Final = "\r\n\r\n"
_FROM: Final = re.compile(r"^(?:From|f)[ \t]*:[^\r\n]*?sips?:([^@;>\s]+)@", re.I | re.M)
_TO: Final = re.compile(r"^(?:To|t)[ \t]*:([^\r\n]*)", re.I | re.M)
_log = logger("telephony")


async def proxy_sip(page: Page, account: str, cut: asyncio.Event, *, http_port: int) -> None:
    """Carry SIP both ways until either side closes, or `cut`; the session was checked before.

    `account` is the SIP user that this page may speak for. Closes with 1013 when Asterisk cannot
    be reached, so that the page tries again, and with 1008 when it was cut.
    """
    await page.accept(subprotocol=_SUBPROTOCOL)
    code = TRY_AGAIN
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
            inward = _to_page(page, asterisk)
            code = await carry(_from_page(page, account, asterisk), inward, cut)
    except (aiohttp.ClientError, OSError) as failure:
        _log.warning("sip_proxy_lost", reason=type(failure).__name__)
    if code:
        await page.close(code)


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
