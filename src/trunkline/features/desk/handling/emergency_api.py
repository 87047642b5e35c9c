"""Calling for help from the desk: at once, whatever state the agent is in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import StringConstraints

from trunkline.core.call.wishes import CallEmergency
from trunkline.core.words import AgentId, Token
from trunkline.features import audit, customers, numbers, outbound
from trunkline.features.desk.deeds import written_down
from trunkline.features.desk.schemas import SubmittedOut
from trunkline.features.tenancy import ApiModel, Principal, permit, problem
from trunkline.kit.errors import TrunklineError
from trunkline.ports.database import Tx
from trunkline.runtime.platform import PlatformDep

router = APIRouter(tags=["desk"], responses=problem(401, 403, 404, 409, 422, 503))


class HelpAsked(ApiModel):
    """Which emergency number."""

    number: Annotated[str, StringConstraints(min_length=2, max_length=10)]


@router.post("/emergency-calls", status_code=202)
async def call_for_help(
    platform: PlatformDep, body: HelpAsked, principal: Principal = permit("desk.use")
) -> SubmittedOut:
    """Dial an emergency number: my device is put through, and supervisors are told.

    No list, hour or cap keeps it back; where I sit goes with it as the trunk wants it. In a call
    the number is brought into that instead: 409 `agent_in_call`.
    """
    party, tenant_id = Token(platform.ids.new("pty")), principal.tenant_id
    home = await platform.db.read(lambda tx: outbound.home_of(tx, tenant_id), short=True)
    if not outbound.is_emergency(body.number, home):
        raise TrunklineError("number_not_emergency", 422, "This is no emergency number.")

    def also(tx: Tx) -> None:
        on = audit.writing(platform, tx, tenant_id)
        customers.put_value(tx, on.keys, tenant_id, party, None, body.number, now=on.now)
        by = principal.user_id
        written_down(platform, principal, "emergency_calls.made", by, number=body.number)(tx)

    ours = await platform.db.read(lambda tx: numbers.list_numbers(tx, tenant_id))
    shown = ours[0].number if ours else ""
    given = CallEmergency(AgentId(principal.user_id), shown, party)
    accepted = await platform.cells.submit(tenant_id, given, also)
    return SubmittedOut(seq=accepted.seq)
