"""Log-in throttling: after a few failures each further one doubles the wait.

Counted per account and per address, in a bounded table: who fills it with invented names pushes
out the oldest entries, while his own address stays the newest.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.ports.clock import Clock

ACCOUNT_FREE = 5
ADDRESS_FREE = 30
"""Failures before the first wait; an address may be a whole office behind one router."""
WAIT_MAX_S = 900
FORGET_AFTER_MS = 15 * 60 * 1000
ENTRIES_MAX = 10_000


@dataclass(frozen=True, slots=True)
class _Failures:
    count: int
    last_at: int
    blocked_until: int


class Throttle:
    """Remembers failed log-ins of this process."""

    def __init__(self, clock: Clock, entries_max: int = ENTRIES_MAX) -> None:
        self._clock = clock
        self._entries_max = entries_max
        self._failed: OrderedDict[str, _Failures] = OrderedDict()

    def check(self, account: str, address: str) -> None:
        """Raise 429 `too_many_attempts` with `retry_after_s` while a wait runs."""
        now = self._clock.now_ms()
        blocked = max(self._blocked_until(key) for key in _keys(account, address))
        if blocked > now:
            wait_s = -(-(blocked - now) // 1000)
            raise TrunklineError(
                "too_many_attempts", 429, "Too many failed log-ins: wait.", retry_after_s=wait_s
            )

    def failed(self, account: str, address: str) -> None:
        """Count a failure."""
        for key, free in zip(_keys(account, address), (ACCOUNT_FREE, ADDRESS_FREE), strict=True):
            self._count(key, free)

    def succeeded(self, account: str) -> None:
        """Forget an account's failures; its address's stay."""
        self._failed.pop(_keys(account, "")[0], None)

    def _blocked_until(self, key: str) -> int:
        found = self._failed.get(key)
        return found.blocked_until if found else 0

    def _count(self, key: str, free: int) -> None:
        now = self._clock.now_ms()
        before = self._failed.pop(key, None)
        fresh = before is None or now - before.last_at > FORGET_AFTER_MS
        count = 1 if fresh or before is None else before.count + 1
        wait_s = min(WAIT_MAX_S, 1 << min(count - free, 20)) if count > free else 0
        self._failed[key] = _Failures(count, now, now + wait_s * 1000)
        while len(self._failed) > self._entries_max:
            self._failed.popitem(last=False)


def _keys(account: str, address: str) -> tuple[str, str]:
    return f"account:{account}", f"address:{address}"
