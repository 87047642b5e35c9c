"""A program for `test_deaths`: commits entries with their events, and tells each commit."""

import asyncio
import sys

from trunkline.adapters.sql import open_store
from trunkline.kit.clock import WallClock
from trunkline.kit.ids import TimeIds
from trunkline.ports.database import Priority, Tx
from trunkline.ports.events import Audience, DomainEvent
from trunkline.ports.journal import Entry
from trunkline.runtime.relay import Relay
from trunkline.runtime.stream import LiveStream


async def main(url: str) -> None:
    clock = WallClock()
    store = await open_store(url, clock, TimeIds(clock))
    relay = Relay(store.db, store.events, LiveStream(store.db, store.events))
    epoch = await store.db.write(lambda tx: store.journal.take_over(tx, "one", "c"))
    entries = await store.db.read(lambda tx: list(store.journal.read(tx, "one", "c", 0)))
    number = entries[-1].seq if entries else 0

    def work(tx: Tx) -> None:
        entry = Entry(number, clock.now_ms(), 1, 1, {}, (), ())
        store.journal.append(tx, "one", "c", epoch, [entry])
        event = DomainEvent("one", "t.made.v1", str(number), entry.at, {"n": number}, Audience())
        store.events.emit(tx, event)

    while True:
        number += 1
        await store.db.write(work, priority=Priority.CELL)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        await relay.flush()


asyncio.run(main(sys.argv[1]))
