"""Whose simulations, and the figures of which queues, are shown to whom.

A simulation plays the day of the whole tenant. Whoever sees the queues of teams only sees what was
asked for by themselves, and of that the figures of those queues.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from trunkline.features import queues
from trunkline.features.simulations import store
from trunkline.features.simulations.schemas import SimulationOut
from trunkline.features.tenancy import Scope
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.features.simulations.schemas import SimulationNew
    from trunkline.features.simulations.store import SimulationRow
    from trunkline.features.tenancy import Principal
    from trunkline.ports.database import Tx

READ: Final = "queues.read"
WRITE: Final = "queues.write"
LISTED: Final = 50


def newest(tx: Tx, principal: Principal) -> list[SimulationOut]:
    """The newest of those that one may see, newest first."""
    by = None if principal.scope(READ) is Scope.TENANT else principal.user_id
    rows = store.newest(tx, principal.tenant_id, LISTED, by)
    return [_shown(tx, principal, row) for row in rows]


def one(tx: Tx, principal: Principal, simulation_id: str) -> SimulationOut:
    """One simulation; raises 404 `simulation_unknown` for what one may not see."""
    row = store.find(tx, principal.tenant_id, simulation_id)
    if row is None or not principal.reaches(READ, _NOBODYS, row.created_by):
        raise TrunklineError("simulation_unknown", 404, "There is no such simulation.")
    return _shown(tx, principal, row)


def check(tx: Tx, principal: Principal, asked: SimulationNew) -> None:
    """Raises 404 `queue_unknown` when rules of a queue are to change that one may not change."""
    teams = principal.visible_teams(WRITE)
    changed = asked.changes.get("queues")
    if teams is None or not isinstance(changed, dict):
        return
    if changed.keys() - _ids(tx, principal, teams):
        raise TrunklineError("queue_unknown", 404, "There is no such queue.")


_NOBODYS: Final = ""
"""A simulation is of no team, yet not everybody's."""


def _shown(tx: Tx, principal: Principal, row: SimulationRow) -> SimulationOut:
    teams = principal.visible_teams(READ)
    if teams is None or row.result is None:
        return SimulationOut.of(row)
    seen = _ids(tx, principal, teams)
    of_queues = {name: found for name, found in row.result["queues"].items() if name in seen}
    found = {**row.result, "overall": {}, "levels": {}, "queues": of_queues}
    return SimulationOut.of(replace(row, result=found))


def _ids(tx: Tx, principal: Principal, teams: frozenset[str]) -> set[str]:
    return {queue.id for queue in queues.list_queues(tx, principal.tenant_id, teams)}
