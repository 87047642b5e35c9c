"""What is stored of a call, over HTTP: pauses, payment steps, consent. Each verb answers 202.

Who has the call in hand may, and whoever controls the calls of its queue: a payment page with an
API key, or a supervisor. What others than the agent do is written down.
"""

from __future__ import annotations

from fastapi import APIRouter

from trunkline.core.call.wishes import AnswerConsent, PauseRecording, ResumeRecording
from trunkline.core.words import InteractionId, PartyId, PauseReason
from trunkline.features.desk.handling import recorded
from trunkline.features.desk.handling.schemas import ConsentTold
from trunkline.features.desk.schemas import InteractionRef, SubmittedOut
from trunkline.features.tenancy import Principal, permit, problem
from trunkline.runtime.platform import PlatformDep

router = APIRouter(
    prefix="/interactions/{interaction_id}",
    tags=["desk"],
    responses=problem(401, 403, 404, 409, 422, 503),
)
CONTROL = "interactions.control"


@router.post("/pause-recording", status_code=202)
async def pause_recording(
    interaction_id: InteractionRef, platform: PlatformDep, principal: Principal = permit(CONTROL)
) -> SubmittedOut:
    """Record nothing until it is resumed; the agent is reminded each two minutes."""
    agent = recorded.agent_of(platform, principal, interaction_id)
    given = PauseRecording(agent, InteractionId(interaction_id))
    return await recorded.do(platform, principal, interaction_id, "pause", given)


@router.post("/resume-recording", status_code=202)
async def resume_recording(
    interaction_id: InteractionRef, platform: PlatformDep, principal: Principal = permit(CONTROL)
) -> SubmittedOut:
    """Record again; or begin, where it is done on demand."""
    agent = recorded.agent_of(platform, principal, interaction_id)
    given = ResumeRecording(agent, InteractionId(interaction_id))
    return await recorded.do(platform, principal, interaction_id, "resume", given)


@router.put("/payment-step", status_code=202)
async def begin_payment_step(
    interaction_id: InteractionRef, platform: PlatformDep, principal: Principal = permit(CONTROL)
) -> SubmittedOut:
    """A card form opens: nothing is recorded until it closes, or the agent resumes."""
    agent = recorded.agent_of(platform, principal, interaction_id)
    given = PauseRecording(agent, InteractionId(interaction_id), PauseReason.PAYMENT)
    return await recorded.do(platform, principal, interaction_id, "payment_step", given)


@router.delete("/payment-step", status_code=202)
async def end_payment_step(
    interaction_id: InteractionRef, platform: PlatformDep, principal: Principal = permit(CONTROL)
) -> SubmittedOut:
    """The card form is closed: what it paused goes on; a pause of the agent's own stays."""
    agent = recorded.agent_of(platform, principal, interaction_id)
    given = ResumeRecording(agent, InteractionId(interaction_id), PauseReason.PAYMENT)
    return await recorded.do(platform, principal, interaction_id, "payment_step_over", given)


@router.put("/recording-consent", status_code=202)
async def answer_consent(
    interaction_id: InteractionRef,
    platform: PlatformDep,
    body: ConsentTold,
    principal: Principal = permit(CONTROL),
) -> SubmittedOut:
    """What the customer, or an outside party, told of being recorded.

    `withdrawn` stops the recording, and what was recorded of the interaction is deleted.
    """
    given = AnswerConsent(
        recorded.agent_of(platform, principal, interaction_id),
        InteractionId(interaction_id),
        body.answer,
        principal.user_id,
        PartyId(body.party) if body.party else None,
    )
    return await recorded.do(platform, principal, interaction_id, body.answer.value, given)
