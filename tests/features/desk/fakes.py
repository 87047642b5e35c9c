"""A telephony engine in memory: it remembers accounts and what it was told to do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from trunkline.core.call.commands import EdgeCommand
from trunkline.ports.edge import Account, Health, Inventory, Numbered, TrunkLink


@dataclass
class FakeEdge:
    """Knows accounts; calls do not happen here."""

    accounts: dict[str, Account] = field(default_factory=dict)
    sent: list[EdgeCommand] = field(default_factory=list)
    health_now: Health = field(default_factory=lambda: Health(True))
    registered: set[str] = field(default_factory=set)

    async def open(self, epoch: int) -> Inventory:
        return Inventory()

    async def send(self, command: EdgeCommand, epoch: int) -> None:
        self.sent.append(command)

    async def events(self) -> AsyncIterator[Numbered]:
        for numbered in ():
            yield numbered

    async def acknowledge(self, seq: int) -> None: ...

    async def health(self) -> Health:
        return self.health_now

    async def put_account(self, account: Account) -> None:
        self.accounts[account.name] = account

    async def drop_account(self, name: str) -> None:
        self.accounts.pop(name, None)

    async def put_trunk(self, trunk: TrunkLink) -> None: ...

    async def reachable(self, account: str) -> bool:
        return account in self.registered

    async def close(self) -> None: ...
