"""Agents in real browsers: three calls at once, each voice in the right ear and in no other."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
import soundfile
from playwright.async_api import TimeoutError as TookTooLong

from tests.e2e.node import Node
from tests.e2e.pages import BIN_HZ, Browser, browser, every_page
from tests.e2e.people import Json, Person, closed, until
from tests.tools.needs import lack
from tests.tools.sipp import Phone, caller
from tests.tools.sounds import tone as sound_file
from tests.tools.tones import strength

PICTURES = os.environ.get("TRUNKLINE_PICTURES")
AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
TALK_S = 30.0
AGENTS_HZ = (1000.0, 1200.0, 1400.0)
CUSTOMERS_HZ = (400.0, 500.0, 600.0)
IN_OTHER_STATES = {"/login", "/call"}
"""Looked at where nobody is signed in, and with a number chosen."""
pytestmark = pytest.mark.timeout(175)


LENGTH = """(sound) => new Promise((told, failed) => {
  sound.preload = "metadata";
  sound.onloadedmetadata = () => told(sound.duration);
  sound.onerror = () => failed(new Error(sound.error?.message));
  sound.load();
})"""


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
        leaks = {hz: strength(heard, hz) for hz in others}
        assert max(leaks.values()) < 0.02, leaks

    async def are_on(self) -> None:
        """Wait until both hear each other."""
        await self.page.hears(self.hz)
        await until(self._hears_nothing_else, f"{self.page.hz} Hz")

    def _hears_nothing_else(self) -> bool:
        """The music that stood in for a page that was away is over."""
        return strength(self.customer.voice.heard(1.0), self.page.hz) > 0.95


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
            assert time.monotonic() < deadline, f"{page.hz} Hz is deaf: {await page.hearing()}"
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
        await asyncio.gather(*(end_and_rate(pair) for pair in pairs))
    await all_is_kept(node, pairs)


async def end_and_rate(pair: Pair) -> None:
    """The agent hangs up and names the outcome by a key; the customer gives a mark."""
    await pair.page.page.keyboard.press("Shift+X")
    await asyncio.gather(wrap_up(pair), rate(pair))


async def wrap_up(pair: Pair) -> None:
    """The agent's work after the talk."""
    await pair.page.page.get_by_role("button", name="Finish").wait_for()
    await pair.page.page.keyboard.press("1")
    await picture(pair.page, f"wrap-up-{pair.hz:.0f}")
    await finish(pair.page)


async def rate(pair: Pair) -> None:
    """The customer is asked as soon as the agent is gone."""
    await until(pair.customer.voice.hears_speech, "survey question")
    pair.customer.voice.press(mark_of(pair))
    await pair.customer.ended(15)


def mark_of(pair: Pair) -> str:
    """Each customer gives another mark, so that none can be taken for another's."""
    return str(3 + CUSTOMERS_HZ.index(pair.hz))


async def all_is_kept(node: Node, pairs: list[Pair]) -> None:
    """Three interactions, each with its own voices, ticket, outcome and mark."""
    with closing(Person(node, "supervisor")) as supervisor:
        items: list[Json] = supervisor.get("/interactions", limit=3)["items"]
        by_hz = {CUSTOMERS_HZ[int(item["phone_masked"][-2:]) - 1]: item["id"] for item in items}
        for pair in pairs:
            page = await closed(supervisor, by_hz[pair.hz])
            assert page["talk_ms"] > TALK_S * 1000 - 2000
            assert supervisor.get(f"/tickets/{page['ticket_id']}")["interactions"] == [page["id"]]
            assert page["disposition"]
            assert page["survey"]["rating"] == int(mark_of(pair))
            await tracks_are_of(supervisor, page["recordings"], pair)


async def tracks_are_of(supervisor: Person, recordings: list[Json], pair: Pair) -> None:
    """The customer's voice on the left track, the agent's on the right, and no other on either."""
    longest = max(recordings, key=lambda one: int(one["duration_ms"]))
    assert longest["duration_ms"] > 20_000
    sound = BytesIO(supervisor.bytes_of(f"/recordings/{longest['id']}/audio"))
    tracks, rate = await asyncio.to_thread(soundfile.read, sound)
    for track, hz in zip(tracks[rate : 20 * rate].T, (pair.hz, pair.page.hz), strict=True):
        assert strength(track, hz, rate) > 0.8
        others = [one for one in (*AGENTS_HZ, *CUSTOMERS_HZ) if one != hz]
        assert max(strength(track, one, rate) for one in others) < 0.02


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
            await page.hears(hz)
        await picture(guest, "call-page-talking")
        await guest.page.get_by_role("button", name="Hang up").click()
        await finish(agent)


async def test_an_auditors_look_has_an_end(node: Node, tmp_path: Path) -> None:
    async with browser(node, AGENTS_HZ[0], tmp_path) as opened:
        await opened.sign_in("admin")
        await opened.open("/admin/users")
        page = opened.page
        await page.get_by_role("button", name="Add").click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("User name").fill("auditor.of.2030")
        await dialog.get_by_label("Name", exact=True).fill("Ruth Auditor")
        last_day = dialog.get_by_label("Auditor until")
        while not await last_day.is_visible():  # a list that is still unfolding may miss the click
            await dialog.get_by_label("Roles").click()
            await page.get_by_title("Auditor", exact=True).last.click()
            await dialog.get_by_label("Name", exact=True).click()
            with suppress(TookTooLong):
                await last_day.wait_for(timeout=8_000)
        await last_day.fill("2030-01-31 18:00")
        await last_day.press("Enter")
        await dialog.get_by_role("button", name="Save").click()
        await page.get_by_text("The first password.").wait_for()
        await picture(opened, "admin-user-made")
    with closing(Person(node, "admin")) as admin:
        (made,) = admin.get("/users", q="auditor.of")["items"]
    ends = {role["role"]: role["expires_at"] for role in made["roles"]}
    assert ends["agent"] is None
    assert ends["auditor"].startswith("2030-01-31")


async def test_an_announcement_is_heard_in_the_page_before_and_after_it_is_saved(
    node: Node, tmp_path: Path
) -> None:
    (tmp_path / "welcome.m4a").write_bytes(sound_file(620.0, "ipod", "aac", rate=44_100))
    (tmp_path / "bad.mp3").write_bytes(b"no sound" * 500)
    async with browser(node, AGENTS_HZ[0], tmp_path) as opened:
        await opened.sign_in("admin")
        await opened.open("/admin/announcements")
        page, dialog = opened.page, opened.page.get_by_role("dialog")
        await page.get_by_role("button", name="Add").click()
        await dialog.get_by_label("Name").fill("Welcome")
        for file in ("bad.mp3", "welcome.m4a"):
            await dialog.locator("input[type=file]").set_input_files(tmp_path / file)
            await dialog.get_by_role("button", name="Save").click()
            if file == "bad.mp3":
                await page.get_by_text("This is no sound file that can be read.").wait_for()
        await page.get_by_role("button", name="Add").click()
        await dialog.get_by_label("Name").fill("Today closed")
        await dialog.get_by_text("Text", exact=True).first.click()
        await dialog.locator("textarea").fill("您好，我们今天休息。")
        await dialog.get_by_role("button", name="Listen before saving").click()
        preview = dialog.locator("audio")
        await preview.wait_for()
        before = await preview.evaluate(LENGTH)
        await dialog.get_by_role("button", name="Save").click()
        row = page.get_by_role("row", name="Today closed")
        await row.get_by_text("Ready").wait_for(timeout=20_000)
        assert before == pytest.approx(await row.locator("audio").evaluate(LENGTH), abs=0.05)
        sent = page.get_by_role("row", name="Welcome").locator("audio")
        assert await sent.evaluate(LENGTH) == pytest.approx(2.0, abs=0.1)
        await picture(opened, "admin-announcements")
    with closing(Person(node, "admin")) as admin:
        for one in admin.get("/announcements")["items"]:
            admin.delete(f"/announcements/{one['id']}")


def one_of_each(node: Node) -> dict[str, str]:
    """An interaction and a ticket to look at."""
    with closing(Person(node, "admin")) as admin:
        ticket = {"title": "The line is dead", "class": "technical", "impact": 2, "urgency": 2}
        made = admin.post("/tickets", **ticket)
        called = admin.get("/interactions", limit=1)["items"][0]
        return {"interactions": called["id"], "tickets": made["id"]}


async def test_no_page_has_a_serious_fault_for_those_who_need_help(
    node: Node, tmp_path: Path, axe: str
) -> None:
    with caller(node.sip, "4003") as phone:
        await phone.answered(20)
        known = one_of_each(node)
        paths = [path for path in every_page(known) if path not in IN_OTHER_STATES]
        phone.hang_up()
    faults = []
    async with browser(node, AGENTS_HZ[0], tmp_path) as page:
        await page.open("/login")
        await page.page.get_by_label("User name").wait_for()
        faults += [f"/login {fault}" for fault in await page.violations(axe)]
        await page.sign_in("admin")
        for path in paths:
            await page.open(path)
            await page.page.wait_for_load_state("networkidle")
            await picture(page, path.strip("/").replace("/", "-"))
            faults += [f"{path} {fault}" for fault in await page.violations(axe)]
    assert faults == []
