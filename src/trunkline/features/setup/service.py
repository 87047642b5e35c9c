"""The set-up walk: from nothing to a first real call, in seven steps that can be left and resumed.

A step is taken when a person confirms it and what it is about is there; what is there by itself
counts at once for the steps that need no confirmation. Nothing is lost by leaving: the state is
what the tenant has, and the confirmations.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from trunkline.features import calendars, identity, interactions, numbers, queues, tenancy
from trunkline.features.setup import store
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from collections.abc import Callable

    from trunkline.features.tenancy import Writing
    from trunkline.ports.database import Tx

COUNTED: Final = 100


class StepName(StrEnum):
    """The steps in their order."""

    ORGANISATION = "organisation"
    USERS = "users"
    NUMBER = "number"
    TRUNK = "trunk"
    HOURS = "hours"
    QUEUE = "queue"
    TEST_CALL = "test_call"


@dataclass(frozen=True, slots=True)
class Step:
    """Where a step stands; `ready` says that what it is about is there."""

    name: StepName
    done: bool
    ready: bool
    detail: str


def steps(tx: Tx, tenant_id: str) -> tuple[Step, ...]:
    """The whole walk as it stands."""
    taken = store.done(tx, tenant_id)
    return tuple(_step(name, name in taken, _FOUND[name](tx, tenant_id)) for name in StepName)


def take(on: Writing, name: StepName) -> None:
    """Confirm a step; raises `step_not_ready` while what it is about is missing."""
    if not _FOUND[name](on.tx, on.tenant_id):
        raise TrunklineError("step_not_ready", 409, _MISSING[name])
    store.take(on.tx, on.tenant_id, name, on.now)


def _step(name: StepName, taken: bool, found: str) -> Step:
    ready = bool(found)
    return Step(name, done=taken and ready, ready=ready, detail=found or _MISSING[name])


def _organisation(tx: Tx, tenant_id: str) -> str:
    tenant = tenancy.get(tx, tenant_id)
    return tenant.name if tenant else ""


def _users(tx: Tx, tenant_id: str) -> str:
    wanted = identity.WantedUsers(active=True)
    count = len(identity.list_users(tx, tenant_id, wanted, COUNTED))
    return f"Users: {count}." if count > 1 else ""


def _number(tx: Tx, tenant_id: str) -> str:
    return ", ".join(row.number for row in numbers.list_numbers(tx, tenant_id))


def _trunk(tx: Tx, tenant_id: str) -> str:
    tested = [row.name for row in numbers.list_trunks(tx, tenant_id) if row.tested_at]
    return ", ".join(tested)


def _hours(tx: Tx, tenant_id: str) -> str:
    return ", ".join(row.name for row in calendars.every(tx, tenant_id))


def _queue(tx: Tx, tenant_id: str) -> str:
    served = [policy.id for policy in queues.published(tx, tenant_id) if policy.agents]
    rows = queues.list_queues(tx, tenant_id)
    return ", ".join(row.name for row in rows if row.id in served)


def _test_call(tx: Tx, tenant_id: str) -> str:
    answered = any(
        interactions.answered_counts(tx, tenant_id, row.id, since=0, within_ms=0)[1]
        for row in queues.list_queues(tx, tenant_id)
    )
    return "A call was answered." if answered else ""


_FOUND: Final[dict[StepName, Callable[[Tx, str], str]]] = {
    StepName.ORGANISATION: _organisation,
    StepName.USERS: _users,
    StepName.NUMBER: _number,
    StepName.TRUNK: _trunk,
    StepName.HOURS: _hours,
    StepName.QUEUE: _queue,
    StepName.TEST_CALL: _test_call,
}
_MISSING: Final[dict[StepName, str]] = {
    StepName.ORGANISATION: "Name the organisation.",
    StepName.USERS: "Add at least one user besides yourself.",
    StepName.NUMBER: "Take a number into use.",
    StepName.TRUNK: "Make a trunk and test it.",
    StepName.HOURS: "Say when you are open.",
    StepName.QUEUE: "Make a queue and let at least one agent serve it.",
    StepName.TEST_CALL: "Call your number and answer at the desk.",
}
