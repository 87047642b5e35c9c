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
VERBS = "/interactions/{interaction_id}"
STEPS = (
    "conference", "consult", "digits", "extend-wrap-up", "finish", "hangup", "hold", "join",
    "leave", "mute", "not-reached", "park", "resume", "retrieve", "return-to-queue", "swap",
    "transfer", "unmute",
)  # fmt: skip
NOT_AUDITED = {
    "a step of a call or a piece of work: the journal keeps who took it and when, and the page of "
    "the interaction tells it": {
        *(f"POST {VERBS}/{step}" for step in STEPS),
        f"DELETE {VERBS}/parties/{{party_id}}",
        "POST /offers/{offer_id}/accept",
        "POST /offers/{offer_id}/decline",
    },
    "one's own state and device: the journal keeps each change, with who and when": {
        "PUT /me/state",
        "DELETE /me/state-pending",
        "PUT /me/device",
        "POST /me/reattach",
    },
    "what one types, kept each second until it is used": {f"PUT {VERBS}/draft"},
    "it answers, and changes nothing": {
        "POST /announcements/previews",
        "POST /calendars/preview",
        "POST /queues/requirement-check",
    },
    "a stranger without a name: the journal keeps the call": {"POST /guest/calls"},
    "it is written in the log of the organisation that it makes": {"POST /setup/claim"},
}
"""Changes without an entry in the audit log, by the reason."""
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


def test_who_changes_something_is_written_down_or_there_is_a_reason(walked: Explorer) -> None:
    names = {name_of(operation.method, operation.path) for operation in walked.operations}
    excused = set[str]().union(*NOT_AUDITED.values())
    assert excused <= names, "a reason for what is not there"
    assert walked.silent - walked.audited - excused == set()
    assert walked.audited & excused == set(), "they are written down: no reason is needed"


def may(role: str, operation: Any) -> bool:
    permission = str(operation.definition.raw.get("x-permission", PUBLIC))
    return permission in {PUBLIC, *ROLES[role].permissions}
