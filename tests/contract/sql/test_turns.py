"""Where a commit is awaited: on the loop while the disk is quick, beside it when it is not."""

import asyncio
import threading

import pytest

from trunkline.adapters.sql.writer import Turns
from trunkline.ports.database import Priority


class Disk:
    """Commits that take as long as it is told, by a clock of its own."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.takes_s = 0.0
        self.threads: list[int] = []
        self.turns = Turns(lambda: self.now_s)

    async def commit(self, times: int) -> None:
        for _ in range(times):
            await self.turns.do(lambda: (None, self._commit), lambda: None, Priority.CELL)

    def _commit(self) -> None:
        self.threads.append(threading.get_ident())
        self.now_s += self.takes_s


@pytest.fixture
async def disk():
    made = Disk()
    yield made
    await made.turns.close()


async def test_a_quick_disk_is_awaited_where_the_work_is_done(disk: Disk) -> None:
    disk.takes_s = 0.001
    await disk.commit(100)
    assert set(disk.threads) == {threading.get_ident()}


async def test_a_slow_disk_holds_nobody_up_and_a_quick_one_is_trusted_again(disk: Disk) -> None:
    disk.takes_s = 0.03
    await disk.commit(3)
    assert disk.threads[0] == threading.get_ident()
    assert threading.get_ident() not in disk.threads[1:]
    disk.takes_s = 0.0003
    await disk.commit(50)
    assert disk.threads[-1] == threading.get_ident()


async def test_what_a_commit_raises_is_raised_to_who_waits(disk: Disk) -> None:
    def fails() -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        await disk.turns.do(lambda: (None, fails), lambda: None, Priority.CELL)
    await disk.commit(1)


async def test_the_loop_goes_on_while_another_writes_much(disk: Disk) -> None:
    seen: list[int] = []

    async def writes() -> None:
        for number in range(5):
            await disk.turns.do(lambda: (None, disk._commit), lambda: None, Priority.BULK)
            seen.append(number)

    task = asyncio.create_task(writes())
    rounds = 0
    while not task.done():
        rounds += 1
        await asyncio.sleep(0)
    assert seen == [0, 1, 2, 3, 4]
    assert rounds >= len(seen)
