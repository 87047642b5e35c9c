"""Stories of the recording: by the queue's rule, paused and resumed by the agent's key only."""

from __future__ import annotations

import pytest

from tests.core.test_parties import Scene
from tests.core.world import ANNA, BOB, SALES, house
from trunkline.core import facts as f
from trunkline.core import inputs as i
from trunkline.core.call import facts as pf
from trunkline.core.call import wishes as w
from trunkline.core.picture import agent_view
from trunkline.core.turn import Refused
from trunkline.core.words import RecordingRule

OFF, ON_DEMAND = RecordingRule.OFF, RecordingRule.ON_DEMAND


def shown(scene: Scene) -> tuple[bool, bool]:
    """Recorded and paused, as the agent's desk has it."""
    view = agent_view(scene.state, ANNA)
    assert view
    assert view.work
    return view.work.recorded, view.work.paused


def test_a_pause_leaves_a_gap_and_only_the_key_ends_it() -> None:
    scene = Scene()
    assert shown(scene) == (True, False)
    scene.does(w.PauseRecording(ANNA, scene.call)).does(w.PauseRecording(ANNA, scene.call))
    assert (shown(scene), scene.edge.recordings) == ((False, True), {})
    scene.tick(250)
    assert len(scene.all(pf.RecordingReminded)) == 2
    assert not scene.edge.recordings
    scene.does(w.ResumeRecording(ANNA, scene.call)).does(w.ResumeRecording(ANNA, scene.call))
    assert (shown(scene), len(scene.edge.recordings)) == ((True, False), 1)
    scene.tick(300)
    assert len(scene.all(pf.RecordingReminded)) == 2
    assert len(scene.all(f.RecordingStarted)) == 2


def test_a_pause_goes_on_with_whoever_has_the_customer_then() -> None:
    scene = Scene()
    scene.does(w.PauseRecording(ANNA, scene.call))
    scene.consults()
    scene.does(w.CompleteTransfer(ANNA, scene.call))
    assert not scene.edge.recordings
    scene.tick(125)
    assert scene.last(pf.RecordingReminded).agent == BOB
    scene.does(w.ResumeRecording(BOB, scene.call))
    assert scene.edge.recordings


def test_on_demand_is_recorded_from_when_the_agent_asks() -> None:
    scene = Scene(policy=house(recording=ON_DEMAND))
    assert not scene.edge.recordings
    with pytest.raises(Refused, match="not_recorded"):
        scene.put(w.PauseRecording(ANNA, scene.call))
    scene.does(w.ResumeRecording(ANNA, scene.call))
    assert scene.edge.recordings


def test_where_nothing_is_recorded_nobody_can() -> None:
    scene = Scene(policy=house(recording=OFF))
    assert not scene.edge.recordings
    with pytest.raises(Refused, match="recording_off"):
        scene.put(w.ResumeRecording(ANNA, scene.call))
    scene.does(scene.inventory(desks=(ANNA,)))
    assert not scene.edge.recordings


def test_a_restart_does_not_end_a_pause() -> None:
    scene = Scene()
    scene.does(w.PauseRecording(ANNA, scene.call)).does(scene.inventory(desks=(ANNA,)))
    assert not scene.edge.recordings


def test_nobody_pauses_the_recording_of_another() -> None:
    scene = Scene()
    with pytest.raises(Refused, match="not_your_call"):
        scene.put(w.PauseRecording(BOB, scene.call))


def test_a_pause_goes_on_through_a_queue_and_its_next_agent_is_reminded() -> None:
    scene = Scene()
    scene.does(w.PauseRecording(ANNA, scene.call))
    scene.does(i.TransferToQueue(ANNA, scene.call, SALES)).accepts(BOB)
    scene.phone_answers(BOB)
    assert not scene.edge.recordings
    scene.tick(125)
    assert scene.last(pf.RecordingReminded).agent == BOB
    scene.does(w.ResumeRecording(BOB, scene.call))
    assert scene.edge.recordings
