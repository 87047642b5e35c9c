"""Who may hear which recording: one's own, the team's, the tenant's."""

from __future__ import annotations

import pytest

from tests.features.recordings.fakes import House
from trunkline.features.identity import User
from trunkline.features.identity import store as people
from trunkline.features.queues import store as queues
from trunkline.features.recordings import service
from trunkline.features.tenancy import Grant, Principal, Scope
from trunkline.kit.errors import TrunklineError


def asking(user_id: str, scope: Scope, *teams: str) -> Principal:
    return Principal("one", user_id, permissions={service.LISTEN: Grant(scope, frozenset(teams))})


@pytest.mark.parametrize(
    ("queue_team", "principal", "heard"),
    [
        (None, asking("agent-one", Scope.OWN), True),
        (None, asking("agent-two", Scope.OWN), False),
        (None, asking("lead", Scope.TEAM, "agents"), True),
        (None, asking("lead", Scope.TEAM, "others"), False),
        ("queue", asking("lead", Scope.TEAM, "queue"), True),
        ("queue", asking("lead", Scope.TEAM, "agents"), False),
        ("queue", asking("boss", Scope.TENANT), True),
    ],
)
async def test_the_queues_team_owns_a_recording_or_else_the_agents(
    house: House, queue_team: str | None, principal: Principal, heard: bool
) -> None:
    user = User("one", "agent-one", "agent", "Agent", None, "agents", "en", True, 0)
    queue = queues.QueueRow("one", "support", "support", queue_team, {}, 1)
    for team in ("agents", "queue"):
        house.rig.db.do(lambda tx, team=team: people.add_team(tx, "one", people.Team(team, team)))
    house.rig.db.do(lambda tx: people.add_user(tx, user))
    house.rig.db.do(lambda tx: queues.put_queue(tx, queue))
    await house.record("r1", seconds=0.1)

    def hears() -> bool:
        try:
            house.rig.db.do(lambda tx: service.visible(tx, principal, service.LISTEN, "r1"))
        except TrunklineError:
            return False
        return True

    assert hears() is heard
