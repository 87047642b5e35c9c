"""Addresses that guess logins or call by no trunk are refused by Asterisk itself, for a while.

What they try is heard of the manager: its security events (a challenge that nobody answers, a wrong
secret, an account that is none), and one of our own for each call by no trunk. They are refused by
a named access list (`res_pjsip_acl`) that is read anew at each change: 403 before anything of a
message is looked at. Trunks' addresses and this machine's own are never refused. Bans outlive us in
a file of the instance.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import asdict
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Final

from trunkline.adapters.edge.asterisk.ami import Ami, AmiError
from trunkline.adapters.edge.asterisk.config import REFUSED_FILE
from trunkline.adapters.edge.asterisk.offences import Ban, Offences
from trunkline.adapters.edge.asterisk.settings import give
from trunkline.adapters.edge.private import write_private
from trunkline.kit.clock import WallClock
from trunkline.kit.logging import logger
from trunkline.ports.edge import Offender

if TYPE_CHECKING:
    from trunkline.adapters.edge.asterisk.accounts import Accounts
    from trunkline.adapters.edge.asterisk.ami import Fields
    from trunkline.adapters.edge.asterisk.settings import AsteriskSettings

STRANGER: Final = "Stranger"
"""Our own event of a call by no trunk."""

_OFFENCES: Final = frozenset(
    {"ChallengeSent", "ChallengeResponseFailed", "InvalidAccountID", "InvalidPassword"}
)
_GOOD: Final = "SuccessfulAuth"
_ACCESS_LISTS: Final = "acl"
_LOOK_EVERY_S: Final = 1.0
_BACK_OFF_S: Final = 1.0
_log = logger("telephony")


class Offenders:
    """The bans of one instance."""

    def __init__(self, settings: AsteriskSettings, accounts: Accounts) -> None:
        self._settings = settings
        self._ami = Ami(
            settings.ami_port,
            settings.secrets().ami,
            on_event=self._hear,
            events="security,user",
        )
        self._accounts = accounts
        self._clock = WallClock()
        self._file = settings.directory / "offenders.json"
        self._book = Offences(self._kept())
        self._changed = asyncio.Event()

    def told(self) -> tuple[Offender, ...]:
        """Who is refused now, the last one first."""
        bans = sorted(self._book.bans.values(), key=lambda ban: -ban.since_s)
        return tuple(
            Offender(
                ban.id,
                ban.address,
                ban.offences,
                round(ban.since_s * 1000),
                round(ban.until_s * 1000),
            )
            for ban in bans
        )

    def pardon(self, offender: str) -> bool:
        """Take an offender's messages again; False when it is none."""
        found = self._book.pardon(offender)
        if found:
            self._changed.set()
        return found

    def review(self) -> None:
        """Whoever has become a trunk is taken again."""
        for ban in tuple(self._book.bans.values()):
            if self._is_ours(ban.address):
                self.pardon(ban.id)

    async def run(self) -> None:
        """Listen, and keep the access list, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen(), name="offences")
            tasks.create_task(self._keep(), name="bans")

    def push(self) -> None:
        """Give a newly started Asterisk the list."""
        self._changed.set()

    async def close(self) -> None:
        """Let go of the manager."""
        await self._ami.close()

    async def _listen(self) -> None:
        while True:
            with contextlib.suppress(AmiError):
                await self._ami.ping()
                await self._ami.lost()
            await asyncio.sleep(_BACK_OFF_S)

    async def _keep(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY_S):
                    await self._changed.wait()
            if self._book.expire(self._now_s()) or self._changed.is_set():
                self._changed.clear()
                await self._write()

    async def _write(self) -> None:
        bans = tuple(self._book.bans.values())
        await asyncio.to_thread(
            write_private, self._file, json.dumps([asdict(ban) for ban in bans])
        )
        refused = "".join(f"deny={_alone(ban.address)}\n" for ban in bans)
        await asyncio.to_thread(self._refuse, refused)
        try:
            await self._ami.reload(_ACCESS_LISTS)
        except AmiError as failure:  # at its next start it reads the file
            _log.warning("offenders_not_refused", reason=str(failure))

    def _refuse(self, text: str) -> None:
        path = self._settings.directory / "etc" / REFUSED_FILE
        write_private(path, text)
        give(path, self._settings.owner)

    def _hear(self, fields: Fields) -> None:
        if self._settings.behind:
            return  # the proxy sees who it was, and refuses them itself
        kind = fields.get("Event", "")
        if kind == _GOOD and (address := _address(fields)):
            self._book.good(address, self._now_s())
        elif kind in _OFFENCES or fields.get("UserEvent") == STRANGER:
            address = _address(fields)
            if address and not self._is_ours(address) and self._book.note(address, self._now_s()):
                _log.warning("offender_refused", offender=self._book.bans[address].id)
                self._changed.set()

    def _is_ours(self, address: str) -> bool:
        """Never refused: a trunk's address, and the machine's own."""
        asked = ip_address(address)
        if asked == ip_address("127.0.0.1") or asked == ip_address("::1"):
            return True
        return any(asked in ip_network(source) for source in self._accounts.trusted())

    def _kept(self) -> dict[str, Ban]:
        with contextlib.suppress(OSError, ValueError, TypeError):
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            return {one["address"]: Ban(**one) for one in kept}
        return {}

    def _now_s(self) -> float:
        return self._clock.now_ms() / 1000


def _address(fields: Fields) -> str:
    """The address of whoever is at the far end, in its usual form; empty for pages and nonsense."""
    told = fields.get("RemoteAddress", "")
    parts = told.split("/")
    if len(parts) == 4:  # IPV4/UDP/192.0.2.1/5060; pages come by our own door
        told = "" if parts[1] in ("WS", "WSS") else parts[2]
    else:  # 192.0.2.1:5060 or [2001:db8::1]:5060
        told = told.rpartition(":")[0].strip("[]")
    try:
        return str(ip_address(told))
    except ValueError:
        return ""


def _alone(address: str) -> str:
    return f"{address}/{ip_address(address).max_prefixlen}"
