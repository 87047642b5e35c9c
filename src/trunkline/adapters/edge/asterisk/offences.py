"""Who tried what: pure bookkeeping of addresses, with bounds, and when each is refused how long.

An address that offends `MOST` times within `WITHIN_S` is refused for `FIRST_BAN_S`; each further
ban within `REMEMBERED_S` is twice as long, up to `LONGEST_BAN_S`. Whoever logs in well has offended
no more, and is not refused for `GOOD_FOR_S`: many phones stand behind one address, and one of them
may hold a wrong secret.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

MOST: Final = 30
WITHIN_S: Final = 60.0
FIRST_BAN_S: Final = 600.0
LONGEST_BAN_S: Final = 24 * 3600.0
REMEMBERED_S: Final = 24 * 3600.0
GOOD_FOR_S: Final = 3600.0
MOST_ADDRESSES: Final = 5_000
MOST_BANNED: Final = 2_000


@dataclass(slots=True)
class Tried:
    """What is known of one address; times in seconds of one clock."""

    since_s: float
    count: int = 0
    good_until_s: float = 0.0
    bans: int = 0
    last_ban_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Ban:
    """An address that is refused."""

    address: str
    offences: int
    since_s: float
    until_s: float

    @property
    def id(self) -> str:
        """Stands for the address."""
        return id_of(self.address)


@dataclass(slots=True)
class Offences:
    """The book; addresses that were not heard of for longest are forgotten first."""

    bans: dict[str, Ban] = field(default_factory=dict)
    _tried: OrderedDict[str, Tried] = field(default_factory=OrderedDict)

    def note(self, address: str, now_s: float) -> bool:
        """One offence; whether the address is refused from now."""
        known = self._known(address, now_s)
        if address in self.bans or now_s < known.good_until_s:
            return False
        if now_s - known.since_s > WITHIN_S:
            known.since_s, known.count = now_s, 0
        known.count += 1
        if known.count < MOST or len(self.bans) >= MOST_BANNED:
            return False
        if now_s - known.last_ban_s > REMEMBERED_S:
            known.bans = 0
        lasts_s = min(FIRST_BAN_S * 2**known.bans, LONGEST_BAN_S)
        self.bans[address] = Ban(address, known.count, now_s, now_s + lasts_s)
        known.bans, known.last_ban_s, known.count = known.bans + 1, now_s, 0
        return True

    def good(self, address: str, now_s: float) -> None:
        """Somebody logged in from there."""
        known = self._known(address, now_s)
        known.count, known.good_until_s = 0, now_s + GOOD_FOR_S

    def expire(self, now_s: float) -> bool:
        """End the bans whose time is over; whether there was one."""
        over = [address for address, ban in self.bans.items() if ban.until_s <= now_s]
        for address in over:
            del self.bans[address]
        return bool(over)

    def pardon(self, offender: str) -> bool:
        """End a ban by its id, and forget what was tried; False when there is none."""
        for address in self.bans:
            if id_of(address) == offender:
                del self.bans[address]
                self._tried.pop(address, None)
                return True
        return False

    def _known(self, address: str, now_s: float) -> Tried:
        known = self._tried.pop(address, None) or Tried(now_s)
        self._tried[address] = known
        while len(self._tried) > MOST_ADDRESSES:
            self._tried.popitem(last=False)
        return known


def id_of(address: str) -> str:
    """A name for an address, fit for records that hold no addresses."""
    return f"off-{sha256(address.encode()).hexdigest()[:16]}"
