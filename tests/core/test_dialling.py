"""Dialling lists: the agent is there first, an entry is tried once, the line comes first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.core.world import ANNA, BOB, SERVICE, World, house
from trunkline.core import callback_facts as cb
from trunkline.core import inputs as i
from trunkline.core.call import commands as c
from trunkline.core.call import events as e
from trunkline.core.call.dialling import WAITS_MS, Dialling, DialMode
from trunkline.core.config import CallbackRules
from trunkline.core.facts import InteractionAnswered, InteractionEnded, OfferEnded, OfferMade
from trunkline.core.outbound_rules.words import Purpose
from trunkline.core.snapshot import dump, load
from trunkline.core.turn import Refused
from trunkline.core.words import (
    AgentState,
    CallbackId,
    CallbackOrigin,
    CallbackOutcome,
    Cause,
    DeviceKind,
    OfferOutcome,
    Token,
    TryOutcome,
)

PREVIEW = Dialling("list-1", "e-1", DialMode.PREVIEW, Purpose.SERVICE, look_ms=40_000)
PROGRESSIVE = replace(PREVIEW, mode=DialMode.PROGRESSIVE)


class Floor(World):
    """A world in which entries of lists stand in line."""

    def lists(self, name: str = "one", how: Dialling = PROGRESSIVE, **more: Any) -> None:
        given = i.OpenCallback(
            callback=CallbackId(f"cbk-{name}"),
            origin=CallbackOrigin.LISTED,
            queue=SERVICE,
            number="4001",
            party=Token(f"party-{name}"),
            caller=Token(f"caller-{name}"),
            due_at=self.now,
            dialling=how,
            **more,
        )
        self.does(given).tick(0)

    def rung(self) -> list[c.DialCustomer]:
        return self.all(c.DialCustomer)

    def ended(self) -> list[CallbackOutcome]:
        return [fact.outcome for fact in self.all(cb.CallbackEnded)]


@pytest.fixture
def floor() -> Floor:
    return Floor(house())


def test_a_machine_that_is_told_from_a_person_is_a_try_and_the_agent_is_free(floor: Floor) -> None:
    floor.ready(ANNA).lists(how=replace(PROGRESSIVE, tell_machine=True))
    floor.phone_answers(ANNA)
    (dial,) = floor.rung()
    assert dial.tell_machine
    floor.does(e.LegEnded(dial.leg, Cause.MACHINE))
    assert floor.all(cb.CallbackTried)[-1].outcome is TryOutcome.MACHINE
    assert floor.last(InteractionEnded).cause is Cause.MACHINE
    assert floor.shown(ANNA) is AgentState.READY


def test_machines_are_told_only_where_the_list_wants_that(floor: Floor) -> None:
    floor.ready(ANNA).lists()
    floor.phone_answers(ANNA)
    assert not floor.rung()[0].tell_machine


@pytest.mark.parametrize("tells", [True, False])
def test_whoever_asked_to_be_called_may_have_a_machine_too(*, tells: bool) -> None:
    floor = Floor(house(callback=CallbackRules(enabled=True, tell_machine=tells)))
    asked = i.OpenCallback(
        CallbackId("cbk-1"),
        CallbackOrigin.ASKED_FOR,
        SERVICE,
        "4001",
        Token("p"),
        Token("c"),
        floor.now,
    )
    floor.ready(ANNA).does(asked).tick(11).takes(ANNA)
    assert floor.rung()[0].tell_machine is tells


def test_nobody_is_dialled_while_no_agent_is_there(floor: Floor) -> None:
    floor.lists()
    floor.tick(60)
    assert not floor.all(OfferMade)
    assert not floor.rung()


def test_progressive_puts_the_agent_through_at_once_and_dials_when_their_leg_is_up(
    floor: Floor,
) -> None:
    floor.ready(ANNA)
    floor.lists()
    assert not floor.rung(), "the agent's leg is not up yet"
    floor.phone_answers(ANNA)
    assert [dial.ring_ms for dial in floor.rung()] == [30_000]
    floor.edge.answer(floor.rung()[0].leg)
    floor._listen()
    assert floor.shown(ANNA) is AgentState.HANDLING
    floor.leaves(floor.rung()[0].leg)
    assert floor.ended() == [CallbackOutcome.REACHED]


def test_more_entries_than_agents_are_dialled_one_an_agent(floor: Floor) -> None:
    floor.ready(ANNA, BOB)
    for name in ("one", "two", "three"):
        floor.lists(name)
    floor.phone_answers(ANNA).phone_answers(BOB)
    assert len(floor.rung()) == 2


def test_preview_waits_for_the_agent_even_where_the_queue_accepts_by_itself() -> None:
    floor = Floor(house(accept="automatic"))
    floor.ready(ANNA)
    floor.lists(how=PREVIEW)
    offer = floor.last(OfferMade)
    assert offer.accept_at is None
    assert offer.expires_at == floor.now + 40_000
    floor.takes(ANNA)
    assert len(floor.rung()) == 1


def test_a_skip_ends_the_entry_and_costs_the_agent_nothing(floor: Floor) -> None:
    floor.ready(ANNA)
    floor.lists(how=PREVIEW)
    floor.declines(ANNA, "wrong_person")
    ended = floor.last(OfferEnded)
    assert (ended.outcome, ended.reason) == (OfferOutcome.SKIPPED, "wrong_person")
    assert floor.ended() == [CallbackOutcome.SKIPPED]
    assert floor.shown(ANNA) is AgentState.READY
    assert floor.agent(ANNA).declines == 0
    floor.lists("two", PREVIEW)
    assert floor.offered_to() == [ANNA, ANNA]


def test_a_progressive_entry_cannot_be_skipped(floor: Floor) -> None:
    floor.ready(ANNA, device=DeviceKind.SIP)
    floor.lists()
    with pytest.raises(Refused, match="decline_not_allowed"):
        floor.declines(ANNA)


@pytest.mark.parametrize(
    ("cause", "outcome"),
    [
        (Cause.BUSY, TryOutcome.BUSY),
        (Cause.NO_ANSWER, TryOutcome.NO_ANSWER),
        (Cause.NOT_ALLOWED, TryOutcome.REFUSED),
        (Cause.FAILED, TryOutcome.FAILED),
    ],
)
def test_who_is_not_reached_is_tried_once_and_told_apart(
    floor: Floor, cause: Cause, outcome: TryOutcome
) -> None:
    floor.ready(ANNA)
    floor.lists()
    floor.phone_answers(ANNA).leaves(floor.rung()[0].leg, cause)
    assert [fact.outcome for fact in floor.all(cb.CallbackTried)] == [outcome]
    assert floor.ended() == [CallbackOutcome.TRIED]
    assert not floor.state.callbacks
    assert floor.shown(ANNA) is AgentState.READY


def test_whoever_is_on_the_line_comes_before_a_list(floor: Floor) -> None:
    floor.lists()
    floor.tick(600 - WAITS_MS / 1000)
    leg = floor.arrive(caller=Token("live"))
    floor.ready(ANNA)
    floor.takes(ANNA)
    assert floor.last(InteractionAnswered).interaction == floor.of(leg).id
    assert not floor.rung()


def test_an_offer_that_rang_out_does_not_bring_an_entry_to_the_head(floor: Floor) -> None:
    floor.ready(ANNA)
    floor.lists(how=PREVIEW)
    floor.tick(41)
    assert floor.shown(ANNA) is AgentState.NOT_READY
    it = next(iter(floor.state.interactions.values()))
    assert it.waiting is not None
    assert not it.waiting.returned


def test_what_nobody_took_goes_back_to_its_list(floor: Floor) -> None:
    floor.lists()
    floor.tick(WAITS_MS / 1000 + 1)
    assert floor.ended() == [CallbackOutcome.CANCELLED]
    assert floor.last(InteractionEnded)
    assert not floor.state.interactions


def test_a_list_that_is_paused_takes_back_what_is_not_being_dialled(floor: Floor) -> None:
    floor.ready(ANNA)
    floor.lists(how=PREVIEW)
    floor.does(i.CancelCallback(CallbackId("cbk-one")))
    assert floor.shown(ANNA) is AgentState.READY
    floor.lists("two")
    floor.phone_answers(ANNA)
    with pytest.raises(Refused, match="callback_busy"):
        floor.does(i.CancelCallback(CallbackId("cbk-two")))


def test_a_number_that_is_called_already_is_not_called_twice(floor: Floor) -> None:
    floor.lists()
    with pytest.raises(Refused, match="callback_open"):
        floor.lists()


def test_entries_live_through_a_snapshot(floor: Floor) -> None:
    floor.lists(how=PREVIEW)
    floor.state = load(dump(floor.state))
    floor.ready(ANNA)
    assert floor.state.callbacks[CallbackId("cbk-one")].dialling == PREVIEW
    assert floor.last(OfferMade).expires_at == floor.now - 1_000 + 40_000
