"""Passwords: argon2id off the event loop, two at once, the same time whether a user exists or not.

Parameters are those of OWASP's cheat sheet (19 MiB, 2 passes, 1 lane): some 20 ms on one core, so
that a morning of log-ins takes nothing noticeable from calls on the same machine.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from trunkline.kit.errors import TrunklineError
from trunkline.kit.ids import secret_text

if TYPE_CHECKING:
    from collections.abc import Callable

R = TypeVar("R")
AT_ONCE = 2
WAITING_MAX = 64
"""Hashes that may wait; beyond it log-in answers 503 rather than queue for ever."""


class Passwords:
    """Makes and checks password hashes; one for the process."""

    def __init__(self, memory_kib: int = 19 * 1024, passes: int = 2) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        self._quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="argon2")
        self._running = 0

    async def hash(self, password: str) -> str:
        """The hash to store."""
        return await self._off_the_loop(self.hash_now, password)

    async def matches(self, stored: str | None, password: str) -> bool:
        """Whether the password is right; None (no such user) takes as long and is False."""
        return await self._off_the_loop(self._verify, stored, password)

    def hash_now(self, password: str) -> str:
        """The hash to store, made in the calling thread; for commands and imports."""
        return self._hasher.hash(password)

    def hash_random(self, password: str) -> str:
        """The hash of a long random password, which needs no slow hashing; for imports."""
        return self._quick.hash(password)

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash(secret_text())

    def _verify(self, stored: str | None, password: str) -> bool:
        try:
            right = self._hasher.verify(stored or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        if stored is not None and self._hasher.check_needs_rehash(stored):
            # A quick hash would answer sooner and so tell that the user exists.
            self._verify(None, password)
        return right and stored is not None

    async def _off_the_loop(self, work: Callable[..., R], *given: object) -> R:
        if self._running >= WAITING_MAX:
            raise TrunklineError("overloaded", 503, "Too many log-ins at once.", retry_after_s=2)
        self._running += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, lambda: work(*given))
        finally:
            self._running -= 1
