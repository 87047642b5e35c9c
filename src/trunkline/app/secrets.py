"""What tokens stand for, near at hand: commands name tokens, the edge needs what they mean.

Values are sealed in the database; those of running calls are kept here too, so that a dial does
not wait for a read. Bounded; what fell out is read again.
"""

from __future__ import annotations

import dataclasses
import json
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from trunkline.core.codec import decode, encode
from trunkline.core.flow.speech import Say, Secret
from trunkline.features import customers

if TYPE_CHECKING:
    from trunkline.core.call.commands import Play
    from trunkline.kit.crypto import KeyRing
    from trunkline.ports.database import Database, Tx

KEPT = 20_000
WITHHELD = "anonymous"


class Values:
    """Reads values by token, the recent ones from memory."""

    def __init__(self, db: Database, keys: KeyRing) -> None:
        self._db = db
        self._keys = keys
        self._recent: OrderedDict[str, str] = OrderedDict()

    def keep(self, token: str, plain: str) -> None:
        """Remember what a token stands for; it is written elsewhere."""
        self._recent[token] = plain
        if len(self._recent) > KEPT:
            self._recent.popitem(last=False)

    async def read(self, tenant_id: str, token: str) -> str:
        """The value; raises `customers.ValueGone`."""
        known = self._recent.get(token)
        if known is not None:
            return known

        def work(tx: Tx) -> str:
            return customers.value(tx, self._keys, tenant_id, token)

        plain = await self._db.read(work)
        self.keep(token, plain)
        return plain

    async def caller(self, tenant_id: str, token: str) -> str:
        """The number a customer called from, or `anonymous`."""
        try:
            return await self.read(tenant_id, token)
        except customers.ValueGone:
            return WITHHELD

    async def spoken(self, tenant_id: str, play: Play) -> Play:
        """The same play with every secret replaced by what it stands for."""
        items: list[Say] = []
        for item in play.items:
            if isinstance(item, Secret):
                items += said_from(await self.read(tenant_id, item.token))
            else:
                items.append(item)
        return dataclasses.replace(play, items=tuple(items))


def said_to(items: tuple[Say, ...]) -> str:
    """Items as a text that can be sealed under a token."""
    return json.dumps([encode(item) for item in items])


def said_from(text: str) -> tuple[Say, ...]:
    """The items of such a text."""
    parts: list[Any] = json.loads(text)
    return tuple(decode(Say, part) for part in parts)
