"""People at the border of a configuration: ids inside, usernames outside.

Names of staff are personal and stand in their own tables only, so documents hold ids; what leaves
by the API or as a file names people, and what comes in is read back.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from trunkline.features.configuration.parts import (
    OF_PEOPLE,
    PARTS,
    SKILLS,
    current,
    names,
    people,
)
from trunkline.features.configuration.references import AGENT, Lost, Names, named, resolved
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from trunkline.features.configuration.changes import Change, Changes, Content, Document
    from trunkline.features.configuration.service import Trial
    from trunkline.ports.database import Tx

MOST_CHANGES: Final = 10_000
Thing = tuple[str, str]


def shown(tx: Tx, tenant_id: str, document: Document) -> Document:
    """A document with people by their usernames."""
    who = people(tx, tenant_id)
    return {
        kind: {_name(who, kind, name): named(one, who) for name, one in things.items()}
        for kind, things in document.items()
    }


def read_in(
    tx: Tx, tenant_id: str, given: Mapping[str, Mapping[str, Content | None]]
) -> tuple[Changes, list[str]]:
    """Changes as they came, with ids of people and all else by name; and people who are unknown.

    Fields that are not given stay as they are, but for skills, which are given whole.
    Raises 422 `kind_unknown` or `too_many_changes`.
    """
    _bounded(given)
    who, known, lost = people(tx, tenant_id), names(tx, tenant_id), Lost()
    now = current(tx, tenant_id)
    read: Changes = {kind: {} for kind in given}
    for kind, things in given.items():
        for name, content in things.items():
            own = _id(who, kind, name, lost)
            if own is not None:
                inside = named(resolved(content, who, lost, only=AGENT), known)
                before = {} if kind == SKILLS else now[kind].get(own, {})
                read[kind][own] = None if inside is None else before | inside
    return read, sorted(lost.agents)


def things_in(tx: Tx, tenant_id: str, things: Iterable[Thing]) -> list[Thing]:
    """Kinds and names as they came, with ids of people; unknown people are left out."""
    who, lost = people(tx, tenant_id), Lost()
    found = ((kind, _id(who, kind, name, lost)) for kind, name in things)
    return [(kind, name) for kind, name in found if name is not None]


def name_things(tx: Tx, tenant_id: str, things: Iterable[Thing]) -> list[Thing]:
    """Kinds and names with people by their usernames."""
    who = people(tx, tenant_id)
    return [(kind, _name(who, kind, name)) for kind, name in things]


def name_changes(tx: Tx, tenant_id: str, changes: Iterable[Change]) -> list[Change]:
    """Changes with people by their usernames."""
    who = people(tx, tenant_id)
    return [_named(who, one) for one in changes]


def name_trial(tx: Tx, tenant_id: str, trial: Trial) -> Trial:
    """A trial with people by their usernames."""
    who = people(tx, tenant_id)
    problems = [replace(one, name=_name(who, one.kind, one.name)) for one in trial.problems]
    return replace(trial, changes=[_named(who, one) for one in trial.changes], problems=problems)


def _bounded(given: Mapping[str, Mapping[str, Content | None]]) -> None:
    unknown = given.keys() - PARTS.keys()
    if unknown:
        raise TrunklineError("kind_unknown", 422, f"There is no such kind: {min(unknown)}.")
    if sum(map(len, given.values())) > MOST_CHANGES:
        detail = f"At most {MOST_CHANGES} things can be changed at a time."
        raise TrunklineError("too_many_changes", 422, detail)


def _named(who: Names, one: Change) -> Change:
    fields = tuple(
        replace(field, before=named(field.before, who), after=named(field.after, who))
        for field in one.fields
    )
    return replace(one, name=_name(who, one.kind, one.name), fields=fields)


def _name(who: Names, kind: str, name: str) -> str:
    known = who.by_id.get(name)
    return known[1] if kind in OF_PEOPLE and known else name


def _id(who: Names, kind: str, name: str, lost: Lost) -> str | None:
    if kind not in OF_PEOPLE or name in who.by_id:
        return name
    reference = f"@{AGENT}/{name}"
    if reference not in who.by_name:
        lost.agents.add(reference)
    return who.by_name.get(reference)
