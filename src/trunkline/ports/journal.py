"""The port to the durable record of a cell: entries, snapshots, dead letters and the fence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trunkline.ports.database import Tx

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One decided input. `facts` and `commands` are in the order they were decided.

    `settled` lists ids of earlier commands that ended since the entry before (`id`, or `id!` when
    it failed); what never settles is open, and is reconciled after a restart.
    """

    seq: int
    at: int
    seed: int
    core_version: int
    input: Json
    facts: tuple[Json, ...]
    commands: tuple[Json, ...]
    settled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of a cell after entry `seq`."""

    seq: int
    at: int
    core_version: int
    state: Json


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An input that raised: a bug to look at, kept with what it raised (no personal data)."""

    at: int
    input: Json
    error: str


class FenceLost(Exception):
    """Another program took the cell over; this one must stop at once."""


class Journal(Protocol):
    """All calls run inside the caller's transaction."""

    def take_over(self, tx: Tx, tenant_id: str, cell: str) -> int:
        """Raise the cell's epoch by one and return it: older writers are fenced off from now."""

    def append(
        self, tx: Tx, tenant_id: str, cell: str, epoch: int, entries: Sequence[Entry]
    ) -> None:
        """Write entries; raises `FenceLost` when the epoch is no longer the cell's."""

    def read(self, tx: Tx, tenant_id: str, cell: str, after: int) -> Iterator[Entry]:
        """Entries with seq > after, in order."""

    def save_snapshot(self, tx: Tx, tenant_id: str, cell: str, snapshot: Snapshot) -> None:
        """Keep a snapshot; the newest two are kept."""

    def latest_snapshot(self, tx: Tx, tenant_id: str, cell: str) -> Snapshot | None:
        """The newest snapshot, if there is one."""

    def bury(self, tx: Tx, tenant_id: str, cell: str, letter: DeadLetter) -> None:
        """Keep an input that raised."""
