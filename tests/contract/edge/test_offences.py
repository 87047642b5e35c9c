"""When an address is refused, for how long, and who never is: the book alone."""

from trunkline.adapters.edge.asterisk import offences
from trunkline.adapters.edge.asterisk.offences import (
    FIRST_BAN_S,
    GOOD_FOR_S,
    LONGEST_BAN_S,
    MOST,
    MOST_ADDRESSES,
    WITHIN_S,
    Offences,
    id_of,
)

BAD, GOOD = "192.0.2.1", "192.0.2.2"


def offend(book: Offences, address: str, at_s: float, times: int = MOST) -> bool:
    return [book.note(address, at_s) for _ in range(times)][-1]


def test_who_offends_often_at_once_is_refused_until_its_time_is_over() -> None:
    book = Offences()
    assert not offend(book, BAD, 0, MOST - 1)
    assert book.note(BAD, 1)
    assert set(book.bans) == {BAD}
    assert not book.expire(FIRST_BAN_S)
    assert book.expire(FIRST_BAN_S + 1)
    assert book.bans == {}


def test_who_offends_now_and_then_is_not_refused() -> None:
    book = Offences()
    assert not any(book.note(BAD, n * (WITHIN_S / (MOST - 2))) for n in range(MOST * 5))


def test_each_further_ban_is_twice_as_long_up_to_a_day() -> None:
    book, at_s, lasted = Offences(), 0.0, []
    for _ in range(9):
        offend(book, BAD, at_s)
        ban = book.bans[BAD]
        lasted.append(ban.until_s - ban.since_s)
        at_s = ban.until_s + 1
        book.expire(at_s)
    assert lasted[:3] == [FIRST_BAN_S, 2 * FIRST_BAN_S, 4 * FIRST_BAN_S]
    assert lasted[-1] == LONGEST_BAN_S


def test_where_somebody_logged_in_well_nobody_is_refused_for_an_hour() -> None:
    book = Offences()
    book.good(GOOD, 0)
    assert not offend(book, GOOD, GOOD_FOR_S - 1, 3 * MOST)
    assert offend(book, GOOD, GOOD_FOR_S + 1)


def test_who_is_pardoned_begins_anew() -> None:
    book = Offences()
    offend(book, BAD, 0)
    assert book.pardon(id_of(BAD))
    assert not book.pardon(id_of(BAD))
    assert not offend(book, BAD, 1, MOST - 1)


def test_the_book_is_bounded_whoever_comes() -> None:
    book = Offences()
    for n in range(MOST_ADDRESSES + 50):
        book.note(f"2001:db8::{n:x}", 0)
    assert len(book._tried) == MOST_ADDRESSES
    for n in range(offences.MOST_BANNED + 5):
        offend(book, f"10.{n // 65536}.{n // 256 % 256}.{n % 256}", 0)
    assert len(book.bans) == offences.MOST_BANNED
