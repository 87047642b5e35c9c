"""One decision in the making: the state, the stamp, and what was decided so far.

Each fact is applied the moment it is decided, so that the next rule sees it. If a rule raises,
the state is spoilt and the cell is rebuilt from its journal; nothing of the turn is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from trunkline.core.apply import FOLDS, unfolded
from trunkline.core.commands import Command
from trunkline.core.facts import Fact
from trunkline.core.inputs import Stamp
from trunkline.core.state import State


class Refused(Exception):
    """The wish cannot be met; `code` is for programs, `detail` for people. Nothing was decided."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(slots=True)
class Turn:
    """Collects facts and commands of one input."""

    state: State
    stamp: Stamp
    now: int
    """The time of the input, ms UTC."""
    facts: list[Fact] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    named: int = 0
    changes: int = 0
    """Flows that were left for others: rules of overflow may form a circle."""
    settling: bool = False
    """While true nothing is offered: what is there is put in order first."""

    def new_id(self) -> str:
        """A new id `<cell>-<seq>-<n>`."""
        self.named += 1
        return f"{self.state.cell}-{self.stamp.seq}-{self.named}"

    def emit(self, fact: Fact) -> None:
        """Decide a fact; the state follows at once."""
        FOLDS.get(type(fact), unfolded)(self.state, self.now, fact)
        self.facts.append(fact)

    def do(self, command: Command) -> None:
        """Ask for something once the facts are durable."""
        self.commands.append(command)
