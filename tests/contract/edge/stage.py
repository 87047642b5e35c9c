"""A stage on which the same stories are played with the fake engine and with a real one.

A story speaks of callers and phones, what they hear, and what the edge tells. `FakeStage` plays
the outside world in memory on a clock of its own; `AsteriskStage` has SIPp and sound, and
`EmbeddedStage` pages that speak WebRTC.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import count
from typing import Any, Protocol, TypeVar

from tests.tools.clock import FakeClock
from tests.tools.page import Page
from tests.tools.ports import free_port
from tests.tools.sipp import Phone, caller, desk_phone
from tests.tools.tones import Ear, strength
from trunkline.adapters.edge.asterisk.edge import AsteriskEdge
from trunkline.adapters.edge.asterisk.settings import AsteriskSettings
from trunkline.adapters.edge.embedded.edge import EmbeddedEdge
from trunkline.adapters.edge.embedded.settings import EmbeddedSettings
from trunkline.adapters.edge.fake import FakeEdge
from trunkline.adapters.edge.prompts import BEEP_HZ
from trunkline.core.call import commands as c
from trunkline.core.words import Cause, DeviceKind, InteractionId, LegId, Token
from trunkline.ports.edge import (
    Account,
    CallArrived,
    EdgeError,
    EdgeLink,
    Inventory,
    LegGone,
    Source,
    TrunkLink,
)

CALLER = "+8613800000001"
CALLER_HZ, AGENT_HZ = 440.0, 700.0
T = TypeVar("T")
_numbers = count(1)
_epochs = count(1)


class Far(Protocol):
    """Somebody at the far end of a leg."""

    async def hears(self, other: "Far") -> bool:
        """Whether the other is what is heard now."""

    async def hears_all(self, *others: "Far") -> bool:
        """Whether these are what is heard now, all of them and nothing else."""

    async def hears_music(self) -> bool:
        """Whether music on hold is heard now."""

    async def hears_beeps(self) -> bool:
        """The tone of a recording, from time to time."""

    async def hears_tone(self, hz: float) -> bool:
        """Whether this tone is played now."""

    async def hears_nobody(self) -> bool:
        """Whether it is silent now."""

    async def press(self, keys: str) -> None:
        """Press keys, sent as RFC 4733."""

    async def hang_up(self) -> None:
        """End the call."""

    async def is_over(self) -> None:
        """Wait until the call has ended here, too."""

    async def refused(self) -> int:
        """Wait for the SIP status with which the call was refused."""


class Stage:
    """What both stages share: the driver's side of the edge."""

    def __init__(self, edge: EdgeLink) -> None:
        self.edge = edge
        self.epoch = next(_epochs)
        self.told: list[Any] = []
        self.inventory = Inventory()
        self.deaf = False
        """A driver that hears but acknowledges nothing."""

    async def begin(self) -> None:
        """Open the edge with a new epoch and listen."""
        self.inventory = await self.edge.open(self.epoch)
        await self.prepare()
        self._listening = asyncio.create_task(self._listen())

    async def end(self) -> None:
        """Hang up whatever is left, and let go."""
        with suppress(Exception):
            for leg in (await self.edge.open(self.epoch)).legs:
                await self.do(c.HangUp(leg.leg))
            await self.nothing_is_left()
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)
        await self.edge.close()

    async def do(self, *orders: c.EdgeCommand) -> None:
        """Send commands of our epoch, one after the other."""
        for order in orders:
            await self.edge.send(order, self.epoch)

    async def hear(self, kind: type[T], **like: Any) -> T:
        """The next event of this kind with these values that no story has heard yet."""
        found: T = await self.until(lambda: self._find(kind, like), kind.__name__)
        return found

    async def until(self, look: Callable[[], Any], what: str, within_s: float = 6.0) -> Any:
        """Look until there is something."""
        for _ in range(int(within_s / 0.02)):
            if found := look():
                return found
            await self.pass_time(20)
        raise AssertionError(f"no {what}; told: {self.told}")

    async def arrives(self, far: Far, number: str = "4001") -> CallArrived:
        """The caller's call, told of."""
        return await self.hear(CallArrived, number=number)

    async def answered_call(self, number: str = "4001") -> tuple[Far, LegId]:
        """A caller on an answered leg."""
        far = await self.call(number)
        leg = (await self.arrives(far, number)).leg
        await self.do(c.AnswerLeg(leg))
        await self.is_up(far)
        return far, leg

    async def dialled(self, account: str, ring_ms: int = 8000, leg: str = "") -> LegId:
        """Dial an agent's desk phone."""
        name = LegId(leg or f"cell-{self.epoch}-{next(_numbers)}")
        interaction = InteractionId("int_1")
        kind = DeviceKind.SIP
        await self.do(c.DialAgent(name, account, kind, interaction, Token(CALLER), ring_ms))
        return name

    async def dialled_out(self, number: str, ring_ms: int = 8000) -> LegId:
        """Dial a customer by the trunk; 4001 is shown to them."""
        name = LegId(f"cell-{self.epoch}-{next(_numbers)}")
        interaction = InteractionId("int_1")
        party = Token(number)
        await self.do(c.DialCustomer(name, interaction, party, "4001", ring_ms, "loopback"))
        return name

    async def nothing_is_left(self) -> None:
        """The engine holds nothing more."""

        async def empty() -> bool:
            there = await self.edge.open(self.epoch)
            return not there.legs and not there.recordings

        for _ in range(100):
            if await empty():
                return
            await self.pass_time(20)
        raise AssertionError(f"left behind: {await self.edge.open(self.epoch)}")

    def _find(self, kind: type[T], like: dict[str, Any]) -> T | None:
        for index, event in enumerate(self.told):
            if isinstance(event, kind) and all(getattr(event, k) == v for k, v in like.items()):
                del self.told[index]
                return event
        return None

    async def _listen(self) -> None:
        async for numbered in self.edge.events():
            self.told.append(numbered.event)
            if not self.deaf:
                await self.edge.acknowledge(numbered.seq)

    async def prepare(self) -> None:
        """Have calls taken from this machine."""
        await self.edge.put_trunk(TrunkLink("loopback", ("127.0.0.0/8",)))

    def door(self, _: Far) -> tuple[Source, str]:
        """By which door this caller comes."""
        return Source.TRUNK, "loopback"

    async def call(self, number: str, name: str = CALLER, hz: float = CALLER_HZ) -> Far:
        raise NotImplementedError

    async def phone(self, account: str, **how: Any) -> Far:
        raise NotImplementedError

    async def customer(self, **how: Any) -> Far:
        """A customer's phone, where the trunk leads."""
        raise NotImplementedError

    async def is_up(self, far: Far) -> None:
        raise NotImplementedError

    async def pass_time(self, ms: int) -> None:
        raise NotImplementedError


@dataclass
class FakeFar:
    """Somebody at the far end, in memory."""

    stage: "FakeStage"
    leg: LegId | None = None
    account: str = ""
    how: dict[str, Any] | None = None

    async def hears(self, other: "FakeFar") -> bool:
        return self._heard() == {other.leg}

    async def hears_all(self, *others: "FakeFar") -> bool:
        return self._heard() == {other.leg for other in others}

    async def hears_music(self) -> bool:
        return self._heard() == {"music"}

    async def hears_beeps(self) -> bool:
        return self.stage.fake.beeps(self._leg())

    async def hears_tone(self, hz: float) -> bool:
        """No sound is played in memory: something is, or nothing."""
        return any(one == "music" or one.startswith("play:") for one in self._heard())

    async def hears_nobody(self) -> bool:
        return not self._heard()

    async def hears_itself(self) -> bool:
        return self._heard() == {"echo"}

    async def press(self, keys: str) -> None:
        self.stage.fake.press(self._leg(), keys)

    press_info = press

    async def hang_up(self) -> None:
        self.stage.fake.end(self._leg())

    async def is_over(self) -> None:
        await self.stage.until(lambda: self.leg in self.stage.fake.statuses(), "end")

    async def refused(self) -> int:
        await self.is_over()
        causes = {Cause.UNKNOWN_NUMBER: 404, Cause.BUSY: 486, Cause.OVERLOAD: 503}
        return causes.get(self.stage.fake.statuses()[self._leg()], 480)

    def _heard(self) -> frozenset[str]:
        return self.stage.fake.heard(self._leg())

    def _leg(self) -> LegId:
        assert self.leg is not None
        return self.leg


class FakeStage(Stage):
    """The engine in memory; phones do at once what they are told."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.fake = FakeEdge(self.clock)
        self._phones: dict[str, FakeFar] = {}
        self._customer: FakeFar | None = None
        super().__init__(self.fake)

    async def call(self, number: str, name: str = CALLER, hz: float = CALLER_HZ) -> FakeFar:
        leg = self.fake.arrive(number, name)
        with suppress(LegGone):  # it was refused at once
            self.fake.speak(leg, on=bool(hz))
        return FakeFar(self, leg)

    async def phone(self, account: str, **how: Any) -> FakeFar:
        await self.edge.put_account(Account(account, "s", browser=False, contact="sip:x@y"))
        self._phones[account] = FakeFar(self, None, account, how)
        return self._phones[account]

    async def dialled(self, account: str, ring_ms: int = 8000, leg: str = "") -> LegId:
        name = await super().dialled(account, ring_ms, leg)
        far = self._phones.get(account)
        if far is not None and far.how is not None:
            far.leg = name
            self._behave(name, far.how, Cause.UNREACHABLE)
        return name

    async def customer(self, **how: Any) -> FakeFar:
        await self.edge.put_trunk(TrunkLink("loopback", ("127.0.0.0/8",), "127.0.0.1"))
        self._customer = FakeFar(self, None, "", how)
        return self._customer

    async def dialled_out(self, number: str, ring_ms: int = 8000) -> LegId:
        name = await super().dialled_out(number, ring_ms)
        far = self._customer
        if far is not None and far.how is not None:
            far.leg = name
            self._behave(name, far.how)
        return name

    async def is_up(self, far: Far) -> None:
        """In memory it is up at once."""

    async def pass_time(self, ms: int) -> None:
        self.clock.advance(ms)
        self.fake.tick()
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    def _behave(self, leg: LegId, how: dict[str, Any], other: Cause = Cause.NO_ANSWER) -> None:
        """Do as told; `other` is what an unusual answer means there."""
        causes = {"486": Cause.BUSY, "603": Cause.DECLINED}
        refuses = str(how.get("refuses", ""))
        if refuses:
            self.fake.end(leg, causes.get(refuses[:3], other))
        elif not how.get("rings_on"):
            self.fake.take_up(leg)


class Device(Protocol):
    """What somebody at the far end holds in the hand."""

    @property
    def voice(self) -> Ear: ...
    async def answered(self) -> None: ...
    async def refused(self) -> int: ...
    async def ended(self) -> None: ...
    def hang_up(self) -> None: ...
    def press(self, keys: str) -> None: ...


async def soon(is_so: Callable[[], bool]) -> bool:
    """Whether it is so, once what was heard before is forgotten; a busy machine may be late."""
    await asyncio.sleep(0.7)
    for _ in range(20):
        if is_so():
            return True
        await asyncio.sleep(0.1)
    return False


@dataclass
class RealFar:
    """Somebody at the far end, by SIPp and RTP or by WebRTC."""

    phone: Device
    hz: float

    async def hears(self, other: "RealFar") -> bool:
        await self.phone.answered()
        await other.phone.answered()
        return await soon(lambda: self.phone.voice.hears(other.hz))

    async def hears_all(self, *others: "RealFar") -> bool:
        for far in (self, *others):
            await far.phone.answered()
        return await soon(lambda: self._hears_all(others))

    async def hears_itself(self) -> bool:
        return await self.hears(self)

    async def hears_music(self) -> bool:
        return await soon(self._hears_music)

    async def hears_beeps(self) -> bool:
        return await soon(lambda: strength(self.phone.voice.heard(0.2), BEEP_HZ) > 0.03)

    async def hears_tone(self, hz: float) -> bool:
        return await soon(lambda: self.phone.voice.hears(hz))

    async def hears_nobody(self) -> bool:
        return await soon(self.phone.voice.hears_nothing)

    def _hears_all(self, others: Sequence["RealFar"]) -> bool:
        heard = self.phone.voice.heard(0.5)
        parts = [strength(heard, other.hz) for other in others]
        return min(parts) > 0.4 / len(parts) and sum(parts) > 0.75

    def _hears_music(self) -> bool:
        voice = self.phone.voice
        tones = voice.hears(CALLER_HZ) or voice.hears(AGENT_HZ)
        return not voice.hears_nothing() and not tones

    async def press(self, keys: str) -> None:
        self.phone.press(keys)

    async def press_info(self, keys: str) -> None:
        assert isinstance(self.phone, Phone)
        for key in keys:
            self.phone.press_info(key)
            await asyncio.sleep(0.3)

    async def hang_up(self) -> None:
        self.phone.hang_up()

    async def is_over(self) -> None:
        await self.phone.ended()

    async def refused(self) -> int:
        return await self.phone.refused()


class AsteriskStage(Stage):
    """Real Asterisk, SIPp, and tones."""

    def __init__(self, settings: AsteriskSettings, things: AsyncExitStack) -> None:
        super().__init__(AsteriskEdge(settings))
        self.settings = settings
        self._things = things

    @property
    def target(self) -> str:
        """Where SIP is taken."""
        return f"{self.settings.sip_host}:{self.settings.sip_port}"

    async def call(self, number: str, name: str = CALLER, **how: Any) -> RealFar:
        hz = how.pop("hz", CALLER_HZ)
        made = caller(self.target, number, hz=hz, name=name, **how)
        return RealFar(self._things.enter_context(made), hz)

    async def phone(self, account: str, **how: Any) -> RealFar:
        hz = how.pop("hz", AGENT_HZ)
        port = free_port()
        phone = self._things.enter_context(desk_phone(hz=hz, port=port, **how))
        contact = f"sip:{account}@127.0.0.1:{port}"
        await self.edge.put_account(Account(account, "s3cret", browser=False, contact=contact))
        await asyncio.sleep(0.1)
        return RealFar(phone, hz)

    async def customer(self, **how: Any) -> RealFar:
        hz, port = how.pop("hz", CALLER_HZ), free_port()
        phone = self._things.enter_context(desk_phone(hz=hz, port=port, **how))
        host = f"127.0.0.1:{port}"
        await self.edge.put_trunk(TrunkLink("loopback", ("127.0.0.0/8",), host))
        await asyncio.sleep(0.1)
        return RealFar(phone, hz)

    async def is_up(self, far: Far) -> None:
        assert isinstance(far, RealFar)
        await far.phone.answered()

    async def pass_time(self, ms: int) -> None:
        await asyncio.sleep(ms / 1000)

    async def end(self) -> None:
        """A leg has ended a moment before its channel is gone: the next story must not adopt it."""
        await super().end()
        fresh = AsteriskEdge(self.settings)
        try:
            with suppress(EdgeError):  # a newer program has taken over: its stage looks itself
                await self._until_empty(fresh)
        finally:
            await fresh.close()

    async def _until_empty(self, fresh: AsteriskEdge) -> None:
        """Wait until an edge that knows nothing finds no leg."""
        for _ in range(100):
            if not (await fresh.open(self.epoch)).legs:
                return
            await self.pass_time(20)


class EmbeddedStage(Stage):
    """The embedded engine in its process, and pages with tones."""

    def __init__(self, settings: EmbeddedSettings, things: AsyncExitStack) -> None:
        super().__init__(EmbeddedEdge(settings))
        self.settings = settings
        self._things = things

    async def prepare(self) -> None:
        """Pages need no trunk."""

    def door(self, far: Far) -> tuple[Source, str]:
        assert isinstance(far, RealFar)
        assert isinstance(far.phone, Page)
        return Source.BROWSER, far.phone.account

    async def call(self, number: str, name: str = CALLER, hz: float = CALLER_HZ) -> RealFar:
        page = await self.page(f"guest-{self.epoch}-{next(_numbers)}", hz, number=name)
        await page.call(number)
        return RealFar(page, hz)

    async def phone(self, account: str, **how: Any) -> RealFar:
        hz = how.pop("hz", AGENT_HZ)
        page = await self.page(account, hz, register=True, **how)
        return RealFar(page, hz)

    async def page(self, account: str, hz: float, number: str | None = None, **how: Any) -> Page:
        """A page that is welcome."""
        await self.edge.put_account(Account(account, "s3cret", browser=True, number=number))
        page = Page(self.settings.socket, account, hz, **how)
        self._things.push_async_callback(page.close)
        await page.open("s3cret")
        return page

    async def is_up(self, far: Far) -> None:
        assert isinstance(far, RealFar)
        await far.phone.answered()

    async def pass_time(self, ms: int) -> None:
        await asyncio.sleep(ms / 1000)


@asynccontextmanager
async def playing(make: Callable[[AsyncExitStack], Stage]) -> AsyncIterator[Stage]:
    """A stage from beginning to end."""
    async with AsyncExitStack() as things:
        stage = make(things)
        await stage.begin()
        try:
            yield stage
        finally:
            await stage.end()
