"""A draft policy: the published one with changes, in the names of the core's policy data.

    {"queues": {"<id>": {"strategy": "index", "tier_ms": 5000}},
     "order": {"kind": "index", "age_ms": 300000}, "sharing": {"keep_idle": 2}}

What is not named stays as it is published.
"""

from __future__ import annotations

import typing
from dataclasses import fields, is_dataclass, replace
from typing import Any

from trunkline.core.acd.rules import CallOrder, Sharing
from trunkline.core.codec import decode, encode
from trunkline.core.config import Policy, QueuePolicy
from trunkline.kit.errors import TrunklineError

FIXED = frozenset({"id"})


def drafted(published: Policy, changes: dict[str, Any]) -> Policy:
    """The draft; raises `draft_invalid` (422) with what does not fit."""
    wrong = changes.keys() - {"queues", "order", "sharing"}
    if wrong:
        raise _invalid(f"only queues, order and sharing can change, not {', '.join(sorted(wrong))}")
    queues = dict(_part(changes, "queues"))
    known = {queue.id for queue in published.queues}
    if not queues.keys() <= known:
        raise _invalid(f"there is no queue {', '.join(sorted(queues.keys() - known))}")
    return replace(
        published,
        version=published.version + 1,
        queues=tuple(
            _changed(QueuePolicy, queue, _part(queues, queue.id)) for queue in published.queues
        ),
        order=_changed(CallOrder, published.order, _part(changes, "order")),
        sharing=_changed(Sharing, published.sharing, _part(changes, "sharing")),
    )


def _part(changes: dict[str, Any], name: str) -> dict[str, Any]:
    part = changes.get(name, {})
    if not isinstance(part, dict):
        raise _invalid(f"{name} has to be an object")
    return part


def _changed(kind: type[Any], value: Any, changes: dict[str, Any]) -> Any:
    if not changes:
        return value
    names = {field.name for field in fields(kind)} - FIXED
    unknown = changes.keys() - names
    if unknown:
        raise _invalid(f"{kind.__name__} has no {', '.join(sorted(unknown))}")
    try:
        changed = decode(kind, encode(value) | changes)
    except (TypeError, ValueError, KeyError, AttributeError) as failure:
        raise _invalid(f"{kind.__name__}: {failure}") from None
    _check_numbers(kind, changed)
    return changed


def _check_numbers(kind: type[Any], value: Any) -> None:
    """The codec takes plain values as they are: see that they are what the fields say."""
    hints = typing.get_type_hints(kind)
    for name, hint in hints.items():
        found = getattr(value, name)
        if is_dataclass(found):
            _check_numbers(type(found), found)
        elif hint in (int, float, bool, str):
            wanted = (int, float) if hint is float else (hint,)
            if not isinstance(found, wanted) or (hint is not bool and isinstance(found, bool)):
                raise _invalid(f"{name} has to be {hint.__name__}")
            if hint in (int, float) and not abs(found) < 1e12:
                raise _invalid(f"{name} is out of range")


def _invalid(detail: str) -> TrunklineError:
    return TrunklineError("draft_invalid", 422, detail)
