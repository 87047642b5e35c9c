"""Tokens of callers near at hand: two calls of one number at once get the same one.

They are written with the arrival; until then, and so that not every call reads, they stand here.
Bounded; what fell out is read again.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from trunkline.core.words import Token
from trunkline.features import customers

if TYPE_CHECKING:
    from trunkline.kit.crypto import KeyRing
    from trunkline.ports.clock import Ids
    from trunkline.ports.database import Tx

KEPT = 20_000


class Callers:
    """The token of each number that called lately, by tenant."""

    def __init__(self, keys: KeyRing, ids: Ids) -> None:
        self._keys = keys
        self._ids = ids
        self._recent: OrderedDict[tuple[str, str], Token] = OrderedDict()
        self._unwritten: set[tuple[str, str]] = set()

    def look_up(self, tx: Tx, tenant_id: str, raw: str | None) -> None:
        """Read the token of a number, or give it a new one that waits to be written."""
        number = customers.normalised(raw)
        if number is None or (tenant_id, number) in self._recent:
            return
        found = customers.caller_token(tx, self._keys, tenant_id, number)
        self._remember(tenant_id, number, Token(found or self._ids.new("cal")))
        if found is None:
            self._unwritten.add((tenant_id, number))

    def token(self, tenant_id: str, raw: str | None) -> Token | None:
        """The token of a number that was looked up; None when it is withheld."""
        number = customers.normalised(raw)
        return None if number is None else self._recent.get((tenant_id, number))

    def keep(self, tx: Tx, tenant_id: str, raw: str) -> None:
        """Write the token of a number, unless it is written."""
        number = customers.normalised(raw)
        if number is not None and (tenant_id, number) in self._unwritten:
            token = self._recent.get((tenant_id, number))
            if token is not None:
                customers.keep_caller(tx, self._keys, tenant_id, number, token)
            self._unwritten.discard((tenant_id, number))

    def known(self, tx: Tx, tenant_id: str, number: str) -> Token:
        """The token of a normalised number, written if it is new."""
        self.look_up(tx, tenant_id, number)
        token = self._recent[tenant_id, number]
        return Token(customers.keep_caller(tx, self._keys, tenant_id, number, token))

    def _remember(self, tenant_id: str, number: str, token: Token) -> None:
        self._recent[tenant_id, number] = token
        if len(self._recent) > KEPT:
            old, _ = self._recent.popitem(last=False)
            self._unwritten.discard(old)
