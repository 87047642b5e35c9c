"""How telephone numbers are read, compared and shown.

A number is normalised to E.164 where it is one ("+8613800000001"); a service code such as 95588
stays as it is dialled, because E.164 knows no short codes; anything else (an extension, a SIP
user) is compared as it came, without separators and case. A withheld number is None, never text.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from trunkline.core.outbound_rules.words import Kind, Number
from trunkline.core.words import Bar

LONGEST_RAW: Final = 64
HOME_REGION: Final = "CN"

_WITHHELD: Final = frozenset(
    {"", "anonymous", "unavailable", "private", "restricted", "unknown", "withheld"}
)
_PAID: Final = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST})
_NOT_DIALLED: Final = re.compile(r"[^0-9a-z+*#_%]+")
_NUMBER: Final = re.compile(r"\+?[0-9]+")
_KINDS: Final = {
    PhoneNumberType.PREMIUM_RATE: Kind.PREMIUM,
    PhoneNumberType.SHARED_COST: Kind.SHARED_COST,
    PhoneNumberType.TOLL_FREE: Kind.FREE,
}
_ONE_ZONE: Final = {
    "CN": "Asia/Shanghai",
    "DE": "Europe/Berlin",
    "GB": "Europe/London",
    "JP": "Asia/Tokyo",
}
_NOWHERE: Final = "Etc/Unknown"
# Emergency and public services, carriers, and the 95xxx / 96xxx / 123xx codes of companies.
_SHORT_CODES: Final = re.compile(r"11[0-9]|12[0-2]|1[0-2]\d{3}|9[56]\d{3,4}")


def normalised(raw: str | None, region: str = HOME_REGION) -> str | None:
    """One spelling for one number; None when it is withheld. Normalising twice changes nothing."""
    text = _plain(raw or "")
    if text in _WITHHELD:
        return None
    if not _NUMBER.fullmatch(text) or _is_short_code(text, region):
        return text
    number = _parsed(text, region)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if number else text


def barred(raw: str | None, region: str = HOME_REGION) -> Bar | None:
    """Why a number is not called back; None when it may be."""
    known = normalised(raw, region)
    if known is None:
        return Bar.WITHHELD
    number = _parsed(known, region)
    if number is None:
        return Bar.INVALID
    if number.country_code != phonenumbers.country_code_for_region(region):
        return Bar.FOREIGN
    kind = phonenumbers.number_type(number)
    return Bar.PREMIUM if kind in _PAID else None


def phone_kind(
    raw: str | None, emergency: frozenset[str] = frozenset(), region: str = HOME_REGION
) -> Number:
    """What an outward call may know of a number: its country and kind; `emergency` as dialled."""
    known = normalised(raw, region)
    if known is None:
        return Number(None, Kind.INVALID)
    if known in emergency:
        return Number(region, Kind.EMERGENCY)
    if _is_short_code(known, region):
        return Number(region, Kind.SERVICE_CODE)
    number = _parsed(known, region)
    if number is None:
        return Number(None, Kind.INVALID)
    country = phonenumbers.region_code_for_number(number)
    return Number(country, _KINDS.get(phonenumbers.number_type(number), Kind.ORDINARY))


def phone_zones(known: str, region: str = HOME_REGION) -> tuple[str, ...]:
    """The time zones (IANA) in which a number's prefix lies; none for what is no number."""
    number = _parsed(known, region)
    if number is None:
        return ()
    if one := _ONE_ZONE.get(phonenumbers.region_code_for_number(number) or ""):
        return (one,)
    from phonenumbers import timezone  # at first use: it brings every prefix of the world

    zones = timezone.time_zones_for_number(number)
    return tuple(zone for zone in zones if zone != _NOWHERE)


def dialled(known: str, region: str = HOME_REGION) -> str:
    """A normalised number as a trunk of the region dials it: home numbers without country code."""
    number = _parsed(known, region)
    if number is None or number.country_code != phonenumbers.country_code_for_region(region):
        return known
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    return _NOT_DIALLED.sub("", national)


def masked(number: str | None) -> str:
    """What may be shown without the right to personal data: `+86 138 **** 0001`.

    At least four characters stay hidden; service codes are public and shown whole.
    """
    if number is None:
        return ""
    if _is_short_code(number, HOME_REGION):
        return number
    code, local = _split(number)
    head, tail = local[: _head_length(local)], local[len(local) - _tail_length(local) :]
    return " ".join(part for part in (code, head, "****", tail) if part)


def _plain(raw: str) -> str:
    user = raw.strip().removeprefix("sip:").removeprefix("tel:").partition("@")[0]
    folded = unicodedata.normalize("NFKC", user).casefold()
    return _NOT_DIALLED.sub("", folded)[:LONGEST_RAW]


def _is_short_code(text: str, region: str) -> bool:
    return region == HOME_REGION and _SHORT_CODES.fullmatch(text) is not None


def _parsed(text: str, region: str) -> PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


def _split(number: str) -> tuple[str, str]:
    """The country code with its plus, and the digits after it."""
    parsed = _parsed(number, HOME_REGION) if number.startswith("+") else None
    if parsed is None:
        return "", number
    code = f"+{parsed.country_code}"
    return code, number.removeprefix(code)


def _tail_length(local: str) -> int:
    return 4 if len(local) >= 8 else 2 if len(local) >= 6 else 0


def _head_length(local: str) -> int:
    return min(3, max(0, len(local) - 8))
