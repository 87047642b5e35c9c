"""The parts of the edge that need no engine."""

import asyncio
import os
import random
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from trunkline.adapters.edge.asterisk import root
from trunkline.adapters.edge.asterisk.gate import Gate
from trunkline.adapters.edge.asterisk.settings import AsteriskSettings, Limits
from trunkline.adapters.edge.asterisk.sip_proxy import may_pass, proxy_sip
from trunkline.adapters.edge.told import Told
from trunkline.adapters.edge.wav import has_true_header, is_closed, repair_header
from trunkline.core.call.events import LegAnswered
from trunkline.core.words import LegId

ONE_LINE = """# a comment
deb-src http://mirror.example/debian bookworm main
deb [arch=amd64 signed-by=/k.gpg] http://security.example/debian-security bookworm-security main
deb [arch=amd64] http://other.example/tools stable main
deb http://mirror.example/debian/ bookworm main contrib # ours
"""
DEB822 = """Types: deb
# a snapshot
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
"""


@pytest.mark.parametrize(("name", "text"), [("x.list", ONE_LINE), ("debian.sources", DEB822)])
def test_the_machines_own_debian_archive_is_found(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list.d" / name).write_text(text)
    assert root.debian_uri(tmp_path).rstrip("/") == "http://mirror.example/debian"


def test_without_a_debian_archive_the_remedy_is_said(tmp_path: Path) -> None:
    (tmp_path / "sources.list").write_text("deb http://archive.example/ubuntu noble main\n")
    disabled = "Enabled: no\n" + DEB822.split("\n\n")[0]
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list.d" / "off.sources").write_text(disabled)
    with pytest.raises(root.CannotInstall, match="apt-get install asterisk"):
        root.debian_uri(tmp_path)


def test_an_installed_root_is_found_and_is_not_made_again(tmp_path: Path) -> None:
    assert root.find([tmp_path]) in (None, root.find([]))
    (tmp_path / root.STAMP).write_text("Asterisk 22.1\n")
    said: list[str] = []
    made = root.install(tmp_path, said.append)
    assert made.version == "Asterisk 22.1"
    assert said == [f"Asterisk 22.1 is in {tmp_path} already."]


def test_the_installer_runs_before_anything_of_ours_is_installed() -> None:
    source = Path(root.__file__).parents[4]
    bare = [sys.executable, "-S", "-E", "-c"]
    code = f"import sys; sys.path.insert(0, {str(source)!r}); import {root.__name__}"
    assert subprocess.run([*bare, code], check=False).returncode == 0


def test_a_file_is_closed_when_nobody_writes_it_any_more(tmp_path: Path) -> None:
    path = tmp_path / "r-in.wav"
    assert not is_closed(path)
    with path.open("wb") as writer:
        writer.write(b"\0" * 44)
        writer.flush()
        assert not is_closed(path)
    assert is_closed(path)


@pytest.mark.parametrize(("size", "ms"), [(0, 0), (20, 0), (44, 0), (44 + 16000, 1000), (61, 1)])
def test_an_unfinished_header_is_made_true(tmp_path: Path, size: int, ms: int) -> None:
    path = tmp_path / "r-in.wav"
    header = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        36,
        b"WAVE",
        b"fmt ",
        16,
        1,
        1,
        8000,
        16000,
        2,
        16,
        b"data",
        0,
    )
    path.write_bytes((header + os.urandom(20_000))[:size])
    assert repair_header(path) == ms
    assert has_true_header(path)
    assert path.stat().st_size == 44 + ms * 16


def test_beyond_the_rate_calls_are_refused_and_later_taken_again() -> None:
    gate = Gate(Limits(legs=10, arrivals_per_s=2, burst=3), 0.0)
    assert [gate.admits(0, 0.0) for _ in range(4)] == [True, True, True, False]
    assert gate.admits(0, 0.5)
    assert not gate.admits(0, 0.5)
    assert gate.admits(9, 10.0)
    assert not gate.admits(10, 10.0)


def flooded(gate: Gate, per_s: int, for_s: float, attended_s: float) -> list[bool]:
    """So many calls a second, of which the dialplan lets pass what the gate says: who came in."""
    dice, came_in = random.Random(1), []
    for n in range(round(per_s * for_s)):
        if dice.randrange(100) >= gate.shed_pct:
            came_in.append(gate.admits(0, n / per_s))
            if came_in[-1]:
                gate.attended(attended_s)
    return came_in


def test_a_flood_is_refused_in_the_dialplan_but_for_the_rate_that_is_kept() -> None:
    gate = Gate(Limits(legs=600, arrivals_per_s=80, burst=180), 0.0)
    came_in = flooded(gate, 240, 20.0, attended_s=0.004)
    assert 60 <= gate.shed_pct <= 75
    assert 80 * 20 * 0.8 <= sum(came_in) <= 80 * 20 * 1.1
    assert came_in.count(False) < len(came_in) / 5, "most were not refused where it is cheap"


def test_a_flood_that_is_attended_to_late_lets_fewer_in_until_it_is_in_time() -> None:
    gate = Gate(Limits(legs=600, arrivals_per_s=80, burst=180), 0.0)
    flooded(gate, 240, 5.0, attended_s=0.1)
    assert gate.shed_pct >= 95


def test_a_flood_that_is_looked_at_twice_in_a_row_is_one_still() -> None:
    gate = Gate(Limits(legs=600, arrivals_per_s=80, burst=180), 0.0)
    flooded(gate, 240, 5.0, attended_s=0.1)
    shed_pct = gate.shed_pct
    gate.review(5.0)
    gate.review(5.01)
    assert gate.shed_pct >= shed_pct - 5


def test_after_a_flood_everybody_comes_in_again() -> None:
    gate = Gate(Limits(legs=600, arrivals_per_s=80, burst=180), 0.0)
    flooded(gate, 240, 5.0, attended_s=0.1)
    gate.review(6.0)
    assert gate.shed_pct == 0
    assert all(gate.admits(0, 6.0 + n / 50) for n in range(200))


def test_a_burst_below_a_flood_is_taken_in_however_late_it_is_attended_to() -> None:
    gate = Gate(Limits(legs=600, arrivals_per_s=80, burst=180), 0.0)
    assert all(flooded(gate, 100, 2.4, attended_s=0.2))


async def test_events_are_numbered_and_kept_until_acknowledged() -> None:
    told = Told()
    for name in "abc":
        told.tell(LegAnswered(LegId(name)))
    told.acknowledge(1)
    told.close()
    assert [numbered.seq async for numbered in told.events()] == [2, 3]
    assert [numbered.seq async for numbered in told.events()] == [2, 3]


async def test_a_driver_that_never_acknowledges_ends_the_stream_instead_of_memory() -> None:
    told = Told(most=2)
    for name in "abc":
        told.tell(LegAnswered(LegId(name)))
    assert [numbered async for numbered in told.events()] == []
    told.reopen()
    told.tell(LegAnswered(LegId("d")))
    told.close()
    assert [numbered.seq async for numbered in told.events()] == [4]


def request(method: str, sender: str, to: str = "<sip:x@y>") -> str:
    return f"{method} sip:x@y SIP/2.0\r\nFrom: <sip:{sender}@z>;tag=1\r\nTo: {to}\r\n\r\n"


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        (request("REGISTER", "agent1"), True),
        (request("INVITE", "agent1"), True),
        (request("INVITE", "agent2"), False),
        (request("INVITE", "+8613800000001"), False),
        (request("BYE", "abc123", "<sip:x@y>;tag=7"), True),
        ("INVITE sip:x@y SIP/2.0\r\nf: <sip:agent2@z>\r\nt: <sip:x@y>\r\n\r\n", False),
        ("INVITE sip:x@y SIP/2.0\r\n\r\nFrom: <sip:agent1@z>\r\nTo: x\r\n", False),
        ("SIP/2.0 200 OK\r\n\r\n", True),
        ("\r\n\r\n", True),
    ],
)
def test_a_page_speaks_for_its_own_account_only(text: str, passes: bool) -> None:
    assert may_pass(text, "agent1") is passes


class FakePage:
    """A page's WebSocket, from the server's side."""

    def __init__(self) -> None:
        self.incoming: asyncio.Queue[dict[str, object]] = asyncio.Queue()
        self.outgoing: asyncio.Queue[str] = asyncio.Queue()
        self.accepted: str | None = None
        self.closed: int | None = None

    async def accept(self, subprotocol: str | None = None, headers: object = None) -> None:
        self.accepted = subprotocol

    async def receive(self) -> dict[str, object]:
        return await self.incoming.get()

    async def send_text(self, data: str) -> None:
        await self.outgoing.put(data)

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        self.closed = code

    def say(self, text: str) -> None:
        self.incoming.put_nowait({"type": "websocket.receive", "text": text})


async def test_the_proxy_carries_sip_both_ways_until_the_page_goes(
    asterisk: AsteriskSettings,
) -> None:
    page = FakePage()
    proxy = asyncio.create_task(
        proxy_sip(page, "agent1", asyncio.Event(), http_port=asterisk.http_port)
    )
    via = "Via: SIP/2.0/WS x.invalid;branch=z9hG4bKa\r\nCall-ID: a\r\nMax-Forwards: 70\r\n"
    contact = "Contact: <sip:q@x.invalid;transport=ws>\r\nContent-Length: 0\r\n"
    for sender in ("intruder", "agent1"):
        text = request("REGISTER", sender).replace("\r\n", f"\r\n{via}{contact}", 1)
        page.say(text.replace("\r\n\r\n", "\r\nCSeq: 1 REGISTER\r\n\r\n"))
    async with asyncio.timeout(5):
        answer = await page.outgoing.get()
    assert answer.startswith("SIP/2.0 4")
    assert "agent1" in answer
    page.incoming.put_nowait({"type": "websocket.disconnect", "code": 1001})
    async with asyncio.timeout(5):
        await proxy
    assert page.accepted == "sip"
    assert page.outgoing.empty()


async def test_a_page_is_told_to_try_again_when_asterisk_is_away() -> None:
    page = FakePage()
    await proxy_sip(page, "agent1", asyncio.Event(), http_port=9)
    assert page.closed == 1013
