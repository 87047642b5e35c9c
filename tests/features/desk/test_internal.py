"""Calls among colleagues, as the API and the desk phones have them."""

from __future__ import annotations

import pytest

from tests.features.desk.house import Desk, until
from trunkline.core.words import Cause
from trunkline.ports.edge import Source


async def test_two_pages_hear_each_other_and_no_queue_counts_it(desk: Desk) -> None:
    async with desk.ready("agent1") as mine, desk.ready("agent2") as other:
        reply = await mine.client.post("/internal-calls", json={"to": "8002"})
        assert reply.status_code == 202, reply.text
        invited = await other.stream.event("trunkline.interaction.party_invited.v1")
        call = str(invited["interaction_id"])
        work = (await other.me())["work"]
        assert (work["kind"], work["internal"], work["aside"]["by"]["name"] is not None) == (
            "aside", True, True,
        )  # fmt: skip
        assert (await other.do(call, "join")).status_code == 202
        await mine.stream.event("trunkline.interaction.party_joined.v1")
        mine_now, theirs = await mine.me(), await other.me()
        assert (mine_now["state"], theirs["state"]) == ("handling", "handling")
        assert mine_now["work"]["internal"] is True
        assert (await mine.do(call, "hold")).json()["code"] == "internal_call"
        assert (await mine.do(call, "hangup")).status_code == 202
        await mine.stream.event("trunkline.interaction.internal_ended.v1")
        page = (await mine.client.get(f"/interactions/{call}")).json()
        assert (page["direction"], page["number"], page["queue"]) == ("internal", "8002", None)
        assert [part["kind"] for part in page["segments"]] == ["internal", "ring", "conference"]
        assert page["offers"] == page["recordings"] == []
        assert (await other.me())["state"] == "ready"
    async with desk.as_("supervisor") as supervisor:
        (lately,) = (await supervisor.get("/interactions")).json()["items"]
        assert (lately["direction"], lately["queue"]) == ("internal", None)
        live = (await supervisor.get("/live/queues")).json()
        assert '"offered":1' not in str(live).replace(" ", "").replace("'", '"')


async def test_a_desk_phone_dials_a_colleague_and_is_told_who_is_not_there(desk: Desk) -> None:
    async with desk.as_("agent1") as client, desk.ready("agent2") as other:
        await client.put("/me/device", json={"kind": "sip"})
        leg = desk.edge.arrive("8002", None, Source.DEVICE, "agent1")
        invited = await other.stream.event("trunkline.interaction.party_invited.v1")
        again = desk.edge.arrive("8002", None, Source.DEVICE, "agent5")
        await until(lambda: again in desk.edge.statuses())
        assert desk.edge.statuses()[again] is Cause.BUSY
        assert (await other.do(str(invited["interaction_id"]), "join")).status_code == 202
        await other.stream.event("trunkline.interaction.party_joined.v1")
        assert leg not in desk.edge.statuses()
        nobody, absent = (
            desk.edge.arrive(number, None, Source.DEVICE, "agent3") for number in ("8099", "8004")
        )
        await until(lambda: {nobody, absent} <= set(desk.edge.statuses()))
        assert desk.edge.statuses()[nobody] is Cause.UNKNOWN_NUMBER
        assert desk.edge.statuses()[absent] is Cause.NO_ANSWER


async def test_who_has_a_mailbox_is_left_a_message_and_no_queue_knows(desk: Desk) -> None:
    async with desk.as_("admin") as admin:
        agent2 = await desk.user_id("agent2")
        box = {"voicemail_mailbox": "two@example.org"}
        assert (await admin.patch(f"/agents/{agent2}", json=box)).is_success
    async with desk.as_("agent2") as client, desk.stream("agent2") as stream:
        leg = desk.edge.arrive("8002", None, Source.DEVICE, "agent1")
        told = await stream.event("trunkline.interaction.at_voicemail.v1")
        assert leg not in desk.edge.statuses()
        page = (await client.get("/me")).json()
        assert page["state"] == "offline"
    async with desk.as_("supervisor") as supervisor:
        call = (await supervisor.get(f"/interactions/{told['interaction_id']}")).json()
        assert (call["direction"], call["state"], call["queue"]) == ("internal", "voicemail", None)


@pytest.mark.parametrize(("to", "status", "code"), [
    ("8099", 404, "agent_unknown"),
    ("8004", 409, "colleague_offline"),
    ("agent1", 404, "colleague_unknown"),
])  # fmt: skip
async def test_a_refusal_says_why(desk: Desk, to: str, status: int, code: str) -> None:
    async with desk.ready("agent1") as mine:
        reply = await mine.client.post("/internal-calls", json={"to": to})
        assert (reply.status_code, reply.json()["code"]) == (status, code)


async def test_of_another_tenant_nobody_is_a_colleague(desk: Desk) -> None:
    async with desk.as_("agent1", "two") as other:
        reply = await other.post("/internal-calls", json={"to": "8002"})
        assert reply.status_code == 404
