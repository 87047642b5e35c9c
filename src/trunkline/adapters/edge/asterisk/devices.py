"""Which accounts have a device that can be rung, by what Asterisk tells of their contacts.

A list of all contacts is taken first, then each change is heard (the manager's `ContactStatus`).
ARI has such events too, but whoever asks for those of an endpoint is told the events of its
channels a second time. While the manager cannot be heard nothing is known, and every device counts
as there: an offer that fails tells soon enough.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from trunkline.adapters.edge.asterisk.ami import Ami, AmiError
from trunkline.kit.logging import logger
from trunkline.ports.edge import AccountSeen

if TYPE_CHECKING:
    from trunkline.adapters.edge.asterisk.ami import Fields
    from trunkline.adapters.edge.asterisk.settings import AsteriskSettings
    from trunkline.adapters.edge.told import Told

BACK_OFF_S: Final = 1.0
_GONE: Final = frozenset({"Removed", "Unreachable"})
_log = logger("telephony")


class Devices:
    """Tells `AccountSeen` of each account that is watched, once and at each change."""

    def __init__(self, settings: AsteriskSettings, told: Told) -> None:
        self._ami = Ami(settings.ami_port, settings.secrets().ami, on_event=self._hear)
        self._told = told
        self._contacts: defaultdict[str, set[str]] = defaultdict(set)
        self._watched: dict[str, bool | None] = {}
        self._fixed: set[str] = set()
        self._lapsed: set[str] = set()
        """Whose last contact was taken away: Asterisk itself calls some of them online still."""

        self._early: list[Fields] | None = []
        """What was heard before the list was there; None once it is."""

    def watch(self, account: str, *, fixed: bool) -> None:
        """Tell of this account from now; a device with a `fixed` address does not log in."""
        self._watched.setdefault(account, None)
        if fixed:
            self._fixed.add(account)
        else:
            self._fixed.discard(account)
        self._tell(account)

    def forget(self, account: str) -> None:
        """The account is gone."""
        self._watched.pop(account, None)
        self._lapsed.discard(account)
        self._fixed.discard(account)

    def has_lapsed(self, account: str) -> bool:
        """Whether its last registration ran out, was taken back, or went with its connection."""
        return account in self._lapsed and account not in self._fixed

    async def run(self) -> None:
        """Listen until cancelled."""
        while True:
            with contextlib.suppress(AmiError):
                await self._listen()
            self._all_unknown()
            await asyncio.sleep(BACK_OFF_S)

    async def close(self) -> None:
        """Let go of the manager."""
        await self._ami.close()

    async def _listen(self) -> None:
        self._early = []
        listed = await self._ami.contacts()
        self._contacts.clear()
        self._lapsed.clear()
        early, self._early = self._early, None
        for name, uri, status in listed:
            self._note(name, uri, status)
        for fields in early:
            self._hear(fields)
        for account in tuple(self._watched):
            self._tell(account)
        await self._ami.lost()
        _log.warning("devices_unheard")

    def _all_unknown(self) -> None:
        self._early = []
        self._lapsed.clear()
        for account, said in tuple(self._watched.items()):
            if said is False:
                self._say(account, reachable=True)

    def _hear(self, fields: Fields) -> None:
        if fields.get("Event") != "ContactStatus":
            return
        if self._early is not None:
            self._early.append(fields)
            return
        name = fields.get("EndpointName") or fields.get("AOR", "")
        self._note(name, fields.get("URI", ""), fields.get("ContactStatus", ""))
        self._tell(name)

    def _note(self, name: str, uri: str, status: str) -> None:
        if status in _GONE:
            self._contacts[name].discard(uri)
            if not self._contacts[name]:
                del self._contacts[name]
                self._lapsed.add(name)
        else:
            self._contacts[name].add(uri)
            self._lapsed.discard(name)

    def _tell(self, account: str) -> None:
        if account not in self._watched or self._early is not None:
            return
        self._say(account, reachable=account in self._fixed or account in self._contacts)

    def _say(self, account: str, *, reachable: bool) -> None:
        if self._watched[account] is not reachable:
            self._watched[account] = reachable
            self._told.tell(AccountSeen(account, reachable))
