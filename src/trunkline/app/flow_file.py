"""A flow in a file: read as the core reads it, and looked over.

The form is that of `GET /api/v1/flows`' graphs and of the journal: `start`, and `nodes` whose kind
stands under `t`. `id` and `version` are given when a flow is published, and may be left out.
"""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any

from trunkline.core import codec
from trunkline.core.flow.graph import Flow, exits, problems

if TYPE_CHECKING:
    from pathlib import Path


class Unreadable(Exception):
    """The file is no flow; says where it ceases to be one."""


def check(file: Path) -> tuple[int, tuple[str, ...]]:
    """How many nodes it has, and what is wrong with them; raises `Unreadable`."""
    flow = _flow(_read(file))
    return len(flow.nodes), problems(flow)


def _read(file: Path) -> dict[str, Any]:
    try:
        text = file.read_text(encoding="utf-8")
        found = tomllib.loads(text) if file.suffix == ".toml" else json.loads(text)
    except (OSError, ValueError) as error:
        raise Unreadable(f"{file}: {error}") from error
    if not isinstance(found, dict):
        raise Unreadable(f"{file}: a flow is an object with start and nodes")
    return found


def _flow(given: dict[str, Any]) -> Flow:
    nodes = given.get("nodes")
    if not isinstance(given.get("start"), str) or not isinstance(nodes, list):
        raise Unreadable("a flow has a start, the id of a node, and a list of nodes")
    for place, node in enumerate(nodes, 1):
        _node(place, node)
    flow: Flow = codec.decode(Flow, {"t": "Flow", "id": "file", "version": 1, **given})
    return flow


def _node(place: int, given: Any) -> None:
    """One node; what is wrong is told with its place, as the whole would not."""
    if not isinstance(given, dict):
        raise Unreadable(f"node {place}: it is no object")
    try:
        flow: Flow = codec.decode(Flow, {"id": "file", "version": 1, "start": "", "nodes": [given]})
        exits(flow.nodes[0])
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Unreadable(f"{given.get('id', f'node {place}')}: {error}") from error
