"""Real Chromium on our pages: a tone for a microphone, and an ear on what the page plays."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from typing import Any

import soundfile
from playwright.async_api import Browser as Chromium
from playwright.async_api import Page, async_playwright

from tests.e2e.node import PASSWORD, Node
from tests.e2e.people import Person
from tests.tools.needs import requires
from tests.tools.tones import tone

FLAGS = (  # noqa: SIM905  flags are read as on a command line
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync --use-fake-ui-for-media-stream"
    " --use-fake-device-for-media-stream --autoplay-policy=no-user-gesture-required"
    " --disable-features=WebRtcHideLocalIpsWithMdns"
).split()
MICROPHONE_RATE = 48_000
BIN_HZ = 4.0
"""So near is the same tone."""
ROUTES = Path(__file__).parents[2] / "web" / "src" / "app" / "routes.tsx"
# The page's own choices would take a steady tone for noise; what it hears goes to an analyser.
EAR = """
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = (wanted) => open({...wanted, audio: wanted.audio && {
  ...(typeof wanted.audio === "object" ? wanted.audio : {}),
  echoCancellation: false, noiseSuppression: false, autoGainControl: false}});
window.connections = [];
window.openConnections = () =>
  window.connections.filter(({ signalingState }) => signalingState !== "closed").length;
const Connection = window.RTCPeerConnection;
window.RTCPeerConnection = class extends Connection {
  constructor(...given) {
    super(...given);
    window.connections.push(this);
    this.addEventListener("track", ({ track }) => {
      if (track.kind !== "audio") return;
      window.hearing ??= new AudioContext({ sampleRate: 16000 });
      const analyser = window.hearing.createAnalyser();
      analyser.fftSize = 8192;
      analyser.smoothingTimeConstant = 0;
      const source = window.hearing.createMediaStreamSource(new MediaStream([track]));
      source.connect(analyser);
      window.ear = analyser;
    });
  }
};
window.loudestHz = () => {
  if (!window.ear) return 0;
  if (window.hearing.state !== "running") window.hearing.resume();
  const levels = new Float32Array(window.ear.frequencyBinCount);
  window.ear.getFloatFrequencyData(levels);
  const at = levels.reduce((best, level, n) => (level > levels[best] ? n : best), 0);
  return levels[at] < -70 ? 0 : (at * 16000) / window.ear.fftSize;
};
"""
DEAF = """async () => {
  const links = await Promise.all(window.connections.map(async (link) => [
    link.connectionState, link.iceConnectionState,
    ...[...(await link.getStats()).values()]
      .filter((one) => /^(in|out)bound-rtp$|candidate/.test(one.type))
      .map((one) => [one.type, one.address, one.state, one.packetsReceived, one.packetsSent])]));
  return JSON.stringify([window.hearing?.state, window.loudestHz(), links]);
}"""
# What the page plays: each tone's first note (0 for a call), and the device that it went to.
LOUDSPEAKER = """
window.tones = [];
const blobs = new Map();
const give = URL.createObjectURL;
URL.createObjectURL = (blob) => {
  const url = give.call(URL, blob);
  blobs.set(url, blob);
  return url;
};
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () {
  const told = { hz: 0, device: this.sinkId, loop: this.loop };
  if (this.srcObject) window.tones.push(told);
  if (blobs.has(this.src)) {
    blobs.get(this.src).arrayBuffer().then((bytes) => {
      const pcm = new Int16Array(bytes.slice(44, 44 + 2560));
      const turns = pcm.reduce((n, s, at) => n + (at > 0 && s >= 0 && pcm[at - 1] < 0), 0);
      window.tones.push({ ...told, hz: turns / 0.08 });
    });
  }
  return play.call(this);
};
"""

# How often the page's softphone was rung.
BELL = """
window.rung = 0;
const Socket = window.WebSocket;
window.WebSocket = class extends Socket {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) => {
      if (typeof data === "string" && data.startsWith("INVITE ")) window.rung += 1;
    });
  }
};
"""


def every_page(known: dict[str, str]) -> list[str]:
    """The paths of all pages of the routes; `known` has an id of interactions and of tickets."""
    named = re.findall(r'path: "([^"]+)"', ROUTES.read_text(encoding="utf-8"))
    admin = named[: named.index("/login")]
    rest = [path for path in named[len(admin) :] if path not in ("admin", "*")]
    paths = [*(f"/admin/{path}" for path in admin), *(f"/{path.lstrip('/')}" for path in rest)]
    return [path.replace(":id", known.get(path.split("/")[1], "")) for path in paths]


class Browser:
    """One page in a browser of its own."""

    def __init__(self, page: Page, node: Node, hz: float) -> None:
        self.page = page
        self.hz = hz
        self._node = node
        self._username, self._password = "", PASSWORD
        self._ready = False

    async def open(self, path: str) -> None:
        """Go to a path of our origin."""
        await self.page.goto(self._node.url + path)

    async def sign_in(self, username: str, password: str = PASSWORD) -> None:
        """Sign in, by default as one of the demo's users."""
        self._username, self._password = username, password
        await self.open("/login")
        await self.page.get_by_label("User name").fill(username)
        await self.page.get_by_label("Password").fill(password)
        await self.page.get_by_role("button", name="Sign in").click()
        await self.page.wait_for_url(lambda url: "/login" not in url)

    async def be_ready(self) -> None:
        """Choose Ready at the desk."""
        await self.page.get_by_title("Change state").click()
        await self.page.get_by_role("menuitem", name="Ready", exact=True).click()
        self._ready = True

    def leave(self) -> None:
        """Take no more calls: the node is shared, and a page that is gone answers none."""
        if self._ready:
            with (
                closing(Person(self._node, self._username, self._password)) as person,
                suppress(AssertionError),  # who is offered to is left to the peace after the test
            ):
                person.be("offline")

    async def loudest_hz(self) -> float:
        """The loudest frequency in what the page plays now; 0 for silence."""
        return float(await self.page.evaluate("window.loudestHz()"))

    async def hears(self, hz: float, within_s: float = 20.0) -> None:
        """Wait until this is the loudest frequency that the page plays."""
        deadline = time.monotonic() + within_s
        while abs(await self.loudest_hz() - hz) >= BIN_HZ:
            assert time.monotonic() < deadline, f"{hz} Hz is not heard in the page"
            await asyncio.sleep(0.1)

    async def hearing(self) -> str:
        """What there is to say about the ear of a page that hears nothing."""
        return str(await self.page.evaluate(DEAF))

    async def violations(self, axe: str) -> list[str]:
        """What axe finds serious or worse on the page as it is."""
        await self.page.evaluate(axe)
        found: dict[str, Any] = await self.page.evaluate("axe.run()")
        return [
            f"{one['id']}: {[node['html'][:120] for node in one['nodes']]}"
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
        ]


@asynccontextmanager
async def chromium(hz: float, folder: Path, *, asks: bool = False) -> AsyncIterator[Chromium]:
    """A Chromium whose microphone hears a tone for ever; with `asks` nobody grants it by itself."""
    sound = folder / f"{hz:.0f}.wav"
    soundfile.write(sound, tone(hz, 10, MICROPHONE_RATE), MICROPHONE_RATE, subtype="PCM_16")
    args = [flag for flag in FLAGS if not (asks and "fake-ui" in flag)]
    args.append(f"--use-file-for-fake-audio-capture={sound}")
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(
            executable_path=str(requires("chromium")), args=args
        )
        try:
            yield opened
        finally:
            await opened.close()


@asynccontextmanager
async def window(
    program: Chromium, node: Node, hz: float, *, microphone: bool = True, camera: bool = False
) -> AsyncIterator[Browser]:
    """A window that shares nothing with the others of its Chromium."""
    page = await program.new_page(locale="en-GB", viewport={"width": 1440, "height": 900})
    granted = ["clipboard-read", "clipboard-write"]
    granted += ["microphone"] * microphone + ["camera"] * camera
    await page.context.grant_permissions(granted, origin=node.url)
    await page.add_init_script(EAR + LOUDSPEAKER + BELL)
    opened = Browser(page, node, hz)
    try:
        yield opened
    finally:
        await page.context.close()
        opened.leave()


@asynccontextmanager
async def browser(node: Node, hz: float, folder: Path) -> AsyncIterator[Browser]:
    """One window in a Chromium of its own."""
    async with chromium(hz, folder) as program, window(program, node, hz) as page:
        yield page
