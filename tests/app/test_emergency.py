"""Emergency calls in a whole node: nothing keeps them back, and they say where the seat is."""

from __future__ import annotations

import asyncio

import pytest

from tests.features.desk.house import Desk, until
from tests.features.desk.test_callbacks import dialled, rung
from trunkline.app.outward import located
from trunkline.core.words import Cause
from trunkline.ports.edge import Source

SEAT = "Hall 3, desk 12, 1 Century Avenue, Shanghai"
SHUT = {"premium": False, "cost_cap_cents": 0, "home_cents_a_minute": 100, "countries": []}


async def shut(desk: Desk) -> str:
    """Whatever can keep calls back does; the seat is known, and the trunk wants to hear of it."""
    async with desk.as_("admin") as admin:
        tag = (await admin.get("/outbound/rules")).headers["ETag"]
        await admin.patch("/outbound/rules", json=SHUT, headers={"If-Match": tag})
        await admin.post("/outbound/do-not-call", json={"number": "110", "reason": "never"})
        agent = await desk.user_id("agent1")
        assert (await admin.patch(f"/agents/{agent}", json={"location": SEAT})).is_success
        new = {"name": "help", "host": "127.0.0.9", "most_calls": 1, "emergency": True}
        made = await admin.post("/trunks", json={**new, "location_header": "X-Seat"})
        assert made.status_code == 201, made.text
        return str(made.json()["id"])


async def test_it_goes_out_though_everything_is_blocked(desk: Desk) -> None:
    trunk = await shut(desk)
    async with desk.as_("agent1") as client, desk.stream("supervisor") as supervisor:
        desk.edge.register((await client.get("/me/softphone")).json()["account"])
        reply = await client.post("/emergency-calls", json={"number": "110"})
        assert reply.status_code == 202, reply.text
        alert = await supervisor.event("trunkline.alert.raised.v1")
        assert alert["kind"] == "emergency"
        dial = await rung(desk)
        assert (dial.party, dial.trunk) == ("110", trunk)
        assert (trunk, "X-Seat", SEAT) in dial.headers
    async with desk.as_("admin") as admin:
        (call,) = (await admin.get("/outbound/calls")).json()["items"]
        assert call["rule"] is None
        (bell,) = (await admin.get("/alerts", params={"state": "open"})).json()["items"]
        assert bell["kind"] == "emergency"


@pytest.mark.parametrize(
    ("entered", "sent"),
    [
        (SEAT, f'country=CN,LOC="{SEAT}"'),
        (
            "A3=Shanghai; RD=Century Avenue; HNO=1",
            'country=CN,A3="Shanghai",RD="Century Avenue",HNO="1"',
        ),
        ('A3=Shanghai; the "blue" hall', 'country=CN,LOC="A3=Shanghai; the  blue  hall"'),
        ("${SHELL(id)}", 'country=CN,LOC="  SHELL(id) "'),
        ("https://places.example.org/12", "<https://places.example.org/12>"),
    ],
)
def test_a_seat_is_told_as_a_document_or_by_reference(entered: str, sent: str) -> None:
    assert located("Geolocation", entered, "CN") == sent
    assert located("X-Seat", entered, "CN") == entered


async def test_a_desk_phone_dials_it_by_itself_and_nothing_else(desk: Desk) -> None:
    async with desk.as_("agent1") as client:
        await client.put("/me/device", json={"kind": "sip"})
        leg = desk.edge.arrive("119", None, Source.DEVICE, "agent1")
        dial = await rung(desk)
        assert dial.party == "119"
        assert leg not in desk.edge.statuses()
        other = desk.edge.arrive("13800138000", None, Source.DEVICE, "agent2")
        await until(lambda: other in desk.edge.statuses())
        assert desk.edge.statuses()[other] is Cause.UNKNOWN_NUMBER
        await asyncio.sleep(0.1)
        assert len(dialled(desk)) == 1


async def test_a_house_in_another_country_calls_the_help_of_that_country(desk: Desk) -> None:
    async with desk.as_("admin") as admin:
        tag = (await admin.get("/outbound/rules")).headers["ETag"]
        at_home = await admin.patch(
            "/outbound/rules", json={"home": "US"}, headers={"If-Match": tag}
        )
        assert at_home.json()["home"] == "US"
    async with desk.as_("agent1") as client:
        assert (await client.get("/me")).json()["emergency_numbers"] == ["112", "911", "988"]
        refused = await client.post("/emergency-calls", json={"number": "110"})
        assert refused.json()["code"] == "number_not_emergency"
        await client.put("/me/device", json={"kind": "sip"})
        desk.edge.arrive("911", None, Source.DEVICE, "agent1")
        assert (await rung(desk)).party == "911"
    assert located("Geolocation", "Desk 12", "US") == 'country=US,LOC="Desk 12"'


async def test_no_other_number_passes_for_one(desk: Desk) -> None:
    async with desk.as_("agent1") as client:
        reply = await client.post("/emergency-calls", json={"number": "95588"})
        assert (reply.status_code, reply.json()["code"]) == (422, "number_not_emergency")
        assert "110" in (await client.get("/me")).json()["emergency_numbers"]
