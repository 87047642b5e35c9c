"""Skill sets: made, changed, given to agents until a date, and gone by themselves after it.

What an agent may be asked for is the best level of his own skills and of the sets that he holds at
the time when the policy is composed. A set whose time has come counts nowhere any more; the job
that runs each minute removes it and publishes, so that routing follows within a minute.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from trunkline.features.agents.sets import store
from trunkline.features.agents.sets.schemas import MOST_HOLDERS
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.features.agents.sets.schemas import SkillSetKept, SkillSetNew
    from trunkline.features.agents.sets.store import SetRow
    from trunkline.features.tenancy import Writing
    from trunkline.ports.database import Tx

END: Final = "agents.end_skill_sets"
EACH_MINUTE: Final = "* * * * *"
MOST_SETS: Final = 200


@dataclass(frozen=True, slots=True)
class Held:
    """A set in the hands of an agent, until a time (ms)."""

    id: str
    name: str
    until: int


def create(on: Writing, new: SkillSetNew) -> str:
    """Make a set; returns its id. Raises 409 `skill_set_name_taken` or `too_many_skill_sets`."""
    if len(store.every(on.tx, on.tenant_id)) >= MOST_SETS:
        raise TrunklineError("too_many_skill_sets", 409, f"At most {MOST_SETS} sets are kept.")
    row = store.SetRow(on.tenant_id, on.ids.new("sks"), new.name, dict(new.skills))
    _put(on, row)
    return row.id


def change(on: Writing, row: SetRow, given: dict[str, Any]) -> None:
    """Change name or skills; raises 409 `skill_set_name_taken`."""
    _put(on, replace(row, **given, version=row.version + 1))


def delete(on: Writing, row: SetRow) -> None:
    """Remove a set from everybody and for good."""
    store.drop(on.tx, row)


def find(tx: Tx, tenant_id: str, id_or_name: str) -> SetRow:
    """One set by its id or name; raises 404 `skill_set_unknown`."""
    row = store.find(tx, tenant_id, id_or_name)
    if row is None:
        raise TrunklineError("skill_set_unknown", 404, "There is no such skill set.")
    return row


def give(on: Writing, row: SetRow, agent_id: str, until: int) -> None:
    """Let an agent hold a set until a time (ms).

    Raises 422 `until_over` when that has passed, 409 `too_many_holders`.
    """
    if until <= on.now:
        raise TrunklineError("until_over", 422, "The set would be gone already.")
    mine = [one for one in store.held(on.tx, on.tenant_id, 0) if one.set_id == row.id]
    if len(mine) >= MOST_HOLDERS and all(one.agent_id != agent_id for one in mine):
        raise TrunklineError("too_many_holders", 409, f"At most {MOST_HOLDERS} hold a set.")
    store.give(on.tx, row, agent_id, until)


def take(on: Writing, row: SetRow, agent_id: str) -> None:
    """Take a set from an agent; raises 404 `holder_unknown`."""
    if not store.take(on.tx, row, agent_id):
        raise TrunklineError("holder_unknown", 404, "This agent does not hold the set.")


def granted(tx: Tx, tenant_id: str, now: int) -> dict[str, dict[str, int]]:
    """The skills that agents have by the sets they hold at a time (ms), the best level of each."""
    skills = {row.id: row.skills for row in store.every(tx, tenant_id)}
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for one in store.held(tx, tenant_id, now):
        found[one.agent_id] = better(found[one.agent_id], skills[one.set_id])
    return found


def better(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    """The best level of each skill."""
    return {skill: max(one.get(skill, 0), other.get(skill, 0)) for skill in {**one, **other}}


def held_by(tx: Tx, tenant_id: str, now: int) -> dict[str, list[Held]]:
    """The sets that agents hold at a time (ms), by name."""
    found: dict[str, list[Held]] = defaultdict(list)
    names = {row.id: row.name for row in store.every(tx, tenant_id)}
    for one in store.held(tx, tenant_id, now):
        found[one.agent_id].append(Held(one.set_id, names[one.set_id], one.until))
    return {agent: sorted(sets, key=lambda one: one.name) for agent, sets in found.items()}


def kept(tx: Tx, tenant_id: str) -> dict[str, dict[str, Any]]:
    """All sets by name as the configuration keeps them."""
    holders: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in store.held(tx, tenant_id, 0):
        holders[one.set_id].append({"agent": one.agent_id, "until": one.until})
    return {
        row.name: {"skills": dict(sorted(row.skills.items())), "holders": holders[row.id]}
        for row in store.every(tx, tenant_id)
    }


def keep(on: Writing, name: str, wanted: SkillSetKept) -> None:
    """Make a set what the configuration says; holders whose time has come are left out.

    Raises 404 `agent_unknown`.
    """
    row = store.find(on.tx, on.tenant_id, name)
    if row is None:
        row = store.SetRow(on.tenant_id, on.ids.new("sks"), name, dict(wanted.skills))
    else:
        row = replace(row, skills=dict(wanted.skills), version=row.version + 1)
    _put(on, row)
    until = {one.agent: one.until for one in wanted.holders if one.until > on.now}
    if until.keys() - store.known_agents(on.tx, on.tenant_id, until):
        raise TrunklineError("agent_unknown", 404, "There is no such agent.")
    store.set_holders(on.tx, row, until)


def _put(on: Writing, row: SetRow) -> None:
    if not store.put(on.tx, row):
        raise TrunklineError("skill_set_name_taken", 409, "Another skill set has this name.")
