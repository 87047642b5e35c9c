"""Kills of the main process under a page: in its talk, as it is rung, and as it is rung back."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from playwright.async_api import TimeoutError as TookTooLong

from tests.e2e.killing import LONGEST_GAP_S, kill
from tests.e2e.node import Node
from tests.e2e.pages import BIN_HZ, Browser
from tests.e2e.people import Person, until
from tests.e2e.test_browser import accept, finish
from tests.tools.sipp import Phone, caller

TAKEN_S = 10.0
AGENT_HZ, CUSTOMER_HZ = 1000.0, 400.0


@dataclass(frozen=True, slots=True)
class PageKill:
    """A kill under an agent's page: when its desk worked again, and whom it talked with."""

    desk_s: float
    interaction: str


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


async def kill_at_ring_back(node: Node, page: Browser, agent: Person, after_s: float) -> PageKill:
    """Kill while a page that was loaded anew in its talk is rung into it: it is rung once more."""
    async with page_call(node, page) as customer:
        await they_hear_each_other(page, customer)
        interaction = agent.me()["work"]["interaction_id"]
        await page.page.reload()
        await page.page.wait_for_function("() => window.rung > 0", polling=10)
        await asyncio.sleep(after_s)
        at = kill(node)
        await page.hears(CUSTOMER_HZ, TAKEN_S)
        desk_s = time.monotonic() - at
        await they_hear_each_other(page, customer)
        await done(page, customer)
    offers = agent.get(f"/interactions/{interaction}")["offers"]
    assert len(offers) == 1, "the customer went back to the queue"
    return PageKill(desk_s, interaction)


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


async def crash(page: Browser) -> None:
    """The tab dies where it stands, without a word to anybody."""
    session = await page.page.context.new_cdp_session(page.page)
    async with page.page.expect_event("crash"):
        dying = asyncio.ensure_future(session.send("Page.crash"))
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
