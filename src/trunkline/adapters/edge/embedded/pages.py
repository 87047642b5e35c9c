"""Pages that are connected, and the accounts they may speak for.

A page begins with `{"type": "hello", "secret", "register", "legs"}`: `register` when it can be
rung, `legs` those that it holds a connection of. It is answered by `welcome` or `denied`. Then
a page says `call {number, sdp}`, `answer {leg, sdp}`, `refuse {leg, cause}`, `digit {leg, digit}`,
`hangup {leg}` and `bye` (all of its legs end); it is told `calling {leg}`, `ring {leg,
interaction}`, `answered {leg, sdp}` and `ended {leg, cause}`. Offers come from the page always.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Protocol

from trunkline.ports.edge import AccountSeen, EdgeFull

if TYPE_CHECKING:
    from trunkline.adapters.edge.embedded.wire import Json
    from trunkline.adapters.edge.told import Told
    from trunkline.ports.edge import Account

MOST_ACCOUNTS = 20_000


class Page(Protocol):
    """One page's connection."""

    account: str

    def tell(self, message: Json) -> None:
        """Send it a message; one that is gone hears nothing."""


class Pages:
    """Accounts by name, and the page of each that can be rung: the one that came last."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._accounts: dict[str, Account] = {}
        self._registered: dict[str, Page] = {}

    def put(self, account: Account) -> None:
        """Make or replace an account; a page that is there stays. Raises EdgeFull."""
        if account.name not in self._accounts and len(self._accounts) >= MOST_ACCOUNTS:
            raise EdgeFull("too many accounts")
        self._accounts[account.name] = account
        self._tell(account.name)

    def drop(self, name: str) -> None:
        """Forget an account; it is rung no more."""
        self._accounts.pop(name, None)
        self._registered.pop(name, None)

    def account(self, name: str) -> Account | None:
        """The account of this name."""
        return self._accounts.get(name)

    def knows(self, name: str, secret: str) -> bool:
        """Whether this is the account's secret."""
        account = self._accounts.get(name)
        known = account.secret if account else ""
        return hmac.compare_digest(known.encode(), secret.encode()) and account is not None

    def register(self, page: Page) -> None:
        """This page can be rung from now, and no other of its account."""
        self._registered[page.account] = page
        self._tell(page.account)

    def unregister(self, page: Page) -> None:
        """This page is gone."""
        if self._registered.get(page.account) is page:
            del self._registered[page.account]
            self._tell(page.account)

    def of(self, account: str) -> Page | None:
        """The page of an account that can be rung."""
        return self._registered.get(account)

    def _tell(self, account: str) -> None:
        if account in self._accounts:
            self._told.tell(AccountSeen(account, account in self._registered))
