"""The examples do what they say, against a running node."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.e2e.node import PASSWORD, ROOT, Node
from tests.e2e.people import Person, until
from tests.tools.ports import free_port
from tests.tools.sipp import caller, desk_phone, register

EXAMPLES = ROOT / "examples"
MOST_LINES = 80
pytestmark = pytest.mark.timeout(60)


@contextmanager
def running(node: Node, name: str, username: str, said: Path) -> Iterator[subprocess.Popen[bytes]]:
    """An example in a process of its own."""
    command = [sys.executable, str(EXAMPLES / name), username]
    with said.open("wb") as out:
        env = {**os.environ, "TRUNKLINE_URL": node.url}
        process = subprocess.Popen(command, env=env, stdout=out, stderr=subprocess.STDOUT)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def looks_on(node: Node, said: Path) -> bool:
    """Whether the watcher tells what happens: another agent comes and goes until it does."""
    with closing(Person(node, "agent6")) as other:
        other.be("ready")
        other.be("offline")
    return bool(said.read_text())


async def test_a_screenless_agent_handles_a_call_while_a_watcher_looks_on(
    node: Node, tmp_path: Path
) -> None:
    agent_said, watcher_said = tmp_path / "agent", tmp_path / "watcher"
    port = free_port()
    assert register(node.sip, "agent5", PASSWORD, f"127.0.0.1:{port}", port=port)
    with (
        desk_phone(port=port, after_ms=1500) as desk,
        running(node, "watch_stream.py", "supervisor", watcher_said),
        running(node, "ready_and_accept.py", "agent5", agent_said) as agent,
    ):
        await until(lambda: agent_said.read_text() == "ready\n", "ready", 15)
        await until(lambda: looks_on(node, watcher_said), "watcher", 15)
        with caller(node.sip, "4001", name="+8613800000003") as customer:
            await desk.answered(15)
            await until(lambda: "answered" in watcher_said.read_text(), "answer", 10)
            customer.hang_up()
            await customer.ended()
        await until(lambda: agent.poll() is not None, "end of the example", 15)
        assert agent.returncode == 0, agent_said.read_text()
        assert "ringing: 王建国 (presumed), queue support" in agent_said.read_text()
        await until(lambda: "wrapped_up" in watcher_said.read_text(), "event", 10)
    for event in ("offer.made", "interaction.answered", "interaction.ended"):
        assert f"trunkline.{event}.v1" in watcher_said.read_text()


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.name)
def test_an_example_is_read_in_one_go(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES
