"""Customers through the API and the front door: found, masked, verified, erased, never mixed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.tools.rig import NOON, Rig, principal
from trunkline.core.flow.speech import Amount, Date, Digits, Prompt, pieces
from trunkline.features import customers, identity
from trunkline.features.tenancy import Writing
from trunkline.ports.database import Tx

NUMBER = "+8613800000001"
LI = {
    "name": "李小明",
    "level": "gold",
    "phones": ["13800000001"],
    "organisation": "Blue River 有限公司",
}


@pytest.fixture
def rig() -> Rig:
    return Rig(customers.router)


async def create(rig: Rig, tenant: str = "one", **changes: Any) -> str:
    async with rig.as_(tenant) as client:
        reply = await client.post("/customers", json={**LI, **changes})
    assert reply.status_code == 201, reply.text
    return str(reply.json()["id"])


def on(rig: Rig, tx: Tx, tenant: str = "one") -> Writing:
    return Writing(tx, rig.keys, rig.platform.ids, tenant, rig.clock.now_ms())


def order(rig: Rig, customer_id: str, number: str = "SO-2026-4711", **fields: Any) -> None:
    draft = customers.OrderDraft(
        number,
        fields.get("on", date(2026, 11, 2)),
        fields.get("state", customers.OrderState.SHIPPED),
        12_950,
    )
    rig.db.do(lambda tx: customers.add_order(on(rig, tx), customer_id, draft))


async def test_a_customer_is_read_back_with_the_number_masked_or_in_full_by_permission(
    rig: Rig,
) -> None:
    customer_id = await create(rig)
    async with rig.as_("one", "agent") as agent, rig.as_("one", "supervisor") as supervisor:
        seen = (await agent.get(f"/customers/{customer_id}")).json()
        full = (await supervisor.get(f"/customers/{customer_id}")).json()
    assert (seen["name"], seen["level"]) == ("李小明", "gold")
    assert seen["identities"][0]["masked"] == "+86 138 **** 0001"
    assert seen["identities"][0]["value"] is None
    assert full["identities"][0]["value"] == NUMBER


@pytest.mark.parametrize("q", ["李小", "小明", "blue", "RIVER", "有限", "138 0000 0001", "明"])
async def test_a_customer_is_found_by_part_of_the_name_or_by_number(rig: Rig, q: str) -> None:
    customer_id = await create(rig)
    await create(rig, name="Wang Wei", phones=["13800000002"], organisation=None)
    async with rig.as_("one") as client:
        found = (await client.get("/customers", params={"q": q})).json()["items"]
    expected = [] if q == "明" else [customer_id]  # one character of many is too little to look up
    assert [item["id"] for item in found] == expected


async def test_lists_go_page_by_page_newest_first(rig: Rig) -> None:
    made = [await create(rig, name=f"Customer {n}") for n in range(5)]
    async with rig.as_("one") as client:
        first = (await client.get("/customers", params={"limit": 3})).json()
        rest = (await client.get("/customers", params={"limit": 3, "cursor": first["next"]})).json()
    assert [item["id"] for item in first["items"] + rest["items"]] == made[::-1]
    assert rest["next"] is None


async def test_no_customer_of_another_tenant_is_seen_changed_or_erased(rig: Rig) -> None:
    mine = await create(rig, "one")
    async with rig.as_("two") as other:
        assert (await other.get("/customers")).json()["items"] == []
        assert (await other.get("/customers", params={"q": NUMBER})).json()["items"] == []
        replies = [
            await other.get(f"/customers/{mine}"),
            await other.patch(f"/customers/{mine}", json={"name": "Nobody"}),
            await other.delete(f"/customers/{mine}"),
            await other.get(f"/customers/{mine}/orders"),
            await other.post(f"/customers/{mine}/identities", json={"kind": "phone", "value": "1"}),
        ]
    assert {reply.status_code for reply in replies} == {404}
    assert rig.db.do(lambda tx: customers.identify(tx, rig.keys, "two", NUMBER)).matches == ()


async def test_a_number_presumes_everybody_who_has_it_and_a_withheld_one_nobody(rig: Rig) -> None:
    both = [await create(rig), await create(rig, name="Li Min", level="regular")]
    for raw in ("13800000001", "+86 138 0000 0001", "008613800000001"):
        found = rig.db.do(lambda tx, raw=raw: customers.identify(tx, rig.keys, "one", raw))
        assert [match.id for match in found.matches] == both
        assert [match.level for match in found.matches] == ["gold", "regular"]
    for nobody in (None, "anonymous", "13900000000"):
        found = rig.db.do(lambda tx, n=nobody: customers.identify(tx, rig.keys, "one", n))
        assert found.matches == ()


async def test_what_is_changed_is_changed_and_the_rest_stays(rig: Rig) -> None:
    customer_id = await create(rig)
    async with rig.as_("one") as client:
        changed = await client.patch(f"/customers/{customer_id}", json={"name": "Li Xiaoming"})
        assert changed.json()["organisation"] == LI["organisation"]
        assert (await client.get("/customers", params={"q": "xiaoming"})).json()["items"]
        assert not (await client.get("/customers", params={"q": "小明"})).json()["items"]
        wrong = await client.patch(f"/customers/{customer_id}", json={"level": "emperor"})
    assert wrong.status_code == 422
    assert rig.outbox.kinds() == ["trunkline.customer.created.v1", "trunkline.customer.updated.v1"]


async def test_an_order_is_read_back_in_recorded_pieces_of_both_languages(rig: Rig) -> None:
    customer_id = await create(rig)
    order(
        rig, customer_id, "SO-1000-0001", on=date(2026, 11, 5), state=customers.OrderState.DELIVERED
    )
    order(rig, customer_id)
    say = rig.db.do(lambda tx: customers.order_status_say(tx, rig.keys, "one", customer_id))
    assert say == (
        Prompt("order-your-order"),
        Digits("4711"),
        Prompt("order-placed-on"),
        Date(2026, 11, 2),
        Prompt("order-amount"),
        Amount(12_950, "CNY"),
        Prompt("order-status-shipped"),
    )
    assert pieces(say, "zh")
    assert pieces(say, "en")


async def test_without_an_open_order_there_is_nothing_to_say(rig: Rig) -> None:
    customer_id = await create(rig)
    order(rig, customer_id, state=customers.OrderState.CANCELLED)
    assert rig.db.do(lambda tx: customers.order_status_say(tx, rig.keys, "one", customer_id)) == ()


def check(
    rig: Rig, customer_id: str, digits: str, call: str = "call-1", tenant: str = "one"
) -> str | None:
    return rig.db.do(
        lambda tx: customers.check_factor(
            tx, rig.keys, tenant, customer_id, digits, interaction_id=call, now=rig.clock.now_ms()
        )
    )


async def test_one_factor_is_the_end_of_an_open_order_or_the_pin(rig: Rig) -> None:
    customer_id = await create(rig, pin="2580")
    order(rig, customer_id)
    order(rig, customer_id, "SO-2025-9999", state=customers.OrderState.DELIVERED)
    assert check(rig, customer_id, "4711") == "order_last4"
    assert check(rig, customer_id, "2580") == "pin"
    assert check(rig, customer_id, "9999") is None
    assert check(rig, customer_id, "2580", tenant="two") is None


async def test_after_three_wrong_tries_in_a_call_nothing_is_right(rig: Rig) -> None:
    customer_id = await create(rig, pin="2580")
    assert [check(rig, customer_id, wrong) for wrong in ("1111", "", "258")] == [None] * 3
    assert check(rig, customer_id, "2580") is None
    assert check(rig, customer_id, "2580", call="call-2") == "pin"


async def test_tries_of_a_day_are_bounded_over_all_calls(rig: Rig) -> None:
    customer_id = await create(rig, pin="2580")
    for n in range(12):
        check(rig, customer_id, "0000", call=f"call-{n // 3}")
    assert check(rig, customer_id, "2580", call="call-99") is None
    rig.clock.advance(25 * 3600 * 1000)
    assert check(rig, customer_id, "2580", call="call-100") == "pin"


async def test_a_value_is_read_by_its_token_within_its_tenant(rig: Rig) -> None:
    customer_id = await create(rig)

    def work(tx: Tx) -> None:
        customers.put_value(tx, rig.keys, "one", "tok-1", customer_id, "4711", now=NOON)
        customers.put_value(tx, rig.keys, "one", "tok-2", None, NUMBER, now=NOON)
        assert customers.value(tx, rig.keys, "one", "tok-1") == "4711"
        assert customers.value(tx, rig.keys, "one", "tok-2") == NUMBER
        with pytest.raises(customers.ValueGone):
            customers.value(tx, rig.keys, "two", "tok-1")

    rig.db.do(work)


async def test_values_of_nobody_are_forgotten_after_ninety_days(rig: Rig) -> None:
    def work(tx: Tx) -> None:
        customers.put_value(tx, rig.keys, "one", "tok", None, NUMBER, now=NOON)
        assert customers.forget_values(tx, "one", NOON + 89 * 86_400_000) == 0
        assert customers.forget_values(tx, "two", NOON + 91 * 86_400_000) == 0
        assert customers.forget_values(tx, "one", NOON + 91 * 86_400_000) == 1

    rig.db.do(work)


async def test_after_erasure_nobody_is_found_and_nothing_can_be_read(rig: Rig) -> None:
    customer_id = await create(rig, pin="2580")
    order(rig, customer_id)

    def keep(tx: Tx) -> None:
        customers.put_value(tx, rig.keys, "one", "mine", customer_id, NUMBER, now=NOON)
        customers.put_value(tx, rig.keys, "one", "moved", None, NUMBER, now=NOON)
        customers.put_value(tx, rig.keys, "one", "moved", customer_id, NUMBER, now=NOON)

    rig.db.do(keep)
    async with rig.as_("one") as client:
        assert (await client.delete(f"/customers/{customer_id}")).status_code == 204
        assert (await client.get(f"/customers/{customer_id}")).status_code == 404
        assert (await client.get("/customers", params={"q": "小明"})).json()["items"] == []
    assert rig.db.do(lambda tx: customers.identify(tx, rig.keys, "one", NUMBER)).matches == ()
    assert rig.db.do(lambda tx: customers.order_status(tx, rig.keys, "one", customer_id)) is None
    assert check(rig, customer_id, "2580") is None
    for token in ("mine", "moved"):
        with pytest.raises(customers.ValueGone):
            rig.db.do(lambda tx, t=token: customers.value(tx, rig.keys, "one", t))


async def test_nothing_personal_stands_in_the_tables_in_the_clear(rig: Rig) -> None:
    customer_id = await create(rig, pin="25802580", note="很重要的客户")
    order(rig, customer_id)
    with rig.db.engine.connect() as connection:
        dump = "\n".join(connection.connection.iterdump())  # type: ignore[attr-defined]
    for secret in ("李小明", "Blue River", "13800000001", "4711", "25802580", "很重要的客户"):
        assert secret not in dump
        assert secret.encode().hex().upper() not in dump.upper()


@pytest.mark.parametrize("role", ["agent", "planner", "auditor"])
async def test_only_who_may_erase_erases(rig: Rig, role: str) -> None:
    customer_id = await create(rig)
    async with rig.as_("one", role) as client:
        assert (await client.delete(f"/customers/{customer_id}")).status_code == 403


async def test_a_customer_of_a_team_is_seen_by_that_team_only(rig: Rig) -> None:
    team = rig.db.do(lambda tx: identity.add_team(tx, rig.platform, principal("one"), "Key"))
    theirs, anybodys = await create(rig, team_id=team.team_id), await create(rig)
    async with rig.as_("one", "agent") as agent, rig.as_("one", "quality") as quality:
        seen = (await agent.get("/customers")).json()["items"]
        paths = [f"/customers/{one}" for one in (theirs, anybodys)]
        read = [(await agent.get(path)).status_code for path in paths]
        changed = [(await agent.patch(path, json={"level": "gold"})).status_code for path in paths]
        given = await agent.patch(paths[1], json={"team_id": team.team_id})
        all_of_them = (await quality.get("/customers")).json()["items"]
    assert [one["id"] for one in seen] == [anybodys]
    assert (read, changed, given.status_code) == ([404, 200], [404, 200], 403)
    assert {one["team_id"] for one in all_of_them} == {team.team_id, None}


async def test_a_customer_is_given_to_a_team_that_is_there(rig: Rig) -> None:
    async with rig.as_("one") as client:
        reply = await client.post("/customers", json=LI | {"team_id": "team-of-nobody"})
    assert (reply.status_code, reply.json()["code"]) == (422, "team_unknown")


async def test_a_manager_is_a_user_of_the_tenant_and_may_be_taken_back(rig: Rig) -> None:
    new = identity.NewUser("ann", "Ann", None, (identity.RoleHeld("agent"),))
    system = principal("one", "administrator")

    def made(tx: Tx) -> str:
        return identity.add_user(tx, rig.platform, system, new).user_id

    ann = rig.db.do(made)
    customer_id = await create(rig, manager_id=ann, contract=True)
    path = f"/customers/{customer_id}"
    async with rig.as_("one") as client, rig.as_("two") as other:
        seen = (await client.get(path)).json()
        unknown = await client.patch(path, json={"manager_id": "nobody"})
        elsewhere = await other.post("/customers", json={**LI, "manager_id": ann})
        none = (await client.patch(path, json={"manager_id": None, "contract": False})).json()
    assert (seen["manager_id"], seen["contract"]) == (ann, True)
    assert {unknown.json()["code"], elsewhere.json()["code"]} == {"manager_unknown"}
    assert (none["manager_id"], none["contract"]) == (None, False)


async def test_an_order_is_told_masked_or_in_full_by_permission(rig: Rig) -> None:
    customer_id = await create(rig)
    new = {"number": "SO-2026-4711", "placed_on": "2026-11-02", "amount_minor": 12_950}
    async with rig.as_("one") as client, rig.as_("one", "agent") as agent:
        made = (await client.post(f"/customers/{customer_id}/orders", json=new)).json()
        seen = (await agent.get(f"/customers/{customer_id}/orders")).json()["items"]
        wrong = await client.post(
            f"/customers/{customer_id}/orders", json=new | {"placed_on": 20_000}
        )
    assert (made["number"], made["status"], made["placed_on"]) == (
        new["number"],
        "paid",
        "2026-11-02",
    )
    assert [(one["number"], one["number_masked"]) for one in seen] == [(None, "****4711")]
    assert wrong.status_code == 422
