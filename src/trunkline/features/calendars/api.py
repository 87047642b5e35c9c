"""Calendars over HTTP: kept, looked at ahead, closed by hand and opened again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from trunkline.features import audit
from trunkline.features.calendars import countries, hours, service, store
from trunkline.features.calendars.schemas import (
    PREVIEW_DAYS,
    CalendarChange,
    CalendarList,
    CalendarNew,
    CalendarOut,
    ClosureIn,
    CountryList,
    CountryOut,
    HolidayOut,
    HolidayYear,
    Plan,
    Preview,
    PreviewDay,
)
from trunkline.features.tenancy import (
    IfMatch,
    Principal,
    Writing,
    entity_tag,
    epoch_ms,
    permit,
    problem,
    require_match,
)
from trunkline.kit.errors import TrunklineError
from trunkline.runtime.platform import Platform, PlatformDep

router = APIRouter(prefix="/calendars", tags=["calendars"], responses=problem(401, 403, 422))
Language = Annotated[str | None, Query(max_length=10, pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]
Code = Annotated[str, Query(pattern=r"^[A-Z]{2}$")]
Part = Annotated[str | None, Query(max_length=10)]
_NAMES_IN = {"zh": "zh_CN", "zh-CN": "zh_CN", "en": "en_US"}
"""How the library names the languages of the pages; others it knows by the same word."""


@router.get("")
async def list_calendars(
    platform: PlatformDep, principal: Principal = permit("calendars.read")
) -> CalendarList:
    """The calendars of the tenant, by name, and how each stands now."""
    now = platform.clock.now_ms()
    rows = await platform.db.read(lambda tx: store.every(tx, principal.tenant_id))
    return CalendarList(items=service.told(rows, now))


@router.post("", status_code=201, responses=problem(409))
async def create_calendar(
    platform: PlatformDep, body: CalendarNew, principal: Principal = permit("calendars.write")
) -> CalendarOut:
    """Make a calendar."""
    made = await audit.perform(
        platform, principal, _deed("created"), lambda on: service.create(on, body)
    )
    return await _told(platform, principal, made)


@router.get("/countries", dependencies=[permit("calendars.read")])
async def list_countries() -> CountryList:
    """The countries whose holidays are known."""
    known = countries.known().items()
    return CountryList(items=[CountryOut(code=code, parts=parts) for code, parts in known])


@router.get("/holidays", dependencies=[permit("calendars.read")])
async def list_holidays(
    country: Code,
    year: Annotated[int, Query(ge=2000, le=2100)],
    part: Part = None,
    language: Language = None,
) -> HolidayYear:
    """The holidays of a country in a year; names in the language where the library has them."""
    where = countries.Country(country, part, _library_language(language))
    if not countries.is_known(where):
        raise TrunklineError("country_unknown", 422, "The holidays there are not known.")
    found = countries.of_year(where, year)
    return HolidayYear(items=[HolidayOut(on=day, name=name) for day, name in found])


@router.post("/preview", dependencies=[permit("calendars.read")])
async def preview_plan(platform: PlatformDep, body: Plan, language: Language = None) -> Preview:
    """The coming 14 days of a plan that need not be stored."""
    plan = body.hours(_library_language(language))
    ahead = hours.days_ahead(plan, platform.clock.now_ms(), PREVIEW_DAYS)
    return Preview(days=[PreviewDay.of(day) for day in ahead])


@router.get("/{calendar}", responses=problem(404))
async def get_calendar(
    platform: PlatformDep,
    calendar: str,
    response: Response,
    principal: Principal = permit("calendars.read"),
) -> CalendarOut:
    """One calendar, by its id or name."""
    found = await _told(platform, principal, calendar)
    response.headers["ETag"] = entity_tag(found.version)
    return found


@router.patch("/{calendar}", responses=problem(404, 409, 412))
async def change_calendar(
    platform: PlatformDep,
    calendar: str,
    body: CalendarChange,
    if_match: IfMatch = None,
    principal: Principal = permit("calendars.write"),
) -> CalendarOut:
    """Change what is given; numbers and queues that keep it follow at once.

    With If-Match it is refused when somebody else changed the calendar meanwhile.
    """

    def work(on: Writing) -> str:
        row = service.find(on.tx, on.tenant_id, calendar)
        if if_match is not None:
            require_match(if_match, row.version)
        service.change(on, row, body.model_dump(mode="json", exclude_unset=True))
        return row.id

    changed = await audit.perform(platform, principal, _deed("updated"), work)
    return await _told(platform, principal, changed)


@router.delete("/{calendar}", status_code=204, responses=problem(404, 409))
async def delete_calendar(
    platform: PlatformDep, calendar: str, principal: Principal = permit("calendars.write")
) -> None:
    """Remove a calendar that no number and no queue keeps."""

    def work(on: Writing) -> str:
        row = service.find(on.tx, on.tenant_id, calendar)
        service.delete(on, row)
        return row.id

    await audit.perform(platform, principal, _deed("deleted"), work)


@router.put("/{calendar}/closure", responses=problem(404))
async def close_calendar(
    platform: PlatformDep,
    calendar: str,
    body: ClosureIn,
    principal: Principal = permit("calendars.close"),
) -> CalendarOut:
    """Close now, by hand: callers hear that it is an emergency, until it is undone or over."""

    def work(on: Writing) -> str:
        row = service.find(on.tx, on.tenant_id, calendar)
        until = epoch_ms(body.until) if body.until else None
        service.close(on, platform.jobs, row, (principal.user_id, body.message, until))
        return row.id

    closed = await audit.perform(platform, principal, _deed("closed"), work)
    return await _told(platform, principal, closed)


@router.delete("/{calendar}/closure", responses=problem(404))
async def reopen_calendar(
    platform: PlatformDep, calendar: str, principal: Principal = permit("calendars.close")
) -> CalendarOut:
    """Undo a closure by hand; where there is none, nothing changes."""

    def work(on: Writing) -> str:
        row = service.find(on.tx, on.tenant_id, calendar)
        service.reopen(on, row)
        return row.id

    opened = await audit.perform(platform, principal, _deed("reopened"), work)
    return await _told(platform, principal, opened)


def _deed(verb: str) -> audit.Deed:
    return audit.Deed("calendar", verb, "calendars.read", routes=True)


def _library_language(language: str | None) -> str | None:
    return _NAMES_IN.get(language, language) if language else None


async def _told(platform: Platform, principal: Principal, calendar: str) -> CalendarOut:
    row = await platform.db.read(lambda tx: service.find(tx, principal.tenant_id, calendar))
    return service.told([row], platform.clock.now_ms())[0]
