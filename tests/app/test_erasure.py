"""Who is erased is gone: number, note, ticket's words and the sound of the calls."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.features.desk.house import Desk, Json, Ready
from trunkline.app import erasure
from trunkline.features import customers, recordings, tenancy
from trunkline.features.recordings import store
from trunkline.ports.database import Tx
from trunkline.ports.jobs import Job


async def test_an_erased_customer_leaves_nothing_that_can_be_read_or_heard(desk: Desk) -> None:
    async with desk.ready("agent1") as agent, desk.as_("admin") as admin:
        page = await call(desk, agent)
        recording = page["recordings"][0]["id"]
        tenant_id = await kept(desk, recording)
        assert (await admin.delete(f"/customers/{page['customer']['id']}")).status_code == 204
        deleted = await agent.stream.event("trunkline.recording.deleted.v1")
        after = (await admin.get(f"/interactions/{page['id']}")).json()
        ticket = (await admin.get(f"/tickets/{page['ticket_id']}")).json()
        found = (await admin.get("/customers", params={"q": "陈志远"})).json()["items"]
        await jobs_done(admin)
        told = (await admin.get("/audit", params={"action": "recordings.deleted"})).json()["items"]
    row = await desk.node.platform.db.read(lambda tx: store.get(tx, tenant_id, recording))
    assert deleted["recording_id"] == recording
    assert row is not None
    assert (row.deleted, row.wrapped_key) == (True, None)
    assert (after["phone_masked"], after["customer"]["name"], after["note"]) == (None, None, None)
    assert (ticket["title"], found) == (None, [])
    assert [entry["subject"] for entry in told] == [recording]


async def test_a_recording_that_is_being_made_is_waited_for(desk: Desk) -> None:
    async with desk.ready("agent1") as agent:
        page = await call(desk, agent)
    customer = page["customer"]["id"]
    tenant_id = await desk.node.platform.db.read(lambda tx: tenant_of(tx, "demo"))
    job = Job("job", tenant_id, customers.ERASED_JOB, {"customer_id": customer}, 1)
    with pytest.raises(erasure.NotYet):
        await erasure.erase_recordings(desk.node.platform, job)
    other = Job("job", await second(desk), customers.ERASED_JOB, {"customer_id": customer}, 1)
    await erasure.erase_recordings(desk.node.platform, other)
    row = await desk.node.platform.db.read(
        lambda tx: store.get(tx, tenant_id, page["recordings"][0]["id"])
    )
    assert row is not None
    assert row.state == recordings.RecordingState.RECORDING


async def test_nobody_calls_who_was_erased(desk: Desk) -> None:
    async with desk.as_("admin") as admin, desk.stream("admin") as stream:
        emma = (await admin.get("/customers", params={"q": "+8613800000008"})).json()["items"][0]
        later = {"customer_id": emma["id"], "queue": "support", "due_at": "2099-01-01T00:00:00Z"}
        made = await admin.post("/callbacks", json=later)
        assert made.status_code == 201, made.text
        assert (await admin.delete(f"/customers/{emma['id']}")).status_code == 204
        ended = await stream.event("trunkline.callback.ended.v1")
    assert (ended["callback_id"], ended["outcome"]) == (made.json()["id"], "cancelled")


async def jobs_done(admin: httpx.AsyncClient) -> None:
    """The object is taken away as well, telephony or not."""
    async with asyncio.timeout(5):
        while True:
            jobs = (await admin.get("/jobs")).json()["items"]
            states = {job["state"] for job in jobs if job["kind"] == recordings.REMOVE_JOB}
            if states == {"done"}:
                return
            await asyncio.sleep(0.02)


async def call(desk: Desk, agent: Ready) -> Json:
    """One call of customer 5 with a note and a ticket; its page."""
    customer = await desk.call("4001", "+8613800000005")
    interaction = await agent.take()
    desk.edge.end(customer)
    await agent.stream.event("trunkline.wrap_up.started.v1")
    done = {"note": "要发票", "ticket": {"action": "new", "title": "发票抬头"}}
    assert (await agent.do(interaction, "wrap-up", done)).status_code == 202
    page: Json = (await agent.client.get(f"/interactions/{interaction}")).json()
    return page


async def kept(desk: Desk, recording: str) -> str:
    """Count the recording as stored, as if its sound lay there; its tenant."""
    platform = desk.node.platform

    def work(tx: Tx) -> str:
        tenant_id = tenant_of(tx, "demo")
        wrapped = platform.keys.new_data_key(tenant_id)[1]
        stored = recordings.RecordingState.STORED
        store.change(tx, tenant_id, recording, state=stored, wrapped_key=wrapped)
        return tenant_id

    return await platform.db.write(work)


async def second(desk: Desk) -> str:
    return await desk.node.platform.db.read(lambda tx: tenant_of(tx, "two"))


def tenant_of(tx: Tx, slug: str) -> str:
    tenant = tenancy.by_slug(tx, slug)
    assert tenant is not None
    return tenant.tenant_id
