"""May this be dialled now? One pure rule for every outward call: by hand, list or callback.

The order is that of the harm: what can never be dialled, what costs us, what the person does not
want, when they are left in peace, how often. The first that is met is named. Emergency numbers
pass before everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from trunkline.core.outbound_rules.words import Kind, Purpose, Refusal, Rule

if TYPE_CHECKING:
    from trunkline.core.outbound_rules.words import (
        Call,
        Consent,
        CountryRules,
        History,
        LocalTime,
        Moment,
        PurposeRules,
    )

DAY_MS: Final = 24 * 3600 * 1000
WEEK_MS: Final = 7 * DAY_MS


def may_dial(
    now: Moment, call: Call, consent: Consent, history: History, rules: CountryRules
) -> Refusal | None:
    """None when it may be dialled; else the first rule that forbids it.

    `rules` are those of the number's country; days and weeks of attempts are the last 24 hours
    and 7 days.
    """
    if call.number.kind is Kind.EMERGENCY:
        return None
    refusal = _number(call) or _reach(call) or _cost(call, history)
    if refusal is not None or call.purpose is Purpose.CONSULT:
        return refusal
    of_purpose = rules.purposes[call.purpose]
    return (
        _lists(call.purpose, consent, of_purpose)
        or _hours(now, of_purpose)
        or _window(now, call)
        or _attempts(now, history, of_purpose)
    )


def _number(call: Call) -> Refusal | None:
    if call.number.kind is Kind.INVALID:
        return Refusal(Rule.INVALID_NUMBER, "no such number can exist")
    if not call.caller_id:
        return Refusal(Rule.CALLER_ID, "the number that would be shown is none of ours")
    return None


def _reach(call: Call) -> Refusal | None:
    allowed = call.allowance
    if call.number.kind in (Kind.PREMIUM, Kind.SHARED_COST) and not allowed.premium:
        return Refusal(Rule.PREMIUM, "numbers that cost more are not allowed")
    country = call.number.country
    if country not in (None, allowed.home) and country not in allowed.countries:
        return Refusal(Rule.INTERNATIONAL, f"calls to {country} are not allowed")
    return None


def _cost(call: Call, history: History) -> Refusal | None:
    cap = call.allowance.cost_cap_cents
    if cap is None or history.agent_cost_cents + call.cost_cents <= cap:
        return None
    return Refusal(Rule.COST_CAP, f"more than {cap} cents an agent and hour")


def _lists(purpose: Purpose, consent: Consent, rules: PurposeRules) -> Refusal | None:
    if purpose is Purpose.CALLBACK:
        return None
    if consent.on_own_list:
        return Refusal(Rule.OWN_LIST, "the number stands on our do-not-call list")
    if purpose in consent.given:
        return None
    if consent.on_public_list and rules.heeds_public_list:
        return Refusal(Rule.PUBLIC_LIST, "the number stands on the public do-not-call list")
    if rules.needs_consent:
        return Refusal(Rule.CONSENT, f"nobody agreed to calls for {purpose}")
    return None


def _hours(now: Moment, rules: PurposeRules) -> Refusal | None:
    for place in now.places:
        if place.holiday and not rules.on_holidays:
            return Refusal(Rule.HOLIDAY, "it is a holiday there")
        if not any(hours.has(place) for hours in rules.hours):
            return Refusal(Rule.HOURS, f"it is {_told(place)} there")
    return None


def _window(now: Moment, call: Call) -> Refusal | None:
    if call.window is None:
        return None
    for place in now.places:
        if not any(hours.has(place) for hours in call.window):
            return Refusal(
                Rule.WINDOW, f"the list calls at other hours: it is {_told(place)} there"
            )
    return None


def _attempts(now: Moment, history: History, rules: PurposeRules) -> Refusal | None:
    for most, within_ms, rule, word in (
        (rules.per_day, DAY_MS, Rule.ATTEMPTS_PER_DAY, "24 hours"),
        (rules.per_week, WEEK_MS, Rule.ATTEMPTS_PER_WEEK, "7 days"),
    ):
        made = sum(now.at_ms - within_ms < at for at in history.dialled_ms)
        if most is not None and made >= most:
            return Refusal(rule, f"called {made} times within {word}, at most {most}")
    return None


def _told(time: LocalTime) -> str:
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[time.weekday]
    return f"{day} {time.minute // 60:02}:{time.minute % 60:02}"
