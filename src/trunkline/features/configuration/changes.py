"""What differs between two configurations, thing by thing and field by field."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Content = dict[str, Any]
Document = dict[str, dict[str, Content]]
"""By kind, then by name: everything that a tenant has configured, as JSON values."""
Changes = dict[str, dict[str, Content | None]]
"""By kind, then by name: what is to stand there; None: it is to go."""


class What(StrEnum):
    """What becomes of a thing."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field; None where it is not there."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs."""

    kind: str
    name: str
    what: What
    fields: tuple[FieldChange, ...]


def differences(before: Document, after: Document) -> Changes:
    """What has to be done to make `before` into `after`."""
    found: Changes = {}
    for kind in dict.fromkeys((*before, *after)):
        old, new = before.get(kind, {}), after.get(kind, {})
        for name in sorted({*old, *new}):
            if old.get(name) != new.get(name):
                found.setdefault(kind, {})[name] = new.get(name)
    return found


def told(before: Document, changes: Changes) -> list[Change]:
    """Changes as a reader sees them; those that change nothing are left out."""
    return list(_told(before, changes))


def asked(document: Document, now: Document, *, remove: bool) -> Changes:
    """What a file asks for: what it names is to be so; with `remove`, what else is there goes.

    Only kinds that the file names are looked at.
    """
    found = differences({kind: now.get(kind, {}) for kind in document}, document)
    kept = (
        (kind, name) for kind, name in touched(found) if remove or found[kind][name] is not None
    )
    return only(found, kept)


def there(changes: Changes) -> Document:
    """What is to be there, by kind and name; an empty kind stays named."""
    return {
        kind: {name: one for name, one in things.items() if one is not None}
        for kind, things in changes.items()
    }


def touched(changes: Changes) -> Iterator[tuple[str, str]]:
    """Kind and name of each thing that is named."""
    return ((kind, name) for kind, things in changes.items() for name in things)


def only(changes: Changes, wanted: Iterable[tuple[str, str]]) -> Changes:
    """The changes to these things."""
    chosen: Changes = {}
    for kind, name in wanted:
        if name in changes.get(kind, {}):
            chosen.setdefault(kind, {})[name] = changes[kind][name]
    return chosen


def _told(before: Document, changes: Changes) -> Iterator[Change]:
    for kind, name in touched(changes):
        old, new = before.get(kind, {}).get(name), changes[kind][name]
        fields = tuple(_fields(_flat(old or {}), _flat(new or {})))
        if old is None and new is not None:
            yield Change(kind, name, What.ADDED, fields)
        elif new is None and old is not None:
            yield Change(kind, name, What.REMOVED, fields)
        elif fields:
            yield Change(kind, name, What.CHANGED, fields)


def _fields(old: Content, new: Content) -> Iterator[FieldChange]:
    for path in dict.fromkeys((*old, *new)):
        if old.get(path) != new.get(path):
            yield FieldChange(path, old.get(path), new.get(path))


def _flat(value: Any, path: str = "") -> Content:
    """Fields by dotted path; lists of things with an id are told thing by thing."""
    if isinstance(value, list) and value and all(isinstance(x, dict) and "id" in x for x in value):
        value = {part["id"]: part for part in value}
    if not isinstance(value, dict) or not value:
        return {path: value} if path else {}
    flat: Content = {}
    for key, part in value.items():
        flat |= _flat(part, f"{path}.{key}" if path else key)
    return flat
