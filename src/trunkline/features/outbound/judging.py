"""Puts what is known of an outward call before the one rule, and keeps what it said.

Looked up here: the number's kind and country, its lists, what time it is where its prefix lies,
what was dialled before. The call is kept with its outcome in the same transaction, so that two
calls at once do not both pass for the first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from trunkline.core.outbound_rules.may_dial import WEEK_MS, may_dial
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
    Refusal,
)
from trunkline.features import calendars, customers, numbers
from trunkline.features.outbound import store
from trunkline.features.outbound.lists import ListKind
from trunkline.features.outbound.packs import COUNTRIES, emergency_of, rules_of

if TYPE_CHECKING:
    from trunkline.features.tenancy import Writing
    from trunkline.ports.database import Tx

HOUR_MS: Final = 3600 * 1000
MINUTES_RECKONED: Final = 3
"""A call that begins is reckoned to cost so many minutes."""

MOST_LOOKED_AT: Final = 100
_ALL_DAY: Final = (Hours(frozenset(range(7)), 0, 24 * 60),)


@dataclass(frozen=True, slots=True)
class Asked:
    """An outward call that is about to be dialled; `number` as it was given, `shown` as caller."""

    interaction_id: str
    number: str
    purpose: Purpose
    shown: str
    customer_id: str | None = None
    agent_id: str | None = None
    address_zones: tuple[str, ...] = ()
    """Time zones of the person's addresses, beside those of the prefix."""

    window: tuple[Hours, ...] | None = None
    """When the list that the person stands on calls."""


@dataclass(frozen=True, slots=True)
class _Weighed:
    """What the rule said of a call, and what is kept of it."""

    mark: str
    call: Call
    refusal: Refusal | None


def emergency_numbers(home: str) -> list[str]:
    """The emergency numbers of a tenant's country."""
    return sorted(emergency_of(home))


def is_emergency(number: str, home: str) -> bool:
    """Whether it is one of the emergency numbers of a tenant's country, as it is dialled."""
    return customers.normalised(number, home) in emergency_of(home)


def may_be_emergency(number: str) -> bool:
    """Whether it is one in any country we know: before it is known whose call it is."""
    return any(is_emergency(number, home) for home in COUNTRIES)


def judge(on: Writing, asked: Asked) -> Refusal | None:
    """Whether it may be dialled now; kept either way."""
    found = _weighed(on, asked)
    store.add_call(on.tx, _row(on, asked, found))
    return found.refusal


def foresee(on: Writing, asked: Asked) -> Refusal | None:
    """What the rule would say now, before anybody is asked to call; nothing is kept."""
    return _weighed(on, asked).refusal


def _weighed(on: Writing, asked: Asked) -> _Weighed:
    _, chosen = store.chosen(on.tx, on.tenant_id)
    home = chosen.home
    number = customers.phone_kind(asked.number, emergency_of(home), home)
    known = customers.normalised(asked.number, home) or ""
    mark = customers.phone_mark(on.keys, on.tenant_id, known)
    call = Call(
        number,
        asked.purpose,
        caller_id=_is_ours(on.tx, on.tenant_id, asked.shown),
        cost_cents=MINUTES_RECKONED * _rate(number, chosen),
        window=asked.window,
        allowance=Allowance(
            home,
            frozenset(chosen.countries),
            chosen.premium,
            chosen.cost_cap_cents,
        ),
    )
    rules = _rules(number, chosen, asked.purpose)
    refusal = may_dial(
        _moment(on.now, known, number, asked, rules),
        call,
        _consent(on, mark),
        _history(on, mark, asked),
        rules,
    )
    return _Weighed(mark, call, refusal)


def _is_ours(tx: Tx, tenant_id: str, shown: str) -> bool:
    return any(row.number == shown for row in numbers.list_numbers(tx, tenant_id))


def _rules(number: Number, chosen: store.Chosen, purpose: Purpose) -> CountryRules:
    rules = rules_of(number.country or chosen.home)
    if purpose is Purpose.CALLBACK and chosen.callbacks_at_any_hour:
        asked_for = replace(rules.purposes[purpose], hours=_ALL_DAY, on_holidays=True)
        return replace(rules, purposes={**rules.purposes, purpose: asked_for})
    return rules


def _rate(number: Number, chosen: store.Chosen) -> int:
    if number.kind in (Kind.PREMIUM, Kind.SHARED_COST):
        return chosen.premium_cents_a_minute
    if number.country not in (None, chosen.home):
        return chosen.abroad_cents_a_minute
    return chosen.home_cents_a_minute


def _moment(now: int, known: str, number: Number, asked: Asked, rules: CountryRules) -> Moment:
    zones = {*customers.phone_zones(known), *asked.address_zones}
    if asked.purpose is Purpose.CONSULT:
        return Moment(now, ())
    heeded = not rules.purposes[asked.purpose].on_holidays
    country = calendars.Country(number.country) if heeded else calendars.NOWHERE
    kept = country if heeded and calendars.is_known(country) else calendars.NOWHERE
    moment = datetime.fromtimestamp(now / 1000, UTC)
    return Moment(now, tuple(_local(moment, zone, kept) for zone in sorted(zones)))


def _local(moment: datetime, zone: str, country: calendars.Country) -> LocalTime:
    there = moment.astimezone(ZoneInfo(zone))
    holiday = calendars.holiday_name(country, there.date()) is not None
    return LocalTime(there.weekday(), there.hour * 60 + there.minute, holiday)


def _consent(on: Writing, mark: str) -> Consent:
    kind = ListKind.DO_NOT_CALL
    return Consent(on_own_list=store.is_listed(on.tx, on.tenant_id, kind, mark, on.now))


def _history(on: Writing, mark: str, asked: Asked) -> History:
    since = on.now - WEEK_MS
    tenant = on.tenant_id
    dialled = store.dialled_since(on.tx, tenant, mark, asked.customer_id, since, MOST_LOOKED_AT)
    agent, hour_ago = asked.agent_id, on.now - HOUR_MS
    cost = store.cost_since(on.tx, tenant, agent, hour_ago) if agent else 0
    return History(tuple(dialled), cost)


def _row(on: Writing, asked: Asked, found: _Weighed) -> store.CallRow:
    refusal = found.refusal
    return store.CallRow(
        tenant_id=on.tenant_id,
        id=on.ids.new("out"),
        interaction_id=asked.interaction_id,
        mark=found.mark,
        customer_id=asked.customer_id,
        agent_id=asked.agent_id,
        purpose=asked.purpose,
        at=on.now,
        rule=refusal.rule if refusal else None,
        detail=refusal.detail[:120] if refusal else "",
        cost_cents=0 if refusal else found.call.cost_cents,
    )
