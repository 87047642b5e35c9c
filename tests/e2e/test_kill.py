"""kill -9 under calls: of our processes, Asterisk, everything; what was acknowledged stays."""

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, closing
from pathlib import Path

import pytest

from tests.e2e.diaries import Diary, kept_writing
from tests.e2e.full_house import CALLS, MASKED, QUEUE, WAITING, FullHouse, full_house, staff
from tests.e2e.killing import FRESH_HZ, LONGEST_GAP_S, Fresh, Kill, Scene, kill_asterisk, talk
from tests.e2e.node import Node
from tests.e2e.page_kills import (
    AGENT_HZ,
    crash,
    kill_at_ring,
    kill_at_ring_back,
    kill_in_talk,
    page_call,
    they_hear_each_other,
)
from tests.e2e.pages import browser
from tests.e2e.people import Json, Person, all_of, at_desk_phone, closed, until
from tests.tools.netns import NetworkNamespace
from tests.tools.sipp import MOST_CALLS, Phone, caller
from tests.tools.soak import SOAK

PARTS, KILLS = (4, 50) if SOAK else (1, 6)
"""Parts of a soak, and kills in each: 200 under fifty calls."""
WORKER_EVERY = 5
"""Each fifth kill is the audio worker's."""
RINGS_MS = 1000
PAGE_KILLS = 10 if SOAK else 1
ENDS = 5 if SOAK else 1
SEED = random.SystemRandom().randrange(1 << 32)
WORKS_AGAIN_S = 4.0
FREE_S = 3.0
"""Until nobody is held by a call that was lost with Asterisk."""
SILENT_S, GRACE_S = 12.0, 15.0
"""Until a tab that says nothing counts as gone, and until nobody waits for it any more."""
OPEN = ("flow", "queued", "talking", "wrap_up")
Recorder = Callable[[str, object], None]
pytestmark = [pytest.mark.soak, pytest.mark.timeout(0 if SOAK else 170)]


@pytest.fixture(scope="module")
def doomed(town: NetworkNamespace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node that is killed again and again, with fifty agents more than a demo has."""
    with town.entered():
        node = Node(tmp_path_factory.mktemp("doomed") / "data")
        try:
            node.start()
            node.kill_all()
            staff(node)
            node.start()
            yield node
        finally:
            node.kill_all()


@pytest.fixture
def mortal(inside: NetworkNamespace, doomed: Node) -> Node:
    return doomed


@pytest.mark.parametrize("part", range(PARTS))
async def test_fifty_calls_go_on_while_the_main_process_or_the_audio_worker_is_killed(
    mortal: Node, record_property: Recorder, part: int
) -> None:
    dice = random.Random(SEED + part)
    record_property("seed", SEED + part)
    async with AsyncExitStack() as things:
        diaries = things.enter_context(kept_writing(mortal, "agent6", "agent7"))
        house = await things.enter_async_context(full_house(mortal))
        lasting = await things.enter_async_context(talk(mortal, "agent1", 1))
        await lasting.is_on()
        scene = Scene(mortal, house, lasting, dice)
        for batch in range(0, KILLS, MOST_CALLS):
            with at_desk_phone(mortal, "agent3", FRESH_HZ[1], RINGS_MS) as (agent, desk):
                fresh = Fresh(mortal, agent, desk)
                for n in range(batch, min(batch + MOST_CALLS, KILLS)):
                    if n % WORKER_EVERY == WORKER_EVERY - 1:
                        await scene.kill_audio_worker(fresh)
                    else:
                        await scene.kill_main(fresh)
        await lasting.end()
        engine = await kill_asterisk(house, mortal)
    for figure in ("desk_s", "calls_s", "adopted_s", "longest_gap_s"):
        record_property(figure, [round(getattr(kill, figure), 3) for kill in scene.kills])
    record_property("stored_after_worker_s", [round(took_s, 3) for took_s in scene.workers])
    ended = [lasting.interaction, *(kill.interaction for kill in scene.kills)]
    await records_are_complete(mortal, ended)
    crowd = crowd_is_recorded(mortal, house, scene.kills, engine.lost)
    record_property("crowd", crowd)
    for figure in ("free_s", "kept_s", "back_s"):
        record_property(f"asterisk_killed_{figure}", round(getattr(engine, figure), 3))
    record_property("acknowledged_and_kept", sum(len(diary.tickets) for diary in diaries))
    record_property("kills", len(scene.kills) + len(scene.workers))
    works = [max(kill.desk_s, kill.calls_s, kill.adopted_s) for kill in scene.kills]
    assert max(works) <= WORKS_AGAIN_S, scene.kills
    assert max(kill.longest_gap_s for kill in scene.kills) < LONGEST_GAP_S, scene.kills
    assert max(engine.free_s, engine.kept_s) <= FREE_S, engine


def crowd_is_recorded(node: Node, house: FullHouse, kills: list[Kill], lost: set[str]) -> int:
    """Every call of the crowd has one record, which says who took it and how it ended."""
    with closing(Person(node, "admin")) as admin:
        kept = {
            one["phone_masked"][-MASKED:]: one
            for one in all_of(admin, "/interactions", queue=QUEUE, **{"from": house.began})
        }
        numbers = [*house.served, *house.waiting]
        assert len(kept) == len(numbers) == CALLS + WAITING + len(kills)
        for number in numbers:
            one = kept[number[-MASKED:]]
            taken = house.served.get(number)
            assert one["state"] == "ended"
            by = "lost_by_failure" if number[-MASKED:] in lost else "customer"
            assert one["ended_by"] == by, one
            assert (one["agent"] or {}).get("name") == taken
        return len(kept)


async def records_are_complete(
    node: Node, interactions: list[str], outcome: str | None = "other"
) -> None:
    """Every call has ended with this outcome (None: any), and its recordings are stored."""
    with closing(Person(node, "supervisor")) as supervisor:
        for name in interactions:
            page = await closed(supervisor, name)
            assert page["disposition"]
            assert outcome in (None, page["disposition"])
            assert page["recordings"]
            assert all(segment["ended_at"] for segment in page["segments"])
            assert all(offer["outcome"] != "pending" for offer in page["offers"])
        await nobody_is_stuck(node)


async def nobody_is_stuck(node: Node) -> None:
    """No interaction is open, and every agent can be ready."""
    with closing(Person(node, "admin")) as admin:

        def open_ones() -> list[Json]:
            return [it for s in OPEN for it in admin.get("/interactions", state=s)["items"]]

        await until(lambda: not open_ones(), "end of all interactions", 30)
    for n in range(1, 9):
        with closing(Person(node, f"agent{n}")) as agent:
            agent.be("ready")
            await is_ready(agent)
            agent.be("offline")


async def is_ready(agent: Person) -> None:
    """Who is not within 20 s is told of with all that is open."""
    try:
        await until(lambda: agent.me()["state"] == "ready", agent.username, 20)
    except AssertionError as stuck:
        stuck.add_note(f"{agent.me()}")
        raise


async def test_a_page_talks_through_kills_and_is_rung_again_after_them(
    mortal: Node, tmp_path: Path, record_property: Recorder
) -> None:
    dice = random.Random(SEED)
    record_property("seed", SEED)
    async with browser(mortal, AGENT_HZ, tmp_path) as page:
        await page.sign_in("agent1")
        await page.be_ready()
        with closing(Person(mortal, "agent1")) as agent:
            kills = []
            for _ in range(PAGE_KILLS):
                kills.append(await kill_in_talk(mortal, page, agent))
                ring = await kill_at_ring(mortal, page, agent, dice.uniform(0.0, 0.2))
                kills.append(ring)
                kills.append(await kill_at_ring_back(mortal, page, agent, dice.uniform(0.0, 0.2)))
        await records_are_complete(mortal, [kill.interaction for kill in kills], None)
    desks = [round(kill.desk_s, 3) for kill in kills]
    print("the page works after", desks)
    record_property("page_works_s", desks)
    assert max(desks) <= WORKS_AGAIN_S, desks


@pytest.mark.skipif(not SOAK, reason="the grace time is waited for")
async def test_who_talked_with_a_tab_that_crashed_hears_music_and_is_served_first(
    mortal: Node, tmp_path: Path, record_property: Recorder
) -> None:
    async with browser(mortal, AGENT_HZ, tmp_path) as page:
        await page.sign_in("agent2")
        await page.be_ready()
        async with page_call(mortal, page) as customer:
            await they_hear_each_other(page, customer)
            with caller(mortal.sip, "4001", name="+8613800000032") as later:
                await later.answered(20)
                at = time.monotonic()
                await crash(page)
                await until(customer.voice.hears_speech, "music", SILENT_S)
                record_property("music_s", round(time.monotonic() - at, 1))
                await next_is(mortal, "agent4", customer)
                record_property("served_s", round(time.monotonic() - at, 1))


async def next_is(node: Node, username: str, customer: Phone) -> None:
    """Somebody else is free once the grace time is over: this customer is theirs, not the later."""
    await asyncio.sleep(GRACE_S)
    with at_desk_phone(node, username, FRESH_HZ[1], awaited=True) as (agent, desk):
        await desk.answered(10)
        await until(lambda: customer.voice.hears(FRESH_HZ[1]), "the next agent")
        customer.hang_up()
        await until(lambda: agent.me()["state"] == "wrap_up", "wrap-up")


async def test_nothing_acknowledged_is_missing_after_everything_was_killed(
    mortal: Node, record_property: Recorder
) -> None:
    dice = random.Random(SEED)
    record_property("seed", SEED)
    kept = [await lose_everything(mortal, dice.uniform(0.0, 1.0)) for _ in range(ENDS)]
    record_property("ends", ENDS)
    record_property("acknowledged_and_kept", kept)


async def lose_everything(node: Node, after_s: float) -> int:
    """Everything dies amid calls and writes, and starts again; how much was promised and kept."""
    async with AsyncExitStack() as things:
        clients = [things.enter_context(closing(Person(node, f"agent{n}"))) for n in (6, 7)]
        diaries = [Diary(client) for client in clients]
        done = await die_amid_calls(node, diaries, after_s)
        node.start()
        admin = things.enter_context(closing(Person(node, "admin")))
        there = {one["id"] for one in all_of(admin, "/tickets")}
        kept = sum(diary.is_kept(there) for diary in diaries)
        page = await closed(admin, done)
        assert page["disposition"] == "other"
        await nobody_is_stuck(node)
        return kept


async def die_amid_calls(node: Node, diaries: list[Diary], after_s: float) -> str:
    """One call goes on and one has just been wrapped up when everything dies: the latter."""
    async with talk(node, "agent1", 1) as going_on, talk(node, "agent2", 2) as done:
        await going_on.is_on()
        await done.is_on()
        await asyncio.sleep(3)  # enough to be found in the recordings
        await done.end()
        async with asyncio.TaskGroup() as clients:
            for diary in diaries:
                clients.create_task(asyncio.to_thread(diary.write))
            await until(lambda: all(len(d.tickets) > 5 for d in diaries), "writes", 20)
            await asyncio.sleep(after_s)
            node.kill_all()
        return done.interaction
