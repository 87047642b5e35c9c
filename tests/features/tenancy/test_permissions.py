"""Roles, how far they reach, and teams as a tree."""

import pytest

from trunkline.features.tenancy import (
    PERMISSIONS,
    ROLES,
    Assignment,
    Grant,
    Principal,
    Scope,
    below,
    entity_tag,
    grants,
    permit,
    require_match,
)
from trunkline.kit.errors import TrunklineError

TREE = {"all": None, "north": "all", "beijing": "north", "south": "all"}


def who(*roles: Assignment, home: str | None = None) -> Principal:
    return Principal("one", "me", permissions=grants(roles, home, TREE))


def test_below_a_team_stand_its_children_and_theirs() -> None:
    assert below(TREE, ["north"]) == {"north", "beijing"}
    assert below(TREE, ["gone"]) == frozenset()


def test_a_tree_that_was_bent_into_a_ring_still_ends() -> None:
    assert below({"a": "b", "b": "a"}, ["a"]) == {"a", "b"}


def test_an_administrator_holds_every_permission_for_the_tenant() -> None:
    held = who(Assignment("administrator"))
    assert held.permissions.keys() == PERMISSIONS.keys()
    assert held.visible_teams("recordings.listen") is None


def test_a_supervisor_sees_his_team_and_those_below() -> None:
    held = who(Assignment("supervisor"), home="north")
    assert held.scope("recordings.listen") is Scope.TEAM
    assert held.visible_teams("recordings.listen") == {"north", "beijing"}
    assert held.reaches("recordings.listen", "beijing")
    assert held.reaches("recordings.listen", None)
    assert not held.reaches("recordings.listen", "south")


def test_an_agent_listens_to_his_own_recordings_only() -> None:
    held = who(Assignment("agent"), home="north")
    assert held.scope("recordings.listen") is Scope.OWN
    assert held.visible_teams("recordings.listen") == frozenset()
    assert held.reaches("recordings.listen", "north", "me")
    assert not held.reaches("recordings.listen", "north", "you")
    assert not held.reaches("recordings.listen")


def test_a_role_may_be_held_in_another_team_and_the_wider_grant_wins() -> None:
    held = who(Assignment("agent"), Assignment("supervisor", "south"), home="beijing")
    assert held.permissions["recordings.listen"] == Grant(Scope.TEAM, frozenset({"south"}))
    assert held.permissions["queues.read"] == Grant(Scope.TEAM, frozenset({"beijing", "south"}))


def test_an_auditor_only_reads_and_hears_no_recording() -> None:
    held = set(ROLES["auditor"].permissions) - {"me.use"}
    assert all(permission.endswith(".read") for permission in held)


def test_every_role_may_use_its_own_profile() -> None:
    assert all("me.use" in role.permissions for role in ROLES.values())


def test_what_is_not_held_is_refused() -> None:
    held = who(Assignment("agent"))
    assert not held.may("users.write")
    assert not held.reaches("users.write")
    with pytest.raises(TrunklineError, match="forbidden"):
        held.scope("users.write")


def test_a_route_cannot_name_a_permission_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="no such permission"):
        permit("coffee.brew")


@pytest.mark.parametrize(
    ("sent", "code"), [(None, "precondition_required"), ('"6"', "version_changed")]
)
def test_a_change_needs_the_version_that_was_seen(sent: str | None, code: str) -> None:
    with pytest.raises(TrunklineError, match=code):
        require_match(sent, 7)


@pytest.mark.parametrize("sent", [entity_tag(7), "*", '"6", "7"'])
def test_the_version_that_was_seen_lets_a_change_through(sent: str) -> None:
    require_match(sent, 7)
