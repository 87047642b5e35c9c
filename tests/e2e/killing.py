"""Who is there while something is killed, what is killed, and what is measured then."""

import asyncio
import os
import random
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field

import httpx

from tests.e2e.full_house import MASKED, QUEUE, FullHouse
from tests.e2e.node import Node
from tests.e2e.people import Json, Person, all_of, at_desk_phone, closed, hear_each_other, until
from tests.tools.sipp import Phone, caller

LONGEST_GAP_S = 0.3
LATEST_S = 2.0
"""So long after a call began the kill falls at the latest: between ring and talk, or in it."""
FRESH_HZ = (420.0, 1020.0)


@dataclass(frozen=True, slots=True)
class Acted:
    """An agent muted himself and was heard again: how long after the kill he could, and when."""

    after_s: float
    asked: float
    heard: float


@dataclass(slots=True)
class Talk:
    """Two who talk, each with a tone."""

    agent: Person
    desk: Phone
    customer: Phone
    hz: tuple[float, float]
    interaction: str = ""

    async def is_on(self) -> None:
        """Both hear each other."""
        await asyncio.gather(self.desk.answered(20), self.customer.answered(20))
        await hear_each_other(self.customer, self.desk, self.hz)

    async def agent_acts(self, since: float) -> Acted:
        """The agent mutes himself as soon as the desk lets him, and is heard again."""
        asked: list[float] = []

        def mute() -> bool:
            with suppress(httpx.TransportError, AssertionError):
                work = self.agent.me()["work"]
                asked.append(time.monotonic())
                self.agent.post(f"/interactions/{work['interaction_id']}/mute")
                return True
            return False

        await until(mute, f"desk of {self.agent.username}", 20, every_s=0.02)
        after_s = time.monotonic() - since
        self.agent.post(f"/interactions/{self.agent.me()['work']['interaction_id']}/unmute")
        unmuted = time.monotonic()
        await until(lambda: self.customer.voice.heard_since(unmuted), "agent", every_s=0.01)
        return Acted(after_s, asked[-1], time.monotonic())

    def longest_gap_s(self, last_s: float, acted: Acted) -> float:
        """The longest silence on the line, of both ways; who has muted himself says nothing."""
        said = [at for at in self.desk.voice.sent() if not acted.asked <= at <= acted.heard]
        return max(
            self.desk.voice.longest_gap_s(last_s, self.customer.voice.sent()),
            self.customer.voice.longest_gap_s(last_s, said),
        )

    async def end(self) -> None:
        """The customer hangs up, the agent wraps up."""
        work = await until(lambda: self.agent.me()["work"], "work")
        self.interaction = work["interaction_id"]
        self.customer.hang_up()
        await self.customer.ended()
        await self.desk.ended()
        await until(lambda: self.agent.me()["work"]["kind"] == "wrap_up", "wrap-up")
        self.agent.post(f"/interactions/{self.interaction}/wrap-up", disposition="other")


@asynccontextmanager
async def talk(node: Node, username: str, n: int, rings_ms: int = 0) -> AsyncIterator[Talk]:
    """An agent at a desk phone, and a customer who calls him; it need not be answered yet."""
    hz = (300.0 + 40 * n, 900.0 + 40 * n)
    with at_desk_phone(node, username, hz[1], rings_ms) as (agent, desk):
        name = f"+86138000000{n:02d}"
        with caller(node.sip, "4001", hz=hz[0], name=name) as customer:
            yield Talk(agent, desk, customer, hz)


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill, so long after a call began: what was measured, and that call's interaction."""

    after_s: float
    desk_s: float
    calls_s: float
    adopted_s: float
    longest_gap_s: float
    interaction: str


@dataclass(slots=True)
class Scene:
    """Who is there while the main process, or its audio worker, is killed again and again."""

    node: Node
    house: FullHouse
    lasting: Talk
    dice: random.Random
    kills: list[Kill] = field(default_factory=list)
    workers: list[float] = field(default_factory=list)
    """How long until a recording was stored whose encoding was killed."""

    async def kill_main(self, fresh: "Fresh") -> None:
        """Kill while a new call is on its way and another ends, and see everything go on."""
        async with fresh.call() as customer:
            after_s = self.dice.uniform(0.0, LATEST_S)
            await asyncio.sleep(after_s)  # the kill falls anywhere between ring and talk
            house = self.house.look()
            lasting = house.talking()
            leaver = lasting.pop(self.dice.randrange(len(lasting)))
            house.listen(lasting)
            at = kill(self.node)
            freed = house.one_leaves(leaver)
            with caller(self.node.sip, "4003", name="+8613800000004") as newcomer:
                acted, calls_s, adopted_s = await asyncio.gather(
                    self.lasting.agent_acts(at),
                    takes_calls(self.node, at),
                    house.first_in_line_is_served(freed, at),
                )
                await answered_or_503(newcomer)
            talk = self.lasting
            await hear_each_other(talk.customer, talk.desk, talk.hz)
            talk_gap_s = talk.longest_gap_s(time.monotonic() - at, acted)
            gap_s = max(talk_gap_s, house.longest_gap_s(lasting))
            await house.one_comes()
            interaction = await fresh.is_on_and_ends(customer)
        took = (acted.after_s, calls_s, adopted_s)
        self.kills.append(Kill(after_s, *took, gap_s, interaction))
        print(self.kills[-1])

    async def kill_audio_worker(self, fresh: "Fresh") -> None:
        """Kill what encodes a recording: it is stored all the same, and no call hears of it."""
        lasting = self.house.look().talking()
        self.house.listen(lasting)
        async with fresh.call() as customer:
            interaction = await fresh.is_on_and_ends(customer)
        await until(self.node.audio_worker_pid, "audio worker", 20, every_s=0.01)
        await asyncio.sleep(self.dice.uniform(0.0, 0.3))
        at = time.monotonic()
        pid = self.node.audio_worker_pid()
        assert pid
        os.kill(pid, signal.SIGKILL)
        with closing(Person(self.node, "admin")) as admin:
            await closed(admin, interaction)
        self.workers.append(time.monotonic() - at)
        assert self.house.longest_gap_s(lasting) < LONGEST_GAP_S
        print("audio worker", self.workers[-1])


@dataclass(frozen=True, slots=True)
class EngineKill:
    """A kill of Asterisk: whose calls were on it, and how long until what."""

    lost: set[str]
    free_s: float
    kept_s: float
    back_s: float


async def kill_asterisk(house: FullHouse, node: Node) -> EngineKill:
    """All calls are lost, and their agents free at once; whoever was lost is to be called back."""
    talking = house.look().talking()
    lost = {number[-MASKED:] for number in (*talking, *house.waiting)}
    accounts = {house.served[number] for number in talking}
    at = time.monotonic()
    node.kill_engine()
    with closing(Person(node, "admin")) as admin:

        def are_free() -> bool:
            there = {one["username"]: one["state"] for one in admin.get("/agents")["items"]}
            return {there[name] for name in accounts} == {"ready"}

        def kept() -> list[Json]:
            found = all_of(admin, "/callbacks", state="open", queue=QUEUE)
            there = {one["phone_masked"][-MASKED:] for one in found}
            return found if there == lost else []

        await until(are_free, "freedom of all agents", 20)
        free_s = time.monotonic() - at
        callbacks = await until(kept, "callback for each", 20)
        kept_s = time.monotonic() - at
        assert {one["origin"] for one in callbacks} == {"after_loss"}
        assert len(callbacks) == len(lost)
        back_s = await takes_calls(node, at)
        with caller(node.sip, "4003", name="+8613800000005") as newcomer:
            await newcomer.answered(10)
        for one in callbacks:
            admin.post(f"/callbacks/{one['id']}/cancel")
    return EngineKill(lost, free_s, kept_s, back_s)


@dataclass(slots=True)
class Fresh:
    """An agent at a desk phone who takes one new call after the other."""

    node: Node
    agent: Person
    desk: Phone
    calls: int = 0

    @asynccontextmanager
    async def call(self) -> AsyncIterator[Phone]:
        """One more calls."""
        self.calls += 1
        name = f"+861391300{self.calls:04d}"
        with caller(self.node.sip, "4001", hz=FRESH_HZ[0], name=name) as customer:
            yield customer

    async def is_on_and_ends(self, customer: Phone) -> str:
        """The phone was rung once, both talk, and the customer hangs up: which interaction."""
        await until(lambda: len(self.desk.lines("ANSWERED")) == self.calls, "answer", 20)
        await asyncio.gather(self.desk.answered(), customer.answered())
        await hear_each_other(customer, self.desk, FRESH_HZ)
        assert len(self.desk.lines("RUNG")) == self.calls, "the phone was rung twice"
        work = await until(lambda: self.agent.me()["work"], "work")
        customer.hang_up()
        await until(lambda: len(self.desk.lines("ENDED")) == self.calls, "end of the call")
        await until(lambda: self.agent.me()["work"]["kind"] == "wrap_up", "wrap-up")
        done: str = work["interaction_id"]
        self.agent.post(f"/interactions/{done}/wrap-up", disposition="other")
        return done


async def takes_calls(node: Node, since: float) -> float:
    """How long until the program says that it takes calls."""

    def does() -> bool:
        with suppress(httpx.TransportError):
            return httpx.get(f"{node.url}/readyz", timeout=2).status_code == 200
        return False

    await until(does, "readiness", 20, every_s=0.02)
    return time.monotonic() - since


async def answered_or_503(newcomer: Phone) -> None:
    """A call that came while nobody was there is taken up, or refused so that carriers go on."""

    def outcome() -> list[list[str]]:
        return newcomer.lines("ANSWERED") or newcomer.lines("REFUSED")

    (first, *rest), *_ = await until(outcome, "answer", 15)
    if rest:
        newcomer.hang_up()
        await newcomer.ended()
    else:
        assert first == "503"


def kill(node: Node) -> float:
    """Kill the main process; when that was."""
    node.kill_main()
    return time.monotonic()
