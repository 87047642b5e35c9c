"""The estimated wait: from how a line moved lately, told to who has to wait, and checked."""

from __future__ import annotations

import math
from random import Random

from tests.core.world import ANNA, SERVICE, World, house
from trunkline.core.acd import ewt
from trunkline.core.acd.pace import (
    ASSUMED_PATIENCE_MS,
    ASSUMED_RING_MS,
    PRIOR_TAKEN,
    Estimate,
    Pace,
    compare,
    foretell,
    pass_time,
)
from trunkline.core.call.commands import Play
from trunkline.core.facts import InteractionAnswered, PositionAnnounced, WaitForetold
from trunkline.core.flow.speech import Duration, Prompt
from trunkline.core.snapshot import canonical, dump, load


def busy() -> World:
    """One agent on duty, in a talk."""
    world = World(house(agents=(ANNA,), wrap_up_ms=0, handling_ms=60_000))
    world.talks(ANNA)
    return world


def told(world: World) -> list[WaitForetold]:
    return world.all(WaitForetold)


def test_who_finds_somebody_free_is_foretold_nothing() -> None:
    world = World().ready(ANNA)
    world.arrive()
    assert not told(world)


def test_who_has_to_wait_is_foretold_a_wait_that_grows_with_the_place() -> None:
    world = busy()
    for _ in range(3):
        world.arrive()
    assert [fact.place for fact in told(world)] == [1, 2, 3]
    means = [fact.mean_ms for fact in told(world)]
    assert means == sorted(means)
    assert all(fact.upper_ms > fact.mean_ms for fact in told(world))


def test_the_answer_carries_what_was_foretold_and_what_came() -> None:
    world = busy()
    first = world.agent(ANNA).segment
    world.arrive()
    world.tick(40).leaves(world.state.interactions[first].leg)  # type: ignore[index]
    world.tick(2).takes(ANNA)
    answered = world.last(InteractionAnswered)
    assert answered.foretold is not None
    assert answered.foretold.came_ms == answered.wait_ms == 42_000
    assert answered.foretold.mean_ms == told(world)[0].mean_ms


def test_the_announcement_names_the_upper_bound() -> None:
    world = busy()
    leg = world.arrive()
    world.tick(2)
    announced = world.last(PositionAnnounced)
    play = [one for one in world.all(Play) if one.leg == leg][-1]
    assert announced.wait_ms is not None
    assert play.items[1:3] == (Prompt("estimated-wait"), Duration(announced.wait_ms))


def test_a_line_that_moves_faster_promises_less() -> None:
    slow, fast = Pace(), Pace()
    for pace, every_ms in ((slow, 60_000), (fast, 10_000)):
        for number in range(1, 31):
            pass_time(pace, 3, number * every_ms)
            pace.taken += 1
    assert foretell(fast, 5, 30_000).mean_ms < foretell(slow, 5, 30_000).mean_ms / 3


def test_before_anything_was_seen_the_handling_time_and_the_agents_are_believed() -> None:
    assert abs(foretell(Pace(), 1, 30_000).mean_ms - 34_000) < 100
    assert PRIOR_TAKEN < 10


def test_who_leaves_ahead_of_one_shortens_the_wait_as_erlang_a_says() -> None:
    pace = Pace(taken=1_000, in_line_ms=1_000 * 10_000, left=400, waited_ms=400 * 100_000)
    steps = sum(1 / (1 / 10_000 + i / 100_000) for i in range(8))
    assert abs(foretell(pace, 8, 10_000).mean_ms / (steps + 4_000) - 1) < 0.02


def test_a_long_line_is_summed_at_once_as_it_would_be_step_by_step() -> None:
    for left in (0, 3, 400, 20_000):
        pace = Pace(taken=300, in_line_ms=900_000, left=left, waited_ms=9_000_000)
        rate = (300 + PRIOR_TAKEN) / (900_000 + PRIOR_TAKEN * 5_000)
        leaving = (left + 1) / (9_000_000 + ASSUMED_PATIENCE_MS)
        for place in (1, 6, 7, 8, 40, 300, 2_000):
            steps = sum(1 / (rate + ahead * leaving) for ahead in range(place))
            assert foretell(pace, place, 5_000).mean_ms == round(steps + ASSUMED_RING_MS)


def test_time_without_a_line_teaches_nothing_and_is_not_forgotten_over() -> None:
    pace = Pace(taken=50, in_line_ms=500_000)
    pass_time(pace, 0, 50_000_000)
    assert (pace.taken, pace.in_line_ms) == (50, 500_000)


def test_the_upper_bound_learns_to_cover_four_of_five_whatever_the_law() -> None:
    for draw in (lambda r: r.expovariate(1 / 50_000), lambda r: r.lognormvariate(10, 1.2)):
        pace, random, covered = Pace(taken=100, in_line_ms=100 * 20_000), Random(5), 0
        for number in range(4_000):
            estimate = foretell(pace, 3, 20_000)
            came = round(draw(random))
            if number >= 1_000:
                covered += came <= estimate.upper_ms
            compare(pace, estimate, came)
        assert abs(covered / 3_000 - 0.8) < 0.02


def test_a_constant_error_is_corrected() -> None:
    pace, random = Pace(taken=100, in_line_ms=100 * 20_000), Random(6)
    errors = []
    for number in range(3_000):
        estimate = foretell(pace, 3, 20_000)
        came = round(random.expovariate(1 / 120_000))
        compare(pace, estimate, came)
        if number > 1_000:
            errors.append(estimate.mean_ms - came)
    assert abs(sum(errors) / len(errors)) / 120_000 < 0.05


def test_the_bound_lies_where_the_gamma_law_has_it() -> None:
    """One step is exponential: its 80 % quantile is ln 5 times its mean."""
    pace = Pace(taken=1e6, in_line_ms=1e6 * 10_000, rings=1e6, waited_ms=1e9)
    assert abs(foretell(pace, 1, 10_000).upper_ms / (10_000 * math.log(5)) - 1) < 0.02


def test_what_was_learnt_is_in_the_snapshot() -> None:
    world = busy()
    world.arrive()
    world.tick(30)
    kept = load(dump(world.state))
    assert canonical(kept) == canonical(world.state)
    assert kept.paces[SERVICE] == world.state.paces[SERVICE]
    assert ewt.estimate(kept, SERVICE, 2) == ewt.estimate(world.state, SERVICE, 2)


def test_a_caller_who_came_back_to_the_head_keeps_what_was_told() -> None:
    world = busy()
    first = world.agent(ANNA).segment
    leg = world.arrive()
    world.tick(10).leaves(world.state.interactions[first].leg)  # type: ignore[index]
    world.tick(20)
    assert world.of(leg).waiting
    assert world.of(leg).waiting.told == Estimate(told(world)[0].mean_ms, told(world)[0].upper_ms)  # type: ignore[union-attr]
