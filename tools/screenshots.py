"""`python -m tools.screenshots [FOLDER]`: photograph every page of a demo that really takes a call.

A demo is started in a network namespace of its own; one browser calls as a known customer, another
answers. Each page is also looked at by axe: a serious finding makes the exit code 1.
"""

from __future__ import annotations

import math
import sys
import tempfile
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from tests.e2e.node import PASSWORD, Node
from tests.e2e.pages import FLAGS, every_page
from tests.e2e.people import Person
from tests.tools.needs import requires
from tests.tools.netns import network_namespace
from trunkline.sim import report, rules
from trunkline.sim.run import simulate
from trunkline.sim.scenario import load

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parent.parent
FOLDER: Final = ROOT / "docs" / "screenshots"
AXE: Final = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
SIZE: Final = ViewportSize(width=1360, height=850)
CUSTOMER: Final = "+8613800000002"
WITH_MORE: Final = frozenset(
    (
        "/login",
        "/call",
        "/desk",
        "/callbacks",
        "/interactions",
        "/tickets",
        "/interactions/",
        "/tickets/",
    )
)
"""Pages that are photographed with something on them."""
SERIOUS: Final = """axe.run().then(({violations}) => violations
    .filter(({impact}) => impact === "serious" || impact === "critical")
    .map(({id, nodes}) => id + ": " + nodes.map(({html}) => html.slice(0, 120)).join(" | ")))"""


@dataclass
class Album:
    """Where photographs go, and what axe found on them."""

    folder: Path
    findings: list[str] = field(default_factory=list)

    def take(self, page: Page, name: str, settle_ms: int = 900) -> None:
        """Photograph a page once it rests, and look at it with axe."""
        page.wait_for_timeout(settle_ms)
        page.screenshot(path=self.folder / f"{name}.png")
        page.evaluate(AXE.read_text())
        self.findings += [f"{name}: {one}" for one in page.evaluate(SERIOUS)]
        sys.stdout.write(f"{name}\n")


def main() -> int:
    """Take all photographs; 1 when axe found something serious."""
    album = Album(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
    album.folder.mkdir(parents=True, exist_ok=True)
    with network_namespace() as space, space.entered(), tempfile.TemporaryDirectory() as folder:
        node = Node(Path(folder) / "data")
        node.start()
        try:
            with _chromium() as chromium:
                _leave_callbacks(node)
                _photograph(album, chromium, node.url)
                _report(album, chromium, Path(folder))
        finally:
            node.stop()
    sys.stdout.writelines(f"{finding}\n" for finding in album.findings)
    return 1 if album.findings else 0


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=str(requires("chromium")), args=FLAGS)
        try:
            yield found
        finally:
            found.close()


def _photograph(album: Album, chromium: Browser, url: str) -> None:
    agent = _context(chromium, url, "zh-CN", "light")
    guest = _context(chromium, url, "en", "light").new_page()
    album.take(_opened(agent, url, "/login"), "login")
    desk = _sign_in(agent, url, "agent1")
    album.take(desk, "desk-idle")
    _call(album, desk, guest, url)
    _after_the_call(album, desk, url)
    _dark(album, chromium, url)
    _admin(album, _context(chromium, url, "zh-CN", "light"), url)


def _call(album: Album, desk: Page, guest: Page, url: str) -> None:
    """One call from offer to wrap-up, at both ends."""
    desk.get_by_title("切换状态").click()
    desk.get_by_role("menuitem", name="就绪", exact=True).click()
    guest.goto(f"{url}/call")
    guest.get_by_text("4001").click()
    guest.get_by_label("Call as").fill(CUSTOMER)
    album.take(guest, "call")
    guest.get_by_role("button", name="Call 4001").click()
    desk.locator(".offer").wait_for()
    album.take(desk, "desk-offer", settle_ms=300)
    desk.keyboard.press("a")
    desk.get_by_role("button", name="挂断").wait_for()
    desk.keyboard.press("n")
    desk.keyboard.type("客户更换电脑后无法登录，已核对身份并重置凭据。")
    desk.keyboard.press("Alt+v")
    desk.keyboard.press("Alt+1")
    desk.keyboard.press("Alt+w")
    album.take(desk, "desk-call", settle_ms=2_500)
    album.take(guest, "call-live")
    _show(album, desk, guest)
    desk.keyboard.press("Alt+Shift+x")
    desk.get_by_role("button", name="完成").wait_for()
    album.take(desk, "desk-wrap-up")
    desk.keyboard.press("Control+Enter")
    guest.keyboard.press("5")
    desk.wait_for_timeout(4_000)


def _show(album: Album, desk: Page, guest: Page) -> None:
    """The customer is asked, shows screen and camera, and the agent draws."""
    desk.get_by_role("button", name="请求查看屏幕").click()
    guest.get_by_role("alertdialog").wait_for()
    album.take(guest, "call-asked")
    guest.get_by_role("button", name="Agree, choose what to share").click()
    guest.get_by_role("button", name="Show my camera").click()
    board = desk.locator("canvas.board-marks")
    board.wait_for()
    desk.get_by_text("绘制", exact=True).click()
    board.scroll_into_view_if_needed()
    desk.wait_for_timeout(1_500)
    box = board.bounding_box()
    if box is not None:
        _circle(desk, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["height"] / 4)
    album.take(desk, "desk-showing", settle_ms=500)
    album.take(guest, "call-showing", settle_ms=100)
    guest.get_by_role("button", name="Stop sharing").click()
    guest.get_by_role("button", name="Stop video").click()


def _circle(page: Page, x: float, y: float, radius: float) -> None:
    page.mouse.move(x + radius, y)
    page.mouse.down()
    for step in range(1, 25):
        turn = step * math.tau / 24
        page.mouse.move(x + radius * math.cos(turn), y + radius * math.sin(turn))
    page.mouse.up()


def _after_the_call(album: Album, desk: Page, url: str) -> None:
    for place, one in (("interactions", "interaction"), ("tickets", "ticket")):
        desk.goto(f"{url}/{place}")
        desk.locator("tbody tr a").first.wait_for()
        album.take(desk, place)
        desk.locator("tbody tr a").first.click()
        album.take(desk, one, settle_ms=2_500)
    desk.keyboard.press("?")
    album.take(desk, "shortcuts")


def _leave_callbacks(node: Node) -> None:
    """Three customers are to be called: one by a certain agent, all tomorrow."""
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).replace(hour=2, minute=0)
    with closing(Person(node, "admin")) as admin:
        agents = {one["username"]: one["id"] for one in admin.get("/agents")["items"]}
        for n, owner in enumerate((agents["agent2"], None, None)):
            due = (tomorrow + timedelta(hours=n)).isoformat()
            who = {"phone": f"+861380000000{n + 4}", "owner_id": owner}
            admin.post("/callbacks", queue="support", number="4001", due_at=due, **who)


def _callbacks(album: Album, page: Page, url: str) -> None:
    page.goto(f"{url}/callbacks")
    page.locator("tbody tr.ant-table-row").first.wait_for()
    album.take(page, "callbacks")


def _report(album: Album, chromium: Browser, folder: Path) -> None:
    """What `trunkline sim run --html` writes."""
    where = load(ROOT / "examples" / "scenarios" / "callbacks.toml")
    found = simulate(where, (1, 2, 3), rules.under(where, rules.DEFAULT))
    (folder / "report.html").write_text(report.page(found), encoding="utf-8")
    page = chromium.new_context(viewport=SIZE).new_page()
    page.goto(f"file://{folder / 'report.html'}")
    album.take(page, "simulation")


def _dark(album: Album, chromium: Browser, url: str) -> None:
    desk = _sign_in(_context(chromium, url, "en", "dark"), url, "agent1")
    album.take(desk, "desk-dark")
    desk.get_by_role("button", name="Devices").click()
    album.take(desk, "devices-dark")
    desk.goto(f"{url}/interactions")
    desk.locator("tbody tr a").first.click()
    album.take(desk, "interaction-dark", settle_ms=2_500)


def _admin(album: Album, context: BrowserContext, url: str) -> None:
    page = _sign_in(context, url, "admin")
    _callbacks(album, page, url)
    for path in every_page({}):
        if path not in WITH_MORE:
            page.goto(url + path)
            album.take(page, path.strip("/").replace("/", "-"), settle_ms=1_500)
    page.goto(f"{url}/admin/queues")
    page.get_by_role("button", name="编辑").first.click()
    album.take(page, "admin-queue")


def _context(chromium: Browser, url: str, language: str, appearance: str) -> BrowserContext:
    context = chromium.new_context(viewport=SIZE)
    context.grant_permissions(["microphone", "camera"], origin=url)
    context.add_init_script(
        f"""localStorage.setItem("trunkline.language", '"{language}"');
        localStorage.setItem("trunkline.appearance", '"{appearance}"');"""
    )
    return context


def _opened(context: BrowserContext, url: str, path: str) -> Page:
    page = context.new_page()
    page.goto(url + path)
    return page


def _sign_in(context: BrowserContext, url: str, username: str) -> Page:
    page = _opened(context, url, "/login")
    page.locator("input[autocomplete=username]").fill(username)
    page.locator("input[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/login" not in address)
    return page


if __name__ == "__main__":
    sys.exit(main())
