"""Arrivals that would hold up who is served: in order, one at a time, never without end."""

import asyncio
from contextlib import suppress

from trunkline.app.doorstep import CLEAR, MOST_BEHIND_A_LINE, MOST_HELD_UP, Doorstep
from trunkline.core.words import LegId
from trunkline.ports.edge import CallArrived, Source


def call(number: int) -> CallArrived:
    return CallArrived(LegId(f"leg-{number}"), "4001", None, Source.TRUNK, "loopback")


class House:
    """Notes who was let in; `behind` and `line` are what the door would say."""

    def __init__(self) -> None:
        self.came: list[str] = []
        self.behind = False
        self.line = True
        self.cleared = 0
        self.step = Doorstep(self._let_in, lambda: self.behind, lambda _: self.line, self._clear)

    async def _let_in(self, arrived: CallArrived) -> None:
        self.came.append(arrived.leg)

    async def _clear(self) -> None:
        self.cleared += 1

    async def run_until(self, many: int) -> None:
        running = asyncio.create_task(self.step.run())
        for _ in range(400):
            if len(self.came) >= many:
                break
            await asyncio.sleep(0.005)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def test_who_stands_there_comes_in_one_after_the_other() -> None:
    house = House()
    told = [house.step.put(call(number)) for number in range(5)]
    await house.run_until(5)
    assert house.came == [f"leg-{number}" for number in range(5)]
    assert all(future.done() for future in told)
    assert len(house.step) == 0


async def test_nobody_comes_in_while_we_are_behind() -> None:
    house = House()
    house.behind = True
    house.step.put(call(1))
    running = asyncio.create_task(house.step.run())
    await asyncio.sleep(0.03)
    assert house.came == []
    house.behind = False
    await asyncio.sleep(0.03)
    running.cancel()
    assert house.came == ["leg-1"]


async def test_news_of_one_lets_that_one_in_first_and_once() -> None:
    house = House()
    for number in (1, 2, 3):
        house.step.put(call(number))
    await house.step.let_in(LegId("leg-2"))
    await house.step.let_in(LegId("leg-9"))
    assert house.came == ["leg-2"]
    await house.run_until(3)
    assert house.came == ["leg-2", "leg-1", "leg-3"]


async def test_few_have_room_when_only_we_are_late_and_more_behind_a_line() -> None:
    house = House()
    house.line = False
    for number in range(MOST_HELD_UP):
        assert house.step.has_room(call(number))
        house.step.put(call(number))
    assert not house.step.has_room(call(-1))
    house.line = True
    for number in range(MOST_HELD_UP, MOST_BEHIND_A_LINE):
        assert house.step.has_room(call(number))
        house.step.put(call(number))
    assert not house.step.has_room(call(-1))


async def test_that_there_is_room_again_is_said_while_few_are_left() -> None:
    house = House()
    for number in range(CLEAR + 3):
        house.step.put(call(number))
    await house.run_until(CLEAR + 3)
    assert house.cleared == CLEAR
