"""Queues, dispositions and not-ready reasons over HTTP."""

from __future__ import annotations

from fastapi import APIRouter, Response

from trunkline.core.config import AgentProfile
from trunkline.features import agents, audit
from trunkline.features.queues import matching, outcomes, service, store
from trunkline.features.queues.schemas import (
    DispositionChange,
    DispositionChoice,
    DispositionList,
    DispositionNew,
    DispositionOut,
    QueueChange,
    QueueList,
    QueueNew,
    QueueOut,
    ReasonChange,
    ReasonList,
    ReasonNew,
    ReasonOut,
    RequirementAsked,
    RequirementChecked,
)
from trunkline.features.tenancy import (
    IfMatch,
    Principal,
    Writing,
    entity_tag,
    permit,
    problem,
    require_match,
)
from trunkline.kit.errors import TrunklineError
from trunkline.ports.database import Tx
from trunkline.runtime.platform import PlatformDep

router = APIRouter(responses=problem(401, 403, 422))


@router.get("/queues", tags=["queues"])
async def list_queues(
    platform: PlatformDep, principal: Principal = permit("queues.read")
) -> QueueList:
    """The queues that one may see, by name."""

    def work(tx: Tx) -> QueueList:
        teams = principal.visible_teams("queues.read")
        rows = store.list_queues(tx, principal.tenant_id, teams)
        return QueueList(items=service.told(tx, principal.tenant_id, rows))

    return await platform.db.read(work)


@router.post("/queues", tags=["queues"], status_code=201, responses=problem(404, 409))
async def create_queue(
    platform: PlatformDep, body: QueueNew, principal: Principal = permit("queues.write")
) -> QueueOut:
    """Make a queue; calls can be led to it at once."""

    def work(on: Writing) -> str:
        _reached(principal, body.team_id)
        return service.create(on, body)

    queue_id = await audit.perform(platform, principal, _queue("created"), work)
    return await platform.db.read(lambda tx: _told(tx, principal.tenant_id, queue_id))


@router.post("/queues/requirement-check", tags=["queues"], responses=problem(404))
async def check_requirement(
    platform: PlatformDep,
    body: RequirementAsked,
    principal: Principal = permit("queues.read"),
) -> RequirementChecked:
    """Whether a requirement can be read, and who of the agents would match each step now."""

    def work(tx: Tx) -> list[AgentProfile]:
        named = _visible(tx, principal, body.queue).id if body.queue else None
        served = _told(tx, principal.tenant_id, named) if named else None
        known = agents.profiles(tx, principal.tenant_id, platform.clock.now_ms())
        return matching.serving(body, served, known)

    found = await platform.db.read(work)
    picture = platform.cells.picture(principal.tenant_id)
    states = {one: view.state for one, view in picture.agents.items()} if picture else {}
    return RequirementChecked(steps=matching.check(body, found, states))


@router.get("/queues/{queue}", tags=["queues"], responses=problem(404))
async def get_queue(
    platform: PlatformDep,
    queue: str,
    response: Response,
    principal: Principal = permit("queues.read"),
) -> QueueOut:
    """One queue, by its id or name."""

    def work(tx: Tx) -> QueueOut:
        return _told(tx, principal.tenant_id, _visible(tx, principal, queue).id)

    found = await platform.db.read(work)
    response.headers["ETag"] = entity_tag(found.version)
    return found


@router.patch("/queues/{queue}", tags=["queues"], responses=problem(404, 409, 412))
async def change_queue(
    platform: PlatformDep,
    queue: str,
    body: QueueChange,
    if_match: IfMatch = None,
    principal: Principal = permit("queues.write"),
) -> QueueOut:
    """Change what is given; the tenant's cell routes by it at once.

    With If-Match it is refused when somebody else changed the queue meanwhile.
    """

    def work(on: Writing) -> str:
        row = _writable(on.tx, principal, queue)
        if if_match is not None:
            require_match(if_match, row.version)
        given = body.model_dump(exclude_unset=True)
        if "team_id" in given:
            _reached(principal, body.team_id)
        service.change(on, row, given)
        return row.id

    queue_id = await audit.perform(platform, principal, _queue("updated"), work)
    return await platform.db.read(lambda tx: _told(tx, principal.tenant_id, queue_id))


@router.delete("/queues/{queue}", tags=["queues"], status_code=204, responses=problem(404, 409))
async def delete_queue(
    platform: PlatformDep, queue: str, principal: Principal = permit("queues.write")
) -> None:
    """Remove a queue to which no number and no flow leads."""

    def work(on: Writing) -> str:
        row = _writable(on.tx, principal, queue)
        service.delete(on, row)
        return row.id

    await audit.perform(platform, principal, _queue("deleted"), work)


@router.get("/queues/{queue}/dispositions", tags=["dispositions"], responses=problem(404))
async def choose_disposition(
    platform: PlatformDep, queue: str, principal: Principal = permit("dispositions.read")
) -> DispositionChoice:
    """What an agent can choose in a queue, and the five codes most used there."""

    def work(tx: Tx) -> DispositionChoice:
        row = service.find(tx, principal.tenant_id, queue)
        return outcomes.choice(tx, principal.tenant_id, row.id)

    return await platform.db.read(work)


@router.get("/dispositions", tags=["dispositions"])
async def list_dispositions(
    platform: PlatformDep, principal: Principal = permit("dispositions.read")
) -> DispositionList:
    """All outcomes of the tenant."""
    rows = await platform.db.read(lambda tx: store.list_dispositions(tx, principal.tenant_id))
    return DispositionList(items=[DispositionOut.of(row) for row in rows])


@router.post("/dispositions", tags=["dispositions"], status_code=201, responses=problem(409))
async def create_disposition(
    platform: PlatformDep, body: DispositionNew, principal: Principal = permit("dispositions.write")
) -> DispositionOut:
    """Make an outcome, at most one below another."""
    made = await audit.perform(
        platform, principal, _outcome("created"), lambda on: outcomes.create(on, body)
    )
    row = await platform.db.read(lambda tx: outcomes.find(tx, principal.tenant_id, made))
    return DispositionOut.of(row)


@router.patch("/dispositions/{disposition_id}", tags=["dispositions"], responses=problem(404))
async def change_disposition(
    platform: PlatformDep,
    disposition_id: str,
    body: DispositionChange,
    principal: Principal = permit("dispositions.write"),
) -> DispositionOut:
    """Change label, queues or activity; the code stays, because records name it."""

    def work(on: Writing) -> str:
        outcomes.change(on, disposition_id, body.model_dump(exclude_unset=True))
        return disposition_id

    await audit.perform(platform, principal, _outcome("updated"), work)
    row = await platform.db.read(lambda tx: outcomes.find(tx, principal.tenant_id, disposition_id))
    return DispositionOut.of(row)


@router.delete(
    "/dispositions/{disposition_id}",
    tags=["dispositions"],
    status_code=204,
    responses=problem(404),
)
async def delete_disposition(
    platform: PlatformDep,
    disposition_id: str,
    principal: Principal = permit("dispositions.write"),
) -> None:
    """Remove an outcome and those below it."""

    def work(on: Writing) -> str:
        outcomes.delete(on, disposition_id)
        return disposition_id

    await audit.perform(platform, principal, _outcome("deleted"), work)


@router.get("/reasons", tags=["dispositions"])
async def list_reasons(
    platform: PlatformDep, principal: Principal = permit("dispositions.read")
) -> ReasonList:
    """Why agents may be not ready."""
    rows = await platform.db.read(lambda tx: store.list_reasons(tx, principal.tenant_id))
    return ReasonList(items=[ReasonOut.of(row) for row in rows])


@router.post("/reasons", tags=["dispositions"], status_code=201, responses=problem(409))
async def create_reason(
    platform: PlatformDep, body: ReasonNew, principal: Principal = permit("dispositions.write")
) -> ReasonOut:
    """Make a reason."""
    made = await audit.perform(
        platform, principal, _reason("created"), lambda on: outcomes.create_reason(on, body)
    )
    row = await platform.db.read(lambda tx: outcomes.find_reason(tx, principal.tenant_id, made))
    return ReasonOut.of(row)


@router.patch("/reasons/{reason_id}", tags=["dispositions"], responses=problem(404))
async def change_reason(
    platform: PlatformDep,
    reason_id: str,
    body: ReasonChange,
    principal: Principal = permit("dispositions.write"),
) -> ReasonOut:
    """Change label or activity."""

    def work(on: Writing) -> str:
        outcomes.change_reason(on, reason_id, body.model_dump(exclude_unset=True))
        return reason_id

    await audit.perform(platform, principal, _reason("updated"), work)
    row = await platform.db.read(
        lambda tx: outcomes.find_reason(tx, principal.tenant_id, reason_id)
    )
    return ReasonOut.of(row)


def _queue(verb: str) -> audit.Deed:
    return audit.Deed("queue", verb, "queues.read", routes=True)


def _outcome(verb: str) -> audit.Deed:
    return audit.Deed("disposition", verb, "dispositions.read", routes=True)


def _reason(verb: str) -> audit.Deed:
    return audit.Deed("reason", verb, "dispositions.read")


def _told(tx: Tx, tenant_id: str, queue_id: str) -> QueueOut:
    return service.told(tx, tenant_id, [service.find(tx, tenant_id, queue_id)])[0]


def _visible(tx: Tx, principal: Principal, queue: str) -> store.QueueRow:
    """The queue, if the principal's teams reach it: what one may not see is not there."""
    row = service.find(tx, principal.tenant_id, queue)
    if not principal.reaches("queues.read", row.team_id):
        raise TrunklineError("queue_unknown", 404, "There is no such queue.")
    return row


def _writable(tx: Tx, principal: Principal, queue: str) -> store.QueueRow:
    row = _visible(tx, principal, queue)
    _reached(principal, row.team_id)
    return row


def _reached(principal: Principal, team_id: str | None) -> None:
    if not principal.reaches("queues.write", team_id):
        raise TrunklineError("forbidden", 403, "This queue is of another team.")
