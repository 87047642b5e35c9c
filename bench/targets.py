"""What is measured: Trunkline as a user runs it, and Asterisk's own queue as its peer."""

import contextlib
import csv
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench import load
from trunkline.adapters.edge.asterisk.root import find

HTTP = "http://127.0.0.1:18081"
READY_WITHIN_S = 60.0
PASSWORD = "trunkline-demo"
AS_THE_PEER = {
    "survey_rate_pct": 0,
    "max_waiting": 5000,
    "music": "none",
    "announce_every_s": 0,
}
"""Silence while waiting and no survey after it: what the peer does with its configuration."""


@dataclass(frozen=True, slots=True)
class Trunkline:
    """A running installation with its demo tenant and imported agents on fixed phones."""

    pid: int
    token: str
    data: Path

    def pids(self) -> list[int]:
        """Our processes: supervisor, main, workers."""
        return load.tree(self.pid)

    def main_pid(self) -> int:
        """The main process: the supervisor's child."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return int(children.split()[0])

    def asterisk_pid(self) -> int:
        """Telephony's own process."""
        kept = json.loads((self.data / "asterisk" / "process.json").read_text())
        return int(kept["pid"])

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"{HTTP}/api/v1{path}", headers=self._headers())

    def talking(self) -> int:
        """How many calls are in talk, as far as the program can tell now."""
        try:
            reply = self.get("/interactions?state=talking&limit=200")
            ready = httpx.get(f"{HTTP}/readyz").status_code == 200
        except httpx.TransportError:
            return 0
        return len(reply.json()["items"]) if ready and reply.status_code == 200 else 0

    def patch(self, path: str, body: dict[str, object]) -> None:
        reply = httpx.patch(f"{HTTP}/api/v1{path}", json=body, headers=self._headers())
        reply.raise_for_status()

    def queue_rules(self, **rules: object) -> None:
        """Change the rules of the queue that is called."""
        self.patch(f"/queues/{self.get('/queues/support').json()['id']}", rules)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@contextlib.contextmanager
def trunkline(agents: int, program: str = "trunkline.app.cli") -> Iterator[Trunkline]:
    """Trunkline on one core with so many agents in `support`: no wrap-up, no survey."""
    with tempfile.TemporaryDirectory(prefix="bench-data") as name:
        data = Path(name)
        _seeded(data, agents)
        with _running(data, program) as process:
            target = Trunkline(process.pid, _sign_in(), data)
            target.queue_rules(**AS_THE_PEER)
            _until_agents_ready(target, agents)
            yield target


@contextlib.contextmanager
def app_queue(agents: int) -> Iterator[int]:
    """Asterisk with app_queue and so many members, from the same root, on the same core."""
    from bench import peer

    installation = find()
    if installation is None or installation.root is None:
        sys.exit("the peer needs the private root: trunkline telephony install")
    with (
        tempfile.TemporaryDirectory(prefix="bench-peer") as name,
        peer.running(Path(name), installation, agents) as pid,
    ):
        yield pid


def _seeded(data: Path, agents: int) -> None:
    with _running(data):
        pass
    file = data / "agents.csv"
    with file.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["name", "queue", "device", "wrap_up_s"])
        for number in range(agents):
            device = f"sip:a{number}@{load.AGENTS}:{load.AGENT_PORT}"
            rows.writerow([f"a{number}", "support", device, 0])
    command = [sys.executable, "-m", "trunkline.app.cli", "agents", "import", str(file)]
    subprocess.run([*command, "--data", str(data)], check=True, stdout=subprocess.DEVNULL)


@contextlib.contextmanager
def _running(data: Path, program: str = "trunkline.app.cli") -> Iterator["subprocess.Popen[bytes]"]:
    command = [
        "taskset", "-c", load.TARGET_CORE, sys.executable, "-m", program, "up",
        "--demo", "--data", str(data), "--http", "127.0.0.1:18081", "--sip", load.TARGET,
        "--rtp-ports", "10000-29998",
    ]  # fmt: skip
    with (data / "log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _until_ready(process, data / "log")
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _until_ready(process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{HTTP}/readyz").status_code == 200:
                return
        time.sleep(0.2)
    sys.exit(f"Trunkline did not become ready:\n{log.read_text()[-3000:]}")


def _sign_in() -> str:
    password = os.environ.get("TRUNKLINE_DEMO_PASSWORD", PASSWORD)
    body = {"username": "admin", "password": password, "kind": "token"}
    reply = httpx.post(f"{HTTP}/api/v1/sessions", json=body)
    reply.raise_for_status()
    return str(reply.json()["token"])


def _until_agents_ready(target: Trunkline, wanted: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        live = target.get("/queues/support/live").json()
        if live.get("agents", {}).get("ready", 0) >= wanted:
            return
        time.sleep(0.2)
    sys.exit(f"the agents did not become ready: {live}")
