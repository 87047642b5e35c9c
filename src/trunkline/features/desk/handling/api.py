"""Handling over HTTP. Every verb answers 202 with its number in the journal, once it is durable."""

from __future__ import annotations

from fastapi import APIRouter

from trunkline.core import inputs as i
from trunkline.core.words import AgentId, InteractionId, Token
from trunkline.features import audit, customers
from trunkline.features.desk import sight
from trunkline.features.desk.deeds import written_down
from trunkline.features.desk.handling import drafts, who, wrap_up
from trunkline.features.desk.handling.schemas import (
    CustomerPicked,
    DigitsPressed,
    DraftKept,
    DraftOut,
    VerifiedByHand,
    WrapUpDone,
)
from trunkline.features.desk.schemas import InteractionRef, SubmittedOut
from trunkline.features.tenancy import Principal, permit, problem
from trunkline.ports.cells import Accepted
from trunkline.ports.database import Tx
from trunkline.runtime.platform import Platform, PlatformDep

router = APIRouter(
    prefix="/interactions/{interaction_id}",
    tags=["desk"],
    responses=problem(401, 403, 404, 409, 422, 503),
)
CONTROL = "interactions.control"


@router.post("/hold", status_code=202)
async def hold(
    interaction_id: InteractionRef, platform: PlatformDep, principal: Principal = permit(CONTROL)
) -> SubmittedOut:
    """Music for the customer."""
    return await _submit(platform, principal, i.HoldCall(*_mine(principal, interaction_id)))


@router.post("/resume", status_code=202)
async def resume(
    interaction_id: InteractionRef, platform: PlatformDep, principal: Principal = permit(CONTROL)
) -> SubmittedOut:
    """The customer is back from hold."""
    return await _submit(platform, principal, i.ResumeCall(*_mine(principal, interaction_id)))


@router.post("/mute", status_code=202)
async def mute(
    interaction_id: InteractionRef, platform: PlatformDep, principal: Principal = permit(CONTROL)
) -> SubmittedOut:
    """The customer no longer hears me."""
    return await _submit(platform, principal, i.MuteCall(*_mine(principal, interaction_id)))


@router.post("/unmute", status_code=202)
async def unmute(
    interaction_id: InteractionRef, platform: PlatformDep, principal: Principal = permit(CONTROL)
) -> SubmittedOut:
    """The customer hears me again."""
    return await _submit(platform, principal, i.UnmuteCall(*_mine(principal, interaction_id)))


@router.post("/hangup", status_code=202)
async def hang_up(
    interaction_id: InteractionRef, platform: PlatformDep, principal: Principal = permit(CONTROL)
) -> SubmittedOut:
    """End the talk; the customer may be asked for a mark."""
    return await _submit(platform, principal, i.HangUpCall(*_mine(principal, interaction_id)))


@router.post("/not-reached", status_code=202)
async def not_reached(
    interaction_id: InteractionRef, platform: PlatformDep, principal: Principal = permit(CONTROL)
) -> SubmittedOut:
    """A machine answered the callback: the call ends, and the customer is called again later."""
    return await _submit(platform, principal, i.NotReached(*_mine(principal, interaction_id)))


@router.post("/return-to-queue", status_code=202)
async def return_to_queue(
    interaction_id: InteractionRef, platform: PlatformDep, principal: Principal = permit(CONTROL)
) -> SubmittedOut:
    """Give the customer back to the head of the queue he came from."""
    agent, interaction = _mine(principal, interaction_id)
    return await _submit(
        platform, principal, i.TransferToQueue(agent, interaction, None, back=True)
    )


@router.post("/extend-wrap-up", status_code=202)
async def extend_wrap_up(
    interaction_id: InteractionRef, platform: PlatformDep, principal: Principal = permit(CONTROL)
) -> SubmittedOut:
    """30 s more."""
    return await _submit(platform, principal, i.ExtendWrapUp(*_mine(principal, interaction_id)))


@router.post("/digits", status_code=202)
async def send_digits(
    interaction_id: InteractionRef,
    platform: PlatformDep,
    body: DigitsPressed,
    principal: Principal = permit(CONTROL),
) -> SubmittedOut:
    """Send keys to the customer's leg; the journal holds a token of them only."""
    token = platform.ids.new("dig")

    def also(tx: Tx) -> None:
        row, on = (
            sight.own(tx, principal, interaction_id),
            audit.writing(platform, tx, principal.tenant_id),
        )
        customers.put_value(
            tx, platform.keys, on.tenant_id, token, row.customer_id, body.digits, now=on.now
        )

    given = i.SendKeys(*_mine(principal, interaction_id), Token(token))
    return _told(await platform.cells.submit(principal.tenant_id, given, also=also))


@router.put("/customer")
async def link_customer(
    interaction_id: InteractionRef,
    platform: PlatformDep,
    body: CustomerPicked,
    principal: Principal = permit(CONTROL),
) -> SubmittedOut:
    """Say who it is: picked from the matches, found, made, or nobody known."""
    return _told(await who.link(platform, principal, interaction_id, body))


@router.post("/verify")
async def verify_customer(
    interaction_id: InteractionRef,
    platform: PlatformDep,
    body: VerifiedByHand,
    principal: Principal = permit(CONTROL),
) -> SubmittedOut:
    """Say that I asked and am sure; it travels with the interaction."""
    given = i.MarkVerified(*_mine(principal, interaction_id), body.how)
    also = written_down(
        platform, principal, "interactions.customer_verified", interaction_id, how=body.how
    )
    return _told(await platform.cells.submit(principal.tenant_id, given, also=also))


@router.get("/draft")
async def show_draft(
    interaction_id: InteractionRef,
    platform: PlatformDep,
    principal: Principal = permit("interactions.read"),
) -> DraftOut:
    """What I typed so far; at first, what was typed before I took over."""
    return await platform.db.read(lambda tx: drafts.kept(tx, platform, principal, interaction_id))


@router.put("/draft")
async def keep_draft(
    interaction_id: InteractionRef,
    platform: PlatformDep,
    body: DraftKept,
    principal: Principal = permit(CONTROL),
) -> DraftOut:
    """Keep what I typed; it replaces my draft before, and nobody else's."""
    return await drafts.keep(platform, principal, interaction_id, body)


@router.post("/wrap-up", status_code=202)
async def complete_wrap_up(
    interaction_id: InteractionRef,
    platform: PlatformDep,
    body: WrapUpDone,
    principal: Principal = permit(CONTROL),
) -> SubmittedOut:
    """The work after the talk is done: outcome, note and ticket are taken together."""
    return _told(await wrap_up.complete(platform, principal, interaction_id, body))


def _mine(principal: Principal, interaction_id: str) -> tuple[AgentId, InteractionId]:
    return AgentId(principal.user_id), InteractionId(interaction_id)


async def _submit(platform: Platform, principal: Principal, given: i.Input) -> SubmittedOut:
    return _told(await platform.cells.submit(principal.tenant_id, given))


def _told(accepted: Accepted) -> SubmittedOut:
    return SubmittedOut(seq=accepted.seq)
