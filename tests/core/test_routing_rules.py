"""Stories of routing: who may, who first, which agent, and where to when nobody fits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.core.world import (
    ANNA,
    BOB,
    CHEN,
    CLOSED_AT,
    DIRECT,
    NOON,
    SALES,
    SERVICE,
    SHUT,
    World,
    house,
    words,
)
from trunkline.core import facts as f
from trunkline.core import inputs as i
from trunkline.core.acd.rules import (
    Affinity,
    CallOrder,
    Membership,
    Ordering,
    OverflowRule,
    OverflowWhen,
    Patience,
    RelaxStep,
    Sharing,
    Strategy,
    TagExpert,
    TagWeight,
)
from trunkline.core.call import commands as c
from trunkline.core.config import Policy
from trunkline.core.turn import Refused
from trunkline.core.words import (
    AgentId,
    AgentState,
    DeviceKind,
    InteractionId,
    LegId,
    Level,
    QueueId,
    Wish,
)

WAIT = OverflowWhen.WAIT


def people(policy: Policy, **abilities: dict[str, Any]) -> Policy:
    """The policy with more said about some agents, by name."""
    agents = tuple(replace(one, **abilities.get(one.id, {})) for one in policy.agents)
    return replace(policy, agents=agents)


def asking(requirement: str, *steps: RelaxStep, **abilities: dict[str, Any]) -> World:
    """A world whose service queue requires something of the agents."""
    return World(people(house(requirement=requirement, relaxing=steps), **abilities))


def ordered(kind: Ordering, *, handling: tuple[int, int] = (0, 0), **rules: Any) -> World:
    """A world in which Bob serves both queues, by such an order."""
    service, sales = house().queues
    queues = (
        replace(service, agents=(BOB,), handling_ms=handling[0]),
        replace(sales, handling_ms=handling[1]),
    )
    return World(replace(house(), queues=queues, order=CallOrder(kind, **rules)))


def by(strategy: Strategy, **rules: Any) -> World:
    return World(house(strategy=strategy, announce_every_ms=0, **rules))


def to_sales(world: World, **more: Any) -> LegId:
    leg = world.arrive("4000", **more)
    world.hears_out(leg).presses(leg, "2")
    return leg


def first_for(world: World, agent: AgentId) -> LegId:
    """Whom the agent gets when they are ready."""
    world.ready(agent)
    return world.state.interactions[world.last(f.OfferMade).interaction].leg


def handles(world: World, agent: AgentId, seconds: float = 1) -> None:
    """The agent takes what is offered, talks so long and is done with it."""
    world.takes(agent).tick(seconds)
    segment = world.agent(agent).segment
    assert segment is not None
    world.does(i.HangUpCall(agent, segment)).does(i.CompleteWrapUp(agent, segment, "solved"))


# -- who may ----------------------------------------------------------------------------------


def test_only_who_meets_the_requirement_is_asked() -> None:
    world = asking("claims>=3 and lang=en", chen={"skills": (("claims", 3),), "languages": ("en",)})
    world.ready(ANNA, BOB, CHEN).arrive()
    assert world.offered_to() == [CHEN]
    assert world.last(f.OfferMade).explanation.requirement == "claims>=3 and lang=en"


def test_a_requirement_relaxes_step_by_step_with_the_wait() -> None:
    steps = (RelaxStep(20_000, "claims>=2"), RelaxStep(40_000))
    world = asking("claims>=5", *steps, anna={"skills": (("claims", 2),)})
    world.ready(BOB, ANNA).arrive()
    world.tick(19.9)
    assert world.offered_to() == []
    world.tick(0.1)
    assert world.offered_to() == [ANNA]
    assert world.last(f.OfferMade).explanation.stage == 1
    world.tick(20)
    assert world.offered_to() == [ANNA, BOB]


def test_a_late_tick_lets_a_requirement_relax_before_anybody_is_served() -> None:
    service, sales = house(requirement="claims>=3", relaxing=(RelaxStep(35_000),)).queues
    alone: dict[str, Any] = {
        "agents": (ANNA,),
        "skills_required": (),
        "disposition_required": False,
    }
    queues = (replace(service, **alone), replace(sales, **alone))
    world = World(replace(house(), queues=queues, order=CallOrder(Ordering.FIFO))).ready(ANNA)
    before = to_sales(world)
    world.takes(ANNA).leaves(before).tick(1)
    early = world.arrive()
    to_sales(world.tick(1))
    world.now += 60_000  # the wrap-up ended first, then the requirement relaxed: both long ago
    world.does(i.Tick())
    assert world.state.interactions[world.last(f.OfferMade).interaction].leg == early


def test_what_the_caller_needs_is_set_beside_what_the_agent_has() -> None:
    english = {"languages": ("en",)}
    world = asking("lang=$language", chen=english, anna={"languages": ("zh",)})
    world.ready(ANNA, CHEN)
    world.arrive(level=Level.REGULAR, language="en")
    assert world.offered_to() == [CHEN]


def test_the_tags_of_the_number_ask_for_agents_of_their_kind() -> None:
    policy = people(house(requirement="$problem>=2"), bob={"skills": (("fire", 2),)})
    numbers = tuple(replace(one, tags=(("problem", "fire"),)) for one in policy.numbers)
    world = World(replace(policy, numbers=numbers)).ready(ANNA, BOB)
    world.arrive()
    assert world.offered_to() == [BOB]


def test_a_requirement_that_cannot_be_read_is_not_published() -> None:
    world = World()
    with pytest.raises(Refused, match="requirement_invalid"):
        world.put(i.PublishPolicy(house(requirement="claims >= many")))
    world.arrive()


def test_a_secondary_agent_is_asked_when_no_primary_one_is_free() -> None:
    world = World(house(memberships=(Membership(ANNA, penalty=1),))).ready(ANNA, BOB)
    world.arrive()
    world.arrive()
    assert world.offered_to() == [BOB, ANNA]


def test_a_further_tier_opens_with_the_wait() -> None:
    world = World(house(memberships=(Membership(ANNA, penalty=2),), tier_ms=10_000)).ready(ANNA)
    world.arrive()
    world.tick(19.9)
    assert world.offered_to() == []
    world.tick(0.1)
    assert world.offered_to() == [ANNA]


def test_who_declined_one_is_asked_again_while_a_newer_one_is_too_new_for_them() -> None:
    members = (Membership(ANNA), Membership(CHEN, penalty=1))
    declining = {"decline_allowed": True, "declines_before_not_ready": 1, "decline_rest_ms": 10_000}
    rules: dict[str, Any] = {"memberships": members, "tier_ms": 3_000} | declining
    world = World(house(**rules)).ready(ANNA, CHEN)
    old = world.arrive()
    world.declines(ANNA).tick(3.1).declines(CHEN).does(i.SetState(CHEN, Wish.READY)).tick(8)
    world.arrive()
    world.does(i.SetState(ANNA, Wish.READY)).declines(ANNA).tick(2.1)
    offered = world.last(f.OfferMade)
    assert (offered.agent, offered.interaction) == (CHEN, world.of(old).id)


def test_a_helper_is_lent_at_once_when_enough_colleagues_are_idle_at_home() -> None:
    world = World(_sharing(keep_idle=1)).ready(BOB)
    world.arrive()
    assert world.offered_to() == [], "he alone is kept at home"
    world.ready(AgentId("dora"))
    assert world.offered_to() == [BOB], "now one of two may help"
    assert world.last(f.OfferMade).explanation.candidates[0].why == "colleagues_idle"


def test_a_helper_is_lent_when_the_caller_has_waited() -> None:
    world = World(_sharing(keep_idle=5)).ready(BOB)
    world.arrive()
    world.tick(3.9)
    assert world.offered_to() == []
    world.tick(0.1)
    assert world.last(f.OfferMade).explanation.candidates[0].why == "waited"


def test_a_helper_is_lent_to_a_vip_at_once() -> None:
    world = World(_sharing(keep_idle=5)).ready(BOB)
    world.arrive(level=Level.DIAMOND)
    assert world.last(f.OfferMade).explanation.candidates[0].why == "vip"


def _sharing(keep_idle: int) -> Policy:
    """Bob and Dora are at home in sales; Bob may help in service."""
    policy = house(agents=(ANNA, BOB, CHEN, AgentId("dora")))
    service = replace(
        policy.queues[0],
        agents=(ANNA,),
        strategy=Strategy.INDEX,
        memberships=(Membership(BOB, penalty=1),),
    )
    sales = replace(policy.queues[1], agents=(BOB, AgentId("dora")), skills_required=())
    return replace(policy, queues=(service, sales), sharing=Sharing(keep_idle=keep_idle))


# -- who first --------------------------------------------------------------------------------


def test_by_fifo_a_level_changes_nothing() -> None:
    world = ordered(Ordering.FIFO)
    early = world.arrive()
    world.tick(1).arrive(level=Level.DIAMOND)
    assert first_for(world, BOB) == early


def test_by_score_a_second_of_waiting_is_worth_a_point_of_priority() -> None:
    world = ordered(Ordering.SCORE)
    early = world.arrive()
    world.tick(39)
    gold = world.arrive(level=Level.DIAMOND)
    world.tick(1)
    assert first_for(world, BOB) == gold
    world = ordered(Ordering.SCORE)
    early = world.arrive()
    world.tick(41).arrive(level=Level.DIAMOND)
    assert first_for(world, BOB) == early


def test_by_index_weight_and_wait_are_multiplied() -> None:
    def after(seconds: float) -> bool:
        world = ordered(Ordering.INDEX, age_ms=60_000, level_weights=((Level.DIAMOND, 4.0),))
        early = world.arrive()
        world.tick(seconds).arrive(level=Level.DIAMOND)
        return first_for(world, BOB) == early

    assert not after(170), "1 + 170/60 is less than 4"
    assert after(190), "1 + 190/60 is more than 4"


def test_by_index_a_short_matter_goes_before_a_long_one() -> None:
    world = ordered(Ordering.INDEX, handling=(300_000, 100_000))
    world.arrive()
    world.tick(1)
    short = to_sales(world)
    assert first_for(world, BOB) == short


def test_by_index_an_agent_prefers_the_calls_of_their_own_queue() -> None:
    def after(seconds: float) -> bool:
        policy = house()
        service = replace(policy.queues[0], memberships=(Membership(BOB, penalty=1),))
        queues = (service, policy.queues[1])
        order = CallOrder(Ordering.INDEX, age_ms=60_000, off_primary=0.5)
        world = World(replace(policy, queues=queues, order=order))
        foreign = world.arrive()
        world.tick(seconds)
        to_sales(world)
        return first_for(world, BOB) == foreign

    assert not after(30)
    assert after(90), "half of 1 + 90/60 is more than 1"


def test_by_gc_mu_nobody_who_just_came_goes_first() -> None:
    world = ordered(Ordering.GC_MU, level_weights=((Level.DIAMOND, 6.0),))
    early = world.arrive()
    world.tick(9)
    diamond = world.arrive(level=Level.DIAMOND)
    assert first_for(world, BOB) == early
    world = ordered(Ordering.GC_MU, level_weights=((Level.DIAMOND, 6.0),))
    world.arrive()
    world.tick(1)
    diamond = world.arrive(level=Level.DIAMOND)
    world.tick(2)
    assert first_for(world, BOB) == diamond


@pytest.mark.parametrize(
    "heavy",
    [
        {"affinity": Affinity(contract=True)},
        {"affinity": Affinity(repeats=1)},
        {"tags": (("problem", "fire"),)},
    ],
)
def test_contract_repetition_and_problem_weigh(heavy: dict[str, Any]) -> None:
    world = ordered(
        Ordering.INDEX,
        contract_weight=2.0,
        repeat_weight=2.0,
        tag_weights=(TagWeight("problem", "fire", 2.0),),
    )
    world.arrive()
    late = world.tick(10).arrive(**heavy)
    assert first_for(world, BOB) == late


def test_from_seven_tenths_of_the_cap_on_who_came_first_is_served_first() -> None:
    world = ordered(Ordering.PRIORITY, starving_ms=60_000)
    early = world.arrive()
    diamond = world.tick(40).arrive(level=Level.DIAMOND)
    assert first_for(world.tick(1), BOB) == diamond
    world = ordered(Ordering.PRIORITY, starving_ms=60_000)
    early = world.arrive()
    world.tick(40).arrive(level=Level.DIAMOND)
    assert first_for(world.tick(2), BOB) == early


def test_who_can_still_be_answered_in_time_goes_before_who_cannot() -> None:
    world = ordered(Ordering.INDEX, late_weight=0.5)
    world.arrive()
    in_time = world.tick(10).arrive()
    assert first_for(world.tick(7.5), BOB) == in_time
    explanation = world.last(f.OfferMade).explanation
    assert explanation.head == "plain"
    assert [(one.head, one.waited_ms) for one in explanation.rivals] == [("late", 17_500)]


def test_who_cannot_be_answered_in_time_is_not_put_off_where_that_does_not_count() -> None:
    world = ordered(Ordering.INDEX)
    early = world.arrive()
    world.tick(10).arrive()
    assert first_for(world.tick(7.5), BOB) == early


def test_as_long_as_all_can_be_answered_in_time_who_came_first_goes_first() -> None:
    world = ordered(Ordering.INDEX, late_weight=0.5)
    early = world.arrive()
    world.tick(10).arrive()
    assert first_for(world.tick(6.9), BOB) == early


def test_of_those_who_are_late_who_came_first_goes_first() -> None:
    world = ordered(Ordering.INDEX, late_weight=0.5)
    early = world.arrive()
    world.tick(10).arrive()
    assert first_for(world.tick(30), BOB) == early
    assert world.last(f.OfferMade).explanation.head == "late"


def test_who_is_late_is_put_off_no_longer_once_they_starve() -> None:
    world = ordered(Ordering.INDEX, late_weight=0.01, starving_ms=60_000)
    early = world.arrive()
    world.tick(40).arrive()
    assert first_for(world.tick(2), BOB) == early
    assert world.last(f.OfferMade).explanation.head == "starving"


def test_who_is_late_and_weighs_much_more_still_goes_first() -> None:
    world = ordered(Ordering.INDEX, late_weight=0.5)
    vip = world.arrive(level=Level.DIAMOND)
    world.tick(19).arrive()
    assert first_for(world, BOB) == vip


def test_an_agent_who_declined_one_in_time_gets_the_late_one() -> None:
    rules = CallOrder(Ordering.INDEX, late_weight=0.5)
    house_ = house(decline_allowed=True, declines_before_not_ready=9, decline_rest_ms=60_000)
    world = World(replace(house_, order=rules))
    late = world.arrive()
    in_time = world.tick(10).arrive()
    assert first_for(world.tick(8), BOB) == in_time
    world.declines(BOB)
    offered = world.state.interactions[world.last(f.OfferMade).interaction]
    assert offered.leg == late


def test_a_level_may_jump_the_queue() -> None:
    world = ordered(Ordering.INDEX, jump_from=Level.DIAMOND)
    world.arrive()
    diamond = world.tick(600).arrive(level=Level.DIAMOND)
    assert first_for(world, BOB) == diamond


def test_a_supervisor_lets_somebody_go_first() -> None:
    world = World()
    world.arrive(level=Level.DIAMOND)
    plain = world.arrive()
    world.does(i.BoostInteraction(world.of(plain).id, "sue"))
    world.does(i.BoostInteraction(world.of(plain).id, "sue"))
    assert world.state.position(world.of(plain)) == 1
    assert first_for(world, ANNA) == plain
    assert len(world.all(f.InteractionBoosted)) == 1


def test_of_two_who_are_let_go_at_once_each_takes_who_is_first_for_them() -> None:
    rules = {"strategy": Strategy.RING_ALL, "ring_at_once": 3}
    policy = house(memberships=(Membership(ANNA, penalty=1),), announce_every_ms=0, **rules)
    world = World(replace(policy, order=CallOrder(Ordering.FIFO, starving_ms=8_000)))
    world.ready(ANNA, CHEN).arrive()
    world.ready(BOB)
    sales = to_sales(world)
    service = world.arrive()
    world.tick(10).takes(CHEN)
    told = {one.agent: one.interaction for one in world.all(f.OfferMade)}
    assert (told[BOB], told[ANNA]) == (world.of(sales).id, world.of(service).id)


def test_a_moved_interaction_waits_in_the_other_queue_with_its_old_clock() -> None:
    world = World(house())
    leg = world.arrive()
    world.tick(30)
    world.does(i.MoveInteraction(world.of(leg).id, SALES, "sue"))
    world.does(i.MoveInteraction(world.of(leg).id, SALES, "sue"))
    (moved,) = world.all(f.InteractionMoved)
    assert (moved.queue, moved.to_queue, moved.waited_ms, moved.by) == (
        SERVICE,
        SALES,
        30_000,
        "sue",
    )
    waiting = world.of(leg).waiting
    assert waiting is not None
    assert (waiting.queue, world.now - waiting.entered_at) == (SALES, 30_000)
    assert world.ready(ANNA, BOB).offered_to() == [BOB]


def test_moving_lets_go_of_whom_it_rings_for_and_asks_the_other_queue() -> None:
    world = World(house()).ready(ANNA)
    leg = world.arrive()
    next_in_line = world.arrive()
    world.does(i.MoveInteraction(world.of(leg).id, SALES, "sue"))
    assert world.last(f.OfferMade).interaction == world.of(next_in_line).id


def test_what_is_being_taken_or_does_not_wait_is_not_moved() -> None:
    world = World(house()).ready(ANNA)
    leg = world.arrive()
    name = world.of(leg).id
    world.does(i.AcceptOffer(ANNA, world.last(f.OfferMade).offer))
    for interaction, queue, code in (
        (name, SALES, "being_taken"),
        (name, QueueId("none"), "queue_unknown"),
        (InteractionId("none"), SALES, "not_waiting"),
    ):
        with pytest.raises(Refused, match=code):
            world.put(i.MoveInteraction(interaction, queue, "sue"))


def test_who_does_not_wait_is_not_boosted() -> None:
    world = World()
    world.talks(ANNA)
    for name in (*world.state.interactions, InteractionId("none")):
        with pytest.raises(Refused, match="not_waiting"):
            world.put(i.BoostInteraction(name, "sue"))


def test_what_is_promised_goes_first_when_it_comes_due() -> None:
    world = World(replace(house(), order=CallOrder(due_lead_ms=60_000)))
    due = world.arrive(affinity=Affinity(due_at=NOON + 100_000))
    world.arrive(level=Level.DIAMOND)
    assert world.state.position(world.of(due)) == 2
    world.tick(40)
    assert world.last(f.InteractionBoosted).by == "due"
    assert first_for(world, ANNA) == due


def test_an_offer_says_who_else_waited_for_the_agent() -> None:
    world = ordered(Ordering.INDEX, age_ms=60_000, off_primary=0.5)
    world.arrive()
    late = to_sales(world.tick(30))
    world.ready(BOB)
    why = world.last(f.OfferMade).explanation
    assert why.order == "index"
    assert [one.interaction for one in why.rivals] == [world.of(late).id]
    assert why.rivals[0].score == 1_125, "five points of priority beside forty, just come"


# -- which agent ------------------------------------------------------------------------------


def test_fewest_contacts_asks_who_answered_the_fewest() -> None:
    world = by(Strategy.FEWEST_CONTACTS).ready(ANNA)
    world.arrive()
    handles(world, ANNA)
    world.ready(BOB).tick(60)
    world.arrive()
    assert world.offered_to()[-1] == BOB


def test_contacts_are_counted_anew_after_signing_in() -> None:
    world = by(Strategy.FEWEST_CONTACTS).ready(ANNA)
    world.arrive()
    handles(world, ANNA)
    world.does(i.SetState(ANNA, Wish.OFFLINE)).does(i.SetState(ANNA, Wish.READY))
    assert world.agent(ANNA).contacts == 0


def test_least_occupied_asks_who_spent_the_smallest_share_on_calls() -> None:
    world = by(Strategy.LEAST_OCCUPIED).ready(ANNA)
    world.arrive()
    handles(world, ANNA, 50)
    world.ready(BOB)
    world.arrive()
    assert world.offered_to()[-1] == BOB
    handles(world, BOB, 10)
    world.arrive()
    assert world.offered_to()[-1] == ANNA if _share(world, ANNA) < _share(world, BOB) else BOB


def _share(world: World, name: AgentId) -> float:
    agent = world.agent(name)
    return agent.busy_ms / (world.now - agent.on_since - agent.away_ms)


def test_time_away_is_no_time_on_duty() -> None:
    world = by(Strategy.LEAST_OCCUPIED).ready(ANNA)
    world.does(i.SetState(ANNA, Wish.NOT_READY, "lunch")).tick(600)
    world.does(i.SetState(ANNA, Wish.READY))
    assert world.agent(ANNA).away_ms == 600_000


PLACES = (Membership(CHEN, position=0), Membership(ANNA, position=1), Membership(BOB, position=2))


@pytest.mark.parametrize("strategy", [Strategy.LINEAR, Strategy.TOP_DOWN])
def test_linear_asks_from_the_top_each_time(strategy: Strategy) -> None:
    world = by(strategy, memberships=PLACES).ready(ANNA, BOB, CHEN)
    for _ in range(3):
        world.arrive()
        handles(world, CHEN)
    assert world.offered_to() == [CHEN] * 3


def test_round_robin_goes_on_after_the_last_one() -> None:
    world = by(Strategy.ROUND_ROBIN, memberships=PLACES).ready(ANNA, BOB, CHEN)
    for expected in (CHEN, ANNA, BOB, CHEN):
        world.arrive()
        handles(world, expected)
    assert world.offered_to() == [CHEN, ANNA, BOB, CHEN]


def test_random_draws_from_the_seed_of_the_input() -> None:
    def asked(seed: int) -> AgentId:
        world = by(Strategy.RANDOM).ready(ANNA, BOB, CHEN)
        world.seed = seed
        world.arrive()
        return world.offered_to()[0]

    drawn = [asked(seed) for seed in range(60)]
    assert drawn == [asked(seed) for seed in range(60)]
    assert all(10 <= drawn.count(name) <= 30 for name in (ANNA, BOB, CHEN))


def test_weighted_draws_by_weight() -> None:
    def asked(seed: int) -> AgentId:
        weights = (
            Membership(ANNA, weight=8),
            Membership(BOB, weight=1),
            Membership(CHEN, weight=1),
        )
        world = by(Strategy.WEIGHTED, memberships=weights).ready(ANNA, BOB, CHEN)
        world.seed = seed
        world.arrive()
        return world.offered_to()[0]

    drawn = [asked(seed) for seed in range(60)]
    assert 40 <= drawn.count(ANNA) <= 56


def test_most_skilled_asks_for_the_highest_levels() -> None:
    skilled = {"chen": {"skills": (("claims", 5),)}, "anna": {"skills": (("claims", 4),)}}
    policy = house(strategy=Strategy.MOST_SKILLED, requirement="claims>=2")
    world = World(people(policy, **skilled)).ready(ANNA, CHEN)
    world.arrive()
    assert world.offered_to() == [CHEN]


def test_least_flexible_spares_who_could_do_more() -> None:
    world = by(Strategy.LEAST_FLEXIBLE).ready(BOB, CHEN)
    world.arrive()
    assert world.offered_to() == [CHEN], "Bob also serves sales"


def test_index_takes_helpers_from_where_most_are_idle_and_spares_who_just_ended() -> None:
    dora = AgentId("dora")
    policy = house(agents=(ANNA, BOB, CHEN, dora))
    helpers = (Membership(BOB, penalty=1), Membership(CHEN, penalty=1))
    service = replace(policy.queues[0], agents=(), memberships=helpers, strategy=Strategy.INDEX)
    sales = replace(policy.queues[1], agents=(BOB, ANNA), skills_required=())
    other = replace(sales, id="other", agents=(CHEN, dora))
    world = World(replace(policy, queues=(service, sales, other), sharing=Sharing(keep_idle=0)))
    world.ready(BOB, CHEN, dora)
    world.arrive()
    assert world.offered_to() == [CHEN], "two are idle at his home, one at Bob's"
    world = World(world.policy).ready(BOB).tick(240).ready(CHEN, dora)
    world.arrive()
    assert world.offered_to() == [BOB], "four minutes idle count more than one colleague"


# -- ringing several --------------------------------------------------------------------------


def test_index_spares_who_is_missed_elsewhere_even_a_primary_agent() -> None:
    """Bob serves sales too, where nobody else is idle; Anna only helps out and costs less."""
    service, sales = house(strategy=Strategy.INDEX).queues
    helped = replace(service, agents=(), memberships=(Membership(BOB), Membership(ANNA, 1)))
    alone = replace(sales, agents=(BOB,))
    sharing = Sharing(keep_idle=0, reserve=25.0, helping=2.0)
    spared = replace(house(), queues=(helped, alone), sharing=sharing)
    world = World(spared).ready(ANNA, BOB)
    world.arrive()
    assert world.offered_to() == [ANNA]
    plain = World(replace(spared, sharing=Sharing(keep_idle=0))).ready(ANNA, BOB)
    plain.arrive()
    assert plain.offered_to() == [BOB]


def test_index_lends_a_primary_agent_whom_many_could_replace() -> None:
    """Sales has others idle, so helping out costs more than Bob would be missed there."""
    service, sales = house(strategy=Strategy.INDEX).queues
    helped = replace(service, agents=(), memberships=(Membership(BOB), Membership(ANNA, 1)))
    shared = replace(sales, agents=(BOB, CHEN), skills_required=())
    sharing = Sharing(keep_idle=0, reserve=4.0, helping=2.0)
    world = World(replace(house(), queues=(helped, shared), sharing=sharing))
    world.ready(ANNA, BOB, CHEN)
    world.arrive()
    assert world.offered_to() == [BOB]


def ringing(count: int = 2, device: DeviceKind = DeviceKind.BROWSER) -> World:
    world = by(Strategy.RING_ALL, ring_at_once=count).ready(ANNA, BOB, CHEN, device=device)
    world.arrive()
    return world


def test_several_ring_at_once_as_many_as_the_queue_says() -> None:
    assert ringing(2).offered_to() == [ANNA, BOB]


def test_the_first_to_accept_wins_and_the_others_are_free_again() -> None:
    world = ringing(3)
    late = world.offer_of(BOB)
    world.accepts(ANNA)
    with pytest.raises(Refused, match="offer_gone"):
        world.put(i.AcceptOffer(BOB, late))
    world.phone_answers(ANNA)
    assert world.shown(ANNA) is AgentState.HANDLING
    assert world.shown(BOB) is world.shown(CHEN) is AgentState.READY
    assert len(world.all(f.InteractionAnswered)) == 1


def test_of_several_phones_the_first_to_answer_wins_and_the_others_stop() -> None:
    world = ringing(3, DeviceKind.SIP)
    world.phone_answers(BOB)
    assert world.shown(BOB) is AgentState.HANDLING
    assert world.shown(ANNA) is world.shown(CHEN) is AgentState.READY
    assert len(world.edge.legs) == 2


def test_while_it_rings_elsewhere_a_decline_costs_no_place() -> None:
    world = by(Strategy.RING_ALL, ring_at_once=2, decline_allowed=True).ready(ANNA, BOB, CHEN)
    world.arrive()
    world.declines(ANNA)
    assert len(world.all(f.InteractionQueued)) == 1
    assert world.offered_to() == [ANNA, BOB, CHEN]


def test_when_nobody_of_several_answers_it_returns_to_the_head_once() -> None:
    world = by(Strategy.RING_ALL, ring_at_once=2).ready(ANNA, BOB)
    world.arrive()
    world.tick(15).ready(CHEN)
    assert [one.returned for one in world.all(f.InteractionQueued)] == [False, True]
    assert world.offered_to() == [ANNA, BOB, CHEN]


def test_who_loses_a_round_is_served_by_another_call() -> None:
    world = ringing(3)
    second = world.arrive()
    world.accepts(ANNA)
    assert world.offered_to()[-2:] == [BOB, CHEN]
    assert world.of(second).id == world.last(f.OfferMade).interaction


def test_a_queue_that_rings_fewer_from_now_on_takes_back_the_latest_offers() -> None:
    world = ringing(3)
    quiet = replace(world.policy.queues[0], ring_at_once=1)
    world.put(i.PublishPolicy(replace(world.policy, version=2, queues=(quiet,))))
    assert world.shown(ANNA) is AgentState.OFFERED
    assert world.shown(BOB) is world.shown(CHEN) is AgentState.READY


# -- the agent one knows ----------------------------------------------------------------------


def knowing(**patience: int) -> World:
    return World(house(patience=Patience(**patience)))


def test_who_called_before_waits_for_the_last_agent_for_a_while() -> None:
    world = knowing(last_agent_ms=20_000)
    world.talks(ANNA)
    world.ready(BOB).arrive(affinity=Affinity(last_agent=ANNA))
    assert world.offered_to() == [ANNA], "the first call"
    world.tick(19.9)
    assert BOB not in world.offered_to()
    world.tick(0.1)
    assert world.offered_to()[-1] == BOB


def test_the_last_agent_takes_who_waits_for_them_before_others() -> None:
    world = knowing(last_agent_ms=60_000)
    segment = world.of(world.talks(ANNA)).id
    world.arrive(level=Level.DIAMOND)
    known = world.arrive(affinity=Affinity(last_agent=ANNA))
    world.does(i.HangUpCall(ANNA, segment)).does(i.CompleteWrapUp(ANNA, segment, "solved"))
    assert world.last(f.OfferMade).interaction == world.of(known).id
    assert world.last(f.OfferMade).explanation.rule == "personal"


def test_nobody_waits_for_an_agent_who_is_not_on_duty() -> None:
    world = knowing(last_agent_ms=60_000).ready(BOB)
    world.arrive(affinity=Affinity(last_agent=ANNA))
    assert world.offered_to() == [BOB]


def test_who_waits_for_an_agent_who_leaves_waits_for_anybody() -> None:
    world = knowing(last_agent_ms=60_000)
    world.talks(ANNA)
    world.ready(BOB).arrive(affinity=Affinity(last_agent=ANNA))
    segment = world.agent(ANNA).segment
    assert segment is not None
    world.does(i.SetState(ANNA, Wish.NOT_READY, "lunch")).does(i.HangUpCall(ANNA, segment))
    world.does(i.CompleteWrapUp(ANNA, segment, "solved"))
    assert world.offered_to() == [ANNA, BOB]


def test_the_account_manager_comes_before_the_expert_and_the_last_agent() -> None:
    world = knowing(manager_ms=9_000, expert_ms=9_000, last_agent_ms=9_000).ready(ANNA, BOB, CHEN)
    world.arrive(affinity=Affinity(last_agent=ANNA, expert=BOB, manager=CHEN))
    world.arrive(affinity=Affinity(last_agent=ANNA, expert=BOB))
    assert world.offered_to() == [CHEN, BOB]


def test_the_expert_of_what_a_call_is_about_is_asked_first_while_on_duty() -> None:
    experts = (TagExpert("product", "router", CHEN), TagExpert("problem", "outage", BOB))
    policy = replace(house(patience=Patience(expert_ms=9_000)), experts=experts)
    world = World(policy).ready(ANNA, BOB)
    world.arrive(tags=(("product", "router"), ("problem", "outage")))
    world.arrive(tags=(("product", "phone"),))
    world.ready(CHEN).arrive(tags=(("product", "router"),))
    assert world.offered_to() == [BOB, ANNA, CHEN]


def test_a_personal_offer_that_fails_goes_to_the_queue() -> None:
    world = knowing(manager_ms=60_000).ready(ANNA, BOB)
    world.arrive(affinity=Affinity(manager=BOB))
    world.tick(15)
    assert world.offered_to() == [BOB, ANNA]


def test_three_times_about_the_same_leads_to_its_queue() -> None:
    world = World(house(by_history=True)).ready(BOB)
    world.arrive(affinity=Affinity(recent_queues=(SALES, SALES, SALES)))
    world.arrive(affinity=Affinity(recent_queues=(SALES, SERVICE, SALES)))
    assert [one.queue for one in world.all(f.InteractionQueued)] == [SALES, SERVICE]


# -- when it does not fit ---------------------------------------------------------------------


def overflowing(*rules: OverflowRule, **more: Any) -> World:
    return World(house(overflow=rules, **more))


def queues_of(world: World) -> list[str]:
    return [one.queue for one in world.all(f.InteractionQueued)]


def test_who_waits_too_long_goes_to_another_queue_and_keeps_the_clock() -> None:
    world = overflowing(OverflowRule(WAIT, 30_000, SALES))
    world.arrive()
    world.tick(30)
    assert queues_of(world) == [SERVICE, SALES]
    assert world.last(f.InteractionQueued).entered_at == NOON
    assert world.last(f.InteractionOverflowed).waited_ms == 30_000
    world.ready(BOB)
    assert world.last(f.OfferMade).queue == SALES


def test_nobody_overflows_while_an_agent_rings() -> None:
    world = overflowing(OverflowRule(WAIT, 10_000, SALES))
    world.arrive()
    world.tick(5).ready(ANNA).tick(9)
    assert queues_of(world) == [SERVICE]
    world.tick(5)
    assert queues_of(world) == [SERVICE, SERVICE, SALES]


def test_an_overflow_that_has_no_room_is_tried_again() -> None:
    policy = house(overflow=(OverflowRule(WAIT, 10_000, SALES),))
    full = replace(policy, queues=(policy.queues[0], replace(policy.queues[1], max_waiting=0)))
    world = World(full)
    world.arrive()
    world.tick(12)
    assert queues_of(world) == [SERVICE]
    world.does(i.PublishPolicy(policy)).tick(5)
    assert queues_of(world) == [SERVICE, SALES]


@pytest.mark.parametrize(
    ("rule", "more"),
    [
        (OverflowRule(OverflowWhen.DEPTH, 1, SALES), {}),
        (OverflowRule(OverflowWhen.NO_AGENTS, 0, SALES), {}),
        (OverflowRule(OverflowWhen.EWT, 60_000, SALES), {}),
        (OverflowRule(OverflowWhen.CLOSED, 0, SALES), {"open_hours": (CLOSED_AT,)}),
    ],
)
def test_whoever_comes_is_led_on(rule: OverflowRule, more: dict[str, Any]) -> None:
    world = overflowing(**more)
    world.arrive()
    world.does(i.PublishPolicy(house(overflow=(rule,), **more)))
    world.arrive()
    assert queues_of(world) == [SERVICE, SALES]
    assert world.last(f.InteractionOverflowed).when is rule.when


def test_a_closed_queue_may_lead_to_a_flow() -> None:
    world = overflowing(OverflowRule(OverflowWhen.CLOSED, to_flow=SHUT.id), open_hours=(CLOSED_AT,))
    leg = world.arrive()
    assert world.last(c.Play).items == words("closed")
    world.hears_out(leg)
    assert not world.edge.legs


def test_who_waits_too_long_may_be_led_to_a_flow() -> None:
    world = overflowing(OverflowRule(WAIT, 30_000, to_flow=SHUT.id))
    world.arrive()
    world.tick(30)
    assert world.last(c.Play).items == words("closed")


def test_flows_and_queues_that_lead_in_a_circle_end_the_call() -> None:
    world = overflowing(OverflowRule(OverflowWhen.NO_AGENTS, to_flow=DIRECT.id))
    world.arrive()
    assert not world.state.interactions
    assert not world.edge.legs


def test_queues_that_lead_to_one_another_keep_the_caller_in_one() -> None:
    policy = house(overflow=(OverflowRule(OverflowWhen.NO_AGENTS, 0, SALES),))
    back = replace(policy.queues[1], overflow=(OverflowRule(OverflowWhen.NO_AGENTS, 0, SERVICE),))
    world = World(replace(policy, queues=(policy.queues[0], back)))
    world.arrive()
    assert len(world.all(f.InteractionQueued)) == 1
