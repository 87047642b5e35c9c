"""One call from ring to ticket through the desk's routes, over real cells and a fake engine."""

from __future__ import annotations

from tests.features.desk.house import Desk, Json, Ready, until
from trunkline.core.call.commands import AnswerLeg, Hold, Mute, Resume, SendDigits, Unmute
from trunkline.core.words import LegId
from trunkline.ports.database import Tx


async def test_an_offer_reaches_its_agent_with_who_it_is_before_the_first_ring(
    desk: Desk,
) -> None:
    async with desk.ready("agent1") as agent:
        await desk.call("4001", "+8613800000001")
        offer = await agent.offer()
        listed = (await agent.client.get("/me/offers")).json()["items"]
        shown = (await agent.client.get(f"/offers/{offer['offer_id']}")).json()
    pop = offer["pop"]
    assert (pop["presumption"], pop["customer"]["name"]) == ("presumed", "李小明")
    assert (pop["phone_masked"], pop["phone"]) == ("+86 138 **** 0001", None)
    assert pop["verified"] == {"by": None, "by_user": None, "at": None, "how": None}
    assert offer["queue_name"] == "support"
    assert offer["explanation"]["words"]["en"].startswith("Best by index of 1 free agent: 陈晨")
    assert listed[0]["id"] == shown["id"] == offer["offer_id"]
    assert desk.edge.done == [] or not any(
        type(command).__name__ == "DialAgent" for command in desk.edge.done
    )


async def test_one_call_from_ring_to_ticket(desk: Desk) -> None:
    async with desk.ready("agent1") as agent:
        customer = await desk.call("4001")
        interaction = await agent.take()
        me = await agent.me()
        assert (me["state"], me["work"]["kind"]) == ("handling", "segment")
        assert (await agent.do(interaction, "hangup")).status_code == 202
        assert (await agent.me())["work"]["wrap_up"]["mode"] == "fixed"
        done = {
            "disposition": "fault.line",
            "note": "线路故障，已重启",
            "ticket": {"action": "new", "title": "线路故障", "class": "technical", "impact": 2},
        }
        assert (await agent.do(interaction, "wrap-up", done)).status_code == 202
        desk.edge.press(customer, "5")
        await agent.stream.event("trunkline.survey.answered.v1")
        page = (await agent.client.get(f"/interactions/{interaction}")).json()
        ticket = (await agent.client.get(f"/tickets/{page['ticket_id']}")).json()
        assert (await agent.me())["state"] == "ready"
    assert (page["disposition"], page["note"]) == ("fault.line", "线路故障，已重启")
    assert (ticket["title"], ticket["interactions"]) == ("线路故障", [interaction])
    assert (page["rating"], page["survey"]["rating"]) == (5, 5)
    kinds = ["flow", "queue", "ring", "talk", "wrap_up", "survey"]
    assert [s["kind"] for s in page["segments"]] == kinds
    assert [offer["outcome"] for offer in page["offers"]] == ["accepted"]
    assert len(page["recordings"]) == 1
    assert page["segments"][3]["participant"]["name"] == "陈晨"


async def test_an_offer_rings_from_its_making_to_its_end(desk: Desk) -> None:
    async with desk.ready("agent1") as agent, desk.as_("supervisor") as supervisor:
        customer = await desk.call()
        offer = await agent.offer()
        desk.edge.end(customer)
        await agent.stream.event("trunkline.offer.ended.v1")
        await desk.call()
        interaction = await agent.take()
        given_up, taken = [
            (await supervisor.get(f"/interactions/{name}")).json()
            for name in (offer["interaction_id"], interaction)
        ]
    for page, outcome in ((given_up, "withdrawn"), (taken, "accepted")):
        (ring,) = [segment for segment in page["segments"] if segment["kind"] == "ring"]
        (made,) = page["offers"]
        assert made["outcome"] == outcome
        assert ring["participant"] == {"kind": "agent", "id": made["agent_id"], "name": "陈晨"}
        assert (ring["started_at"], ring["ended_at"]) == (made["made_at"], made["ended_at"])
    (talk,) = [segment for segment in taken["segments"] if segment["kind"] == "talk"]
    assert talk["started_at"] == ring["ended_at"] == taken["answered_at"]


async def test_the_verbs_reach_the_engine(desk: Desk) -> None:
    async with desk.ready("agent1") as agent:
        await desk.call()
        interaction = await agent.take()
        for verb in ("hold", "resume", "mute", "unmute"):
            assert (await agent.do(interaction, verb)).status_code == 202
        sent = await agent.do(interaction, "digits", {"digits": "42#"})
        assert sent.status_code == 202
        await until(lambda: any(isinstance(c, SendDigits) for c in desk.edge.done))
    kinds = [type(command) for command in desk.edge.done]
    assert [kind for kind in kinds if kind in (Hold, Resume, Mute, Unmute)] == [
        Hold,
        Resume,
        Mute,
        Unmute,
    ]
    (digits,) = (command for command in desk.edge.done if isinstance(command, SendDigits))
    assert digits.digits == "42#"


async def test_a_refused_wrap_up_leaves_nothing_behind(desk: Desk) -> None:
    async with desk.ready("agent1") as agent:
        interaction = await wrapped(desk, agent)
        done = {"note": "half", "disposition": "no.such", "ticket": {"action": "new", "title": "x"}}
        refused = await agent.do(interaction, "wrap-up", done)
        ghost = {"note": "half", "ticket": {"action": "append", "ticket_id": "tck_ghost"}}
        unknown = await agent.do(interaction, "wrap-up", ghost)
        page = (await agent.client.get(f"/interactions/{interaction}")).json()
        assert (await agent.me())["state"] == "wrap_up"
    assert refused.json()["code"] == "disposition_unknown"
    assert unknown.json()["code"] == "ticket_unknown"
    assert (page["note"], page["ticket_id"], page["disposition"]) == (None, None, None)


async def test_nobody_wraps_up_or_controls_the_call_of_another(desk: Desk) -> None:
    async with desk.ready("agent1") as agent, desk.as_("agent2") as other:
        await desk.call()
        interaction = await agent.take()
        held = await other.post(f"/interactions/{interaction}/hold")
        done = await other.post(f"/interactions/{interaction}/wrap-up", json={"note": "mine"})
        draft = await other.put(f"/interactions/{interaction}/draft", json={"note": "mine"})
        seen = await other.get(f"/interactions/{interaction}")
        page = (await agent.client.get(f"/interactions/{interaction}")).json()
    assert (held.json()["code"], draft.json()["code"]) == ("not_your_call", "not_your_work")
    assert done.json()["code"] == "not_in_wrap_up"
    assert seen.json()["code"] == "interaction_unknown"
    assert page["note"] is None


async def test_what_is_typed_survives_and_travels_with_a_transfer(desk: Desk) -> None:
    async with desk.ready("agent1") as first:
        await desk.call()
        interaction = await first.take()
        draft = {"note": "想换套餐", "disposition": "other", "ticket_title": "套餐"}
        kept = await first.client.put(f"/interactions/{interaction}/draft", json=draft)
        assert (await first.me())["work"]["disposition"] == "other"
        async with desk.ready("agent5") as second:
            to = {"kind": "blind", "to": {"queue": "billing"}}
            moved = await first.do(interaction, "transfer", to)
            assert moved.status_code == 202, moved.text
            assert await second.take() == interaction
            found = (await second.client.get(f"/interactions/{interaction}/draft")).json()
            page = (await second.client.get(f"/interactions/{interaction}")).json()
    assert kept.status_code == 200
    assert (found["note"], found["ticket_title"]) == ("想换套餐", "套餐")
    assert found["updated_at"] == kept.json()["updated_at"]
    assert page["note"] == "想换套餐"
    assert [s["participant"]["name"] for s in page["segments"] if s["kind"] == "queue"] == [
        "support",
        "billing",
    ]


async def test_agents_who_write_about_one_call_do_not_write_over_each_other(desk: Desk) -> None:
    async with desk.ready("agent1") as first, desk.ready("agent5") as second:
        await desk.call()
        interaction = await first.take()
        path = f"/interactions/{interaction}"
        await first.client.put(f"{path}/draft", json={"note": "想换套餐"})
        await first.do(interaction, "transfer", {"kind": "blind", "to": {"queue": "billing"}})
        assert await second.take() == interaction
        await second.client.put(f"{path}/draft", json={"note": "想换套餐，已换"})
        await first.client.put(f"{path}/draft", json={"note": "想换年付套餐"})
        drafts = [
            (await agent.client.get(f"{path}/draft")).json()["note"] for agent in (first, second)
        ]
        await second.do(interaction, "hangup")
        for agent, note in ((second, "已换"), (first, "想换年付套餐")):
            done = await agent.do(interaction, "wrap-up", {"disposition": "other", "note": note})
            assert done.status_code == 202, done.text
        page = (await second.client.get(path)).json()
    assert drafts == ["想换年付套餐", "想换套餐，已换"]
    told = [(one["author"]["name"], one["text"]) for one in page["notes"]]
    assert told == [("陈晨", "想换年付套餐"), (second_name(page), "已换")]
    assert all(one["at"] >= page["started_at"] for one in page["notes"])
    assert page["note"].startswith("陈晨, ")
    assert page["note"].endswith(" UTC:\n已换")


async def test_what_was_written_before_goes_with_the_customer_it_turns_out_to_be(
    desk: Desk,
) -> None:
    async with desk.ready("agent1") as first, desk.ready("agent5") as second:
        await desk.call("4001", "+8613999990000")
        interaction = await first.take()
        path = f"/interactions/{interaction}"
        await first.client.put(f"{path}/draft", json={"note": "新客户"})
        await first.do(interaction, "transfer", {"kind": "blind", "to": {"queue": "billing"}})
        await second.take()
        await second.client.put(f"{path}/draft", json={"note": "新客户，要发票"})
        async with desk.as_("admin") as admin:
            made = (await admin.post("/customers", json={"name": "周全"})).json()
            await second.client.put(f"{path}/customer", json={"customer_id": made["id"]})
            before = (await second.client.get(path)).json()["notes"]
            await second.do(interaction, "hangup")
            erased = await admin.delete(f"/customers/{made['id']}")
            after = (await admin.get(path)).json()
    assert erased.is_success, erased.text
    assert [one["text"] for one in before] == ["新客户", "新客户，要发票"]
    assert (after["notes"], after["note"]) == ([], None)


def second_name(page: Json) -> str:
    """Who talked last."""
    return str([s for s in page["segments"] if s["kind"] == "talk"][-1]["participant"]["name"])


async def test_a_customer_given_back_stands_at_the_head_of_the_queue(desk: Desk) -> None:
    async with desk.ready("agent1") as agent:
        await desk.call()
        interaction = await agent.take()
        assert (await agent.do(interaction, "return-to-queue")).status_code == 202
        async with desk.as_("supervisor") as leader:
            row = (await leader.get(f"/interactions/{interaction}")).json()
    assert row["state"] in ("queued", "talking")
    assert row["segments"][-1]["kind"] in ("queue", "wrap_up")


async def test_a_state_chosen_in_a_call_waits_for_its_end(desk: Desk) -> None:
    async with desk.ready("agent1") as agent:
        await desk.call()
        interaction = await agent.take()
        chosen = {"state": "not_ready", "reason": "lunch"}
        pending = (await agent.client.put("/me/state", json=chosen)).json()
        assert (pending["state"], pending["state_pending"]) == ("handling", chosen)
        assert (await agent.client.delete("/me/state-pending")).json()["state_pending"] is None
        await agent.client.put("/me/state", json=chosen)
        await agent.do(interaction, "hangup")
        await agent.do(interaction, "wrap-up", {"disposition": "other"})
        me = await agent.me()
    assert (me["state"], me["state_reason"], me["state_pending"]) == ("not_ready", "lunch", None)


async def test_who_signs_out_in_a_call_waits_for_the_end_of_the_work(desk: Desk) -> None:
    async with desk.ready("agent1") as agent, desk.as_("agent1", "two") as namesake:
        await desk.call()
        offer = await agent.offer()
        refused = [await agent.client.delete("/sessions/current")]
        await agent.client.post(f"/offers/{offer['offer_id']}/accept")
        await agent.stream.event("trunkline.interaction.answered.v1")
        refused.append(await agent.client.delete("/sessions/current"))
        await agent.do(offer["interaction_id"], "hangup")
        refused.append(await agent.client.delete("/sessions/current"))
        assert (await namesake.delete("/sessions/current")).status_code == 204
        await agent.client.put("/me/state", json={"state": "offline"})
        await agent.do(offer["interaction_id"], "wrap-up", {"disposition": "other"})
        assert (await agent.me())["state"] == "offline"
        assert (await agent.client.delete("/sessions/current")).status_code == 204
        assert (await agent.client.get("/me")).status_code == 401
    assert [(one.status_code, one.json()["code"]) for one in refused] == [(409, "work_open")] * 3


async def test_wrap_up_can_be_lengthened(desk: Desk) -> None:
    async with desk.ready("agent1") as agent:
        interaction = await wrapped(desk, agent)
        before = (await agent.me())["work"]["wrap_up"]
        assert (await agent.do(interaction, "extend-wrap-up")).status_code == 202
        after = (await agent.me())["work"]["wrap_up"]
    assert (before["extended"], after["extended"]) == (0, 1)
    assert after["ends_at"] > before["ends_at"]


async def test_a_desk_phone_accepts_by_being_taken_up(desk: Desk) -> None:
    async with desk.ready("agent1", device="sip") as agent:
        me = await agent.me()
        assert me["device"] == {"kind": "sip", "account": "agent1", "reachable": False}
        desk.edge.register("agent1")
        refused = await agent.client.get("/me/softphone")
        assert refused.json()["code"] == "device_is_desk_phone"
        await desk.call()
        await agent.offer()
        await until(lambda: any(type(c).__name__ == "DialAgent" for c in desk.edge.done))
        (dial,) = (c for c in desk.edge.done if type(c).__name__ == "DialAgent")
        desk.edge.take_up(LegId(dial.leg))
        await agent.stream.event("trunkline.interaction.answered.v1")
        assert (await agent.me())["state"] == "handling"


async def test_declining_is_off_unless_the_queue_allows_it(desk: Desk) -> None:
    async with desk.ready("agent1") as agent:
        await desk.call()
        offer = await agent.offer()
        path = f"/offers/{offer['offer_id']}/decline"
        refused = await agent.client.post(path, json={"reason": "busy"})
        assert (offer["may_decline"], refused.json()["code"]) == (False, "decline_not_allowed")
        async with desk.as_("agent2") as other:
            gone = await other.post(f"/offers/{offer['offer_id']}/accept")
    assert gone.json()["code"] == "offer_gone"


async def test_no_note_number_or_digit_stands_in_journal_or_stream(desk: Desk) -> None:
    async with desk.ready("agent1") as agent:
        await desk.call("4001", "+8613800000001")
        interaction = await agent.take()
        await agent.do(interaction, "digits", {"digits": "8642097531"})
        await agent.client.put(f"/interactions/{interaction}/draft", json={"note": "秘密便条"})
        await agent.do(interaction, "hangup")
        body = {"disposition": "other", "note": "秘密便条", "ticket": {"action": "none"}}
        assert (await agent.do(interaction, "wrap-up", body)).status_code == 202
    tables = await desk.node.platform.db.read(every_cell)
    for secret in ("8642097531", "秘密便条", "13800000001"):
        assert [name for name, cell in tables if secret in cell] == []


def every_cell(tx: Tx) -> list[tuple[str, str]]:
    """Every value of every table, as text."""
    names = tx.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars()
    return [
        (name, value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value))
        for name in list(names)
        for row in tx.exec_driver_sql(f'SELECT * FROM "{name}"')
        for value in row
    ]


async def wrapped(desk: Desk, agent: Ready) -> str:
    """A call that the agent has just hung up."""
    await desk.call()
    interaction = await agent.take()
    await agent.do(interaction, "hangup")
    assert (await agent.me())["state"] == "wrap_up"
    return interaction


async def test_a_caller_who_hangs_up_before_we_answered_is_not_lost_by_us(desk: Desk) -> None:
    async with desk.stream("supervisor") as stream:
        leg = await desk.call("4001")
        desk.edge.end(leg)
        ended = await stream.event("trunkline.interaction.ended.v1")
    assert any(isinstance(one.command, AnswerLeg) for one in desk.edge.refused)
    assert ended["ended_by"] == "abandoned"
