"""The audit log: written with the deed, read by who may, and any later writing shows."""

from typing import Any

import pytest
import sqlalchemy as sa

from tests.app.http.house import House
from trunkline.features import audit
from trunkline.features.audit.store import entries, heads
from trunkline.features.tenancy import Principal
from trunkline.kit.errors import TrunklineError


def record(house: House, action: str, subject: str = "thing", tenant: str = "one") -> None:
    who = Principal(house.tenants[tenant].tenant_id, "usr_x")
    house.rig.db.do(lambda tx: audit.record(tx, who, action, subject, {"n": 1}, at=1))


async def listed(house: House, query: str = "", tenant: str = "one") -> list[dict[str, Any]]:
    reply = await house.ask("auditor", "GET", f"/audit{query}", tenant)
    return list(reply.json()["items"])


async def verdict(house: House, tenant: str = "one") -> dict[str, Any]:
    return dict((await house.ask("auditor", "GET", "/audit/verification", tenant)).json())


def tamper(house: House, statement: sa.Update | sa.Delete) -> None:
    house.rig.db.do(lambda tx: tx.execute(statement))


async def test_acts_are_found_by_who_what_and_whom(house: House) -> None:
    record(house, "queues.updated", "que_1")
    record(house, "queues.updated", "que_2")
    record(house, "queues.deleted", "que_2")
    assert len(await listed(house, "?action=queues.updated")) == 2
    assert len(await listed(house, "?subject=que_2")) == 2
    assert len(await listed(house, "?subject=que_2&action=queues.deleted&actor=usr_x")) == 1
    assert await listed(house, "?actor=usr_x", "two") == []


async def test_the_log_goes_page_by_page_newest_first(house: House) -> None:
    reply = (await house.ask("auditor", "GET", "/audit?limit=3")).json()
    rest = await listed(house, f"?cursor={reply['next']}&limit=200")
    numbers = [entry["seq"] for entry in reply["items"] + rest]
    # The log-in of the second reading stands at the top of neither page.
    assert numbers == list(range(numbers[0], 0, -1))


async def test_a_cursor_of_another_list_is_refused(house: House) -> None:
    reply = await house.ask("auditor", "GET", "/audit?cursor=nonsense")
    assert (reply.status_code, reply.json()["code"]) == (400, "cursor_invalid")


async def test_a_whole_chain_is_valid(house: House) -> None:
    told = await verdict(house)
    assert told["valid"] is True
    assert told["broken_at"] is None


@pytest.mark.parametrize(
    ("what", "broken_at"),
    [
        (entries.update().where(entries.c.seq == 3).values(actor_id="usr_other"), 3),
        (entries.update().where(entries.c.seq == 3).values(detail={"n": 2}), 3),
        (entries.delete().where(entries.c.seq == 3), 3),
        (entries.delete().where(entries.c.seq == 1), 1),
    ],
)
async def test_what_was_changed_or_dropped_later_shows(
    house: House, what: sa.Update | sa.Delete, broken_at: int
) -> None:
    tamper(house, what)
    told = await verdict(house)
    assert (told["valid"], told["broken_at"]) == (False, broken_at)


async def test_a_chain_that_lost_its_end_shows(house: House) -> None:
    async with await house.signed_in("auditor") as client:
        last = len(house.acts())
        tamper(house, entries.delete().where(entries.c.seq == last))
        told = (await client.get("/api/v1/audit/verification")).json()
    assert (told["valid"], told["broken_at"]) == (False, last)


async def test_each_tenant_has_a_chain_of_its_own(house: House) -> None:
    record(house, "queues.updated", tenant="two")
    tamper(
        house,
        entries.update().where(entries.c.tenant_id == house.tenants["two"].tenant_id).values(at=0),
    )
    assert (await verdict(house))["valid"] is True
    assert (await verdict(house, "two"))["valid"] is False


def test_an_act_that_is_rolled_back_was_never_written(house: House) -> None:
    before = house.acts()

    def work(tx: sa.Connection) -> None:
        who = Principal(house.tenants["one"].tenant_id, "usr_x")
        audit.record(tx, who, "queues.updated", "que_1", at=1)
        raise TrunklineError("refused", 409, "No.")

    with pytest.raises(TrunklineError):
        house.rig.db.do(work)
    assert house.acts() == before
    assert house.rig.db.do(lambda tx: tx.execute(sa.select(heads.c.seq)).scalars().first()) == len(
        before
    )
