"""A calendar as lines of a file: each says one thing of it.

calendar,row,day,until,opens,closes,value
office,timezone,,,,,Asia/Shanghai
office,holidays,,,,,CN              the country, or country/part; nothing: none
office,make_up_days,,,,,yes
office,week,mon,,09:00,12:00,       a line for each interval; without times closed
office,week,mon,,13:30,18:00,
office,closed,2026-10-01,2026-10-07,,,National Day
office,hours,2026-12-31,,09:00,12:00,New Year's Eve
office,as_usual,2026-05-01,,,,      a holiday that is not kept
office,gone,2026-10-01,2026-10-07,, the exception of these days is taken away
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from trunkline.features.configuration.fields import cell_invalid, truth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trunkline.features.configuration.changes import Content
    from trunkline.kit.sheets import Cells

COLUMNS: Final = ("calendar", "row", "day", "until", "opens", "closes", "value")
NEEDED: Final = ("calendar", "row")
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EXCEPTIONS: Final = ("closed", "hours", "as_usual", "gone")
PLAIN: Final = ("timezone", "holidays", "make_up_days")


def rows(name: str, plan: Content) -> Iterator[Cells]:
    """The lines of a calendar."""
    yield {"calendar": name, "row": "timezone", "value": plan["timezone"]}
    holidays = plan["holidays"]
    where = [holidays["country"], holidays["part"]]
    told = "/".join(part for part in where if part)
    yield {"calendar": name, "row": "holidays", "value": told}
    make_up = "yes" if holidays["make_up_days"] else "no"
    yield {"calendar": name, "row": "make_up_days", "value": make_up}
    for shift in plan["weekly"]:
        yield {"calendar": name, "row": "week", "day": DAYS[shift["day"]], **_times(shift)}
    for one in plan["exceptions"]:
        yield from _exception_rows(name, one)


def key(cells: Cells) -> tuple[str, ...]:
    """Which part of the calendar a line speaks of; raises 422 `cell_invalid`."""
    row = cells["row"]
    if row in PLAIN:
        return (row,)
    if row == "week":
        if cells.get("day", "") not in DAYS:
            raise cell_invalid(f"day: one of {', '.join(DAYS)} is wanted.")
        return ("week", cells["day"])
    if row in EXCEPTIONS:
        begin = _date("day", cells.get("day", ""))
        return ("exception", begin, _date("until", cells.get("until", "") or begin))
    raise cell_invalid(f"row: one of {', '.join((*PLAIN, 'week', *EXCEPTIONS))} is wanted.")


def put(plan: Content, cells: Cells, again: bool) -> Content:
    """A calendar with what a line says; lines of the same day are its intervals."""
    about = key(cells)
    if about[0] == "week":
        return {**plan, "weekly": _week(plan.get("weekly", []), cells, again)}
    if about[0] == "exception":
        return {**plan, "exceptions": _exceptions(plan.get("exceptions", []), cells, again)}
    if again:
        raise cell_invalid(f"row: {about[0]} is said twice of this calendar.")
    return _put_plain(plan, cells["row"], cells.get("value", ""))


def part(plan: Content, about: tuple[str, ...]) -> Any:
    """What stands in a calendar where a line speaks of it; None: nothing."""
    match about:
        case ("week", day):
            shifts = [_times(one) for one in plan.get("weekly", ()) if DAYS[one["day"]] == day]
            return shifts or None
        case ("exception", begin, until):
            found = (one for one in plan.get("exceptions", ()) if _days(one) == (begin, until))
            return next(found, None)
        case ("timezone",):
            return plan.get("timezone")
        case ("holidays",):
            known = plan.get("holidays", {})
            return [known.get("country"), known.get("part")] if known else None
    return plan.get("holidays", {}).get(about[0])


def _put_plain(plan: Content, row: str, value: str) -> Content:
    if row == "timezone":
        return {**plan, "timezone": value}
    known = plan.get("holidays", {})
    if row == "make_up_days":
        return {**plan, "holidays": {**known, "make_up_days": truth("value", value)}}
    country, _, region = value.partition("/")
    return {**plan, "holidays": {**known, "country": country or None, "part": region or None}}


def _week(weekly: list[Content], cells: Cells, again: bool) -> list[Content]:
    day = DAYS.index(cells["day"])
    kept = [one for one in weekly if again or one["day"] != day]
    shifts = _shifts(cells)
    if again and not shifts:
        raise cell_invalid("opens: a day with other intervals is not closed.")
    # Sorted by day alone: intervals stay in the order in which they are written.
    return sorted([*kept, *({"day": day, **one} for one in shifts)], key=lambda one: one["day"])


def _exceptions(known: list[Content], cells: Cells, again: bool) -> list[Content]:
    _, begin, until = key(cells)
    row, shifts = cells["row"], _shifts(cells)
    if (row == "hours") != bool(shifts):
        raise cell_invalid("opens: times belong to a row of hours, and to no other exception.")
    at = next((n for n, one in enumerate(known) if _days(one) == (begin, until)), len(known))
    if again:
        if row != "hours" or at == len(known) or not known[at]["intervals"]:
            raise cell_invalid("day: an earlier line says something else of these days.")
        shifts = [*known[at]["intervals"], *shifts]
    if row == "gone":
        return [*known[:at], *known[at + 1 :]]
    one = {
        "on": begin,
        "until": None if until == begin else until,
        "name": cells.get("value", ""),
        "intervals": shifts,
        "as_usual": row == "as_usual",
    }
    return [*known[:at], one, *known[at + 1 :]]


def _exception_rows(name: str, one: Content) -> Iterator[Cells]:
    row = "as_usual" if one["as_usual"] else "hours" if one["intervals"] else "closed"
    told = {"calendar": name, "row": row, "day": one["on"], "until": one["until"] or ""}
    told |= {"value": one["name"]}
    if not one["intervals"]:
        yield told
    for shift in one["intervals"]:
        yield {**told, **_times(shift)}


def _shifts(cells: Cells) -> list[Content]:
    opens, closes = cells.get("opens", ""), cells.get("closes", "")
    return [{"opens": opens, "closes": closes}] if opens or closes else []


def _times(shift: Content) -> Cells:
    return {"opens": shift["opens"], "closes": shift["closes"]}


def _days(one: Content) -> tuple[str, str]:
    return one["on"], one["until"] or one["on"]


def _date(column: str, cell: str) -> str:
    try:
        return date.fromisoformat(cell).isoformat()
    except ValueError as error:
        raise cell_invalid(f"{column}: a day such as 2026-10-01 is wanted.") from error
