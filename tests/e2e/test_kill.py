"""kill -9: of the main process under calls, and of everything; what was acknowledged stays."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
from playwright.async_api import TimeoutError as TookTooLong

from tests.e2e.node import Node
from tests.e2e.pages import BIN_HZ, Browser, browser
from tests.e2e.people import Json, Person, at_desk_phone, closed, hear_each_other, until
from tests.e2e.test_browser import accept, finish
from tests.tools.sipp import Phone, caller
from tests.tools.soak import SOAK

KILLS = 20 if SOAK else 3
PAGE_KILLS = 10 if SOAK else 1
ENDS = 5 if SOAK else 1
SEED = random.SystemRandom().randrange(1 << 32)
WORKS_AGAIN_S = 4.0
LONGEST_GAP_S = 0.3
TAKEN_S = 10.0
RINGS_MS = 1000
AGENT_HZ, CUSTOMER_HZ = 1000.0, 400.0
OPEN = ("flow", "queued", "talking", "wrap_up")
Recorder = Callable[[str, object], None]
pytestmark = [pytest.mark.soak, pytest.mark.timeout(0 if SOAK else 170)]


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

    def longest_gap_s(self, last_s: float) -> float:
        """The longest silence on the line, of both ways."""
        ends = (self.desk, self.customer)
        return max(end.voice.longest_gap_s(last_s) for end in ends)

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
    longest_gap_s: float
    interaction: str


async def test_calls_go_on_while_the_main_process_is_killed_again_and_again(
    mortal: Node, record_property: Recorder
) -> None:
    dice = random.Random(SEED)
    record_property("seed", SEED)
    record_property("kills", KILLS)
    async with AsyncExitStack() as things:
        lasting = []
        for n, username in enumerate(("agent1", "agent2"), 1):
            lasting.append(await things.enter_async_context(talk(mortal, username, n)))
            await lasting[-1].is_on()
        kills = [await kill_once(mortal, dice.uniform(0.0, 3.0), lasting) for _ in range(KILLS)]
        ended = [kill.interaction for kill in kills]
        for one in lasting:
            await one.end()
            ended.append(one.interaction)
        await records_are_complete(mortal, ended)
    for figure in ("desk_s", "calls_s", "longest_gap_s"):
        record_property(figure, [round(getattr(kill, figure), 3) for kill in kills])
    assert max(max(kill.desk_s, kill.calls_s) for kill in kills) <= WORKS_AGAIN_S, kills
    assert max(kill.longest_gap_s for kill in kills) < LONGEST_GAP_S, kills


async def kill_once(node: Node, after_s: float, lasting: list[Talk]) -> Kill:
    """Kill while a new call is on its way, and see everything go on."""
    async with talk(node, "agent3", 3, rings_ms=RINGS_MS) as fresh:
        await asyncio.sleep(after_s)  # the kill falls anywhere between ring and talk
        node.kill_main()
        at = time.monotonic()
        with caller(node.sip, "4003", name="+8613800000004") as newcomer:
            desk_s, calls_s = await asyncio.gather(
                desk_works(lasting[0].agent, at), takes_calls(node, at)
            )
            await answered_or_503(newcomer)
            for one in lasting:
                await hear_each_other(one.customer, one.desk, one.hz)
            gap_s = max(one.longest_gap_s(time.monotonic() - at) for one in lasting)
        await fresh.is_on()
        assert len(fresh.desk.lines("RUNG")) == 1, "the phone was rung twice"
        await fresh.end()
        kill = Kill(after_s, desk_s, calls_s, gap_s, fresh.interaction)
        print(kill)
        return kill


async def desk_works(agent: Person, since: float) -> float:
    """How long until an agent in a call can mute himself, and is heard again."""
    name = agent.username

    def works() -> bool:
        with suppress(httpx.TransportError, AssertionError):
            work = agent.me()["work"]
            agent.post(f"/interactions/{work['interaction_id']}/mute")
            return True
        return False

    await until(works, f"desk of {name}", 20, every_s=0.02)
    took_s = time.monotonic() - since
    agent.post(f"/interactions/{agent.me()['work']['interaction_id']}/unmute")
    return took_s


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


async def records_are_complete(
    node: Node, interactions: list[str], outcome: str | None = "other"
) -> None:
    """Every call has ended with this outcome (None: any), and its recordings are stored."""
    with closing(Person(node, "supervisor")) as supervisor:
        for name in interactions:
            page = await closed(supervisor, name)
            assert page["disposition"]
            assert outcome in (None, page["disposition"])
            assert page["recordings"]
            assert all(segment["ended_at"] for segment in page["segments"])
            assert all(offer["outcome"] != "pending" for offer in page["offers"])
        await nobody_is_stuck(node)


async def nobody_is_stuck(node: Node) -> None:
    """No interaction is open, and every agent can be ready."""
    with closing(Person(node, "admin")) as admin:

        def open_ones() -> list[Json]:
            return [it for s in OPEN for it in admin.get("/interactions", state=s)["items"]]

        await until(lambda: not open_ones(), "end of all interactions", 30)
    for n in range(1, 9):
        with closing(Person(node, f"agent{n}")) as agent:
            agent.be("ready")
            await until(lambda agent=agent: agent.me()["state"] == "ready", f"agent{n}", 20)
            agent.be("offline")


@dataclass(frozen=True, slots=True)
class PageKill:
    """A kill under an agent's page: when its desk worked again, and whom it talked with."""

    desk_s: float
    interaction: str


async def test_a_page_talks_through_kills_and_is_rung_again_after_them(
    mortal: Node, tmp_path: Path, record_property: Recorder
) -> None:
    dice = random.Random(SEED)
    record_property("seed", SEED)
    async with browser(mortal, AGENT_HZ, tmp_path) as page:
        await page.sign_in("agent1")
        await page.be_ready()
        with closing(Person(mortal, "agent1")) as agent:
            kills = []
            for _ in range(PAGE_KILLS):
                kills.append(await kill_in_talk(mortal, page, agent))
                ring = await kill_at_ring(mortal, page, agent, dice.uniform(0.0, 0.2))
                kills.append(ring)
        await records_are_complete(mortal, [kill.interaction for kill in kills], None)
    desks = [round(kill.desk_s, 3) for kill in kills]
    print("the page works after", desks)
    record_property("page_works_s", desks)
    assert max(desks) <= WORKS_AGAIN_S, desks


async def kill_in_talk(node: Node, page: Browser, agent: Person) -> PageKill:
    """Kill in the talk of a page, which is told, goes on, and holds, resumes and hangs up then."""
    async with page_call(node, page) as customer:
        await they_hear_each_other(page, customer)
        interaction = agent.me()["work"]["interaction_id"]
        at = kill(node)
        async with asyncio.TaskGroup() as tasks:
            whole = tasks.create_task(desk_is_whole(page, at))
            tasks.create_task(still_hears(page, whole))
        gap_s = customer.voice.longest_gap_s(time.monotonic() - at)
        assert gap_s < LONGEST_GAP_S, gap_s
        await press(page, "Hold", "Resume")
        desk_s = time.monotonic() - at
        await press(page, "Resume", "Hold")
        await they_hear_each_other(page, customer)
        await page.page.keyboard.press("Shift+X")
        await until(customer.voice.hears_speech, "survey question")
        await done(page, customer)
    return PageKill(desk_s, interaction)


async def kill_at_ring(node: Node, page: Browser, agent: Person, after_s: float) -> PageKill:
    """Kill between the INVITE to the page and its 200: the call is taken, by one leg at a time."""
    async with page_call(node, page) as customer:
        await page.page.wait_for_function("() => window.rung > 0", polling=10)
        await asyncio.sleep(after_s)
        at = kill(node)
        async with asyncio.TaskGroup() as tasks:
            taken = tasks.create_task(is_taken(page, customer))
            tasks.create_task(never_two_legs(page, taken))
            whole = tasks.create_task(desk_is_whole(page, at))
        interaction = agent.me()["work"]["interaction_id"]
        await done(page, customer)
    offers = agent.get(f"/interactions/{interaction}")["offers"]
    times = sorted(
        tuple(map(datetime.fromisoformat, (o["made_at"], o["ended_at"]))) for o in offers
    )
    assert all(end <= begin for (_, end), (begin, _) in pairwise(times)), times
    return PageKill(whole.result(), interaction)


@asynccontextmanager
async def page_call(node: Node, page: Browser) -> AsyncIterator[Phone]:
    """A customer has called, and the page has accepted."""
    await page.page.evaluate("window.rung = 0")
    with caller(node.sip, "4001", hz=CUSTOMER_HZ, name="+8613800000031") as customer:
        await customer.answered(20)
        await accept(page, by_key=True)
        yield customer


async def they_hear_each_other(page: Browser, customer: Phone) -> None:
    """Page and customer, each the other's tone."""
    await page.hears(CUSTOMER_HZ)
    await until(lambda: customer.voice.hears(page.hz), f"{page.hz} Hz at the customer")


def kill(node: Node) -> float:
    """Kill the main process; when that was."""
    node.kill_main()
    return time.monotonic()


async def desk_is_whole(page: Browser, since: float) -> float:
    """The page says that it has lost the server, and then no more; how long after the kill."""
    banner = page.page.get_by_text("Connection lost")
    await banner.wait_for()
    await banner.wait_for(state="detached")
    return time.monotonic() - since


async def still_hears(page: Browser, until_done: asyncio.Task[float]) -> None:
    """The customer's tone is in the page all the time."""
    while not until_done.done():
        assert abs(await page.loudest_hz() - CUSTOMER_HZ) < BIN_HZ
        await asyncio.sleep(0.05)


async def press(page: Browser, button: str, then: str) -> None:
    """Press what the call bar shows, and see it done."""
    await page.page.get_by_role("button", name=button, exact=True).click()
    await page.page.get_by_role("button", name=then, exact=True).wait_for()


async def is_taken(page: Browser, customer: Phone) -> None:
    """The call still comes to the page, or is offered again and accepted; then both talk."""
    offered = page.page.get_by_role("button", name="Accept")
    deadline = time.monotonic() + TAKEN_S
    while abs(await page.loudest_hz() - CUSTOMER_HZ) >= BIN_HZ:
        assert time.monotonic() < deadline, "nobody took the call"
        with suppress(TookTooLong):
            await offered.click(timeout=200)
    await they_hear_each_other(page, customer)


async def never_two_legs(page: Browser, until_done: asyncio.Task[None]) -> None:
    """The page has one leg at most at any moment."""
    while not until_done.done():
        assert await page.page.evaluate("window.openConnections()") <= 1
        await asyncio.sleep(0.02)


async def done(page: Browser, customer: Phone) -> None:
    """The customer hangs up, and the page wraps up."""
    customer.hang_up()
    await customer.ended()
    await page.page.get_by_role("button", name="Finish").wait_for()
    await page.page.keyboard.press("1")
    await finish(page)


@dataclass(slots=True)
class Diary:
    """What one client was promised."""

    agent: Person
    tickets: list[str] = field(default_factory=list)
    acknowledged: str = ""
    asked: str = ""
    """The state asked for last; when it was not acknowledged either may be kept."""

    def write(self) -> None:
        """Ask for things without end; ends when nobody answers any more."""
        with suppress(httpx.TransportError):
            while True:
                for state in ("ready", "not_ready"):
                    self.asked = state
                    self.acknowledged = self.agent.be(state)["state"]
                made = self.agent.post("/tickets", title="Kept", **{"class": "billing"})
                self.tickets.append(made["id"])


async def test_nothing_acknowledged_is_missing_after_everything_was_killed(
    mortal: Node, record_property: Recorder
) -> None:
    dice = random.Random(SEED)
    record_property("seed", SEED)
    kept = [await lose_everything(mortal, dice.uniform(0.0, 1.0)) for _ in range(ENDS)]
    record_property("ends", ENDS)
    record_property("acknowledged_and_kept", kept)


async def lose_everything(node: Node, after_s: float) -> int:
    """Everything dies amid calls and writes, and starts again; how much was promised and kept."""
    async with AsyncExitStack() as things:
        clients = [things.enter_context(closing(Person(node, f"agent{n}"))) for n in (6, 7)]
        diaries = [Diary(client) for client in clients]
        done = await die_amid_calls(node, diaries, after_s)
        node.start()
        admin = things.enter_context(closing(Person(node, "admin")))
        for diary in diaries:
            for ticket in diary.tickets:
                assert admin.get(f"/tickets/{ticket}")["title"] == "Kept"
            assert diary.agent.me()["state"] in (diary.acknowledged, diary.asked)
        page = await closed(admin, done)
        assert page["disposition"] == "other"
        await nobody_is_stuck(node)
        return sum(len(diary.tickets) for diary in diaries)


async def die_amid_calls(node: Node, diaries: list[Diary], after_s: float) -> str:
    """One call goes on and one has just been wrapped up when everything dies: the latter."""
    async with talk(node, "agent1", 1) as going_on, talk(node, "agent2", 2) as done:
        await going_on.is_on()
        await done.is_on()
        await asyncio.sleep(3)  # enough to be found in the recordings
        await done.end()
        async with asyncio.TaskGroup() as clients:
            for diary in diaries:
                clients.create_task(asyncio.to_thread(diary.write))
            await until(lambda: all(len(d.tickets) > 5 for d in diaries), "writes", 20)
            await asyncio.sleep(after_s)
            node.kill_all()
        return done.interaction
