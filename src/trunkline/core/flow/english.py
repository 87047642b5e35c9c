"""How English reads numbers, money, dates and times, as names of recorded pieces.

Choices, where the language leaves one:
- "and" stands before the last two places: one hundred and five, two thousand and one, but
  one million two hundred.
- The short scale: a billion is 10^9.
- 0 is "zero" in numbers and where characters are read one by one, "oh" in minutes and years.
- Years go by twos (nineteen ninety-nine, twenty twenty-six), 2000-2009 as numbers.
- The clock has twelve hours: twelve a m is midnight.
"""

from __future__ import annotations

from typing import Final

_GROUPS: Final = (
    (10**12, "unit-trillion"),
    (10**9, "unit-billion"),
    (10**6, "unit-million"),
    (10**3, "unit-thousand"),
)
_SIGNS: Final = {"*": "sign-star", "#": "sign-pound", "+": "sign-plus"}

# currency -> (one, many) of the unit, (one, many) of its hundredth
_MONEY: Final = {
    "CNY": (("unit-yuan", "unit-yuan"), ("unit-fen", "unit-fen")),
    "USD": (("unit-dollar", "unit-dollars"), ("unit-cent", "unit-cents")),
}
_HOURS: Final = ("unit-hour", "unit-hours")
_MINUTES: Final = ("unit-minute", "unit-minutes")

VOCABULARY: Final = frozenset(
    {
        *(f"num-{n}" for n in range(100)),
        *(f"hundreds-{n}" for n in range(1, 10)),
        *(name for _, name in _GROUPS),
        *(f"letter-{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"),
        *(f"month-{n}" for n in range(1, 13)),
        *(f"day-{n}" for n in range(1, 32)),
        *_SIGNS.values(),
        *(name for units in _MONEY.values() for pair in units for name in pair),
        *(*_HOURS, *_MINUTES),
        *("minus", "and", "oh", "unit-hundred"),
        *("about", "less-than-a-minute", "period-am", "period-pm"),
        *("position-you-are-number", "position-in-line"),
    }
)


def number(value: int) -> tuple[str, ...]:
    """A whole number that is not negative: 1105 is one thousand one hundred and five."""
    for size, name in _GROUPS:
        if value >= size:
            return (*number(value // size), name, *_rest(value % size))
    if value >= 100:
        return (f"hundreds-{value // 100}", *_rest(value % 100))
    return (f"num-{value}",)


def character(char: str) -> str:
    """One character of an order or telephone number."""
    return _SIGNS.get(char) or (f"num-{char}" if char.isdecimal() else f"letter-{char}")


def amount(minor: int, currency: str) -> tuple[str, ...]:
    """Money that is not negative: 305 USD is three dollars and five cents."""
    unit, hundredth = _MONEY[currency]
    return _both((minor // 100, unit), (minor % 100, hundredth))


def about(minutes: int) -> tuple[str, ...]:
    """About one hour and five minutes; 0 is less than a minute."""
    if minutes == 0:
        return ("less-than-a-minute",)
    hours, rest = divmod(minutes, 60) if minutes >= 60 else (0, minutes)
    return ("about", *_both((hours, _HOURS), (rest, _MINUTES)))


def time_of_day(h: int, m: int) -> tuple[str, ...]:
    """14:05 is two oh five p m, 14:00 is two p m."""
    half = "period-am" if h < 12 else "period-pm"
    return (f"num-{h % 12 or 12}", *_low_places(m), half) if m else (f"num-{h % 12 or 12}", half)


def day(y: int, m: int, d: int) -> tuple[str, ...]:
    """November twenty-first, twenty twenty-six."""
    return (f"month-{m}", f"day-{d}", *_year(y))


def position(place: int) -> tuple[str, ...]:
    """You are number three in line."""
    return ("position-you-are-number", *number(place), "position-in-line")


def _rest(value: int) -> tuple[str, ...]:
    if value == 0:
        return ()
    return ("and", f"num-{value}") if value < 100 else number(value)


def _year(y: int) -> tuple[str, ...]:
    century, rest = divmod(y, 100)
    if century % 10 == 0 and rest < 10:
        return number(y)
    return (f"num-{century}", *(_low_places(rest) if rest else ("unit-hundred",)))


def _low_places(value: int) -> tuple[str, ...]:
    return ("oh", f"num-{value}") if value < 10 else (f"num-{value}",)


def _some(value: int, unit: tuple[str, str]) -> tuple[str, ...]:
    return (*number(value), unit[0] if value == 1 else unit[1]) if value else ()


def _both(
    large: tuple[int, tuple[str, str]], small: tuple[int, tuple[str, str]]
) -> tuple[str, ...]:
    parts = [part for part in (_some(*large), _some(*small)) if part]
    if len(parts) == 2:
        return (*parts[0], "and", *parts[1])
    return parts[0] if parts else ("num-0", large[1][1])
