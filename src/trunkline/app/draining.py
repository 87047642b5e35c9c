"""An operator spares a node of telephony, ends it and lets it come back, while the program runs.

What is wanted stands in a file of the data directory and holds over restarts; the program does it,
and tells in another file how its nodes stand. No call is lost by it: one that runs goes on to its
end where it is.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING, Any, Final

from trunkline.adapters.edge.private import write_private
from trunkline.adapters.edge.survivor import Survivor
from trunkline.kit.clock import monotonic_s

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STOP_WITHIN_S: Final = 10.0
DONE_WITHIN_S: Final = 10.0
"""How long a program that runs takes at most to do what is wanted."""
_LOOK_EVERY_S: Final = 0.1

Nodes = dict[str, dict[str, Any]]
"""By name: whether it is `drained` and `ready`, and how many `legs` stand there."""


class CannotDrain(Exception):
    """What was asked for cannot be done now; the message says why."""


def directory_of(data: Path, node: str) -> Path:
    """Where a node's Asterisk lives; the first is the one of an installation with one."""
    return data / ("asterisk" if node == "1" else f"asterisk-{node}")


class DrainFiles:
    """The two files: what is wanted, and how it is."""

    def __init__(self, data: Path) -> None:
        self._wanted = data / "kamailio" / "drained.json"
        self._state = data / "kamailio" / "nodes.json"
        self._last: object = None

    def wanted(self) -> frozenset[str]:
        """The nodes that an operator has drained."""
        with contextlib.suppress(OSError, ValueError, TypeError):
            return frozenset(json.loads(self._wanted.read_text(encoding="utf-8")))
        return frozenset()

    def want(self, nodes: frozenset[str]) -> None:
        """Say which are to be drained; holds over restarts."""
        write_private(self._wanted, json.dumps(sorted(nodes)))

    def tell(self, nodes: Nodes) -> None:
        """Keep how they stand, when that has changed."""
        if nodes != self._last:
            write_private(self._state, json.dumps(nodes))
            self._last = nodes

    def told(self) -> Nodes:
        """How the nodes stood last; empty where there are none."""
        with contextlib.suppress(OSError, ValueError):
            found: Nodes = json.loads(self._state.read_text(encoding="utf-8"))
            return found
        return {}


async def drain(data: Path, node: str, within_s: float) -> int:
    """Give a node no new calls, and wait so long for its last one to end; how many are left.

    Raises CannotDrain.
    """
    files = DrainFiles(data)
    others = _known(files, node).keys() - files.wanted() - {node}
    if not others:
        raise CannotDrain("No other node would take calls.")
    files.want(files.wanted() | {node})
    await _until(files, node, lambda told: told["drained"], DONE_WITHIN_S)
    with contextlib.suppress(CannotDrain):
        await _until(files, node, lambda told: not told["legs"], within_s)
    return int(files.told()[node]["legs"])


async def undrain(data: Path, node: str) -> None:
    """Give a node calls again; raises CannotDrain."""
    files = DrainFiles(data)
    _known(files, node)
    files.want(files.wanted() - {node})
    await _until(files, node, lambda told: not told["drained"], DONE_WITHIN_S)


async def restart(data: Path, node: str) -> None:
    """End a node's Asterisk, which the program then starts anew; raises CannotDrain.

    Only one that is drained and has no calls left.
    """
    files = DrainFiles(data)
    told = _known(files, node)[node]
    if not told["drained"] or told["legs"]:
        raise CannotDrain(f"Node {node} has calls or may get some: drain it first.")
    process = Survivor(directory_of(data, node) / "process.json")
    if process.found():
        await process.stop(STOP_WITHIN_S)
    await _until(files, node, lambda told: not told["ready"], DONE_WITHIN_S, or_so=True)
    await _until(files, node, lambda told: told["ready"], DONE_WITHIN_S)


def _known(files: DrainFiles, node: str) -> Nodes:
    told = files.told()
    if node not in told:
        names = ", ".join(told) or "none: the program was not started with several"
        raise CannotDrain(f"There is no node {node}; there are {names}.")
    return told


async def _until(
    files: DrainFiles,
    node: str,
    look: Callable[[dict[str, Any]], object],
    within_s: float,
    *,
    or_so: bool = False,
) -> None:
    """Wait for it; a state that may have passed unseen need not be seen (`or_so`)."""
    until = monotonic_s() + within_s
    while not look(files.told()[node]):
        if monotonic_s() > until:
            if or_so:
                return
            raise CannotDrain("The program does not do it: does it run?")
        await asyncio.sleep(_LOOK_EVERY_S)
