"""New names and randomness: the only module that draws any."""

from __future__ import annotations

import secrets
import threading
from typing import Protocol

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_RANDOM_BITS = 80


class _Clock(Protocol):
    def now_ms(self) -> int: ...


class TimeIds:
    """Ids in the manner of ULID: 48 bits of time and 80 random ones, in Crockford's base 32.

    Ids of one process sort strictly in the order they were made, within a millisecond too.
    """

    def __init__(self, clock: _Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._last = 0

    def new(self, prefix: str) -> str:
        """A new id such as `tck_01JD…` (26 characters after the prefix)."""
        drawn = (self._clock.now_ms() << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS)
        with self._lock:
            self._last = self._after_last(drawn)
            number = self._last
        return f"{prefix}_{_base32(number)}"

    def seed(self) -> int:
        """A fresh random number of 63 bits."""
        return secrets.randbits(63)

    def _after_last(self, drawn: int) -> int:
        same_instant = drawn >> _RANDOM_BITS <= self._last >> _RANDOM_BITS
        return self._last + 1 if same_instant else drawn


def random_bytes(count: int) -> bytes:
    """Random bytes fit for keys and nonces."""
    return secrets.token_bytes(count)


def secret_text(count: int = 24) -> str:
    """A secret of `count` random bytes, spelt with letters, digits, `-` and `_`."""
    return secrets.token_urlsafe(count)


def _base32(number: int) -> str:
    return "".join([_PAIRS[(number >> shift) & 1023] for shift in range(120, -1, -10)])
