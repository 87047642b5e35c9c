"""Passwords and throttling by themselves."""

import asyncio
import threading

import pytest

from tests.tools.clock import FakeClock
from trunkline.features.identity import Passwords, Throttle
from trunkline.features.identity import passwords as under_test
from trunkline.features.identity.throttle import ADDRESS_FREE, WAIT_MAX_S
from trunkline.kit.errors import TrunklineError


class Slow(Passwords):
    """Hashes take until they may go on; says which threads made them."""

    def __init__(self) -> None:
        super().__init__(memory_kib=8, passes=1)
        self.go = threading.Event()
        self.threads: set[int] = set()

    def hash_now(self, password: str) -> str:
        self.threads.add(threading.get_ident())
        assert self.go.wait(5)
        return super().hash_now(password)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def wait_s(throttle: Throttle, account: str, address: str) -> int:
    try:
        throttle.check(account, address)
    except TrunklineError as error:
        return int(error.extra["retry_after_s"])
    return 0


async def test_a_password_matches_its_own_hash_only() -> None:
    passwords = Passwords(memory_kib=8, passes=1)
    stored = await passwords.hash("correct-horse")
    assert await passwords.matches(stored, "correct-horse")
    assert not await passwords.matches(stored, "wrong-horse")
    assert not await passwords.matches(None, "correct-horse")
    assert not await passwords.matches("no hash at all", "correct-horse")
    passwords.close()


async def test_hashes_are_made_off_the_loop_two_at_once_and_few_may_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(under_test, "WAITING_MAX", 3)
    passwords = Slow()
    waiting = [asyncio.create_task(passwords.hash("correct-horse")) for _ in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(TrunklineError) as refused:
        await passwords.hash("correct-horse")
    passwords.go.set()
    await asyncio.gather(*waiting)
    assert (refused.value.status, refused.value.extra["retry_after_s"]) == (503, 2)
    assert len(passwords.threads) == under_test.AT_ONCE
    assert threading.get_ident() not in passwords.threads
    await passwords.hash("correct-horse")
    passwords.close()


async def test_a_quick_hash_of_a_random_password_matches_as_slowly_as_any() -> None:
    passwords = Passwords(memory_kib=16, passes=1)
    quick = passwords.hash_random("9vL0dS8xQ2mN4bT7")
    assert await passwords.matches(quick, "9vL0dS8xQ2mN4bT7")
    assert not await passwords.matches(quick, "9vL0dS8xQ2mN4bT8")
    passwords.close()


def test_waits_double_up_to_a_bound_and_success_forgets_them(clock: FakeClock) -> None:
    throttle, waits = Throttle(clock), []
    for number in range(20):
        throttle.failed("a", f"10.0.0.{number}")
        waits.append(wait_s(throttle, "a", "x"))
    assert waits[:9] == [0, 0, 0, 0, 0, 2, 4, 8, 16]
    assert waits[-1] == WAIT_MAX_S
    throttle.succeeded("a")
    assert wait_s(throttle, "a", "x") == 0


def test_an_address_that_tries_many_accounts_is_slowed_too(clock: FakeClock) -> None:
    throttle = Throttle(clock)
    for number in range(ADDRESS_FREE + 1):
        throttle.failed(f"account{number}", "10.0.0.1")
    assert wait_s(throttle, "fresh", "10.0.0.1") == 2
    assert wait_s(throttle, "fresh", "10.0.0.2") == 0


def test_failures_are_forgotten_after_a_while(clock: FakeClock) -> None:
    throttle = Throttle(clock)
    for _ in range(5):
        throttle.failed("a", "x")
    clock.advance(16 * 60_000)
    throttle.failed("a", "x")
    assert wait_s(throttle, "a", "x") == 0


def test_the_table_is_bounded(clock: FakeClock) -> None:
    throttle = Throttle(clock, entries_max=10)
    for number in range(100):
        throttle.failed(f"invented{number}", "10.0.0.1")
    assert len(throttle._failed) == 10
    assert wait_s(throttle, "fresh", "10.0.0.1") > 0
