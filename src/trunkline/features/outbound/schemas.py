"""Outward calls and lists of numbers as the API tells them."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints

from trunkline.core.outbound_rules.words import (
    CountryRules,
    Hours,
    Purpose,
    PurposeRules,
    Rule,
)
from trunkline.core.words import ConsentPolicy
from trunkline.features.outbound import lists
from trunkline.features.outbound.store import CallRow, Chosen, ListedRow
from trunkline.features.tenancy import ApiModel, Instant, Word, instant, instant_or_none
from trunkline.kit.crypto import KeyRing

Number = Annotated[str, StringConstraints(pattern=r"^\+?[0-9 ().\-]{2,40}$")]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"\S")]
Note = Annotated[str, StringConstraints(max_length=500)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Whose = Annotated[str, StringConstraints(pattern=r"^([A-Z]{2}|\*)$")]
Home = Literal["CN", "US", "GB", "DE", "JP"]
"""Countries whose rules we know; the keys of `packs.COUNTRIES`."""

Cents = Annotated[int, Field(ge=0, le=10_000_000)]


class ListedNew(ApiModel):
    """A number to put on a list; without `expires_at` it stays there for good."""

    number: Number
    reason: Reason
    expires_at: Instant | None = None


class ListedChange(ApiModel):
    """What is to change; `appeal` is what the person said against it, and what came of it."""

    reason: Reason = "-"
    appeal: Note = ""
    expires_at: Instant | None = None


class ListedOut(ApiModel):
    """A number on a list, masked for those who may not see numbers in full."""

    id: str
    number: str
    reason: str
    appeal: str
    expires_at: Instant | None
    created_at: Instant
    created_by: str

    @classmethod
    def of(cls, keys: KeyRing, row: ListedRow, *, whole: bool) -> Self:
        """From the stored row."""
        return cls(
            id=row.id,
            number=lists.shown(keys, row, whole=whole),
            reason=row.reason,
            appeal=row.appeal,
            expires_at=instant_or_none(row.expires_at),
            created_at=instant(row.created_at),
            created_by=row.created_by,
        )


class OutwardCallOut(ApiModel):
    """An outward call: dialled when `rule` is null, else refused by that rule."""

    id: str
    interaction_id: str
    customer_id: str | None
    agent_id: str | None
    purpose: Word[Purpose]
    at: Instant
    rule: Word[Rule] | None
    detail: str
    cost_cents: int

    @classmethod
    def of(cls, row: CallRow) -> Self:
        """From the stored row."""
        return cls(
            id=row.id,
            interaction_id=row.interaction_id,
            customer_id=row.customer_id,
            agent_id=row.agent_id,
            purpose=Purpose(row.purpose),
            at=instant(row.at),
            rule=Rule(row.rule) if row.rule else None,
            detail=row.detail,
            cost_cents=row.cost_cents,
        )


class OutwardRulesChange(ApiModel):
    """What is to change of what the tenant allows itself."""

    home: Home = Field(
        "CN",
        description="The country that is dialled from, ISO 3166-1: by it numbers without a country "
        "code are read, are numbers abroad or not, and call for help.",
    )
    countries: Annotated[list[Country], Field(max_length=250)] = Field(
        default_factory=list, description="Foreign countries that may be called, ISO 3166-1."
    )
    premium: bool = False
    cost_cap_cents: Cents | None = Field(
        None, description="What the calls of one agent may cost in an hour; null is no bound."
    )
    home_cents_a_minute: Cents = 0
    abroad_cents_a_minute: Cents = 0
    premium_cents_a_minute: Cents = 0
    callbacks_at_any_hour: bool = Field(
        default=False,
        description="Call who asked for it at any hour: for a service by day and night.",
    )

    recording_consent: Annotated[dict[Whose, Word[ConsentPolicy]], Field(max_length=250)] = Field(
        default_factory=dict,
        description="What callers are told or asked before a recording, in place of what we read "
        "out of their country's law: by ISO 3166-1 code, `*` for withheld numbers and all others.",
    )


class OutwardRulesOut(OutwardRulesChange):
    """What the tenant allows itself. All of it is denied from the start."""

    @classmethod
    def of(cls, chosen: Chosen) -> Self:
        """From what is stored."""
        fields = {name: getattr(chosen, name) for name in Chosen.__slots__}
        return cls(**{**fields, "countries": list(chosen.countries)})


class HoursOut(ApiModel):
    """Days of the week (0 is Monday) with minutes since midnight."""

    weekdays: list[int]
    opens: int
    closes: int

    @classmethod
    def of(cls, hours: Hours) -> Self:
        """From the rule."""
        return cls(weekdays=sorted(hours.weekdays), opens=hours.opens, closes=hours.closes)


class PurposeRulesOut(ApiModel):
    """What holds for one purpose."""

    purpose: Word[Purpose]
    hours: list[HoursOut]
    on_holidays: bool
    needs_consent: bool
    heeds_public_list: bool
    per_day: int | None
    per_week: int | None

    @classmethod
    def of(cls, purpose: Purpose, rules: PurposeRules) -> Self:
        """From the rule."""
        return cls(
            purpose=purpose,
            hours=[HoursOut.of(hours) for hours in rules.hours],
            on_holidays=rules.on_holidays,
            needs_consent=rules.needs_consent,
            heeds_public_list=rules.heeds_public_list,
            per_day=rules.per_day,
            per_week=rules.per_week,
        )


class CountryRulesOut(ApiModel):
    """What holds for calls to a country."""

    country: str
    emergency: list[str]
    recording: Word[ConsentPolicy]
    purposes: list[PurposeRulesOut]

    @classmethod
    def of(cls, rules: CountryRules) -> Self:
        """From the rules."""
        purposes = [PurposeRulesOut.of(purpose, it) for purpose, it in rules.purposes.items()]
        return cls(
            country=rules.country,
            emergency=sorted(rules.emergency),
            recording=rules.recording,
            purposes=purposes,
        )


class CountryRulesList(ApiModel):
    """The countries whose rules are known."""

    items: list[CountryRulesOut]
