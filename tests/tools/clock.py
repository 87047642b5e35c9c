"""A clock that moves only when told, and ids that count."""

from __future__ import annotations

from itertools import count


class FakeClock:
    """Starts at a fixed instant; `advance` moves it."""

    def __init__(self, at_ms: int = 1_800_000_000_000) -> None:
        self.at_ms = at_ms

    def now_ms(self) -> int:
        return self.at_ms

    def advance(self, ms: int) -> None:
        self.at_ms += ms


class FakeIds:
    """Ids `tck_1`, `tck_2` … and seeds 1, 2 …"""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._seeds = count(1)

    def new(self, prefix: str) -> str:
        return f"{prefix}_{next(self._numbers)}"

    def seed(self) -> int:
        return next(self._seeds)
