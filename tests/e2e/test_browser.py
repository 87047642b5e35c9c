"""Agents in real browsers: three calls at once, each voice in the right ear and in no other."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.node import Node
from tests.e2e.pages import Browser, browser
from tests.e2e.people import Json, Person, closed, until
from tests.tools.needs import lack
from tests.tools.sipp import Phone, caller
from tests.tools.tones import strength

PICTURES = os.environ.get("TRUNKLINE_PICTURES")
AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
TALK_S = 30.0
AGENTS_HZ = (1000.0, 1200.0, 1400.0)
CUSTOMERS_HZ = (400.0, 500.0, 600.0)
BIN_HZ = 4.0
DESK_PAGES = ("/desk", "/interactions", "/tickets")
ADMIN_PAGES = (
    "/admin/users", "/admin/teams", "/admin/queues", "/admin/agents", "/admin/dispositions",
    "/admin/numbers", "/admin/jobs", "/admin/audit", "/setup",
)  # fmt: skip
pytestmark = pytest.mark.timeout(175)


@pytest.fixture(scope="session")
def axe() -> str:
    """The checker that runs in the page."""
    if not AXE.is_file():
        lack("axe-core is missing: npm ci in web/")
    return AXE.read_text(encoding="utf-8")


@dataclass(slots=True)
class Pair:
    """An agent's page and the customer it talks with."""

    page: Browser
    customer: Phone
    hz: float

    async def hear_only_each_other(self) -> None:
        """Each hears the other's tone as the loudest, and nothing of the other calls."""
        assert abs(await self.page.loudest_hz() - self.hz) < BIN_HZ
        heard = self.customer.voice.heard(1.0)
        assert strength(heard, self.page.hz) > 0.6
        others = [hz for hz in (*AGENTS_HZ, *CUSTOMERS_HZ) if hz != self.page.hz]
        assert max(strength(heard, hz) for hz in others) < 0.02

    async def are_on(self) -> None:
        """Wait until both hear each other."""
        deadline = time.monotonic() + 20
        while abs(await self.page.loudest_hz() - self.hz) >= BIN_HZ:
            assert time.monotonic() < deadline, f"{self.hz} Hz is not heard in the page"
            await asyncio.sleep(0.1)
        await until(lambda: self.customer.voice.hears(self.page.hz, 1.0), f"{self.page.hz} Hz")


@asynccontextmanager
async def three_agents(node: Node, folder: Path) -> AsyncIterator[list[Browser]]:
    """agent1 to agent3, signed in and ready, each in a browser of its own."""
    async with AsyncExitStack() as things:
        pages = []
        for n, hz in enumerate(AGENTS_HZ, 1):
            page = await things.enter_async_context(browser(node, hz, folder))
            await page.sign_in(f"agent{n}")
            await page.be_ready()
            pages.append(page)
        yield pages


async def accept(page: Browser, *, by_key: bool) -> None:
    """Take the offer by a click, or by its key."""
    button = page.page.get_by_role("button", name="Accept")
    await button.wait_for()
    if by_key:
        await page.page.keyboard.press("a")
    else:
        await button.click()


async def pairs_of(pages: list[Browser], customers: list[Phone]) -> list[Pair]:
    """Who talks with whom: each page hears one of the customers, and each another one."""
    pairs = []
    for page in pages:
        deadline = time.monotonic() + 20
        while not (
            near := [hz for hz in CUSTOMERS_HZ if abs(await page.loudest_hz() - hz) < BIN_HZ]
        ):
            assert time.monotonic() < deadline, f"the page of {page.hz} Hz hears no customer"
            await asyncio.sleep(0.1)
        pairs.append(Pair(page, customers[CUSTOMERS_HZ.index(near[0])], near[0]))
    assert sorted(pair.hz for pair in pairs) == sorted(CUSTOMERS_HZ)
    return pairs


async def finish(page: Browser) -> None:
    """Wrap up in the page."""
    finished = page.page.get_by_role("button", name="Finish")
    await finished.wait_for()
    await finished.click()
    await finished.wait_for(state="detached")


async def picture(page: Browser, name: str) -> None:
    """Keep a picture for people to look at, where they asked for one."""
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        await page.page.screenshot(path=f"{PICTURES}/{name}.png")


async def test_three_calls_at_once_and_every_voice_in_the_right_ear(
    node: Node, tmp_path: Path, axe: str
) -> None:
    async with AsyncExitStack() as things:
        pages = await things.enter_async_context(three_agents(node, tmp_path))
        customers = [
            things.enter_context(caller(node.sip, "4001", hz=hz, name=f"+86138000000{n:02d}"))
            for n, hz in enumerate(CUSTOMERS_HZ, 1)
        ]
        await asyncio.gather(
            *(pages[n].page.get_by_role("button", name="Accept").wait_for() for n in range(3))
        )
        await picture(pages[0], "offer")
        assert await pages[0].violations(axe) == []
        for n, page in enumerate(pages):
            await accept(page, by_key=n > 0)
        for customer in customers:
            await customer.answered()
        began = time.monotonic()
        pairs = await pairs_of(pages, customers)
        for pair in pairs:
            await pair.are_on()
        await picture(pages[0], "talk")
        assert await pages[0].violations(axe) == []
        await pages[1].page.reload()
        await pairs[1].are_on()
        while time.monotonic() < began + TALK_S:
            for pair in pairs:
                await pair.hear_only_each_other()
            await asyncio.sleep(1)
        for customer in customers:
            customer.hang_up()
        for page in pages:
            await page.page.get_by_role("button", name="Finish").wait_for()
        await picture(pages[0], "wrap-up")
        for page in pages:
            await finish(page)
    await all_is_kept(node)


async def all_is_kept(node: Node) -> None:
    """Three interactions, each with its recording and its ticket."""
    with closing(Person(node, "supervisor")) as supervisor:
        items: list[Json] = supervisor.get("/interactions", limit=3)["items"]
        for item in items:
            page = await closed(supervisor, item["id"])
            assert page["talk_ms"] > TALK_S * 1000 - 2000
            assert page["ticket_id"]
            assert max(one["duration_ms"] for one in page["recordings"]) > 20_000


async def test_browser_to_browser_by_the_call_page(node: Node, tmp_path: Path, axe: str) -> None:
    async with (
        browser(node, AGENTS_HZ[0], tmp_path) as agent,
        browser(node, CUSTOMERS_HZ[0], tmp_path) as guest,
    ):
        await agent.sign_in("agent1")
        await agent.be_ready()
        await guest.open("/call")
        await guest.page.get_by_text("4001").click()
        assert await guest.violations(axe) == []
        await picture(guest, "call-page")
        await guest.page.get_by_role("button", name="Call 4001").click()
        await accept(agent, by_key=True)
        for page, hz in ((agent, guest.hz), (guest, agent.hz)):
            deadline = time.monotonic() + 20
            while abs(await page.loudest_hz() - hz) >= BIN_HZ:
                assert time.monotonic() < deadline, f"{hz} Hz is not heard"
                await asyncio.sleep(0.1)
        await picture(guest, "call-page-talking")
        await guest.page.get_by_role("button", name="Hang up").click()
        await finish(agent)


async def test_no_page_has_a_serious_fault_for_those_who_need_help(
    node: Node, tmp_path: Path, axe: str
) -> None:
    faults = []
    async with browser(node, AGENTS_HZ[0], tmp_path) as page:
        await page.open("/login")
        await page.page.get_by_label("User name").wait_for()
        faults += [f"/login {fault}" for fault in await page.violations(axe)]
        await page.sign_in("admin")
        for path in (*DESK_PAGES, *ADMIN_PAGES):
            await page.open(path)
            await page.page.wait_for_load_state("networkidle")
            await picture(page, path.strip("/").replace("/", "-"))
            faults += [f"{path} {fault}" for fault in await page.violations(axe)]
    assert faults == []
