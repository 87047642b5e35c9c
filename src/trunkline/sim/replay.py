"""A journal read again: deciding anew, and what a real day would have been under other rules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trunkline.core.cell import decide
from trunkline.core.codec import decode, encode
from trunkline.core.inputs import Input, Stamp
from trunkline.core.state import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trunkline.ports.journal import Entry


def decided_anew(cell: str, entries: Iterable[Entry]) -> Iterator[Entry]:
    """Decide each input again, from the beginning of the cell, under its own stamp.

    At the core version that wrote them, and with nothing left out, the same entries come out.
    """
    state = State(cell=cell)
    for entry in entries:
        stamp = Stamp(entry.seq, entry.at, entry.seed)
        facts, commands = decide(state, stamp, decode(Input, entry.input))
        yield replace(
            entry,
            facts=tuple(encode(fact) for fact in facts),
            commands=tuple(encode(command) for command in commands),
        )
