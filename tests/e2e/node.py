"""The whole program as a person starts it, in a machine of its own: node, Asterisk, address."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Literal

import httpx

from tests.tools.needs import requires, requires_asterisk, requires_root
from tests.tools.ports import free_port

ROOT = Path(__file__).parents[2]
PASSWORD = "trunkline-demo"
READY_S = 90.0
STOP_S = 20.0
FLEETS_PORT = 15_900


class Node:
    """One installation with its data; started, killed in parts or as a whole, and stopped."""

    _sounds: Path | None = None
    """Prompts as the first node unpacked them, for all others."""

    def __init__(
        self,
        data: Path,
        database: str | None = None,
        *,
        demo: bool = True,
        telephony: Literal["asterisk", "embedded"] = "asterisk",
        media_nodes: int = 1,
    ) -> None:
        if telephony == "asterisk":
            requires_root("enter a private root")
            requires("sipp")
        self.data = data
        self.http = f"127.0.0.1:{free_port()}"
        # Several Asterisks have the ports behind: none that any other test is given.
        self.sip = f"127.0.0.1:{free_port() if media_nodes == 1 else FLEETS_PORT}"
        self.log = data.parent / f"{data.name}.log"
        self._database = database
        self._demo = demo
        self._telephony = telephony
        self._media_nodes = media_nodes
        self._root = requires_asterisk() if telephony == "asterisk" else None
        self._supervisor: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where pages and the API are."""
        return f"http://{self.http}"

    def start(self, within_s: float = READY_S) -> None:
        """Start it and wait until it takes calls."""
        sounds = self.data / "asterisk" / "sounds"
        for one in (sounds, *(self.data / f"asterisk-{n}" / "sounds" for n in self._others())):
            if self._root and Node._sounds is not None and not one.exists():
                shutil.copytree(Node._sounds, one, copy_function=os.link)
        where = ["--data", str(self.data), "--http", self.http, "--sip", self.sip]
        command = [
            sys.executable,
            "-m",
            "trunkline.app.cli",
            "up",
            *where,
            *(["--demo"] if self._demo else []),
        ]
        command += ["--rtp-ports", "16000-16999", "--telephony", self._telephony]
        if self._media_nodes > 1:
            command += ["--media-nodes", str(self._media_nodes)]
        if self._database:
            command += ["--database", self._database]
        clean = {key: value for key, value in os.environ.items() if "TRUNKLINE_" not in key}
        with self.log.open("ab") as out:
            self._supervisor = subprocess.Popen(
                command,
                cwd=ROOT,
                env=clean | ({"TRUNKLINE_ASTERISK_ROOT": str(self._root)} if self._root else {}),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.ready(within_s)
        if sounds.exists():
            Node._sounds = sounds

    def _others(self) -> range:
        """The numbers of further Asterisks."""
        return range(2, self._media_nodes + 1)

    def ready(self, within_s: float = READY_S) -> float:
        """Wait until it takes calls; how many seconds that took."""
        began, seen = time.monotonic(), "nothing"
        while time.monotonic() < began + within_s:
            with suppress(httpx.TransportError):
                answer = httpx.get(f"{self.url}/readyz", timeout=2)
                if answer.status_code == 200:
                    return time.monotonic() - began
                seen = answer.text
            time.sleep(0.05)
        raise AssertionError(f"not ready: {seen}\n{self.words()[-6000:]}")

    def stop(self) -> int:
        """SIGTERM, as a service manager does; the exit code. Nothing is left running."""
        assert self._supervisor is not None
        self._supervisor.send_signal(signal.SIGTERM)
        try:
            return self._supervisor.wait(STOP_S)
        finally:
            self.kill_all()

    def main_pid(self) -> int:
        """The process id of the main process: the supervisor's child."""
        assert self._supervisor is not None
        task = f"/proc/{self._supervisor.pid}/task/{self._supervisor.pid}/children"
        children = Path(task).read_text().split()
        assert children, "the supervisor has no child"
        return int(children[0])  # the oldest; a spare that waits for its turn may stand behind it

    def audio_worker_pid(self) -> int | None:
        """The process that encodes recordings, while there is one."""
        for children in Path(f"/proc/{self.main_pid()}/task").glob("*/children"):
            with suppress(OSError):
                for pid in children.read_text().split():
                    if b"trunkline.adapters.audio.worker" in _words_of(pid):
                        return int(pid)
        return None

    def kill_main(self) -> int:
        """kill -9 of the main process; which it was."""
        pid = self.main_pid()
        os.kill(pid, signal.SIGKILL)
        return pid

    def kill_all(self) -> None:
        """kill -9 of everything: supervisor, main process, engine."""
        if self._supervisor is not None and self._supervisor.poll() is None:
            with suppress(AssertionError):
                main = self.main_pid()
                self._supervisor.kill()
                os.kill(main, signal.SIGKILL)
            self._supervisor.kill()
            self._supervisor.wait()
        self.kill_engine()

    def kill_engine(self) -> None:
        """kill -9 of this node's own Asterisk, or of what stands for it; of all there are."""
        for memory in self.data.glob("*/process.json"):
            self.kill_part(memory.parent.name)

    def kill_part(self, name: str) -> None:
        """kill -9 of one process of telephony: asterisk, asterisk-2 …, kamailio, embedded."""
        memory = self.data / name / "process.json"
        if memory.is_file():
            pid = int(json.loads(memory.read_text())["pid"])
            with suppress(OSError):
                words = Path(f"/proc/{pid}/cmdline").read_bytes()
                if name.partition("-")[0].encode() in words:
                    os.killpg(pid, signal.SIGKILL)  # each is in a session of its own

    def words(self) -> str:
        """What it has said."""
        return self.log.read_text(errors="replace")


def _words_of(pid: str) -> list[bytes]:
    """The command line of a process."""
    return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
