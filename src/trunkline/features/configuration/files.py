"""A configuration as a file: JSON, and TOML when it is read."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any, Final

from trunkline.features.configuration.parts import PARTS
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.features.configuration.changes import Document

MEDIA: Final = "application/json"
FORMAT: Final = "trunkline"
FORMAT_VERSION: Final = 1


def written(document: Document) -> str:
    """The file of a document: JSON with the keys in a settled order, fit for version control."""
    return json.dumps({FORMAT: FORMAT_VERSION, **document}, ensure_ascii=False, indent=2) + "\n"


def read(text: str) -> Document:
    """The document of a file; raises 422 `file_unreadable` with the line that cannot be read."""
    found = _json(text) if text.lstrip().startswith("{") else _toml(text)
    if found.pop(FORMAT, FORMAT_VERSION) != FORMAT_VERSION:
        raise _unreadable("it was written by a newer version")
    for kind, things in found.items():
        if kind not in PARTS:
            raise _unreadable(f"there is no such kind: {kind}")
        if not isinstance(things, dict) or not all(isinstance(x, dict) for x in things.values()):
            raise _unreadable(f"{kind} has to hold things by name")
    return found


def _json(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise _unreadable(f"line {error.lineno}: {error.msg}") from error
    return dict(found)


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(str(error)) from error


def _unreadable(what: str) -> TrunklineError:
    return TrunklineError("file_unreadable", 422, f"The file cannot be read: {what}.")
