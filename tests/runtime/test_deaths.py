"""kill -9 at any moment: what was acknowledged is there, numbered once; what was not may be."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from trunkline.adapters.sql import open_store
from trunkline.kit.clock import WallClock
from trunkline.kit.ids import TimeIds
from trunkline.runtime.relay import Relay
from trunkline.runtime.stream import LiveStream

WRITER = Path(__file__).with_name("endless_writer.py")


def acknowledged_until_killed(url: str, after: int) -> list[int]:
    """Run the writer, kill it in the middle of its work, and return what it was told is kept."""
    command = [sys.executable, str(WRITER), url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        lines = [writer.stdout.readline() for _ in range(after)]
        writer.kill()
        lines += writer.stdout.readlines()
    return [json.loads(line) for line in lines if line.endswith("\n")]


@pytest.mark.parametrize("moment", [1, 7, 40])
async def test_a_killed_writer_loses_nothing_it_acknowledged(database_url: str, moment: int):
    told = acknowledged_until_killed(database_url, moment)
    told += acknowledged_until_killed(database_url, moment)
    store = await open_store(database_url, WallClock(), TimeIds(WallClock()))
    relay = Relay(store.db, store.events, LiveStream(store.db, store.events))
    await relay.flush()
    kept = await store.db.read(lambda tx: store.events.after(tx, "one", 0, 100_000))
    entries = await store.db.read(lambda tx: list(store.journal.read(tx, "one", "c", 0)))
    await store.db.close()

    assert len({event.seq for event in kept}) == len(kept)
    numbers = [event.payload["n"] for event in kept]
    assert numbers == sorted(numbers)
    assert set(told) <= set(numbers)
    assert [entry.seq for entry in entries] == numbers
