"""Addresses that are refused, seen and taken again by who may."""

from tests.tools.clock import FakeClock
from tests.tools.rig import NOON, Rig
from trunkline.adapters.edge.fake import FakeEdge
from trunkline.features import numbers
from trunkline.ports.edge import Offender

ONE = Offender("off-1", "192.0.2.1", 30, NOON, NOON + 600_000)


async def test_an_administrator_sees_who_is_refused_and_takes_them_again() -> None:
    edge = FakeEdge(FakeClock(NOON))
    edge.banned[ONE.id] = ONE
    rig = Rig(*numbers.routers, edge=edge)
    async with rig.as_("one") as client, rig.as_("one", "planner") as planner:
        (told,) = (await client.get("/offenders")).json()["items"]
        assert (told["address"], told["until"]) == ("192.0.2.1", "2026-11-21T12:10:00.000Z")
        assert (await planner.get("/offenders")).status_code == 403
        assert (await client.delete(f"/offenders/{ONE.id}")).status_code == 204
        assert (await client.delete(f"/offenders/{ONE.id}")).json()["code"] == "offender_unknown"
        assert (await client.get("/offenders")).json()["items"] == []
    assert rig.outbox.kinds() == ["trunkline.offender.pardoned.v1"]
