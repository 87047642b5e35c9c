"""The error replies of a route, for its documentation."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

Responses = dict[int | str, dict[str, Any]]
PROBLEM_REF = {"$ref": "#/components/schemas/Problem"}
"""`app` puts the schema of `Problem` into the document once."""


def problem(*statuses: int) -> Responses:
    """For `responses=`: these statuses answer with problem+json."""
    return {status: _documented(HTTPStatus(status)) for status in statuses}


def _documented(status: HTTPStatus) -> dict[str, Any]:
    return {
        "description": status.phrase,
        "content": {"application/problem+json": {"schema": PROBLEM_REF}},
    }
