"""What only the embedded engine has: its process, its pages, its limit, its tracks."""

import asyncio
import dataclasses
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.contract.edge.stage import AGENT_HZ, CALLER_HZ, EmbeddedStage, RealFar, playing
from tests.tools.page import Page
from tests.tools.tones import strength, wav
from trunkline.adapters.edge.embedded import calls
from trunkline.adapters.edge.embedded.edge import EmbeddedEdge
from trunkline.adapters.edge.embedded.process import EngineProcess
from trunkline.adapters.edge.embedded.settings import EmbeddedSettings
from trunkline.adapters.edge.embedded.wire import connect
from trunkline.core.call import commands as c
from trunkline.core.call.events import LegAnswered, LegEnded, RecordingEnded
from trunkline.core.words import BridgeId, Cause, RecordingId
from trunkline.ports.edge import Account, CallArrived, EdgeError, EdgeFull, TrunkLink

ROOM = BridgeId("room-1")
pytestmark = pytest.mark.timeout(60)


@pytest.fixture
async def pages(embedded: EmbeddedSettings) -> AsyncIterator[EmbeddedStage]:
    async with playing(lambda things: EmbeddedStage(embedded, things)) as stage:
        assert isinstance(stage, EmbeddedStage)
        yield stage


@asynccontextmanager
async def running(settings: EmbeddedSettings) -> AsyncIterator[EngineProcess]:
    """An engine of one's own."""
    process = EngineProcess(settings)
    await process.start()
    try:
        yield process
    finally:
        await process.stop()


async def test_calls_go_on_while_nobody_drives_and_are_found_again(pages: EmbeddedStage) -> None:
    far, leg = await pages.answered_call()
    desk = await pages.phone("desk1")
    agent = await pages.dialled("desk1")
    await pages.hear(LegAnswered, leg=agent)
    await pages.do(c.Bridge(ROOM, (leg, agent)))
    await pages.edge.close()
    assert await far.hears(desk)

    successor = EmbeddedEdge(pages.settings)
    try:
        inventory = await successor.open(pages.epoch + 1)
        assert {there.leg: there.bridge for there in inventory.legs} == {leg: ROOM, agent: ROOM}
        with pytest.raises(EdgeError, match="is over"):
            await pages.edge.open(pages.epoch)
        await successor.send(c.HangUp(leg), pages.epoch + 1)
        await successor.send(c.HangUp(agent), pages.epoch + 1)
        await far.is_over()
    finally:
        await successor.close()


async def test_who_was_replaced_falls_silent(pages: EmbeddedStage) -> None:
    successor = EmbeddedEdge(pages.settings)
    try:
        await successor.open(pages.epoch + 1)
        async with asyncio.timeout(5):
            async for _ in pages.edge.events():
                pass
        assert "newer" in (await pages.edge.health()).reason
    finally:
        await successor.close()


async def test_a_page_that_lost_its_connection_comes_back_to_its_call(
    pages: EmbeddedStage,
) -> None:
    far, leg = await pages.answered_call()
    page = far.phone
    assert isinstance(page, Page)
    await page.answered()
    await page.lose_connection()
    assert await page.open("s3cret", (leg, "gone")) == "welcome"
    await pages.until(lambda: page.told[-1].get("leg") == "gone", "word of the other leg")
    await pages.do(c.Collect(leg, "c1"))
    page.press("5")
    await pages.until(lambda: [told for told in pages.told if "5" in repr(told)], "key")


async def test_a_tab_that_is_gone_ends_its_leg(
    pages: EmbeddedStage,
) -> None:
    far, leg = await pages.answered_call()
    page = far.phone
    assert isinstance(page, Page)
    await page.answered()
    await page.close()
    assert (await pages.hear(LegEnded, leg=leg)).cause is Cause.NETWORK_LOST


async def test_a_page_without_the_secret_is_denied(pages: EmbeddedStage) -> None:
    await pages.edge.put_account(Account("desk1", "s3cret", browser=True))
    for account, secret in (("desk1", "wrong"), ("nobody", "s3cret"), ("nobody", "")):
        page = Page(pages.settings.socket, account, 0, register=True)
        assert await page.open(secret) == "denied"
        await page.close()
    assert not await pages.edge.reachable("desk1")


async def test_a_page_speaks_for_its_own_legs_only(pages: EmbeddedStage) -> None:
    _, leg = await pages.answered_call()
    stranger = await pages.page("stranger", 0)
    stranger.leg = leg
    stranger.hang_up()
    stranger.press("1")
    await pages.pass_time(200)
    assert [there.leg for there in (await pages.edge.open(pages.epoch)).legs] == [leg]
    assert not [event for event in pages.told if isinstance(event, LegEnded)]


async def test_the_last_page_of_an_account_is_rung(pages: EmbeddedStage) -> None:
    first = await pages.phone("desk1")
    second = await pages.phone("desk1", hz=1000.0)
    agent = await pages.dialled("desk1")
    await pages.hear(LegAnswered, leg=agent)
    assert isinstance(first.phone, Page)
    assert isinstance(second.phone, Page)
    assert (first.phone.leg, second.phone.leg) == ("", agent)


@pytest.mark.parametrize("offer", ["", "v=0", "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n"])
async def test_a_call_with_an_unfit_offer_ends(pages: EmbeddedStage, offer: str) -> None:
    guest = await pages.page("guest-x", 0, number="anonymous")
    guest._say(type="call", number="4001", sdp=offer)
    call = await pages.hear(CallArrived)
    assert call.caller is None
    with pytest.raises(EdgeError):
        await pages.do(c.AnswerLeg(call.leg))
    assert (await pages.hear(LegEnded, leg=call.leg)).cause is Cause.FAILED


async def test_nonsense_costs_nothing_but_itself(pages: EmbeddedStage) -> None:
    guest = await pages.page("guest-x", 0, number="123")
    for message in ({}, {"type": 5}, {"type": "digit", "leg": 7}, {"type": "answer", "leg": "x"}):
        guest._say(**message)
    await guest.call("4001")
    assert (await pages.hear(CallArrived)).caller == "123"

    garbled = await connect(pages.settings.socket)
    garbled._writer.write(b"[1, 2]\n")
    assert await garbled.read() is None
    await garbled.close()


async def test_there_are_no_trunks(pages: EmbeddedStage) -> None:
    with pytest.raises(EdgeError, match="Asterisk"):
        await pages.edge.put_trunk(TrunkLink("t", ("10.0.0.0/8",)))
    with pytest.raises(EdgeError, match="Asterisk"):
        await pages.edge.probe("t")
    await pages.edge.put_trunk(TrunkLink("t"))  # what is taken away was never there


async def test_both_tracks_hold_who_spoke_and_begin_together(pages: EmbeddedStage) -> None:
    far, leg = await pages.answered_call()
    desk = await pages.phone("desk1")
    agent = await pages.dialled("desk1")
    await pages.hear(LegAnswered, leg=agent)
    await pages.do(c.Bridge(ROOM, (leg, agent)))
    assert await far.hears(desk)
    name = RecordingId(f"rec-{pages.epoch}")
    await pages.do(c.Record(name, leg))
    await pages.pass_time(1200)
    await pages.do(c.StopRecording(name, leg))
    await pages.hear(RecordingEnded)
    said, heard = (wav(pages.settings.spool / f"{name}-{way}.wav") for way in ("in", "out"))
    assert len(said) == len(heard) > 8_000
    assert strength(said[2000:], CALLER_HZ) > 0.9
    assert strength(heard[2000:], AGENT_HZ) > 0.9


async def test_beyond_its_limit_it_refuses(tmp_path: Path) -> None:
    async with running(EmbeddedSettings(tmp_path / "engine", calls=1)):
        settings = EmbeddedSettings(tmp_path / "engine")
        async with playing(lambda things: EmbeddedStage(settings, things)) as stage:
            assert isinstance(stage, EmbeddedStage)
            second = await stage.page("guest-2", 0, number="2")
            await stage.call("4001")
            await stage.hear(CallArrived)
            await second.call("4001")
            assert await second.refused() == 503
            with pytest.raises(EdgeFull):
                await stage.page("guest-3", 0, number="3")
            assert (await stage.edge.health()).details["shed"] == 2
            await stage.phone("desk1")


async def test_a_dead_engine_is_started_anew_and_its_calls_have_failed(tmp_path: Path) -> None:
    settings = EmbeddedSettings(tmp_path / "engine")
    async with (
        running(settings) as process,
        playing(lambda things: EmbeddedStage(settings, things)) as stage,
    ):
        assert isinstance(stage, EmbeddedStage)
        far, leg = await stage.answered_call()
        name = RecordingId("rec-1")
        await stage.do(c.Record(name, leg))
        await stage.pass_time(1500)
        os.kill(process.pid or 0, signal.SIGKILL)
        await process.wait()
        assert not (await stage.edge.health()).ready
        await process.start()
        assert (await stage.hear(LegEnded)) == LegEnded(leg, Cause.FAILED)
        await stage.hear(RecordingEnded, recording=name)
        assert len(wav(settings.spool / "rec-1-in.wav")) >= 8_000
        assert isinstance(far, RealFar)
        assert isinstance(far.phone, Page)
        again = Page(settings.socket, far.phone.account, 0)
        assert await again.open("s3cret") == "welcome"
        await again.close()


async def test_a_process_with_the_same_settings_is_adopted(tmp_path: Path) -> None:
    settings = EmbeddedSettings(tmp_path / ("a-long-name-" * 12))
    async with running(settings) as first:
        second = EngineProcess(settings)
        await second.start()
        assert second.pid == first.pid
        other = EngineProcess(dataclasses.replace(settings, calls=3))
        await other.start()
        assert other.pid != first.pid
        async with asyncio.timeout(2):
            await first.wait()
        await other.stop()


def test_the_grace_is_what_the_documents_say() -> None:
    assert 5 <= calls.GRACE_S <= 10
