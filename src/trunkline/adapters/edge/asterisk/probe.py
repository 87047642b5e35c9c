"""A sign of life asked of a trunk's host: OPTIONS (RFC 3261 §11), sent by Asterisk itself.

It goes the way that calls go: Asterisk's address, transport and resolver. Asterisk tells the
outcome only as the state of a contact; the one asked here was made for it and has no state yet.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from trunkline.adapters.edge.asterisk.ami import Ami

if TYPE_CHECKING:
    from trunkline.adapters.edge.asterisk.settings import AsteriskSettings

SILENT_AFTER_S: Final = 2.0
"""Asterisk gives up on the answer after so long (the contact's `qualify_timeout`)."""
_GRACE_S: Final = 0.5
_LOOK_EVERY_S: Final = 0.05
_REACHABLE, _UNREACHABLE = "Reachable", "Unreachable"


async def probe(settings: AsteriskSettings, endpoint: str) -> float | None:
    """Milliseconds until the endpoint's contact answered, whatever it said; None for silence.

    Raises AmiError when Asterisk has no such contact or cannot be asked.
    """
    ami = Ami(settings.ami_port, settings.secrets().ami)
    try:
        await ami.qualify(endpoint)
        state, took_us = await _outcome(ami, endpoint)
    finally:
        await ami.close()
    return took_us / 1000 if state == _REACHABLE else None


async def _outcome(ami: Ami, endpoint: str) -> tuple[str, int]:
    """The contact's state once it has answered or was given up, or when the time is over."""
    loop = asyncio.get_running_loop()
    until = loop.time() + SILENT_AFTER_S + _GRACE_S
    now = await ami.contact(endpoint)
    while now[0] not in (_REACHABLE, _UNREACHABLE) and loop.time() < until:
        await asyncio.sleep(_LOOK_EVERY_S)
        now = await ami.contact(endpoint)
    return now
