"""Addresses that the engine refuses for what they tried: seen, and taken again."""

from __future__ import annotations

from typing import Self

from fastapi import APIRouter

from trunkline.features import audit
from trunkline.features.tenancy import ApiModel, Instant, Principal, instant, permit, problem
from trunkline.kit.errors import TrunklineError
from trunkline.ports.edge import EdgeError, Offender
from trunkline.runtime.platform import PlatformDep

router = APIRouter(prefix="/offenders", tags=["trunks"], responses=problem(401, 403, 422))


class OffenderOut(ApiModel):
    """An address that guessed logins or called by no trunk, and until when it is refused."""

    id: str
    address: str
    offences: int
    since: Instant
    until: Instant

    @classmethod
    def of(cls, offender: Offender) -> Self:
        """As the engine tells of it."""
        return cls(
            id=offender.id,
            address=offender.address,
            offences=offender.offences,
            since=instant(offender.since_ms),
            until=instant(offender.until_ms),
        )


class OffenderList(ApiModel):
    """Who is refused now, the last one first."""

    items: list[OffenderOut]


@router.get("")
async def list_offenders(
    platform: PlatformDep, _: Principal = permit("trunks.read")
) -> OffenderList:
    """The addresses that are refused now: they are the engine's, and so every tenant's."""
    found = await platform.edge.offenders() if platform.edge is not None else ()
    return OffenderList(items=[OffenderOut.of(one) for one in found])


@router.delete("/{offender_id}", status_code=204, responses=problem(404, 503))
async def pardon_offender(
    platform: PlatformDep, offender_id: str, principal: Principal = permit("trunks.write")
) -> None:
    """Take an address's messages again at once."""
    try:
        found = platform.edge is not None and await platform.edge.pardon(offender_id)
    except EdgeError as failure:
        detail = "Telephony does not answer just now."
        raise TrunklineError("telephony_failed", 503, detail) from failure
    if not found:
        raise TrunklineError("offender_unknown", 404, "This address is not refused (any more).")
    deed = audit.Deed("offender", "pardoned", "trunks.read")
    await audit.perform(platform, principal, deed, lambda _: offender_id)
