"""Interactions opened for those who may see them: names, marks, tickets and texts joined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trunkline.core.words import ATTENDING, ConsentAnswer
from trunkline.features import interactions, quality, recordings, surveys, tickets
from trunkline.features.desk import callers, joined, texts
from trunkline.features.desk.interactions import notes as noted
from trunkline.features.desk.interactions.schemas import (
    InteractionOut,
    InteractionPage,
    ParticipantOut,
    SegmentOut,
)
from trunkline.features.desk.joined import Names
from trunkline.features.desk.offers.reading import opened
from trunkline.features.desk.showing import reading as showing
from trunkline.features.recordings import RecordingCard
from trunkline.features.tenancy import instant, instant_or_none

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trunkline.features.interactions import InteractionRow
    from trunkline.features.tenancy import Principal
    from trunkline.kit.crypto import KeyRing
    from trunkline.ports.database import Tx

_LEADS = {"flow": 0, "queue": 1, "ring": 2}
"""Which of the segments that begin at one moment comes first; all others after these."""


def listed(
    tx: Tx, keys: KeyRing, principal: Principal, rows: Sequence[InteractionRow]
) -> list[InteractionOut]:
    """Interactions as a list shows them, in their order."""
    names = _names(tx, keys, principal, rows)
    return [InteractionOut(**fields) for fields in _rows(tx, keys, principal, rows, names)]


def whole(tx: Tx, keys: KeyRing, principal: Principal, row: InteractionRow) -> InteractionPage:
    """One interaction with everything that is known of it."""
    tenant_id = row.tenant_id
    segments = _seen(principal, interactions.segments_of(tx, tenant_id, row.id))
    offered = interactions.offers_of(tx, tenant_id, row.id)
    agents = [s["participant_id"] for s in segments if s["participant_kind"] == "agent"]
    agents += [offer["agent_id"] for offer in offered]
    names = _names(tx, keys, principal, [row], agents)
    (fields,) = _rows(tx, keys, principal, [row], names)
    recorded = recordings.of_interactions(tx, tenant_id, [row.id])[row.id]
    written = noted.notes(tx, keys, row, names)
    return InteractionPage(
        **fields,
        path=joined.path(interactions.path_of(tx, tenant_id, row.id)),
        segments=_in_order([*segments, *map(_ringing, offered)], names),
        offers=opened(tx, keys, principal, offered),
        recordings=[RecordingCard.of(recording) for recording in recorded],
        recording_consent=_answer(row),
        quality=quality.figures_of(tx, tenant_id, row.id),
        survey=surveys.for_interaction(tx, tenant_id, row.id),
        note=noted.joined(written),
        notes=written,
        verified=joined.verified(row, names),
        written=texts.written(tx, keys, row),
        showing=showing.told(keys, showing.kept(tx, row), names.users),
    )


def _answer(row: InteractionRow) -> ConsentAnswer | None:
    return ConsentAnswer(row.recording_consent) if row.recording_consent else None


def _seen(principal: Principal, segments: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Who attended is for those to know who might themselves."""
    if "calls.listen" in principal.permissions:
        return segments
    return [one for one in segments if one["kind"] not in ATTENDING]


def _names(
    tx: Tx,
    keys: KeyRing,
    principal: Principal,
    rows: Sequence[InteractionRow],
    agents: Sequence[str] = (),
) -> Names:
    people = [*agents, *(row.agent_id for row in rows), *(row.verified_agent for row in rows)]
    known = [row.customer_id for row in rows]
    return Names.of(tx, keys, principal, users=people, known=known)


def _rows(
    tx: Tx, keys: KeyRing, principal: Principal, rows: Sequence[InteractionRow], names: Names
) -> list[dict[str, Any]]:
    ids = [row.id for row in rows]
    marks = surveys.of_interactions(tx, principal.tenant_id, ids)
    linked = tickets.of_interactions(tx, principal.tenant_id, ids)
    return [
        {
            **_row(row, names),
            "phone_masked": callers.shown(callers.caller(tx, keys, row)),
            "rating": marks[row.id].rating if row.id in marks else None,
            "ticket_id": linked.get(row.id),
        }
        for row in rows
    ]


def _row(row: InteractionRow, names: Names) -> dict[str, Any]:
    return {
        "id": row.id,
        "channel": row.channel,
        "state": row.state,
        "ended_by": row.ended_by,
        "direction": _direction(row),
        "number": row.number,
        "customer": names.customer(row),
        "presumption": row.presumption,
        "queue": names.queue(row.queue_id),
        "agent": names.user(row.agent_id),
        "started_at": instant(row.started_at),
        "answered_at": instant_or_none(row.answered_at),
        "ended_at": instant_or_none(row.ended_at),
        "wait_ms": row.wait_ms,
        "talk_ms": row.talk_ms,
        "disposition": row.disposition,
    }


def _direction(row: InteractionRow) -> str:
    if row.colleague_id:
        return "internal"
    return "outbound" if row.callback_id else "inbound"


def _ringing(offer: dict[str, Any]) -> dict[str, Any]:
    """An offer as a segment of its agent: from the offer on until it was answered or is over."""
    return {
        "id": offer["id"],
        "kind": "ring",
        "participant_kind": "agent",
        "participant_id": offer["agent_id"],
        "started_at": offer["made_at"],
        "ended_at": offer["ended_at"],
        "detail": None,
    }


def _in_order(segments: list[dict[str, Any]], names: Names) -> list[SegmentOut]:
    """By their start; at the same millisecond as one leads to the next."""

    def place(segment: dict[str, Any]) -> tuple[int, int]:
        return segment["started_at"], _LEADS.get(segment["kind"], len(_LEADS))

    return [_segment(segment, names) for segment in sorted(segments, key=place)]


def _segment(stored: dict[str, Any], names: Names) -> SegmentOut:
    kind, who = stored["participant_kind"], stored["participant_id"]
    name = names.queue_name(who) if kind == "queue" else names.users.get(who)
    return SegmentOut(
        id=stored.get("id") or f"{stored['interaction_id']}.{stored['number']}",
        kind=stored["kind"],
        participant=ParticipantOut(kind=kind, id=who, name=name),
        started_at=instant(stored["started_at"]),
        ended_at=instant_or_none(stored["ended_at"]),
        detail=stored["detail"],
    )
