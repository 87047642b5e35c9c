"""Stories of devices: why an offer failed, who it counts against, and who cannot be rung at all."""

from __future__ import annotations

import pytest

from tests.core.world import ANNA, BOB, SERVICE, World, house
from trunkline.core import facts as f
from trunkline.core import inputs as i
from trunkline.core.acd.policy import on_duty
from trunkline.core.picture import queue_views
from trunkline.core.words import AgentState, Cause, DeviceKind, OfferFault, OfferOutcome, Wish

BROWSER, SIP = DeviceKind.BROWSER, DeviceKind.SIP


def offered(*names: object, device: DeviceKind = SIP) -> World:
    world = World(house(decline_allowed=True)).ready(*names, device=device)  # type: ignore[arg-type]
    world.arrive()
    return world


def shown(world: World) -> tuple[AgentState, str | None]:
    told = world.last(f.AgentShown)
    return told.state, told.reason


@pytest.mark.parametrize(
    ("cause", "fault", "outcome"),
    [
        (Cause.NO_ANSWER, OfferFault.NO_ANSWER, OfferOutcome.TIMED_OUT),
        (Cause.DECLINED, OfferFault.DECLINED, OfferOutcome.DECLINED),
        (Cause.BUSY, OfferFault.DEVICE_BUSY, OfferOutcome.FAILED),
        (Cause.UNREACHABLE, OfferFault.DEVICE_UNREACHABLE, OfferOutcome.FAILED),
        (Cause.OVERLOAD, OfferFault.DEVICE_UNREACHABLE, OfferOutcome.FAILED),
        (Cause.FAILED, OfferFault.DEVICE_UNREACHABLE, OfferOutcome.FAILED),
        (Cause.NETWORK_LOST, OfferFault.NETWORK_LOST, OfferOutcome.FAILED),
    ],
)
def test_an_offer_fails_for_one_of_five_reasons(
    cause: Cause, fault: OfferFault, outcome: OfferOutcome
) -> None:
    world = offered(ANNA)
    world.leaves(world.ringing_leg(ANNA), cause)
    ended = world.last(f.OfferEnded)
    assert (ended.fault, ended.outcome) == (fault, outcome)


@pytest.mark.parametrize("cause", [Cause.BUSY, Cause.UNREACHABLE, Cause.NETWORK_LOST])
def test_a_device_that_fails_counts_against_nobody(cause: Cause) -> None:
    world = offered(ANNA, BOB)
    idle_since = world.agent(ANNA).idle_since
    world.leaves(world.ringing_leg(ANNA), cause)
    anna = world.agent(ANNA)
    assert (anna.wish, anna.declines, anna.idle_since) == (Wish.READY, 0, idle_since)
    assert world.offered_to() == [ANNA, BOB]


def test_who_does_not_answer_or_declines_loses_the_place_among_the_idle() -> None:
    world = offered(ANNA).tick(15)
    assert world.agent(ANNA).idle_since == world.now
    world = offered(ANNA, device=BROWSER).tick(3).declines(ANNA)
    assert world.agent(ANNA).idle_since == world.now


def test_a_device_that_failed_is_shown_and_its_agent_is_ready_again_by_themselves() -> None:
    world = offered(ANNA)
    world.leaves(world.ringing_leg(ANNA), Cause.BUSY)
    assert shown(world) == (AgentState.NOT_READY, "device_busy")
    world.tick(29)
    assert world.offered_to() == [ANNA]
    world.tick(1)
    assert world.offered_to() == [ANNA, ANNA]


def test_i_am_here_ends_a_doubt_at_once() -> None:
    world = offered(ANNA)
    world.leaves(world.ringing_leg(ANNA), Cause.UNREACHABLE)
    world.does(i.SetState(ANNA, Wish.READY))
    assert world.offered_to() == [ANNA, ANNA]


def test_who_cannot_be_rung_is_found_before_and_offered_nothing() -> None:
    world = World().ready(ANNA, device=SIP)
    world.does(i.DeviceSeen(ANNA, SIP, reachable=False))
    assert shown(world) == (AgentState.NOT_READY, "device_unreachable")
    world.arrive()
    world.does(i.SetState(ANNA, Wish.READY)).tick(120)
    assert world.offered_to() == []
    world.does(i.DeviceSeen(ANNA, SIP, reachable=True))
    assert world.offered_to() == [ANNA]


def test_only_the_device_in_use_counts() -> None:
    world = World().ready(ANNA, device=SIP)
    world.does(i.DeviceSeen(ANNA, SIP, reachable=False)).does(i.SetDevice(ANNA, BROWSER))
    assert world.shown(ANNA) is AgentState.READY
    world.does(i.DeviceSeen(ANNA, BROWSER, reachable=False))
    assert world.shown(ANNA) is AgentState.NOT_READY
    world.arrive()
    world.does(i.DeviceSeen(ANNA, SIP, reachable=True)).does(i.SetDevice(ANNA, SIP))
    assert world.offered_to() == [ANNA]


def test_news_of_a_device_that_is_seen_ends_a_doubt() -> None:
    world = offered(ANNA)
    world.leaves(world.ringing_leg(ANNA), Cause.UNREACHABLE)
    world.does(i.DeviceSeen(ANNA, SIP, reachable=True))
    assert world.offered_to() == [ANNA, ANNA]


def test_the_same_news_twice_is_told_once() -> None:
    world = World().ready(ANNA, device=SIP)
    for reachable in (True, False, False, True, True):
        world.does(i.DeviceSeen(ANNA, SIP, reachable))
    assert len(world.all(f.DeviceAway)) == len(world.all(f.DeviceBack)) == 1


def test_an_agent_in_a_call_ends_it_though_the_device_is_not_seen() -> None:
    world = World()
    world.talks(ANNA)
    world.does(i.DeviceSeen(ANNA, BROWSER, reachable=False))
    assert world.shown(ANNA) is AgentState.HANDLING


def test_nobody_on_duty_is_whom_no_device_reaches() -> None:
    world = World(house()).ready(ANNA, device=SIP)
    assert on_duty(world.state, SERVICE) == 1
    world.does(i.DeviceSeen(ANNA, SIP, reachable=False))
    assert on_duty(world.state, SERVICE) == 0
    assert queue_views(world.state)[SERVICE].ewt_ms is None


@pytest.mark.parametrize("seconds", [12, 15])
def test_an_offer_by_voice_rings_as_long_as_the_queue_says(seconds: int) -> None:
    world = World(house(offer_timeout_ms=seconds * 1_000)).ready(ANNA)
    world.arrive()
    world.tick(seconds - 0.001)
    assert world.shown(ANNA) is AgentState.OFFERED
    world.tick(0.001)
    assert world.last(f.OfferEnded).fault is OfferFault.NO_ANSWER
    assert (world.shown(ANNA), world.agent(ANNA).reason) == (AgentState.NOT_READY, "no_answer")
    world.does(i.SetState(ANNA, Wish.READY))
    assert world.offered_to() == [ANNA, ANNA]
