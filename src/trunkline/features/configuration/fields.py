"""The columns of a table out of the model that checks its things, and cells as values.

Each plain field is a column by its dotted path, such as `wrap_up.seconds`; a list of names is one
cell `ann;bob`; what is nested deeper is JSON. A field that is added to the model later is a column
at once.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from trunkline.features.configuration.references import MARK
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pydantic import BaseModel

    from trunkline.features.configuration.changes import Content
    from trunkline.kit.sheets import Cells

BETWEEN: Final = ";"
YES: Final = frozenset({"yes", "true", "1", "y"})
NO: Final = frozenset({"no", "false", "0", "n"})
LONGEST_WHOLE: Final = 12


class Shape(StrEnum):
    """How a value stands in a cell."""

    TEXT = "text"
    WHOLE = "whole"
    TRUTH = "truth"
    NAMES = "names"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Field:
    """A column: where its value stands, how it is written, and the kind of what it names."""

    column: str
    path: tuple[str, ...]
    shape: Shape
    optional: bool = False
    kind: str = ""


def fields_of(model: type[BaseModel], kinds: Mapping[str, str], but: str) -> tuple[Field, ...]:
    """The columns of a model but for the name; `kinds` says what its references lead to."""
    schema = model.model_json_schema()
    found = _walk(schema, schema.get("$defs", {}), ())
    named = (one for one in found if one.path != (but,))
    return tuple(_with_kind(one, kinds.get(one.column, "")) for one in named)


def cells_of(fields: tuple[Field, ...], content: Content) -> Cells:
    """A thing as the cells of its line."""
    return {field.column: _written(field, _at(content, field.path)) for field in fields}


def laid_over(fields: tuple[Field, ...], content: Content, cells: Cells) -> Content:
    """A thing with what a line says of it; a column that is not there leaves its field alone.

    Raises 422 `cell_invalid` with the column that cannot be read.
    """
    changed: Content = json.loads(json.dumps(content))
    for field in fields:
        cell = cells.get(field.column)
        if cell is None or (cell == "" and not _may_be_empty(field)):
            continue
        into = changed
        for step in field.path[:-1]:
            into = into.setdefault(step, {})
        into[field.path[-1]] = _read(field, cell)
    return changed


def cell_invalid(what: str) -> TrunklineError:
    """The refusal of a cell."""
    return TrunklineError("cell_invalid", 422, what)


def truth(column: str, cell: str) -> bool:
    """Yes or no; raises 422 `cell_invalid`."""
    word = cell.lower()
    if word not in YES | NO:
        raise cell_invalid(f"{column}: yes or no is wanted.")
    return word in YES


def _walk(
    schema: dict[str, Any], defined: dict[str, Any], path: tuple[str, ...]
) -> Iterator[Field]:
    for name, part in schema.get("properties", {}).items():
        here, (plain, optional) = (*path, name), _plain(part, defined)
        if plain.get("properties") and not optional:
            yield from _walk(plain, defined, here)
        else:
            yield Field(".".join(here), here, _shape(plain, defined), optional)


def _plain(part: dict[str, Any], defined: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """The schema behind a reference, and whether the value may be null."""
    choices = [one for one in part.get("anyOf", ()) if one.get("type") != "null"]
    optional = 0 < len(choices) < len(part.get("anyOf", ()))
    if len(choices) == 1:
        part = choices[0]
    if "$ref" in part:
        part = defined[part["$ref"].rpartition("/")[2]]
    return part, optional


def _shape(plain: dict[str, Any], defined: dict[str, Any]) -> Shape:
    match plain.get("type"):
        case "string":
            return Shape.TEXT
        case "integer":
            return Shape.WHOLE
        case "boolean":
            return Shape.TRUTH
        case "array" if _plain(plain.get("items", {}), defined)[0].get("type") == "string":
            return Shape.NAMES
    return Shape.JSON


def _with_kind(field: Field, kind: str) -> Field:
    return Field(
        field.column.removesuffix("_id") if kind else field.column,
        field.path,
        field.shape,
        field.optional,
        kind,
    )


def _at(content: Content, path: tuple[str, ...]) -> Any:
    found: Any = content
    for step in path:
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _may_be_empty(field: Field) -> bool:
    return field.optional or field.shape in (Shape.TEXT, Shape.NAMES)


def _written(field: Field, value: Any) -> str:
    if value is None:
        return ""
    return _WRITTEN[field.shape](field, value)


def _read(field: Field, cell: str) -> Any:
    if cell == "" and field.optional:
        return None
    return _READ[field.shape](field, cell)


def _name(field: Field, value: str) -> str:
    return value.removeprefix(f"{MARK}{field.kind}/") if field.kind else value


def _reference(field: Field, cell: str) -> str:
    return f"{MARK}{field.kind}/{cell}" if field.kind and cell else cell


def _read_whole(field: Field, cell: str) -> int:
    digits = cell.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > LONGEST_WHOLE:
        raise cell_invalid(f"{field.column}: a whole number is wanted.")
    return int(cell)


def _read_json(field: Field, cell: str) -> Any:
    try:
        return json.loads(cell)
    except (ValueError, RecursionError) as error:
        raise cell_invalid(f"{field.column}: JSON is wanted.") from error


def _read_names(field: Field, cell: str) -> list[str]:
    names = (name.strip() for name in cell.split(BETWEEN))
    return [_reference(field, name) for name in names if name]


def _write_json(_: Field, value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


_WRITTEN: Final[dict[Shape, Callable[[Field, Any], str]]] = {
    Shape.TEXT: _name,
    Shape.WHOLE: lambda _, value: str(value),
    Shape.TRUTH: lambda _, value: "yes" if value else "no",
    Shape.NAMES: lambda field, value: BETWEEN.join(_name(field, one) for one in value),
    Shape.JSON: _write_json,
}
_READ: Final[dict[Shape, Callable[[Field, str], Any]]] = {
    Shape.TEXT: _reference,
    Shape.WHOLE: _read_whole,
    Shape.TRUTH: lambda field, cell: truth(field.column, cell),
    Shape.NAMES: _read_names,
    Shape.JSON: _read_json,
}
