"""The OpenAPI document: what FastAPI draws, with our problems and who may."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from trunkline import __version__
from trunkline.app.http.routes import endpoints
from trunkline.features.tenancy import PUBLIC, Problem, problem

DESCRIPTION = """One call, from ring to ticket.

Sign in by `POST /api/v1/sessions`, or make an API key. Errors are RFC 9457 problems; act on their
`code`. Lists answer `{"items", "next"}`; send `next` back as `cursor`. A POST may carry an
`Idempotency-Key` (kept 24 h): the same key and body get the stored reply again.
"""
_SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "Token or API key."},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "__Host-trunkline"},
}
_REPLACED = ("HTTPValidationError", "ValidationError")
Json = dict[str, Any]


def install(app: FastAPI) -> None:
    """Make `app.openapi()` draw the document once, at its first reader."""

    def openapi() -> Json:
        if app.openapi_schema is None:
            app.openapi_schema = draw(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def draw(app: FastAPI) -> Json:
    """The document of the app's routes."""
    drawn = get_openapi(
        title="Trunkline", version=__version__, description=DESCRIPTION, routes=app.routes
    )
    components = drawn.setdefault("components", {})
    components["securitySchemes"] = _SECURITY
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = Problem.model_json_schema()
    for name in _REPLACED:
        schemas.pop(name, None)
    for endpoint in endpoints(app):
        if endpoint.documented:
            for method in endpoint.methods:
                _complete(drawn["paths"][endpoint.path][method.lower()], endpoint.permissions)
    return drawn


def _complete(operation: Json, permissions: tuple[str, ...]) -> None:
    """Who may, and the errors that every route of its kind can answer with."""
    permitted = permissions != (PUBLIC,)
    replies = operation["responses"]
    for status, reply in problem(*((401, 403) if permitted else ())).items():
        replies.setdefault(str(status), reply)
    if "422" in replies:
        replies["422"] = problem(422)[422]
    if permitted:
        operation["security"] = [{"bearer": []}, {"cookie": []}]
        operation["x-permission"] = ", ".join(permissions)
