"""Numbers: one spelling for one number, and a mask that hides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trunkline.features.customers.phones import masked, normalised

NATIONAL = st.integers(min_value=0, max_value=99_999_999).map(lambda n: f"138{n:08d}")


@pytest.mark.parametrize(
    "raw",
    [
        "+8613800000001",
        "13800000001",
        "0086 138 0000 0001",
        "86 138-0000-0001",
        "sip:+8613800000001@10.0.0.1",
        "(138) 0000 0001",
        "１３８00000001",
    ],
)
def test_every_spelling_of_a_number_is_one_number(raw: str) -> None:
    assert normalised(raw) == "+8613800000001"


@pytest.mark.parametrize(
    "raw", [None, "", "  ", "anonymous", "Anonymous", "sip:anonymous@anonymous.invalid"]
)
def test_a_withheld_number_is_no_number(raw: str | None) -> None:
    assert normalised(raw) is None


@pytest.mark.parametrize("code", ["95588", "10086", "12315", "110", "96110"])
def test_a_service_code_stays_as_it_is_dialled_and_is_shown_whole(code: str) -> None:
    assert normalised(code) == code
    assert masked(code) == code


@pytest.mark.parametrize(
    ("raw", "same"), [("1001", "1001"), ("Alice", "alice"), ("+99912", "+99912")]
)
def test_what_is_no_number_is_compared_as_it_came(raw: str, same: str) -> None:
    assert normalised(raw) == same


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+8613800000001", "+86 138 **** 0001"),
        ("+12025550123", "+1 20 **** 0123"),
        ("+442079460958", "+44 20 **** 0958"),
        ("1001", "****"),
        (None, ""),
    ],
)
def test_a_mask_shows_where_a_number_is_from_and_how_it_ends(
    number: str | None, shown: str
) -> None:
    assert masked(number) == shown


@given(st.text(max_size=80))
def test_normalising_twice_changes_nothing(raw: str) -> None:
    once = normalised(raw)
    assert normalised(once) == once


@given(NATIONAL, st.sampled_from(["", "+86", "0086", "+86 ", "86"]))
def test_the_way_of_dialling_does_not_matter(national: str, prefix: str) -> None:
    assert normalised(prefix + national) == f"+86{national}"


@given(NATIONAL | st.from_regex(r"\+[1-9][0-9]{6,13}", fullmatch=True) | st.text(max_size=30))
def test_a_mask_hides_at_least_four_characters_of_what_is_not_public(raw: str) -> None:
    number = normalised(raw)
    shown = masked(number)
    if number is not None and shown != number:
        kept = "".join(shown.replace("****", "").split())
        assert len(kept) <= max(0, len(number) - 4)
        assert number not in shown.replace("****", "")


@given(NATIONAL, NATIONAL)
def test_numbers_that_differ_only_in_the_hidden_part_look_alike(one: str, other: str) -> None:
    first, second = f"+86{one}", f"+86{other[:7]}{one[7:]}"
    assert masked(first) == masked(second)
