"""Me: state, device and the softphone's credentials."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.features.desk.house import Desk, Furnished, until
from trunkline.features import desk as feature
from trunkline.features.desk.me import softphones
from trunkline.ports.jobs import Job


async def test_me_says_who_i_am_and_what_i_serve(desk: Desk) -> None:
    async with desk.as_("agent1") as client:
        me = (await client.get("/me")).json()
    assert (me["username"], me["tenant"]["name"]) == ("agent1", "Trunkline Demo")
    assert me["agent"]["agent_id"] == me["user_id"]
    assert (me["state"], me["work"], me["device"]["account"]) == ("offline", None, "agent1-web")
    assert "support" in {queue["name"] for queue in me["queues"]}
    assert "desk.use" in me["permissions"]


async def test_who_is_no_agent_has_no_device_and_no_work(desk: Desk) -> None:
    async with desk.as_("quality") as client:
        me = (await client.get("/me")).json()
        refused = await client.put("/me/state", json={"state": "ready"})
    assert (me["agent"], me["device"]["account"], me["queues"]) == (None, None, [])
    assert refused.status_code == 403


async def test_an_administrator_becomes_an_agent_by_coming_to_the_desk(desk: Desk) -> None:
    async with desk.as_("admin") as client:
        assert (await client.get("/me")).json()["agent"] is None
        me = (await client.put("/me/state", json={"state": "ready"})).json()
    assert (me["agent"]["agent_id"], me["state"]) == (me["user_id"], "ready")
    assert desk.edge.accounts["admin"].secret


async def test_the_same_username_in_two_tenants_has_two_accounts(desk: Desk) -> None:
    async with desk.as_("agent1", "two") as client:
        me = (await client.put("/me/state", json={"state": "ready"})).json()
    assert me["device"]["account"] == "agent1-two-web"


async def test_the_softphone_gets_a_new_secret_each_time(desk: Desk) -> None:
    async with desk.as_("agent1") as client:
        first = (await client.get("/me/softphone")).json()
        second = (await client.get("/me/softphone")).json()
        me = (await client.get("/me")).json()
    assert (second["account"], second["realm"], second["ws_path"]) == (
        "agent1-web",
        "trunkline",
        "/sip",
    )
    assert first["secret"] != second["secret"]
    account = desk.edge.accounts["agent1-web"]
    assert (account.secret, account.browser, account.number) == (second["secret"], True, None)
    assert me["device"]["reachable"] is False


async def test_the_softphones_account_ends_in_time_unless_it_was_renewed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform, tenant_id = desk.node.platform, next(iter(desk.node.cells.drivers))
    payload = {"agent_id": await desk.user_id("agent1")}
    job = Job("job", tenant_id, softphones.EXPIRE_JOB, payload, 1)
    expire = feature.handlers(platform)[job.kind]
    async with desk.as_("agent1") as client:
        await client.get("/me/softphone")
        await expire(job)
        assert "agent1-web" in desk.edge.accounts
        monkeypatch.setattr(softphones, "LIFE_MS", 0)
        await client.get("/me/softphone")
    await expire(job)
    assert "agent1-web" not in desk.edge.accounts


async def test_without_telephony_the_remedy_is_named(furnished: Furnished, tmp_path: Path) -> None:
    async with Desk.open(furnished, tmp_path, edge=False) as desk, desk.as_("agent1") as client:
        refused = await client.get("/me/softphone")
        me = (await client.get("/me")).json()
        async with desk.stranger() as stranger:
            system = (await stranger.get("/system")).json()
            call = await stranger.post("/guest/calls", json={"number": "4001"})
    assert (refused.status_code, refused.json()["code"]) == (503, "telephony_not_ready")
    assert refused.json()["remedy"] == "trunkline telephony install"
    assert call.json()["code"] == "telephony_not_ready"
    assert me["device"]["reachable"] is None
    assert system["telephony"]["ready"] is False
    assert system["telephony"]["remedy"] == "trunkline telephony install"


async def test_a_page_that_was_loaded_anew_gets_its_call_back(desk: Desk) -> None:
    async with desk.ready("agent1") as agent:
        await desk.call()
        await agent.take()
        before = len(dials(desk))
        assert (await agent.client.post("/me/reattach")).status_code == 202
        await agent.stream.event("trunkline.interaction.reattached.v1")
        work = (await agent.me())["work"]
    assert (len(dials(desk)), work["attached"]) == (before + 1, True)


async def test_the_system_tells_strangers_what_it_is(desk: Desk) -> None:
    async with desk.stranger() as client:
        system = (await client.get("/system")).json()
        assert (await client.get("/me")).status_code == 401
    assert system["telephony"]["ready"] is True
    assert (system["demo"], system["setup_complete"]) == (True, True)


def dials(desk: Desk) -> list[object]:
    """How often an agent was rung."""
    return [command for command in desk.edge.done if type(command).__name__ == "DialAgent"]


async def test_an_agent_whose_phone_is_gone_is_offered_nothing_until_it_is_back(
    desk: Desk,
) -> None:
    await until(lambda: "agent1" in desk.edge.accounts)
    async with desk.ready("agent1", device="sip") as agent:
        gone = await agent.me()
        await desk.call()
        desk.edge.register("agent1")
        offer = await agent.offer()
        ringing = await agent.me()
    assert (gone["state"], gone["state_reason"]) == ("not_ready", "device_unreachable")
    assert (ringing["state"], ringing["work"]["offer_id"]) == ("offered", offer["offer_id"])
