"""What a flow says, and which recorded pieces say it.

A flow never speaks text: it lists `Say` items, and `pieces` turns them into the names of short
recordings that the edge plays one after the other. The words between the pieces are settled here
and in the two readers, `mandarin` and `english`, so that every number, amount and date sounds the
same wherever it is said. A piece named `pause-500` is half a second of silence.

A value that may not stand in the journal travels as a `Secret` and is replaced by what it stands
for just before it is spoken; a secret that is still there is a bug and raises.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final, Protocol

from trunkline.core.flow import english, mandarin
from trunkline.core.records import record

if TYPE_CHECKING:
    from collections.abc import Iterable

LARGEST_NUMBER: Final = 10**15 - 1
LONGEST_PAUSE_MS: Final = 10_000
PAUSES_MS: Final = (1000, 500, 200, 100)
TONE: Final = "message-tone"
OWN: Final = "ann_"
"""So begin the names of a tenant's own announcements: one sound, whatever the language."""

CURRENCIES: Final = frozenset({"CNY", "USD"})


class SecretNotReplaced(ValueError):
    """A secret was about to be spoken without having been replaced by its value."""


@record(frozen=True, slots=True)
class Prompt:
    """A whole recorded sentence or phrase, by its name, such as `greeting-gold`."""

    name: str


@record(frozen=True, slots=True)
class Number:
    """A whole number read as a quantity, between -LARGEST_NUMBER and LARGEST_NUMBER."""

    value: int


@record(frozen=True, slots=True)
class Digits:
    """Characters read one by one: 0-9, A-Z, `*`, `#`, `+`; space and hyphen make a short pause."""

    text: str


@record(frozen=True, slots=True)
class Amount:
    """Money in hundredths of the currency's unit, an ISO 4217 code out of CURRENCIES."""

    minor: int
    currency: str


@record(frozen=True, slots=True)
class Duration:
    """About how long something takes, rounded up to what a listener wants to know."""

    ms: int


@record(frozen=True, slots=True)
class TimeOfDay:
    """A time on the clock: hours 0-23, minutes 0-59."""

    h: int
    m: int


@record(frozen=True, slots=True)
class Date:
    """A day of the Gregorian calendar, years 1000-9999."""

    y: int
    m: int
    d: int


@record(frozen=True, slots=True)
class Position:
    """A customer's place in line; 1 is next."""

    place: int


@record(frozen=True, slots=True)
class Pause:
    """Silence, rounded up to a tenth of a second, at most LONGEST_PAUSE_MS."""

    ms: int


@record(frozen=True, slots=True)
class Tone:
    """The tone after which a message is recorded."""


@record(frozen=True, slots=True)
class Secret:
    """A token for what may not stand in the journal; to be replaced before it is spoken."""

    token: str


Say = (
    Prompt
    | Number
    | Digits
    | Amount
    | Duration
    | TimeOfDay
    | Date
    | Position
    | Pause
    | Tone
    | Secret
)


class Reader(Protocol):
    """How one language reads values; every function returns names of recorded pieces."""

    VOCABULARY: frozenset[str]

    def number(self, value: int) -> tuple[str, ...]:
        """A whole number that is not negative."""

    def character(self, char: str) -> str:
        """One character of an order number or telephone number."""

    def amount(self, minor: int, currency: str) -> tuple[str, ...]:
        """Money that is not negative."""

    def about(self, minutes: int) -> tuple[str, ...]:
        """About so many minutes; 0 is less than one."""

    def time_of_day(self, h: int, m: int) -> tuple[str, ...]:
        """A time on the clock."""

    def day(self, y: int, m: int, d: int) -> tuple[str, ...]:
        """A day of the calendar."""

    def position(self, place: int) -> tuple[str, ...]:
        """A place in line behind at least one other."""


READERS: Final[dict[str, Reader]] = {"zh": mandarin, "en": english}


def pieces(items: Iterable[Say], language: str) -> tuple[str, ...]:
    """The names of the recordings that say `items` in `language` ("zh" or "en"), in order.

    Raises ValueError for a value out of its range or an unknown language, SecretNotReplaced for
    a secret.
    """
    if language not in READERS:
        raise ValueError(f"no recorded language {language!r}")
    reader = READERS[language]
    return tuple(name for item in items for name in _spoken(item, reader))


def vocabulary(language: str) -> frozenset[str]:
    """Every piece that `pieces` can name in this language, but for `Prompt` names."""
    return READERS[language].VOCABULARY | {_silence(ms) for ms in PAUSES_MS} | {"position-next"}


def _spoken(item: Say, reader: Reader) -> tuple[str, ...]:
    match item:
        case Prompt(name):
            return (name,)
        case Number(value):
            return (*_sign(value), *reader.number(_within(abs(value), LARGEST_NUMBER)))
        case Digits(text):
            return tuple(_character(char, reader) for char in text)
        case Amount(minor, currency):
            _within(abs(minor), LARGEST_NUMBER)
            return (*_sign(minor), *reader.amount(abs(minor), _known(currency)))
        case Duration(ms):
            return reader.about(_rounded_minutes(ms))
        case TimeOfDay(h, m):
            return reader.time_of_day(_within(h, 23), _within(m, 59))
        case Date(y, m, d):
            date(y, m, d)  # raises for a day that is not in the calendar
            return reader.day(_within(y, 9999, least=1000), m, d)
        case Position(place):
            _within(place, LARGEST_NUMBER, least=1)
            return ("position-next",) if place == 1 else reader.position(place)
        case Pause(ms):
            return _silences(_within(ms, LONGEST_PAUSE_MS))
        case Tone():
            return (TONE,)
        case Secret(token):
            raise SecretNotReplaced(token)


def _sign(value: int) -> tuple[str, ...]:
    return ("minus",) if value < 0 else ()


def _within(value: int, most: int, *, least: int = 0) -> int:
    if not least <= value <= most:
        raise ValueError(f"{value} cannot be spoken: not within {least}..{most}")
    return value


def _known(currency: str) -> str:
    if currency not in CURRENCIES:
        raise ValueError(f"no recorded currency {currency!r}")
    return currency


def _character(char: str, reader: Reader) -> str:
    if char in " -":
        return _silence(200)
    name = reader.character(char.lower())
    if name not in reader.VOCABULARY:
        raise ValueError(f"no recorded character {char!r}")
    return name


def _rounded_minutes(ms: int) -> int:
    # Rounded up, so that a wait is seldom longer than what was said.
    half_minute, minute = 30_000, 60_000
    _within(ms, LARGEST_NUMBER)
    if ms < half_minute:
        return 0
    minutes = -(-ms // minute)
    return minutes if minutes <= 60 else -(-minutes // 5) * 5


def _silences(ms: int) -> tuple[str, ...]:
    rest = -(-ms // 100) * 100
    names = []
    for length in PAUSES_MS:
        names += [_silence(length)] * (rest // length)
        rest %= length
    return tuple(names)


def _silence(ms: int) -> str:
    return f"pause-{ms}"
