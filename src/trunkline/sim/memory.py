"""A cell's world in memory: a clock that is set, names out of a seed, a journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from trunkline.kit.chance import stream

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trunkline.ports.database import Tx
    from trunkline.ports.journal import DeadLetter, Entry, Snapshot

NO_TX = cast("Tx", None)
"""The transaction of a cell that writes nowhere."""


class VirtualClock:
    """Shows the time it was set to, ms UTC."""

    def __init__(self, now: int) -> None:
        self.now = now

    def now_ms(self) -> int:
        """The time it was set to."""
        return self.now


class SeededIds:
    """Names and seeds that are the same in each run of a seed."""

    def __init__(self, seed: int) -> None:
        self._draw = stream(seed, "stamps")
        self._named = 0

    def new(self, prefix: str) -> str:
        """The next name."""
        self._named += 1
        return f"{prefix}_{self._named:08}"

    def seed(self) -> int:
        """The next seed, 63 bits."""
        return self._draw.getrandbits(63)


class MemoryJournal:
    """The port `Journal` in memory; unless it is told to `keep` entries it forgets them at once."""

    def __init__(self, *, keep: bool = False) -> None:
        self.entries: list[Entry] = []
        self.buried: list[DeadLetter] = []
        self.written = 0
        self._keep = keep
        self._epoch = 0
        self._snapshot: Snapshot | None = None

    def take_over(self, tx: Tx, tenant_id: str, cell: str) -> int:
        """The next epoch."""
        self._epoch += 1
        return self._epoch

    def append(
        self, tx: Tx, tenant_id: str, cell: str, epoch: int, entries: Sequence[Entry]
    ) -> None:
        """Count entries, and keep them where that was asked for."""
        self.written += len(entries)
        if self._keep:
            self.entries.extend(entries)

    def read(self, tx: Tx, tenant_id: str, cell: str, after: int) -> Iterator[Entry]:
        """Entries with seq > after, in order."""
        return (entry for entry in self.entries if entry.seq > after)

    def save_snapshot(self, tx: Tx, tenant_id: str, cell: str, snapshot: Snapshot) -> None:
        """Keep the newest."""
        self._snapshot = snapshot

    def latest_snapshot(self, tx: Tx, tenant_id: str, cell: str) -> Snapshot | None:
        """The newest snapshot."""
        return self._snapshot

    def bury(self, tx: Tx, tenant_id: str, cell: str, letter: DeadLetter) -> None:
        """Keep an input that raised."""
        self.buried.append(letter)


def as_it_is(value: Any) -> Any:
    """How a journal that forgets writes a value: not at all."""
    return value
