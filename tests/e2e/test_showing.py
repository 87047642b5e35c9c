"""A customer at a page shows an agent camera and screen, after a yes; in two real browsers."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.e2e.node import Node
from tests.e2e.pages import Browser, chromium, window
from tests.e2e.people import Json, Person, until
from tests.e2e.test_browser import AXE, accept, finish
from tests.tools.needs import lack

AGENT_HZ, CUSTOMER_HZ = 1000.0, 500.0
PICTURES = os.environ.get("TRUNKLINE_PICTURES")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 300
pytestmark = pytest.mark.timeout(150)

# How bright a picture is, how many shades it has, its size, and where its clock stands.
LOOK = """(label) => {
  const video = document.querySelector(`video[aria-label="${label}"]`);
  if (!video || !video.videoWidth) return null;
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 36 });
  const pen = canvas.getContext("2d");
  pen.drawImage(video, 0, 0, 64, 36);
  const { data } = pen.getImageData(0, 0, 64, 36);
  const bright = [...data].filter((_, at) => at % 4 === 1);
  return {
    brightest: Math.max(...bright), shades: new Set(bright).size, at: video.currentTime,
    frames: video.getVideoPlaybackQuality().totalVideoFrames, width: video.videoWidth,
  };
}"""
# Pixels of the agent's ink on the board.
INK = """() => {
  const canvas = document.querySelector("canvas.board-marks");
  if (!canvas || !canvas.width) return 0;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let inked = 0;
  for (let at = 0; at < data.length; at += 4)
    inked += data[at] > 180 && data[at + 1] < 60 && data[at + 3] > 200;
  return inked;
}"""
# Tracks that were captured and have not been stopped.
CAPTURES = """
window.captured = [];
for (const how of ["getUserMedia", "getDisplayMedia"]) {
  const ask = navigator.mediaDevices[how].bind(navigator.mediaDevices);
  navigator.mediaDevices[how] = async (wanted) => {
    const stream = await ask(wanted);
    window.captured.push(...stream.getVideoTracks());
    return stream;
  };
}
window.capturing = () => window.captured.filter(({ readyState }) => readyState === "live").length;
"""


@asynccontextmanager
async def a_talk(node: Node, folder: Path) -> AsyncIterator[tuple[Browser, Browser, str]]:
    """agent1 at the desk and a guest at /call, who talk."""
    async with (
        chromium(AGENT_HZ, folder) as mine,
        chromium(CUSTOMER_HZ, folder) as theirs,
        window(mine, node, AGENT_HZ, camera=True) as agent,
        window(theirs, node, CUSTOMER_HZ, camera=True) as guest,
    ):
        await guest.page.add_init_script(CAPTURES)
        await agent.sign_in("agent1")
        await agent.be_ready()
        await guest.open("/call")
        await guest.page.get_by_text("4001").click()
        await guest.page.get_by_role("button", name="Call 4001").click()
        await accept(agent, by_key=True)
        with closing(Person(node, "agent1")) as eye:
            call = await until(lambda: (eye.me()["work"] or {}).get("interaction_id"), "the talk")
        await expect(button(agent, "Ask for video")).to_be_enabled()
        yield agent, guest, str(call)
        await guest.page.get_by_role("button", name="Hang up").click()
        await finish(agent)


def button(page: Browser, name: str) -> Any:
    return page.page.get_by_role("button", name=name, exact=True)


async def moves(page: Page, label: str) -> Json:
    """Wait until the picture under this label is no black one, and goes on; what it is."""
    for _ in range(100):
        first: Json | None = await page.evaluate(LOOK, label)
        if first and first["brightest"] > 40 and first["shades"] > 3:
            await asyncio.sleep(0.3)
            then: Json = await page.evaluate(LOOK, label)
            if then["frames"] > first["frames"] and then["at"] > first["at"]:
                return then
        await asyncio.sleep(0.15)
    raise AssertionError(f"no moving picture: {label}: {await page.evaluate(LOOK, label)}")


async def picture(page: Browser, name: str) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        await page.page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


async def no_faults(*pages: Browser) -> None:
    """Nothing serious for those who need help."""
    if not AXE.is_file():
        lack("axe-core is missing: npm ci in web/")
    for page in pages:
        assert await page.violations(AXE.read_text(encoding="utf-8")) == []


async def test_a_customer_shows_camera_and_screen_and_takes_it_back(
    node: Node, tmp_path: Path
) -> None:
    async with a_talk(node, tmp_path) as (agent, guest, call):
        await a_no_yields_nothing(agent, guest)
        await both_see_each_other(agent, guest)
        await the_screen_is_shown_and_marked(agent, guest)
        await a_reload_goes_on(agent)
        await files_pass(agent, guest, tmp_path)
        await it_is_taken_back(agent, guest)
    with closing(Person(node, "admin")) as admin:
        shown = admin.get(f"/interactions/{call}")["showing"]
        written = admin.get("/audit", subject=call, limit=100)["items"]
    whats = [(one["part"], one["what"]) for one in shown["events"]]
    assert whats[:2] == [("video", "asked"), ("video", "refused")]
    assert whats[2:5] == [("video", "asked"), ("video", "agreed"), ("video", "began")]
    assert ("screen", "offered") in whats
    assert whats[-4:] == [
        ("screen", "withdrawn"), ("screen", "ended"), ("video", "withdrawn"), ("video", "ended"),
    ]  # fmt: skip
    told = [f"showings.{what}" for _, what in whats]
    audit = [one["action"] for one in reversed(written)]
    assert [one for one in audit if one.startswith("showings.")] == told
    assert audit.count("files.sent") == 2


async def a_no_yields_nothing(agent: Browser, guest: Browser) -> None:
    await button(agent, "Ask for video").click()
    ask = guest.page.get_by_role("alertdialog")
    await ask.wait_for()
    await expect(ask).to_be_focused()
    await no_faults(agent, guest)
    await picture(guest, "showing-asked")
    await guest.page.keyboard.press("Tab")
    await guest.page.keyboard.press("Tab")
    await guest.page.keyboard.press("Enter")
    await ask.wait_for(state="detached")
    await expect(button(agent, "Ask for video")).to_be_visible()
    assert await guest.page.evaluate("window.capturing() + window.captured.length") == 0


async def both_see_each_other(agent: Browser, guest: Browser) -> None:
    await button(agent, "Ask for video").click()
    await button(guest, "Agree, turn the camera on").click()
    seen = await moves(agent.page, "The customer's camera")
    assert seen["width"] >= 320
    await button(agent, "My camera on").click()
    await moves(guest.page, "The agent's camera")


async def the_screen_is_shown_and_marked(agent: Browser, guest: Browser) -> None:
    await button(guest, "Share my screen").click()
    await moves(agent.page, "The customer's screen")
    assert await guest.page.evaluate(INK) == 0
    canvas = agent.page.locator("canvas.board-marks")
    await canvas.scroll_into_view_if_needed()
    box = await canvas.bounding_box()
    assert box is not None
    mouse = agent.page.mouse
    await mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.4)
    await inked(guest.page, at_least=20)
    pointed = await guest.page.evaluate(INK)
    await agent.page.get_by_text("Draw", exact=True).click()
    await mouse.move(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.25)
    await mouse.down()
    for step in range(30):
        across = 0.25 + step / 60
        await mouse.move(box["x"] + box["width"] * across, box["y"] + box["height"] * across)
    await mouse.up()
    await inked(guest.page, at_least=pointed + 300)
    await picture(agent, "showing-desk")
    await picture(guest, "showing-call")
    await no_faults(agent, guest)
    await button(agent, "Undo").click()
    await mouse.move(1, 1)
    await inked(guest.page, at_most=pointed)


async def a_reload_goes_on(agent: Browser) -> None:
    """The agent's page comes again: the customer need not be asked anew."""
    await agent.page.reload()
    await moves(agent.page, "The customer's screen")
    await moves(agent.page, "The customer's camera")


async def files_pass(agent: Browser, guest: Browser, folder: Path) -> None:
    """One each way, byte for byte."""
    sent = folder / "bill.png"
    sent.write_bytes(PNG)
    for sender, taker in ((guest, agent), (agent, guest)):
        name = f"{sender.hz:.0f}.png"
        file = {"name": name, "mimeType": "image/png", "buffer": PNG}
        await sender.page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
        async with taker.page.expect_download() as loading:
            await taker.page.get_by_role("button", name=f"Save {name}").click()
        taken = folder / f"taken-{name}"
        await (await loading.value).save_as(taken)
        assert taken.read_bytes() == PNG


async def it_is_taken_back(agent: Browser, guest: Browser) -> None:
    assert await guest.page.evaluate("window.capturing()") == 2
    await button(guest, "Stop sharing").click()
    await agent.page.locator("canvas.board-marks").wait_for(state="detached")
    assert await guest.page.evaluate("window.capturing()") == 1
    await button(guest, "Stop video").click()
    await agent.page.locator("video").wait_for(state="detached")
    assert await guest.page.evaluate("window.capturing()") == 0
    await picture(agent, "showing-over")


async def inked(page: Page, at_least: int = 0, at_most: int | None = None) -> None:
    """Wait until so many pixels of the board are the agent's."""
    for _ in range(100):
        found = await page.evaluate(INK)
        if found >= at_least and (at_most is None or found <= at_most):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"{found} pixels of ink")
