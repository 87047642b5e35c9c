"""What a cell shows of itself to desks and walls."""

from __future__ import annotations

from tests.core.world import ANNA, SALES, SERVICE, World
from trunkline.core import inputs as i
from trunkline.core.picture import WorkView, agent_view, queue_views
from trunkline.core.words import AgentId, AgentState, Level


def work_of(world: World) -> WorkView:
    view = agent_view(world.state, ANNA)
    assert view is not None
    assert view.work is not None
    return view.work


def test_an_unknown_agent_has_no_picture() -> None:
    assert agent_view(World().state, AgentId("nobody")) is None


def test_a_desk_sees_the_offer_with_its_end() -> None:
    world = World().ready(ANNA)
    world.arrive()
    work = work_of(world)
    assert (work.kind, work.accepted, work.expires_at) == ("offer", False, world.now + 15_000)
    assert work_of(world.accepts(ANNA)).accepted


def test_a_desk_sees_the_call_as_it_stands() -> None:
    world = World()
    leg = world.talks()
    world.does(i.HoldCall(ANNA, world.of(leg).id))
    work = work_of(world)
    assert (work.kind, work.held, work.muted, work.attached) == ("segment", True, False, True)


def test_a_desk_sees_the_wrap_up_run() -> None:
    world = World()
    call = world.wraps_up()
    world.does(i.ExtendWrapUp(ANNA, call)).does(i.SetDisposition(ANNA, call, "solved"))
    work = work_of(world)
    assert (work.kind, work.extended, work.disposition) == ("wrap_up", 1, "solved")
    assert work.ends_at == world.now + 60_000


def test_a_wall_sees_each_queue_in_order_of_service() -> None:
    world = World()
    world.arrive(level=Level.REGULAR)
    gold = world.arrive(level=Level.GOLD)
    views = queue_views(world.state)
    assert views[SALES].waiting == 0
    assert [call.level for call in views[SERVICE].calls] == [Level.GOLD, Level.REGULAR]
    assert views[SERVICE].calls[0].interaction == world.of(gold).id


def test_a_wait_is_estimated_only_when_somebody_is_on_duty() -> None:
    world = World()
    world.arrive()
    assert queue_views(world.state)[SERVICE].ewt_ms is None
    world.ready(ANNA)
    view = queue_views(world.state)[SERVICE]
    assert view.ewt_ms == 244_000  # a handling and a ring
    assert dict(view.agents) == {AgentState.OFFLINE: 2, AgentState.OFFERED: 1}
