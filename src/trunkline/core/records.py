"""Records: frozen dataclasses that are made quickly.

A frozen dataclass sets every field by `object.__setattr__`, which looks the field up by its name
each time; making what was decided took a fifth of deciding it. A record's fields are set through
the setters of its slots, found once. To a type checker, and in all else, it is the dataclass.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, dataclass, fields
from typing import TYPE_CHECKING, Any

__all__ = ["record"]

if TYPE_CHECKING:
    from dataclasses import dataclass as record
else:

    def record(**options: bool) -> Any:
        """`@record(frozen=True, slots=True)`: a frozen dataclass with slots, made quickly."""
        return lambda kind: _quickened(dataclass(**options)(kind))


def _quickened(kind: type[Any]) -> type[Any]:
    """The class with an `__init__` that goes straight to the slots."""
    scope: dict[str, Any] = {"MISSING": MISSING}
    parameters, lines = ["self"], ["pass"]
    for field in fields(kind):
        parameters.append(_parameter(field, scope))
        scope[f"set_{field.name}"] = getattr(kind, field.name).__set__
        lines.append(f"set_{field.name}(self, {_value(field, scope)})")
    text = f"def __init__({', '.join(parameters)}):\n " + "\n ".join(lines)
    exec(text, scope)  # noqa: S102 - names and places of fields alone, as dataclasses does
    made = scope["__init__"]
    made.__qualname__, made.__module__ = f"{kind.__qualname__}.__init__", kind.__module__
    made.__annotations__ = kind.__init__.__annotations__
    kind.__init__ = made
    return kind


def _parameter(field: Field[Any], scope: dict[str, Any]) -> str:
    if not field.init or field.kw_only:
        raise TypeError(f"every field of a record is given by position: {field.name}")
    if field.default_factory is not MISSING:
        return f"{field.name}=MISSING"
    if field.default is MISSING:
        return field.name
    scope[f"default_{field.name}"] = field.default
    return f"{field.name}=default_{field.name}"


def _value(field: Field[Any], scope: dict[str, Any]) -> str:
    name = field.name
    if field.default_factory is MISSING:
        return name
    scope[f"make_{name}"] = field.default_factory
    return f"make_{name}() if {name} is MISSING else {name}"
