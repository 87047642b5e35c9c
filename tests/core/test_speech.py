"""What is said for numbers, money, dates and waits, read as the text of the recorded pieces."""

import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trunkline.core.flow.speech import (
    LARGEST_NUMBER,
    Amount,
    Date,
    Digits,
    Duration,
    Number,
    Pause,
    Position,
    Prompt,
    Say,
    Secret,
    SecretNotReplaced,
    TimeOfDay,
    pieces,
    vocabulary,
)

PROMPTS = files("trunkline") / "assets" / "prompts"
TEXTS = {
    language: tomllib.loads((PROMPTS / f"{language}.toml").read_text(encoding="utf-8"))
    for language in ("zh", "en")
}
GLUE = {"zh": "", "en": " "}


def said(item: Say, language: str) -> str:
    texts = (TEXTS[language].get(name, f"<{name}>") for name in pieces([item], language))
    return GLUE[language].join(texts)


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (0, "零", "zero"),
        (1, "一", "one"),
        (2, "二", "two"),
        (9, "九", "nine"),
        (10, "十", "ten"),
        (11, "十一", "eleven"),
        (12, "十二", "twelve"),
        (20, "二十", "twenty"),
        (22, "二十二", "twenty-two"),
        (99, "九十九", "ninety-nine"),
        (100, "一百", "one hundred"),
        (101, "一百零一", "one hundred and one"),
        (102, "一百零二", "one hundred and two"),
        (110, "一百一十", "one hundred and ten"),
        (112, "一百一十二", "one hundred and twelve"),
        (120, "一百二十", "one hundred and twenty"),
        (200, "两百", "two hundred"),
        (222, "两百二十二", "two hundred and twenty-two"),
        (999, "九百九十九", "nine hundred and ninety-nine"),
        (1000, "一千", "one thousand"),
        (1001, "一千零一", "one thousand and one"),
        (1010, "一千零一十", "one thousand and ten"),
        (1100, "一千一百", "one thousand one hundred"),
        (1105, "一千一百零五", "one thousand one hundred and five"),
        (2000, "两千", "two thousand"),
        (2002, "两千零二", "two thousand and two"),
        (2200, "两千两百", "two thousand two hundred"),
        (9999, "九千九百九十九", "nine thousand nine hundred and ninety-nine"),
        (10_000, "一万", "ten thousand"),
        (10_001, "一万零一", "ten thousand and one"),
        (10_100, "一万零一百", "ten thousand one hundred"),
        (10_203, "一万零两百零三", "ten thousand two hundred and three"),
        (11_000, "一万一千", "eleven thousand"),
        (20_000, "两万", "twenty thousand"),
        (22_000, "两万两千", "twenty-two thousand"),
        (100_000, "十万", "one hundred thousand"),
        (100_010, "十万零一十", "one hundred thousand and ten"),
        (102_000, "十万两千", "one hundred and two thousand"),
        (120_000, "十二万", "one hundred and twenty thousand"),
        (1_000_000, "一百万", "one million"),
        (1_000_005, "一百万零五", "one million and five"),
        (1_000_200, "一百万零两百", "one million two hundred"),
        (1_100_000, "一百一十万", "one million one hundred thousand"),
        (10_000_000, "一千万", "ten million"),
        (20_000_000, "两千万", "twenty million"),
        (99_999_999, "九千九百九十九万九千九百九十九", None),
        (100_000_000, "一亿", "one hundred million"),
        (100_000_001, "一亿零一", "one hundred million and one"),
        (100_050_000, "一亿零五万", "one hundred million fifty thousand"),
        (110_000_000, "一亿一千万", "one hundred and ten million"),
        (200_000_000, "两亿", "two hundred million"),
        (1_000_000_000, "十亿", "one billion"),
        (1_200_000_000, "十二亿", "one billion two hundred million"),
        (1_000_000_000_000, "一万亿", "one trillion"),
        (1_000_100_000_000, "一万零一亿", "one trillion one hundred million"),
        (2_000_000_000_001, "两万亿零一", "two trillion and one"),
        (-5, "负五", "minus five"),
    ],
)
def test_a_number_is_read_as_people_say_it(value: int, zh: str, en: str | None) -> None:
    assert said(Number(value), "zh") == zh
    if en is not None:
        assert said(Number(value), "en") == en


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("0", "零", "zero"),
        ("1042", "幺零四二", "one zero four two"),
        ("13800000001", "幺三八零零零零零零零幺", None),
        ("SO-12", "SO<pause-200>幺二", "S O <pause-200> one two"),
        ("so 2", "SO<pause-200>二", "S O <pause-200> two"),
        ("*1#", "星号幺井号", "star one pound"),
        ("+86", "加号八六", "plus eight six"),
        ("", "", ""),
    ],
)
def test_digits_are_read_one_by_one(text: str, zh: str, en: str | None) -> None:
    assert said(Digits(text), "zh") == zh
    if en is not None:
        assert said(Digits(text), "en") == en


@pytest.mark.parametrize(
    ("minor", "currency", "zh", "en"),
    [
        (0, "CNY", "零元", "zero yuan"),
        (1, "CNY", "一分", "one fen"),
        (2, "CNY", "两分", "two fen"),
        (10, "CNY", "一角", "ten fen"),
        (12, "CNY", "一角两分", "twelve fen"),
        (100, "CNY", "一元", "one yuan"),
        (200, "CNY", "两元", "two yuan"),
        (305, "CNY", "三元零五分", "three yuan and five fen"),
        (350, "CNY", "三元五角", "three yuan and fifty fen"),
        (1200, "CNY", "十二元", "twelve yuan"),
        (29_999, "CNY", "两百九十九元九角九分", None),
        (1_000_000, "CNY", "一万元", "ten thousand yuan"),
        (-1550, "CNY", "负十五元五角", "minus fifteen yuan and fifty fen"),
        (0, "USD", "零美元", "zero dollars"),
        (1, "USD", "一美分", "one cent"),
        (100, "USD", "一美元", "one dollar"),
        (101, "USD", "一美元一美分", "one dollar and one cent"),
        (202, "USD", "两美元两美分", "two dollars and two cents"),
        (12_050, "USD", "一百二十美元五十美分", "one hundred and twenty dollars and fifty cents"),
    ],
)
def test_money_is_read_with_its_units(minor: int, currency: str, zh: str, en: str | None) -> None:
    assert said(Amount(minor, currency), "zh") == zh
    if en is not None:
        assert said(Amount(minor, currency), "en") == en


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (0, "不到一分钟", "less than a minute"),
        (29, "不到一分钟", "less than a minute"),
        (30, "大约一分钟", "about one minute"),
        (60, "大约一分钟", "about one minute"),
        (61, "大约两分钟", "about two minutes"),
        (180, "大约三分钟", "about three minutes"),
        (59 * 60, "大约五十九分钟", "about fifty-nine minutes"),
        (3600, "大约一小时", "about one hour"),
        (3601, "大约一小时五分钟", "about one hour and five minutes"),
        (7200, "大约两小时", "about two hours"),
    ],
)
def test_a_duration_is_rounded_up_to_what_a_listener_wants(seconds: int, zh: str, en: str) -> None:
    assert said(Duration(seconds * 1000), "zh") == zh
    assert said(Duration(seconds * 1000), "en") == en


@pytest.mark.parametrize(
    ("h", "m", "zh", "en"),
    [
        (0, 0, "凌晨零点整", "twelve A M"),
        (0, 5, "凌晨零点零五分", "twelve oh five A M"),
        (2, 2, "凌晨两点零二分", "two oh two A M"),
        (9, 30, "上午九点三十分", "nine thirty A M"),
        (12, 0, "中午十二点整", "twelve P M"),
        (14, 5, "下午两点零五分", "two oh five P M"),
        (17, 10, "下午五点十分", "five ten P M"),
        (23, 59, "晚上十一点五十九分", "eleven fifty-nine P M"),
    ],
)
def test_a_time_of_day_is_read_by_the_clock(h: int, m: int, zh: str, en: str) -> None:
    assert said(TimeOfDay(h, m), "zh") == zh
    assert said(TimeOfDay(h, m), "en") == en


@pytest.mark.parametrize(
    ("y", "m", "d", "zh", "en"),
    [
        (2026, 11, 21, "二零二六年十一月二十一号", "November twenty-first twenty twenty-six"),
        (2000, 1, 1, "二零零零年一月一号", "January first two thousand"),
        (2005, 2, 2, "二零零五年二月二号", "February second two thousand and five"),
        (2010, 10, 10, "二零一零年十月十号", "October tenth twenty ten"),
        (1905, 12, 31, "一九零五年十二月三十一号", "December thirty-first nineteen oh five"),
        (1900, 3, 3, "一九零零年三月三号", "March third nineteen hundred"),
        (2100, 5, 30, "二一零零年五月三十号", "May thirtieth twenty-one hundred"),
    ],
)
def test_a_date_is_read_in_the_order_of_its_language(
    y: int, m: int, d: int, zh: str, en: str
) -> None:
    assert said(Date(y, m, d), "zh") == zh
    assert said(Date(y, m, d), "en") == en


@pytest.mark.parametrize(
    ("place", "zh", "en"),
    [
        (1, "您是下一位，请稍等。", "You are next in line."),
        (2, "您前面还有一位", "You are number two in line."),
        (3, "您前面还有两位", "You are number three in line."),
        (13, "您前面还有十二位", "You are number thirteen in line."),
    ],
)
def test_a_place_in_line_is_told_as_each_language_counts_it(place: int, zh: str, en: str) -> None:
    assert said(Position(place), "zh") == zh
    assert said(Position(place), "en") == en


def test_a_prompt_is_named_as_it_is() -> None:
    assert pieces([Prompt("greeting-gold"), Prompt("menu-main")], "zh") == (
        "greeting-gold",
        "menu-main",
    )


@pytest.mark.parametrize(
    ("ms", "names"),
    [
        (0, ()),
        (1, ("pause-100",)),
        (200, ("pause-200",)),
        (700, ("pause-500", "pause-200")),
        (2400, ("pause-1000", "pause-1000", "pause-200", "pause-200")),
    ],
)
def test_a_pause_is_put_together_from_silences(ms: int, names: tuple[str, ...]) -> None:
    assert pieces([Pause(ms)], "en") == names


def test_a_secret_that_was_not_replaced_is_never_spoken() -> None:
    with pytest.raises(SecretNotReplaced):
        pieces([Prompt("order-your-order"), Secret("t-1")], "zh")


@pytest.mark.parametrize(
    "item",
    [
        Number(LARGEST_NUMBER + 1),
        Digits("a?"),
        Digits("١"),
        Amount(100, "XXX"),
        Duration(-1),
        TimeOfDay(24, 0),
        TimeOfDay(0, 60),
        Date(2026, 2, 29),
        Date(999, 1, 1),
        Position(0),
        Pause(10_001),
    ],
)
def test_what_cannot_be_said_is_refused(item: Say) -> None:
    for language in ("zh", "en"):
        with pytest.raises(ValueError, match=r"."):
            pieces([item], language)


def test_a_language_without_recordings_is_refused() -> None:
    with pytest.raises(ValueError, match="'fr'"):
        pieces([Number(1)], "fr")


ANY_NUMBER = st.one_of(
    st.integers(0, LARGEST_NUMBER),
    st.integers(0, 100_000),
    # Few digits that are not zero: where the rules for 零 and "and" are hardest.
    st.builds(
        lambda digits: sum(digit * 10**place for place, digit in digits.items()),
        st.dictionaries(st.integers(0, 14), st.integers(0, 9), max_size=4),
    ),
)


@given(ANY_NUMBER)
def test_a_mandarin_number_read_back_is_the_same(value: int) -> None:
    assert heard_in_mandarin(said(Number(value), "zh")) == value


@given(ANY_NUMBER)
def test_an_english_number_read_back_is_the_same(value: int) -> None:
    assert heard_in_english(said(Number(value), "en")) == value


@given(ANY_NUMBER)
def test_mandarin_zeros_stand_alone_and_never_at_the_end(value: int) -> None:
    text = said(Number(value), "zh")
    assert "零零" not in text
    assert value == 0 or not text.endswith("零")


ANY_ITEM = st.one_of(
    st.builds(Number, st.integers(-LARGEST_NUMBER, LARGEST_NUMBER)),
    st.builds(
        Digits, st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz*#+ -")
    ),
    st.builds(Amount, st.integers(-(10**12), 10**12), st.sampled_from(["CNY", "USD"])),
    st.builds(Duration, st.integers(0, 10**9)),
    st.builds(TimeOfDay, st.integers(0, 23), st.integers(0, 59)),
    st.dates().filter(lambda day: day.year >= 1000).map(lambda x: Date(x.year, x.month, x.day)),
    st.builds(Position, st.integers(1, 10**6)),
    st.builds(Pause, st.integers(0, 10_000)),
)


@given(ANY_ITEM, st.sampled_from(["zh", "en"]))
def test_only_pieces_of_the_vocabulary_are_named(item: Say, language: str) -> None:
    assert set(pieces([item], language)) <= vocabulary(language)


def heard_in_mandarin(text: str) -> int:
    """A reader of its own: split at the largest unit, both sides read alike."""
    for unit, size in (("亿", 10**8), ("万", 10**4), ("千", 1000), ("百", 100), ("十", 10)):
        head, found, tail = text.rpartition(unit)
        if found:
            return (heard_in_mandarin(head) if head else 1) * size + heard_in_mandarin(tail)
    text = text.lstrip("零").replace("两", "二")
    return "零一二三四五六七八九".index(text) if text else 0


SMALL = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
SMALL += ["eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"]
SMALL += ["eighteen", "nineteen"]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}


def heard_in_english(text: str) -> int:
    """A reader of its own: add words up, multiply at each scale."""
    total = group = 0
    for word in text.replace("-", " ").split():
        if word in SCALES:
            total, group = total + group * SCALES[word], 0
        elif word == "hundred":
            group *= 100
        elif word in TENS:
            group += 20 + 10 * TENS.index(word)
        elif word != "and":
            group += SMALL.index(word)
    return total + group
