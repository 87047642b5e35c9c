"""What operations need before they can do what they are for: people at work, things that are there.

`agent1` has a desk phone and talks; `agent5` is the colleague at a desk phone whom he may bring
in, and the supervisor attends by one. `agent2` to `agent4` have browsers, and offers wait for them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from tests.e2e.explorer import PASSWORD, Explorer
from tests.e2e.served import Served
from trunkline.features import alerts, recordings
from trunkline.features.desk.voicemails import store as voicemails
from trunkline.features.identity.door import hash_secret
from trunkline.features.identity.store import put_setup_token
from trunkline.ports.database import Tx
from trunkline.ports.edge import Offender

RECEIVERS = {
    "shown": "agent2",
    "accepting": "agent3",
    "declining": "agent4",
    "colleague": "agent5",
}
AT_PHONES = ("agent", "colleague", "supervisor")
HOUR_MS = 3_600_000
SETUP_TOKEN = "a-link-of-the-first-start"
FAR = "2099-01-01T00:00:00Z"
RUNG = {"aside": {"ringing_until": FAR}}
COLLEAGUE = {"to": {"agent": "agent5"}}
LEAVE: dict[str, Callable[[str], tuple[str, str]]] = {
    "colleague": lambda call: ("POST", f"{call}/leave"),
    "supervisor": lambda call: ("DELETE", f"{call}/attendance"),
}
WITHIN_S = 3.0
MOST_STEPS = 4
"""From anything in hand to nothing."""
NUMBERS = count(6000)


def begin_work(explorer: Explorer, node: Served) -> None:
    """Devices are there, and what only the house itself brings about has happened."""
    users = {**explorer.users, **RECEIVERS}
    for role in AT_PHONES:
        node.edge.register(users[role])
        explorer.ask(role, "PUT", "/me/device", json={"kind": "sip"})
    for role in ("shown", "accepting", "declining"):
        node.edge.register(f"{users[role]}-web")
    for role in ("colleague", "supervisor"):
        explorer.ask(role, "PUT", "/me/state", json={"state": "not_ready", "reason": "other"})
    _happen(explorer, node)


def _happen(explorer: Explorer, node: Served) -> None:
    """A job died, an alert came, a message was left, the link of a first start is good.

    And an address guessed logins.
    """
    platform, queue = node.node.platform, first("/queues")(explorer)
    tenant_id = explorer.ask("administrator", "GET", "/me").json()["tenant"]["id"]
    now = platform.clock.now_ms()
    node.edge.banned["off-1"] = Offender("off-1", "192.0.2.1", 30, now, now + HOUR_MS)
    left = voicemails.VoicemailRow(tenant_id, "rec_1", "int_1", queue, None, 4_000, now)
    alert = alerts.AlertRow(tenant_id, "alt_1", alerts.Kind.UNANSWERED.value, "x", queue, 3, now)

    def work(tx: Tx) -> None:
        put_setup_token(tx, hash_secret(SETUP_TOKEN), now + HOUR_MS)
        platform.jobs.enqueue(tx, tenant_id, recordings.REMOVE_JOB, {}, max_attempts=1)
        alerts.raise_alert(tx, platform.outbox, alert)
        voicemails.add(tx, left)

    node.write(work)


def receiver_of(path: str) -> str | None:
    """Who is asked besides the roles: agents to whom something is offered."""
    verb = path.rpartition("/")[2]
    if "/offers" in path:
        return {"accept": "accepting", "decline": "declining"}.get(verb, "shown")
    return "colleague" if verb in ("join", "leave") else None


def offered(explorer: Explorer, role: str) -> None:
    """An offer waits for this one, and may be declined."""
    if role in ("shown", "accepting", "declining"):
        allowed = {"decline_allowed": True}
        explorer.ask("administrator", "PATCH", "/queues/support", json=allowed)
        explorer.ask(role, "PUT", "/me/state", json={"state": "ready"})
        _until(lambda: explorer.items("/me/offers", role))


def talking(explorer: Explorer, role: str) -> None:
    """The agent talks with a customer, and with nobody else."""
    if role not in AT_PHONES:
        return
    work = work_of(explorer)
    if work is not None and work["kind"] == "wrap_up":
        _wrap_up(explorer, "agent", work)
    explorer.ask("agent", "PUT", "/me/state", json={"state": "ready"})
    _until(lambda: (work_of(explorer) or {}).get("kind") == "segment")
    for party in _parties(explorer):
        explorer.ask("agent", "DELETE", f"{_call(explorer)}/parties/{party['id']}")
    _until(lambda: not _parties(explorer))


def wrapping_up(explorer: Explorer, role: str) -> None:
    """The agent has hung up and wraps up."""
    if role == "agent":
        talking(explorer, role)
        explorer.ask(role, "POST", f"{_call(explorer)}/hangup")
        _until(lambda: (work_of(explorer) or {}).get("kind") == "wrap_up")


def after(verb: str) -> Callable[[Explorer, str], None]:
    """The agent talks, and has done this before."""

    def ready(explorer: Explorer, role: str) -> None:
        talking(explorer, role)
        if role in AT_PHONES:
            explorer.ask("agent", "POST", f"{_call(explorer)}/{verb}")

    return ready


def alone(explorer: Explorer, role: str) -> None:
    """The agent talks, and the colleague is free."""
    if role in ("agent", "colleague"):
        be_free(explorer, "colleague")
        talking(explorer, "agent")


def consulting(explorer: Explorer, role: str) -> None:
    """The agent consults the colleague, who is there."""
    if role in ("agent", "colleague"):
        alone(explorer, role)
        explorer.ask("agent", "POST", f"{_call(explorer)}/consult", json=COLLEAGUE)
        _until(lambda: [one for one in _parties(explorer) if one["joined"]])


def called_back(explorer: Explorer, role: str) -> None:
    """The agent talks with somebody whom the house called back before all who wait."""
    if role == "agent":
        be_free(explorer, role)
        whom = {"phone": f"+86139000{next(NUMBERS):05}", "queue": "support"}
        made = explorer.ask("administrator", "POST", "/callbacks", json=whom).json()
        _until(lambda: _attempt(explorer, made["id"]))
        attempt = _attempt(explorer, made["id"])
        explorer.ask("supervisor", "POST", f"/interactions/{attempt}/boost")
        talking(explorer, role)
        _until(lambda: not (work_of(explorer) or {}).get("calling"))


def parked(explorer: Explorer, role: str) -> None:
    """The agent has parked a customer, and nothing in hand."""
    if role == "agent":
        talking(explorer, role)
        explorer.ask(role, "POST", f"{_call(explorer)}/park")
        be_free(explorer, role)


def parked_calls(explorer: Explorer, role: str) -> list[str]:
    """What can be fetched."""
    return [one["interaction_id"] for one in explorer.items("/parked", "agent")]


def attending(explorer: Explorer, role: str) -> None:
    """The supervisor listens to the talk of the agent."""
    attended(explorer, role)
    if role == "supervisor":
        explorer.ask(role, "PUT", f"{_call(explorer)}/attendance", json={"mode": "listen"})
        _until(lambda: (work_of(explorer, role) or RUNG)["aside"]["ringing_until"] is None)


def attended(explorer: Explorer, role: str) -> None:
    """The agent talks, and the supervisor is free."""
    if role == "supervisor":
        be_free(explorer, role)
        talking(explorer, role)


def apart(explorer: Explorer, role: str) -> None:
    """The supervisor has nothing in hand; the agent talks, and stays in that talk."""
    if role == "supervisor":
        be_free(explorer, role)
    if role == "agent":
        talking(explorer, role)


def be_free(explorer: Explorer, role: str) -> None:
    """This one is there, and has nothing in hand."""
    explorer.ask(role, "PUT", "/me/state", json={"state": "not_ready", "reason": "other"})
    for _ in range(MOST_STEPS):
        work = work_of(explorer, role)
        if work is None:
            return
        call, kind = f"/interactions/{work['interaction_id']}", work["kind"]
        if kind == "wrap_up":
            _wrap_up(explorer, role, work)
        elif kind == "segment":
            explorer.ask(role, "POST", f"{call}/hangup")
        else:
            explorer.ask(role, *LEAVE[role](call))
        _until(lambda was=work: work_of(explorer, role) != was)


def current(explorer: Explorer, role: str) -> list[str]:
    """What this one has in hand; for others, what there is."""
    if role in ("agent", "colleague") and (work := work_of(explorer, role)):
        return [work["interaction_id"]]
    return [item["id"] for item in explorer.items("/interactions", role)]


def the_call(explorer: Explorer, role: str) -> list[str]:
    """The talk of the agent."""
    work = work_of(explorer)
    return [work["interaction_id"]] if work else []


def sound_recordings(explorer: Explorer, role: str) -> list[str]:
    """Recordings that can be heard, the newest first."""
    ended = explorer.items("/interactions?state=ended&limit=20")
    details = (explorer.ask("administrator", "GET", f"/interactions/{i['id']}") for i in ended)
    found = [one for detail in details for one in detail.json()["recordings"]]
    return [one["id"] for one in found if one["state"] == "stored"]


def open_offers(explorer: Explorer, role: str) -> list[str]:
    """What is offered to this one."""
    return [one["id"] for one in explorer.items("/me/offers", role)] if role in RECEIVERS else []


def dead_jobs(explorer: Explorer, role: str) -> list[str]:
    """Work that failed for good."""
    return [one["id"] for one in explorer.items("/jobs?state=dead")]


def own_sessions(explorer: Explorer, role: str) -> list[str]:
    """A session that is not the present one."""
    login = {"username": explorer.users[role], "password": PASSWORD, "kind": "token"}
    explorer.client.post("/api/v1/sessions", json=login)
    return [one["id"] for one in explorer.items("/sessions", role) if not one["current"]][:1]


def held_sets(explorer: Explorer, role: str) -> list[str]:
    """A set of skills that the first agent holds."""
    found = fresh("/skill-sets")(explorer, role)
    path = f"/skill-sets/{found[0]}/holders/{first('/agents')(explorer)}"
    explorer.ask("administrator", "PUT", path, json={"until": FAR})
    return found


def fresh(path: str) -> Callable[[Explorer, str], list[str]]:
    """Something made a moment ago, by the recipe of its path."""

    def known(explorer: Explorer, role: str) -> list[str]:
        body = explorer.recipes.bodies[f"POST {path}"](explorer)
        made = explorer.ask("administrator", "POST", path, json=body)
        assert made.status_code == 201, made.text
        return [made.json()["id"]]

    return known


def first(path: str) -> Callable[[Explorer], str]:
    """The first of a list."""
    return lambda explorer: str(explorer.items(path)[0]["id"])


def free_slot(explorer: Explorer) -> str:
    """A free time of the first agent, some days from now."""
    day = datetime.now(UTC) + timedelta(days=4)
    query = f"queue=support&expert={first('/agents')(explorer)}&day={day.date()}"
    free: list[str] = explorer.items(f"/appointments/slots?{query}")  # type: ignore[assignment]
    return free[0]


def work_of(explorer: Explorer, role: str = "agent") -> Any:
    """What this one has in hand; None for nothing."""
    return explorer.ask(role, "GET", "/me").json()["work"]


def days_ahead(days: int) -> str:
    """An instant so many days from now."""
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


def _attempt(explorer: Explorer, callback: str) -> Any:
    return explorer.ask("administrator", "GET", f"/callbacks/{callback}").json()["attempt_id"]


def _call(explorer: Explorer) -> str:
    return f"/interactions/{work_of(explorer)['interaction_id']}"


def _parties(explorer: Explorer) -> list[Any]:
    there = (work_of(explorer) or {}).get("parties") or []
    return [one for one in there if one["role"] not in ("listen", "whisper", "barge")]


def _wrap_up(explorer: Explorer, role: str, work: Any) -> None:
    path = f"/interactions/{work['interaction_id']}/wrap-up"
    explorer.ask(role, "POST", path, json={"disposition": "other"})


def _until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + WITHIN_S
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)


def list_body(explorer: Explorer) -> dict[str, str]:
    """A dialling list that is not there yet."""
    return {
        "name": f"l{next(NUMBERS)}",
        "queue_id": first("/queues")(explorer),
        "number": "4001",
    }


def a_list(explorer: Explorer, role: str) -> list[str]:
    """A new list that was not started."""
    made = explorer.ask("administrator", "POST", "/dialling-lists", json=list_body(explorer))
    return [made.json()["id"]]


def a_running_list(explorer: Explorer, role: str) -> list[str]:
    """A new list that runs, with nobody on it."""
    (made,) = a_list(explorer, role)
    explorer.ask("administrator", "POST", f"/dialling-lists/{made}/start")
    return [made]


def fullest_list(explorer: Explorer, role: str) -> list[str]:
    """The list with the most people on it."""
    lists = sorted(explorer.items("/dialling-lists"), key=lambda one: -one["progress"]["total"])
    return [str(one["id"]) for one in lists[:1]]


def listed_people(explorer: Explorer, role: str) -> list[str]:
    """Who is on that list."""
    paths = [f"/dialling-lists/{one}/entries" for one in fullest_list(explorer, role)]
    return [str(entry["id"]) for path in paths for entry in explorer.items(path)]
