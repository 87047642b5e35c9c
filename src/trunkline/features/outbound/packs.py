"""What holds for calls with a country: read from the files beside, each value with its source.

A country without a file of its own is held to the strictest that we know for every purpose.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from trunkline.core.outbound_rules.words import CountryRules, Hours, Purpose, PurposeRules
from trunkline.core.words import ConsentPolicy
from trunkline.features import customers

if TYPE_CHECKING:
    from collections.abc import Mapping

COUNTRIES: Final = {"CN": "cn", "US": "us", "GB": "uk", "DE": "de", "JP": "jp"}
"""By ISO 3166-1 code: the name of the file."""

RULED: Final[tuple[Purpose, ...]] = tuple(
    purpose for purpose in Purpose if purpose is not Purpose.CONSULT
)
"""The purposes that countries have rules for."""

_EVERYWHERE: Final = frozenset({"112"})
"""Mobile networks take it for an emergency in every country (3GPP TS 22.101 §10)."""

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_QUIET: Final = (Hours(frozenset(range(5)), 9 * 60, 19 * 60),)


@cache
def rules_of(country: str | None) -> CountryRules:
    """The rules of a country, by its ISO 3166-1 code."""
    name = COUNTRIES.get(country or "")
    if name is None:
        return _elsewhere(country or "")
    text = files(__package__).joinpath("packs", f"{name}.toml").read_text(encoding="utf-8")
    return _read(tomllib.loads(text))


def emergency_of(home: str) -> frozenset[str]:
    """The emergency numbers of a country (ISO 3166-1), as they are dialled there."""
    return rules_of(home).emergency | _EVERYWHERE


def recording_consent(raw: str | None, chosen: Mapping[str, str]) -> ConsentPolicy:
    """What the country of a number asks for before a recording; a withheld one may be anybody's.

    `chosen` is what the tenant wants in its place, by country; `*` stands for those that have no
    file here, and for whoever withholds the number.
    """
    return consent_of(customers.phone_kind(raw).country, chosen)


def consent_of(country: str | None, chosen: Mapping[str, str]) -> ConsentPolicy:
    """The same of a country, by its ISO 3166-1 code."""
    others = None if country in COUNTRIES else chosen.get("*")
    word = chosen.get(country or "*") or others
    return ConsentPolicy(word) if word else rules_of(country).recording


def _read(given: dict[str, Any]) -> CountryRules:
    purposes = {Purpose(name): _purpose(rules) for name, rules in given["purposes"].items()}
    if missing := set(RULED) - purposes.keys():
        raise ValueError(f"{given['country']} says nothing of {sorted(missing)}")
    recording = ConsentPolicy(given["recording"])
    return CountryRules(given["country"], purposes, frozenset(given["emergency"]), recording)


def _purpose(given: dict[str, Any]) -> PurposeRules:
    return PurposeRules(**{**given, "hours": tuple(_hours(**hours) for hours in given["hours"])})


def _hours(days: str, opens: str, closes: str) -> Hours:
    first, _, last = days.partition("-")
    among = range(_DAYS.index(first), _DAYS.index(last or first) + 1)
    return Hours(frozenset(among), _minute(opens), _minute(closes))


def _minute(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def _elsewhere(country: str) -> CountryRules:
    asked = PurposeRules(_QUIET, on_holidays=False, per_day=3, per_week=7)
    unasked = PurposeRules(
        _QUIET,
        on_holidays=False,
        needs_consent=True,
        heeds_public_list=True,
        per_day=1,
        per_week=3,
    )
    purposes = dict.fromkeys(RULED, unasked) | {
        Purpose.CALLBACK: asked,
        Purpose.SERVICE: asked,
    }
    return CountryRules(country, purposes, frozenset({"112"}))
