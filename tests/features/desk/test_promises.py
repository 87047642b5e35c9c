"""Promises and appointments through the routes: made, kept in time, missed, cancelled, booked."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.features.desk.house import Desk, Json
from tests.features.desk.test_callbacks import EMMA, customer_id, rung
from trunkline.core.facts import InteractionUnanswered
from trunkline.core.words import Cause, InteractionId, QueueId
from trunkline.features import promises
from trunkline.features.alerts import AlertRow, AlertsFromFacts, Kind, raise_alert
from trunkline.features.desk.promises import reminders, tasks
from trunkline.ports.database import Tx
from trunkline.ports.jobs import Job

DAY = timedelta(days=1)


def at(ahead: timedelta) -> str:
    return (datetime.now(UTC) + ahead).isoformat()


async def promise(client: httpx.AsyncClient, ahead: timedelta, **body: Any) -> httpx.Response:
    whole = {"queue": "support", "phone": EMMA, "due_at": at(ahead), **body}
    return await client.post("/promises", json=whole)


async def listed(client: httpx.AsyncClient, **query: str) -> list[Json]:
    found: list[Json] = (await client.get("/promises", params=query)).json()["items"]
    return found


async def run(desk: Desk, work: Any, promised: Json, **more: str) -> None:
    """What the clock would have done, now."""
    row = await row_of(desk, promised["id"])
    payload = {"promise_id": row.id, "due_at": row.due_at, **more}
    await work(desk.node.platform, Job("job", row.tenant_id, "any", payload, 1))


async def row_of(desk: Desk, promise_id: str) -> promises.PromiseRow:
    def work(tx: Tx) -> promises.PromiseRow:
        tenants = desk.node.cells.drivers
        found = [row for one in tenants if (row := promises.get(tx, one, promise_id))]
        return found[0]

    return await desk.node.platform.db.read(work)


async def test_a_promised_call_is_offered_to_its_owner_first_and_is_kept_by_the_talk(
    desk: Desk,
) -> None:
    owner = await desk.user_id("agent1")
    async with desk.as_("supervisor") as supervisor, desk.ready("agent1") as agent:
        made = await promise(supervisor, timedelta(seconds=60), owner_id=owner, note="报价")
        assert made.status_code == 201, made.text
        offer = await agent.offer()
        await agent.client.post(f"/offers/{offer['offer_id']}/accept")
        dial = await rung(desk)
        begun = (await supervisor.get(f"/promises/{made.json()['id']}")).json()
        desk.edge.take_up(dial.leg)
        await agent.stream.event("trunkline.interaction.reached.v1")
        desk.edge.end(dial.leg)
        await agent.stream.event("trunkline.interaction.ended.v1")
        done = (await supervisor.get(f"/promises/{made.json()['id']}")).json()
    assert (made.json()["owner"]["id"], made.json()["note"]) == (owner, "报价")
    assert begun["state"] == "begun"
    assert (done["state"], done["outcome"]) == ("done", "reached")


async def test_the_team_takes_a_call_whose_owner_is_not_there(desk: Desk) -> None:
    owner = await desk.user_id("agent2")
    async with desk.as_("supervisor") as supervisor, desk.ready("agent1") as agent:
        await promise(supervisor, timedelta(seconds=0), owner_id=owner)
        offer = await agent.offer()
    assert offer["queue_name"] == "support"


async def test_a_promise_that_nobody_begins_is_missed_and_stands_on_the_wall(desk: Desk) -> None:
    async with desk.as_("supervisor") as supervisor, desk.stream("supervisor") as stream:
        made = (await promise(supervisor, timedelta(0), channel="email")).json()
        due = await stream.event("trunkline.promise.due.v1")
        before = (await supervisor.get("/queues/support/live")).json()
        await run(desk, tasks.be_missed, made)
        missed = await stream.event("trunkline.promise.missed.v1")
        alert = (await supervisor.get("/alerts", params={"state": "open"})).json()["items"][0]
        wall = (await supervisor.get("/queues/support/live")).json()
        (mine,) = await listed(supervisor, state="missed")
    assert due["promise_id"] == missed["promise_id"] == mine["id"] == alert["subject"]
    assert (before["promises_due"], before["promises_missed"]) == (1, 0)
    assert (wall["promises_due"], wall["promises_missed"]) == (1, 1)
    assert mine["overdue"]
    assert mine["missed_at"]


async def test_what_is_no_call_is_begun_and_done_by_an_agent(desk: Desk) -> None:
    async with desk.as_("agent1") as agent:
        made = (
            await promise(
                agent,
                timedelta(hours=1),
                channel="email",
                phone=None,
                customer_id=await customer_id(agent),
            )
        ).json()
        begun = (await agent.post(f"/promises/{made['id']}/begin")).json()
        again = await agent.post(f"/promises/{made['id']}/begin")
        mine = await listed(agent, whose="mine")
        done = (await agent.post(f"/promises/{made['id']}/done")).json()
        late = await agent.post(f"/promises/{made['id']}/cancel")
        over = await listed(agent, whose="mine", state="done")
    assert (begun["state"], begun["owner"]["name"]) == ("begun", "陈晨")
    assert (again.status_code, again.json()["code"]) == (409, "promise_over")
    assert [one["id"] for one in mine] == [one["id"] for one in over] == [made["id"]]
    assert done["state"] == "done"
    assert late.status_code == 409


async def test_a_promise_is_moved_by_who_has_seen_it_as_it_is(desk: Desk) -> None:
    async with desk.as_("supervisor") as supervisor:
        made = await promise(supervisor, DAY)
        path, tag = f"/promises/{made.json()['id']}", made.headers["etag"]
        later = {"due_at": at(2 * DAY), "note": "晚一天"}
        blind = await supervisor.patch(path, json=later)
        moved = await supervisor.patch(path, json=later, headers={"If-Match": tag})
        stale = await supervisor.patch(path, json=later, headers={"If-Match": tag})
        await run(desk, tasks.be_missed, {**made.json()}, which="")
        gone = (await supervisor.post(f"{path}/cancel")).json()
    assert (blind.status_code, stale.status_code) == (428, 412)
    assert (moved.json()["note"], moved.json()["due_at"] > made.json()["due_at"]) == (
        "晚一天",
        True,
    )
    assert gone["state"] == "cancelled"


async def test_an_old_plan_of_a_promise_that_was_moved_does_nothing(desk: Desk) -> None:
    async with desk.as_("supervisor") as supervisor:
        made = (await promise(supervisor, DAY)).json()
        row = await row_of(desk, made["id"])
        old = {"promise_id": row.id, "due_at": row.due_at - 1}
        await tasks.be_missed(desk.node.platform, Job("job", row.tenant_id, "any", old, 1))
        after = (await supervisor.get(f"/promises/{made['id']}")).json()
    assert after["missed_at"] is None


async def test_a_call_that_stands_in_line_is_cancelled_with_its_promise(desk: Desk) -> None:
    async with desk.as_("supervisor") as supervisor, desk.stream("supervisor") as stream:
        made = (await promise(supervisor, timedelta(0))).json()
        await stream.event("trunkline.callback.opened.v1")
        refused = await supervisor.post(f"/promises/{made['id']}/begin")
        gone = await supervisor.post(f"/promises/{made['id']}/cancel")
        ended = await stream.event("trunkline.callback.ended.v1")
    assert refused.json()["code"] == "promise_called"
    assert gone.json()["state"] == "cancelled", gone.text
    assert ended["outcome"] == "cancelled"


async def test_an_expert_is_booked_two_days_ahead_once_a_time(desk: Desk) -> None:
    expert = await desk.user_id("agent1")
    day = (datetime.now(UTC) + 4 * DAY).date().isoformat()
    asked = {"queue": "support", "expert": expert, "day": day}
    async with desk.as_("supervisor") as supervisor:
        free = (await supervisor.get("/appointments/slots", params=asked)).json()
        first = free["items"][0]
        body = {"expert_id": expert, "queue": "support", "phone": EMMA, "at": first}
        booked = await supervisor.post("/appointments", json=body)
        taken = await supervisor.post("/appointments", json=body)
        odd = await supervisor.post("/appointments", json={**body, "at": at(4 * DAY)})
        soon = await supervisor.post("/appointments", json={**body, "at": at(DAY)})
        left = (await supervisor.get("/appointments/slots", params=asked)).json()
        tag = {"If-Match": booked.headers["etag"]}
        path = f"/promises/{booked.json()['id']}"
        fixed = await supervisor.patch(path, json={"due_at": at(5 * DAY)}, headers=tag)
        await supervisor.post(f"{path}/cancel")
        again = await supervisor.post("/appointments", json=body)
    assert free["minutes"] == 30
    assert booked.status_code == 201, booked.text
    assert (taken.status_code, taken.json()["code"]) == (409, "slot_taken")
    assert odd.json()["code"] in ("slot_unknown", "slot_taken")
    assert (soon.status_code, soon.json()["code"]) == (422, "too_soon")
    assert first not in left["items"]
    assert fixed.json()["code"] == "appointment_fixed"
    assert again.status_code == 201


async def test_reminders_of_an_appointment_are_told_a_day_and_an_hour_before(desk: Desk) -> None:
    expert = await desk.user_id("agent1")
    day = (datetime.now(UTC) + 4 * DAY).date().isoformat()
    asked = {"queue": "support", "expert": expert, "day": day}
    async with desk.as_("supervisor") as supervisor, desk.stream("supervisor") as stream:
        free = (await supervisor.get("/appointments/slots", params=asked)).json()["items"]
        body = {"expert_id": expert, "queue": "support", "phone": EMMA, "at": free[0]}
        made = (await supervisor.post("/appointments", json=body)).json()
        for which in ("day", "hour"):
            await run(desk, reminders.remind, made, which=which)
            told = await stream.event("trunkline.appointment.reminder_due.v1")
            assert (told["promise_id"], told["before"]) == (made["id"], which)
        after = (await supervisor.get(f"/promises/{made['id']}")).json()
        await run(desk, tasks.fall_due, made)
        opened = await stream.event("trunkline.callback.opened.v1")
    assert after["reminded_day_at"]
    assert after["reminded_hour_at"]
    assert opened["origin"] == "appointment"


async def test_another_tenant_sees_and_changes_none_of_it(desk: Desk) -> None:
    async with desk.as_("admin") as admin, desk.as_("admin", "two") as stranger:
        made = (await promise(admin, DAY)).json()
        assert await listed(stranger) == []
        for verb in ("begin", "done", "cancel"):
            assert (await stranger.post(f"/promises/{made['id']}/{verb}")).status_code == 404
        assert (await stranger.get(f"/promises/{made['id']}")).status_code == 404
        assert (await stranger.get("/alerts")).json()["items"] == []


async def test_nothing_is_promised_to_who_was_erased(desk: Desk) -> None:
    async with desk.as_("admin") as admin:
        emma = await customer_id(admin)
        made = (await promise(admin, DAY, phone=None, customer_id=emma, note="私事")).json()
        assert (await admin.delete(f"/customers/{emma}")).status_code == 204

        async def state() -> Json:
            told: Json = (await admin.get(f"/promises/{made['id']}")).json()
            return told

        async with asyncio.timeout(5):
            while (await state())["state"] != "cancelled":
                await asyncio.sleep(0.02)
        gone = await state()
    assert (gone["state"], gone["note"], gone["phone_masked"]) == ("cancelled", None, None)


async def test_two_offers_that_ring_out_raise_an_alert_until_somebody_sees_to_it(
    desk: Desk,
) -> None:
    async with desk.as_("supervisor") as supervisor, desk.stream("supervisor") as stream:
        await desk.call("4001", EMMA)
        queued = await stream.event("trunkline.interaction.queued.v1")
        tenant = next(
            t for t, d in desk.node.cells.drivers.items() if "4000" in d.cell.state.numbers
        )
        await desk.node.platform.db.write(
            lambda tx: raised(desk, tx, tenant, queued["interaction_id"], queued["queue_id"])
        )
        told = await stream.event("trunkline.alert.raised.v1")
        (alert,) = (await supervisor.get("/alerts", params={"state": "open"})).json()["items"]
        seen = await supervisor.post(f"/alerts/{alert['id']}/dismiss")
        again = await supervisor.post(f"/alerts/{alert['id']}/dismiss")
        rest = (await supervisor.get("/alerts", params={"state": "open"})).json()["items"]
    assert (told["alert_id"], alert["kind"], alert["count"]) == (alert["id"], "unanswered", 2)
    assert (alert["subject"], alert["queue_name"]) == (queued["interaction_id"], "support")
    assert seen.json()["dismissed_by"]
    assert seen.json() == again.json()
    assert rest == []


async def test_who_withheld_the_number_and_is_lost_by_us_raises_an_alert(desk: Desk) -> None:
    async with desk.as_("supervisor") as supervisor, desk.stream("supervisor") as stream:
        leg = await desk.call("4001", None)
        queued = await stream.event("trunkline.interaction.queued.v1")
        desk.edge.end(leg, Cause.NETWORK_LOST)
        told = await stream.event("trunkline.alert.raised.v1")
        (alert,) = (await supervisor.get("/alerts", params={"state": "open"})).json()["items"]
        callbacks = (await supervisor.get("/callbacks", params={"state": "open"})).json()["items"]
    assert (told["alert_id"], alert["kind"]) == (alert["id"], "caller_lost")
    assert (alert["subject"], alert["queue_name"]) == (queued["interaction_id"], "support")
    assert callbacks == []


async def test_an_alert_of_no_queue_is_seen_by_supervisors_and_by_no_agent(desk: Desk) -> None:
    async with desk.as_("supervisor") as supervisor, desk.as_("agent1") as agent:
        platform, drivers = desk.node.platform, desk.node.cells.drivers
        tenant = next(t for t, d in drivers.items() if "4000" in d.cell.state.numbers)
        row = AlertRow(tenant, "alt_way", Kind.WAY_LOSSY.value, "node", None, 7, 1)
        await platform.db.write(lambda tx: raise_alert(tx, platform.outbox, row))
        (alert,) = (await supervisor.get("/alerts")).json()["items"]
        seen = await supervisor.post("/alerts/alt_way/dismiss")
        unseen = await agent.get("/alerts")
    assert (alert["subject"], alert["count"], alert["queue_name"]) == ("node", 7, None)
    assert seen.status_code == 200, seen.text
    assert unseen.status_code == 403 or unseen.json()["items"] == []


def raised(desk: Desk, tx: Tx, tenant: str, interaction: str, queue: str) -> None:
    """As when two agents in a row did not answer."""
    platform = desk.node.platform
    fact = InteractionUnanswered(InteractionId(interaction), QueueId(queue), 2)
    AlertsFromFacts(platform.outbox, platform.ids).project(
        tx, tenant, platform.clock.now_ms(), fact
    )
