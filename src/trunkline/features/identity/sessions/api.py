"""Signing in and out."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from trunkline.features.identity.door import COOKIE, DoorDep, csrf_of
from trunkline.features.identity.sessions import service
from trunkline.features.identity.sessions.schemas import (
    PasswordChange,
    SessionShown,
    SignedIn,
    SignIn,
)
from trunkline.features.identity.sessions.store import Kind
from trunkline.features.tenancy import Principal, instant, permit, problem, public
from trunkline.kit.errors import TrunklineError
from trunkline.kit.paging import Page
from trunkline.runtime.platform import PlatformDep

router = APIRouter(tags=["sessions"], responses=problem(401, 403, 422))


@router.post(
    "/sessions",
    status_code=201,
    response_model_exclude_none=True,
    dependencies=[public()],
    responses=problem(429, 503),
)
async def open_session(
    body: SignIn, request: Request, response: Response, platform: PlatformDep, door: DoorDep
) -> SignedIn:
    """Sign in. The cookie is `Secure`, `HttpOnly` and bound to this host."""
    claim = service.Claim(
        username=body.username,
        password=body.password,
        tenant=body.tenant,
        kind=Kind(body.kind),
        address=request.client.host if request.client else "",
        user_agent=request.headers.get("user-agent", ""),
    )
    opened = await service.sign_in(platform, door, claim)
    cookie = claim.kind is Kind.COOKIE
    if cookie:
        response.set_cookie(COOKIE, opened.secret, secure=True, httponly=True, samesite="lax")
    return SignedIn(
        session_id=opened.session.session_id,
        expires_at=instant(opened.session.expires_at),
        csrf=csrf_of(opened.secret) if cookie else None,
        token=None if cookie else opened.secret,
    )


@router.get("/sessions")
async def list_sessions(
    platform: PlatformDep, principal: Principal = permit("me.use")
) -> Page[SessionShown]:
    """One's own sessions, newest first."""
    found = await service.own_sessions(platform, principal)
    return Page(items=[SessionShown.of(session, principal.session_id) for session in found])


@router.delete("/sessions/current", status_code=204, responses=problem(404, 409, 503))
async def close_current_session(
    response: Response, platform: PlatformDep, principal: Principal = permit("me.use")
) -> None:
    """Sign out; refused with `work_open` while an offer, a call or its wrap-up is open."""
    if principal.session_id is None:
        raise TrunklineError("session_unknown", 404, "You have no such session.")
    await service.sign_out(platform, principal, principal.session_id)
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="lax")


@router.delete("/sessions/{session_id}", status_code=204, responses=problem(404, 409, 503))
async def close_session(
    session_id: str, platform: PlatformDep, principal: Principal = permit("me.use")
) -> None:
    """End any of one's own sessions."""
    await service.sign_out(platform, principal, session_id)


@router.post("/me/password", status_code=204, responses=problem(429, 503))
async def change_password(
    body: PasswordChange,
    platform: PlatformDep,
    door: DoorDep,
    principal: Principal = permit("me.use"),
) -> None:
    """Change one's own password; one's other sessions end."""
    await service.change_password(platform, door, principal, body.current, body.new)
