"""Reading and verifying the audit log."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from trunkline.features.audit import service, store
from trunkline.features.audit.schemas import AuditEntry, AuditVerdict
from trunkline.features.tenancy import Principal, permit, problem
from trunkline.kit.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, cut, decode_cursor
from trunkline.runtime.platform import PlatformDep

router = APIRouter(prefix="/audit", tags=["audit"], responses=problem(400, 401, 403, 422))

Word = Annotated[str | None, Query(max_length=128)]


@router.get("")
async def list_audit(
    platform: PlatformDep,
    actor: Word = None,
    action: Word = None,
    subject: Word = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
    principal: Principal = permit("audit.read"),
) -> Page[AuditEntry]:
    """The tenant's audit log, newest first."""
    before = int(decode_cursor(cursor, int)[0]) if cursor else None
    wanted = store.Wanted(actor, action, subject, before)
    found = await platform.db.read(
        lambda tx: store.newest(tx, principal.tenant_id, wanted, limit + 1)
    )
    page, following = cut(found, limit, lambda entry: (entry.seq,))
    return Page(items=[AuditEntry.of(entry) for entry in page], next=following)


@router.get("/verification")
async def verify_audit(
    platform: PlatformDep, principal: Principal = permit("audit.read")
) -> AuditVerdict:
    """Compute every hash of the tenant's log anew and say whether the chain is whole."""
    verdict = await platform.db.read(lambda tx: service.verify(tx, principal.tenant_id))
    return AuditVerdict.of(verdict)
