"""The desk in real Chromium windows: whom it shows, how it asks, and what it never loses.

Each scene has agents, a queue and a number of its own, so several play at once.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.e2e.node import Node
from tests.e2e.pages import Browser, Chromium, chromium, window
from tests.e2e.people import Json, Person, newest, until
from tests.e2e.test_browser import picture
from tests.tools.sipp import Phone, caller

HZ = 1000.0
CALL_HZ, RING_HZ, CONNECT_HZ, OVERRUN_HZ = 0, 660, 880, 520
TONE_TOLERANCE_HZ = 30
RINGS_S, OVERRUN_S = 5, 15
KNOWN, SHARED, STRANGER = "+8613800000003", "+8613800000004", "+8613911112222"
BUYER = "+8613800000005"
"""Whose tickets no other scene touches."""
_lines = count(5001)
pytestmark = pytest.mark.timeout(120)


@pytest.fixture
async def program(inside: object, tmp_path: Path) -> AsyncIterator[Chromium]:
    """A Chromium for the windows of one test."""
    async with chromium(HZ, tmp_path) as opened:
        yield opened


@pytest.fixture
def admin(node: Node) -> Iterator[Person]:
    """Who sets things up."""
    with closing(Person(node, "admin")) as person:
        yield person


def line(admin: Person, agents: list[str], **rules: Any) -> str:
    """A number that leads to a queue of its own, served by these agents."""
    number = str(next(_lines))
    users = {one["username"]: one["id"] for one in admin.get("/users", limit=100)["items"]}
    serve = [users[name] for name in agents]
    until_done = {"mode": "until_done", "seconds": 1}
    rules = {"wrap_up": until_done, "disposition_required": False, "survey_rate_pct": 0, **rules}
    queue = admin.post("/queues", name=f"line-{number}", agents=serve, **rules)
    admin.post("/numbers", number=number, queue_id=queue["id"])
    return number


@asynccontextmanager
async def desk(
    program: Chromium, node: Node, username: str, *, microphone: bool = True
) -> AsyncIterator[Browser]:
    """An agent at the desk, ready."""
    with closing(Person(node, username)) as person:
        person.put("/me/device", kind="browser")  # others here use their desk phone
    async with window(program, node, HZ, microphone=microphone) as page:
        await page.sign_in(username)
        await expect(page.page.get_by_text("Connected", exact=True)).to_be_visible()
        await page.be_ready()
        yield page


def button(desk: Browser, name: str) -> Locator:
    return desk.page.get_by_role("button", name=name)


def card(desk: Browser) -> Locator:
    """The offer's card."""
    return desk.page.get_by_role("article", name="Incoming call")


def customer(desk: Browser) -> Locator:
    """The panel that says who calls."""
    return desk.page.get_by_role("complementary", name="Customer", exact=True)


def note(desk: Browser) -> Locator:
    return desk.page.get_by_role("textbox", name="Notes")


async def accept(desk: Browser) -> None:
    """Take the offer, and be in the call."""
    await button(desk, "Accept").click()
    await in_call(desk)


async def in_call(desk: Browser) -> None:
    await expect(desk.page.get_by_text("In the call", exact=True)).to_be_visible()


async def state(desk: Browser, shown: str, within_s: float = 5) -> None:
    """Wait until the switch shows a state."""
    switch = desk.page.get_by_title("Change state")
    await expect(switch).to_contain_text(shown, timeout=within_s * 1000)


async def choose_state(desk: Browser, name: str) -> None:
    await desk.page.get_by_title("Change state").click()
    await desk.page.get_by_role("menuitem", name=name, exact=True).click()


async def finish(desk: Browser) -> None:
    """Be done with the wrap-up."""
    await button(desk, "Finish").click()
    await expect(button(desk, "Finish")).to_be_hidden()


@asynccontextmanager
async def calling(node: Node, number: str, name: str, hz: float = 0) -> AsyncIterator[Phone]:
    """A customer who calls, and is gone at the end, whatever happened."""
    with caller(node.sip, number, name=name, hz=hz) as phone:
        try:
            await phone.answered()
            yield phone
        finally:
            if phone.is_up():
                await hang_up(phone)


async def hang_up(phone: Phone) -> None:
    """The customer hangs up."""
    phone.hang_up()
    await phone.ended()


async def played(desk: Browser, hz: float) -> Json:
    """Wait for a tone of the page's own."""
    found = await desk.page.wait_for_function(
        "([hz, off]) => window.tones.find((tone) => Math.abs(tone.hz - hz) < off)",
        arg=[hz, TONE_TOLERANCE_HZ],
    )
    told: Json = await found.json_value()
    return told


async def test_who_calls_is_known_or_asked_for_and_the_agent_keeps_what_he_types(
    node: Node, admin: Person, program: Chromium
) -> None:
    async with asyncio.TaskGroup() as scenes:
        for scene in (
            who_shares_a_number_is_picked_and_what_is_known_travels,
            a_stranger_is_found_once_and_a_withheld_number_is_unknown,
            an_offer_leaves_the_typing_alone_and_signing_out_waits,
        ):
            scenes.create_task(scene(node, admin, program))


async def test_calls_are_offered_and_wrapped_up_as_their_queue_rules(
    node: Node, admin: Person, program: Chromium
) -> None:
    async with asyncio.TaskGroup() as scenes:
        for scene in (
            who_missed_a_call_comes_back_and_who_declines_says_why,
            an_automatic_call_is_seen_first_and_sounds_in_the_headset,
            an_overrun_wrap_up_sounds_and_is_finished_later,
            wrap_up_is_done_by_keys_and_the_ticket_made_or_continued,
            what_is_written_is_handled_beside_others_and_a_call_stands_in_front,
        ):
            scenes.create_task(scene(node, admin, program))


async def who_shares_a_number_is_picked_and_what_is_known_travels(
    node: Node, admin: Person, program: Chromium
) -> None:
    number, second = line(admin, ["agent1"]), line(admin, ["agent2"])
    with closing(Person(node, "agent1")) as person:
        me = person.me()["display_name"]
    admin.post("/customers", name="Chen Jia", phones=[SHARED], level="gold")
    async with desk(program, node, "agent1") as first, desk(program, node, "agent2") as other:
        async with calling(node, number, SHARED) as phone:
            await expect(card(first).get_by_text("2 matches")).to_be_visible()
            await accept(first)
            await expect(customer(first).get_by_text("Who is it?")).to_be_visible()
            await picture(first, "desk-several")
            await customer(first).get_by_role("button", name="Chen Jia").click()
            await expect(customer(first).get_by_text("Presumed")).to_be_visible()
            await first.page.keyboard.press("v")
            await expect(customer(first).get_by_text(f"Verified · by {me}")).to_be_visible()
            await first.page.keyboard.press("n")
            await note(first).press_sequentially("Wants the invoice again")
            await expect(first.page.get_by_text("Saved", exact=True)).to_be_visible()
            await first.page.reload()
            await expect(note(first)).to_have_value("Wants the invoice again")
            await in_call(first)
            await button(first, "Transfer").click()
            box = first.page.get_by_role("combobox", name="Who?")
            await box.fill(f"line-{second}")
            await box.press("Enter")  # at once: it waits for what was typed to be found
            await expect(card(other).get_by_text(f"Verified · by {me}")).to_be_visible()
            await accept(other)
            await expect(customer(other).get_by_text("Chen Jia")).to_be_visible()
            await expect(customer(other).get_by_text(f"Verified · by {me}")).to_be_visible()
            await expect(button(other, "Mark as verified")).to_be_hidden()
            await expect(note(other)).to_have_value("Wants the invoice again")
            await picture(other, "desk-transferred")
            await hang_up(phone)
        await finish(first)
        await finish(other)


async def a_stranger_is_found_once_and_a_withheld_number_is_unknown(
    node: Node, admin: Person, program: Chromium
) -> None:
    number = line(admin, ["agent3"])
    async with desk(program, node, "agent3") as agent:
        async with calling(node, number, STRANGER) as phone:
            await expect(card(agent).get_by_text("Nobody known")).to_be_visible()
            await accept(agent)
            await expect(customer(agent).get_by_text("Unknown number")).to_be_visible()
            await agent.page.get_by_role("textbox", name="Name or number").fill("Emma")
            found = customer(agent).get_by_role("button", name="Emma Collins")
            await expect(found).to_be_visible()
            await expect(customer(agent).get_by_role("checkbox")).to_be_checked()
            await picture(agent, "desk-unknown")
            await found.click()
            await expect(customer(agent).get_by_text("Emma Collins")).to_be_visible()
            await customer(agent).get_by_title("Copy").click()
            copied = await agent.page.evaluate("navigator.clipboard.readText()")
            await hang_up(phone)
        await finish(agent)
        async with calling(node, number, STRANGER) as phone:
            await expect(card(agent).get_by_text("Emma Collins")).to_be_visible()
            await expect(card(agent).get_by_text("Presumed")).to_be_visible()
            await accept(agent)
            await hang_up(phone)
        await finish(agent)
        async with calling(node, number, "anonymous") as phone:
            await expect(card(agent).get_by_text("Number withheld")).to_be_visible()
            await accept(agent)
            await expect(customer(agent).get_by_text("Number withheld")).to_be_visible()
            await button(agent, "New customer").click()
            await agent.page.get_by_label("Name", exact=True).fill("Nora Weber")
            await button(agent, "Save and link").click()
            await expect(customer(agent).get_by_text("Nora Weber")).to_be_visible()
            await picture(agent, "desk-withheld-linked")
            await hang_up(phone)
        await finish(agent)
    assert copied.endswith(STRANGER[-4:])


async def who_missed_a_call_comes_back_and_who_declines_says_why(
    node: Node, admin: Person, program: Chromium
) -> None:
    number = line(admin, ["agent4"], offer_timeout_s=RINGS_S, decline_allowed=True)
    async with desk(program, node, "agent4") as agent, calling(node, number, KNOWN):
        await card(agent).wait_for()
        assert (await played(agent, RING_HZ))["loop"]
        await state(agent, "Not ready", RINGS_S + 3)
        await expect(agent.page.get_by_text("You did not answer the last call")).to_be_visible()
        await picture(agent, "desk-missed")
        admin.patch(f"/queues/line-{number}", offer_timeout_s=60)
        await button(agent, "I’m here").click()
        await card(agent).wait_for()
        await agent.page.keyboard.press("d")
        await expect(card(agent).get_by_text("Why?")).to_be_visible()
        await picture(agent, "desk-decline")
        await agent.page.get_by_role("radio", name="Not my subject").check()
        await card(agent).get_by_role("button", name="Decline").click()
        await expect(card(agent).get_by_text("Why?")).to_be_hidden()
        await until(lambda: declined(admin, number), "reason of the declined offer")


def declined(person: Person, number: str) -> bool:
    """Whether the newest call's offer was declined for its reason."""
    offers = person.get(f"/interactions/{newest(person, number)['id']}")["offers"]
    return any(one["outcome"] == "declined" and one["reason"] == "wrong_skill" for one in offers)


async def an_automatic_call_is_seen_first_and_sounds_in_the_headset(
    node: Node, admin: Person, program: Chromium
) -> None:
    number = line(admin, ["agent5"], accept={"mode": "automatic", "after_ms": 3_000})
    by_hand = line(admin, ["agent5"])
    async with desk(program, node, "agent5") as agent:
        headset, ringer = await choose_devices(agent)
        async with calling(node, number, KNOWN, 500) as phone:
            await expect(card(agent).get_by_text("Accepted by itself in")).to_be_visible()
            await expect(agent.page.get_by_role("dialog")).to_be_hidden()
            await expect(customer(agent).get_by_text("Presumed")).to_be_visible()
            assert (await played(agent, CONNECT_HZ))["device"] == headset
            await picture(agent, "desk-automatic")
            await in_call(agent)
            await until_hears(agent, 500)
            assert (await played(agent, CALL_HZ))["device"] == headset
            await agent.page.keyboard.press("Shift+X")
            await phone.ended()
        await finish(agent)
        async with calling(node, by_hand, KNOWN) as phone:
            assert (await played(agent, RING_HZ))["device"] == ringer
            await accept(agent)
            await hang_up(phone)
        await finish(agent)


async def until_hears(agent: Browser, hz: float) -> None:
    """Wait until the page plays this tone."""
    await agent.page.wait_for_function("(hz) => Math.abs(window.loudestHz() - hz) < 6", arg=hz)


async def choose_devices(agent: Browser) -> tuple[str, str]:
    """Another device for the call than for the ring; the ids of the two."""
    await button(agent, "Check microphone").click()
    dialog = agent.page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Check", exact=True).click()
    await expect(dialog.get_by_text("We hear you.")).to_be_visible()
    await dialog.get_by_role("button", name="Stop").click()
    for label, nth in (("Headset (the call)", 1), ("Ringer", 2)):
        choice = dialog.get_by_role("combobox", name=label)
        await choice.press("ArrowDown")
        for _ in range(nth):
            await choice.press("ArrowDown")
        await choice.press("Enter")
    await picture(agent, "devices")
    kept = json.loads(await agent.page.evaluate("localStorage.getItem('trunkline.devices')"))
    headset, ringer = kept["headset"], kept["ringer"]
    assert len({"", headset, ringer}) == 3
    return headset, ringer


async def test_a_denied_microphone_is_said_and_the_customer_waits_on(
    node: Node, admin: Person, tmp_path: Path
) -> None:
    number = line(admin, ["agent6", "agent1"])
    async with (
        chromium(HZ, tmp_path, asks=True) as program,
        desk(program, node, "agent6", microphone=False) as agent,
        calling(node, number, KNOWN),
    ):
        await button(agent, "Accept").click()
        said = agent.page.get_by_text("does not let us use the microphone")
        await expect(said.first).to_be_visible()
        await state(agent, "Not ready")
        await picture(agent, "desk-microphone-denied")
        assert newest(admin, number)["state"] == "queued"


async def an_overrun_wrap_up_sounds_and_is_finished_later(
    node: Node, admin: Person, program: Chromium
) -> None:
    fixed = {"mode": "fixed", "seconds": 1}
    number = line(admin, ["agent7"], wrap_up=fixed, disposition_required=True)
    async with desk(program, node, "agent7") as agent:
        async with calling(node, number, KNOWN) as phone:
            await accept(agent)
            await choose_state(agent, "Lunch")
            await expect(agent.page.get_by_text("Then: Not ready · Lunch")).to_be_visible()
            await picture(agent, "desk-pending")
            await button(agent, "Take the waiting state back").click()
            await expect(agent.page.get_by_text("Then: Not ready · Lunch")).to_be_hidden()
            await hang_up(phone)
        await played(agent, OVERRUN_HZ)
        await expect(agent.page.get_by_text("Overrun")).to_be_visible()
        await picture(agent, "desk-overrun")
        await state(agent, "Wrap-up overrun", OVERRUN_S + 3)
        owed = agent.page.get_by_role("button", name="Disposition not set")
        await owed.click()
        await picture(agent, "desk-unfinished")
        await agent.page.keyboard.press("1")
        await agent.page.get_by_role("dialog").get_by_role("button", name="Finish").click()
        await expect(owed).to_be_hidden()
        assert newest(admin, number)["disposition"]


async def wrap_up_is_done_by_keys_and_the_ticket_made_or_continued(
    node: Node, admin: Person, program: Chromium
) -> None:
    fixed = {"mode": "fixed", "seconds": 20}
    number = line(admin, ["agent8"], wrap_up=fixed, disposition_required=True)
    async with desk(program, node, "agent8") as agent:
        solved = await wrapped_up(agent, node, number, admin, keys="2+s")
        assert solved["status"] == "closed"
        opened = await wrapped_up(agent, node, number, admin, keys="1w")
        assert opened["status"] == "open"
        again = await wrapped_up(agent, node, number, admin, keys="1p")
        assert again["id"] == opened["id"]


async def wrapped_up(agent: Browser, node: Node, number: str, admin: Person, *, keys: str) -> Json:
    """A call from a known customer, wrapped up by these keys: its ticket."""
    async with calling(node, number, BUYER) as phone:
        await accept(agent)
        await expect(customer(agent).get_by_text("Presumed")).to_be_visible()
        await hang_up(phone)
    await expect(button(agent, "Finish")).to_be_disabled()
    for key in keys:
        await agent.page.keyboard.press(key)
    await expect(button(agent, "Finish")).to_be_enabled()
    if "+" in keys:
        await expect(button(agent, "30 s")).to_contain_text("1")
    await picture(agent, f"desk-wrap-up-{keys}")
    await agent.page.keyboard.press("Control+Enter")
    await expect(button(agent, "Finish")).to_be_hidden()
    call = newest(admin, number)["id"]
    ticket_id = await until(lambda: admin.get(f"/interactions/{call}")["ticket_id"], "ticket")
    ticket: Json = admin.get(f"/tickets/{ticket_id}")
    return ticket


async def an_offer_leaves_the_typing_alone_and_signing_out_waits(
    node: Node, admin: Person, program: Chromium
) -> None:
    number = line(admin, ["agent6"])
    async with desk(program, node, "agent6") as agent:
        await agent.page.get_by_role("link", name="Tickets").click()
        field = agent.page.get_by_role("textbox", name="Search")
        await field.press_sequentially("inv")
        async with calling(node, number, KNOWN) as phone:
            arrived = agent.page.get_by_role("link", name="Incoming call")
            await arrived.wait_for()
            await agent.page.keyboard.type("a")
            await expect(field).to_have_value("inva")
            await expect(field).to_be_focused()
            await arrived.click()
            await accept(agent)
            await agent.page.get_by_label("Menu of").click()
            await agent.page.get_by_role("menuitem", name="Sign out").click()
            await expect(agent.page.get_by_text("You will be signed out when")).to_be_visible()
            await expect(agent.page.get_by_text("Then: Offline")).to_be_visible()
            await in_call(agent)
            await hang_up(phone)
        await button(agent, "Finish").click()
        await agent.page.wait_for_url("**/login")


async def what_is_written_is_handled_beside_others_and_a_call_stands_in_front(
    node: Node, admin: Person, program: Chromium
) -> None:
    number = line(admin, ["agent3"])
    async with desk(program, node, "agent3") as agent:
        for subject in ("Invoice 7", "Invoice 8"):
            said = {"subject": subject, "text": f"Where is {subject}?"}
            admin.post("/interactions", channel="email", queue=f"line-{number}", **said)
            await mail(agent).get_by_text(subject).wait_for()
            await button(agent, "Accept").click()
            await mail(agent).wait_for(state="hidden")
        works = agent.page.get_by_role("navigation", name="Open work").get_by_role("button")
        await expect(agent.page.get_by_text("Where is Invoice 8?")).to_be_visible()
        await works.filter(has_text="Invoice 7").click()
        await expect(agent.page.get_by_text("Where is Invoice 7?")).to_be_visible()
        async with calling(node, number, KNOWN) as phone:
            await accept(agent)
            await expect(works).to_have_count(3)
            await expect(works.first).to_have_attribute("aria-pressed", "true")
            await hang_up(phone)
        for left in (2, 0, 0):
            await done(agent, works, left)
        await state(agent, "Ready")


async def done(agent: Browser, works: Locator, left: int) -> None:
    """Finish what is in front, and the work after it; so many then stand in the list."""
    back = button(agent, "Back to the queue")
    if await back.is_visible():
        await button(agent, "Finish").click()
        await back.wait_for(state="hidden")
    await button(agent, "Finish").click()
    await expect(works).to_have_count(left)


def mail(agent: Browser) -> Locator:
    """The card of a mail that is offered."""
    return agent.page.get_by_role("article", name="Mail")
