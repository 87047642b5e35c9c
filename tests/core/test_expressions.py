"""What administrators write about agents: what it means, and where it is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trunkline.core.acd.expressions import (
    ANYBODY,
    MAX_DEPTH,
    MAX_LENGTH,
    Abilities,
    Either,
    Every,
    Expression,
    ExpressionError,
    Has,
    Level,
    Not,
    Tag,
    bind,
    holds,
    parse,
    skills_of,
    variables,
)
from trunkline.core.acd.pools import Pools, abilities_of
from trunkline.core.config import AgentProfile, Policy
from trunkline.core.words import AgentId

EVE = Abilities({"claims": 3, "理赔": 5}, frozenset({("lang", "en"), ("vip", "yes")}))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "claims",
        "claims>=3 and vip",
        "claims > 2 and claims < 4 and claims = 3 and claims <= 3",
        "lang=en or claims>=5",
        "language=en",
        "not lang=fr and not (claims>=4 or region=north)",
        "logistics<1",
        "logistics!=2",
        'vip="yes"',
        "理赔>=5",
        "NOT lang=fr AND (claims)",
    ],
)
def test_a_requirement_that_an_agent_meets(text: str) -> None:
    assert holds(parse(text), EVE)


@pytest.mark.parametrize(
    "text",
    [
        "claims>=4",
        "claims and lang=fr",
        "not vip",
        "claims=2 or lang=zh",
        "logistics>=1",
        "tier>=1",
    ],
)
def test_a_requirement_that_an_agent_does_not_meet(text: str) -> None:
    assert not holds(parse(text), EVE)


def test_not_binds_closest_then_and_then_or() -> None:
    assert parse("not a and b or c") == Either((Every((Not(Has("a")), Has("b"))), Has("c")))


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("claims>=", "value_expected", 8),
        ("claims >= north", "level_expected", 10),
        ("claims>=9", "level_range", 8),
        ("claims and", "name_expected", 10),
        ("and claims", "name_expected", 0),
        ("(claims or (vip)", "unclosed", 0),
        ("claims)", "unexpected", 6),
        ("claims vip", "unexpected", 7),
        ("claims ;drop", "unreadable", 7),
        ('"open', "unreadable", 0),
        ("3>=claims", "name_expected", 0),
        ("x" * (MAX_LENGTH + 1), "too_long", MAX_LENGTH),
        ("not " * (MAX_DEPTH + 2) + "a", "too_deep", 4 * (MAX_DEPTH + 1)),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: str, code: str, position: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert (caught.value.code, caught.value.position) == (code, position)


def test_the_tags_of_an_interaction_stand_in_for_their_names() -> None:
    asked = parse("lang=$language and $problem>=2")
    assert variables(asked) == {"language", "problem"}
    bound = bind(asked, {"language": "en", "problem": "claims"})
    assert bound == Every((Tag("lang", "en"), Level("claims", ">=", 2)))


def test_where_the_interaction_has_no_such_tag_nothing_is_asked() -> None:
    assert bind(parse("lang=$language and $problem>=2"), {"language": "en"}) == Every(
        (Tag("lang", "en"),)
    )
    assert bind(parse("not $problem or not (lang=$language)"), {}) == ANYBODY


def test_the_skills_that_are_asked_for_are_known_and_those_barred_are_not() -> None:
    assert skills_of(parse("claims>=3 and (vip or lang=en) and not billing")) == {"claims", "vip"}


def test_what_an_agent_is_certified_for_can_be_asked() -> None:
    eve = AgentProfile(
        AgentId("eve"),
        "eve",
        (("claims", 2),),
        tags=(("problem", "fire"),),
        languages=("en", "zh"),
        certifications=("iso",),
        tier=2,
        region="north",
        team="blue",
    )
    text = "tier>=2 and cert=iso and lang=zh and region=north and team=blue and problem=fire"
    assert holds(parse(text), abilities_of(eve))
    assert not holds(parse("certification=pci"), abilities_of(eve))


NAMES = st.sampled_from(["a", "b", "c"])
TERMS = st.one_of(
    st.builds(Has, NAMES),
    st.builds(Tag, NAMES, st.sampled_from(["x", "y"])),
    st.builds(Level, NAMES, st.sampled_from([">=", "<=", ">", "<", "=", "!="]), st.integers(0, 5)),
)
EXPRESSIONS = st.recursive(
    TERMS,
    lambda part: st.one_of(
        st.builds(Not, part),
        st.builds(Every, st.lists(part, min_size=1, max_size=3).map(tuple)),
        st.builds(Either, st.lists(part, min_size=1, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)
PROFILES = st.lists(
    st.tuples(
        st.dictionaries(NAMES, st.integers(1, 5), max_size=2),
        st.sets(st.tuples(NAMES, st.sampled_from(["x", "y"])), max_size=2),
    ),
    min_size=1,
    max_size=6,
)


@given(wanted=EXPRESSIONS, people=PROFILES)
def test_pools_are_found_by_sets_as_agents_are_one_by_one(
    wanted: Expression, people: list[tuple[dict[str, int], set[tuple[str, str]]]]
) -> None:
    profiles = tuple(
        AgentProfile(AgentId(f"a{n}"), "", tuple(skills.items()), tags=tuple(tags))
        for n, (skills, tags) in enumerate(people)
    )
    pools = Pools(Policy(agents=profiles))
    meeting = pools.those(pools.marks(pools.meeting(wanted)))
    for profile in profiles:
        found = pools.of[profile.id] in meeting
        assert found is holds(wanted, abilities_of(profile))
