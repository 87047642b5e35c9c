"""Agents on fixed phones: no desk, nobody who could say "I'm here"."""

from dataclasses import replace

from tests.core.world import ANNA, World, house
from trunkline.core import facts as f
from trunkline.core.words import AgentState, DeviceKind


def fixed() -> World:
    policy = house(agents=(ANNA,))
    phone = replace(policy.agents[0], device=DeviceKind.SIP, on_duty=True)
    return World(replace(policy, agents=(phone,)))


def test_a_fixed_phone_is_ready_from_the_moment_it_is_known() -> None:
    world = fixed()
    assert world.shown(ANNA) is AgentState.READY
    world.arrive("4001")
    assert world.last(f.OfferMade).leg


def test_a_fixed_phone_that_rang_out_rests_and_is_tried_again() -> None:
    world = fixed()
    world.arrive("4001")
    world.tick(15)
    assert world.shown(ANNA) is AgentState.NOT_READY
    world.tick(10)
    assert world.shown(ANNA) is AgentState.OFFERED
    assert len(world.all(f.OfferMade)) == 2
