"""Who is called back stands as they did on the line: for the same agents, with the same weight."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.core.callbacks import ON, calling_back
from tests.core.test_callbacks import MINUTE, Desk
from tests.core.world import ANNA, BOB, CHEN
from trunkline.core import callback_facts as cb
from trunkline.core import inputs as i
from trunkline.core.acd import order
from trunkline.core.acd.rules import Affinity, CallOrder, Ordering, Patience, TagWeight
from trunkline.core.acd.standing import Standing
from trunkline.core.codec import decode, encode
from trunkline.core.commands import CheckNumber
from trunkline.core.facts import Fact, OfferMade
from trunkline.core.interaction import Interaction
from trunkline.core.snapshot import dump, load
from trunkline.core.words import AgentId, AgentState, Cause, Level, Token, Wish

FIRE = (("problem", "fire"),)
ORDER = CallOrder(
    Ordering.INDEX,
    contract_weight=2.0,
    repeat_weight=1.5,
    tag_weights=(TagWeight("problem", "fire", 3.0),),
    jump_from=Level.DIAMOND,
)


def asking_for_two_skills(**service: Any) -> Desk:
    """A house whose service queue asks whoever puts out fires, too; Bob alone can."""
    rules = replace(ON, after_abandon=True)
    policy = calling_back(rules, requirement="$problem>=2", **service)
    agents = tuple(
        replace(one, skills=(*one.skills, ("fire", 2))) if one.id == BOB else one
        for one in policy.agents
    )
    return Desk(replace(policy, agents=agents, order=ORDER))


def asks_in_line(desk: Desk) -> None:
    leg = desk.calls(tags=FIRE)
    desk.tick(2).presses(leg, "1").hears_out(leg)


def leaves_one_at_once(desk: Desk) -> None:
    leg = desk.calls(number="5004", tags=FIRE)
    desk.presses(leg, "1").hears_out(leg)


def is_lost_in_line(desk: Desk) -> None:
    desk.leaves(desk.calls(tags=FIRE), Cause.NETWORK_LOST)


def hangs_up_in_line(desk: Desk) -> None:
    desk.leaves(desk.calls(tags=FIRE))


def is_lost_in_the_talk(desk: Desk) -> None:
    desk.ready(BOB)
    leg = desk.calls(tags=FIRE)
    desk.takes(BOB).leaves(leg, Cause.NETWORK_LOST)


def is_not_reached_at_first(desk: Desk) -> None:
    asks_in_line(desk)
    desk.tick(11).ready(BOB).takes(BOB).customer_does_not(Cause.BUSY)
    desk.does(i.SetState(BOB, Wish.NOT_READY)).tick(15 * 60)


def calls_again_in_vain(desk: Desk) -> None:
    asks_in_line(desk)
    desk.leaves(desk.calls())


def is_reached_and_lost(desk: Desk) -> None:
    asks_in_line(desk)
    desk.tick(11).ready(BOB).takes(BOB)
    leg = desk.customer_answers()
    desk.tick(30).leaves(leg, Cause.NETWORK_LOST)


def frees(desk: Desk, name: AgentId) -> None:
    """The agent is done with what they did, and ready."""
    while name in desk.state.agents and desk.shown(name) is AgentState.WRAP_UP:
        desk.tick(1)
    if name not in desk.state.agents or desk.agent(name).offer is None:
        desk.ready(name)


def attempt(desk: Desk) -> Interaction:
    """The callback as it stands in line."""
    name = desk.open_of().interaction
    assert name is not None
    return desk.state.interactions[name]


@pytest.mark.parametrize("restarts", [False, True])
@pytest.mark.parametrize(
    "way",
    [
        asks_in_line,
        leaves_one_at_once,
        is_lost_in_line,
        hangs_up_in_line,
        is_lost_in_the_talk,
        is_not_reached_at_first,
        calls_again_in_vain,
        is_reached_and_lost,
    ],
)
def test_however_a_place_was_kept_only_who_has_the_skill_that_its_tag_asks_for_calls(
    way: Callable[[Desk], None], *, restarts: bool
) -> None:
    desk = asking_for_two_skills()
    way(desk)
    if restarts:
        desk.state = load(json.loads(json.dumps(dump(desk.state))))
    desk.tick(20)
    before = len(desk.all(OfferMade))
    desk.ready(ANNA, CHEN)
    assert desk.offered_to()[before:] == []
    assert desk.open_of().standing.tags == FIRE
    frees(desk, BOB)
    assert desk.state.offers[desk.offer_of(BOB)].interaction == attempt(desk).id


def ranks(desk: Desk, it: Interaction) -> tuple[float, bool, int]:
    assert it.waiting
    rules = desk.state.policy.order
    weight = order.weight(rules, it, it.waiting.priority)
    return weight, order.is_vip(rules, it), order.head(rules, it, it.waiting)


def test_it_weighs_as_much_as_on_the_line() -> None:
    desk = asking_for_two_skills()
    known = Affinity(contract=True, repeats=2)
    leg = desk.calls(level=Level.DIAMOND, tags=FIRE, affinity=known)
    desk.tick(2)
    before = ranks(desk, desk.of(leg))
    desk.presses(leg, "1").hears_out(leg).tick(11)
    assert ranks(desk, attempt(desk)) == before == (4.0 * 2.0 * 1.5 * 3.0, True, order.BOOSTED)


def test_a_known_customer_weighs_as_much_at_another_number_where_nobody_is_presumed() -> None:
    desk = asking_for_two_skills()
    leg = desk.calls(level=Level.DIAMOND, tags=FIRE)
    before = ranks(desk, desk.of(leg))
    desk.tick(2).presses(leg, "2").presses(leg, "digits")
    asked = desk.last(CheckNumber)
    party, who = Token("other"), Token("one")
    desk.does(i.NumberChecked(asked.interaction, asked.node, party, Token("two"), who))
    desk.presses(leg, "1").hears_out(leg).tick(11)
    name = desk.open_of("two").interaction
    assert name is not None
    it = desk.state.interactions[name]
    assert (it.customer, it.presumption) == (None, i.Presumption.NONE)
    assert ranks(desk, it) == before
    assert before[1]


def test_whom_a_supervisor_let_go_first_goes_first_when_called_back() -> None:
    desk = asking_for_two_skills()
    leg = desk.calls()
    desk.tick(2).does(i.BoostInteraction(desk.of(leg).id, "sup"))
    desk.presses(leg, "1").hears_out(leg).tick(11)
    waiting = attempt(desk).waiting
    assert waiting
    assert waiting.boosted
    desk.does(i.RescheduleCallback(desk.open_of().id, desk.now + MINUTE)).tick(60)
    waiting = attempt(desk).waiting
    assert waiting
    assert not waiting.boosted, "another time is another place"


def test_the_patience_for_their_manager_counts_anew() -> None:
    desk = Desk(calling_back(patience=Patience(manager_ms=60_000)))
    desk.talks(CHEN, number="4001")
    leg = desk.calls(affinity=Affinity(manager=CHEN))
    desk.tick(30).leaves(leg, Cause.NETWORK_LOST).tick(10)
    waiting = attempt(desk).waiting
    assert waiting
    assert (waiting.personal, waiting.personal_until) == (CHEN, desk.now + MINUTE)
    desk.ready(ANNA).tick(58)
    assert ANNA not in desk.offered_to()
    desk.tick(1)
    assert desk.offered_to()[-1] == ANNA


def test_who_was_lost_in_a_talk_waits_for_the_same_agent_where_that_is_the_rule() -> None:
    desk = Desk(calling_back(patience=Patience(last_agent_ms=60_000)))
    desk.ready(ANNA, BOB)
    leg = desk.calls()
    desk.takes(ANNA).tick(30).leaves(leg, Cause.NETWORK_LOST)
    desk.tick(11)
    waiting = attempt(desk).waiting
    assert waiting
    assert waiting.personal == ANNA


def test_nobody_waits_for_an_agent_who_declined_them_on_the_line() -> None:
    patience = Patience(last_agent_ms=60_000)
    declining: dict[str, Any] = {"decline_allowed": True, "declines_before_not_ready": 5}
    desk = Desk(calling_back(patience=patience, **declining))
    desk.ready(ANNA)
    leg = desk.calls(affinity=Affinity(last_agent=ANNA))
    desk.declines(ANNA).leaves(leg, Cause.NETWORK_LOST).tick(11)
    waiting = attempt(desk).waiting
    assert waiting
    assert (waiting.passed_by, waiting.personal) == ([ANNA], None)


def test_a_callback_beyond_its_share_lets_who_is_there_go_first_to_their_manager() -> None:
    desk = Desk(calling_back(patience=Patience(manager_ms=300_000)))
    managed: dict[str, Any] = {"affinity": Affinity(manager=CHEN)}
    talk = desk.of(desk.talks(CHEN, number="4001"))
    desk.leaves(desk.calls("any"), Cause.NETWORK_LOST)
    desk.leaves(desk.calls("one", **managed), Cause.NETWORK_LOST)
    desk.tick(11).ready(ANNA).takes(ANNA)
    assert desk.of(desk.rings()).callback == desk.open_of("any").id
    on_the_line = desk.of(desk.calls("two", **managed))
    desk.does(i.HangUpCall(CHEN, talk.id)).does(i.CompleteWrapUp(CHEN, talk.id, "solved"))
    assert desk.state.offers[desk.offer_of(CHEN)].interaction == on_the_line.id
    waiting = attempt(desk).waiting
    assert waiting
    assert (waiting.personal, waiting.offers) == (CHEN, [])


def test_a_callback_of_an_older_journal_is_read_without_it() -> None:
    desk = asking_for_two_skills()
    asks_in_line(desk)
    opened = desk.last(cb.CallbackOpened)
    written = encode(opened)
    assert decode(Fact, json.loads(json.dumps(written))) == opened
    del written["standing"]
    assert decode(Fact, written) == replace(opened, standing=Standing())
