"""Calling a colleague from the desk, out of no call: by extension, username or id."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import StringConstraints

from trunkline.core.call.wishes import CallColleague
from trunkline.core.words import AgentId, Token
from trunkline.features import agents, audit, customers
from trunkline.features.desk.deeds import written_down
from trunkline.features.desk.handling.others import agent_named
from trunkline.features.desk.schemas import SubmittedOut
from trunkline.features.tenancy import ApiModel, Principal, permit, problem
from trunkline.kit.errors import TrunklineError
from trunkline.ports.database import Tx
from trunkline.runtime.platform import PlatformDep

router = APIRouter(tags=["desk"], responses=problem(401, 403, 404, 409, 422, 503))


class ColleagueAsked(ApiModel):
    """Which colleague: an extension, a username or an id."""

    to: Annotated[str, StringConstraints(min_length=1, max_length=80)]


@router.post("/internal-calls", status_code=202)
async def call_colleague(
    platform: PlatformDep, body: ColleagueAsked, principal: Principal = permit("desk.use")
) -> SubmittedOut:
    """Call a colleague: my device is put through, then theirs rings. No queue counts it.

    409 `work_open` while I am at work (in a call, consult them instead) and `device_unreachable`
    without a device; `colleague_busy` or `colleague_offline` where they cannot come and have no
    mailbox in which I might leave a message.
    """
    party, tenant_id = Token(platform.ids.new("pty")), principal.tenant_id

    def found(tx: Tx) -> tuple[AgentId | None, str, str]:
        colleague = agent_named(tx, tenant_id, body.to)
        rows = {row.id: row for row in agents.several(tx, tenant_id, [principal.user_id])}
        rows |= {row.id: row for row in agents.several(tx, tenant_id, [colleague or ""])}
        mine, theirs = rows.get(principal.user_id), rows.get(colleague or "")
        return colleague, (theirs and theirs.extension) or "", (mine and mine.extension) or ""

    colleague, extension, own = await platform.db.read(found)
    if colleague is None:
        raise TrunklineError("agent_unknown", 404, "There is no such agent.")

    def also(tx: Tx) -> None:
        on = audit.writing(platform, tx, tenant_id)
        written_down(platform, principal, "internal_calls.made", str(colleague))(tx)
        if own:  # who has none is shown as a caller without a number
            customers.put_value(tx, on.keys, tenant_id, party, None, own, now=on.now)

    given = CallColleague(AgentId(principal.user_id), colleague, extension, party)
    accepted = await platform.cells.submit(tenant_id, given, also)
    return SubmittedOut(seq=accepted.seq)
