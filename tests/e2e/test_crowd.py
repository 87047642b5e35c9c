"""200 callers wait and 20 agents serve them: SIPp, the API and the journal tell the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import fmean

import pytest

from tests.e2e.node import PASSWORD, Node
from tests.e2e.people import Json, Person, all_of, until
from tests.tools.crowd import Seen, Talk, callers, phones
from tests.tools.ports import free_port
from tests.tools.sipp import register_all
from tests.tools.soak import SOAK
from trunkline.adapters.sql.reading import entries_of

PATIENT, IMPATIENT, QUICK = 150, 40, 10
EVERYBODY = PATIENT + IMPATIENT + QUICK
AGENTS = 20
PER_S = 50.0
GONE_AFTER_MS, QUICKLY_GONE_MS, TALK_MS = 7_000, 3_000, 1_500
WITHIN_S = 15
SLACK_S = 1.0
"""How late news may be on a machine that is busy: between the wire and the clock of the cell."""
RULES: Json = {
    "service_level_s": WITHIN_S,
    "short_abandon_s": 5,
    "announce_every_s": 3_600,
    "wrap_up": {"mode": "none", "seconds": 1},
    "disposition_required": False,
    "survey_rate_pct": 0,
    "callback": {"enabled": False},
    "strategy": "longest_idle",
}
pytestmark = [
    pytest.mark.timeout(170),
    pytest.mark.soak,
    pytest.mark.skipif(not SOAK, reason="two minutes of a crowd"),
]


@pytest.fixture
def admin(node: Node) -> Iterator[Person]:
    with closing(Person(node, "admin")) as person:
        yield person


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay in the queue as the journal tells it; times in ms.

    The wait ends as the agent's phone is up; the clock of the service level runs on until both
    sides hear each other.
    """

    entered_at: int
    answered_at: int | None
    heard_at: int | None
    ended_at: int
    ended_by: str

    @property
    def wait_ms(self) -> int:
        return (self.answered_at or self.ended_at) - self.entered_at

    @property
    def clock_ms(self) -> int:
        return (self.heard_at or self.answered_at or self.ended_at) - self.entered_at


def staff(admin: Person) -> dict[str, str]:
    """Twenty agents of the support queue: the secret of each one's phone, by account."""
    there = {one["username"]: one for one in admin.get("/agents")["items"]}
    names = [f"crowd{n}" for n in range(1, AGENTS + 1)]
    team = admin.get("/queues/support")["team_id"]
    for name in names:
        if name not in there:
            roles = [{"role": "agent"}]
            admin.post("/users", username=name, display_name=name, password=PASSWORD,
                       roles=roles, team_id=team)  # fmt: skip
    ids = {one["username"]: one["id"] for one in admin.get("/agents")["items"]}
    secrets = {}
    for name in names:
        told = admin.post(f"/agents/{ids[name]}/device-secret")
        secrets[told["account"]] = told["secret"]
    admin.patch("/queues/support", agents=[ids[name] for name in names])
    return secrets


def tail(number: str) -> str:
    """What is shown of a number to everybody."""
    return number[-4:]


async def test_what_200_callers_and_20_agents_saw_is_what_is_kept(
    node: Node, admin: Person, record_property: Callable[[str, object], None]
) -> None:
    was = admin.get("/queues/support")
    secrets = staff(admin)
    admin.patch("/queues/support", **RULES)
    began = datetime.now(UTC)
    try:
        calls, talks = await rush(node, admin, secrets)
        stays = journal_of(node, admin, began)
        figures_are_those_of_the_stays(admin, began, stays)
    finally:
        admin.patch("/queues/support", **{name: was[name] for name in (*RULES, "agents")})
    kept = {tail(item["phone_masked"]): item for item in since(admin, began)}
    record_property("answered", len(talks))
    record_property("abandoned", len(kept) - len(talks))
    record_property("mean_wait_s", round(fmean(k["wait_ms"] for k in kept.values()) / 1000, 2))
    nobody_is_missing(calls, talks, kept)
    waits_are_those_of_the_wire(calls, talks, kept)
    the_journal_tells_the_same(kept, stays)


async def rush(
    node: Node, admin: Person, secrets: dict[str, str]
) -> tuple[dict[str, Seen], list[Talk]]:
    """All call, then the agents come; what both sides saw, once everybody is gone."""
    numbers = [f"+8613912{n:06d}" for n in range(1, EVERYBODY + 1)]
    groups = (
        (numbers[PATIENT:-QUICK], GONE_AFTER_MS),
        (numbers[-QUICK:], QUICKLY_GONE_MS),
    )
    port = free_port()
    with ExitStack() as things:
        assert register_all(node.sip, secrets, f"127.0.0.1:{port}", port=port)
        desks = things.enter_context(phones(port, TALK_MS))
        crowds = [things.enter_context(callers(node.sip, "4001", numbers[:PATIENT], PER_S))]
        await until(lambda: waiting(admin, PATIENT), "the patient in line", 30)
        for some, leaves in groups:
            crowds.append(things.enter_context(callers(node.sip, "4001", some, PER_S, leaves)))
        await until(lambda: waiting(admin, EVERYBODY - QUICK), "everybody in line")
        agents = [things.enter_context(closing(Person(node, name))) for name in logins()]
        for agent in agents:
            agent.put("/me/device", kind="sip")
            agent.be("ready")
        await until(lambda: all(crowd.is_over() for crowd in crowds), "end of all calls", 90, 0.5)
        await until(lambda: all(talk.down_at for talk in desks.talks()), "silence", 10)
        for agent in agents:
            agent.be("offline")
        calls = {number: seen for crowd in crowds for number, seen in crowd.calls().items()}
        return calls, desks.talks()


def logins() -> list[str]:
    return [f"crowd{n}" for n in range(1, AGENTS + 1)]


def waiting(admin: Person, most: int) -> Json | None:
    live: Json = admin.get("/queues/support/live")
    return live if live["waiting"] >= most else None


def since(admin: Person, began: datetime) -> list[Json]:
    """Every interaction from then on."""
    return all_of(admin, "/interactions", **{"from": began.isoformat()})


def journal_of(node: Node, admin: Person, began: datetime) -> dict[str, Stay]:
    """What the journal holds of every stay, by interaction."""
    tenant, at = admin.me()["tenant"]["id"], round(began.timestamp() * 1000)
    entered: dict[str, int] = {}
    answered: dict[str, int] = {}
    heard: dict[str, int] = {}
    stays = {}
    with entries_of(f"sqlite:///{node.data / 'trunkline.db'}", tenant, tenant, at) as entries:
        for entry in entries:
            for fact in entry.facts:
                name = fact.get("interaction")
                if fact["t"] == "InteractionQueued" and not fact.get("again"):
                    entered[name] = fact["entered_at"]
                elif fact["t"] == "InteractionAnswered":
                    answered[name] = entry.at
                elif fact["t"] == "PartiesJoined":
                    heard.setdefault(name, entry.at)
                elif fact["t"] == "InteractionEnded" and name in entered:
                    times = (entered[name], answered.get(name), heard.get(name))
                    stays[name] = Stay(*times, entry.at, fact["ended_by"])
    return stays


def nobody_is_missing(calls: dict[str, Seen], talks: list[Talk], kept: dict[str, Json]) -> None:
    """Each caller has one interaction, each talk its caller, and no agent two talks at once."""
    assert len(calls) == EVERYBODY == len(kept)
    assert {tail(number) for number in calls} == set(kept)
    assert all(seen.answered_at and seen.ended_at for seen in calls.values())
    served = Counter(tail(talk.number) for talk in talks)
    assert max(served.values()) == 1, "one agent a caller"
    for number, item in kept.items():
        assert (item["answered_at"] is not None) == (number in served), item
        if number not in served:
            assert item["ended_by"] == "abandoned"
    assert all(calls[n].left for n in calls if tail(n) not in served)
    ended: dict[str, float] = {}
    for talk in talks:
        assert talk.up_at >= ended.get(talk.account, 0), "one call a phone"
        ended[talk.account] = talk.down_at or talk.up_at
    assert len(ended) == AGENTS, "every agent served"


def waits_are_those_of_the_wire(
    calls: dict[str, Seen], talks: list[Talk], kept: dict[str, Json]
) -> None:
    """The wait ends as the agent's phone is taken up or the caller leaves."""
    up = {tail(talk.number): talk.up_at for talk in talks}
    late = []
    for number, seen in calls.items():
        over = up.get(tail(number)) or seen.ended_at or 0.0
        wait_s = kept[tail(number)]["wait_ms"] / 1000
        assert over - (seen.answered_at or 0.0) - SLACK_S <= wait_s
        assert wait_s <= over - seen.invited_at + SLACK_S
        late.append(wait_s - (over - seen.invited_at))
    assert abs(fmean(late)) < SLACK_S / 2


def the_journal_tells_the_same(kept: dict[str, Json], stays: dict[str, Stay]) -> None:
    """Interaction by interaction, to the millisecond."""
    told = {item["id"]: item for item in kept.values()}
    assert stays.keys() == told.keys()
    for name, stay in stays.items():
        assert told[name]["wait_ms"] == stay.wait_ms
        assert told[name]["ended_by"] == stay.ended_by
        assert (told[name]["answered_at"] is None) == (stay.answered_at is None)


def figures_are_those_of_the_stays(admin: Person, began: datetime, stays: dict[str, Stay]) -> None:
    """The queue's figures, counted anew from the journal."""
    end = datetime.now(UTC) + timedelta(seconds=1)
    asked = {"from": began.isoformat(), "to": end.isoformat(), "interval_min": 1440}
    (interval,) = admin.get("/queues/support/service-level", **asked)["items"]
    told = interval["figures"]
    answered = [stay for stay in stays.values() if stay.answered_at is not None]
    in_time = [stay for stay in answered if stay.clock_ms <= WITHIN_S * 1000]
    gone = [stay for stay in stays.values() if stay.answered_at is None]
    short = [stay for stay in gone if stay.wait_ms < 5_000]
    assert len(short) >= QUICK
    offered = EVERYBODY - len(short)
    assert told["entered"] == EVERYBODY
    assert told["offered"] == offered
    assert told["answered"] == len(answered)
    assert told["answered_in_time"] == len(in_time)
    assert told["short_abandons"] == len(short)
    assert told["abandoned"] == len(gone) - len(short)
    assert told["mean_wait_ms"] == sum(stay.clock_ms for stay in answered) // len(answered)
    assert told["negative"]["value"] == round(len(in_time) / offered, 4)
