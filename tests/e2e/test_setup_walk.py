"""Without the demo: from the link on the terminal to a first real call, in a real Chromium."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.e2e.node import Node
from tests.e2e.pages import Browser, Chromium, chromium, window
from tests.e2e.test_browser import picture
from tests.tools.ports import free_port
from tests.tools.sipp import caller, carrier

HZ, CUSTOMER_HZ = 1000.0, 500.0
NUMBER, CUSTOMER = "4008001234", "+8613912345678"
PASSWORD = "first-of-them-all"
ALL_DAY = "00:00-24:00"
pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def bare(inside: object, tmp_path: Path) -> Iterator[Node]:
    """A node on which nobody has set anything up."""
    node = Node(tmp_path / "data", demo=False)
    node.start()
    try:
        yield node
    finally:
        node.stop()


async def test_the_walk_leads_from_nothing_to_a_first_real_call(bare: Node, tmp_path: Path) -> None:
    async with chromium(HZ, tmp_path) as program, window(program, bare, HZ) as founder:
        await claim(founder.page, bare)
        await confirm_organisation(founder.page)
        secret = await paste_users(founder.page)
        await take_number(founder.page)
        await leave_and_resume(founder.page, bare)
        await prove_trunk(founder.page)
        await open_all_day(founder.page)
        await fill_queue(founder.page)
        await picture(founder, "setup-test-call")
        await first_call(program, bare, secret)
        await founder.page.reload()
        await expect(founder.page.get_by_text("A call was answered.")).to_be_visible()
        await press(founder.page, "Confirm and go on")
        await expect(founder.page.get_by_text("Everything is set up")).to_be_visible()
        await picture(founder, "setup-finished")


async def claim(page: Page, node: Node) -> None:
    """By the link of the first start, name the organisation and become its administrator."""
    printed = re.search(r"http://\S+/setup\?token=\S+", node.words())
    assert printed, node.words()
    await page.goto(printed.group())
    await page.get_by_label("Organisation").fill("Blue River")
    await page.get_by_label("Your name").fill("Maria Founder")
    await page.get_by_label("Password").fill(PASSWORD)
    await press(page, "Begin")


async def confirm_organisation(page: Page) -> None:
    await at_step(page, "Organisation")
    await expect(page.get_by_label("Organisation")).to_have_value("Blue River")
    await press(page, "Save and go on")


async def paste_users(page: Page) -> str:
    """Two agents; the first password of the first."""
    await at_step(page, "Users")
    await page.get_by_label("Users, one a line").fill("alice, Alice Chen\nbob, Bob Li")
    await press(page, "Check")
    await press(page, "Make 2 users")
    row = page.get_by_role("row").filter(has_text="Alice Chen")
    secret = await row.get_by_title("Copy").inner_text()
    await press(page, "Confirm and go on")
    return secret.strip()


async def take_number(page: Page) -> None:
    """A number that leads to a queue which is made with it."""
    await at_step(page, "Number")
    await page.get_by_label("Number", exact=True).fill(NUMBER)
    await choose(page, "Leads to", "A new queue: support")
    await press(page, "Save and go on")


async def leave_and_resume(page: Page, node: Node) -> None:
    await at_step(page, "Trunk")
    await press(page, "Go on later")
    await page.wait_for_url(lambda url: "/setup" not in url)
    await page.goto(f"{node.url}/setup")
    await expect(page.get_by_label("Done")).to_have_count(3)


async def prove_trunk(page: Page) -> None:
    """A carrier whose host answers the live test, once its port is put right."""
    await at_step(page, "Trunk")
    silent, port = free_port(), free_port()
    await page.get_by_label("Trunk", exact=True).fill("carrier")
    sources = page.get_by_label("Calls come from")
    await sources.fill("127.0.0.0/8")
    await sources.press("Enter")
    host = page.get_by_label("Carrier's host")
    await host.fill(f"127.0.0.1:{silent}")
    await press(page, "Save and go on")
    await press(page, "Test the line")
    await expect(page.get_by_text("Check host and port")).to_be_visible()
    await press(page, "Edit")
    await host.fill(f"127.0.0.1:{port}")
    await press(page, "Save and go on")
    with carrier(port):
        await press(page, "Test the line")
        await at_step(page, "Opening hours")


async def open_all_day(page: Page) -> None:
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"):
        await page.get_by_label(day).fill(ALL_DAY)
    await press(page, "Save and go on")


async def fill_queue(page: Page) -> None:
    """Alice serves the queue that came with the number."""
    await at_step(page, "Queue")
    await choose(page, "Agents", "Alice Chen")
    await page.keyboard.press("Escape")
    await press(page, "Save and go on")
    await at_step(page, "Test call")


async def first_call(program: Chromium, node: Node, secret: str) -> None:
    """A customer calls the number by the trunk; Alice takes the call and wraps it up by a key."""
    async with window(program, node, HZ) as alice:
        await alice.sign_in("alice", secret)
        await alice.be_ready()
        with caller(node.sip, NUMBER, hz=CUSTOMER_HZ, name=CUSTOMER) as customer:
            await customer.answered(20)
            await press(alice.page, "Accept")
            await heard(alice, CUSTOMER_HZ)
            customer.hang_up()
            await customer.ended()
        finished = alice.page.get_by_role("button", name="Finish")
        await expect(finished).to_be_disabled()
        await alice.page.keyboard.press("1")
        await finished.click()
        await expect(finished).to_be_hidden()


async def heard(desk: Browser, hz: float) -> None:
    """Wait until the page plays this tone."""
    await desk.page.wait_for_function("(hz) => Math.abs(window.loudestHz() - hz) < 6", arg=hz)


async def at_step(page: Page, name: str) -> None:
    """Wait until the walk has come to a step."""
    await expect(page.locator("[aria-current=step]")).to_contain_text(name)


async def press(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name).click()


async def choose(page: Page, label: str, option: str) -> None:
    """Choose one of a list by what it shows."""
    await page.get_by_label(label).click()
    await page.get_by_role("option", name=option).or_(page.get_by_title(option)).last.click()
