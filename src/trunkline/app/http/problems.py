"""Every error reply, made in one place: RFC 9457 problem+json."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError, WebSocketRequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocket

from trunkline.kit.errors import TrunklineError
from trunkline.kit.logging import logger
from trunkline.ports.database import STORE_FAILED

log = logger("http")
MEDIA_TYPE = "application/problem+json"
_CODES = {404: "not_found", 405: "method_not_allowed"}
RETRY_AFTER_S = 5
"""Told with every 503 that does not know better."""
_FIELDS_TOLD = 20
"""Faults of one request that are told; who sends more than that mends these first."""


def problem_reply(
    code: str,
    status: int,
    detail: str,
    headers: Mapping[str, str] | None = None,
    **extra: Any,
) -> JSONResponse:
    """One problem; `retry_after_s` among `extra` becomes the header Retry-After too."""
    told = {
        "type": f"urn:trunkline:problem:{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "code": code,
        "detail": detail,
    }
    sent = {**_headers(status, extra), **(headers or {})}
    return JSONResponse({**extra, **told}, status, sent, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Answer refusals, unreadable requests and unknown routes with problems."""
    app.add_exception_handler(TrunklineError, _refused)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(WebSocketRequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _failed)
    for kind in STORE_FAILED:
        app.add_exception_handler(kind, _store_failed)


def refusal(error: TrunklineError) -> JSONResponse:
    """The problem of a refusal."""
    return problem_reply(error.code, error.status, error.detail, **error.extra)


async def _refused(connection: HTTPConnection, error: Exception) -> Response:
    assert isinstance(error, TrunklineError)  # noqa: S101 - the handler is registered for it
    return await _answer(connection, refusal(error))


async def _unreadable(connection: HTTPConnection, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError | WebSocketRequestValidationError)  # noqa: S101
    faults = [_fault(fault) for fault in error.errors()[:_FIELDS_TOLD]]
    reply = problem_reply("invalid_request", 422, "The request is not as described.", errors=faults)
    return await _answer(connection, reply)


async def _failed(connection: HTTPConnection, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - the handler is registered for it
    status = error.status_code
    if status == HTTPStatus.BAD_REQUEST:
        # The framework's word for a body that is no UTF-8; every other unreadable one is 422.
        reply = problem_reply("invalid_request", 422, "The request is not as described.", errors=[])
        return await _answer(connection, reply)
    code = _CODES.get(status, HTTPStatus(status).phrase.lower().replace(" ", "_"))
    return await _answer(connection, problem_reply(code, status, str(error.detail), error.headers))


async def _store_failed(connection: HTTPConnection, error: Exception) -> Response:
    """Locked, full or gone: nothing was written, and asking again is right."""
    log.error("store_failed", exc_info=error)
    detail = "The store cannot be reached or written just now."
    return await _answer(connection, problem_reply("store_unavailable", 503, detail))


async def _answer(connection: HTTPConnection, reply: JSONResponse) -> Response:
    """A WebSocket that is not accepted yet is denied with the same problem."""
    if isinstance(connection, WebSocket):
        await connection.send_denial_response(reply)
    return reply


def _fault(fault: Mapping[str, Any]) -> dict[str, Any]:
    """Where and what; never the value itself, which may be personal."""
    return {"loc": [str(part) for part in fault["loc"]], "msg": fault["msg"], "type": fault["type"]}


def _headers(status: int, extra: Mapping[str, Any]) -> dict[str, str]:
    headers = {"Cache-Control": "no-store"}
    if "retry_after_s" in extra:
        headers["Retry-After"] = str(extra["retry_after_s"])
    elif status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = str(RETRY_AFTER_S)
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return headers
