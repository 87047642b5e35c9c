"""Offers opened for people: names, words and what the queue allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trunkline.core.config import AcceptMode
from trunkline.features.desk.joined import Names
from trunkline.features.desk.offers.schemas import (
    AcceptOut,
    CandidateOut,
    ExplanationOut,
    OfferOut,
    RivalOut,
)
from trunkline.features.desk.schemas import BothLanguages
from trunkline.features.desk.words import explained, in_time
from trunkline.features.tenancy import instant, instant_or_none

if TYPE_CHECKING:
    from trunkline.features.tenancy import Principal
    from trunkline.kit.crypto import KeyRing
    from trunkline.ports.database import Tx

Stored = dict[str, Any]


def opened(tx: Tx, keys: KeyRing, principal: Principal, stored: list[Stored]) -> list[OfferOut]:
    """Stored offers as the API tells them, in their order."""
    candidates = (one for offer in stored for one in offer["explanation"]["candidates"])
    people = {offer["agent_id"] for offer in stored} | {one["agent"] for one in candidates}
    names = Names.of(tx, keys, principal, users=people)
    return [_offer(offer, names) for offer in stored]


def accept_of(made_at: int, accept_at: int | None) -> AcceptOut:
    """Who accepts, and after how long."""
    if accept_at is None:
        return AcceptOut(mode=AcceptMode.MANUAL, after_ms=0)
    return AcceptOut(mode=AcceptMode.AUTOMATIC, after_ms=accept_at - made_at)


def _offer(stored: Stored, names: Names) -> OfferOut:
    queue = names.queues.get(stored["queue_id"])
    return OfferOut(
        id=stored["id"],
        interaction_id=stored["interaction_id"],
        queue_id=stored["queue_id"],
        queue_name=queue.name if queue else None,
        agent_id=stored["agent_id"],
        agent_name=names.users.get(stored["agent_id"]),
        outcome=stored["outcome"],
        cause=stored["cause"],
        reason=stored["reason"],
        made_at=instant(stored["made_at"]),
        expires_at=instant(stored["expires_at"]),
        ended_at=instant_or_none(stored["ended_at"]),
        accept=accept_of(stored["made_at"], stored["accept_at"]),
        may_decline=bool(queue and queue.rules["decline_allowed"]),
        explanation=_explanation(stored["explanation"], names),
    )


def _explanation(stored: Stored, names: Names) -> ExplanationOut:
    zh, en = explained(stored, names.users)
    return ExplanationOut(
        policy_version=stored["policy_version"],
        rule=stored["rule"],
        order=stored.get("order", "priority"),
        waited_ms=stored["waited_ms"],
        eligible=stored["eligible"],
        stage=stored.get("stage", 0),
        requirement=stored.get("requirement", ""),
        candidates=[_candidate(one, names) for one in stored["candidates"]],
        rivals=[_rival(one) for one in stored.get("rivals", [])],
        in_time_first=in_time(stored),
        words=BothLanguages(zh=zh, en=en),
    )


def _rival(stored: Stored) -> RivalOut:
    return RivalOut(
        interaction_id=stored["interaction"],
        waited_ms=stored["waited_ms"],
        score=stored["score"],
        head=stored["head"],
    )


def _candidate(stored: Stored, names: Names) -> CandidateOut:
    return CandidateOut(
        agent_id=stored["agent"],
        agent_name=names.users.get(stored["agent"]),
        score=stored["score"],
        idle_ms=stored["idle_ms"],
        chosen=stored["chosen"],
        why=stored["why"],
    )
