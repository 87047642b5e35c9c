"""Calendars as the API tells them; the plan is stored like this."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Self
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from trunkline.features.calendars.countries import Country, is_known
from trunkline.features.calendars.hours import DayPlan, Exceptional, Hours, Shift, Why
from trunkline.features.calendars.store import CalendarRow
from trunkline.features.tenancy import ApiModel, Day, Instant, Word, instant, instant_or_none

Name = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"\S")]
Text = Annotated[str, StringConstraints(max_length=60)]
Message = Annotated[str, StringConstraints(max_length=500)]
Wall = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Closing = Annotated[str, StringConstraints(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
PREVIEW_DAYS = 14


def _zone(text: str) -> str:
    if text not in available_timezones():
        raise ValueError("no such time zone; write it as Asia/Shanghai")
    return text


Zone = Annotated[str, StringConstraints(max_length=64), AfterValidator(_zone)]


class Interval(ApiModel):
    """Open from `opens` to `closes`, local time; a close that is not later is next day's."""

    opens: Wall
    closes: Closing

    def shift(self) -> Shift:
        """The same for reckoning."""
        return Shift(self.opens, self.closes)


class OpenDay(Interval):
    """An open stretch of every week; 0 is Monday."""

    day: Annotated[int, Field(ge=0, le=6)]


class Holidays(ApiModel):
    """The country whose holidays are closed days, and whether its make-up days are worked."""

    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    part: Annotated[str, StringConstraints(max_length=10)] | None = None
    make_up_days: bool = True

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        if not is_known(self.of_country()):
            raise ValueError("the holidays of this country or part are not known")
        return self

    def of_country(self, language: str | None = None) -> Country:
        """The same for reckoning."""
        return Country(self.country, self.part, language, self.make_up_days)


class ExceptionDay(ApiModel):
    """Days that differ, from `on` to `until`; without intervals closed, or `as_usual` by the week.

    It goes before the holidays of the country: with intervals it is a half day or a day worked,
    with `as_usual` a holiday that is not kept.
    """

    on: Day
    until: Day | None = None
    name: Text = ""
    intervals: list[Interval] = Field(default_factory=list, max_length=10)
    as_usual: bool = False

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if self.until is not None and self.until < self.on:
            raise ValueError("until is before on")
        if self.until is not None and self.until - self.on > timedelta(days=366):
            raise ValueError("an exception lasts a year at most")
        if self.as_usual and self.intervals:
            raise ValueError("a day that is as usual has no intervals of its own")
        return self

    def exceptional(self) -> Exceptional:
        """The same for reckoning."""
        shifts = None if self.as_usual else tuple(one.shift() for one in self.intervals)
        return Exceptional(self.on, self.until or self.on, self.name, shifts)


class Plan(ApiModel):
    """A calendar as people write it."""

    timezone: Zone = "Asia/Shanghai"
    weekly: list[OpenDay] = Field(default_factory=list, max_length=70)
    holidays: Holidays = Holidays()
    exceptions: list[ExceptionDay] = Field(default_factory=list, max_length=400)

    def hours(self, language: str | None = None) -> Hours:
        """The same for reckoning; `language` is that of the holidays' names."""
        weekly: dict[int, tuple[Shift, ...]] = {}
        for one in self.weekly:
            weekly[one.day] = (*weekly.get(one.day, ()), one.shift())
        exceptions = tuple(one.exceptional() for one in self.exceptions)
        return Hours(self.timezone, weekly, self.holidays.of_country(language), exceptions)


class CalendarNew(Plan):
    """A calendar with a name."""

    name: Name


class CalendarChange(Plan):
    """What is to change; lists are replaced whole."""

    name: Name = "calendar"


class ClosureIn(ApiModel):
    """Closed by hand from now on: what is said of it, and until when if that is known."""

    message: Message = ""
    until: Instant | None = None


class ClosureOut(ClosureIn):
    """A closure by hand; `by` is who closed."""

    since: Instant
    by: str | None


class CalendarOut(Plan):
    """A calendar. `open` says how it stands now, `changes_at` when that changes next."""

    id: str
    name: str
    version: int
    closure: ClosureOut | None
    open: bool
    changes_at: Instant | None


class CalendarList(ApiModel):
    """All calendars of the tenant, by name."""

    items: list[CalendarOut]


class OpenStretch(ApiModel):
    """An open stretch in UTC."""

    start: Instant
    end: Instant


class PreviewDay(ApiModel):
    """One local day as the plan has it; `name` is that of its holiday or exception."""

    on: Day
    intervals: list[Interval]
    why: Word[Why]
    name: str
    stretches: list[OpenStretch]

    @classmethod
    def of(cls, day: DayPlan) -> Self:
        """From what was reckoned."""
        return cls(
            on=day.on,
            intervals=[Interval(opens=one.opens, closes=one.closes) for one in day.shifts],
            why=day.why,
            name=day.name,
            stretches=[OpenStretch(start=instant(a), end=instant(b)) for a, b in day.intervals],
        )


class Preview(ApiModel):
    """The coming days of a plan."""

    days: list[PreviewDay]


class HolidayOut(ApiModel):
    """A holiday of a country."""

    on: Day
    name: str


class HolidayYear(ApiModel):
    """The holidays of a year, and the weekend days that are worked in their place."""

    items: list[HolidayOut]


class CountryOut(ApiModel):
    """A country whose holidays are known, and its parts that have holidays of their own."""

    code: str
    parts: list[str]


class CountryList(ApiModel):
    """All countries whose holidays are known."""

    items: list[CountryOut]


def closure_of(row: CalendarRow) -> ClosureOut | None:
    """The closure of a stored calendar, while there is one."""
    if row.closed_since is None:
        return None
    return ClosureOut(
        message=row.closed_message,
        since=instant(row.closed_since),
        until=instant_or_none(row.closed_until),
        by=row.closed_by,
    )
