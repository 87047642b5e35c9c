"""Emergency calls over a trunk that wants to know where the seat is."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from tests.contract.edge.stage import AsteriskStage
from tests.tools.ports import free_port
from tests.tools.raw_sip import found
from trunkline.core.call import commands as c
from trunkline.core.call.events import LegEnded
from trunkline.core.words import InteractionId, LegId, Token
from trunkline.ports.edge import LOCATION, TrunkLink


@contextmanager
def silent(port: int) -> Iterator[socket.socket]:
    """A trunk's host that hears and says nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as host:
        host.bind(("127.0.0.1", port))
        yield host


async def to_trunk(real: AsteriskStage, leg: LegId, port: int) -> c.DialCustomer:
    await real.edge.put_trunk(TrunkLink("first", (), f"127.0.0.1:{port}"))
    return c.DialCustomer(leg, InteractionId("i"), Token("110"), "4001", 1500, "first")


async def test_a_location_goes_with_the_call_as_a_document(real: AsteriskStage) -> None:
    """RFC 6442: the header names the part of the body that says where the seat is (RFC 5139)."""
    port, leg = free_port(), LegId(f"cell-{real.epoch}-where")
    civic = 'country=CN,A3="Shanghai",LOC="Hall 3, desk 12"'
    with silent(port) as host:
        dial = await to_trunk(real, leg, port)
        await real.do(replace(dial, headers=(("first", LOCATION, civic),)))
        asked = (await asyncio.to_thread(host.recv, 65_535)).decode()
        await real.hear(LegEnded, leg=leg)
    cid = found(asked, r"\r\nGeolocation: <cid:([^>]+)>")
    assert cid
    assert f"Content-ID: <{cid}>" in asked
    assert "Content-Type: application/pidf+xml" in asked
    assert "Content-Type: application/sdp" in asked
    assert "\r\nGeolocation-Routing: yes" in asked
    for element, value in (("country", "CN"), ("A3", "Shanghai"), ("LOC", "Hall 3, desk 12")):
        assert re.search(rf"<(\w+:)?{element}>{value}</", asked), asked
    await real.edge.put_trunk(TrunkLink("first", (), "127.9.9.9:5999"))


async def test_a_call_without_a_location_carries_no_document(real: AsteriskStage) -> None:
    port, leg = free_port(), LegId(f"cell-{real.epoch}-nowhere")
    with silent(port) as host:
        await real.do(await to_trunk(real, leg, port))
        asked = (await asyncio.to_thread(host.recv, 65_535)).decode()
        await real.hear(LegEnded, leg=leg)
    assert LOCATION not in asked
    assert "pidf" not in asked
    await real.edge.put_trunk(TrunkLink("first", (), "127.9.9.9:5999"))
