"""Several engines as one: what only a fleet has to promise, over engines in memory."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.tools.clock import FakeClock
from trunkline.adapters.edge.fake import FakeEdge
from trunkline.adapters.edge.fleet import edge as fleet_module
from trunkline.adapters.edge.fleet.edge import Fleet
from trunkline.core.call import commands as c
from trunkline.core.call.events import LegAnswered, LegEnded
from trunkline.core.words import BridgeId, Cause, DeviceKind, InteractionId, LegId, Token
from trunkline.ports.edge import (
    Account,
    AccountSeen,
    CallArrived,
    EdgeError,
    EpochOver,
    Offender,
    Sound,
    TrunkLink,
)


@dataclass
class DoorOpen:
    """An access that lets everybody in, and remembers what it was told."""

    trusted: list[str] = field(default_factory=list)
    welcomed: list[str] = field(default_factory=list)
    spared: frozenset[str] = frozenset()
    refused: tuple[Offender, ...] = ()

    async def trust(self, trunks: Sequence[TrunkLink]) -> None:
        self.trusted = [trunk.name for trunk in trunks]

    async def welcome(self, engine: str) -> None:
        self.welcomed.append(engine)

    async def steer_around(self, engines: frozenset[str]) -> None:
        self.spared = engines

    async def offenders(self) -> tuple[Offender, ...]:
        return self.refused

    async def pardon(self, offender: str) -> bool:
        return bool(self.refused) and offender == self.refused[0].id


class House:
    """Two engines, and what they tell as one."""

    def __init__(self) -> None:
        clock = FakeClock()
        self.one, self.two = FakeEdge(clock, name="one"), FakeEdge(clock, name="two")
        self.access = DoorOpen()
        self.fleet = Fleet({"1": self.one, "2": self.two}, self.access)
        self.told: list[Any] = []
        self._numbers = iter(range(100))

    async def listen(self) -> None:
        async for numbered in self.fleet.events():
            self.told.append(numbered.event)
            await self.fleet.acknowledge(numbered.seq)

    async def hear(self, wanted: Any) -> None:
        async with asyncio.timeout(5):
            while wanted not in self.told:
                await asyncio.sleep(0)

    async def answered(self, engine: FakeEdge) -> LegId:
        leg = engine.arrive("4001")
        async with asyncio.timeout(5):
            while not any(isinstance(e, CallArrived) and e.leg == leg for e in self.told):
                await asyncio.sleep(0)
        await self.fleet.send(c.AnswerLeg(leg), 1)
        return leg

    async def dialled(self, interaction: str) -> LegId:
        leg = LegId(f"cell-1-{next(self._numbers)}")
        kind = DeviceKind.SIP
        dial = c.DialAgent(leg, "desk", kind, InteractionId(interaction), Token("c1"), 8000)
        await self.fleet.send(dial, 1)
        return leg


@pytest.fixture
async def house() -> AsyncIterator[House]:
    made = House()
    await made.fleet.open(1)
    listening = asyncio.create_task(made.listen())
    await made.fleet.put_account(Account("desk", "s", browser=False, contact="sip:x@y"))
    yield made
    await made.fleet.close()
    await listening


def at(engine: FakeEdge, kind: type) -> list[Any]:
    return [command for command in engine.done if isinstance(command, kind)]


async def test_an_agent_is_dialled_where_the_customer_stands(house: House) -> None:
    legs = {"int_1": await house.answered(house.two), "int_2": await house.answered(house.one)}
    house.fleet.beside = lambda interaction: (legs[interaction],)
    first, second = await house.dialled("int_1"), await house.dialled("int_2")
    await house.fleet.send(c.Bridge(BridgeId("room"), (legs["int_1"], first)), 1)
    assert [one.leg for one in at(house.two, c.DialAgent)] == [first]
    assert [one.leg for one in at(house.one, c.DialAgent)] == [second]
    assert not at(house.one, c.Bridge)
    assert len(at(house.two, c.Bridge)) == 1


async def test_an_engine_that_dies_costs_its_own_calls(house: House) -> None:
    dies, lives = await house.answered(house.one), await house.answered(house.two)
    house.one.why_not = "it is gone"
    house.one.engine_ended()
    await house.hear(LegEnded(dies, Cause.FAILED))
    assert not [e for e in house.told if isinstance(e, LegEnded) and e.leg == lives]
    health = await house.fleet.health()
    assert (health.ready, health.details) == (True, {"1": "it is gone", "2": "1 legs"})
    fresh = await house.dialled("int_9")
    assert [one.leg for one in at(house.two, c.DialAgent)] == [fresh]
    await house.fleet.send(c.Unbridge(BridgeId("room")), 1)
    await house.fleet.put_account(Account("other", "s", browser=False))
    with pytest.raises(EdgeError):
        await house.fleet.send(c.StartMusic(dies), 1)
    house.two.why_not = "it is gone, too"
    assert not (await house.fleet.health()).ready
    with pytest.raises(EdgeError):
        await house.fleet.send(c.Unbridge(BridgeId("room")), 1)


async def test_an_engine_that_was_away_is_taken_when_it_is_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fleet_module, "OPEN_AGAIN_S", 0.01)
    house = House()
    unknown = house.two.arrive("4001")
    await house.two.open(1)
    await house.two.send(c.AnswerLeg(unknown), 1)
    house.two.why_not = "not yet"
    await house.fleet.open(2)
    listening = asyncio.create_task(house.listen())
    house.two.why_not = ""
    await house.hear(LegEnded(unknown, Cause.NORMAL))
    leg = house.two.arrive("4001")
    async with asyncio.timeout(5):
        while not any(isinstance(e, CallArrived) and e.leg == leg for e in house.told):
            await asyncio.sleep(0.01)
    await house.fleet.close()
    await listening


async def test_a_newer_program_takes_all_of_them(house: House) -> None:
    await house.two.open(7)
    with pytest.raises(EpochOver):
        await house.fleet.open(6)
    with pytest.raises(EpochOver):
        await house.fleet.send(c.HangUp(LegId("x")), 0)


async def test_calls_that_are_there_are_found_on_either(house: House) -> None:
    legs = {await house.answered(house.one), await house.answered(house.two)}
    successor = Fleet({"1": house.one, "2": house.two}, house.access)
    there = await successor.open(2)
    assert ({one.leg for one in there.legs}, there.lived_on) == (legs, True)
    for leg in legs:
        await successor.send(c.HangUp(leg), 2)
    assert {one.leg for one in at(house.two, c.HangUp)} | {
        one.leg for one in at(house.one, c.HangUp)
    } == legs
    await successor.close()


async def test_a_device_is_there_when_one_engine_sees_it(house: House) -> None:
    await house.fleet.put_account(Account("phone", "s", browser=False))
    await house.hear(AccountSeen("phone", reachable=False))
    house.one.register("phone")
    await house.hear(AccountSeen("phone", reachable=True))
    house.two.register("phone")
    house.one.unregister("phone")
    assert await house.fleet.reachable("phone")
    house.told.clear()
    house.two.unregister("phone")
    await house.hear(AccountSeen("phone", reachable=False))
    assert AccountSeen("phone", reachable=True) not in house.told


async def test_a_drained_engine_gets_nothing_new_and_goes_on_with_what_it_has(
    house: House,
) -> None:
    running = await house.answered(house.one)
    await house.fleet.drain(frozenset({"1"}))
    assert house.access.spared == {"1"}
    assert (await house.fleet.health()).details["1"] == "drained, 1 legs"
    for _ in range(3):
        await house.dialled("int_9")
    assert (len(at(house.one, c.DialAgent)), len(at(house.two, c.DialAgent))) == (0, 3)
    house.fleet.beside = lambda _: (running,)
    house.one.take_up(leg := await house.dialled("int_1"))
    await house.hear(LegAnswered(leg))
    await house.fleet.drain(frozenset())
    assert house.access.spared == frozenset()


async def test_a_trunk_is_every_engines_and_one_logs_in(house: House) -> None:
    await house.fleet.put_trunk(TrunkLink("carrier", (), "sip.example", "us", "secret"))
    assert house.access.trusted == []
    await house.fleet.drain(frozenset({"2"}))
    await house.fleet.admit()
    assert (house.access.trusted, house.access.welcomed) == (["carrier"], ["1"])
    await house.fleet.put_trunk(TrunkLink("other"))
    assert house.access.trusted == ["carrier", "other"]
    assert house.one.trunks["carrier"].logs_in
    assert not house.two.trunks["carrier"].logs_in
    house.two.answering.add("sip.example")
    house.one.why_not = "it is gone"
    assert await house.fleet.probe("carrier") is not None


async def test_a_sound_is_held_when_every_engine_has_it(house: House) -> None:
    sound = Sound("own-1", "a", b"")
    await house.fleet.put_sound(sound)
    assert await house.fleet.sounds() == {"own-1": "a"}
    await house.two.drop_sound("own-1")
    assert await house.fleet.sounds() == {}


async def test_who_is_refused_anywhere_is_told_of_and_pardoned(house: House) -> None:
    house.access.refused = (Offender("off-1", "192.0.2.1", 30, 2000, 9000),)
    house.two.banned["off-2"] = Offender("off-2", "192.0.2.2", 30, 3000, 9000)
    assert [one.id for one in await house.fleet.offenders()] == ["off-2", "off-1"]
    assert await house.fleet.pardon("off-1")
    assert await house.fleet.pardon("off-2")
    assert not await house.fleet.pardon("off-3")
