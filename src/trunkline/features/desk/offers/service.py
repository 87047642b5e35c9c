"""Offers with their pop, for the agent they are made to and those who may look on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trunkline.core.call.dialling import DialMode
from trunkline.core.words import OfferOutcome
from trunkline.features import interactions
from trunkline.features.desk import sight
from trunkline.features.desk.asking import view_of
from trunkline.features.desk.offers.pop import pop_of
from trunkline.features.desk.offers.reading import Stored, opened
from trunkline.features.desk.offers.schemas import OfferWithPop
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.features.tenancy import Principal
    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform


async def open_offers(platform: Platform, principal: Principal) -> list[OfferWithPop]:
    """The open offers of who asks, as the cell knows them now; a call's is the first."""
    view = view_of(platform, principal)
    works = (view.work, *view.works) if view else ()
    ringing = [one.offer for one in works if one and one.kind == "offer" and one.offer]
    if not ringing:
        return []

    def work(tx: Tx) -> list[OfferWithPop]:
        stored = (interactions.offer(tx, principal.tenant_id, name) for name in ringing)
        return [_with_pop(tx, platform, principal, one) for one in stored if one]

    return await platform.db.read(work)


def offer(tx: Tx, platform: Platform, principal: Principal, offer_id: str) -> OfferWithPop:
    """One offer; raises 404 `offer_unknown`, for the unseen as well."""
    stored = interactions.offer(tx, principal.tenant_id, offer_id)
    if stored is None:
        raise _unknown()
    try:
        return _with_pop(tx, platform, principal, stored)
    except TrunklineError as refusal:
        raise _unknown() from refusal


def _with_pop(tx: Tx, platform: Platform, principal: Principal, stored: Stored) -> OfferWithPop:
    pending = stored["outcome"] == OfferOutcome.PENDING
    rings_for_me = pending and stored["agent_id"] == principal.user_id
    see = sight.own if rings_for_me else sight.visible
    row = see(tx, principal, stored["interaction_id"])
    (told,) = opened(tx, platform.keys, principal, [stored])
    pop = pop_of(tx, platform, principal, row)
    if pop.listed is not None:  # what is shown to be looked at may be skipped, whatever the queue
        told = told.model_copy(update={"may_decline": pop.listed.mode is DialMode.PREVIEW})
    return OfferWithPop(**dict(told), pop=pop)


def _unknown() -> TrunklineError:
    return TrunklineError("offer_unknown", 404, "There is no such offer.")
