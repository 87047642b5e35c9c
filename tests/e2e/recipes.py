"""What operations need to do what they are for: sensible bodies, and an agent at work.

`agent1` has a desk phone and talks; `agent2` to `agent4` have browsers, and offers wait for them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from tests.e2e.explorer import PASSWORD, Explorer, Recipes
from trunkline.adapters.edge.fake import FakeEdge

RECEIVERS = {"shown": "agent2", "accepting": "agent3", "declining": "agent4"}
WITHIN_S = 3.0
_NUMBERS = count(6000)


def begin_work(explorer: Explorer, edge: FakeEdge) -> None:
    """Devices are there, and declining is allowed."""
    for account in ("agent1", *(f"{user}-web" for user in RECEIVERS.values())):
        edge.register(account)
    explorer.ask("agent", "PUT", "/me/device", json={"kind": "sip"})
    queue = explorer.ask(
        "administrator", "PATCH", "/queues/support", json={"decline_allowed": True}
    )
    assert queue.status_code == 200, queue.text


def receiver_of(path: str) -> str | None:
    """Who is asked about offers besides the roles."""
    if "/offers" not in path:
        return None
    return {"accept": "accepting", "decline": "declining"}.get(path.rpartition("/")[2], "shown")


def offered(explorer: Explorer, role: str) -> None:
    """An offer waits for this one."""
    if role in RECEIVERS:
        explorer.ask(role, "PUT", "/me/state", json={"state": "ready"})
        _until(lambda: explorer.items("/me/offers", role))


def talking(explorer: Explorer, role: str) -> None:
    """The agent talks with a customer."""
    if role != "agent":
        return
    work = _work(explorer)
    if work is not None and work["kind"] == "wrap_up":
        _wrap_up(explorer, work)
    explorer.ask(role, "PUT", "/me/state", json={"state": "ready"})
    _until(lambda: (_work(explorer) or {}).get("kind") == "segment")


def wrapping_up(explorer: Explorer, role: str) -> None:
    """The agent has hung up and wraps up."""
    if role != "agent":
        return
    talking(explorer, role)
    explorer.ask(role, "POST", f"/interactions/{_work(explorer)['interaction_id']}/hangup")
    _until(lambda: (_work(explorer) or {}).get("kind") == "wrap_up")


def after(verb: str) -> Callable[[Explorer, str], None]:
    """The agent talks, and has done this before."""

    def ready(explorer: Explorer, role: str) -> None:
        talking(explorer, role)
        if role == "agent":
            explorer.ask(role, "POST", f"/interactions/{_work(explorer)['interaction_id']}/{verb}")

    return ready


def _current(explorer: Explorer, role: str) -> list[str]:
    if role == "agent" and (work := _work(explorer)):
        return [work["interaction_id"]]
    return [item["id"] for item in explorer.items("/interactions", role)]


def _recordings(explorer: Explorer, role: str) -> list[str]:
    found = explorer.items("/interactions?state=talking") + explorer.items(
        "/interactions?state=ended"
    )
    details = (
        explorer.ask("administrator", "GET", f"/interactions/{i['id']}").json() for i in found[:5]
    )
    return [recording["id"] for detail in details for recording in detail["recordings"]]


def _offers(explorer: Explorer, role: str) -> list[str]:
    return (
        [offer["id"] for offer in explorer.items("/me/offers", role)] if role in RECEIVERS else []
    )


def _callbacks(explorer: Explorer, role: str) -> list[str]:
    """Open ones; with none left, a new one is asked for."""
    found = explorer.items("/callbacks?state=open", role)
    if not found:
        explorer.ask(
            "administrator", "POST", "/callbacks", json=RECIPES.bodies["POST /callbacks"](explorer)
        )
        found = explorer.items("/callbacks?state=open", role)
    return [callback["id"] for callback in found]


def _skill_sets(explorer: Explorer, role: str) -> list[str]:
    """Sets that the first agent holds; with none left, a new one is made."""
    holder = {"until": "2100-01-01T00:00:00Z"}
    if not explorer.items("/skill-sets"):
        body = {"name": "claims week", "skills": {"claims": 4}}
        explorer.ask("administrator", "POST", "/skill-sets", json=body)
    found = [one["id"] for one in explorer.items("/skill-sets")]
    for one in found:
        path = f"/skill-sets/{one}/holders/{_id('/agents')(explorer)}"
        explorer.ask("administrator", "PUT", path, json=holder)
    return found


def _sessions(explorer: Explorer, role: str) -> list[str]:
    login = {"username": explorer.users[role], "password": PASSWORD, "kind": "token"}
    explorer.client.post("/api/v1/sessions", json=login)
    return [item["id"] for item in explorer.items("/sessions", role) if not item["current"]][:1]


def _work(explorer: Explorer) -> Any:
    return explorer.ask("agent", "GET", "/me").json()["work"]


def _wrap_up(explorer: Explorer, work: Any) -> None:
    body = {"disposition": "other"}
    explorer.ask("agent", "POST", f"/interactions/{work['interaction_id']}/wrap-up", json=body)


def _until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + WITHIN_S
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)


def _whom() -> dict[str, str]:
    return {"phone": f"+86139000{next(_NUMBERS):05}", "queue": "support"}


def _days_ahead(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


def _slot(explorer: Explorer) -> str:
    """A free time of the first agent, some days from now."""
    expert, day = _id("/agents")(explorer), datetime.now(UTC) + timedelta(days=4)
    query = f"queue=support&expert={expert}&day={day.date()}"
    free: list[str] = explorer.items(f"/appointments/slots?{query}")  # type: ignore[assignment]
    return free[0]


def _promises(explorer: Explorer, role: str) -> list[str]:
    """Open ones that are no calls; another is promised each time."""
    body = {**RECIPES.bodies["POST /promises"](explorer), "channel": "email"}
    explorer.ask("administrator", "POST", "/promises", json=body)
    found = explorer.items("/promises?state=open", role)
    mails = [one["id"] for one in found if one["channel"] == "email" and one["state"] == "open"]
    return mails[-1:]


def _id(path: str) -> Callable[[Explorer], str]:
    return lambda explorer: str(explorer.items(path)[0]["id"])


VERBS = "/interactions/{interaction_id}"
RECIPES = Recipes(
    bodies={
        "POST /sessions": lambda _: {"username": "agent8", "password": PASSWORD},
        "POST /me/password": lambda _: {"current": PASSWORD, "new": PASSWORD},
        "POST /api-keys": lambda _: {"name": "report", "permissions": ["me.use"]},
        "PUT /me/state": lambda _: {"state": "ready"},
        "POST /numbers": lambda e: {"number": str(next(_NUMBERS)), "queue_id": _id("/queues")(e)},
        "POST /outbound/do-not-call": lambda _: {
            "number": f"+86138000{next(_NUMBERS):05}",
            "reason": "asked us not to",
        },
        "POST /outbound/blocked-callers": lambda _: {
            "number": f"+86138000{next(_NUMBERS):05}",
            "reason": "nuisance",
        },
        "PATCH /outbound/rules": lambda _: {"premium": False},
        "POST /trunks": lambda _: {"name": f"t{next(_NUMBERS)}", "sources": ["192.0.2.0/24"]},
        "POST /callbacks": lambda _: {
            "phone": f"+86139000{next(_NUMBERS):05}",
            "queue": "support",
            "due_at": "2099-01-01T00:00:00Z",
        },
        "POST /promises": lambda _: {**_whom(), "due_at": _days_ahead(3)},
        "PATCH /promises/{promise_id}": lambda _: {"note": "later"},
        "POST /appointments": lambda e: {
            **_whom(),
            "expert_id": _id("/agents")(e),
            "at": _slot(e),
        },
        "POST /callbacks/{callback_id}/reschedule": lambda _: {"due_at": "2099-01-02T00:00:00Z"},
        "POST /policies/simulate": lambda _: {
            "from": "2026-01-01T00:00:00Z",
            "to": "2026-01-01T01:00:00Z",
        },
        "POST /guest/calls": lambda _: {"number": "4001"},
        "POST /agents/moves": lambda e: {"agents": [_id("/agents")(e)], "to_queue": "billing"},
        "PATCH /numbers/{number}": lambda _: {"language": "zh"},
        "PATCH /calendars/{calendar}": lambda _: {"name": f"c{next(_NUMBERS)}"},
        "PATCH /reasons/{reason_id}": lambda _: {"active": True},
        "POST /offers/{offer_id}/decline": lambda _: {"reason": "busy"},
        "POST /skill-sets": lambda _: {"name": "vip week", "skills": {"vip": 2}},
        "PUT /skill-sets/{skill_set}/holders/{agent_id}": lambda _: {
            "until": "2100-01-01T00:00:00Z"
        },
        "POST /configuration/tables/{table}": lambda _: {"text": "username,skill,level\n"},
        "PUT /routing-rules": lambda _: {"order": {"starving_s": 240}},
        f"POST {VERBS}/move": lambda _: {"to_queue": "billing"},
        f"POST {VERBS}/digits": lambda _: {"digits": "12#"},
        f"POST {VERBS}/transfer": lambda _: {"kind": "blind", "to": {"queue": "billing"}},
        f"POST {VERBS}/wrap-up": lambda _: {"disposition": "other", "ticket": {"action": "new"}},
        f"POST {VERBS}/verify": lambda _: {"how": "asked", "ok": True},
        f"PUT {VERBS}/customer": lambda e: {"customer_id": _id("/customers")(e)},
        f"PUT {VERBS}/draft": lambda _: {"note": "asks for the invoice"},
    },
    ready={
        "GET /offers/{offer_id}": offered,
        "POST /offers/{offer_id}/accept": offered,
        "POST /offers/{offer_id}/decline": offered,
        f"POST {VERBS}/resume": after("hold"),
        f"POST {VERBS}/unmute": after("mute"),
        f"POST {VERBS}/extend-wrap-up": wrapping_up,
        f"POST {VERBS}/wrap-up": wrapping_up,
        **{
            f"{method} {VERBS}{verb}": talking
            for method, verbs in (
                ("POST", "/hold /mute /hangup /digits /transfer /verify /return-to-queue"),
                ("GET", " /pop /draft"),
                ("PUT", "/customer /draft"),
            )
            for verb in verbs.split(" ")
        },
    },
    known={
        "/interactions": _current,
        "/recordings": _recordings,
        "/offers": _offers,
        "/callbacks": _callbacks,
        "/promises": _promises,
        "/sessions": _sessions,
        "/skill-sets": _skill_sets,
        "/skill-sets/{skill_set}/holders": lambda e, _: [_id("/agents")(e)],
    },
    queries={
        "GET /appointments/slots": {"queue": "support", "expert": "any", "day": "2026-12-24"},
        "GET /calendars/holidays": {"country": "CN", "year": "2026"},
        "GET /queues/{queue}/service-level": {
            "from": "2026-01-01T00:00:00Z",
            "to": "2026-01-02T00:00:00Z",
        },
    },
)
