"""Stories of the first steps: the number dialled, the greeting, the menu, the one factor."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.core.world import CLOSED_AT, MAIN, SALES, SERVICE, World, house, silence, words
from trunkline.core import facts as f
from trunkline.core import inputs as i
from trunkline.core.call import commands as c
from trunkline.core.call.events import DigitsCollected, PlayEnded
from trunkline.core.commands import CheckFactor, LookUp
from trunkline.core.flow.graph import LookUpNode, VerifyNode
from trunkline.core.flow.speech import Secret
from trunkline.core.words import Cause, EndedBy, LegId, Level, Place, Token


def at_menu(**more: Any) -> tuple[World, LegId]:
    world = World()
    leg = world.arrive("4000", **more)
    return world.hears_out(leg), leg


def asked_for_factor() -> tuple[World, LegId]:
    world, leg = at_menu(level=Level.GOLD)
    return world.presses(leg, "1"), leg


def test_a_call_is_answered_and_greeted() -> None:
    world = World()
    leg = world.arrive("4000")
    assert world.edge.legs[leg].answered
    assert world.last(c.Play).items == words("greeting", "menu")


def test_a_key_that_is_pressed_under_the_greeting_counts() -> None:
    world = World()
    leg = world.arrive("4000")
    world.presses(leg, "2")
    assert world.of(leg).waiting
    assert [entered.node for entered in world.all(f.NodeEntered)] == ["greet", "menu", "to-sales"]


def test_a_known_customer_is_greeted_by_level() -> None:
    world = World()
    world.arrive("4000", level=Level.GOLD)
    assert world.last(c.Play).items == words("greeting-gold", "menu")


@pytest.mark.parametrize(
    "presumption", [i.Presumption.WITHHELD, i.Presumption.SEVERAL, i.Presumption.NONE]
)
def test_a_number_that_is_not_one_person_is_nobody(presumption: i.Presumption) -> None:
    world = World()
    leg = world.arrive("4000", level=Level.GOLD, presumption=presumption)
    assert world.last(c.Play).items == words("greeting", "menu")
    assert world.of(leg).customer is None
    assert world.of(leg).priority == 0


def test_a_number_that_nobody_owns_is_refused() -> None:
    world = World()
    world.arrive("999")
    assert world.last(c.RejectLeg).cause is Cause.UNKNOWN_NUMBER
    assert not world.state.interactions


def test_an_arrival_told_twice_begins_one_interaction() -> None:
    world = World()
    leg = world.arrive()
    world.does(i.ArriveInteraction(leg, "4001", Token("party"), i.Presumption.NONE))
    assert len(world.all(f.InteractionStarted)) == 1


def test_outside_its_hours_a_number_opens_its_other_flow() -> None:
    world = World()
    leg = world.arrive("4004")
    assert world.last(c.Play).items == words("closed")
    world.hears_out(leg)
    assert world.last(f.InteractionEnded).ended_by is EndedBy.FLOW
    assert not world.edge.legs


def test_within_its_hours_a_number_opens_its_flow() -> None:
    world = World(now=CLOSED_AT[0])
    assert world.of(world.arrive("4004")).place is Place.QUEUED


def test_a_listed_key_chooses() -> None:
    world, leg = at_menu()
    world.presses(leg, "2")
    assert world.last(f.KeyPressed).key == "2"
    assert world.last(f.InteractionQueued).queue == SALES


def test_a_wrong_key_and_silence_are_told_apart_and_asked_again() -> None:
    world, leg = at_menu()
    world.presses(leg, "9")
    assert world.last(c.Play).items == words("invalid", "menu")
    world.presses(leg, "")
    assert world.last(c.Play).items == words("silent", "menu")


def test_three_rounds_without_a_choice_go_on_otherwise() -> None:
    world, leg = at_menu()
    world.presses(leg, "9").presses(leg, "").presses(leg, "8")
    assert world.of(leg).node == "to-service"
    world.hears_out(leg)
    assert world.last(f.InteractionQueued).queue == SERVICE


def test_a_key_of_a_menu_that_was_left_is_ignored() -> None:
    world, leg = at_menu()
    old = world.last(c.Collect).collect
    world.presses(leg, "9").does(DigitsCollected(leg, old, "2"))
    assert world.of(leg).node == "menu"


def test_the_end_of_a_play_that_was_left_is_ignored() -> None:
    world, leg = at_menu()
    world.does(PlayEnded(leg, world.all(c.Play)[0].play, completed=True))
    assert world.of(leg).node == "menu"


def test_the_right_factor_verifies_and_the_order_is_spoken_by_a_token() -> None:
    world, leg = asked_for_factor()
    world.presses(leg, "1234")
    world.does(world.answer_of(world.last(CheckFactor), "order_last4"))
    assert world.of(leg).presumption is i.Presumption.VERIFIED
    world.does(world.answer_of(world.last(LookUp), "tok"))
    assert world.last(c.Play).items == (Secret("tok"),)


def test_the_digits_of_a_factor_are_asked_for_as_personal() -> None:
    world, _ = asked_for_factor()
    assert world.last(c.Collect).personal


def test_nothing_is_looked_up_for_a_customer_who_is_only_presumed() -> None:
    world = World(replace(house(), flows=(replace(MAIN, start="order"),)))
    leg = world.arrive("4000", level=Level.GOLD)
    assert not world.all(LookUp)
    assert world.of(leg).node == "to-service"


def test_after_three_wrong_factors_the_flow_goes_on_unverified() -> None:
    world, leg = asked_for_factor()
    for _ in range(3):
        world.presses(leg, "0000").does(world.answer_of(world.last(CheckFactor), None))
    assert world.of(leg).node == "to-service"
    assert world.of(leg).presumption is i.Presumption.PRESUMED
    assert len(world.all(f.VerificationFailed)) == 3


def test_an_answer_told_twice_does_not_cost_an_attempt() -> None:
    world, leg = asked_for_factor()
    world.presses(leg, "0000")
    wrong = world.answer_of(world.last(CheckFactor), None)
    world.does(wrong).does(wrong)
    assert world.of(leg).attempt == 2


def test_silence_at_the_factor_asks_again() -> None:
    world, leg = asked_for_factor()
    world.presses(leg, "")
    assert world.last(c.Play).items == words("factor-again")
    assert not world.all(CheckFactor)


def test_an_unknown_customer_is_not_asked_for_a_factor() -> None:
    world, leg = at_menu()
    world.presses(leg, "1")
    assert world.of(leg).node == "to-service"


def test_verification_is_not_asked_twice() -> None:
    world, leg = asked_for_factor()
    world.presses(leg, "1234").does(world.answer_of(world.last(CheckFactor), "pin"))
    world.does(world.answer_of(world.last(LookUp), "tok")).hears_out(leg).presses(leg, "1")
    assert len(world.all(CheckFactor)) == 1
    assert len(world.all(LookUp)) == 2


def test_nothing_found_goes_where_nothing_is_found() -> None:
    world, leg = asked_for_factor()
    world.presses(leg, "1234").does(world.answer_of(world.last(CheckFactor), "pin"))
    world.does(world.answer_of(world.last(LookUp), None))
    assert world.of(leg).node == "to-service"


def test_the_echo_plays_until_the_caller_leaves() -> None:
    world = World()
    leg = world.arrive("4003")
    world.hears_out(leg)
    assert world.last(c.Echo).leg == leg
    world.tick(600).leaves(leg)
    assert not world.state.interactions


def test_words_that_cannot_be_played_are_passed_over() -> None:
    world = World()
    leg = world.arrive("4000")
    world.does(silence(leg, "Play"))
    assert world.of(leg).node == "menu"


def test_keys_that_cannot_be_collected_count_as_silence() -> None:
    world, leg = at_menu()
    world.does(silence(leg, "Collect"))
    assert world.of(leg).attempt == 2


def test_a_leg_that_cannot_be_answered_ends_its_interaction() -> None:
    world = World()
    leg = world.arrive("4000")
    world.does(silence(leg, "AnswerLeg"))
    assert world.last(f.InteractionEnded).ended_by is EndedBy.FAILURE
    assert not world.edge.legs


def test_a_step_that_nobody_answers_for_ends() -> None:
    world = World()
    world.arrive("4000")
    world.tick(121)
    assert world.last(f.InteractionEnded).ended_by is EndedBy.FAILURE


def test_a_flow_that_runs_in_a_circle_ends() -> None:
    circle = (LookUpNode("a", "x", "a", "b"), VerifyNode("b", (), "a", "a"))
    world = World(replace(house(), flows=(replace(MAIN, start="a", nodes=circle),)))
    world.arrive("4000")
    assert world.last(f.InteractionEnded).ended_by is EndedBy.FAILURE


def test_a_node_that_is_published_away_ends_the_flow_at_its_next_step() -> None:
    world = World()
    leg = world.arrive("4000")
    without = tuple(node for node in MAIN.nodes if node.id != "menu")
    world.does(i.PublishPolicy(replace(house(), flows=(replace(MAIN, nodes=without),))))
    world.presses(leg, "2")
    assert not world.state.interactions
