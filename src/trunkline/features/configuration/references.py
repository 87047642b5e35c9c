"""References between parts of a configuration: written by name, so that a file can be carried on.

In rows things point at each other by id. In a document a reference is `@kind/name`, such as
`@queue/support`, wherever it stands as a value of its own: ids are unique over everything, so no
field has to be known to hold one, and fields that are added later are carried along.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

AGENT: Final = "agent"
MARK: Final = "@"


@dataclass(frozen=True, slots=True)
class Names:
    """What ids are called, and the reverse: id → (kind, name)."""

    by_id: dict[str, tuple[str, str]]
    by_name: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, by_id: dict[str, tuple[str, str]]) -> Names:
        """Both directions of a table of names."""
        return cls(by_id, {_written(kind, name): id for id, (kind, name) in by_id.items()})


@dataclass(slots=True)
class Lost:
    """References that lead nowhere: agents are left out, of others the reader is told."""

    agents: set[str] = field(default_factory=set)
    things: set[str] = field(default_factory=set)


def named(value: Any, names: Names) -> Any:
    """The value with every known id written as a reference."""
    if isinstance(value, dict):
        return {key: named(part, names) for key, part in value.items()}
    if isinstance(value, list):
        return [named(part, names) for part in value]
    if isinstance(value, str) and value in names.by_id:
        return _written(*names.by_id[value])
    return value


def resolved(value: Any, names: Names, lost: Lost, *, only: str = "") -> Any:
    """The value with every reference (or only those of a kind) written as the id it leads to.

    Agents who are not there are left out of lists; what else leads nowhere is kept as it is.
    """
    if isinstance(value, dict):
        return {key: resolved(part, names, lost, only=only) for key, part in value.items()}
    if isinstance(value, list):
        found = [resolved(part, names, lost, only=only) for part in value]
        return [part for part in found if not _is_agent(part)]
    if not _is_reference(value) or not value.startswith(f"{MARK}{only}"):
        return value
    if value in names.by_name:
        return names.by_name[value]
    (lost.agents if _is_agent(value) else lost.things).add(value)
    return value


def _written(kind: str, name: str) -> str:
    return f"{MARK}{kind}/{name}"


def _is_reference(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(MARK) and "/" in value


def _is_agent(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(f"{MARK}{AGENT}/")
