"""How Mandarin reads numbers, money, dates and times, as names of recorded pieces.

Choices, where the language leaves one:
- 2 is 二 on its own, after 十 and before 十; it is 两 before 百, 千, 万, 亿 and before a measure
  word (两元, 两分钟, 两点). Months and days are ordinals and keep 二.
- 10-19 begin with 十 at the start of a number (十二, 十二万), with 一十 inside it (一百一十二).
- One 零 stands for any run of empty places between two spoken ones, none at the end.
- Large numbers go by 万 and 亿; 10^12 is 一万亿.
- 1 is 幺 where characters are read one by one, as on the telephone; years keep 一.
- Money in CNY is 元, 角, 分, with 零 for an empty 角 (三元零五分). Days are said with 号.
"""

from __future__ import annotations

from typing import Final

_GROUPS: Final = ((10**8, "unit-hundred-million"), (10**4, "unit-ten-thousand"))
_PLACES: Final = ((1000, "thousands"), (100, "hundreds"))
_SIGNS: Final = {"*": "sign-star", "#": "sign-pound", "+": "sign-plus"}

# From this hour on (0-23) this word goes before the hour.
_PERIODS: Final = (
    (18, "period-evening"),
    (13, "period-afternoon"),
    (12, "period-noon"),
    (6, "period-morning"),
    (0, "period-before-dawn"),
)

VOCABULARY: Final = frozenset(
    {
        *(f"num-{n}" for n in range(100)),
        *(f"num-full-{n}" for n in range(10, 20)),
        *(f"{place}-{n}" for _, place in _PLACES for n in range(1, 10)),
        *(name for _, name in _GROUPS),
        *(f"letter-{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"),
        *(f"month-{n}" for n in range(1, 13)),
        *(f"day-{n}" for n in range(1, 32)),
        *_SIGNS.values(),
        *(name for _, name in _PERIODS),
        *("minus", "num-two-of", "digit-one", "unit-year"),
        *("unit-yuan", "unit-jiao", "unit-fen", "unit-dollars", "unit-cents"),
        *("about", "less-than-a-minute", "unit-hours", "unit-minutes"),
        *("unit-hour-of-day", "unit-minute-of-hour", "on-the-hour"),
        *("position-ahead-of-you", "unit-people"),
    }
)


def number(value: int) -> tuple[str, ...]:
    """A whole number that is not negative: 10203 is 一万零两百零三."""
    return _read(value, inside=False)


def character(char: str) -> str:
    """One character of an order or telephone number; 1 is 幺."""
    if char == "1":
        return "digit-one"
    return _SIGNS.get(char) or (f"num-{char}" if char.isdecimal() else f"letter-{char}")


def amount(minor: int, currency: str) -> tuple[str, ...]:
    """Money that is not negative: 305 CNY is 三元零五分, 305 USD is 三美元五美分."""
    whole, rest = divmod(minor, 100)
    if currency == "USD":
        return _both((whole, "unit-dollars"), (rest, "unit-cents"))
    jiao, fen = divmod(rest, 10)
    gap = ("num-0",) if whole and fen and not jiao else ()
    small = (*_some(jiao, "unit-jiao"), *gap, *_some(fen, "unit-fen"))
    return (*_some(whole, "unit-yuan"), *small) or ("num-0", "unit-yuan")


def about(minutes: int) -> tuple[str, ...]:
    """大约两小时五分钟; 0 is 不到一分钟."""
    if minutes == 0:
        return ("less-than-a-minute",)
    hours, rest = divmod(minutes, 60) if minutes >= 60 else (0, minutes)
    return ("about", *_both((hours, "unit-hours"), (rest, "unit-minutes")))


def time_of_day(h: int, m: int) -> tuple[str, ...]:
    """14:05 is 下午两点零五分, 14:00 is 下午两点整."""
    period = next(name for first, name in _PERIODS if h >= first)
    hour = (period, *_count(h - 12 if h > 12 else h), "unit-hour-of-day")
    if m == 0:
        return (*hour, "on-the-hour")
    zero = ("num-0",) if m < 10 else ()
    return (*hour, *zero, f"num-{m}", "unit-minute-of-hour")


def day(y: int, m: int, d: int) -> tuple[str, ...]:
    """二零二六年十一月二十一号."""
    return (*(f"num-{digit}" for digit in str(y)), "unit-year", f"month-{m}", f"day-{d}")


def position(place: int) -> tuple[str, ...]:
    """The third in line hears 您前面还有两位."""
    return ("position-ahead-of-you", *_count(place - 1), "unit-people")


def _read(value: int, *, inside: bool) -> tuple[str, ...]:
    for size, name in _GROUPS:
        if value >= size:
            head = ("num-two-of",) if value // size == 2 else _read(value // size, inside=inside)
            return (*head, name, *_rest(value % size, size))
    for size, name in _PLACES:
        if value >= size:
            return (f"{name}-{value // size}", *_rest(value % size, size))
    return (f"num-full-{value}" if inside and 10 <= value < 20 else f"num-{value}",)


def _rest(value: int, size: int) -> tuple[str, ...]:
    if value == 0:
        return ()
    gap = ("num-0",) if value < size // 10 else ()
    return (*gap, *_read(value, inside=True))


def _count(value: int) -> tuple[str, ...]:
    return ("num-two-of",) if value == 2 else number(value)


def _some(value: int, unit: str) -> tuple[str, ...]:
    return (*_count(value), unit) if value else ()


def _both(large: tuple[int, str], small: tuple[int, str]) -> tuple[str, ...]:
    return (*_some(*large), *_some(*small)) or ("num-0", large[1])
