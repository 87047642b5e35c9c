"""Fifty calls that go on and five callers who wait behind them: who hears whom, and who is next.

Agents have phones that are always there, so whoever is free is rung for the first in line. Nothing
is recorded: it would only be encoded for minutes afterwards.
"""

import csv
import subprocess
import sys
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.e2e.node import ROOT, Node
from tests.e2e.people import Person, until
from tests.tools import company
from tests.tools.choir import Address, Choir, Heard, choir
from tests.tools.company import Company

CALLS, WAITING = 50, 5
QUEUE, NUMBER = "vip", "4002"
PHONES_PORT = 21_500
MASKED = 4
"""So many digits of a number are shown to everybody."""


def staff(node: Node, agents: int = CALLS) -> None:
    """Make so many agents, while the program does not run."""
    file = node.data.parent / "agents.csv"
    with file.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["name", "queue", "device", "wrap_up_s"])
        for name in (f"a{n}" for n in range(agents)):
            rows.writerow([name, QUEUE, f"sip:{name}@127.0.0.1:{PHONES_PORT}", 0])
    words = ["agents", "import", str(file), "--data", str(node.data)]
    command = [sys.executable, "-m", "trunkline.app.cli", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@dataclass(frozen=True, slots=True)
class Side:
    """One leg of a call: at which SIPp, by which name, and its sound."""

    company: Company
    call: str
    address: Address
    voice: int


@dataclass(slots=True)
class Line:
    """One caller, and the phone of whoever has taken the call."""

    caller: Side
    account: str = ""
    agent: Side | None = None


class FullHouse:
    """All the calls of one number."""

    def __init__(self, node: Node, admin: Person, voices: Choir, phones: Company) -> None:
        self.served: dict[str, str] = {}
        """Who took each call, by number, from the first on."""

        self.began = datetime.now(UTC).isoformat()
        self.lines: dict[str, Line] = {}
        self.waiting: deque[str] = deque()
        self._node = node
        self._admin = admin
        self._voices = voices
        self._phones = phones
        self._callers: list[Company] = []
        self._things = AsyncExitStack()
        self._numbers = (f"+8613912{n:06d}" for n in range(1, 1 << 16))

    async def close(self) -> None:
        """End what calls."""
        await self._things.aclose()

    async def fill(self) -> None:
        """Everybody calls: the first are served, the others wait."""
        self._call(CALLS)
        await until(lambda: len(self.look().talking()) == CALLS, f"{CALLS} talks", 30)
        self._call(WAITING, per_s=5)
        await until(lambda: len(self.look().lines) == CALLS + WAITING, "all lines", 15)
        self.waiting.extend(await self._stand({*self.lines} - {*self.talking()}))

    def look(self) -> "FullHouse":
        """Hear of what SIPp has seen meanwhile."""
        over = set().union(*(one.ended() for one in (self._phones, *self._callers)))
        self._end(over)
        for callers in self._callers:
            answered = callers.answered()
            for call, number in callers.called().items():
                if call in answered and number not in self.lines and call not in over:
                    self.lines[number] = Line(self._side(callers, call, answered[call]))
        answered = self._phones.answered()
        for call, (account, number) in self._phones.rung().items():
            line = self.lines.get(number)
            if line and line.agent is None and call in answered and call not in over:
                line.account = self.served[number] = account
                line.agent = self._side(self._phones, call, answered[call])
        return self

    def talking(self) -> list[str]:
        """The numbers that talk."""
        return [number for number, line in self.lines.items() if line.agent]

    def listen(self, to: list[str]) -> None:
        """From now gaps are measured; now each of these hears the other."""
        self.longest_gap_s(to)
        self._voices.begin()

    def longest_gap_s(self, of: list[str]) -> float:
        """The longest silence on these lines since we listen; none has changed hands."""
        heard = self._voices.heard()
        wrong = [told for number in of for told in self._who_hears_another(number, heard)]
        assert not wrong, wrong
        legs = [leg.address for number in of for leg in self._legs(number)]
        return max(heard[address].longest_gap_s for address in legs)

    def one_leaves(self, number: str) -> str:
        """One of those who talk hangs up: whose phone is free then."""
        line = self.lines[number]
        line.caller.company.hang_up(line.caller.call)
        return line.account

    async def first_in_line_is_served(self, account: str, since: float) -> float:
        """The first in line is the one who is given to this agent; after how long."""
        first = self.waiting.popleft()
        await until(lambda: first in self._rung_at(account), f"{first} at {account}", 20, 0.02)
        took_s = time.monotonic() - since
        await until(lambda: self.look().lines[first].agent, f"talk of {first}")
        await until(lambda: self._hear_each_other(first), f"voices of {first}")
        assert self._rung_at(account)[-1] == first
        assert self._rung_at(account).count(first) == 1, "the phone was rung twice"
        return took_s

    async def one_comes(self) -> None:
        """A newcomer stands behind all who waited, and those have their places."""
        (newcomer,) = self._call(1)
        self.waiting.append(newcomer)
        stand = await self._stand({*self.waiting})
        assert stand == list(self.waiting), "places have changed"

    def _legs(self, number: str) -> tuple[Side, Side]:
        line = self.lines[number]
        assert line.agent, f"{number} was dropped"
        return line.caller, line.agent

    def _who_hears_another(self, number: str, heard: dict[Address, Heard]) -> list[str]:
        one, other = self._legs(number)
        pairs = (("caller", one, other), ("agent", other, one))
        return [
            f"the {who} of {number} hears {heard[ear.address].voice}, not {mouth.voice}"
            for who, ear, mouth in pairs
            if heard[ear.address].voice != mouth.voice
        ]

    def _hear_each_other(self, number: str) -> bool:
        return not self._who_hears_another(number, self._voices.heard())

    def _call(self, count: int, per_s: float = 25) -> list[str]:
        numbers = [next(self._numbers) for _ in range(count)]
        port = self._voices.port
        calling = company.callers(self._node.sip, NUMBER, numbers, port, per_s)
        self._callers.append(self._things.enter_context(calling))
        return numbers

    async def _stand(self, wanted: set[str]) -> list[str]:
        """The line by place, once it is these who stand there: what is shown is a little late."""

        def look() -> list[str] | None:
            calls = self._admin.get(f"/queues/{QUEUE}/live")["calls"]
            found = [self._number(c["interaction_id"], wanted) for c in calls]
            return found if set(found) == wanted else None

        return await until(look, f"line of {sorted(wanted)}", 15)

    def _number(self, interaction: str, among: set[str]) -> str:
        masked: str = self._admin.get(f"/interactions/{interaction}")["phone_masked"]
        return next((one for one in among if one.endswith(masked[-MASKED:])), masked)

    def _rung_at(self, account: str) -> list[str]:
        return [number for at, number in self._phones.rung().values() if at == account]

    def _side(self, at: Company, call: str, address: Address) -> Side:
        return Side(at, call, address, self._voices.sing(address))

    def _end(self, over: set[str]) -> None:
        for number, line in list(self.lines.items()):
            left = line.caller.call in over
            if line.agent and (left or line.agent.call in over):
                self._voices.hush(line.agent.address, line.agent.voice)
                line.agent = None
            if left:
                self._voices.hush(line.caller.address, line.caller.voice)
                del self.lines[number]


@asynccontextmanager
async def full_house(node: Node) -> AsyncIterator[FullHouse]:
    """A house in which all agents talk and some callers wait."""
    with (
        closing(Person(node, "admin")) as admin,
        choir() as voices,
        company.phones(PHONES_PORT, voices.port) as phones,
    ):
        ids = {one["username"]: one["id"] for one in admin.get("/agents")["items"]}
        only = [ids[f"a{n}"] for n in range(CALLS)]
        admin.patch(f"/queues/{QUEUE}", agents=only, recording="off")
        house = FullHouse(node, admin, voices, phones)
        try:
            await house.fill()
            yield house
        finally:
            await house.close()
