"""Lists that are dialled and calls for help, over real telephony."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.e2e.node import PASSWORD, Node
from tests.e2e.pages import chromium, window
from tests.e2e.people import Json, Person, at_desk_phone, hear_each_other, until
from tests.e2e.test_browser import AXE
from tests.tools.sipp import caller, desk_phone

CUSTOMER_HZ, AGENT_HZ = 400.0, 1000.0
CUSTOMERS_PORT = 5070
"""Where the demo's trunk sends calls to customers."""
SEAT = "desk-12"
WITHIN_S = 20.0
pytestmark = pytest.mark.timeout(150)


class List:
    """A list of whom we call because they asked for it: that is allowed at any hour."""

    def __init__(self, admin: Person, name: str, **rules: Any) -> None:
        self._admin = admin
        body = {"name": name, "queue_id": "support", "number": "4001", "purpose": "callback"}
        self.path = f"/dialling-lists/{admin.post('/dialling-lists', **body, **rules)['id']}"
        admin.post(f"{self.path}/start")

    def add(self, number: str) -> None:
        """One more who is to be called."""
        self._admin.post(f"{self.path}/entries", text=f"number,why\n{number},renewal\n")

    def entry(self, number: str) -> Json:
        """Where somebody stands."""
        items = self._admin.get(f"{self.path}/entries")["items"]
        found: Json = next(one for one in items if one["number"].endswith(number))
        return found

    async def sees(self, number: str, **wanted: str | None) -> Json:
        """Wait until an entry stands so."""

        def look() -> Json | None:
            found = self.entry(number)
            return found if wanted.items() <= found.items() else None

        return await until(look, f"{number} as {wanted}", WITHIN_S)


@contextmanager
def listed(node: Node, name: str, **rules: Any) -> Iterator[List]:
    with closing(Person(node, "admin")) as admin:
        made = List(admin, name, spacing_ms={}, **rules)
        yield made
        admin.post(f"{made.path}/stop")


async def test_a_progressive_list_tells_busy_no_answer_and_answered_apart(node: Node) -> None:
    with (
        listed(node, "progressive", mode="progressive", ring_ms=5_000) as people,
        at_desk_phone(node, "agent1", AGENT_HZ) as (_, desk),
    ):
        with desk_phone(port=CUSTOMERS_PORT, refuses="486 Busy Here"):
            people.add("13911110031")
            await people.sees("13911110031", state="ended", outcome="busy")
        with desk_phone(port=CUSTOMERS_PORT, rings_on=True):
            people.add("13911110032")
            await people.sees("13911110032", state="ended", outcome="no_answer")
        with desk_phone(hz=CUSTOMER_HZ, port=CUSTOMERS_PORT) as customer:
            people.add("13911110033")
            await people.sees("13911110033", state="talking", outcome="reached")
            await asyncio.gather(desk.answered(), customer.answered())
            assert (await customer.rung())[:2] == ("13911110033", "4001")
            await hear_each_other(desk, customer, (AGENT_HZ, CUSTOMER_HZ))
            desk.hang_up()
            await people.sees("13911110033", state="ended", outcome="reached")


async def test_what_is_looked_at_may_be_skipped_and_a_closed_window_asks_nobody(
    node: Node,
) -> None:
    other_day = (datetime.now(UTC).weekday() + 3) % 7
    shut = [{"weekdays": [other_day], "opens": 0, "closes": 1}]
    with (
        desk_phone(port=CUSTOMERS_PORT) as customer,
        listed(node, "shut", mode="progressive", windows=shut) as later,
        listed(node, "preview", mode="preview", look_ms=30_000) as people,
        at_desk_phone(node, "agent1", AGENT_HZ, rings_on=True) as (agent, _),
    ):
        later.add("13911110034")
        held = await later.sees("13911110034", rule="window")
        assert held["state"] == "waiting"
        people.add("13911110035")
        (offer,) = await until(lambda: agent.get("/me/offers")["items"], "the card", WITHIN_S)
        assert offer["pop"]["listed"]["fields"] == {"why": "renewal"}
        agent.post(f"/offers/{offer['id']}/decline", reason="wrong_person")
        skipped = await people.sees("13911110035", state="ended", outcome="skipped")
        assert skipped["detail"] == "wrong_person"
        assert agent.me()["state"] == "ready"
        assert not customer.lines("RUNG")


async def test_a_desk_phone_calls_for_help_though_everything_is_blocked(node: Node) -> None:
    with closing(Person(node, "admin")) as admin, everything_blocked(admin):
        with (
            desk_phone(hz=CUSTOMER_HZ, port=CUSTOMERS_PORT) as help_,
            caller(node.sip, "110", hz=AGENT_HZ, name="agent1", secret=PASSWORD) as desk,
        ):
            await asyncio.gather(desk.answered(10), help_.answered(10))
            dialled, shown, where = await help_.rung()
            assert (dialled, where) == ("110", SEAT)
            assert shown in {row["number"] for row in admin.get("/numbers")["items"]}
            await hear_each_other(desk, help_, (AGENT_HZ, CUSTOMER_HZ))
            alerts = admin.get("/alerts", state="open")["items"]
            assert "emergency" in {one["kind"] for one in alerts}
            with closing(Person(node, "agent1")) as agent:
                agent.post(f"/interactions/{agent.me()['work']['interaction_id']}/hangup")
            await help_.ended()
        for one in alerts:
            admin.post(f"/alerts/{one['id']}/dismiss")


async def test_a_list_goes_on_where_it_was_when_everything_was_killed(mortal: Node) -> None:
    with listed(mortal, "outlives", mode="progressive") as people:
        people.add("13911110036")
        people.add("13911110037")
        mortal.kill_all()
        mortal.start()
        with desk_phone(hz=CUSTOMER_HZ, port=CUSTOMERS_PORT) as customer:
            agent = Person(mortal, "agent1")
            with closing(agent), at_desk_phone(mortal, "agent1", AGENT_HZ) as (_, desk):
                await asyncio.gather(desk.answered(20), customer.answered(20))
                await people.sees("13911110036", state="talking")
                assert people.entry("13911110037")["tries"] == 0
                mortal.kill_all()
        mortal.start()
        found = await people.sees("13911110036", state="ended")
        assert (found["outcome"], found["tries"]) == ("reached", 1)


@contextmanager
def everything_blocked(admin: Person) -> Iterator[None]:
    """Lists, caps and a full trunk; the trunk wants to hear of seats in a header of its own."""
    (trunk,) = [one for one in admin.get("/trunks")["items"] if one["host"]]
    agent = next(one for one in admin.get("/agents")["items"] if one["username"] == "agent1")
    entry = admin.post("/outbound/do-not-call", number="110", reason="a test")
    admin.patch(f"/agents/{agent['id']}", location=SEAT)
    header = {"location_header": "X-Trunkline-Interaction", "emergency": True}
    admin.patch(f"/trunks/{trunk['id']}", **header)
    yield
    admin.patch(f"/trunks/{trunk['id']}", location_header=None, emergency=False)
    admin.patch(f"/agents/{agent['id']}", location="")
    admin._api.delete(f"/outbound/do-not-call/{entry['id']}")


async def test_a_supervisor_fills_and_starts_a_list_and_the_desk_calls_whom_it_shows(
    node: Node, tmp_path: Path
) -> None:
    shots = os.environ.get("TRUNKLINE_SHOTS")
    with closing(Person(node, "agent1")) as agent:
        agent.put("/me/device", kind="browser")  # others here used the desk phone
    with desk_phone(hz=CUSTOMER_HZ, port=CUSTOMERS_PORT) as customer:
        async with (
            chromium(AGENT_HZ, tmp_path) as program,
            window(program, node, AGENT_HZ) as above,
            window(program, node, AGENT_HZ) as desk,
        ):
            await above.sign_in("supervisor")
            await made_on_the_page(above.page, shots)
            await desk.sign_in("agent1")
            await desk.be_ready()
            card = desk.page.get_by_role("article", name="Incoming call")
            await expect(card.get_by_text("From the list “Spring renewals”")).to_be_visible()
            await expect(card.get_by_text("Family plan")).to_be_visible()
            await shot(desk.page, shots, "desk")
            await card.get_by_role("button", name="Call").click()
            await customer.answered(15)
            await desk.hears(CUSTOMER_HZ)
            await shot(above.page, shots, "talking")
            await (
                above.page.get_by_role("row", name="Spring renewals")
                .get_by_role("button", name="Stop")
                .click()
            )
            await above.page.get_by_role("button", name="OK").click()
            await expect(above.page.get_by_text("Stopped").first).to_be_visible()
            assert not await above.violations(AXE.read_text())
            customer.hang_up()


async def made_on_the_page(page: Page, shots: str | None) -> None:
    """A new list, filled from a file that is tried first, and started."""
    await page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + "/admin/lists")
    await page.get_by_role("button", name="Add", exact=True).click()
    form = page.get_by_role("dialog")
    await form.get_by_label("List", exact=True).fill("Spring renewals")
    await choose(page, form.get_by_label("On behalf of"), "support", among_many=True)
    await choose(page, form.get_by_label("Number shown"), "4001", among_many=True)
    await choose(page, form.get_by_label("Why they are called"), "They asked for it")
    await shot(page, shots, "dialog")
    await form.get_by_role("button", name="Save").click()
    row = page.get_by_role("row", name="Spring renewals")
    await row.get_by_role("button", name="Add people").click()
    text = "number,plan,ends\n13911110041,Family plan,2026-12-31\n12,None,\n"
    await form.get_by_label("Add people").fill(text)
    await form.get_by_role("button", name="See what changes").click()
    await expect(form.get_by_text("1 people to add, 1 lines left out")).to_be_visible()
    await shot(page, shots, "fill")
    await form.get_by_role("button", name="Add people").click()
    await expect(page.get_by_text("plan: Family plan")).to_be_visible()
    await row.get_by_role("button", name="Start").click()
    await expect(row.get_by_text("Running")).to_be_visible()
    await shot(page, shots, "lists")


async def choose(page: Page, field: Locator, option: str, *, among_many: bool = False) -> None:
    """Pick from a list of choices; one of many is looked for by its name."""
    await field.click()
    if among_many:
        await field.fill(option)
    shown = page.locator(".ant-select-dropdown:visible .ant-select-item-option")
    await shown.filter(has_text=option).first.click()


async def shot(page: Page, folder: str | None, name: str) -> None:
    """A picture for people, where one is wanted."""
    if folder:
        await page.wait_for_timeout(400)
        await page.screenshot(path=f"{folder}/{name}.png", full_page=True)
