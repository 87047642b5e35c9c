"""Reminders of appointments: told at the desk of the expert, mailed to the customer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from tests.features.desk.house import Desk, Json
from tests.features.desk.test_callbacks import EMMA, customer_id
from tests.features.desk.test_promises import DAY, row_of
from trunkline.adapters.messages import FakeMessenger
from trunkline.features.desk.promises import letters, reminders
from trunkline.ports.jobs import Job
from trunkline.runtime.platform import Platform

MAILBOX = "emma@example.com"


async def booked(desk: Desk, client: httpx.AsyncClient, **whom: str) -> Json:
    expert = await desk.user_id("agent1")
    day = (datetime.now(UTC) + 4 * DAY).date().isoformat()
    asked = {"queue": "support", "expert": expert, "day": day}
    free = (await client.get("/appointments/slots", params=asked)).json()["items"]
    body = {"expert_id": expert, "queue": "support", "at": free[0], **whom}
    made = await client.post("/appointments", json=body)
    assert made.status_code == 201, made.text
    found: Json = made.json()
    return found


async def due(desk: Desk, promised: Json, which: str = "day") -> Job:
    row = await row_of(desk, promised["id"])
    payload = {"promise_id": row.id, "due_at": row.due_at, "which": which}
    return Job("job", row.tenant_id, "any", payload, 1)


def mailing(desk: Desk, messenger: FakeMessenger | None) -> Platform:
    messengers = {} if messenger is None else {"email": messenger}
    return replace(desk.node.platform, messengers=messengers)


async def with_mailbox(client: httpx.AsyncClient) -> str:
    emma = await customer_id(client)
    body = {"kind": "email", "value": MAILBOX}
    reply = await client.post(f"/customers/{emma}/identities", json=body)
    assert reply.status_code == 201, reply.text
    return emma


async def test_the_expert_is_told_and_the_customer_is_mailed_once(desk: Desk) -> None:
    office = FakeMessenger()
    async with desk.as_("admin") as admin, desk.stream("agent1") as expert:
        made = await booked(desk, admin, customer_id=await with_mailbox(admin))
        await reminders.remind(mailing(desk, office), await due(desk, made))
        told = await expert.event("trunkline.appointment.reminder_due.v1")
        for _ in range(2):
            await reminders.mail(mailing(desk, office), await due(desk, made))
        after = (await admin.get(f"/promises/{made['id']}")).json()
    (letter,) = office.taken
    assert (told["promise_id"], told["before"]) == (made["id"], "day")
    assert letter.to == MAILBOX
    assert EMMA not in letter.text
    assert after["reminded_day_at"]
    assert (after["mailing"], bool(after["mailed_at"])) == ("sent", True)


async def test_while_the_mail_server_fails_the_job_comes_again(desk: Desk) -> None:
    office = FakeMessenger()
    office.down = True
    async with desk.as_("admin") as admin:
        made = await booked(desk, admin, customer_id=await with_mailbox(admin))
        with pytest.raises(reminders.NotSent):
            await reminders.mail(mailing(desk, office), await due(desk, made))
        failed = (await admin.get(f"/promises/{made['id']}")).json()
        office.down = False
        await reminders.mail(mailing(desk, office), await due(desk, made))
        sent = (await admin.get(f"/promises/{made['id']}")).json()
    assert (failed["mailing"], sent["mailing"]) == ("failed", "sent")


async def test_why_nothing_was_mailed_stands_with_the_appointment(desk: Desk) -> None:
    office = FakeMessenger()
    async with desk.as_("admin") as admin:
        unknown = await booked(desk, admin, phone=EMMA)
        await reminders.mail(mailing(desk, None), await due(desk, unknown))
        no_server = (await admin.get(f"/promises/{unknown['id']}")).json()
        await reminders.mail(mailing(desk, office), await due(desk, unknown))
        no_mailbox = (await admin.get(f"/promises/{unknown['id']}")).json()
        known = await booked(desk, admin, customer_id=await with_mailbox(admin))
        office.refused.add(MAILBOX)
        await reminders.mail(mailing(desk, office), await due(desk, known))
        refused = (await admin.get(f"/promises/{known['id']}")).json()
    found = [one["mailing"] for one in (no_server, no_mailbox, refused)]
    assert found == ["no_server", "no_mailbox", "refused"]
    assert office.taken == []


async def test_a_cancelled_appointment_is_not_reminded_of(desk: Desk) -> None:
    office = FakeMessenger()
    async with desk.as_("admin") as admin:
        made = await booked(desk, admin, customer_id=await with_mailbox(admin))
        await admin.post(f"/promises/{made['id']}/cancel")
        await reminders.remind(mailing(desk, office), await due(desk, made))
        await reminders.mail(mailing(desk, office), await due(desk, made))
        after = (await admin.get(f"/promises/{made['id']}")).json()
    assert office.taken == []
    assert (after["reminded_day_at"], after["mailing"]) == (None, None)


async def test_a_mailbox_is_shown_in_full_only_to_who_may_see_it(desk: Desk) -> None:
    async with desk.as_("admin") as admin, desk.as_("agent1") as agent:
        emma = await with_mailbox(admin)
        seen = (await admin.get(f"/customers/{emma}")).json()["identities"][-1]
        masked = (await agent.get(f"/customers/{emma}")).json()["identities"][-1]
        body = {"kind": "email", "value": "no mailbox"}
        odd = await admin.post(f"/customers/{emma}/identities", json=body)
    assert (seen["kind"], seen["value"]) == ("email", MAILBOX)
    assert (masked["value"], masked["masked"]) == (None, "e•••@example.com")
    assert (odd.status_code, odd.json()["code"]) == (422, "mailbox_invalid")


@pytest.mark.parametrize("language", ["zh", "en", "ja", "ko", "fr"])
def test_a_letter_tells_time_zone_and_number_in_every_language(language: str) -> None:
    at = int(datetime(2026, 11, 30, 7, 0, tzinfo=UTC).timestamp() * 1000)
    reminder = letters.Reminder("Acme", at, "Asia/Shanghai", "138****0001")
    subject, text = letters.written(reminder, language)
    assert "2026-11-30 15:00" in subject
    for word in ("Acme", "2026-11-30 15:00", "Asia/Shanghai", "138****0001"):
        assert word in text
