"""An engine is found again where it listens; when it dies its calls are over at once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from trunkline.adapters.edge.fake.edge import FakeEdge
from trunkline.app import engine
from trunkline.app.telephony import Telephony
from trunkline.core.words import Cause
from trunkline.kit.clock import WallClock


def test_the_same_ports_are_chosen_again(tmp_path: Path) -> None:
    first = engine.ports(tmp_path / "data" / "asterisk")
    assert engine.ports(tmp_path / "data" / "asterisk") == first
    assert len(set(first)) == 2


def test_a_full_disk_leaves_no_half_written_ports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, _: str, **__: object) -> int:
        self.touch()
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(Path, "write_text", full)
        with pytest.raises(OSError, match="No space left"):
            engine.ports(tmp_path)
    assert len(engine.ports(tmp_path)) == 2


class DiesOnce:
    """A process that ends at once and comes back when it is let."""

    def __init__(self) -> None:
        self.may_start = asyncio.Event()
        self.starts = asyncio.Event()
        self._lives_on = False

    async def start(self) -> None:
        self.starts.set()
        await self.may_start.wait()
        self._lives_on = True

    async def wait(self) -> None:
        if self._lives_on:
            await asyncio.Event().wait()

    async def stop(self) -> None:
        """There is nothing to end."""


async def test_calls_on_an_engine_that_died_have_ended_before_it_is_started_anew(
    tmp_path: Path,
) -> None:
    edge, process = FakeEdge(WallClock()), DiesOnce()
    leg = edge.arrive("4001")

    async def carry(*_: object) -> None:
        """No page comes."""

    telephony = Telephony(engine.alone("fake", edge, process, tmp_path, carry), "")
    keeping = asyncio.create_task(telephony.keep_alive())
    async with asyncio.timeout(5):
        await process.starts.wait()
    assert edge.statuses()[leg] is Cause.FAILED
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
