"""Every verb of a talk with real phones, by their tones: who hears whom, and who does not."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.node import PASSWORD, Node
from tests.e2e.pages import Browser, browser
from tests.e2e.people import Json, Person, at_desk_phone, closed, hear_each_other, newest, until
from tests.e2e.test_browser import picture
from tests.tools.sipp import Phone, caller, desk_phone
from tests.tools.tones import strength

CUSTOMER_HZ = 440.0
HZ = {"agent1": 700.0, "agent2": 1000.0, "agent3": 1300.0, "agent8": 1900.0, "outside": 1600.0}
OUTSIDE_PORT = 5070
"""Where the demo's trunk sends calls to."""
OUTSIDE = "13800000009"
pytestmark = pytest.mark.timeout(120)


@dataclass
class Talk:
    """agent1 talks with a customer; all by desk phone."""

    node: Node
    things: AsyncExitStack
    customer: Phone
    agent: Person
    desk: Phone
    id: str

    async def colleague(self, name: str, **how: bool) -> tuple[Person, Phone]:
        """One more agent with a phone, who is ready."""
        return self.things.enter_context(at_desk_phone(self.node, name, HZ[name], **how))

    def does(self, verb: str, **body: object) -> None:
        self.agent.post(f"/interactions/{self.id}/{verb}", **body)

    def parties(self) -> list[Json]:
        work = self.agent.me()["work"]
        found: list[Json] = work["parties"] if work else []
        return found

    async def joined(self, count: int = 1) -> None:
        def look() -> bool:
            return sum(party["joined"] for party in self.parties()) == count

        await until(look, f"{count} parties")


@pytest.fixture
def admin(node: Node) -> Iterator[Person]:
    with closing(Person(node, "admin")) as person:
        yield person


@asynccontextmanager
async def talking(node: Node) -> AsyncIterator[Talk]:
    async with AsyncExitStack() as things:
        agent, desk = things.enter_context(at_desk_phone(node, "agent1", HZ["agent1"]))
        customer = things.enter_context(caller(node.sip, "4001", hz=CUSTOMER_HZ))
        await asyncio.gather(customer.answered(15), desk.answered(15))
        await hear_each_other(customer, desk, (CUSTOMER_HZ, HZ["agent1"]))
        call = await until(lambda: agent.me()["work"], "work")
        yield Talk(node, things, customer, agent, desk, call["interaction_id"])
        customer.hang_up()
        await until(lambda: agent.me()["work"] is None, "end of the wrap-up")


async def hears_all(phone: Phone, *hz: float) -> None:
    """These tones are what is heard, all of them."""

    def look() -> bool:
        heard = phone.voice.heard(0.5)
        parts = [strength(heard, one) for one in hz]
        return min(parts) > 0.4 / len(parts) and sum(parts) > 0.75

    await until(look, f"{hz} at {phone.port}")


async def hears_music(phone: Phone) -> None:
    """Something is heard, and it is nobody's tone."""

    def look() -> bool:
        heard = phone.voice.heard(0.5)
        tones = sum(strength(heard, hz) for hz in (CUSTOMER_HZ, *HZ.values()))
        return not phone.voice.hears_nothing() and tones < 0.3

    await until(look, f"music at {phone.port}")


async def test_a_colleague_is_consulted_aside_and_then_has_the_customer(
    node: Node, admin: Person
) -> None:
    async with talking(node) as talk:
        colleague, other = await talk.colleague("agent2")
        talk.does("consult", to={"agent": "agent2"})
        await hears_music(talk.customer)
        await other.answered()
        await talk.joined()
        await hear_each_other(other, talk.desk, (HZ["agent2"], HZ["agent1"]))
        await hears_music(talk.customer)
        talk.does("swap")
        await hear_each_other(talk.customer, talk.desk, (CUSTOMER_HZ, HZ["agent1"]))
        await hears_music(other)
        talk.does("transfer", kind="attended")
        await hear_each_other(talk.customer, other, (CUSTOMER_HZ, HZ["agent2"]))
        await talk.desk.ended()
        assert colleague.me()["work"]["kind"] == "segment"
        other.hang_up()
        await until(lambda: colleague.me()["work"]["kind"] == "wrap_up", "wrap-up")
        talk.customer.hang_up()
        page = await closed(admin, talk.id)
    kinds = [segment["kind"] for segment in page["segments"]]
    assert kinds.count("talk") == 2
    assert kinds.count("consult") == 1
    consult = next(s for s in page["segments"] if s["kind"] == "consult")
    talks = [s for s in page["segments"] if s["kind"] == "talk"]
    assert consult["ended_at"] == talks[0]["ended_at"] == talks[1]["started_at"]
    assert len(page["recordings"]) == 2


async def test_a_transfer_that_is_refused_returns_and_one_outside_goes(
    node: Node, admin: Person
) -> None:
    async with talking(node) as talk:
        to = {"kind": "blind", "to": {"number": OUTSIDE}}
        with desk_phone(port=OUTSIDE_PORT, refuses="486 Busy Here") as busy:
            talk.does("transfer", **to)
            await busy.rung()
            await until(lambda: not talk.parties(), "the refusal")
        await hear_each_other(talk.customer, talk.desk, (CUSTOMER_HZ, HZ["agent1"]))
        with desk_phone(hz=HZ["outside"], port=OUTSIDE_PORT) as outside:
            talk.does("transfer", **to)
            await outside.answered()
            await hear_each_other(talk.customer, outside, (CUSTOMER_HZ, HZ["outside"]))
            await talk.desk.ended()
            assert newest(admin)["state"] == "talking"
            outside.hang_up()
            await talk.customer.ended()
        page = await closed(admin, talk.id)
    assert page["ended_by"] == "passed_on"
    rung = [s["detail"] for s in page["segments"] if s["kind"] == "ring" and s["detail"]]
    assert rung == ["busy", "transfer"]
    assert OUTSIDE not in str(page)


async def test_five_in_a_conference_hear_each_other_and_go_one_by_one(node: Node) -> None:
    async with talking(node) as talk:
        phones = {CUSTOMER_HZ: talk.customer, HZ["agent1"]: talk.desk}
        for count, name in enumerate(("agent2", "agent3"), 1):
            _, phone = await talk.colleague(name)
            talk.does("conference", to={"agent": name})
            await phone.answered()
            await talk.joined(count)
            phones[HZ[name]] = phone
        with desk_phone(hz=HZ["outside"], port=OUTSIDE_PORT) as outside:
            talk.does("conference", to={"number": OUTSIDE})
            await outside.answered()
            await talk.joined(3)
            phones[HZ["outside"]] = outside
            assert len(phones) == 5
            for own, phone in phones.items():
                await hears_all(phone, *(hz for hz in phones if hz != own))
            outside.hang_up()
            await talk.joined(2)
        talk.desk.hang_up()
        await hears_all(talk.customer, HZ["agent2"], HZ["agent3"])
        await hears_all(phones[HZ["agent3"]], CUSTOMER_HZ, HZ["agent2"])
        phones[HZ["agent2"]].hang_up()
        await hear_each_other(talk.customer, phones[HZ["agent3"]], (CUSTOMER_HZ, HZ["agent3"]))


async def test_a_supervisor_listens_whispers_barges_in_and_takes_over(
    node: Node, admin: Person
) -> None:
    user = next(u for u in admin.get("/users", limit=100)["items"] if u["username"] == "agent8")
    roles = [{"role": "agent"}, {"role": "supervisor"}]
    admin.patch(f"/users/{user['id']}", roles=roles)
    async with talking(node) as talk:
        boss, ear = await talk.colleague("agent8")
        path = f"/interactions/{talk.id}/attendance"
        boss.put(path, mode="listen")
        await ear.answered()
        await hears_all(ear, CUSTOMER_HZ, HZ["agent1"])
        await hear_each_other(talk.customer, talk.desk, (CUSTOMER_HZ, HZ["agent1"]))
        boss.put(path, mode="whisper")
        await hears_all(talk.desk, CUSTOMER_HZ, HZ["agent8"])
        await hears_all(ear, CUSTOMER_HZ, HZ["agent1"])
        assert talk.customer.voice.hears(HZ["agent1"])
        boss.put(path, mode="barge")
        await hears_all(talk.customer, HZ["agent1"], HZ["agent8"])
        await hears_all(talk.desk, CUSTOMER_HZ, HZ["agent8"])
        boss.put(path, mode="listen")
        await hear_each_other(talk.customer, talk.desk, (CUSTOMER_HZ, HZ["agent1"]))
        boss.post(f"/interactions/{talk.id}/take-over")
        await hear_each_other(talk.customer, ear, (CUSTOMER_HZ, HZ["agent8"]))
        await talk.desk.ended()
        boss.post(f"/interactions/{talk.id}/end")
        await talk.customer.ended()
        page = await closed(admin, talk.id)
    assert page["ended_by"] == "supervisor"
    kinds = [segment["kind"] for segment in page["segments"]]
    assert [kind for kind in kinds if kind in ("listen", "whisper", "barge")] == [
        "listen",
        "whisper",
        "barge",
        "listen",
    ]


async def test_a_parked_customer_hears_music_and_then_whoever_fetches_them(
    node: Node, admin: Person
) -> None:
    async with talking(node) as talk:
        colleague, other = await talk.colleague("agent2")
        talk.does("park")
        await talk.desk.ended()
        await hears_music(talk.customer)
        (parked,) = colleague.get("/parked")["items"]
        colleague.post(f"/interactions/{talk.id}/retrieve")
        await other.answered()
        await hear_each_other(talk.customer, other, (CUSTOMER_HZ, HZ["agent2"]))
        assert colleague.get("/parked")["items"] == []
        other.hang_up()
        await until(lambda: colleague.me()["work"]["kind"] == "wrap_up", "wrap-up")
        talk.customer.hang_up()
        page = await closed(admin, talk.id)
    assert (parked["slot"], parked["interaction_id"]) == (701, talk.id)
    talks = [s for s in page["segments"] if s["kind"] == "talk"]
    (stay,) = [s for s in page["segments"] if s["kind"] == "parked"]
    assert talks[0]["ended_at"] == stay["started_at"]
    assert stay["ended_at"] == talks[1]["started_at"]
    assert len(page["recordings"]) == 2


async def test_a_desk_phone_calls_a_colleagues_extension_and_is_told_who_is_not_there(
    node: Node, admin: Person
) -> None:
    def dials(extension: str) -> AbstractContextManager[Phone]:
        who = {"name": "agent1", "secret": PASSWORD, "hz": HZ["agent1"]}
        return caller(node.sip, extension, **who)  # type: ignore[arg-type]

    with at_desk_phone(node, "agent2", HZ["agent2"]) as (colleague, other):
        with dials("8002") as desk:
            await asyncio.gather(desk.answered(10), other.answered(10))
            await hear_each_other(desk, other, (HZ["agent1"], HZ["agent2"]))
            work = colleague.me()["work"]
            assert (work["kind"], work["internal"]) == ("aside", True)
            with dials("8002") as second:  # its own agent is at work
                assert await second.refused() == 486
            other.hang_up()
        await until(lambda: colleague.me()["state"] == "ready", "the colleague free again")
        page = await closed(admin, work["interaction_id"])
        assert (page["direction"], page["queue"]) == ("internal", None)
        assert page["offers"] == page["recordings"] == []
    with dials("8003") as desk:
        assert await desk.refused() == 480
    with dials("8999") as desk:
        assert await desk.refused() == 404


async def test_a_flow_takes_a_customer_back(node: Node, admin: Person) -> None:
    flow = next(f for f in admin.get("/flows")["items"] if "main" in str(f["name"]).lower())
    async with talking(node) as talk:
        talk.does("transfer", kind="blind", to={"flow": flow["id"]})
        await until(talk.customer.voice.hears_speech, "the menu")
        await talk.desk.ended()
        assert newest(admin)["state"] == "flow"


async def test_a_page_consults_by_three_keys_and_the_colleagues_page_joins(
    node: Node, admin: Person, tmp_path: Path
) -> None:
    async with AsyncExitStack() as things:
        mine = await things.enter_async_context(browser(node, HZ["agent1"], tmp_path))
        other = await things.enter_async_context(browser(node, HZ["agent2"], tmp_path))
        for page, name in ((mine, "agent1"), (other, "agent2")):
            with closing(Person(node, name)) as person:
                person.put("/me/device", kind="browser")
            await page.sign_in(name)
        await call_a_colleague(mine, other)
        customer = things.enter_context(caller(node.sip, "4001", hz=CUSTOMER_HZ))
        await mine.page.get_by_role("button", name="Accept").wait_for()
        await mine.page.keyboard.press("a")
        await customer.answered()
        await until(lambda: customer.voice.hears(HZ["agent1"]), "the agent")
        await other.be_ready()
        await mine.page.keyboard.press("t")
        box = mine.page.get_by_role("combobox", name="Who?")
        await box.fill("8002")
        await mine.page.get_by_role("option").first.wait_for()
        await asyncio.sleep(0.5)
        await picture(mine, "consult-box")
        await box.press("Shift+Enter")
        await other.page.get_by_text("asks you").wait_for()
        await picture(other, "consult-asked")
        await other.page.keyboard.press("a")
        await other.page.get_by_role("button", name="Leave the call").wait_for()
        await mine.page.get_by_role("button", name="Swap").wait_for()
        await picture(mine, "consult-mine")
        await picture(other, "consult-other")
        await mine.hears(HZ["agent2"])
        await other.hears(HZ["agent1"])
        await hears_music(customer)
        await mine.page.keyboard.press("Shift+T")
        await until(lambda: customer.voice.hears(HZ["agent2"]), "the colleague")
        await other.hears(CUSTOMER_HZ)
        await other.page.get_by_role("button", name="Hang up").wait_for()
        customer.hang_up()
        await other.page.get_by_role("button", name="Hang up").wait_for(state="hidden")
        await asyncio.sleep(6)  # both wrap-ups of five seconds, before the pages are gone


async def call_a_colleague(mine: Browser, other: Browser) -> None:
    """An idle page calls the other's extension; both hear each other, and are at leisure again."""
    await mine.be_ready()
    await other.be_ready()
    box = mine.page.get_by_role("combobox", name="Number, or a colleague")
    await box.fill("8002")
    await mine.page.locator(".ant-select-item-option-active").wait_for()
    await picture(mine, "internal-box")
    await box.press("Enter")
    await other.page.get_by_text("calls you").wait_for()
    await picture(other, "internal-asked")
    await other.page.keyboard.press("a")
    await mine.hears(HZ["agent2"])
    await other.hears(HZ["agent1"])
    await picture(mine, "internal-mine")
    await other.page.get_by_role("button", name="Hang up").click()
    await box.wait_for()
    await other.page.get_by_title("Change state").click()
    await other.page.get_by_role("menuitem", name="Offline", exact=True).click()
    await other.page.get_by_title("Change state").get_by_text("Offline").wait_for()
