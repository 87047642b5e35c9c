"""Who sees which tickets: one's own, the team's, the tenant's."""

from __future__ import annotations

import pytest

from tests.tools.rig import Rig
from trunkline.features import tickets
from trunkline.features.tenancy import Grant, Principal, Scope
from trunkline.features.tickets import service, store
from trunkline.kit.errors import TrunklineError
from trunkline.ports.database import Tx


def asking(user_id: str, scope: Scope, *teams: str) -> Principal:
    grant = Grant(scope, frozenset(teams))
    return Principal("one", user_id, permissions={service.READ: grant, service.WRITE: grant})


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        (asking("ann", Scope.OWN), ["by ann"]),
        (asking("bob", Scope.OWN), ["by bob, team-a"]),
        (asking("eve", Scope.OWN), []),
        (asking("eve", Scope.TEAM, "team-a"), ["by bob, team-a", "nobody's"]),
        (asking("ann", Scope.TEAM, "team-a"), ["by ann", "by bob, team-a", "nobody's"]),
        (asking("eve", Scope.TENANT), ["by ann", "by bob, team-a", "nobody's"]),
    ],
)
def test_a_list_and_a_single_look_agree_on_what_is_seen(
    principal: Principal, expected: list[str]
) -> None:
    rig = Rig(tickets.router)
    made: dict[str, str] = {}
    for title, user_id, team_id in (
        ("by ann", "ann", "team-b"),
        ("by bob, team-a", "bob", "team-a"),
        ("nobody's", "system", None),
    ):
        draft = tickets.Draft(title, team_id=team_id)
        maker = Principal("one", user_id)
        row = rig.db.do(
            lambda tx, m=maker, d=draft: tickets.create(tickets.Writing(tx, rig.platform, m), d)
        )
        made[row.id] = title

    def listed(tx: Tx) -> list[str]:
        rows = store.page(tx, "one", service.wanted_by(principal), 10)
        return sorted(made[row.id] for row in rows)

    def looked_at(tx: Tx) -> list[str]:
        return sorted(title for ticket_id, title in made.items() if seen(tx, ticket_id))

    def seen(tx: Tx, ticket_id: str) -> bool:
        try:
            service.visible(tx, principal, service.READ, ticket_id)
        except TrunklineError:
            return False
        return True

    assert rig.db.do(listed) == rig.db.do(looked_at) == expected
