"""From the commit to the stream: numbers, order, resuming, and what a death in between leaves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress

import pytest

from trunkline.adapters.sql import SqlStore
from trunkline.ports.database import Priority, Tx
from trunkline.ports.events import Audience, DomainEvent, StreamGone
from trunkline.runtime import stream as stream_module
from trunkline.runtime.relay import Relay
from trunkline.runtime.stream import LiveStream, to_cloudevent


def event(number: int, tenant_id: str = "one", at: int = 0) -> DomainEvent:
    type_ = "trunkline.thing.made.v1"
    return DomainEvent(tenant_id, type_, f"thing_{number}", at, {"n": number}, Audience())


async def emit(store: SqlStore, *events: DomainEvent, fail: bool = False) -> None:
    def work(tx: Tx) -> None:
        for each in events:
            store.events.emit(tx, each)
        if fail:
            raise KeyError

    await store.db.write(work, priority=Priority.CELL)


async def take(follower: AsyncIterator[DomainEvent], count: int) -> list[int]:
    async with asyncio.timeout(10):
        return [(await anext(follower)).payload["n"] for _ in range(count)]


@pytest.fixture
def stream(store: SqlStore) -> LiveStream:
    return LiveStream(store.db, store.events)


@pytest.fixture
async def relay(store: SqlStore, stream: LiveStream) -> Relay:
    return Relay(store.db, store.events, stream)


@asynccontextmanager
async def running(relay: Relay) -> AsyncIterator[None]:
    task = asyncio.create_task(relay.run())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def kept(store: SqlStore, tenant_id: str = "one") -> list[tuple[int, int]]:
    found = await store.db.read(lambda tx: store.events.after(tx, tenant_id, 0, 10_000))
    return [(each.seq, each.payload["n"]) for each in found]


async def test_after_a_flush_the_events_of_a_commit_are_with_the_followers(store, stream, relay):
    follower = stream.follow("one", None)
    await emit(store, event(1), event(2))
    await relay.flush()

    assert await take(follower, 2) == [1, 2]


async def test_each_tenant_has_numbers_and_a_stream_of_its_own(store, stream, relay):
    one, two = stream.follow("one", None), stream.follow("two", None)
    await emit(store, event(1), event(7, "two"), event(2), event(8, "two"))
    await relay.flush()

    assert await take(one, 2) == [1, 2]
    assert await take(two, 2) == [7, 8]
    assert await kept(store, "two") == [(1, 7), (2, 8)]


async def test_events_of_a_roll_back_are_never_told_and_their_numbers_not_used_twice(
    store, stream, relay
):
    follower = stream.follow("one", None)
    await emit(store, event(1))
    with pytest.raises(KeyError):
        await emit(store, event(2), fail=True)
    await emit(store, event(3))
    await relay.flush()

    assert await take(follower, 2) == [1, 3]
    assert [n for _, n in await kept(store)] == [1, 3]


async def test_a_running_relay_publishes_what_nobody_flushes(store, stream, relay):
    follower = stream.follow("one", None)
    async with running(relay):
        await emit(store, event(1))
        assert await take(follower, 1) == [1]


async def test_concurrent_writers_give_numbers_without_a_gap_and_followers_their_order(
    store, stream, relay
):
    follower = stream.follow("one", None)

    async def write(number: int) -> None:
        await store.db.write(lambda tx: store.events.emit(tx, event(number)))
        await relay.flush()

    await asyncio.gather(*map(write, range(100)))
    told = await take(follower, 100)

    assert [n for _, n in await kept(store)] == told
    assert [seq for seq, _ in await kept(store)] == list(range(1, 101))


async def test_a_resumed_follower_gets_the_kept_ones_then_the_live_ones_once(
    store, stream, relay, monkeypatch
):
    monkeypatch.setattr(stream_module, "_READ_AT_ONCE", 3)
    await emit(store, *map(event, range(1, 11)))
    await relay.flush()
    async with aclosing(stream.follow("one", 4)) as follower:
        begun = await take(follower, 2)
        await emit(store, *map(event, range(11, 21)))
        await relay.flush()
        rest = await take(follower, 9)
        await emit(store, *map(event, range(21, 31)))
        await relay.flush()

        assert begun + rest + await take(follower, 15) == list(range(5, 31))


async def test_a_follower_from_what_is_forgotten_must_begin_anew(store, stream, relay, clock):
    await emit(store, *map(event, range(1, 11)))
    await relay.flush()
    gone = await store.db.write(lambda tx: store.events.trim(tx, 0, 4, 100))

    assert gone == 6
    assert await take(stream.follow("one", 6), 4) == [7, 8, 9, 10]
    for after in (5, 11):
        with pytest.raises(StreamGone):
            await anext(stream.follow("one", after))


async def test_old_events_are_forgotten_but_the_counting_goes_on(store, stream, relay, clock):
    await emit(store, event(1, at=10), event(2, at=20), event(1, "two", at=30))
    await relay.flush()
    await store.db.write(lambda tx: store.events.trim(tx, 1_000, 100, 100))
    await emit(store, event(3, at=2_000))
    await relay.flush()

    assert await kept(store) == [(2, 2), (3, 3)]
    assert await kept(store, "two") == [(1, 1)]


async def test_a_follower_that_does_not_keep_up_is_ended(store, stream, relay, monkeypatch):
    monkeypatch.setattr(stream_module, "MOST_BEHIND", 5)
    follower = stream.follow("one", None)
    await emit(store, *map(event, range(7)))
    await relay.flush()

    with pytest.raises(StreamGone):
        await anext(follower)


async def test_what_a_dead_process_committed_is_numbered_once_by_the_next(store, stream):
    await emit(store, event(1), event(2))  # no relay: it died before it could publish
    relay = Relay(store.db, store.events, stream)
    async with running(relay):
        await emit(store, event(3))
        await relay.flush()
        follower = stream.follow("one", 0)
        assert await take(follower, 3) == [1, 2, 3]
    assert await kept(store) == [(1, 1), (2, 2), (3, 3)]


def test_an_event_is_told_as_a_cloudevent():
    made = DomainEvent(
        "one", "trunkline.offer.made.v1", "off_1", 1_795_262_400_250, {"a": 1}, Audience(), 9
    )

    assert to_cloudevent(made) == {
        "specversion": "1.0",
        "id": "one-9",
        "source": "/tenants/one",
        "type": "trunkline.offer.made.v1",
        "subject": "off_1",
        "time": "2026-11-21T12:00:00.250Z",
        "seq": 9,
        "datacontenttype": "application/json",
        "data": {"a": 1},
    }
