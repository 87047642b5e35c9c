"""Calendars: when we are open, in the tenant's time zone, with holidays and closures by hand."""

from trunkline.features.calendars.api import router
from trunkline.features.calendars.countries import NOWHERE, Country, holiday_name, is_known
from trunkline.features.calendars.hours import Interval
from trunkline.features.calendars.schemas import CalendarNew, Holidays, OpenDay, Plan, Zone
from trunkline.features.calendars.service import (
    DAILY,
    EXPAND,
    REOPEN,
    Opened,
    change,
    create,
    delete,
    find,
    opened,
    reopen_if_over,
)
from trunkline.features.calendars.store import CalendarRow, every

__all__ = [
    "DAILY",
    "EXPAND",
    "NOWHERE",
    "REOPEN",
    "CalendarNew",
    "CalendarRow",
    "Country",
    "Holidays",
    "Interval",
    "OpenDay",
    "Opened",
    "Plan",
    "Zone",
    "change",
    "create",
    "delete",
    "every",
    "find",
    "holiday_name",
    "is_known",
    "opened",
    "reopen_if_over",
    "router",
]
