"""The API keeps to its own document, asked as each role by somebody without manners."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.at_work import RECEIVERS, begin_work, receiver_of
from tests.e2e.explorer import PASSWORD, Explorer, name_of
from tests.e2e.recipes import RECIPES
from tests.e2e.served import Served, served
from tests.tools.soak import SOAK
from trunkline.features.tenancy import PUBLIC, ROLES

USERS = {
    "administrator": "admin",
    "supervisor": "supervisor",
    "agent": "agent1",
    "quality": "quality",
    "planner": "planner",
    "auditor": "auditor1",
}
MUST_REACH = 0.97
MORE = 20 if SOAK else 1
"""Requests of each kind that nobody thought of."""
pytestmark = pytest.mark.timeout(0 if SOAK else 300)  # two minutes on a machine that is busy


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("schemathesis")) as running:
        yield running


@pytest.fixture(scope="module")
def walked(node: Served) -> Iterator[Explorer]:
    """Everybody has asked everything."""
    explorer = Explorer(node.url, {**USERS, **RECEIVERS}, RECIPES)
    auditor = {
        "username": USERS["auditor"],
        "display_name": "Auditor",
        "password": PASSWORD,
        "roles": [{"role": "auditor", "expires_at": "2099-01-01T00:00:00Z"}],
    }
    assert explorer.ask("administrator", "POST", "/users", json=auditor).status_code == 201
    begin_work(explorer, node)
    for operation in explorer.operations:
        roles = [role for role in USERS if may(role, operation)]  # the matrix asks the others
        roles += [receiver] if (receiver := receiver_of(operation.path)) else []
        explorer.walk(operation, roles, MORE)
    yield explorer
    explorer.close()


def test_no_answer_is_a_failure_of_ours_or_undocumented(walked: Explorer) -> None:
    assert not walked.faults, "\n".join(walked.faults)


def test_nine_operations_of_ten_do_what_they_are_for(walked: Explorer) -> None:
    names = {name_of(operation.method, operation.path) for operation in walked.operations}
    assert not names - set(walked.seen), "never asked"
    missed = {name: sorted(walked.seen[name]) for name in sorted(names - walked.reached)}
    told = "\n".join(f"{name} {statuses}" for name, statuses in missed.items())
    assert len(walked.reached) >= MUST_REACH * len(names), told


def may(role: str, operation: Any) -> bool:
    permission = str(operation.definition.raw.get("x-permission", PUBLIC))
    return permission in {PUBLIC, *ROLES[role].permissions}
