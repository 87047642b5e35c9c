"""What operations need to do what they are for: sensible bodies, what is ready, what is known."""

from __future__ import annotations

from typing import Any

from tests.e2e import at_work as w
from tests.e2e.at_work import COLLEAGUE, FAR, NUMBERS, first, fresh
from tests.e2e.explorer import PASSWORD, Recipes
from tests.tools.sounds import tone

VERBS = "/interactions/{interaction_id}"
SPOKEN = {"text": "We are closed.", "language": "en"}
DRAFT = "/configuration/drafts/{draft_id}"


def _phone() -> str:
    return f"+86139000{next(NUMBERS):05}"


def _whom() -> dict[str, str]:
    return {"phone": _phone(), "queue": "support"}


def _listed(reason: str) -> Any:
    return lambda _: {"number": _phone(), "reason": reason}


def _export(path: str) -> Any:
    """A file of what is configured, as it was exported."""
    return lambda e: {"text": e.ask("administrator", "GET", f"/configuration/{path}").text}


RECIPES = Recipes(
    bodies={
        "POST /sessions": lambda _: {"username": "admin", "password": PASSWORD},
        "POST /setup/claim": lambda _: {
            "token": w.SETUP_TOKEN,
            "organisation": "Second house",
            "username": "founder",
            "password": PASSWORD,
        },
        "POST /me/password": lambda _: {"current": PASSWORD, "new": PASSWORD},
        "POST /api-keys": lambda _: {"name": "report", "permissions": ["me.use"]},
        "PUT /me/state": lambda _: {"state": "ready"},
        "POST /announcements/audio": lambda _: tone(620),
        "POST /announcements/previews": lambda _: SPOKEN,
        "POST /announcements": lambda _: {"name": f"t{next(NUMBERS)}", **SPOKEN},
        "PUT /announcements/{announcement_id}/text": lambda _: SPOKEN,
        "PUT /announcements/{announcement_id}/audio": lambda _: tone(620),
        "PATCH /announcements/{announcement_id}": lambda _: {"name": f"a{next(NUMBERS)}"},
        "POST /numbers": lambda e: {"number": str(next(NUMBERS)), "queue_id": first("/queues")(e)},
        "POST /outbound/do-not-call": _listed("asked us not to"),
        "POST /outbound/blocked-callers": _listed("nuisance"),
        "POST /dialling-lists": w.list_body,
        "PATCH /dialling-lists/{list_id}": lambda _: {"most_tries": 2},
        "POST /dialling-lists/{list_id}/entries": lambda _: {"text": f"number\n{_phone()}\n"},
        "POST /emergency-calls": lambda _: {"number": "110"},
        "POST /internal-calls": lambda _: {"to": "agent2"},
        "PATCH /outbound/rules": lambda _: {"premium": False},
        "POST /trunks": lambda _: {"name": f"t{next(NUMBERS)}", "sources": ["192.0.2.0/24"]},
        "POST /interactions": lambda _: {
            "channel": "task",
            "queue": "support",
            "subject": "Look at it",
        },
        "POST /callbacks": lambda _: {**_whom(), "due_at": FAR},
        "POST /promises": lambda _: {**_whom(), "channel": "email", "due_at": w.days_ahead(3)},
        "PATCH /promises/{promise_id}": lambda _: {"note": "later"},
        "POST /appointments": lambda e: {
            **_whom(),
            "expert_id": first("/agents")(e),
            "at": w.free_slot(e),
        },
        "POST /callbacks/{callback_id}/reschedule": lambda _: {"due_at": FAR},
        "POST /policies/simulate": lambda _: {
            "from": "2026-01-01T00:00:00Z",
            "to": "2026-01-01T01:00:00Z",
        },
        "POST /guest/calls": lambda _: {"number": "4001"},
        "POST /agents/moves": lambda e: {"agents": [first("/agents")(e)], "to_queue": "billing"},
        "PATCH /numbers/{number}": lambda _: {"language": "zh"},
        "POST /calendars": lambda _: {"name": f"c{next(NUMBERS)}"},
        "POST /customers/{customer_id}/identities": lambda _: {"kind": "phone", "value": _phone()},
        "PATCH /calendars/{calendar}": lambda _: {"name": f"c{next(NUMBERS)}"},
        "PATCH /reasons/{reason_id}": lambda _: {"active": True},
        "POST /offers/{offer_id}/decline": lambda _: {"reason": "busy"},
        "POST /skill-sets": lambda _: {"name": f"week {next(NUMBERS)}", "skills": {"vip": 2}},
        "PUT /skill-sets/{skill_set}/holders/{agent_id}": lambda _: {"until": FAR},
        "POST /configuration/drafts": lambda _: {
            "name": "nights",
            "changes": {"calendars": {"nights": {"timezone": "Asia/Shanghai"}}},
        },
        f"POST {DRAFT}/publish": lambda _: {"note": "as agreed"},
        "POST /configuration/import": _export("export"),
        "POST /configuration/tables/{table}": lambda _: {
            "text": f"username,skill,level\nagent1,s{next(NUMBERS)},3\n"
        },
        "POST /configuration/versions/{number}/restore": lambda _: {"things": []},
        "PUT /routing-rules": lambda _: {"order": {"starving_s": 240}},
        f"POST {VERBS}/move": lambda _: {"to_queue": "billing"},
        f"POST {VERBS}/digits": lambda _: {"digits": "12#"},
        f"POST {VERBS}/transfer": lambda _: {"kind": "blind", "to": {"queue": "billing"}},
        f"POST {VERBS}/consult": lambda _: COLLEAGUE,
        f"POST {VERBS}/conference": lambda _: {},
        f"PUT {VERBS}/attendance": lambda _: {"mode": "whisper"},
        f"PUT {VERBS}/recording-consent": lambda _: {"answer": "agreed"},
        f"POST {VERBS}/park": lambda _: {},
        "PATCH /tickets/{ticket_id}": lambda _: {"title": f"Ticket {next(NUMBERS)}"},
        "PATCH /voicemails/{voicemail_id}": lambda _: {"state": "heard"},
        f"POST {VERBS}/wrap-up": lambda _: {"disposition": "other", "ticket": {"action": "new"}},
        f"POST {VERBS}/verify": lambda _: {"how": "asked", "ok": True},
        f"PUT {VERBS}/customer": lambda e: {"customer_id": first("/customers")(e)},
        f"PUT {VERBS}/draft": lambda _: {"note": "asks for the invoice"},
    },
    ready={
        "POST /emergency-calls": w.apart,
        "POST /internal-calls": w.apart,
        "GET /offers/{offer_id}": w.offered,
        "POST /offers/{offer_id}/accept": w.offered,
        "POST /offers/{offer_id}/decline": w.offered,
        f"POST {VERBS}/resume": w.after("hold"),
        f"POST {VERBS}/unmute": w.after("mute"),
        f"POST {VERBS}/extend-wrap-up": w.wrapping_up,
        f"POST {VERBS}/wrap-up": w.wrapping_up,
        f"POST {VERBS}/consult": w.alone,
        f"POST {VERBS}/retrieve": w.parked,
        f"POST {VERBS}/not-reached": w.called_back,
        f"PUT {VERBS}/attendance": w.attended,
        f"DELETE {VERBS}/attendance": w.attending,
        f"POST {VERBS}/take-over": w.attending,
        **{
            f"{method} {VERBS}/{verb}": w.consulting
            for method, verbs in (
                ("POST", "conference swap join leave"),
                ("DELETE", "parties/{party_id}"),
            )
            for verb in verbs.split(" ")
        },
        **{
            f"{method} {VERBS}{verb}": w.talking
            for method, verbs in (
                (
                    "POST",
                    "/hold /mute /hangup /digits /transfer /verify /return-to-queue /park "
                    "/pause-recording",
                ),
                ("GET", " /pop /draft"),
                ("PUT", "/customer /draft /payment-step /recording-consent"),
                ("DELETE", "/payment-step"),
            )
            for verb in verbs.split(" ")
        },
    },
    known={
        "/interactions": w.current,
        f"{VERBS}/parties": lambda *_: ["consult"],
        **{
            f"{method} {VERBS}/{verb}": w.the_call
            for method, verb in (
                ("PUT", "attendance"),
                ("DELETE", "attendance"),
                ("POST", "take-over"),
                ("POST", "end"),
            )
        },
        f"POST {VERBS}/retrieve": w.parked_calls,
        f"POST {VERBS}/withdraw": fresh("/interactions"),
        "/dialling-lists": w.fullest_list,
        "/dialling-lists/{list_id}/entries": w.listed_people,
        "POST /dialling-lists/{list_id}/start": w.a_list,
        "POST /dialling-lists/{list_id}/pause": w.a_running_list,
        "POST /dialling-lists/{list_id}/stop": w.a_running_list,
        "POST /dialling-lists/{list_id}/entries": w.a_list,
        "DELETE /dialling-lists/{list_id}": w.a_list,
        "/recordings": w.sound_recordings,
        "/offers": w.open_offers,
        "/callbacks": fresh("/callbacks"),
        "/promises": fresh("/promises"),
        "/sessions": w.own_sessions,
        "/skill-sets": w.held_sets,
        "/skill-sets/{skill_set}/holders": lambda e, _: [first("/agents")(e)],
        "POST /jobs/{job_id}/retry": w.dead_jobs,
        "DELETE /calendars/{calendar}": fresh("/calendars"),
        "/configuration/tables": lambda *_: ["skills"],
        "/configuration/drafts": fresh("/configuration/drafts"),
        f"{DRAFT}/things": lambda *_: ["calendars"],
        f"{DRAFT}/things/{{kind}}": lambda *_: ["nights"],
    },
    queries={
        "POST /announcements/audio": {"name": "welcome"},
        "GET /appointments/slots": {"queue": "support", "expert": "any", "day": "2026-12-24"},
        "GET /calendars/holidays": {"country": "CN", "year": "2026"},
        "GET /queues/{queue}/service-level": {
            "from": "2026-01-01T00:00:00Z",
            "to": "2026-01-02T00:00:00Z",
        },
    },
)
