"""Public holidays by country, from the library `holidays`, and days worked in place of others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date

    from holidays import HolidayBase

_KEPT: Final = 500
"""Years of countries that are kept in memory."""


@dataclass(frozen=True, slots=True)
class Country:
    """Whose holidays are kept: ISO 3166-1 code, a part of it, and the language of their names.

    Without a code no holidays are kept. `make_up_days`: days that are worked in place of others,
    as China publishes them each year, are open.
    """

    code: str | None = None
    part: str | None = None
    language: str | None = None
    make_up_days: bool = True


NOWHERE: Final = Country()


def known() -> dict[str, list[str]]:
    """The countries whose holidays are known, by two-letter code, each with its parts."""
    import holidays  # at first use: it takes longer than most of a start

    found = holidays.list_supported_countries(include_aliases=False)
    return {code: list(parts) for code, parts in sorted(found.items())}


def is_known(country: Country) -> bool:
    """Whether the country, and its part if one is named, are known."""
    if country.code is None:
        return country.part is None
    parts = known().get(country.code)
    return parts is not None and (country.part is None or country.part in parts)


def holiday_name(country: Country, day: date) -> str | None:
    """The name of the holiday on a day; None on a day that is none."""
    return None if country.code is None else _of_year(country, day.year).get(day)


def of_year(country: Country, year: int) -> list[tuple[date, str]]:
    """All holidays of a year, in order."""
    return [] if country.code is None else sorted(_of_year(country, year).items())


def is_make_up_day(country: Country, day: date) -> bool:
    """Whether a weekend day is worked because another day was given free."""
    if country.code is None or not country.make_up_days:
        return False
    return day in getattr(_of_year(country, day.year), "weekend_workdays", ())


@lru_cache(maxsize=_KEPT)
def _of_year(country: Country, year: int) -> HolidayBase:
    import holidays  # at first use: it takes longer than most of a start

    if country.code is None:
        raise ValueError("no country, no holidays")
    return holidays.country_holidays(
        country.code, subdiv=country.part, years=year, expand=False, language=country.language
    )
