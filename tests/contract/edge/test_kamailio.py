"""Kamailio as it stands before the engines, with engines that only answer, silent or not."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.tools.needs import requires_kamailio, requires_root
from tests.tools.ports import free_port
from trunkline.adapters.edge.asterisk.config import DOOR, OUTSIDE, PROBE
from trunkline.adapters.edge.asterisk.offences import MOST
from trunkline.adapters.edge.asterisk.root import KAMAILIO, find
from trunkline.adapters.edge.kamailio.server import KamailioServer
from trunkline.adapters.edge.kamailio.settings import KamailioSettings
from trunkline.ports.edge import EdgeError, TrunkLink

TRUNK, STRANGER = "127.0.8.8", "127.0.9.9"
pytestmark = pytest.mark.timeout(60)


class Peer(asyncio.DatagramProtocol):
    """One address that speaks SIP: what it heard, and what it answers requests with."""

    def __init__(self, status: str = "") -> None:
        self.status = status
        self.heard: list[str] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport

    def datagram_received(self, data: bytes, source: tuple[str, int]) -> None:
        text = data.decode()
        self.heard.append(text)
        if self.status and not text.startswith(("SIP/2.0", "ACK")):
            kept = re.findall(r"(?im)^((?:via|from|call-id|cseq|record-route):[^\r]+)", text)
            (to,) = re.findall(r"(?im)^(to:[^\r]+)", text)
            status = "200 OK" if text.startswith("OPTIONS") else self.status
            lines = [f"SIP/2.0 {status}", *kept, f"{to};tag=n", "Content-Length: 0", "", ""]
            self.transport.sendto("\r\n".join(lines).encode(), source)

    def requests(self, method: str) -> list[str]:
        return [text for text in self.heard if text.startswith(f"{method} ")]

    async def answer(self, within_s: float = 5.0) -> int:
        """The next final answer: its status."""
        async with asyncio.timeout(within_s):
            while True:
                for index, text in enumerate(self.heard):
                    if re.match(r"SIP/2.0 [2-6]", text):
                        del self.heard[index]
                        return int(text.split()[1])
                await asyncio.sleep(0.01)


@asynccontextmanager
async def peer(host: str, port: int = 0, status: str = "") -> AsyncIterator[Peer]:
    made = Peer(status)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: made, local_addr=(host, port))
    try:
        yield made
    finally:
        transport.close()
        await asyncio.sleep(0)  # only then is the port free


class Access:
    """A running Kamailio with two nodes."""

    def __init__(self, settings: KamailioSettings, server: KamailioServer) -> None:
        self.settings = settings
        self.server = server
        self._calls = 0

    def send(self, caller: Peer, method: str = "INVITE", *headers: str, within: str = "") -> None:
        """A request of a call of its own; or one as if within a call, for the host `within`."""
        self._calls += 1
        host, port = caller.transport.get_extra_info("sockname")
        lines = [
            f"{method} sip:4001@{within or f'127.0.0.1:{self.settings.port}'} SIP/2.0",
            f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{self._calls};rport",
            f"From: <sip:somebody@{host}>;tag={self._calls}",
            f"To: <sip:4001@127.0.0.1>{';tag=x' if within else ''}",
            f"Call-ID: {self._calls}@{host}",
            f"CSeq: 1 {method}",
            f"Contact: <sip:somebody@{host}:{port}>",
            "Max-Forwards: 70",
            *headers,
            "Content-Length: 0",
        ]
        where = ("127.0.0.1", self.settings.port)
        caller.transport.sendto("\r\n".join([*lines, "", ""]).encode(), where)


@pytest.fixture
async def access(tmp_path: Path) -> AsyncIterator[Access]:
    requires_root("enter a private root")
    requires_kamailio()
    found = find(of=KAMAILIO)
    assert found is not None
    nodes = {"1": free_port(), "2": free_port()}
    settings = KamailioSettings(
        tmp_path / "kamailio", found, "127.0.0.1", free_port(), free_port(), nodes
    )
    server = KamailioServer(settings)
    try:
        await server.start()
        await server.trust([TrunkLink("carrier", (f"{TRUNK}/32",))])
        yield Access(settings, server)
    finally:
        await server.stop()


def door(request: str) -> list[str]:
    """What was said of whose a call is."""
    return re.findall(rf"(?im)^{DOOR}: ([^\r]+)", request)


@asynccontextmanager
async def node(access: Access, name: str, status: str) -> AsyncIterator[Peer]:
    async with peer("127.0.0.1", access.settings.nodes[name], status) as made:
        yield made


async def test_whose_a_call_is_only_kamailio_says(access: Access) -> None:
    secret = access.settings.secret()
    async with (
        node(access, "1", "404 Not Found") as first,
        peer(TRUNK) as carrier,
        peer(STRANGER) as stranger,
    ):
        await access.server.welcome("1")
        access.send(carrier)
        assert await carrier.answer() == 404
        access.send(stranger, "INVITE", f"{DOOR}: {secret}-carrier", "Route: <sip:127.0.0.1:9;lr>")
        assert await stranger.answer() == 404
        access.send(carrier, "REGISTER", f"{DOOR.lower()}: {secret}-carrier")
        assert await carrier.answer() == 404
        asked = [*first.requests("INVITE"), *first.requests("REGISTER")]
        assert [door(one) for one in asked] == [[f"{secret}-carrier"], [OUTSIDE], [OUTSIDE]]


async def test_within_a_call_nobody_is_led_elsewhere_than_to_a_node(access: Access) -> None:
    here = f"Route: <sip:127.0.0.1:{access.settings.port};lr>"
    async with (
        node(access, "1", "481 Call Does Not Exist") as first,
        peer(STRANGER) as stranger,
        peer("127.0.7.7") as victim,
    ):
        host, port = victim.transport.get_extra_info("sockname")
        elsewhere = f"{host}:{port}"
        known = f"127.0.0.1:{access.settings.nodes['1']}"
        access.send(stranger, "BYE", here, within=known)
        assert await stranger.answer() == 481
        assert len(first.requests("BYE")) == 1
        onwards = (here, f"Route: <sip:{elsewhere};lr>")
        for routes, where in (((here,), elsewhere), (onwards, known), ((), elsewhere)):
            for method in ("INVITE", "BYE"):
                access.send(stranger, method, *routes, within=where)
                assert await stranger.answer() == 404
        assert not victim.heard
        assert len(first.requests("BYE")) == 1


async def test_a_silent_node_is_passed_over_and_asked_until_it_answers(access: Access) -> None:
    async with peer(TRUNK) as carrier, node(access, "1", "404 Not Found") as first:
        async with node(access, "2", "") as silent:
            for name in ("1", "2"):
                await access.server.welcome(name)
            for _ in range(2):  # they go round
                access.send(carrier)
                assert await carrier.answer() == 404
            assert silent.requests("INVITE")
        assert len(first.requests("INVITE")) == 2
        async with node(access, "2", "404 Not Found") as second:
            async with asyncio.timeout(8):
                while not second.requests("INVITE"):
                    access.send(carrier)
                    assert await carrier.answer() == 404
            assert door(second.requests("OPTIONS")[0]) == [f"{access.settings.secret()}-{PROBE}"]


async def test_without_a_node_that_takes_calls_it_says_503(access: Access) -> None:
    async with peer(TRUNK) as carrier:
        access.send(carrier)
        assert await carrier.answer() == 503


async def test_a_drained_node_gets_no_new_call_until_it_is_undrained(access: Access) -> None:
    async with (
        peer(TRUNK) as carrier,
        node(access, "1", "404 Not Found") as first,
        node(access, "2", "404 Not Found") as second,
    ):
        for name in ("1", "2"):
            await access.server.welcome(name)
        await access.server.steer_around(frozenset({"1"}))
        for _ in range(4):
            access.send(carrier)
            assert await carrier.answer() == 404
        assert (len(first.requests("INVITE")), len(second.requests("INVITE"))) == (0, 4)
        os.kill(access.server.pid or 0, signal.SIGKILL)
        await access.server.wait()
        await access.server.start()
        access.send(carrier)
        assert await carrier.answer() == 404
        await access.server.steer_around(frozenset())
        async with asyncio.timeout(8):
            while not first.requests("INVITE"):
                access.send(carrier)
                assert await carrier.answer() == 404


async def test_who_is_refused_too_often_is_refused_at_the_door_until_pardoned(
    access: Access,
) -> None:
    async with (
        node(access, "1", "403 Forbidden") as first,
        peer(STRANGER) as stranger,
        peer(TRUNK) as carrier,
    ):
        await access.server.welcome("1")
        for one in (stranger, carrier):
            for _ in range(MOST + 2):
                access.send(one)
                assert await one.answer() == 403
        assert len(first.requests("INVITE")) == 2 * MOST + 2
        (offender,) = await access.server.offenders()
        assert offender.address == STRANGER
        assert not await access.server.pardon("off-else")
        assert await access.server.pardon(offender.id)
        access.send(stranger)
        assert await stranger.answer() == 403
        assert len(first.requests("INVITE")) == 2 * MOST + 3


async def test_it_outlives_us_and_is_found_again_with_the_same_settings(access: Access) -> None:
    successor = KamailioServer(access.settings)
    await successor.start()
    assert successor.pid == access.server.pid
    await successor.stop()
    with pytest.raises(EdgeError):
        await access.server.welcome("1")
