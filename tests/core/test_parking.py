"""Stories of parked calls: left in a slot, fetched, brought back, hung up."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.core.test_parties import CONSULT, Scene
from tests.core.world import ANNA, BOB, CHEN, SERVICE, house
from trunkline.core import facts as f
from trunkline.core import inputs as i
from trunkline.core.call import commands as c
from trunkline.core.call import parking_facts as pk
from trunkline.core.call import wishes as w
from trunkline.core.config import Parking
from trunkline.core.picture import agent_view
from trunkline.core.snapshot import dump, load
from trunkline.core.turn import Refused
from trunkline.core.words import (
    AgentId,
    AgentState,
    Cause,
    DeviceKind,
    EndedBy,
    InteractionId,
    Place,
    Wish,
    WrapUpMode,
)


class Lot(Scene):
    """Anna parked her customer; Bob and Chen are ready."""

    def __init__(self, *, parking: Parking | None = None, **rules: Any) -> None:
        rules = {"wrap_up": WrapUpMode.NONE} | rules
        device = rules.pop("device", DeviceKind.BROWSER)
        policy = replace(house(**rules), parking=parking or Parking())
        super().__init__(policy=policy, device=device)
        self.does(w.ParkCall(ANNA, self.call))

    @property
    def music(self) -> bool:
        return self.edge.legs[self.leg].music

    def another(self) -> tuple[AgentId, InteractionId]:
        """One more customer talks; with whom, and the call."""
        leg = self.arrive()
        name = next(agent.id for agent in self.state.agents.values() if agent.offer)
        self.takes(name)
        return name, self.of(leg).id

    def fetches(self, name: AgentId = BOB) -> None:
        self.does(w.RetrieveCall(name, self.call)).phone_answers(name)


def refused(scene: Scene, wish: Any) -> str:
    with pytest.raises(Refused) as refusal:
        scene.put(wish)
    return refusal.value.code


# -- park -----------------------------------------------------------------------------------


def test_a_parked_customer_hears_music_and_the_agent_is_free() -> None:
    lot = Lot()
    assert (lot.of(lot.leg).place, lot.music) == (Place.PARKED, True)
    assert lot.edge.legs[lot.leg].bridge is None
    assert lot.shown(ANNA) is AgentState.READY
    assert len(lot.edge.legs) == 1, "her leg is gone"


def test_who_parks_wraps_up_as_after_a_transfer() -> None:
    assert Lot(wrap_up=WrapUpMode.FIXED).shown(ANNA) is AgentState.WRAP_UP


def test_the_recording_ends_with_the_talk_and_another_begins_with_the_next() -> None:
    lot = Lot()
    assert not lot.edge.recordings
    lot.fetches()
    assert lot.last(f.RecordingStarted).agent == BOB


def test_the_first_free_slot_is_taken() -> None:
    lot = Lot()
    lot.does(w.ParkCall(*lot.another()))
    assert [fact.slot for fact in lot.all(pk.CallParked)] == [701, 702]


def test_a_slot_is_chosen_by_its_number() -> None:
    lot = Lot()
    name, call = lot.another()
    assert refused(lot, w.ParkCall(name, call, 701)) == "parking_slot_taken"
    assert refused(lot, w.ParkCall(name, call, 900)) == "parking_slot_unknown"
    lot.does(w.ParkCall(name, call, 710))
    assert lot.state.slots == {701: lot.call, 710: call}


def test_no_call_is_parked_where_no_slot_is_free() -> None:
    lot = Lot(parking=Parking(701, 701))
    assert refused(lot, w.ParkCall(*lot.another())) == "parking_full"


def test_nobody_is_parked_while_somebody_is_consulted() -> None:
    scene = Scene()
    scene.invites(CONSULT, colleague=BOB)
    assert refused(scene, w.ParkCall(ANNA, scene.call)) == "consult_open"


def test_only_who_has_the_customer_parks_them() -> None:
    assert refused(Scene(), w.ParkCall(BOB, InteractionId("c-2-1"))) == "not_your_call"


# -- retrieve -------------------------------------------------------------------------------


def test_any_agent_fetches_a_parked_customer() -> None:
    lot = Lot()
    lot.tick(30)
    lot.fetches(CHEN)
    assert lot.of(lot.leg).place is Place.TALKING
    assert lot.in_room() == {lot.leg, lot.agent_leg(CHEN)}
    fetched = lot.last(pk.CallRetrieved)
    assert (fetched.agent, fetched.by, fetched.parked_ms) == (CHEN, ANNA, 30_000)
    assert lot.state.slots == {}


def test_who_is_not_ready_may_fetch_and_is_not_ready_again_after_it() -> None:
    lot = Lot()
    lot.does(i.SetState(BOB, Wish.NOT_READY, "lunch"))
    lot.fetches()
    lot.does(i.HangUpCall(BOB, lot.call))
    assert lot.shown(BOB) is AgentState.NOT_READY


def test_the_desk_is_told_that_the_phone_is_being_rung_for_it() -> None:
    lot = Lot()
    lot.does(w.RetrieveCall(BOB, lot.call))
    view = agent_view(lot.state, BOB)
    assert view
    assert view.work
    assert (view.state, view.work.retrieving) == (AgentState.HANDLING, True)


def test_a_second_click_rings_nobody_twice_and_a_second_agent_comes_too_late() -> None:
    lot = Lot()
    lot.does(w.RetrieveCall(BOB, lot.call)).does(w.RetrieveCall(BOB, lot.call))
    assert refused(lot, w.RetrieveCall(CHEN, lot.call)) == "being_taken"
    lot.phone_answers(BOB)
    assert refused(lot, w.RetrieveCall(CHEN, lot.call)) == "not_parked"


def test_who_is_at_work_fetches_nobody() -> None:
    lot = Lot()
    lot.arrive()
    busy = next(name for name in (ANNA, BOB, CHEN) if lot.agent(name).offer)
    assert refused(lot, w.RetrieveCall(busy, lot.call)) == "work_open"


def test_who_has_no_device_fetches_nobody() -> None:
    lot = Lot()
    lot.does(i.DeskLost(BOB))
    assert refused(lot, w.RetrieveCall(BOB, lot.call)) == "device_unreachable"


@pytest.mark.parametrize("device", list(DeviceKind))
def test_a_device_that_does_not_answer_leaves_the_call_parked(device: DeviceKind) -> None:
    lot = Lot()
    lot.does(i.SetDevice(BOB, device)).does(w.RetrieveCall(BOB, lot.call))
    leg = lot.ringing_leg(BOB)
    lot.tick(60)
    assert lot.of(lot.leg).place is Place.PARKED
    assert (lot.music, leg in lot.edge.legs) == (True, False)
    assert lot.shown(BOB) is AgentState.READY


def test_who_gives_up_fetching_leaves_the_call_parked() -> None:
    lot = Lot()
    lot.does(w.RetrieveCall(BOB, lot.call)).does(i.HangUpCall(BOB, lot.call))
    assert lot.of(lot.leg).place is Place.PARKED
    assert len(lot.edge.legs) == 1


def test_nothing_is_done_with_the_customer_before_the_phone_answers() -> None:
    lot = Lot()
    lot.does(w.RetrieveCall(BOB, lot.call))
    assert refused(lot, i.HoldCall(BOB, lot.call)) == "still_ringing"


# -- time, and the customer -----------------------------------------------------------------


def test_whom_nobody_fetches_goes_back_to_who_parked_them() -> None:
    lot = Lot()
    lot.tick(120)
    assert lot.last(pk.ParkingEnded).to == ANNA
    assert lot.agent(ANNA).offer


def test_who_parked_and_does_not_answer_is_not_the_last_to_be_asked() -> None:
    lot = Lot()
    lot.tick(120 + 15)
    assert lot.agent(ANNA).offer is None
    assert lot.agent(BOB).offer


def test_whose_parker_is_busy_goes_to_the_head_of_the_queue() -> None:
    lot = Lot()
    for name in (BOB, CHEN):
        lot.does(i.SetState(name, Wish.NOT_READY, "lunch"))
    _, other = lot.another()
    waiting = lot.arrive()
    lot.tick(120)
    assert lot.last(pk.ParkingEnded).to is None
    line = [place[3] for place in lot.state.lines[SERVICE]]
    assert line == [lot.call, lot.of(waiting).id]
    lot.does(i.HangUpCall(ANNA, other))
    assert lot.state.offers[lot.offer_of(ANNA)].interaction == lot.call


def test_time_stands_still_while_the_phone_rings() -> None:
    lot = Lot()
    lot.tick(118).does(i.SetDevice(BOB, DeviceKind.SIP)).does(w.RetrieveCall(BOB, lot.call))
    lot.tick(10)
    assert lot.of(lot.leg).place is Place.PARKED
    lot.leaves(lot.ringing_leg(BOB), Cause.BUSY).tick(0)
    assert lot.of(lot.leg).place is Place.QUEUED


def test_a_parked_customer_who_hangs_up_ends_it() -> None:
    lot = Lot()
    lot.leaves(lot.leg)
    ended = lot.last(f.InteractionEnded)
    assert (ended.ended_by, lot.state.interactions, lot.state.slots) == (EndedBy.CUSTOMER, {}, {})


def test_a_customer_who_hangs_up_while_fetched_leaves_no_phone_ringing() -> None:
    lot = Lot()
    lot.does(w.RetrieveCall(BOB, lot.call)).leaves(lot.leg)
    assert lot.edge.legs == {}
    assert lot.shown(BOB) is AgentState.READY
    assert lot.state.interactions == {}


def test_whose_queue_is_gone_is_told_so_and_not_kept() -> None:
    lot = Lot()
    gone = replace(lot.policy, version=2, queues=lot.policy.queues[1:])
    lot.does(i.PublishPolicy(gone)).tick(120).hears_out(lot.leg)
    assert lot.state.interactions == {}


# -- after a restart ------------------------------------------------------------------------


def test_a_parked_call_is_adopted_after_a_restart() -> None:
    lot = Lot()
    lot.state = load(json.loads(json.dumps(dump(lot.state))))
    lot.edge.legs[lot.leg].music = False
    lot.does(lot.inventory(desks=(ANNA, BOB, CHEN)))
    assert (lot.music, lot.state.slots) == (True, {701: lot.call})
    lot.fetches()
    assert lot.in_room() == {lot.leg, lot.agent_leg(BOB)}


def test_a_phone_that_answered_meanwhile_has_the_customer_after_a_restart() -> None:
    lot = Lot()
    lot.does(w.RetrieveCall(BOB, lot.call))
    lot.edge.legs[lot.ringing_leg(BOB)].answered = True
    lot.does(lot.inventory(desks=(ANNA, BOB, CHEN)))
    assert lot.in_room() == {lot.leg, lot.agent_leg(BOB)}


def test_a_bridge_that_was_to_be_dissolved_is_after_a_restart() -> None:
    lot = Lot()
    lot.edge.legs[lot.leg].bridge = lot.last(c.Unbridge).bridge
    lot.does(lot.inventory(desks=(ANNA, BOB, CHEN)))
    assert lot.edge.legs[lot.leg].bridge is None
