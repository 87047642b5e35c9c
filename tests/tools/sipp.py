"""SIP phones for tests: SIPp does the signalling, a `Voice` each the sound.

A phone is told what to do by a NOTIFY that we send into its call from outside: no phone of the
real world does that, and it makes SIPp's fixed scenarios obey at any moment.
"""

import asyncio
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from tests.tools.needs import requires
from tests.tools.ports import free_port
from tests.tools.tones import Voice

SCENARIOS = Path(__file__).parents[1] / "data" / "sipp"
REFUSALS = (403, 404, 480, 486, 500, 503, 603)
LEAVE_S = 1.0
MOST_CALLS = 10
"""So many calls a desk phone takes one after the other; then its SIPp has ended."""
_calls = count(1)


class Phone:
    """One SIPp process with one call (a desk phone: one after the other), and its voice."""

    def __init__(
        self, voice: Voice, port: int, log: Path, process: subprocess.Popen[bytes]
    ) -> None:
        self.voice = voice
        self.port = port
        self._log = log
        self._process = process
        self._spoken_to = 0

    def lines(self, word: str) -> list[list[str]]:
        """What SIPp has logged under this word."""
        return logged(self._log, word)

    async def answered(self, within_s: float = 5.0) -> None:
        """Wait until the call is up, and begin to speak."""
        _, host, port = (await self._line("ANSWERED", within_s))[:3]
        if self._spoken_to < len(self.lines("ANSWERED")):
            self._spoken_to = len(self.lines("ANSWERED"))
            self.voice.speak_to(host, int(port))

    def is_up(self) -> bool:
        """Whether a call is up now."""
        return len(self.lines("ANSWERED")) > len(self.lines("ENDED"))

    async def rung(self, within_s: float = 5.0) -> tuple[str, str, str]:
        """Wait for an INVITE: the account rung, the caller's number, the interaction's header."""
        _, account, caller, interaction = (await self._line("RUNG", within_s))[:4]
        return account, caller, interaction.strip()

    async def refused(self, within_s: float = 8.0) -> int:
        """Wait for the refusal of the call: its status."""
        return int((await self._line("REFUSED", within_s))[0])

    async def ended(self, within_s: float = 5.0) -> None:
        """Wait until the call is over."""
        await self._line("ENDED", within_s)

    def hang_up(self) -> None:
        """Hang up, or give up an unanswered call."""
        self._tell("hangup")

    def press(self, keys: str) -> None:
        """Press keys, sent as RFC 4733 events."""
        self.voice.press(keys)

    def press_info(self, key: str) -> None:
        """Send one key by SIP INFO."""
        self._tell(f"key {key}")

    def vanish(self) -> None:
        """Be gone without a word."""
        self._process.kill()
        self._process.wait(5)
        self.voice.close()

    def close(self) -> None:
        """Take leave of a call that is still up or rings, then end SIPp and the voice."""
        if self.is_up() or (self.lines("CALL") and not self._is_over()):
            self.hang_up()
            until = time.monotonic() + LEAVE_S
            while not self._is_over() and time.monotonic() < until:
                time.sleep(0.01)
        self._process.kill()
        self._process.wait(5)
        self.voice.close()

    def _is_over(self) -> bool:
        return bool(self.lines("REFUSED")) or (bool(self.lines("ENDED")) and not self.is_up())

    async def _line(self, word: str, within_s: float) -> list[str]:
        try:
            async with asyncio.timeout(within_s):
                while not (found := self.lines(word)):
                    await asyncio.sleep(0.02)
        except TimeoutError:
            there = [path for path in self._log.parent.iterdir() if path.suffix != ".xml"]
            said = "\n".join(path.read_text() for path in there)
            raise AssertionError(f"no {word} within {within_s} s; SIPp said: {said}") from None
        return found[-1]

    def _tell(self, subject: str) -> None:
        known = self.lines("ANSWERED") or self.lines("RUNG") or self.lines("CALL")
        tell(self.port, known[-1][0], subject)


def logged(log: Path, word: str) -> list[list[str]]:
    """What SIPp has logged in this file under a word: the fields of each line."""
    if not log.is_file():
        return []
    *whole, _ = log.read_text().split("\n")
    found = [line.split(";") for line in whole]
    return [fields[2:] for fields in found if fields[:2] == ["L", word]]


def tell(port: int, call: str, subject: str) -> None:
    """Have the SIPp at this port do something in one of its calls."""
    message = (
        f"NOTIFY sip:us@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKx\r\n"
        f"From: <sip:test@127.0.0.1>;tag=x\r\nTo: <sip:us@127.0.0.1>\r\n"
        f"Call-ID: {call}\r\n"
        f"CSeq: 1 NOTIFY\r\nSubject: {subject}\r\nContent-Length: 0\r\n\r\n"
    )
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as remote:
        remote.sendto(message.encode(), ("127.0.0.1", port))


@contextmanager
def caller(
    target: str,
    number: str,
    *,
    hz: float = 0,
    name: str = "+8613800000001",
    host: str = "127.0.0.1",
    secret: str = "",
    inside: tuple[str, ...] = (),
) -> Iterator[Phone]:
    """A caller who invites `number` at `target` (HOST:PORT) from address `host`."""
    words = [target, "-s", number, "-au", name, "-ap", secret or "none", "-m", "1"]
    with _phone("caller.xml", words, {"caller": name}, hz, host, None, inside) as phone:
        yield phone


@contextmanager
def desk_phone(
    *,
    hz: float = 0,
    refuses: str = "",
    rings_on: bool = False,
    after_ms: int = 0,
    host: str = "127.0.0.1",
    port: int | None = None,
    inside: tuple[str, ...] = (),
) -> Iterator[Phone]:
    """An agent's phone: answers after a while, rings on for ever, or refuses ("486 Busy Here")."""
    name = "phone_refuses.xml" if refuses else "phone_rings.xml" if rings_on else "phone.xml"
    words = ["-d", str(after_ms), "-m", str(MOST_CALLS)]
    with _phone(name, words, {}, hz, host, port, inside, refuses) as phone:
        yield phone


@contextmanager
def carrier(port: int, status: str = "200 OK") -> Iterator[Phone]:
    """A carrier's host that answers OPTIONS."""
    with _phone("options.xml", ["-m", "9"], {}, 0, "127.0.0.1", port, (), status) as host:
        yield host


def register(
    target: str,
    account: str,
    secret: str,
    contact: str,
    transport: str = "u1",
    port: int | None = None,
) -> bool:
    """Log a device in whose phone is at `contact` (HOST:PORT); whether it was let in.

    Calls come to where the REGISTER came from: a phone that is to be rung logs in from its own
    port before it listens there.
    """
    return register_all(target, {account: secret}, contact, transport, port)


def register_all(
    target: str,
    accounts: Mapping[str, str],
    contact: str,
    transport: str = "u1",
    port: int | None = None,
) -> bool:
    """Log devices in whose one phone is at `contact`; whether all secrets were taken."""
    source = str(port or free_port())
    with tempfile.TemporaryDirectory(prefix="sipp") as folder:
        rows = [
            f"{name};[authentication username={name} password={secret}]"
            for name, secret in accounts.items()
        ]
        (Path(folder) / "accounts.csv").write_text("\n".join(["SEQUENTIAL", *rows, ""]))
        words = ["-sf", str(SCENARIOS / "register.xml"), "-inf", "accounts.csv", "-nostdin"]
        words += ["-i", "127.0.0.1", "-p", source, "-m", str(len(accounts)), "-timeout", "10"]
        words += ["-r", "20", "-key", "contact", contact, "-t", transport]
        command = [str(requires("sipp")), target, *words]
        quiet = subprocess.DEVNULL
        done = subprocess.run(command, cwd=folder, stdin=quiet, stdout=quiet, stderr=quiet)
        return not done.returncode


@contextmanager
def _phone(
    scenario: str,
    words: list[str],
    keys: dict[str, str],
    hz: float,
    host: str,
    port: int | None,
    inside: tuple[str, ...],
    refuses: str = "",
) -> Iterator[Phone]:
    sipp = str(requires("sipp"))
    port = port or free_port()
    voice = Voice(hz)
    with tempfile.TemporaryDirectory(prefix="sipp") as folder:
        path = Path(folder) / scenario
        path.write_text(scenario_text(scenario).replace("@STATUS@", refuses), encoding="latin-1")
        log = Path(folder) / "log"
        options = {**keys, "mport": str(voice.port)}
        command = [*inside, sipp, *words, "-sf", str(path), "-i", host, "-p", str(port)]
        command += ["-mi", "127.0.0.1", "-nostdin", "-base_cseq", "100", "-trace_logs"]
        command += ["-log_file", str(log), "-timeout", "300", "-trace_err"]
        command += ["-cid_str", f"{next(_calls)}-%p@{host}", "-error_file", f"{folder}/errors"]
        for key, value in options.items():
            command += ["-key", key, value]
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, cwd=folder)
        phone = Phone(voice, port, log, process)
        try:
            yield phone
        finally:
            phone.close()


def scenario_text(name: str) -> str:
    """A scenario with its parts in place."""
    text = (SCENARIOS / name).read_text(encoding="utf-8")
    refused = "".join(
        f'<label id="r{status}"/><nop><action><log message="L;REFUSED;{status}"/></action></nop>'
        '<nop next="ack"/>'
        for status in REFUSALS
    )
    for part in ("talk", "invited"):
        piece = (SCENARIOS / f"{part}.part").read_text(encoding="utf-8")
        text = text.replace(f"@{part.upper()}@", piece)
    return text.replace("@REFUSED@", refused)
