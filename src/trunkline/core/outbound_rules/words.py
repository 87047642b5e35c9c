"""What the rule about outward calls is told: small values, nothing personal, no clock.

The caller of the rule has looked everything up: which lists a number stands on, what time it is
where the person may be, what was dialled before. Times of day are minutes since local midnight.
"""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum

from trunkline.core.records import record
from trunkline.core.words import ConsentPolicy


class Purpose(StrEnum):
    """Why somebody is called."""

    CALLBACK = "callback"
    """They asked for it: no list keeps us from it, the hours do."""

    SERVICE = "service"
    """A matter of theirs: an order, a ticket, an appointment."""

    CONSULT = "consult"
    """A third party whom an agent brings into a talk: neither lists nor hours are for them."""

    SALES = "sales"
    RESEARCH = "research"


class Kind(StrEnum):
    """What kind of number it is."""

    ORDINARY = "ordinary"
    FREE = "free"
    SHARED_COST = "shared_cost"
    PREMIUM = "premium"
    SERVICE_CODE = "service_code"
    """A short code of a company or carrier; it belongs to no person."""

    EMERGENCY = "emergency"
    INVALID = "invalid"


class Rule(StrEnum):
    """The rule that a refusal names."""

    INVALID_NUMBER = "invalid_number"
    CALLER_ID = "caller_id"
    PREMIUM = "premium"
    INTERNATIONAL = "international"
    OWN_LIST = "own_list"
    PUBLIC_LIST = "public_list"
    CONSENT = "consent"
    HOURS = "hours"
    HOLIDAY = "holiday"
    WINDOW = "window"
    ATTEMPTS_PER_DAY = "attempts_per_day"
    ATTEMPTS_PER_WEEK = "attempts_per_week"
    COST_CAP = "cost_cap"


@record(frozen=True, slots=True)
class Number:
    """A number to dial: its country (ISO 3166-1) and what kind it is."""

    country: str | None
    kind: Kind


@record(frozen=True, slots=True)
class LocalTime:
    """What time it is at one place where the person may be."""

    weekday: int
    """0 is Monday."""

    minute: int
    holiday: bool = False


@record(frozen=True, slots=True)
class Moment:
    """Now: in UTC, and at each place that address and prefix name; the strictest counts."""

    at_ms: int
    places: tuple[LocalTime, ...]


@record(frozen=True, slots=True)
class Consent:
    """What the person wants: lists they stand on, and purposes they agreed to."""

    on_own_list: bool = False
    on_public_list: bool = False
    given: frozenset[Purpose] = frozenset()


@record(frozen=True, slots=True)
class History:
    """What was dialled before: times of the calls to this person, and what the agent's cost."""

    dialled_ms: tuple[int, ...] = ()
    agent_cost_cents: int = 0
    """In the hour that ends now."""


@record(frozen=True, slots=True)
class Hours:
    """From the minute `opens` until before `closes`, on these days of the week."""

    weekdays: frozenset[int]
    opens: int
    closes: int

    def has(self, time: LocalTime) -> bool:
        """Whether a time lies within."""
        return time.weekday in self.weekdays and self.opens <= time.minute < self.closes


@record(frozen=True, slots=True)
class PurposeRules:
    """What holds for one purpose in one country."""

    hours: tuple[Hours, ...]
    on_holidays: bool = True
    needs_consent: bool = False
    heeds_public_list: bool = False
    per_day: int | None = None
    per_week: int | None = None


@record(frozen=True, slots=True)
class CountryRules:
    """What holds for calls with one country; one that we do not know is as strict as any."""

    country: str
    purposes: dict[Purpose, PurposeRules]
    emergency: frozenset[str] = frozenset()
    """Numbers that are never blocked."""

    recording: ConsentPolicy = ConsentPolicy.OPT_IN
    """What it asks for before a recording."""


@record(frozen=True, slots=True)
class Allowance:
    """What a tenant allows itself; all of it is denied from the start."""

    home: str
    countries: frozenset[str] = frozenset()
    """Foreign countries that may be called."""

    premium: bool = False
    cost_cap_cents: int | None = None
    """What the outward calls of one agent may cost in an hour; None is no bound."""


@record(frozen=True, slots=True)
class Call:
    """An outward call as it is about to be dialled."""

    number: Number
    purpose: Purpose
    caller_id: bool
    """Whether the number that is shown is one of ours."""

    cost_cents: int = 0
    window: tuple[Hours, ...] | None = None
    """When a dialling list calls, beside what the country allows; None is no bound of its own."""

    allowance: Allowance = field(default_factory=lambda: Allowance(""))


TEMPORARY = frozenset(
    {
        Rule.HOURS,
        Rule.HOLIDAY,
        Rule.WINDOW,
        Rule.ATTEMPTS_PER_DAY,
        Rule.ATTEMPTS_PER_WEEK,
        Rule.COST_CAP,
    }
)
"""Rules that time lifts: what they forbid now may be dialled later."""


@record(frozen=True, slots=True)
class Refusal:
    """Why a call is not dialled; `detail` says the bound that was met, in plain words."""

    rule: Rule
    detail: str
