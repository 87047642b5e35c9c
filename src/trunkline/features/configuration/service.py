"""A tenant's configuration as one document: read, tried, applied, kept in versions, rolled back.

Everything that is changed by hand is kept as a version in the transaction of the change. A version
is whole, so going back to one, or to a part of it, is a difference like any other. To try changes
is to make them and to undo them: what a trial says is what would happen.

Stored documents hold the ids of people and the names of everything else. Only what leaves by the
API names people.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic import ValidationError

from trunkline.features import agents, tenancy
from trunkline.features.configuration import files, store
from trunkline.features.configuration.changes import (
    Change,
    Changes,
    Content,
    Document,
    asked,
    differences,
    only,
    there,
    told,
    touched,
)
from trunkline.features.configuration.parts import (
    NAMING,
    OF_PEOPLE,
    PARTS,
    QUEUES,
    REMOVED,
    WRITTEN,
    Part,
    current,
    names,
)
from trunkline.features.configuration.people import name_trial, read_in
from trunkline.features.configuration.references import Lost, Names, resolved
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from trunkline.features.configuration.store import DraftRow, VersionRow
    from trunkline.features.tenancy import Writing
    from trunkline.ports.database import Tx

T = TypeVar("T")
MOST_DRAFTS: Final = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a thing cannot be written so."""

    kind: str
    name: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What changes would do, or did: `left_out` are agents that are not (or no longer) there."""

    changes: list[Change]
    problems: list[Problem]
    left_out: list[str]


@dataclass(frozen=True, slots=True)
class Deed:
    """What a version is kept for."""

    by: str
    action: str
    subject: str
    note: str = ""


def tried(on: Writing, changes: Changes) -> Trial:
    """What changes would do; nothing of it stays."""
    return seen_after(on, changes, lambda _: None)[0]


def seen_after(on: Writing, changes: Changes, look: Callable[[Tx], T]) -> tuple[Trial, T | None]:
    """What changes would do, and what `look` finds in the store as it would be without problems.

    Nothing of it stays.
    """
    savepoint = on.tx.begin_nested()
    try:
        trial = _write(on, changes)
        return trial, None if trial.problems else look(on.tx)
    finally:
        savepoint.rollback()


def seen_of_draft(on: Writing, draft_id: str, look: Callable[[Tx], T]) -> T:
    """What `look` finds in the store as a draft would make it; nothing of that stays.

    Raises 404 `draft_unknown`, or 422 `draft_invalid` when it cannot be published as it is.
    """
    refusal = ("draft_invalid", "The draft cannot be published as it is.")
    return _seen(on, draft(on.tx, on.tenant_id, draft_id).changes, look, refusal)


def seen_of_file(on: Writing, text: str, look: Callable[[Tx], T]) -> T:
    """What `look` finds in the store as a file would make it; what it does not name stays.

    Nothing of that stays. Raises 422 `file_unreadable`, or `file_invalid` when it does not fit.
    """
    given, _ = read_in(on.tx, on.tenant_id, files.read(text))
    changes = asked(there(given), current(on.tx, on.tenant_id), remove=False)
    return _seen(on, changes, look, ("file_invalid", "The file does not fit this configuration."))


def seen_of_version(on: Writing, number: int, look: Callable[[Tx], T]) -> T:
    """What `look` finds in the store as a version was; nothing of that stays.

    Raises 404 `version_unknown`, or 422 `version_invalid` when it cannot be gone back to.
    """
    changes = back_to(on.tx, on.tenant_id, number, None)
    return _seen(on, changes, look, ("version_invalid", "There is no going back to this version."))


def write(on: Writing, changes: Changes, deed: Deed) -> Trial:
    """Make changes and keep the outcome as a version; with problems the caller takes it back."""
    trial = _write(on, changes)
    if not trial.problems:
        number = tenancy.policy_version(on.tx, on.tenant_id) + 1
        keep(on.tx, on.tenant_id, on.now, deed, number)
    return trial


def apply(on: Writing, changes: Changes, deed: Deed) -> Trial:
    """Make changes and keep the outcome as a version.

    Raises 422 `configuration_invalid` with `problems`; then nothing stays of it.
    """
    trial = write(on, changes, deed)
    if trial.problems:
        trial = name_trial(on.tx, on.tenant_id, trial)
        first = trial.problems[0]
        raise TrunklineError(
            "configuration_invalid",
            422,
            f"{first.kind} {first.name}: {first.detail}",
            problems=[_problem(one) for one in trial.problems],
        )
    return trial


def keep(tx: Tx, tenant_id: str, at: int, deed: Deed, policy_version: int) -> None:
    """Keep the configuration as it is now as a version, unless it is like the last one."""
    document, last = current(tx, tenant_id), store.newest(tx, tenant_id)
    before = _document(tx, tenant_id, last.number) if last else {}
    changed = differences(before, document)
    if not changed:
        return
    row = store.VersionRow(
        tenant_id=tenant_id,
        number=last.number + 1 if last else 1,
        policy_version=policy_version,
        at=at,
        by=deed.by,
        action=deed.action,
        subject=deed.subject,
        note=deed.note,
        changed=[list(one) for one in touched(changed)] if last else [],
    )
    store.add_version(tx, row, document)


def version(tx: Tx, tenant_id: str, number: int) -> tuple[VersionRow, Document]:
    """A version and its document; raises 404 `version_unknown`."""
    found = store.find_version(tx, tenant_id, number)
    if found is None:
        raise TrunklineError("version_unknown", 404, "There is no such version.")
    return found


def step(tx: Tx, tenant_id: str, number: int) -> tuple[VersionRow, list[Change]]:
    """A version, and what it changed of the one before; raises 404 `version_unknown`."""
    row, document = version(tx, tenant_id, number)
    earlier = store.find_version(tx, tenant_id, number - 1)
    before = earlier[1] if earlier else {}
    return row, told(before, differences(before, document))


def back_to(tx: Tx, tenant_id: str, number: int, things: list[tuple[str, str]] | None) -> Changes:
    """What has to be done to be as a version was, or only these things of it.

    Raises 404 `version_unknown`. What is of agents who are no more is left alone.
    """
    now, (_, then) = current(tx, tenant_id), version(tx, tenant_id, number)
    changes = differences(now, then)
    there = {row.id for row in agents.every(tx, tenant_id)}
    for kind in OF_PEOPLE & changes.keys():
        changes[kind] = {who: one for who, one in changes[kind].items() if who in there}
    return only(changes, touched(changes) if things is None else things)


def stale(tx: Tx, draft: DraftRow) -> list[tuple[str, str]]:
    """The things of a draft that others changed since it was begun."""
    now, then = current(tx, draft.tenant_id), _document(tx, draft.tenant_id, draft.base)
    return [
        (kind, name)
        for kind, name in touched(draft.changes)
        if now.get(kind, {}).get(name) != then.get(kind, {}).get(name)
    ]


def number_now(tx: Tx, tenant_id: str) -> int:
    """The number of the version that is in force; 0 before any was kept."""
    last = store.newest(tx, tenant_id)
    return last.number if last else 0


def draft(tx: Tx, tenant_id: str, draft_id: str) -> DraftRow:
    """One draft; raises 404 `draft_unknown`."""
    row = store.find_draft(tx, tenant_id, draft_id)
    if row is None:
        raise TrunklineError("draft_unknown", 404, "There is no such draft.")
    return row


def check_room(tx: Tx, tenant_id: str) -> None:
    """Raise 409 `too_many_drafts` when there is no room for one more."""
    if len(store.list_drafts(tx, tenant_id)) >= MOST_DRAFTS:
        raise TrunklineError("too_many_drafts", 409, f"At most {MOST_DRAFTS} drafts are kept.")


def change_draft(on: Writing, row: DraftRow, more: Changes) -> DraftRow:
    """Put things into a draft in place of what it held of them."""
    merged = {kind: dict(things) for kind, things in row.changes.items()}
    for kind, name in touched(more):
        merged.setdefault(kind, {})[name] = more[kind][name]
    changed = replace(row, changes=merged, changed_at=on.now, version=row.version + 1)
    store.put_draft(on.tx, changed)
    return changed


def leave_out(on: Writing, row: DraftRow, kind: str, name: str) -> DraftRow:
    """Take a thing out of a draft."""
    kept = (thing for thing in touched(row.changes) if thing != (kind, name))
    changes = only(row.changes, kept)
    changed = replace(row, changes=changes, changed_at=on.now, version=row.version + 1)
    store.put_draft(on.tx, changed)
    return changed


def _seen(on: Writing, changes: Changes, look: Callable[[Tx], T], refusal: tuple[str, str]) -> T:
    trial, found = seen_after(on, changes, look)
    if trial.problems or found is None:
        code, detail = refusal
        problems = [_problem(one) for one in name_trial(on.tx, on.tenant_id, trial).problems]
        raise TrunklineError(code, 422, detail, problems=problems)
    return found


def _document(tx: Tx, tenant_id: str, number: int) -> Document:
    found = store.find_version(tx, tenant_id, number)
    return found[1] if found else {}


def _write(on: Writing, changes: Changes) -> Trial:
    """Write what leans on nothing first, remove in the reverse order.

    Queues that come, and those that go, are made bare at first: they may point at each other, and
    so may flows.
    """
    before = current(on.tx, on.tenant_id)
    seen = told(before, changes)
    wanted = only(changes, ((one.kind, one.name) for one in seen))
    written = [
        (QUEUES, name, before[QUEUES].get(name, {}) | {"overflow": []})
        for name, one in wanted.get(QUEUES, {}).items()
        if (one is None) == (name in before[QUEUES])
    ]
    for kind in WRITTEN:
        things = wanted.get(kind, {}).items()
        written += [(kind, name, one) for name, one in _roots_first(things) if one is not None]
    removed = [
        (kind, name, None)
        for kind in REMOVED
        for name, one in wanted.get(kind, {}).items()
        if one is None
    ]
    left_out = set[str]()
    problems: list[Problem] = []
    known = names(on.tx, on.tenant_id)
    for kind, name, one in (*written, *removed):
        problems += _attempt(on, PARTS[kind], name, one, known, left_out)
        if kind in NAMING:
            known = names(on.tx, on.tenant_id)
    if not problems:
        # What really changed, with the values that fields take which were not given.
        after = current(on.tx, on.tenant_id)
        seen = told(before, differences(before, after))
    return Trial(seen, problems, sorted(left_out))


def _roots_first(
    things: Iterable[tuple[str, Content | None]],
) -> list[tuple[str, Content | None]]:
    """Dispositions before those below them."""
    return sorted(things, key=lambda pair: bool((pair[1] or {}).get("parent_id")))


def _attempt(
    on: Writing,
    part: Part,
    name: str,
    content: Content | None,
    known: Names,
    left_out: set[str],
) -> list[Problem]:
    lost = Lost()
    try:
        with on.tx.begin_nested():
            if content is None:
                part.remove(on, name)
            else:
                ids = resolved(content, known, lost)
                _refuse_lost(lost)
                part.write(on, name, ids)
    except TrunklineError as refusal:
        return [Problem(part.kind, name, refusal.code, refusal.detail)]
    except ValidationError as error:
        return [_invalid(part.kind, name, fault) for fault in error.errors()[:5]]
    left_out |= lost.agents
    return []


def _refuse_lost(lost: Lost) -> None:
    if lost.things:
        detail = f"It points at what is not there: {', '.join(sorted(lost.things))}."
        raise TrunklineError("reference_unknown", 422, detail)


def _invalid(kind: str, name: str, fault: Any) -> Problem:
    where = ".".join(str(part) for part in fault["loc"])
    detail = f"{where}: {fault['msg']}" if where else fault["msg"]
    return Problem(kind, name, "invalid_content", detail)


def _problem(one: Problem) -> dict[str, str]:
    return {"kind": one.kind, "name": one.name, "code": one.code, "detail": one.detail}
