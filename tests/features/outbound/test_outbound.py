"""Outward calls: what the rule is told of them, the lists, and what a tenant allows itself."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from tests.tools.rig import NOON, Rig
from trunkline.core.outbound_rules.words import Kind, Purpose, Rule
from trunkline.core.words import ConsentPolicy
from trunkline.features import customers, numbers, outbound, queues
from trunkline.features.outbound.packs import COUNTRIES, RULED, rules_of
from trunkline.features.outbound.schemas import Home

HOUR_MS = 3_600_000
TO_NIGHT_MS = 4 * HOUR_MS
"""To midnight in Shanghai; noon in UTC is eight in the evening there."""

MOBILE, OTHER = "13800138000", "13900139000"


@pytest.fixture
async def rig() -> Rig:
    rig = Rig(*outbound.routers, *numbers.routers, queues.router)
    async with rig.as_("one") as client:
        queue = (await client.post("/queues", json={"name": "support"})).json()["id"]
        await client.post("/numbers", json={"number": "4001", "queue_id": queue})
    return rig


def asked(number: str = MOBILE, purpose: Purpose = Purpose.SERVICE, **more: Any) -> outbound.Asked:
    return outbound.Asked(**{"interaction_id": "i-1", "shown": "4001", **more}, number=number,
                          purpose=purpose)  # fmt: skip


def judged(rig: Rig, call: outbound.Asked, tenant: str = "one") -> Rule | None:
    refusal = rig.db.do(lambda tx: outbound.judge(rig.writing(tx, tenant), call))
    return refusal.rule if refusal else None


async def listed(rig: Rig, path: str, number: str = MOBILE, **more: Any) -> Any:
    async with rig.as_("one") as client:
        body = {"number": number, "reason": "asked us not to", **more}
        return await client.post(f"/outbound/{path}", json=body)


async def allowed(rig: Rig, **given: Any) -> None:
    async with rig.as_("one") as client:
        tag = (await client.get("/outbound/rules")).headers["ETag"]
        reply = await client.patch("/outbound/rules", json=given, headers={"If-Match": tag})
        assert reply.status_code == 200, reply.text


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_country_says_something_of_every_purpose(country: str) -> None:
    rules = rules_of(country)
    assert rules.country == country
    assert set(rules.purposes) == set(RULED)
    assert rules.emergency
    asked_for, sales = rules.purposes[Purpose.CALLBACK], rules.purposes[Purpose.SALES]
    assert not asked_for.needs_consent
    assert (sales.per_day or 99) <= (asked_for.per_day or 99)


def test_an_unknown_country_is_held_to_the_strictest() -> None:
    assert rules_of("ZZ").purposes[Purpose.SALES].needs_consent


@pytest.mark.parametrize(
    ("number", "country", "kind"),
    [
        ("13800138000", "CN", Kind.ORDINARY), ("+8613800138000", "CN", Kind.ORDINARY),
        ("110", "CN", Kind.EMERGENCY), ("95588", "CN", Kind.SERVICE_CODE),
        ("+12125550123", "US", Kind.ORDINARY), ("+447400123456", "GB", Kind.ORDINARY),
        ("+499001234567", "DE", Kind.PREMIUM), ("1", None, Kind.INVALID),
        ("anonymous", None, Kind.INVALID),
    ],
)  # fmt: skip
def test_a_number_has_a_country_and_a_kind(number: str, country: str | None, kind: Kind) -> None:
    found = customers.phone_kind(number, rules_of("CN").emergency)
    assert (found.country, found.kind) == (country, kind)


def test_a_prefix_lies_in_time_zones() -> None:
    assert customers.phone_zones("+8613800138000") == ("Asia/Shanghai",)
    assert "America/New_York" in customers.phone_zones("+12125550123")
    assert customers.phone_zones("95588") == ()


async def test_a_call_at_eight_in_the_evening_is_dialled_and_at_midnight_not(rig: Rig) -> None:
    assert judged(rig, asked()) is None
    rig.clock.advance(TO_NIGHT_MS)
    assert judged(rig, asked(OTHER)) is Rule.HOURS
    assert judged(rig, asked(OTHER, Purpose.CALLBACK)) is Rule.HOURS


async def test_who_serves_by_day_and_night_calls_back_at_any_hour(rig: Rig) -> None:
    await allowed(rig, callbacks_at_any_hour=True)
    rig.clock.advance(TO_NIGHT_MS)
    assert judged(rig, asked(purpose=Purpose.CALLBACK)) is None
    assert judged(rig, asked()) is Rule.HOURS


async def test_who_said_no_is_called_only_when_they_ask(rig: Rig) -> None:
    assert (await listed(rig, "do-not-call", "+86 138 0013 8000")).status_code == 201
    assert judged(rig, asked()) is Rule.OWN_LIST
    assert judged(rig, asked(purpose=Purpose.CALLBACK)) is None
    assert judged(rig, asked(OTHER)) is None


async def test_a_listed_number_may_be_called_again_when_its_time_is_over(rig: Rig) -> None:
    await listed(rig, "do-not-call", expires_at="2026-11-21T13:00:00Z")
    assert judged(rig, asked()) is Rule.OWN_LIST
    rig.clock.advance(HOUR_MS)
    assert judged(rig, asked()) is None


async def test_a_list_is_its_tenants_own(rig: Rig) -> None:
    await listed(rig, "do-not-call")
    assert judged(rig, asked(), "two") is Rule.CALLER_ID  # 4001 is not theirs, and that is all
    async with rig.as_("two") as client:
        assert (await client.get("/outbound/do-not-call")).json()["items"] == []


async def test_a_person_is_tried_three_times_a_day_by_whatever_number(rig: Rig) -> None:
    for number in (MOBILE, OTHER, MOBILE):
        assert judged(rig, asked(number, customer_id="c-1")) is None
    assert judged(rig, asked(OTHER, customer_id="c-1")) is Rule.ATTEMPTS_PER_DAY
    assert judged(rig, asked(OTHER, customer_id="c-2")) is None


async def test_abroad_and_premium_are_denied_until_they_are_allowed(rig: Rig) -> None:
    assert judged(rig, asked("+81312345678")) is Rule.INTERNATIONAL
    await allowed(rig, countries=["JP"])
    rig.clock.advance(-4 * HOUR_MS)  # five in the afternoon in Tokyo
    assert judged(rig, asked("+81312345678")) is None
    assert judged(rig, asked("+447400123456")) is Rule.INTERNATIONAL


async def test_calls_of_an_agent_are_capped_by_what_they_are_reckoned_to_cost(rig: Rig) -> None:
    await allowed(rig, cost_cap_cents=100, home_cents_a_minute=20)
    assert judged(rig, asked(agent_id="a-1")) is None
    assert judged(rig, asked(OTHER, agent_id="a-1")) is Rule.COST_CAP
    assert judged(rig, asked(OTHER, agent_id="a-2")) is None


async def test_an_emergency_number_is_dialled_whatever_stands_against_it(rig: Rig) -> None:
    await allowed(rig, cost_cap_cents=0, home_cents_a_minute=20)
    rig.clock.advance(TO_NIGHT_MS)
    assert judged(rig, asked("110", shown="")) is None


async def test_what_was_refused_is_listed_with_its_rule_and_without_the_number(rig: Rig) -> None:
    judged(rig, asked())
    judged(rig, asked("+81312345678"))
    async with rig.as_("one") as client:
        reply = await client.get("/outbound/calls", params={"refused": True})
        (one,) = reply.json()["items"]
        assert len((await client.get("/outbound/calls")).json()["items"]) == 2
    assert (one["rule"], one["detail"]) == ("international", "calls to JP are not allowed")
    assert "312345678" not in reply.text


@pytest.mark.parametrize("path", ["do-not-call", "blocked-callers"])
async def test_an_entry_is_made_found_changed_and_removed(rig: Rig, path: str) -> None:
    made = (await listed(rig, path)).json()
    assert (await listed(rig, path, "+8613800138000")).json()["code"] == "number_listed"
    await listed(rig, path, OTHER)
    async with rig.as_("one") as client:
        found = await client.get(f"/outbound/{path}", params={"number": "138 0013 8000"})
        assert [item["id"] for item in found.json()["items"]] == [made["id"]]
        assert found.json()["items"][0]["number"] == "+8613800138000"
        entry = f"/outbound/{path}/{made['id']}"
        changed = await client.patch(entry, json={"appeal": "says it was his brother"})
        assert changed.json()["appeal"] == "says it was his brother"
        assert changed.json()["reason"] == made["reason"]
        assert (await client.patch(entry, json={})).json() == changed.json()
        assert (await client.delete(entry)).status_code == 204
        assert (await client.delete(entry)).json()["code"] == "number_not_listed"
    verbs = [kind.split(".")[2] for kind in rig.outbox.kinds() if "call" in kind]
    assert verbs == ["created", "created", "updated", "updated", "deleted"]


async def test_lists_are_paged_last_first(rig: Rig) -> None:
    for last in range(5):
        rig.clock.advance(1)
        await listed(rig, "blocked-callers", f"1380013800{last}")
    async with rig.as_("one") as client:
        first = (await client.get("/outbound/blocked-callers", params={"limit": 3})).json()
        more = {"limit": 3, "cursor": first["next"]}
        rest = (await client.get("/outbound/blocked-callers", params=more)).json()
    shown = [item["number"][-1] for item in first["items"] + rest["items"]]
    assert (shown, rest["next"]) == (["4", "3", "2", "1", "0"], None)


async def test_numbers_are_masked_for_who_may_not_see_them(rig: Rig) -> None:
    await listed(rig, "do-not-call")
    async with rig.as_("one", "auditor") as client:
        (item,) = (await client.get("/outbound/do-not-call")).json()["items"]
        assert "****" in item["number"]
        body = {"number": OTHER, "reason": "x"}
        assert (await client.post("/outbound/do-not-call", json=body)).status_code == 403


@pytest.mark.parametrize(
    ("number", "policy"),
    [
        ("+8613800000001", ConsentPolicy.OPT_IN),
        ("+14155550100", ConsentPolicy.OPT_OUT),
        ("+33123456789", ConsentPolicy.ANNOUNCE),
        (None, ConsentPolicy.ANNOUNCE),
    ],
)
async def test_a_tenant_says_itself_what_callers_of_a_country_are_asked(
    rig: Rig, number: str | None, policy: ConsentPolicy
) -> None:
    before = len(rig.policies.published)
    await allowed(rig, recording_consent={"CN": "opt_in", "*": "announce"})
    chosen = rig.db.do(lambda tx: outbound.consent_chosen(tx, "one"))
    assert outbound.recording_consent(number, chosen) is policy
    assert rig.policies.published[before:] == ["one"]
    assert not rig.db.do(lambda tx: outbound.consent_chosen(tx, "two"))


@pytest.mark.parametrize(
    ("home", "for_help", "near", "far"),
    [
        ("CN", "120", "13800138000", "+12125550123"),
        ("US", "911", "(212) 555-0123", "+8613800138000"),
        ("GB", "999", "07400 123456", "+12125550123"),
    ],
)
async def test_home_decides_what_is_for_help_and_what_is_abroad(
    rig: Rig, home: str, for_help: str, near: str, far: str
) -> None:
    before = len(rig.policies.published)
    await allowed(rig, home=home)
    assert rig.policies.published[before:] == ["one"]
    assert judged(rig, asked(near, Purpose.CONSULT)) is None
    assert judged(rig, asked(far, Purpose.CONSULT)) is Rule.INTERNATIONAL
    await allowed(rig, cost_cap_cents=0, home_cents_a_minute=10)
    await listed(rig, "do-not-call", for_help)
    rig.clock.advance(TO_NIGHT_MS)
    for number in (for_help, "112"):
        assert judged(rig, asked(number, Purpose.SALES)) is None


async def test_only_the_numbers_of_home_are_for_help(rig: Rig) -> None:
    assert judged(rig, asked("911")) is Rule.INVALID_NUMBER
    await allowed(rig, home="US")
    assert judged(rig, asked("110")) is Rule.INVALID_NUMBER
    assert judged(rig, asked("911", Purpose.SALES), tenant="two") is Rule.INVALID_NUMBER


async def test_a_number_on_the_list_is_read_as_it_is_dialled_from_home(rig: Rig) -> None:
    await allowed(rig, home="US")
    assert (await listed(rig, "do-not-call", "(212) 555-0123")).status_code == 201
    assert judged(rig, asked("+12125550123")) is Rule.OWN_LIST
    async with rig.as_("one") as client:
        for spelling in ("2125550123", "+1 212 555 0123"):
            found = await client.get("/outbound/do-not-call", params={"number": spelling})
            assert len(found.json()["items"]) == 1


def test_a_trunk_at_home_is_dialled_as_people_dial_there() -> None:
    assert customers.dialled("+12125550123", "US") == "2125550123"
    assert customers.dialled("+442079460018", "GB") == "02079460018"
    assert customers.dialled("+8613800138000", "US") == "+8613800138000"


def test_home_is_a_country_whose_rules_we_know() -> None:
    assert set(get_args(Home)) == set(COUNTRIES)


async def test_home_is_none_that_we_know_nothing_of(rig: Rig) -> None:
    async with rig.as_("one") as client:
        reply = await client.get("/outbound/rules")
        assert reply.json()["home"] == "CN"
        tag = {"If-Match": reply.headers["ETag"]}
        refused = await client.patch("/outbound/rules", json={"home": "ZZ"}, headers=tag)
        assert refused.status_code == 422


async def test_a_country_is_two_letters(rig: Rig) -> None:
    async with rig.as_("one") as client:
        tag = {"If-Match": (await client.get("/outbound/rules")).headers["ETag"]}
        wrong = {"recording_consent": {"Germany": "opt_in"}}
        assert (await client.patch("/outbound/rules", json=wrong, headers=tag)).status_code == 422


async def test_nobody_overwrites_rules_that_he_has_not_seen(rig: Rig) -> None:
    async with rig.as_("one") as client:
        blind = await client.patch("/outbound/rules", json={"premium": True})
        assert blind.json()["code"] == "precondition_required"
        old = {"If-Match": '"7"'}
        late = await client.patch("/outbound/rules", json={"premium": True}, headers=old)
        assert late.json()["code"] == "version_changed"


async def test_what_is_old_is_forgotten(rig: Rig) -> None:
    judged(rig, asked())
    await listed(rig, "do-not-call", expires_at="2026-11-21T13:00:00Z")
    assert rig.db.do(lambda tx: outbound.forget(tx, NOON)) == 0
    assert rig.db.do(lambda tx: outbound.forget(tx, NOON + outbound.KEPT_MS + 1)) == 2
