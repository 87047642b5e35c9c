"""May this be dialled now, and by which trunk: every rule by its table."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trunkline.core.outbound_rules.may_dial import DAY_MS, WEEK_MS, may_dial
from trunkline.core.outbound_rules.ways import Way, ranked
from trunkline.core.outbound_rules.words import (
    Allowance,
    Call,
    Consent,
    CountryRules,
    History,
    Hours,
    Kind,
    LocalTime,
    Moment,
    Number,
    Purpose,
    PurposeRules,
    Rule,
)

DAYS = frozenset(range(7))
OFFICE = (Hours(DAYS, 8 * 60, 21 * 60),)
PLAIN = PurposeRules(OFFICE, per_day=3, per_week=7)
RULES = CountryRules(
    "xx",
    {
        Purpose.CALLBACK: PLAIN,
        Purpose.SERVICE: PLAIN,
        Purpose.SALES: PurposeRules(
            (Hours(frozenset(range(6)), 9 * 60, 20 * 60),),
            on_holidays=False,
            needs_consent=True,
            heeds_public_list=True,
            per_day=1,
        ),
        Purpose.RESEARCH: PurposeRules(OFFICE, heeds_public_list=True),
    },
)
NOW = 100 * WEEK_MS
MONDAY_NOON = Moment(NOW, (LocalTime(0, 12 * 60),))
HOME = Allowance("xx")
CALL = Call(Number("xx", Kind.ORDINARY), Purpose.SERVICE, caller_id=True, allowance=HOME)
NOTHING_KNOWN, NEVER_CALLED = Consent(), History()
AGREED = Consent(given=frozenset({Purpose.SALES}))


def at(hour: int, minute: int = 0, weekday: int = 0, *, holiday: bool = False) -> Moment:
    return Moment(NOW, (LocalTime(weekday, hour * 60 + minute, holiday),))


def judged(
    purpose: Purpose = Purpose.SERVICE,
    now: Moment = MONDAY_NOON,
    consent: Consent = NOTHING_KNOWN,
    history: History = NEVER_CALLED,
    **changes: object,
) -> Rule | None:
    call = replace(CALL, purpose=purpose, **changes)  # type: ignore[arg-type]
    refusal = may_dial(now, call, consent, history, RULES)
    return refusal.rule if refusal else None


def test_an_ordinary_call_at_noon_may_be_dialled() -> None:
    assert judged() is None


@pytest.mark.parametrize(
    ("number", "rule"),
    [
        (Number("xx", Kind.INVALID), Rule.INVALID_NUMBER),
        (Number("xx", Kind.PREMIUM), Rule.PREMIUM),
        (Number("xx", Kind.SHARED_COST), Rule.PREMIUM),
        (Number("yy", Kind.ORDINARY), Rule.INTERNATIONAL),
        (Number("xx", Kind.FREE), None),
        (Number(None, Kind.SERVICE_CODE), None),
        (Number(None, Kind.EMERGENCY), None),
    ],
)
def test_abroad_and_what_costs_more_is_denied_from_the_start(number, rule) -> None:
    assert judged(number=number) is rule


def test_a_tenant_may_allow_countries_and_premium_numbers() -> None:
    wide = Allowance("xx", countries=frozenset({"yy"}), premium=True)
    assert judged(number=Number("yy", Kind.ORDINARY), allowance=wide) is None
    assert judged(number=Number("zz", Kind.ORDINARY), allowance=wide) is Rule.INTERNATIONAL
    assert judged(number=Number("xx", Kind.PREMIUM), allowance=wide) is None


def test_a_number_that_is_not_ours_is_never_shown() -> None:
    assert judged(caller_id=False) is Rule.CALLER_ID


@pytest.mark.parametrize(
    ("purpose", "consent", "rule"),
    [
        (Purpose.SERVICE, Consent(on_own_list=True), Rule.OWN_LIST),
        (Purpose.SERVICE, Consent(on_public_list=True), None),
        (Purpose.RESEARCH, Consent(on_public_list=True), Rule.PUBLIC_LIST),
        (Purpose.SALES, Consent(), Rule.CONSENT),
        (Purpose.SALES, Consent(on_public_list=True), Rule.PUBLIC_LIST),
        (Purpose.SALES, AGREED, None),
        (Purpose.SALES, replace(AGREED, on_public_list=True), None),
        (Purpose.SALES, replace(AGREED, on_own_list=True), Rule.OWN_LIST),
        (Purpose.CALLBACK, Consent(on_own_list=True, on_public_list=True), None),
    ],
)
def test_lists_are_heeded_unless_the_person_asked_to_be_called(purpose, consent, rule) -> None:
    assert judged(purpose, consent=consent) is rule


@pytest.mark.parametrize(
    ("purpose", "now", "rule"),
    [
        (Purpose.SERVICE, at(7, 59), Rule.HOURS),
        (Purpose.SERVICE, at(8), None),
        (Purpose.SERVICE, at(20, 59), None),
        (Purpose.SERVICE, at(21), Rule.HOURS),
        (Purpose.CALLBACK, at(21), Rule.HOURS),
        (Purpose.CALLBACK, at(12, holiday=True), None),
        (Purpose.SALES, at(12, holiday=True), Rule.HOLIDAY),
        (Purpose.SALES, at(12, weekday=6), Rule.HOURS),
    ],
)
def test_nobody_is_called_out_of_hours_who_asked_or_not(purpose, now, rule) -> None:
    assert judged(purpose, now, AGREED) is rule


def test_address_and_prefix_both_must_be_within_hours() -> None:
    east, west = LocalTime(0, 10 * 60), LocalTime(0, 7 * 60)
    assert judged(now=Moment(NOW, (east,))) is None
    assert judged(now=Moment(NOW, (east, west))) is Rule.HOURS


@pytest.mark.parametrize(
    ("days_ago", "rule"),
    [
        ((0.1, 0.2), None),
        ((0.1, 0.2, 0.9), Rule.ATTEMPTS_PER_DAY),
        ((1.1, 1.2, 1.3), None),
        ((1.1, 1.2, 2.1, 2.2, 3.1, 3.2, 6.9), Rule.ATTEMPTS_PER_WEEK),
        ((1.1, 1.2, 2.1, 2.2, 3.1, 3.2, 7.0), None),
    ],
)
def test_a_person_is_called_so_often_a_day_and_a_week(days_ago, rule) -> None:
    dialled = tuple(NOW - round(days * DAY_MS) for days in days_ago)
    assert judged(history=History(dialled)) is rule


def test_calls_of_an_agent_cost_so_much_an_hour_and_no_more() -> None:
    capped = Allowance("xx", cost_cap_cents=100)
    assert judged(allowance=capped, cost_cents=40, history=History((), 60)) is None
    assert judged(allowance=capped, cost_cents=41, history=History((), 60)) is Rule.COST_CAP


@given(
    st.sampled_from(list(Purpose)), st.integers(0, 6), st.integers(0, 1439), st.booleans(),
    st.booleans(), st.lists(st.integers(0, NOW), max_size=20), st.booleans(),
)  # fmt: skip
def test_an_emergency_number_is_never_blocked(
    purpose, weekday, minute, holiday, listed, dialled, shown
) -> None:
    call = Call(Number(None, Kind.EMERGENCY), purpose, shown, 10_000, Allowance("xx", (), False, 0))
    now = Moment(NOW, (LocalTime(weekday, minute, holiday),))
    history = History(tuple(dialled), 10_000)
    assert may_dial(now, call, Consent(listed, listed), history, RULES) is None


def ways(*names: str, **changes: object) -> list[Way]:
    return [Way(name, **changes) for name in names]  # type: ignore[arg-type]


def test_a_lower_order_is_tried_first() -> None:
    assert ranked([Way("b", order=1), Way("a", order=2), Way("c", order=0)], 7) == ("c", "b", "a")


def test_among_equals_weight_decides() -> None:
    heavy, light = Way("heavy", weight=3), Way("light", weight=1)
    first = [ranked([heavy, light], draw)[0] for draw in range(400)]
    assert first.count("heavy") == 300


@given(st.lists(st.integers(0, 5), max_size=6), st.integers(0, 2**64))
def test_every_trunk_is_tried_once_whatever_was_drawn(weights, draw) -> None:
    given_ways = [Way(str(i), weight=weight) for i, weight in enumerate(weights)]
    assert sorted(ranked(given_ways, draw)) == [way.trunk for way in given_ways]


def test_a_full_trunk_is_left_out() -> None:
    assert ranked(ways("a", running=2, most_running=2), 0) == ()
    assert ranked(ways("a", begun=5, most_a_second=5), 0) == ()
    assert ranked(ways("a", running=1, most_running=2, begun=4, most_a_second=5), 0) == ("a",)


def test_a_lossy_or_silent_trunk_is_better_than_none_and_comes_last() -> None:
    found = ranked([Way("silent", silent=True), Way("lossy", lossy=True), Way("good", order=9)], 0)
    assert found == ("good", "lossy", "silent")
