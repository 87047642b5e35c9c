"""What a customer lets an agent see: consent first, for each part, and an end at any time."""

from itertools import product

import pytest

from trunkline.core.showing import (
    BURST,
    FROM,
    MOST_ASKS,
    MOST_RELAYED,
    PER_S,
    Budget,
    Cause,
    Deed,
    Part,
    Showing,
    Side,
    Stage,
    What,
    apply,
    decide,
    why_not,
)

C, A, H = Side.CUSTOMER, Side.AGENT, Side.HOUSE


def played(*deeds: tuple[Side, Deed], part: Part = Part.SCREEN) -> tuple[Showing, list[What]]:
    """Where deeds lead, and what happened on the way."""
    state, happened = Showing(), []
    for side, deed in deeds:
        for fact in decide(state, side, deed, part):
            state = apply(state, fact)
            happened.append(fact.what)
    return state, happened


def test_what_is_asked_for_is_shown_only_when_the_customer_agreed() -> None:
    asked, _ = played((A, Deed.ASK))
    begun, _ = played((A, Deed.ASK), (C, Deed.BEGIN))
    shown, happened = played((A, Deed.ASK), (C, Deed.AGREE), (C, Deed.BEGIN))
    assert (asked.screen, asked.connects) == (Stage.ASKED, False)
    assert begun == asked
    assert (shown.screen, shown.connects) == (Stage.SHOWN, True)
    assert happened == [What.ASKED, What.AGREED, What.BEGAN]


def test_a_no_leaves_nothing_and_the_other_part_alone() -> None:
    state, happened = played((A, Deed.ASK), (C, Deed.REFUSE), (C, Deed.BEGIN))
    assert (state, happened) == (Showing(asks=1), [What.ASKED, What.REFUSED])


def test_the_customer_may_offer_unasked_and_withdraw_at_any_time() -> None:
    _, early = played((C, Deed.AGREE), (C, Deed.WITHDRAW))
    state, late = played((C, Deed.AGREE), (C, Deed.BEGIN), (C, Deed.WITHDRAW))
    assert early == [What.OFFERED, What.WITHDRAWN]
    assert late == [What.OFFERED, What.BEGAN, What.WITHDRAWN, What.ENDED]
    assert state.quiet


def test_a_camera_that_is_not_there_needs_a_new_yes() -> None:
    state, happened = played((A, Deed.ASK), (C, Deed.AGREE), (C, Deed.FAIL), (C, Deed.BEGIN))
    assert happened == [What.ASKED, What.AGREED, What.FAILED]
    assert state.quiet


@pytest.mark.parametrize(
    "before", [(), ((A, Deed.ASK),), ((C, Deed.AGREE),), ((C, Deed.AGREE), (C, Deed.BEGIN))]
)
def test_the_end_of_the_talk_ends_whatever_stood(before: tuple[tuple[Side, Deed], ...]) -> None:
    state, happened = played(*before, (H, Deed.END))
    assert state.quiet
    assert len(happened) == len(before) + bool(before)


def test_nobody_does_what_is_the_others() -> None:
    for side, deed in ((A, Deed.AGREE), (A, Deed.BEGIN), (C, Deed.ASK), (C, Deed.END)):
        for stage in Stage:
            assert why_not(Showing(screen=stage), side, deed, Part.SCREEN) == "not_yours"
            assert decide(Showing(screen=stage), side, deed, Part.SCREEN) == ()


def test_no_agent_asks_for_ever() -> None:
    state, happened = played(*[(A, Deed.ASK), (C, Deed.REFUSE)] * (MOST_ASKS + 2))
    assert happened.count(What.ASKED) == MOST_ASKS
    assert why_not(state, A, Deed.ASK, Part.VIDEO) == "asked_too_often"
    assert why_not(state, C, Deed.AGREE, Part.VIDEO) is None


def test_parts_stand_apart() -> None:
    state = Showing(video=Stage.SHOWN, screen=Stage.ASKED)
    (fact,) = decide(state, C, Deed.REFUSE, Part.SCREEN)
    assert apply(state, fact) == Showing(video=Stage.SHOWN)


def test_from_every_stage_every_deed_has_an_answer_and_none_but_consent_connects() -> None:
    for stage, deed, side in product(Stage, Deed, Side):
        state = Showing(video=stage)
        facts = decide(state, side, deed, Part.VIDEO, Cause.CUSTOMER)
        after = state
        for fact in facts:
            after = apply(after, fact)
        assert bool(facts) == (why_not(state, side, deed, Part.VIDEO) is None)
        if after.connects and not state.connects:
            assert (side, deed) == (C, Deed.AGREE)
    assert {deed for _, deed in FROM} == set(Deed)


def test_a_page_has_relayed_so_much_at_once_and_so_much_in_all() -> None:
    budget: Budget | None = Budget()
    for _ in range(BURST):
        assert budget is not None
        budget = budget.spend(0)
    assert budget is not None
    assert budget.spend(0) is None
    later = budget.spend(1000)
    assert later is not None
    assert later.now == PER_S - 1
    slow = Budget()
    for second in range(MOST_RELAYED):
        spent = slow.spend(second * 1000)
        assert spent is not None
        slow = spent
    assert slow.spend(MOST_RELAYED * 1000) is None
