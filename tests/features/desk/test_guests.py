"""Guests: a call from a page, in the demo by anybody, few and for a while."""

from __future__ import annotations

import pytest

from tests.features.desk.house import Desk
from trunkline.features import desk as feature
from trunkline.features.desk.guests import service
from trunkline.ports.jobs import Job


async def test_anybody_may_call_a_number_of_the_demo(desk: Desk) -> None:
    async with desk.stranger() as stranger:
        listed = (await stranger.get("/guest/numbers")).json()["items"]
        asked = {"number": "4001", "caller": "+8613800000009"}
        made = await stranger.post("/guest/calls", json=asked)
        withheld = (await stranger.post("/guest/calls", json={"number": "4000"})).json()
        unknown = await stranger.post("/guest/calls", json={"number": "4999"})
    told = made.json()
    assert "4001" in [one["number"] for one in listed]
    assert (made.status_code, told["target"]) == (201, "sip:4001@trunkline")
    account = desk.edge.accounts[told["account"]]
    assert (account.secret, account.browser, account.number) == (
        told["secret"],
        True,
        "+8613800000009",
    )
    assert desk.edge.accounts[withheld["account"]].number == "anonymous"
    assert unknown.json()["code"] == "number_unknown"


async def test_guests_are_few_and_come_slowly(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_A_MINUTE", 2)
    async with desk.stranger() as stranger:
        codes = [
            (await stranger.post("/guest/calls", json={"number": "4001"})).status_code
            for _ in range(3)
        ]
        monkeypatch.setattr(service, "MOST_OPEN", 2)
        full = await stranger.post("/guest/calls", json={"number": "4001"})
    assert codes == [201, 201, 429]
    assert (full.status_code, "retry-after" in full.headers) == (429, True)


async def test_a_guest_ends_in_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "LIFE_MS", 0)
    async with desk.stranger() as stranger:
        made = (await stranger.post("/guest/calls", json={"number": "4001"})).json()
    assert made["account"] in desk.edge.accounts
    tenant_id = next(iter(desk.node.cells.drivers))
    job = Job("job", tenant_id, service.EXPIRE_JOB, {}, 1)
    await feature.handlers(desk.node.platform)[job.kind](job)
    assert made["account"] not in desk.edge.accounts


async def test_another_tenant_calls_its_own_numbers_only(desk: Desk) -> None:
    async with desk.as_("agent1", "two") as other:
        assert (await other.get("/guest/numbers")).json() == {"items": []}
        refused = await other.post("/guest/calls", json={"number": "4001"})
    assert refused.json()["code"] == "number_unknown"
