"""A backup under a call is put back elsewhere: Trunkline answers there, a recording plays."""

import asyncio
import subprocess
import sys
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
import soundfile

from tests.e2e.node import ROOT, Node
from tests.e2e.people import Person, at_desk_phone, closed, hear_each_other, until
from tests.tools.sipp import caller

CUSTOMER_HZ, AGENT_HZ = 440.0, 700.0
pytestmark = pytest.mark.timeout(150)


def trunkline(*words: object) -> str:
    """One command; what it said."""
    command = [sys.executable, "-m", "trunkline.app.cli", *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def test_a_backup_under_a_call_is_put_back_and_a_recording_plays(
    mortal: Node, tmp_path: Path
) -> None:
    file = tmp_path / "all.tar"
    with (
        closing(Person(mortal, "admin")) as admin,
        at_desk_phone(mortal, "agent1", AGENT_HZ) as (agent, desk),
    ):
        with caller(mortal.sip, "4001", hz=CUSTOMER_HZ) as first:
            await asyncio.gather(desk.answered(), first.answered())
            recorded = agent.me()["work"]["interaction_id"]
            await hear_each_other(first, desk, (CUSTOMER_HZ, AGENT_HZ))
            first.hang_up()
        await until(lambda: agent.me()["state"] == "wrap_up", "wrap-up")
        agent.post(f"/interactions/{recorded}/wrap-up", disposition="fault.device")
        await closed(admin, recorded)
        with caller(mortal.sip, "4001", hz=CUSTOMER_HZ) as second:
            await until(lambda: len(desk.lines("ANSWERED")) == 2, "second call")
            await asyncio.gather(desk.answered(), second.answered())
            said = await asyncio.to_thread(trunkline, "backup", file, "--data", mortal.data)
            await hear_each_other(second, desk, (CUSTOMER_HZ, AGENT_HZ))
    assert "1 objects" in said
    assert "master.key apart" in said
    key = mortal.data / "master.key"
    mortal.kill_all()
    other = Node(tmp_path / "other")
    trunkline("restore", file, "--data", other.data, "--key", key)
    try:
        other.start()
        await plays(other, recorded)
    finally:
        other.kill_all()


async def plays(node: Node, interaction: str) -> None:
    """The program that was put back answers, and what it kept can be heard."""
    with closing(Person(node, "admin")) as admin:
        (recording,) = admin.get(f"/interactions/{interaction}")["recordings"]
        sound, _ = soundfile.read(BytesIO(admin.bytes_of(f"/recordings/{recording['id']}/audio")))
        assert len(sound) > 0
    with caller(node.sip, "4001", hz=CUSTOMER_HZ) as customer:
        await customer.answered(20)
