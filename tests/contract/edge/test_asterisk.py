"""What only a real engine can show: refusals on the wire, recordings, kills, and coming back."""

import asyncio
import dataclasses
import os
import shutil
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from tests.contract.edge.stage import AGENT_HZ, CALLER_HZ, AsteriskStage, playing
from tests.tools.netns import NetworkNamespace
from tests.tools.ports import free_port
from tests.tools.sipp import caller, carrier, desk_phone, register
from tests.tools.soak import SOAK
from tests.tools.tones import strength, wav
from trunkline.adapters.edge.asterisk import server as server_module
from trunkline.adapters.edge.asterisk.ari import Ari, AriError
from trunkline.adapters.edge.asterisk.edge import AsteriskEdge
from trunkline.adapters.edge.asterisk.server import AsteriskServer, command
from trunkline.adapters.edge.asterisk.settings import AsteriskSettings, Limits, give
from trunkline.core.call import commands as c
from trunkline.core.call.events import LegAnswered, LegEnded, RecordingEnded
from trunkline.core.flow.speech import Prompt
from trunkline.core.words import (
    BridgeId,
    Cause,
    DeviceKind,
    InteractionId,
    LegId,
    RecordingId,
    Token,
)
from trunkline.kit.clock import monotonic_s
from trunkline.ports.edge import Account, AccountSeen, CallArrived, EdgeError, Source, TrunkLink

ROOM = BridgeId("room-1")
pytestmark = pytest.mark.timeout(90)


async def talk(stage: AsteriskStage) -> tuple:
    far, leg = await stage.answered_call()
    desk = await stage.phone("desk1")
    agent = await stage.dialled("desk1")
    await stage.hear(LegAnswered, leg=agent)
    await stage.do(c.Bridge(ROOM, (leg, agent)))
    await desk.phone.answered()
    return far, leg, desk, agent


async def test_both_tracks_hold_their_own_voice_and_start_together(real: AsteriskStage) -> None:
    far, leg, _, _ = await talk(real)
    name = RecordingId(f"rec-{real.epoch}")
    await real.do(c.Record(name, leg))
    await asyncio.sleep(2.5)
    await far.hang_up()
    await real.hear(RecordingEnded, recording=name)
    said, heard = (wav(real.settings.spool / f"{name}-{way}.wav") for way in ("in", "out"))
    assert strength(said[4000:16000], CALLER_HZ) > 0.9
    assert strength(heard[4000:16000], AGENT_HZ) > 0.9
    assert len(said) / 8000 == pytest.approx(2.5, abs=0.4)
    assert len(said) == pytest.approx(len(heard), abs=1600)


async def test_the_spool_and_every_secret_are_for_us_alone(real: AsteriskStage) -> None:
    directory = real.settings.directory
    private = [directory, real.settings.spool, directory / "secrets.json", directory / "etc"]
    assert not [path for path in private if path.stat().st_mode & 0o077]
    secret = real.settings.secrets().ari
    readable = (path for path in directory.rglob("*") if path.is_file())
    assert not [p for p in readable if secret in p.read_text("latin-1") and p.stat().st_mode & 0o77]


@pytest.mark.parametrize("number", ["4001", "4999", "s", "0", "agent1", "+861380000"])
async def test_an_untrusted_source_gets_403_whatever_the_number(
    real: AsteriskStage, number: str
) -> None:
    await real.edge.put_trunk(TrunkLink("loopback", ("127.0.0.1/32",)))
    far = await real.call(number, host="127.0.9.9")
    assert await far.refused() == 403
    assert not real.told


async def test_what_asterisk_was_told_already_it_is_not_told_again_by_the_next_program(
    real: AsteriskStage,
) -> None:
    where = "asterisk/config/dynamic/res_pjsip/identify/trunk-again"
    ari = Ari(real.settings.http_port, real.settings.secrets().ari_headers())
    successor = AsteriskEdge(real.settings)
    try:
        await real.edge.put_trunk(TrunkLink("again", ("192.0.2.7",)))
        await ari.delete(where)  # as it is for a moment whenever a trunk is replaced
        await successor.put_trunk(TrunkLink("again", ("192.0.2.7",)))
        with pytest.raises(AriError, match="404"):
            await ari.get(where)
        await successor.put_trunk(TrunkLink("again", ("192.0.2.8",)))
        assert await ari.get(where)
    finally:
        await ari.delete(where)
        await ari.close()
        await successor.close()


async def test_nobody_becomes_a_trunk_by_its_name(real: AsteriskStage) -> None:
    await real.edge.put_trunk(TrunkLink("loopback", ("127.0.0.1/32",)))
    far = await real.call("4001", "trunk-loopback", host="127.0.9.9")
    assert await far.refused() == 403


@pytest.mark.parametrize("name", ["c17", "13800000001", "+8613800000001"])
async def test_the_callers_number_reaches_the_agents_phone_as_it_came(
    real: AsteriskStage, name: str
) -> None:
    await real.call("4001", name)
    assert (await real.hear(CallArrived)).caller == name
    desk = await real.phone("desk1")
    leg, interaction = LegId(f"leg-{real.epoch}"), InteractionId("int_7")
    await real.do(c.DialAgent(leg, "desk1", DeviceKind.BROWSER, interaction, Token(name), 5000))
    assert await desk.phone.rung() == ("desk1", name, "int_7")


async def test_a_withheld_number_is_none(real: AsteriskStage) -> None:
    await real.call("4001", "anonymous")
    assert (await real.hear(CallArrived)).caller is None


async def test_a_device_logs_in_with_its_own_secret_and_calls(real: AsteriskStage) -> None:
    await real.edge.put_account(Account("desk7", "right", browser=False))
    assert not await real.edge.reachable("desk7")
    assert not register(real.target, "desk7", "wrong", "127.0.0.1:9")
    assert register(real.target, "desk7", "right", "127.0.0.1:9", "t1")
    assert register(real.target, "desk7", "right", "127.0.0.1:9")
    assert await real.edge.reachable("desk7")
    await real.call("4001", "desk7", secret="right")
    arrived = await real.hear(CallArrived)
    assert (arrived.source, arrived.trunk, arrived.caller) == (Source.DEVICE, "desk7", "desk7")
    await real.edge.drop_account("desk7")
    assert not await real.edge.reachable("desk7")


async def test_a_device_whose_connection_ends_is_told_of_as_gone(real: AsteriskStage) -> None:
    await real.edge.put_account(Account("desk6", "right", browser=False))
    assert not (await real.hear(AccountSeen, account="desk6")).reachable
    assert register(real.target, "desk6", "right", "127.0.0.1:9", "t1")
    assert (await real.hear(AccountSeen, account="desk6")).reachable
    assert not (await real.hear(AccountSeen, account="desk6")).reachable
    assert not await real.edge.reachable("desk6")
    assert register(real.target, "desk6", "right", "127.0.0.1:9")
    assert (await real.hear(AccountSeen, account="desk6")).reachable
    assert await real.edge.reachable("desk6")


async def test_a_guest_calls_with_the_number_it_was_given(real: AsteriskStage) -> None:
    await real.edge.put_account(Account("guest1", "pass", browser=False, number="+8613800000002"))
    await real.call("4001", "guest1", secret="pass")
    arrived = await real.hear(CallArrived)
    assert (arrived.source, arrived.caller) == (Source.BROWSER, "+8613800000002")


async def test_a_bad_message_harms_nothing(real: AsteriskStage) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for rubbish in (
            b"INVITE sip:4001 SIP/2.0\r\nVia: x\r\n\r\n",
            b"\0" * 900,
            b"SIP/2.0 999\r\n",
        ):
            stranger.sendto(rubbish, (real.settings.sip_host, real.settings.sip_port))
    far = await real.call("4001")
    assert (await real.arrives(far)).number == "4001"


async def test_a_second_program_adopts_the_calls_and_the_first_is_fenced(
    real: AsteriskStage,
) -> None:
    far, leg, desk, agent = await talk(real)
    name = RecordingId(f"rec-{real.epoch}")
    await real.do(c.Record(name, leg))
    waiting = await real.call("4002", "c99")
    arrived = await real.hear(CallArrived, number="4002")
    successor = AsteriskEdge(real.settings)
    try:
        there = await successor.open(real.epoch + 1)
        legs = {one.leg: one for one in there.legs}
        assert legs[leg].bridge == legs[agent].bridge == ROOM
        assert legs[leg].inbound
        assert not legs[agent].inbound
        assert legs[arrived.leg].arrived == arrived
        assert there.recordings == (name,)
        assert await far.hears(desk)
        with pytest.raises(EdgeError):
            await real.do(c.HangUp(leg))
        await successor.send(c.RejectLeg(arrived.leg, Cause.OVERLOAD), real.epoch + 1)
        assert await waiting.refused() == 503
        for one in (leg, agent):
            await successor.send(c.HangUp(one), real.epoch + 1)
        await desk.is_over()
    finally:
        await successor.close()
    assert (await real.edge.health()).ready is False


async def test_calls_go_on_without_a_program_and_ends_are_told_afterwards(
    real: AsteriskStage,
) -> None:
    far, leg, desk, agent = await talk(real)
    await real.edge.close()
    assert await far.hears(desk)
    assert await desk.hears(far)
    successor = AsteriskEdge(real.settings)
    real.edge = successor
    there = await successor.open(real.epoch)
    assert {leg, agent} == {one.leg for one in there.legs}
    assert there.lived_on, "who is gone by now has hung up"


@pytest.mark.parametrize("music", ["default", c.RINGBACK])
async def test_who_was_held_by_the_last_program_hears_who_is_joined_by_the_next(
    real: AsteriskStage, music: str
) -> None:
    far, leg, desk, agent = await talk(real)
    await real.do(c.Hold(ROOM, leg, music))
    if music == "default":
        assert await far.hears_music()
    await real.edge.close()
    real.edge = AsteriskEdge(real.settings)
    await real.begin()
    await real.do(c.Bridge(ROOM, (leg, agent)))
    assert await far.hears(desk)
    assert await desk.hears(far)


SAMPLES_A_SECOND = 8_000


@pytest.mark.parametrize("made", [1, 2])
async def test_a_recording_that_the_last_program_had_no_time_to_ask_for_begins(
    real: AsteriskStage, made: int
) -> None:
    far, leg, desk, _ = await talk(real)
    await real.edge.close()
    name = RecordingId(f"rec-unbegun-{real.epoch}")
    files = [real.settings.spool / f"{name}-{side}.wav" for side in ("in", "out")]
    for path in files[:made]:
        path.touch()
        give(path, real.settings.owner)
    real.edge = AsteriskEdge(real.settings)
    there = await real.edge.open(real.epoch)
    assert (name in there.recordings, name in there.closed) == (True, False)
    await real.do(c.Record(name, leg))
    assert await far.hears(desk)
    await real.do(c.StopRecording(name, leg))
    async with asyncio.timeout(6):
        while name not in (await real.edge.open(real.epoch)).closed:
            await asyncio.sleep(0.1)
    assert all(path.stat().st_size > SAMPLES_A_SECOND for path in files)


async def test_what_the_last_program_said_is_cut_short_by_the_next(real: AsteriskStage) -> None:
    far, leg = await real.answered_call()
    await real.do(c.Play(leg, "p1", (Prompt("menu-main"), Prompt("menu-main")), "zh"))
    await real.edge.close()
    real.edge = AsteriskEdge(real.settings)
    await real.edge.open(real.epoch)
    assert await far.hears_music(), "or words"
    await real.do(c.StopPlay(leg, "p1"))
    assert await far.hears_nobody()


async def test_without_a_program_the_call_is_refused_with_503(real: AsteriskStage) -> None:
    await real.edge.close()
    far = await real.call("4001")
    assert await far.refused() == 503
    real.edge = AsteriskEdge(real.settings)
    await real.edge.open(real.epoch)


async def test_a_program_that_comes_in_time_still_gets_the_call(real: AsteriskStage) -> None:
    await real.edge.close()
    await real.call("4001", "c5")
    await asyncio.sleep(1)
    real.edge = successor = AsteriskEdge(real.settings)
    await successor.open(real.epoch)
    async with asyncio.timeout(5):
        async for numbered in successor.events():
            if isinstance(numbered.event, CallArrived) and numbered.event.caller == "c5":
                break


@pytest.mark.parametrize("device", [DeviceKind.SIP, DeviceKind.BROWSER])
@pytest.mark.parametrize("takes_up_ms", [600, 2200], ids=["while-nobody-is-there", "afterwards"])
async def test_a_phone_that_rang_when_the_program_died_is_adopted_and_rings_once(
    real: AsteriskStage, device: DeviceKind, takes_up_ms: int
) -> None:
    far, leg = await real.answered_call()
    desk = await real.phone("desk1", after_ms=takes_up_ms)
    agent = LegId(f"leg-{real.epoch}")
    interaction = InteractionId("int_1")
    await real.do(c.DialAgent(agent, "desk1", device, interaction, Token("c1"), 8000))
    await desk.phone.rung()
    await real.edge.close()
    await asyncio.sleep(1.2)
    real.edge = AsteriskEdge(real.settings)
    await real.begin()
    there = {one.leg: one for one in real.inventory.legs}
    assert not there[agent].inbound
    if not there[agent].answered:
        await real.hear(LegAnswered, leg=agent)
    await real.do(c.Bridge(ROOM, (leg, agent)))
    assert await far.hears(desk)
    assert len(desk.phone.lines("RUNG")) == len(desk.phone.lines("ANSWERED")) == 1


async def test_beyond_the_limits_calls_are_refused_with_503(asterisk: AsteriskSettings) -> None:
    narrow = dataclasses.replace(asterisk, limits=Limits(legs=1))
    async with playing(lambda things: AsteriskStage(narrow, things)) as stage:
        _, leg = await stage.answered_call()
        assert isinstance(stage, AsteriskStage)
        shed = await stage.call("4001", "c2")
        assert await shed.refused() == 503
        assert [one.leg for one in (await stage.edge.open(stage.epoch)).legs] == [leg]
        assert (await stage.edge.health()).details["shed"] == 1


@pytest.mark.soak
@pytest.mark.skipif(not SOAK, reason="ten seconds of waiting")
async def test_a_leg_left_alone_by_a_deaf_driver_is_ended(real: AsteriskStage) -> None:
    far, _, desk, _ = await talk(real)
    real.deaf = True
    await far.hang_up()
    await desk.phone.ended(within_s=14)


@pytest.fixture
def own(asterisk: AsteriskSettings, tmp_path: Path) -> Iterator[AsteriskSettings]:
    """An instance of its own, to be killed; nothing of it is left."""
    shutil.copytree(asterisk.sounds, tmp_path / "own" / "sounds")
    made = dataclasses.replace(
        asterisk,
        directory=tmp_path / "own",
        http_port=free_port(),
        ami_port=free_port(),
        sip_port=free_port(),
        rtp_ports=(25400, 25599),
        name="own",
    )
    yield made
    asyncio.run(_stop(made))


async def _stop(settings: AsteriskSettings) -> None:
    server = AsteriskServer(settings)
    if await server.adopt():
        await server.stop()


@asynccontextmanager
async def running(settings: AsteriskSettings) -> AsyncIterator[AsteriskServer]:
    server = AsteriskServer(settings)
    await server.start()
    yield server


async def test_it_starts_is_adopted_and_stops(own: AsteriskSettings) -> None:
    async with running(own) as server:
        other = AsteriskServer(own)
        assert await other.adopt()
        assert other.pid == server.pid
        assert (await other.health()).ready
        await other.stop(drain_s=1)
        await server.wait()
        assert not (await server.health()).ready
        assert not await other.adopt()


async def test_it_has_no_rights_but_over_its_own_directory(own: AsteriskSettings) -> None:
    async with running(own) as server:
        status = Path(f"/proc/{server.pid}/status").read_text()
        told = dict(line.split(":\t", 1) for line in status.splitlines())
        assert own.owner is not None
        user, group = (str(number) for number in own.owner)
        assert set(told["Uid"].split()) == {user}
        assert set(told["Gid"].split()) == {group}
        assert int(told["CapEff"], 16) == 0
        assert (own.directory / "secrets.json").stat().st_uid == 0


async def test_it_is_served_before_whatever_else_runs(own: AsteriskSettings) -> None:
    async with running(own) as server:
        assert server.pid is not None
        assert os.sched_getscheduler(server.pid) == os.SCHED_RR


async def test_other_settings_start_it_anew(own: AsteriskSettings) -> None:
    async with running(own) as server:
        first = server.pid
        again = AsteriskServer(own)
        await again.start()
        assert again.pid == first
        moved = AsteriskServer(dataclasses.replace(own, sip_port=free_port()))
        await moved.start()
        assert moved.pid != first
        await moved.stop()


async def test_one_that_hangs_is_ended_and_started_anew(
    own: AsteriskSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(own) as server:
        os.kill(server.pid or 0, signal.SIGSTOP)
        monkeypatch.setattr(server_module, "START_WITHIN_S", 1.0)
        monkeypatch.setattr(server_module, "STOP_WITHIN_S", 0.5)
        successor = AsteriskServer(own)
        await successor.start()
        assert successor.pid != server.pid
        assert (await successor.health()).ready


async def test_a_kill_of_asterisk_loses_little_and_everything_comes_back(
    own: AsteriskSettings,
) -> None:
    async with running(own) as server, AsyncExitStack() as things:
        stage = AsteriskStage(own, things)
        await stage.begin()
        try:
            _, leg, _, agent = await talk(stage)
            name = RecordingId("rec-killed")
            await stage.do(c.Record(name, leg))
            await asyncio.sleep(5)
            os.kill(server.pid or 0, signal.SIGKILL)
            await server.wait()
            stage.edge.engine_ended()
            assert (await stage.hear(LegEnded, leg=leg)).cause is Cause.FAILED
            assert (await stage.hear(LegEnded, leg=agent)).cause is Cause.FAILED
            await server.start()
            await stage.hear(RecordingEnded, recording=name)
            async with asyncio.timeout(10):
                while not (await stage.edge.health()).ready:
                    await asyncio.sleep(0.05)
            said = wav(own.spool / f"{name}-in.wav")
            assert len(said) / 8000 > 2.5
            assert strength(said[4000:16000], CALLER_HZ) > 0.9
            far, leg = await stage.answered_call("4002")
            desk = await stage.phone("desk2")
            agent = await stage.dialled("desk2")
            await stage.hear(LegAnswered, leg=agent)
            await stage.do(c.Bridge(ROOM, (leg, agent)))
            assert await far.hears(desk)
        finally:
            await stage.end()


async def test_a_trunk_logs_in_to_its_registrar(
    asterisk: AsteriskSettings, own: AsteriskSettings
) -> None:
    async with running(own), playing(lambda things: AsteriskStage(asterisk, things)) as registrar:
        await registrar.edge.put_account(Account("site1", "key", browser=False))
        edge = AsteriskEdge(own)
        try:
            await edge.open(1)
            host = f"127.0.0.1:{asterisk.sip_port}"
            trunk = TrunkLink("carrier", (), host, "site1", "key")
            await edge.put_trunk(trunk)
            async with asyncio.timeout(10):
                while not await registrar.edge.reachable("site1"):
                    await asyncio.sleep(0.1)
        finally:
            await edge.close()


@pytest.mark.parametrize("status", ["200 OK", "404 Not Found"])
async def test_a_trunk_that_answers_anything_is_alive(real: AsteriskStage, status: str) -> None:
    port = free_port()
    with carrier(port, status) as host:
        await asyncio.sleep(0.3)
        await real.edge.put_trunk(TrunkLink("carrier", (), f"127.0.0.1:{port}"))
        took_ms = await real.edge.probe("carrier")
        assert took_ms is not None
        assert 0 < took_ms < 2000
        assert len(host.lines("OPTIONS")) == 1
        assert await real.edge.probe("carrier") is not None
        assert len(host.lines("OPTIONS")) == 2
        host.vanish()
        with _silent(port):
            assert await real.edge.probe("carrier") is None
    await _moves_away(real, "carrier")


async def test_a_trunk_that_is_silent_is_told_after_two_seconds(real: AsteriskStage) -> None:
    port = free_port()
    with _silent(port) as host:
        await real.edge.put_trunk(TrunkLink("mute", (), f"127.0.0.1:{port}"))
        began = asyncio.get_running_loop().time()
        assert await real.edge.probe("mute") is None
        assert asyncio.get_running_loop().time() - began == pytest.approx(2.2, abs=0.8)
        assert host.recv(2000).startswith(b"OPTIONS sip:127.0.0.1")
    await _moves_away(real, "mute")


async def _moves_away(real: AsteriskStage, trunk: str) -> None:
    """Calls of other stories come from the same address: they are not this trunk's."""
    await real.edge.put_trunk(TrunkLink(trunk, ("192.0.2.1",)))


async def test_a_trunk_without_a_host_cannot_be_asked(real: AsteriskStage) -> None:
    with pytest.raises(EdgeError):
        await real.edge.probe("loopback")


@contextmanager
def _silent(port: int) -> Iterator[socket.socket]:
    """A host that hears and says nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as host:
        host.bind(("127.0.0.1", port))
        yield host


async def test_instances_live_in_network_namespaces_of_their_own(
    own: AsteriskSettings, netns: NetworkNamespace
) -> None:
    server = AsteriskServer(own)
    server._prepare()
    inside = await asyncio.create_subprocess_exec(*netns.command(*command(own)))
    try:
        look = netns.command("sh", "-c", "ss -lun 2>/dev/null || cat /proc/net/udp")
        port = f"{own.sip_port:04X}"
        for _ in range(100):
            seen = await asyncio.create_subprocess_exec(*look, stdout=asyncio.subprocess.PIPE)
            text = (await seen.communicate())[0].decode()
            if port in text or str(own.sip_port) in text:
                break
            await asyncio.sleep(0.1)
        else:
            pytest.fail("Asterisk does not listen in its namespace")
        with caller(f"127.0.0.1:{own.sip_port}", "4001", inside=tuple(netns.command())) as far:
            assert await far.refused() == 403
    finally:
        inside.terminate()
        await inside.wait()


async def test_a_trunk_that_fails_gives_the_call_to_the_next_and_one_that_is_busy_does_not(
    real: AsteriskStage,
) -> None:
    for status, goes_on in (("503 Service Unavailable", True), ("486 Busy Here", False)):
        port, leg = free_port(), LegId(f"cell-{real.epoch}-{status[:3]}")
        with desk_phone(port=port, refuses=status):
            await real.edge.put_trunk(TrunkLink("first", (), f"127.0.0.1:{port}"))
            customer = await real.customer()
            dial = c.DialCustomer(
                leg, InteractionId("i"), Token("13800000001"), "4001", 8000, "first", ("loopback",)
            )
            await real.do(dial)
            if goes_on:
                await real.hear(LegAnswered, leg=leg)
                await real.is_up(customer)
                await real.do(c.HangUp(leg))
                await real.hear(LegEnded, leg=leg)
            else:
                assert (await real.hear(LegEnded, leg=leg)).cause is Cause.BUSY
    # Its host is the one that the other stories call from.
    await real.edge.put_trunk(TrunkLink("first", (), "127.9.9.9:5999"))


async def test_a_trunk_that_says_nothing_gives_the_call_to_the_next_within_two_seconds(
    real: AsteriskStage,
) -> None:
    port, leg = free_port(), LegId(f"cell-{real.epoch}-silence")
    with _silent(port):
        customer = await real.customer()
        began = monotonic_s()
        await real.do(await _dial_by_first(real, leg, port, 8000))
        await real.until(lambda: customer.phone.lines("RUNG"), "ringing at the next one")
        assert 1.5 < monotonic_s() - began < 2.2
        await real.hear(LegAnswered, leg=leg)
        await real.do(c.HangUp(leg))
        await real.hear(LegEnded, leg=leg)
    await real.edge.put_trunk(TrunkLink("first", (), "127.9.9.9:5999"))


async def test_a_trunk_that_tries_is_waited_for(real: AsteriskStage) -> None:
    """One answer to the INVITE, 100 Trying, is a sign of life: the call stays with it."""
    port, leg = free_port(), LegId(f"cell-{real.epoch}-tries")
    with _silent(port) as host:
        customer = await real.customer()
        await real.do(await _dial_by_first(real, leg, port, 3000))
        asked, source = await asyncio.to_thread(host.recvfrom, 65_535)
        host.sendto(_trying(asked), source)
        assert (await real.hear(LegEnded, leg=leg)).cause is Cause.NO_ANSWER
    assert customer.phone.lines("RUNG") == []
    await real.edge.put_trunk(TrunkLink("first", (), "127.9.9.9:5999"))


async def _dial_by_first(
    real: AsteriskStage, leg: LegId, port: int, ring_ms: int
) -> c.DialCustomer:
    await real.edge.put_trunk(TrunkLink("first", (), f"127.0.0.1:{port}"))
    number, others = Token("13800000001"), ("loopback",)
    return c.DialCustomer(leg, InteractionId("i"), number, "4001", ring_ms, "first", others)


def _trying(invite: bytes) -> bytes:
    kept = (b"via:", b"from:", b"to:", b"call-id:", b"cseq:")
    lines = [line for line in invite.split(b"\r\n") if line.lower().startswith(kept)]
    return b"\r\n".join([b"SIP/2.0 100 Trying", *lines, b"Content-Length: 0", b"", b""])
